"""Between the stored form of a built-in object and the version that a client asked for.

Follows pkg/apis/core and events conversion (core/v1 is stored) and pkg/apis/autoscaling/v1/conversion.go
(autoscaling/v2 is stored; what v1 has no field for travels in annotations).
"""

from __future__ import annotations

from typing import Final

import orjson

from karmada_nb.engine import meta
from karmada_nb.engine.apiserver.resource import Convert
from karmada_nb.engine.apiserver.strategies.filling import drop
from karmada_nb.engine.meta import Object

_EVENT_FIELDS: Final = {
    "involvedObject": "regarding",
    "message": "note",
    "source": "deprecatedSource",
    "firstTimestamp": "deprecatedFirstTimestamp",
    "lastTimestamp": "deprecatedLastTimestamp",
    "count": "deprecatedCount",
    "reportingComponent": "reportingController",
}
_CORE_FIELDS: Final = {modern: core for core, modern in _EVENT_FIELDS.items()}
_CORE_BLANK: Final[Object] = {
    "involvedObject": {},
    "source": {},
    "firstTimestamp": None,
    "lastTimestamp": None,
    "eventTime": None,
    "reportingComponent": "",
    "reportingInstance": "",
}
_MODERN_BLANK: Final[Object] = {
    "eventTime": None,
    "regarding": {},
    "deprecatedSource": {},
    "deprecatedFirstTimestamp": None,
    "deprecatedLastTimestamp": None,
}
_METRICS: Final = "autoscaling.alpha.kubernetes.io/metrics"
_BEHAVIOR: Final = "autoscaling.alpha.kubernetes.io/behavior"
_CONDITIONS: Final = "autoscaling.alpha.kubernetes.io/conditions"
_CURRENT: Final = "autoscaling.alpha.kubernetes.io/current-metrics"


def convert_for(group: str, version: str, kind: str) -> tuple[Convert | None, Convert | None]:
    """``from_storage`` and ``to_storage`` of one version; None where it is the stored form."""
    if (group, kind) == ("events.k8s.io", "Event"):
        return modern_event, core_event
    if (group, version, kind) == ("autoscaling", "v1", "HorizontalPodAutoscaler"):
        return plain_autoscaler, full_autoscaler
    return None, None


def modern_event(event: Object) -> Object:
    """A core event as events.k8s.io/v1 names its fields."""
    named = {_EVENT_FIELDS.get(name, name): value for name, value in event.items()}
    for name in ("reportingController", "reportingInstance"):
        if not named.get(name):
            named.pop(name, None)
    head = {"kind": "Event", "apiVersion": "events.k8s.io/v1", "metadata": event["metadata"]}
    return {**head, **_MODERN_BLANK, **drop(named, *head)}


def core_event(event: Object) -> Object:
    """An events.k8s.io/v1 event as it is stored."""
    named = {_CORE_FIELDS.get(name, name): value for name, value in event.items()}
    head = {"kind": "Event", "apiVersion": "v1", "metadata": event["metadata"]}
    return {**head, **_CORE_BLANK, **drop(named, *head)}


def plain_autoscaler(obj: Object) -> Object:
    """An autoscaler in version 1: one CPU target; the rest in annotations."""
    spec, status = obj.get("spec") or {}, obj.get("status") or {}
    extra: dict[str, str] = {}
    plain = drop(spec, "metrics", "behavior")
    others = []
    for metric in spec.get("metrics") or []:
        target = _cpu_target(metric)
        if target is None or "targetCPUUtilizationPercentage" in plain:
            others.append(metric)
        else:
            plain["targetCPUUtilizationPercentage"] = target
    current = drop(status, "currentMetrics", "conditions")
    remaining = []
    for metric in status.get("currentMetrics") or []:
        used = meta.dig(metric, "resource", "current", "averageUtilization")
        if used is not None and meta.dig(metric, "resource", "name") == "cpu":
            current["currentCPUUtilizationPercentage"] = used
        else:
            remaining.append(metric)
    for name, value in (
        (_METRICS, others),
        (_BEHAVIOR, spec.get("behavior")),
        (_CONDITIONS, status.get("conditions")),
        (_CURRENT, remaining),
    ):
        if value:
            extra[name] = orjson.dumps(value).decode()
    if extra:
        obj = meta.with_metadata(obj, annotations={**meta.annotations(obj), **extra})
    current.setdefault("currentReplicas", 0)
    return {**obj, "apiVersion": "autoscaling/v1", "spec": plain, "status": current}


def full_autoscaler(obj: Object) -> Object:
    """A version 1 autoscaler in its stored form."""
    spec, status = obj.get("spec") or {}, obj.get("status") or {}
    kept = dict(meta.annotations(obj))
    found = {
        name: orjson.loads(kept.pop(name))
        for name in (_METRICS, _BEHAVIOR, _CONDITIONS, _CURRENT)
        if name in kept
    }
    metrics = list(found.get(_METRICS, []))
    target = spec.get("targetCPUUtilizationPercentage")
    if target is not None:
        metrics.insert(0, _cpu_metric("target", {"type": "Utilization", "averageUtilization": target}))
    full = drop(spec, "targetCPUUtilizationPercentage")
    full = {**full, **({"metrics": metrics} if metrics else {})}
    if _BEHAVIOR in found:
        full["behavior"] = found[_BEHAVIOR]
    current = list(found.get(_CURRENT, []))
    used = status.get("currentCPUUtilizationPercentage")
    if used is not None:
        current.insert(0, _cpu_metric("current", {"averageUtilization": used}))
    after = {**drop(status, "currentCPUUtilizationPercentage"), "currentMetrics": current or None}
    if _CONDITIONS in found:
        after["conditions"] = found[_CONDITIONS]
    after.setdefault("desiredReplicas", 0)
    if found:
        obj = meta.with_metadata(obj, annotations=kept or None)
    return {**obj, "apiVersion": "autoscaling/v2", "spec": full, "status": after}


def _cpu_target(metric: Object) -> int | None:
    if metric.get("type") != "Resource" or meta.dig(metric, "resource", "name") != "cpu":
        return None
    used: int | None = meta.dig(metric, "resource", "target", "averageUtilization")
    return used


def _cpu_metric(name: str, value: Object) -> Object:
    return {"type": "Resource", "resource": {"name": "cpu", name: value}}
