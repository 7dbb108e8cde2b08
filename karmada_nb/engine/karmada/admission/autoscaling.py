"""FederatedHPA: defaults and checks.

Follows pkg/util/lifted/federatedhpa.go and pkg/util/lifted/validatingfhpa.go, which are Kubernetes' own
rules for autoscaling/v2 without external metrics and without scaling to zero.
"""

from __future__ import annotations

from typing import Final

from karmada_nb.engine.apiserver.validation import field, names
from karmada_nb.engine.apiserver.validation.metadata import validate_metadata
from karmada_nb.engine.errors import Cause
from karmada_nb.engine.karmada.admission.metrics import validate_metric_spec, validate_reference
from karmada_nb.engine.meta import Object, dig

MAX_PERIOD_SECONDS: Final = 1800
MAX_STABILIZATION_WINDOW_SECONDS: Final = 3600

_CPU_AT_80: Final[Object] = {
    "type": "Resource",
    "resource": {"name": "cpu", "target": {"type": "Utilization", "averageUtilization": 80}},
}
_SCALE_UP: Final[Object] = {
    "stabilizationWindowSeconds": 0,
    "selectPolicy": "Max",
    "policies": [
        {"type": "Pods", "value": 4, "periodSeconds": 15},
        {"type": "Percent", "value": 100, "periodSeconds": 15},
    ],
}
_SCALE_DOWN: Final[Object] = {
    "selectPolicy": "Max",
    "policies": [{"type": "Percent", "value": 100, "periodSeconds": 15}],
}


def mutate_federated_hpa(hpa: Object) -> Object:
    """One replica at least, CPU at 80 % where no metric is given, the usual behaviour where one is begun."""
    spec = dict(hpa.get("spec") or {})
    if spec.get("minReplicas") is None:
        spec["minReplicas"] = 1
    if not spec.get("metrics"):
        spec["metrics"] = [_CPU_AT_80]
    behaviour = spec.get("behavior")
    if behaviour is not None:
        spec["behavior"] = {
            **behaviour,
            "scaleUp": _filled(behaviour.get("scaleUp"), _SCALE_UP),
            "scaleDown": _filled(behaviour.get("scaleDown"), _SCALE_DOWN),
        }
    return {**hpa, "spec": spec, "status": hpa.get("status") or {"desiredReplicas": 0}}


def _filled(rules: Object | None, defaults: Object) -> Object:
    return {**defaults, **{k: v for k, v in (rules or {}).items() if v is not None}}


def validate_federated_hpa(hpa: Object) -> list[Cause]:
    out = validate_metadata(hpa, True, names.dns_subdomain, builtin=False)
    spec = hpa.get("spec") or {}
    least, most = spec.get("minReplicas"), spec.get("maxReplicas") or 0
    if least is not None and least < 1:
        out.append(field.invalid("spec.minReplicas", least, "must be greater than or equal to 1"))
    if most < 1:
        out.append(field.invalid("spec.maxReplicas", most, "must be greater than 0"))
    if least is not None and most < least:
        detail = "must be greater than or equal to `minReplicas`"
        out.append(field.invalid("spec.maxReplicas", most, detail))
    out += validate_reference(spec.get("scaleTargetRef") or {}, "spec.scaleTargetRef")
    for index, metric in enumerate(spec.get("metrics") or []):
        out += validate_metric_spec(metric, f"spec.metrics[{index}]")
    for direction in ("scaleUp", "scaleDown"):
        rules = dig(spec, "behavior", direction)
        if rules is not None:
            out += _scaling_rules(rules, f"spec.behavior.{direction}")
    for name in ("currentReplicas", "desiredReplicas"):
        count = dig(hpa, "status", name, default=0)
        if count < 0:
            out.append(field.invalid(f"status.{name}", count, "must be greater than or equal to 0"))
    return out


def _scaling_rules(rules: Object, path: str) -> list[Cause]:
    out: list[Cause] = []
    window = rules.get("stabilizationWindowSeconds")
    where = f"{path}.stabilizationWindowSeconds"
    if window is not None and window < 0:
        out.append(field.invalid(where, window, "must be greater than or equal to zero"))
    if window is not None and window > MAX_STABILIZATION_WINDOW_SECONDS:
        detail = f"must be less than or equal to {MAX_STABILIZATION_WINDOW_SECONDS}"
        out.append(field.invalid(where, window, detail))
    select = rules.get("selectPolicy")
    if select is not None and select not in ("Max", "Min", "Disabled"):
        out.append(field.not_supported(f"{path}.selectPolicy", select, ("Disabled", "Max", "Min")))
    policies = rules.get("policies") or []
    if not policies:
        out.append(field.required(f"{path}.policies", "must specify at least one Policy"))
    for index, policy in enumerate(policies):
        out += _scaling_policy(policy, f"{path}.policies[{index}]")
    return out


def _scaling_policy(policy: Object, path: str) -> list[Cause]:
    out: list[Cause] = []
    kind = policy.get("type", "")
    if kind not in ("Pods", "Percent"):
        out.append(field.not_supported(f"{path}.type", kind, ("Percent", "Pods")))
    value, period = policy.get("value") or 0, policy.get("periodSeconds") or 0
    if value <= 0:
        out.append(field.invalid(f"{path}.value", value, "must be greater than zero"))
    if period <= 0:
        out.append(field.invalid(f"{path}.periodSeconds", period, "must be greater than zero"))
    if period > MAX_PERIOD_SECONDS:
        detail = f"must be less than or equal to {MAX_PERIOD_SECONDS}"
        out.append(field.invalid(f"{path}.periodSeconds", period, detail))
    return out
