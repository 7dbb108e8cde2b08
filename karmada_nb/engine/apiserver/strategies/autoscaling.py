"""HorizontalPodAutoscalers, of autoscaling/v1 and v2.

Follows pkg/apis/autoscaling/{v1,v2}/defaults.go and pkg/apis/autoscaling/validation/validation.go.
"""

from __future__ import annotations

from typing import Final

from karmada_nb.engine.apiserver.strategies.base import StatusBuiltin
from karmada_nb.engine.apiserver.strategies.filling import complete, completer, within
from karmada_nb.engine.apiserver.validation import field
from karmada_nb.engine.apiserver.validation.scaling import (
    validate_behavior,
    validate_metric,
    validate_reference,
)
from karmada_nb.engine.errors import Cause
from karmada_nb.engine.meta import Object

_AVERAGE: Final = 80
_CPU: Final = {
    "type": "Resource",
    "resource": {"name": "cpu", "target": {"type": "Utilization", "averageUtilization": _AVERAGE}},
}
_UP: Final = {
    "stabilizationWindowSeconds": 0,
    "selectPolicy": "Max",
    "policies": [
        {"type": "Pods", "value": 4, "periodSeconds": 15},
        {"type": "Percent", "value": 100, "periodSeconds": 15},
    ],
}
_DOWN: Final = {
    "selectPolicy": "Max",
    "policies": [{"type": "Percent", "value": 100, "periodSeconds": 15}],
}
_V1: Final = "autoscaling/v1"


class HorizontalPodAutoscaler(StatusBuiltin):
    generational = False

    def default(self, obj: Object) -> Object:
        plain = obj.get("apiVersion") == _V1
        return within(obj, "spec", _default_plain if plain else _default_spec)

    def initial_status(self, obj: Object) -> Object:
        more = {"currentReplicas": 0} if obj.get("apiVersion") == _V1 else {"currentMetrics": None}
        return {**obj, "status": {"desiredReplicas": 0, **more}}

    def validate(self, obj: Object) -> list[Cause]:
        spec = obj.get("spec") or {}
        causes: list[Cause] = []
        least, most = spec.get("minReplicas"), spec.get("maxReplicas", 0)
        zero = any(metric.get("type") in ("Object", "External") for metric in spec.get("metrics") or [])
        if least is not None and least < 1:
            causes.append(field.invalid("spec.minReplicas", least, "must be greater than or equal to 1"))
        if not most:
            causes.append(field.required("spec.maxReplicas", "must be set and greater than 0"))
        elif most < 0:
            causes.append(field.invalid("spec.maxReplicas", most, "must be greater than or equal to 1"))
        if least is not None and most < least:
            why = "must be greater than or equal to `minReplicas`"
            causes.append(field.invalid("spec.maxReplicas", most, why))
        target = spec.get("scaleTargetRef") or {}
        causes += validate_reference(target, "spec.scaleTargetRef", grouped=True)
        average = spec.get("targetCPUUtilizationPercentage")
        if average is not None and average < 1:
            at = "spec.metrics[0].resource.target.averageUtilization"
            causes.append(field.invalid(at, average, "must be greater than 0"))
        for index, metric in enumerate(spec.get("metrics") or []):
            causes += validate_metric(metric, f"spec.metrics[{index}]")
        if least == 0 and not zero:
            why = "must specify at least one Object or External metric to support scaling to zero replicas"
            causes.append(field.forbidden("spec.metrics", why))
        return causes + validate_behavior(spec.get("behavior"), "spec.behavior")

    def validate_status(self, obj: Object, old: Object) -> list[Cause]:
        status = obj.get("status") or {}
        causes: list[Cause] = []
        for name in ("currentReplicas", "desiredReplicas"):
            causes += field.non_negative(f"status.{name}", status.get(name))
        return causes


def _default_plain(spec: Object) -> Object:
    """``autoscaling/v1``, which knows one metric: without it, the default of ``v2`` holds."""
    return complete(spec, {"minReplicas": 1, "targetCPUUtilizationPercentage": _AVERAGE})


def _default_spec(spec: Object) -> Object:
    spec = complete(spec, {"minReplicas": 1})
    if not spec.get("metrics"):
        spec = {**spec, "metrics": [_CPU]}
    return within(spec, "behavior", _default_behavior)


def _default_behavior(behavior: Object) -> Object:
    behavior = complete(behavior, {"scaleUp": {}, "scaleDown": {}})
    behavior = within(behavior, "scaleUp", completer(_UP))
    return within(behavior, "scaleDown", completer(_DOWN))
