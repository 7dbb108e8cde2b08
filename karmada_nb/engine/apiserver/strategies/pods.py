"""Pods.

Follows pkg/apis/core/v1/defaults.go, pkg/registry/core/pod/strategy.go and, for what may change in a pod,
ValidatePodUpdate in pkg/apis/core/validation/validation.go.
"""

from __future__ import annotations

from typing import Any, Final

from karmada_nb.engine import meta, quantity
from karmada_nb.engine.apiserver.strategies.base import StatusBuiltin
from karmada_nb.engine.apiserver.strategies.filling import within
from karmada_nb.engine.apiserver.strategies.podspec import default_pod, default_pod_spec, default_template
from karmada_nb.engine.apiserver.validation import field
from karmada_nb.engine.apiserver.validation.containers import validate_images
from karmada_nb.engine.apiserver.validation.network import validate_ip
from karmada_nb.engine.apiserver.validation.pod import validate_pod_spec, validate_template
from karmada_nb.engine.apiserver.validation.pod_resize import resized, validate_ephemeral, validate_resize
from karmada_nb.engine.apiserver.validation.pod_update import validate_pod_change
from karmada_nb.engine.apiserver.warnings import pods as warnings
from karmada_nb.engine.errors import Cause
from karmada_nb.engine.meta import Object

_GATED: Final = {
    "type": "PodScheduled",
    "status": "False",
    "lastProbeTime": None,
    "reason": "SchedulingGated",
    "message": "Scheduling is blocked due to non-empty scheduling gates",
}
_CONTAINER_KINDS: Final = ("containers", "initContainers")
_DEBUGGING: Final = "ephemeralContainers"


class Pod(StatusBuiltin):
    returns_deleted = True
    graceful = True
    selectable = (
        "spec.nodeName",
        "spec.restartPolicy",
        "spec.schedulerName",
        "spec.serviceAccountName",
        "spec.hostNetwork",
        "status.phase",
        "status.podIP",
        "status.nominatedNodeName",
    )
    status_keeps = ("ownerReferences",)

    def default(self, obj: Object) -> Object:
        return within(within(obj, "spec", default_pod_spec), "spec", default_pod)

    def initial_status(self, obj: Object) -> Object:
        status: Object = {"phase": "Pending", "qosClass": qos_class(obj.get("spec") or {})}
        if meta.dig(obj, "spec", "schedulingGates"):
            since = meta.metadata(obj).get("creationTimestamp")
            status["conditions"] = [{**_GATED, "lastTransitionTime": since}]
        return {**obj, "status": status}

    def prepare_status(self, obj: Object, old: Object) -> Object:
        out = super().prepare_status(obj, old)
        was = meta.dig(old, "status", "qosClass")
        return out if not was else within(out, "status", lambda status: {"qosClass": was, **status})

    def validate(self, obj: Object) -> list[Cause]:
        spec = obj.get("spec") or {}
        causes = validate_pod_spec(spec, "spec", meta.name(obj)) + _only_pods(spec)
        if spec.get("ephemeralContainers"):
            causes.append(field.forbidden("spec.ephemeralContainers", "cannot be set on create"))
        if spec.get("nodeName") and spec.get("schedulingGates"):
            why = "cannot be set until all schedulingGates have been cleared"
            causes.append(field.forbidden("spec.nodeName", why))
        return causes

    def validate_update(self, obj: Object, old: Object) -> list[Cause]:
        spec, before = obj.get("spec") or {}, old.get("spec") or {}
        if spec is before or spec == before:
            return []
        causes = validate_pod_spec(spec, "spec", meta.name(obj)) + _only_pods(spec)
        return causes + validate_pod_change(spec, before, deleting=meta.deleting(old))

    def prepare_subresource(self, obj: Object, old: Object, subresource: str) -> Object:
        """Only what the subresource is for comes from the request."""
        spec, before = obj.get("spec") or {}, old.get("spec") or {}
        if subresource == "resize":
            spec = resized(spec, before)
        elif subresource == "ephemeralcontainers":
            rest = {name: value for name, value in before.items() if name != _DEBUGGING}
            spec = {**rest, _DEBUGGING: spec[_DEBUGGING]} if spec.get(_DEBUGGING) else rest
        else:
            return self.prepare_update(obj, old)
        kept = {k: v for k, v in obj["metadata"].items() if k in ("managedFields", "resourceVersion")}
        return {**old, "metadata": {**old["metadata"], **kept}, "spec": spec}

    def validate_subresource(self, obj: Object, old: Object, subresource: str) -> list[Cause]:
        spec, before = obj.get("spec") or {}, old.get("spec") or {}
        if subresource not in ("resize", "ephemeralcontainers"):
            return self.validate_update(obj, old)
        causes = validate_pod_spec(spec, "spec", meta.name(obj)) + _only_pods(spec)
        if subresource == "ephemeralcontainers":
            return causes + validate_ephemeral(spec, before)
        return causes + validate_resize(obj, old, same_class=qos_class(spec) == qos_class(before))

    def validate_status(self, obj: Object, old: Object) -> list[Cause]:
        status = obj.get("status") or {}
        causes: list[Cause] = []
        for name in ("podIPs", "hostIPs"):
            known = [item.get("ip", "") for item in meta.dig(old, "status", name, default=[])]
            for index, item in enumerate(status.get(name) or ()):
                causes += validate_ip(item.get("ip", ""), f"status.{name}[{index}]", known)
        was = meta.dig(old, "status", "qosClass")
        if was and status.get("qosClass", was) != was:
            causes.append(field.invalid("status.qosClass", status["qosClass"], field.IMMUTABLE))
        return causes

    def grace_seconds(self, obj: Object, asked: int | None) -> int:
        spec = obj.get("spec") or {}
        if not spec.get("nodeName") or meta.dig(obj, "status", "phase") in ("Failed", "Succeeded"):
            return 0
        period = int(spec.get("terminationGracePeriodSeconds", 0)) if asked is None else asked
        return 1 if period < 0 else period

    def warnings(self, obj: Object, old: Object | None) -> list[str]:
        """None for updates: those come from programs, and often."""
        if old is not None:
            return []
        return warnings.of_name(meta.name(obj), "the Pod's hostname") + warnings.of_pod(obj)

    def fields(self, obj: Object) -> dict[str, str]:
        out = super().fields(obj)
        out["spec.hostNetwork"] = out["spec.hostNetwork"] or "false"
        return out


class PodTemplate(StatusBuiltin):
    has_status = False
    returns_deleted = True
    judged = "template"

    def default(self, obj: Object) -> Object:
        return within(obj, "template", default_template)

    def validate(self, obj: Object) -> list[Cause]:
        return validate_template(obj.get("template") or {}, "template")

    def warnings(self, obj: Object, old: Object | None) -> list[str]:
        if old is not None and obj.get("template") == old.get("template"):
            return []
        return warnings.of_template(obj.get("template") or {}, "template")


def qos_class(spec: Object) -> str:
    """Follows ComputePodQOS: cpu and memory of all containers, requests equal to limits or not at all."""
    requests: dict[str, Any] = {}
    limits: dict[str, Any] = {}
    guaranteed = True
    containers = [c for kind in _CONTAINER_KINDS for c in spec.get(kind) or []]
    whole = spec.get("resources") or {}
    for container in [{"resources": whole}] if whole.get("requests") or whole.get("limits") else containers:
        resources = container.get("resources") or {}
        own = {k: v for k, v in (resources.get("limits") or {}).items() if k in ("cpu", "memory")}
        for name, amount in (resources.get("requests") or {}).items():
            if name in ("cpu", "memory") and quantity.parse(amount) > 0:
                requests[name] = requests.get(name, 0) + quantity.parse(amount)
        found = {name for name, amount in own.items() if quantity.parse(amount) > 0}
        for name in found:
            limits[name] = limits.get(name, 0) + quantity.parse(own[name])
        guaranteed = guaranteed and found == {"cpu", "memory"}
    if not requests and not limits:
        return "BestEffort"
    return "Guaranteed" if guaranteed and requests == limits else "Burstable"


def _only_pods(spec: Object) -> list[Cause]:
    causes: list[Cause] = []
    if not spec.get("serviceAccountName"):
        why = "must not be specified when serviceAccountName is not set"
        for index, volume in enumerate(spec.get("volumes") or []):
            for number, source in enumerate(meta.dig(volume, "projected", "sources", default=[])):
                if source.get("serviceAccountToken") is not None:
                    path = f"spec.volumes[{index}].projected.sources[{number}].serviceAccountToken"
                    causes.append(field.forbidden(path, why))
    for kind in _CONTAINER_KINDS:
        causes += validate_images(spec.get(kind) or [], f"spec.{kind}")
    return causes
