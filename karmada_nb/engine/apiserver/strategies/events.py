"""Events, in the form of either API group, and Leases.

Follows pkg/apis/core/validation/events.go, pkg/registry/core/event/strategy.go and
pkg/apis/coordination/validation/validation.go.
"""

from __future__ import annotations

from typing import ClassVar, Final

from karmada_nb.engine.apiserver.strategies.base import Builtin, text
from karmada_nb.engine.apiserver.strategies.filling import drop, within
from karmada_nb.engine.apiserver.validation import field
from karmada_nb.engine.apiserver.validation.events import validate_event, validate_event_change
from karmada_nb.engine.errors import Cause
from karmada_nb.engine.meta import Object

_COORDINATED: Final = ("strategy", "preferredHolder")
"""Fields of a Lease that belong to a feature which is off: CoordinatedLeaderElection."""


class Event(Builtin):
    cold = True
    allow_create_on_update = True
    selectable: ClassVar[tuple[str, ...]] = (
        "involvedObject.kind",
        "involvedObject.namespace",
        "involvedObject.name",
        "involvedObject.uid",
        "involvedObject.apiVersion",
        "involvedObject.resourceVersion",
        "involvedObject.fieldPath",
        "reason",
        "reportingComponent",
        "source",
        "type",
    )

    def validate(self, obj: Object) -> list[Cause]:
        return validate_event(obj)

    def validate_update(self, obj: Object, old: Object) -> list[Cause]:
        return validate_event_change(obj, old)

    def fields(self, obj: Object) -> dict[str, str]:
        about = obj.get("involvedObject") or obj.get("regarding") or {}
        source = obj.get("source") or obj.get("deprecatedSource") or {}
        component = obj.get("reportingComponent") or obj.get("reportingController") or ""
        out = {path: text(about.get(path.partition(".")[2])) for path in self.selectable[:7]}
        return {
            **out,
            "reason": obj.get("reason", ""),
            "reportingComponent": component,
            "source": source.get("component") or component,
            "type": obj.get("type", ""),
        }


class ModernEvent(Event):
    """An event as events.k8s.io names its fields."""

    selectable = (
        "regarding.kind",
        "regarding.namespace",
        "regarding.name",
        "regarding.uid",
        "regarding.apiVersion",
        "regarding.resourceVersion",
        "regarding.fieldPath",
        "reason",
        "reportingController",
        "type",
    )

    def fields(self, obj: Object) -> dict[str, str]:
        out = super().fields(obj)
        out["reportingController"] = out.pop("reportingComponent")
        return {name: value for name, value in out.items() if name in self.selectable}


class Lease(Builtin):
    allow_create_on_update = True
    allow_unconditional_update = False

    def validate(self, obj: Object) -> list[Cause]:
        spec = obj.get("spec") or {}
        causes: list[Cause] = []
        seconds = spec.get("leaseDurationSeconds")
        if seconds is not None and seconds <= 0:
            causes.append(field.invalid("spec.leaseDurationSeconds", seconds, "must be greater than 0"))
        causes += field.non_negative("spec.leaseTransitions", spec.get("leaseTransitions"))
        return causes

    def prepare_create(self, obj: Object) -> Object:
        return within(obj, "spec", lambda spec: drop(spec, *_COORDINATED))

    def prepare_update(self, obj: Object, old: Object) -> Object:
        before = old.get("spec") or {}
        gone = [name for name in _COORDINATED if name not in before]
        return within(obj, "spec", lambda spec: drop(spec, *gone))
