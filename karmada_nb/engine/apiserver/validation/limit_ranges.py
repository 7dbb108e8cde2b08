"""The limits of a LimitRange. Follows ValidateLimitRange in pkg/apis/core/validation/validation.go."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Final

from karmada_nb.engine import quantity
from karmada_nb.engine.apiserver.validation import field
from karmada_nb.engine.apiserver.validation.names import qualified_name
from karmada_nb.engine.apiserver.validation.resources import (
    container_resource_name,
    overcommits,
    resource_name,
)
from karmada_nb.engine.errors import Cause
from karmada_nb.engine.meta import Object

LISTS: Final = ("max", "min", "default", "defaultRequest", "maxLimitRequestRatio")
"""What an item says of resources, in the order in which it is looked at."""
_TYPES: Final = ("Container", "PersistentVolumeClaim", "Pod")
_DEFAULTS: Final = ("default", "defaultRequest")


def validate_limits(items: Sequence[Object]) -> list[Cause]:
    causes: list[Cause] = []
    seen: set[str] = set()
    for index, item in enumerate(items):
        path, kind = f"spec.limits[{index}]", item.get("type", "")
        causes += _type(kind, f"{path}.type")
        if kind in seen:
            causes.append(field.duplicate(f"{path}.type", kind))
        seen.add(kind)
        causes += _item(item, kind, path)
    return causes


def _type(kind: str, path: str) -> list[Cause]:
    complaints = qualified_name(kind)
    if not complaints and "/" not in kind and kind not in _TYPES:
        complaints = ["must be a standard limit type or fully qualified"]
    return field.each(path, kind, complaints)


def _item(item: Object, kind: str, path: str) -> list[Cause]:
    check = container_resource_name if kind in ("Pod", "Container") else resource_name
    causes: list[Cause] = []
    lists = [name for name in LISTS if kind != "Pod" or name not in _DEFAULTS]
    for name in LISTS:
        found = item.get(name) or {}
        if name not in lists:
            why = "may not be specified when `type` is 'Pod'"
            causes += [field.forbidden(f"{path}.{name}", why)] if found else []
            continue
        if name == LISTS[-1]:
            causes += _storage(item, kind, path)
        for key in sorted(found):
            causes += check(key, f"{path}.{name}[{key}]")
    for key in sorted({key for name in lists for key in item.get(name) or {}}):
        said = {name: item[name][key] for name in lists if key in (item.get(name) or {})}
        causes += _ordered(said, key, path)
    return causes


def _storage(item: Object, kind: str, path: str) -> list[Cause]:
    if kind != "PersistentVolumeClaim" or any("storage" in (item.get(name) or {}) for name in ("min", "max")):
        return []
    why = "either minimum or maximum storage value is required, but neither was provided"
    return [field.required(f"{path}.limits", why)]


def _ordered(said: Object, key: str, path: str) -> list[Cause]:
    """min <= defaultRequest <= default <= max, as far as ``said`` has them."""
    low, high, request, limit = (said.get(name) for name in ("min", "max", "defaultRequest", "default"))
    causes: list[Cause] = []

    def check(small: str | None, great: str | None, name: str, shown: str | None, why: str) -> None:
        if small is not None and great is not None and quantity.parse(small) > quantity.parse(great):
            causes.append(field.invalid(f"{path}.{name}[{key}]", shown, why))

    check(low, high, "min", low, f"min value {low} is greater than max value {high}")
    why = f"min value {low} is greater than default request value {request}"
    check(low, request, "defaultRequest", request, why)
    why = f"default request value {request} is greater than max value {high}"
    check(request, high, "defaultRequest", request, why)
    why = f"default request value {request} is greater than default limit value {limit}"
    check(request, limit, "defaultRequest", request, why)
    check(low, limit, "default", low, f"min value {low} is greater than default value {limit}")
    check(limit, high, "default", high, f"default value {limit} is greater than max value {high}")
    causes += _ratio(said, f"{path}.maxLimitRequestRatio[{key}]")
    if not overcommits(key) and None not in (limit, request) and limit != request:
        why = f"default value {limit} must equal to defaultRequest value {request} in {key}"
        causes.append(field.invalid(f"{path}.defaultRequest[{key}]", request, why))
    return causes


def _ratio(said: Object, path: str) -> list[Cause]:
    """How much a limit may be above its request: never more than max is above min."""
    ratio, low, high = (said.get(name) for name in ("maxLimitRequestRatio", "min", "max"))
    if ratio is None:
        return []
    causes: list[Cause] = []
    if quantity.parse(ratio) < 1:
        causes.append(field.invalid(path, ratio, f"ratio {ratio} is less than 1"))
    if low is not None and high is not None:
        most = _divided(quantity.parse(high), quantity.parse(low))
        if float(quantity.parse(ratio)) > most:
            why = f"ratio {ratio} is greater than max/min = {most:f}"
            causes.append(field.invalid(path, ratio, why))
    return causes


def _divided(great: Decimal, small: Decimal) -> float:
    """As floating point numbers divide: nothing is an error."""
    if small:
        return float(great) / float(small)
    return float("nan") if not great else float("inf") if great > 0 else float("-inf")
