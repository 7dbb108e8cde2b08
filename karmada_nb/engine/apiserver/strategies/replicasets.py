"""ReplicaSets and ReplicationControllers.

Follows pkg/apis/apps/v1/defaults.go, pkg/apis/core/v1/defaults.go, pkg/apis/apps/validation/validation.go
and pkg/apis/core/validation/validation.go.
"""

from __future__ import annotations

from typing import Final

from karmada_nb.engine import meta
from karmada_nb.engine.apiserver.strategies.filling import fill, within
from karmada_nb.engine.apiserver.strategies.podspec import default_template
from karmada_nb.engine.apiserver.strategies.workload import REPLICAS, Workload
from karmada_nb.engine.apiserver.validation import field
from karmada_nb.engine.apiserver.validation.workload import (
    replica_counts,
    replica_template,
    required_selector,
    same_selector,
)
from karmada_nb.engine.errors import Cause
from karmada_nb.engine.meta import Object

_COUNTS: Final = (
    "replicas", "fullyLabeledReplicas", "readyReplicas", "availableReplicas", "observedGeneration",
    "terminatingReplicas",
)  # fmt: skip
_PARTS: Final = ("fullyLabeledReplicas", "readyReplicas", "availableReplicas")
_SPEC: Final = {"replicas": 1}


class ReplicaSet(Workload):
    scale = REPLICAS
    blank_status = {"replicas": 0}
    selectable = ("status.replicas",)

    def default(self, obj: Object) -> Object:
        return within(obj, "spec", _default_spec)

    def validate_spec(self, spec: Object, old: Object | None) -> list[Cause]:
        return _spec(spec, (old or {}).get("template")) + same_selector(spec, old)

    def validate_status(self, obj: Object, old: Object) -> list[Cause]:
        return replica_counts(obj.get("status") or {}, old.get("status") or {}, _COUNTS, _PARTS)


class ReplicationController(Workload):
    """Its selector is a plain map, and it takes selector and labels from the template."""

    scale = REPLICAS
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

    def validate_spec(self, spec: Object, old: Object | None) -> list[Cause]:
        return _controller_spec(spec, (old or {}).get("template"))

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
