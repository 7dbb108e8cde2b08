"""Deployments.

Follows pkg/apis/apps/v1/defaults.go, pkg/apis/apps/validation/validation.go and
pkg/registry/apps/deployment/strategy.go.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from karmada_nb.engine import meta
from karmada_nb.engine.apiserver.resource import ScaleSubresource
from karmada_nb.engine.apiserver.strategies.base import StatusBuiltin
from karmada_nb.engine.apiserver.strategies.filling import complete, fill, within
from karmada_nb.engine.apiserver.strategies.podspec import default_template
from karmada_nb.engine.apiserver.validation import field
from karmada_nb.engine.apiserver.validation.amounts import at_most_all, int_or_percent, number_of
from karmada_nb.engine.apiserver.validation.workload import (
    replica_template,
    required_selector,
    same_selector,
)
from karmada_nb.engine.apiserver.warnings.workloads import of_workload
from karmada_nb.engine.errors import Cause
from karmada_nb.engine.meta import Object

REPLICAS: Final = ScaleSubresource(("spec", "replicas"), ("status", "replicas"), ("spec", "selector"))
_SPEC: Final = {"replicas": 1, "revisionHistoryLimit": 10, "progressDeadlineSeconds": 600}
_ROLLING: Final = {"maxUnavailable": "25%", "maxSurge": "25%"}
_COUNTS: Final = (
    "observedGeneration", "replicas", "updatedReplicas", "readyReplicas", "availableReplicas",
    "unavailableReplicas", "terminatingReplicas", "collisionCount",
)  # fmt: skip
_PARTS: Final = ("updatedReplicas", "readyReplicas", "availableReplicas")
_TYPES: Final = ("Recreate", "RollingUpdate")


class Deployment(StatusBuiltin):
    scale = REPLICAS
    status_keeps = ("labels",)

    def default(self, obj: Object) -> Object:
        return within(obj, "spec", _default_spec)

    def prepare_update(self, obj: Object, old: Object) -> Object:
        """A Deployment's generation counts changes of its annotations too."""
        obj = super().prepare_update(obj, old)
        if meta.annotations(obj) == meta.annotations(old):
            return obj
        return meta.with_metadata(obj, generation=meta.generation(old) + 1)

    def validate(self, obj: Object) -> list[Cause]:
        return _spec(obj.get("spec") or {}, None)

    def validate_update(self, obj: Object, old: Object) -> list[Cause]:
        spec, before = obj.get("spec") or {}, old.get("spec") or {}
        if spec is before:
            return []
        return _spec(spec, before.get("template")) + same_selector(
            spec.get("selector"), before.get("selector")
        )

    def warnings(self, obj: Object, old: Object | None) -> list[str]:
        return of_workload(obj, old)

    def validate_status(self, obj: Object, old: Object) -> list[Cause]:
        return replica_counts(obj.get("status") or {}, old.get("status") or {}, _COUNTS, _PARTS)


def replica_counts(
    status: Object, old: Object, counts: Sequence[str], parts: Sequence[str], ready: str = "readyReplicas"
) -> list[Cause]:
    """``counts`` are not negative, and none of ``parts`` is greater than the whole."""
    causes: list[Cause] = []
    for name in counts:
        causes += field.non_negative(f"status.{name}", status.get(name))
    whole = status.get("replicas", 0)
    for name in parts:
        if status.get(name, 0) > whole:
            why = "cannot be greater than status.replicas"
            causes.append(field.invalid(f"status.{name}", status[name], why))
    if status.get("availableReplicas", 0) > status.get("readyReplicas", 0):
        why = f"cannot be greater than {ready}"
        causes.append(field.invalid("status.availableReplicas", status["availableReplicas"], why))
    before = old.get("collisionCount")
    if before is not None and status.get("collisionCount", -1) < before:
        value = status.get("collisionCount", 0)
        causes.append(field.invalid("status.collisionCount", value, "cannot be decremented"))
    return causes


def _default_spec(spec: Object) -> Object:
    spec = within(within(spec, "template", default_template), "strategy", _default_strategy)
    return fill(spec, _SPEC)


def _default_strategy(strategy: Object) -> Object:
    strategy = fill(strategy, {"type": "RollingUpdate"})
    if strategy["type"] != "RollingUpdate":
        return strategy
    strategy = fill(strategy, {"rollingUpdate": {}})
    return within(strategy, "rollingUpdate", lambda rolling: complete(rolling, _ROLLING))


def _spec(spec: Object, old_template: Object | None) -> list[Cause]:
    selector = spec.get("selector")
    causes = field.non_negative("spec.replicas", spec.get("replicas"))
    causes += required_selector(selector, "deployment", "spec.selector")
    causes += replica_template(selector, spec.get("template"), old_template)
    causes += _strategy(spec.get("strategy") or {}, "spec.strategy")
    for name in ("minReadySeconds", "revisionHistoryLimit", "progressDeadlineSeconds"):
        causes += field.non_negative(f"spec.{name}", spec.get(name))
    deadline = spec.get("progressDeadlineSeconds")
    if deadline is not None and deadline <= spec.get("minReadySeconds", 0):
        why = "must be greater than minReadySeconds"
        causes.append(field.invalid("spec.progressDeadlineSeconds", deadline, why))
    return causes


def _strategy(strategy: Object, path: str) -> list[Cause]:
    kind, rolling = strategy.get("type", ""), strategy.get("rollingUpdate")
    if kind == "Recreate":
        if rolling is None:
            return []
        why = "may not be specified when strategy `type` is 'Recreate'"
        return [field.forbidden(f"{path}.rollingUpdate", why)]
    if kind == "RollingUpdate":
        return _rolling(rolling or {}, f"{path}.rollingUpdate")
    shown = {"Type": kind, "RollingUpdate": _internal(rolling)}
    return [field.not_supported(path, shown, _TYPES)]


def _internal(rolling: Object | None) -> Any:
    """The internal type has no JSON names."""
    if rolling is None:
        return None
    return {"MaxUnavailable": rolling.get("maxUnavailable", 0), "MaxSurge": rolling.get("maxSurge", 0)}


def _rolling(rolling: Object, path: str) -> list[Cause]:
    unavailable, surge = rolling.get("maxUnavailable", 0), rolling.get("maxSurge", 0)
    causes = int_or_percent(unavailable, f"{path}.maxUnavailable")
    causes += int_or_percent(surge, f"{path}.maxSurge")
    if number_of(unavailable) == 0 and number_of(surge) == 0:
        why = "may not be 0 when `maxSurge` is 0"
        causes.append(field.invalid(f"{path}.maxUnavailable", unavailable, why))
    return causes + at_most_all(unavailable, f"{path}.maxUnavailable")
