"""Between the versions of built-in kinds that are stored in one form and served in two.

Follows pkg/apis/autoscaling/v1/conversion.go and pkg/apis/events/v1/conversion.go of Kubernetes. Objects are
stored as autoscaling/v2 and as core v1 Events.
"""

from typing import Any, Final

import orjson

from karmada_nb.engine import meta
from karmada_nb.engine.apiserver.resource import Convert
from karmada_nb.engine.meta import Object

_METRICS: Final = "autoscaling.alpha.kubernetes.io/metrics"
_CURRENT_METRICS: Final = "autoscaling.alpha.kubernetes.io/current-metrics"
_CONDITIONS: Final = "autoscaling.alpha.kubernetes.io/conditions"
_BEHAVIOR: Final = "autoscaling.alpha.kubernetes.io/behavior"
_EVENT_NAMES: Final = (
    ("regarding", "involvedObject"),
    ("note", "message"),
    ("reportingController", "reportingComponent"),
    ("deprecatedSource", "source"),
    ("deprecatedFirstTimestamp", "firstTimestamp"),
    ("deprecatedLastTimestamp", "lastTimestamp"),
    ("deprecatedCount", "count"),
)
"""A field of events.k8s.io/v1, and the same in core v1."""


def convert_for(group: str, version: str, kind: str) -> tuple[Convert | None, Convert | None]:
    """``(from storage, to storage)``; None where the stored form is this version's form."""
    if (group, kind) == ("events.k8s.io", "Event"):
        return event_from_core, event_to_core
    if (group, version, kind) == ("autoscaling", "v1", "HorizontalPodAutoscaler"):
        return autoscaler_to_v1, autoscaler_to_v2
    return None, None


def _renamed(obj: Object, names: dict[str, str], api_version: str) -> Object:
    out = {names.get(field, field): value for field, value in obj.items()}
    return {**out, "apiVersion": api_version}


def event_from_core(obj: Object) -> Object:
    return _renamed(obj, {old: new for new, old in _EVENT_NAMES}, "events.k8s.io/v1")


def event_to_core(obj: Object) -> Object:
    return _renamed(obj, dict(_EVENT_NAMES), "v1")


def autoscaler_to_v1(obj: Object) -> Object:
    """Metrics other than CPU, behaviour and conditions go into annotations."""
    spec, status = dict(obj.get("spec") or {}), dict(obj.get("status") or {})
    notes: dict[str, Any] = {}
    others = []
    for metric in spec.pop("metrics", None) or ():
        share = _cpu_share(metric, "target", "averageUtilization")
        if share is not None and "targetCPUUtilizationPercentage" not in spec:
            spec["targetCPUUtilizationPercentage"] = share
        else:
            others.append(metric)
    if others:
        notes[_METRICS] = others
    behavior = spec.pop("behavior", None)
    if behavior:
        notes[_BEHAVIOR] = behavior
    current = []
    for metric in status.pop("currentMetrics", None) or ():
        share = _cpu_share(metric, "current", "averageUtilization")
        if share is not None:
            status["currentCPUUtilizationPercentage"] = share
        else:
            current.append(metric)
    if current:
        notes[_CURRENT_METRICS] = current
    conditions = status.pop("conditions", None)
    if conditions:
        notes[_CONDITIONS] = conditions
    texts = {name: orjson.dumps(value).decode() for name, value in notes.items()}
    out = {**obj, "apiVersion": "autoscaling/v1", "spec": spec, "status": status}
    if texts:
        out = meta.with_metadata(out, annotations={**meta.annotations(obj), **texts})
    return out


def autoscaler_to_v2(obj: Object) -> Object:
    """What ``autoscaler_to_v1`` put away comes back."""
    notes = dict(meta.annotations(obj))
    spec, status = dict(obj.get("spec") or {}), dict(obj.get("status") or {})
    metrics = []
    share = spec.pop("targetCPUUtilizationPercentage", None)
    if share is not None:
        target = {"type": "Utilization", "averageUtilization": share}
        metrics.append({"type": "Resource", "resource": {"name": "cpu", "target": target}})
    metrics += _noted(notes, _METRICS, [])
    if metrics:
        spec["metrics"] = metrics
    behavior = _noted(notes, _BEHAVIOR, None)
    if behavior:
        spec["behavior"] = behavior
    current = []
    share = status.pop("currentCPUUtilizationPercentage", None)
    if share is not None:
        cpu = {"name": "cpu", "current": {"averageUtilization": share}}
        current.append({"type": "Resource", "resource": cpu})
    current += _noted(notes, _CURRENT_METRICS, [])
    if current:
        status["currentMetrics"] = current
    conditions = _noted(notes, _CONDITIONS, None)
    if conditions:
        status["conditions"] = conditions
    out = {**obj, "apiVersion": "autoscaling/v2", "spec": spec, "status": status}
    return meta.with_metadata(out, annotations=notes or None)


def _cpu_share(metric: Object, part: str, field: str) -> int | None:
    if metric.get("type") != "Resource" or meta.dig(metric, "resource", "name") != "cpu":
        return None
    found = meta.dig(metric, "resource", part, field)
    return None if found is None else int(found)


def _noted(notes: dict[str, str], name: str, default: Any) -> Any:
    text = notes.pop(name, "")
    if not text:
        return default
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        return default
