"""Deployments.

Follows pkg/apis/apps/v1/defaults.go, pkg/apis/apps/validation/validation.go and
pkg/registry/apps/deployment/strategy.go.
"""

from __future__ import annotations

from typing import Any, Final

from karmada_nb.engine import meta
from karmada_nb.engine.apiserver.strategies.filling import fill, within
from karmada_nb.engine.apiserver.strategies.podspec import default_template
from karmada_nb.engine.apiserver.strategies.workload import REPLICAS, Workload, default_rolling
from karmada_nb.engine.apiserver.validation import field
from karmada_nb.engine.apiserver.validation.amounts import at_most_all, int_or_percent, number_of
from karmada_nb.engine.apiserver.validation.workload import (
    replica_counts,
    replica_template,
    required_selector,
    same_selector,
)
from karmada_nb.engine.errors import Cause
from karmada_nb.engine.meta import Object

_SPEC: Final = {"replicas": 1, "revisionHistoryLimit": 10, "progressDeadlineSeconds": 600}
_ROLLING: Final = {"maxUnavailable": "25%", "maxSurge": "25%"}
_COUNTS: Final = (
    "observedGeneration", "replicas", "updatedReplicas", "readyReplicas", "availableReplicas",
    "unavailableReplicas", "terminatingReplicas", "collisionCount",
)  # fmt: skip
_PARTS: Final = ("updatedReplicas", "readyReplicas", "availableReplicas")
_TYPES: Final = ("Recreate", "RollingUpdate")


class Deployment(Workload):
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

    def validate_spec(self, spec: Object, old: Object | None) -> list[Cause]:
        return _spec(spec, (old or {}).get("template")) + same_selector(spec, old)

    def validate_status(self, obj: Object, old: Object) -> list[Cause]:
        return replica_counts(obj.get("status") or {}, old.get("status") or {}, _COUNTS, _PARTS)


def _default_spec(spec: Object) -> Object:
    spec = within(spec, "template", default_template)
    return fill(within(spec, "strategy", lambda strategy: default_rolling(strategy, _ROLLING)), _SPEC)


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
