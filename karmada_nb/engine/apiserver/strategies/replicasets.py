"""ReplicaSets and ReplicationControllers.

Follows pkg/apis/apps/v1/defaults.go, pkg/apis/core/v1/defaults.go, pkg/apis/apps/validation/validation.go
and pkg/apis/core/validation/validation.go.
"""

from __future__ import annotations

from typing import Final

from karmada_nb.engine import meta
from karmada_nb.engine.apiserver.resource import ScaleSubresource
from karmada_nb.engine.apiserver.strategies.base import StatusBuiltin
from karmada_nb.engine.apiserver.strategies.deployments import REPLICAS, replica_counts
from karmada_nb.engine.apiserver.strategies.filling import fill, within
from karmada_nb.engine.apiserver.strategies.podspec import default_template
from karmada_nb.engine.apiserver.validation import field
from karmada_nb.engine.apiserver.validation.workload import (
    replica_template,
    required_selector,
    same_selector,
)
from karmada_nb.engine.apiserver.warnings.workloads import of_workload
from karmada_nb.engine.errors import Cause
from karmada_nb.engine.meta import Object

_COUNTS: Final = (
    "replicas", "fullyLabeledReplicas", "readyReplicas", "availableReplicas", "observedGeneration",
    "terminatingReplicas",
)  # fmt: skip
_PARTS: Final = ("fullyLabeledReplicas", "readyReplicas", "availableReplicas")
_SPEC: Final = {"replicas": 1}


class ReplicaSet(StatusBuiltin):
    scale = REPLICAS
    blank_status = {"replicas": 0}
    selectable = ("status.replicas",)

    def default(self, obj: Object) -> Object:
        return within(obj, "spec", _default_spec)

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


class ReplicationController(StatusBuiltin):
    """Its selector is a plain map, and it takes selector and labels from the template."""

    scale = ScaleSubresource(("spec", "replicas"), ("status", "replicas"), ("spec", "selector"))
    default_propagation = "Orphan"
    blank_status = {"replicas": 0}
    selectable = ("status.replicas",)

    def default(self, obj: Object) -> Object:
        obj = within(obj, "spec", _default_spec)
        labels = meta.dig(obj, "spec", "template", "metadata", "labels")
        if labels:
            if not meta.dig(obj, "spec", "selector"):
                obj = meta.replace(obj, ["spec", "selector"], labels)
            if not meta.labels(obj):
                obj = meta.with_metadata(obj, labels=labels)
        return obj

    def validate(self, obj: Object) -> list[Cause]:
        return _controller_spec(obj.get("spec") or {}, None)

    def validate_update(self, obj: Object, old: Object) -> list[Cause]:
        spec, before = obj.get("spec") or {}, old.get("spec") or {}
        return [] if spec is before else _controller_spec(spec, before.get("template"))

    def warnings(self, obj: Object, old: Object | None) -> list[str]:
        return of_workload(obj, old)

    def validate_status(self, obj: Object, old: Object) -> list[Cause]:
        return replica_counts(obj.get("status") or {}, old.get("status") or {}, _COUNTS, _PARTS)


def _default_spec(spec: Object) -> Object:
    return fill(within(spec, "template", default_template), _SPEC)


def _spec(spec: Object, old_template: Object | None) -> list[Cause]:
    selector = spec.get("selector")
    causes = field.non_negative("spec.replicas", spec.get("replicas"))
    causes += field.non_negative("spec.minReadySeconds", spec.get("minReadySeconds"))
    causes += required_selector(selector, "deployment", "spec.selector")
    return causes + replica_template(selector, spec.get("template"), old_template)


def _controller_spec(spec: Object, old_template: Object | None) -> list[Cause]:
    selector = spec.get("selector")
    causes = field.non_negative("spec.minReadySeconds", spec.get("minReadySeconds"))
    if not selector:
        causes.append(field.required("spec.selector"))
    causes += field.non_negative("spec.replicas", spec.get("replicas"))
    wanted = {"matchLabels": selector or {}}
    return causes + replica_template(wanted, spec.get("template"), old_template, "ReplicationController")
