"""The metrics a FederatedHPA scales by.

Follows the metric checks of pkg/util/lifted/validatingfhpa.go.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from karmada_nb.engine import quantity
from karmada_nb.engine.apiserver.validation import field, names
from karmada_nb.engine.errors import Cause
from karmada_nb.engine.karmada.admission.quota import validate_container_resource_name
from karmada_nb.engine.karmada.admission.shapes import as_written
from karmada_nb.engine.meta import Object

_TYPES: Final = ("ContainerResource", "Object", "Pods", "Resource")
_SOURCE_OF_TYPE: Final = {
    "Object": "object",
    "Pods": "pods",
    "Resource": "resource",
    "ContainerResource": "containerResource",
}
_BOTH_TARGETS: Final = "may not set both a target raw value and a target utilization"
_NO_TARGET: Final = "must set either a target raw value or a target utilization"


def validate_reference(reference: Object, path: str) -> list[Cause]:
    """A kind and a name, each fit for a URL."""
    out: list[Cause] = []
    for name in ("kind", "name"):
        value = reference.get(name, "")
        if not value:
            out.append(field.required(f"{path}.{name}"))
        else:
            out += field.each(f"{path}.{name}", value, names.path_segment(value))
    return out


def validate_metric_spec(metric: Object, path: str) -> list[Cause]:
    out: list[Cause] = []
    kind = metric.get("type", "")
    if not kind:
        out.append(field.required(f"{path}.type", "must specify a metric source type"))
    if kind not in _TYPES:
        out.append(field.not_supported(f"{path}.type", kind, _TYPES))
    present = [name for name in _SOURCES if metric.get(name) is not None]
    if present:
        out += _SOURCES[present[0]](metric[present[0]], f"{path}.{present[0]}")
    expected = _SOURCE_OF_TYPE.get(kind)
    if expected is None:
        out.append(field.not_supported(f"{path}.type", kind, _TYPES))
    elif expected not in present:
        detail = "must populate information for the given metric source"
        out.append(field.required(f"{path}.{expected}", detail))
    if len(present) != 1:
        out += [
            field.forbidden(f"{path}.{name}", "must populate the given metric source only")
            for name in present
            if name != expected
        ]
    return out


def _object_source(source: Object, path: str) -> list[Cause]:
    target = source.get("target") or {}
    out = validate_reference(source.get("describedObject") or {}, f"{path}.describedObject")
    out += _identifier(source.get("metric") or {}, f"{path}.metric")
    out += _target(target, f"{path}.target")
    if target.get("value") is None and target.get("averageValue") is None:
        detail = "must set either a target value or averageValue"
        out.append(field.required(f"{path}.target.averageValue", detail))
    return out


def _pods_source(source: Object, path: str) -> list[Cause]:
    target = source.get("target") or {}
    out = _identifier(source.get("metric") or {}, f"{path}.metric") + _target(target, f"{path}.target")
    if target.get("averageValue") is None:
        detail = "must specify a positive target averageValue"
        out.append(field.required(f"{path}.target.averageValue", detail))
    return out


def _resource_source(source: Object, path: str) -> list[Cause]:
    out: list[Cause] = []
    if not source.get("name"):
        out.append(field.required(f"{path}.name", "must specify a resource name"))
    return out + _utilization(source.get("target") or {}, path)


def _container_resource_source(source: Object, path: str) -> list[Cause]:
    out: list[Cause] = []
    name, container = source.get("name", ""), source.get("container", "")
    if not name:
        out.append(field.required(f"{path}.name", "must specify a resource name"))
    else:
        out += validate_container_resource_name(name, f"{path}.name")
    if not container:
        out.append(field.required(f"{path}.container", "must specify a container"))
    else:
        out += field.each(f"{path}.container", container, names.dns_label(container))
    return out + _utilization(source.get("target") or {}, path)


def _utilization(target: Object, path: str) -> list[Cause]:
    out = _target(target, f"{path}.target")
    utilization, average = target.get("averageUtilization"), target.get("averageValue")
    if utilization is None and average is None:
        out.append(field.required(f"{path}.target.averageUtilization", _NO_TARGET))
    if utilization is not None and average is not None:
        out.append(field.forbidden(f"{path}.target.averageValue", _BOTH_TARGETS))
    return out


def _target(target: Object, path: str) -> list[Cause]:
    out: list[Cause] = []
    kind = target.get("type", "")
    if not kind:
        out.append(field.required(f"{path}.type", "must specify a metric target type"))
    if kind not in ("Utilization", "Value", "AverageValue"):
        detail = "must be either Utilization, Value, or AverageValue"
        out.append(field.invalid(f"{path}.type", kind, detail))
    for name in ("value", "averageValue"):
        amount = target.get(name)
        if amount is not None and quantity.parse(amount) <= 0:
            shown = as_written(amount)
            out.append(field.invalid(f"{path}.{name}", shown, "must be positive"))
    utilization = target.get("averageUtilization")
    if utilization is not None and utilization < 1:
        detail = "must be greater than 0"
        out.append(field.invalid(f"{path}.averageUtilization", utilization, detail))
    return out


def _identifier(metric: Object, path: str) -> list[Cause]:
    name = metric.get("name", "")
    if not name:
        return [field.required(f"{path}.name", "must specify a metric name")]
    return field.each(f"{path}.name", name, names.path_segment(name))


_SOURCES: Final[dict[str, Callable[[Object, str], list[Cause]]]] = {
    "object": _object_source,
    "pods": _pods_source,
    "resource": _resource_source,
    "containerResource": _container_resource_source,
}
