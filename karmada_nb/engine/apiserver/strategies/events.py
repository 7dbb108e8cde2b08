"""Events, in the form of either API group, and Leases.

Follows pkg/apis/core/validation/events.go, pkg/registry/core/event/strategy.go and
pkg/apis/coordination/validation/validation.go.
"""

from __future__ import annotations

from typing import ClassVar

from karmada_nb.engine import meta
from karmada_nb.engine.apiserver.strategies.base import Builtin, text
from karmada_nb.engine.apiserver.validation import field
from karmada_nb.engine.apiserver.validation.names import qualified_name
from karmada_nb.engine.errors import Cause
from karmada_nb.engine.meta import Object


class Event(Builtin):
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
        causes = _object_namespace(obj)
        if obj.get("eventTime"):
            causes += _reported(obj)
        if obj.get("apiVersion") != "v1":
            causes += _modern(obj)
        return causes

    def validate_update(self, obj: Object, old: Object) -> list[Cause]:
        return _object_namespace(obj)

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
        if spec.get("holderIdentity") == "":
            causes.append(field.invalid("spec.holderIdentity", "", "must not be empty"))
        return causes


def _object_namespace(obj: Object) -> list[Cause]:
    """The event lives where its object lives; events of cluster-scoped objects in ``default``."""
    about = obj.get("involvedObject") or obj.get("regarding") or {}
    place, own = about.get("namespace", ""), meta.namespace(obj)
    if place == own or (not place and own in ("default", "kube-system", "")):
        return []
    return [field.invalid("involvedObject.namespace", place, "does not match event.namespace")]


def _reported(obj: Object) -> list[Cause]:
    causes: list[Cause] = []
    reporter = "reportingController" if obj.get("apiVersion") != "v1" else "reportingComponent"
    controller = obj.get(reporter, "")
    if not controller:
        causes.append(field.required("reportingController"))
    else:
        causes += field.each("reportingController", controller, qualified_name(controller))
    for name, limit in (("reportingInstance", 128), ("action", 128), ("reason", 128)):
        value = obj.get(name, "")
        if not value:
            causes.append(field.required(name))
        elif len(value) > limit:
            causes.append(field.invalid(name, "", f"can have at most {limit} characters"))
    note = obj.get("message") or obj.get("note") or ""
    if len(note) > 1024:
        causes.append(field.invalid("message", "", "can have at most 1024 characters"))
    return causes


def _modern(obj: Object) -> list[Cause]:
    causes: list[Cause] = [] if obj.get("eventTime") else [field.required("eventTime")]
    kind = obj.get("type", "")
    if kind not in ("Normal", "Warning"):
        causes.append(field.invalid("type", "", f"has invalid value: {kind}"))
    return causes
