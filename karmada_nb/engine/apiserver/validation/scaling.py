"""Metrics and behaviour of a HorizontalPodAutoscaler.

Follows validateMetrics and validateBehavior in pkg/apis/autoscaling/validation/validation.go.
"""

from __future__ import annotations

from typing import Final

from karmada_nb.engine import quantity
from karmada_nb.engine.apiserver.validation import field
from karmada_nb.engine.apiserver.validation.names import dns_label, path_segment
from karmada_nb.engine.apiserver.validation.resources import container_resource_name
from karmada_nb.engine.errors import Cause
from karmada_nb.engine.meta import Object

SOURCES: Final = {
    "Object": "object",
    "External": "external",
    "Pods": "pods",
    "Resource": "resource",
    "ContainerResource": "containerResource",
}
_TARGETS: Final = ("Utilization", "Value", "AverageValue")
_SELECTS: Final = ("Disabled", "Max", "Min")
_POLICIES: Final = ("Percent", "Pods")
_LONGEST_WINDOW: Final = 3600
_LONGEST_PERIOD: Final = 1800


def validate_reference(target: Object, path: str, *, grouped: bool = False) -> list[Cause]:
    """``ValidateCrossVersionObjectReference``; a ``grouped`` one may not be of the core group."""
    causes: list[Cause] = []
    for name in ("kind", "name"):
        value = target.get(name, "")
        causes += field.checked(f"{path}.{name}", value, path_segment)
    version = target.get("apiVersion", "")
    if version.count("/") > 1:
        why = f"unexpected GroupVersion string: {version}"
        causes.append(field.invalid(f"{path}.apiVersion", version, why))
    elif grouped and not version.partition("/")[1]:
        why = "apiVersion must specify API group"
        causes.append(field.invalid(f"{path}.apiVersion", version, why))
    return causes


def validate_metric(metric: Object, path: str) -> list[Cause]:
    kind = metric.get("type", "")
    causes: list[Cause] = []
    if not kind:
        causes.append(field.required(f"{path}.type", "must specify a metric source type"))
    if kind not in SOURCES:
        causes.append(field.not_supported(f"{path}.type", kind, sorted(SOURCES)))
    found = [name for name in SOURCES.values() if metric.get(name) is not None]
    if found:
        causes += _SOURCE[found[0]](metric[found[0]], f"{path}.{found[0]}")
    wanted = SOURCES.get(kind, "")
    if not wanted:
        causes.append(field.not_supported(f"{path}.type", kind, sorted(SOURCES)))
    elif wanted not in found:
        why = "must populate information for the given metric source"
        causes.append(field.required(f"{path}.{wanted}", why))
    if len(found) > 1:
        why = "must populate the given metric source only"
        causes += [field.forbidden(f"{path}.{name}", why) for name in found if name != wanted]
    return causes


def validate_behavior(behavior: Object | None, path: str) -> list[Cause]:
    causes: list[Cause] = []
    for name in ("scaleUp", "scaleDown"):
        rules = (behavior or {}).get(name)
        if rules is not None:
            causes += _rules(rules, f"{path}.{name}")
    return causes


def _rules(rules: Object, path: str) -> list[Cause]:
    causes: list[Cause] = []
    window = rules.get("stabilizationWindowSeconds")
    if window is not None and window < 0:
        why = "must be greater than or equal to zero"
        causes.append(field.invalid(f"{path}.stabilizationWindowSeconds", window, why))
    if window is not None and window > _LONGEST_WINDOW:
        why = f"must be less than or equal to {_LONGEST_WINDOW}"
        causes.append(field.invalid(f"{path}.stabilizationWindowSeconds", window, why))
    causes += field.optional(f"{path}.selectPolicy", rules.get("selectPolicy"), _SELECTS)
    policies = rules.get("policies") or []
    if not policies:
        causes.append(field.required(f"{path}.policies", "must specify at least one Policy"))
    for index, policy in enumerate(policies):
        at = f"{path}.policies[{index}]"
        if policy.get("type") not in _POLICIES:
            causes.append(field.not_supported(f"{at}.type", policy.get("type", ""), _POLICIES))
        for name in ("value", "periodSeconds"):
            if policy.get(name, 0) <= 0:
                causes.append(field.invalid(f"{at}.{name}", policy.get(name, 0), "must be greater than zero"))
        if policy.get("periodSeconds", 0) > _LONGEST_PERIOD:
            why = f"must be less than or equal to {_LONGEST_PERIOD}"
            causes.append(field.invalid(f"{at}.periodSeconds", policy["periodSeconds"], why))
    tolerance = rules.get("tolerance")
    if tolerance is not None and quantity.parse(tolerance) < 0:
        causes.append(field.invalid(f"{path}.tolerance", str(tolerance), field.NEGATIVE))
    return causes


def _target(source: Object, path: str) -> list[Cause]:
    target, at = source.get("target") or {}, f"{path}.target"
    causes: list[Cause] = []
    if not target.get("type"):
        causes.append(field.required(f"{at}.type", "must specify a metric target type"))
    if target.get("type", "") not in _TARGETS:
        why = "must be either Utilization, Value, or AverageValue"
        causes.append(field.invalid(f"{at}.type", target.get("type", ""), why))
    for name in ("value", "averageValue"):
        if target.get(name) is not None and quantity.parse(target[name]) <= 0:
            causes.append(field.invalid(f"{at}.{name}", str(target[name]), "must be positive"))
    usage = target.get("averageUtilization")
    if usage is not None and usage < 1:
        causes.append(field.invalid(f"{at}.averageUtilization", usage, "must be greater than 0"))
    return causes


def _identifier(source: Object, path: str) -> list[Cause]:
    name = (source.get("metric") or {}).get("name", "")
    if not name:
        return [field.required(f"{path}.metric.name", "must specify a metric name")]
    return field.each(f"{path}.metric.name", name, path_segment(name))


def _given(source: Object, *names: str) -> list[str]:
    return [name for name in names if (source.get("target") or {}).get(name) is not None]


def _object(source: Object, path: str) -> list[Cause]:
    causes = validate_reference(source.get("describedObject") or {}, f"{path}.describedObject")
    causes += _identifier(source, path) + _target(source, path)
    if not _given(source, "value", "averageValue"):
        why = "must set either a target value or averageValue"
        causes.append(field.required(f"{path}.target.averageValue", why))
    return causes


def _external(source: Object, path: str) -> list[Cause]:
    causes = _identifier(source, path) + _target(source, path)
    given = _given(source, "value", "averageValue")
    if not given:
        why = "must set either a target value for metric or a per-pod target"
        causes.append(field.required(f"{path}.target.averageValue", why))
    elif len(given) > 1:
        why = "may not set both a target value for metric and a per-pod target"
        causes.append(field.forbidden(f"{path}.target.value", why))
    return causes


def _pods(source: Object, path: str) -> list[Cause]:
    causes = _identifier(source, path) + _target(source, path)
    average = (source.get("target") or {}).get("averageValue")
    if average is None:
        why = "must specify a positive target averageValue"
        causes.append(field.required(f"{path}.target.averageValue", why))
    return causes


def _resource(source: Object, path: str) -> list[Cause]:
    causes: list[Cause] = []
    if not source.get("name"):
        causes.append(field.required(f"{path}.name", "must specify a resource name"))
    return causes + _resource_target(source, path)


def _resource_target(source: Object, path: str) -> list[Cause]:
    causes = _target(source, path)
    given = _given(source, "averageUtilization", "averageValue")
    if not given:
        why = "must set either a target raw value or a target utilization"
        causes.append(field.required(f"{path}.target.averageUtilization", why))
    elif len(given) > 1:
        why = "may not set both a target raw value and a target utilization"
        causes.append(field.forbidden(f"{path}.target.averageValue", why))
    return causes


def _container(source: Object, path: str) -> list[Cause]:
    name, container = source.get("name", ""), source.get("container", "")
    causes: list[Cause] = []
    if name:
        causes += container_resource_name(name, f"{path}.name")
    else:
        causes.append(field.required(f"{path}.name", "must specify a resource name"))
    if container:
        causes += field.each(f"{path}.container", container, dns_label(container))
    else:
        causes.append(field.required(f"{path}.container", "must specify a container"))
    return causes + _resource_target(source, path)


_SOURCE: Final = {
    "object": _object,
    "external": _external,
    "pods": _pods,
    "resource": _resource,
    "containerResource": _container,
}
