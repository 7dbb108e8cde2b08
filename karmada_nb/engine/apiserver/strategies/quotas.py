"""LimitRanges and ResourceQuotas.

Follows pkg/apis/core/v1/defaults.go, and ValidateLimitRange and ValidateResourceQuota in
pkg/apis/core/validation/validation.go.
"""

from __future__ import annotations

from typing import Final

from karmada_nb.engine import quantity
from karmada_nb.engine.apiserver.strategies.base import Builtin, StatusBuiltin
from karmada_nb.engine.apiserver.strategies.filling import each, within
from karmada_nb.engine.apiserver.strategies.podspec import rounded
from karmada_nb.engine.apiserver.validation import field
from karmada_nb.engine.apiserver.validation.names import qualified_name
from karmada_nb.engine.apiserver.validation.quota_scopes import validate_scopes
from karmada_nb.engine.apiserver.validation.resources import (
    quota_resource_name,
    resource_name,
    whole_amount,
)
from karmada_nb.engine.errors import Cause
from karmada_nb.engine.meta import Object

_TYPES: Final = ("Container", "PersistentVolumeClaim", "Pod")
_LISTS: Final = ("max", "min", "default", "defaultRequest", "maxLimitRequestRatio")


class LimitRange(Builtin):
    allow_create_on_update = True

    def default(self, obj: Object) -> Object:
        return within(obj, "spec", lambda spec: each(spec, "limits", _default_item))

    def validate(self, obj: Object) -> list[Cause]:
        causes: list[Cause] = []
        seen: set[str] = set()
        for index, item in enumerate((obj.get("spec") or {}).get("limits") or []):
            path, kind = f"spec.limits[{index}]", item.get("type", "")
            causes += field.each(f"{path}.type", kind, qualified_name(kind))
            if "/" not in kind and kind not in _TYPES:
                why = "must be a standard limit type or fully qualified"
                causes.append(field.invalid(f"{path}.type", kind, why))
            if kind in seen:
                causes.append(field.duplicate(f"{path}.type", kind))
            seen.add(kind)
            causes += _item(item, path)
        return causes


class ResourceQuota(StatusBuiltin):
    generational = False
    returns_deleted = True

    def default(self, obj: Object) -> Object:
        return within(obj, "spec", lambda spec: within(spec, "hard", rounded))

    def validate(self, obj: Object) -> list[Cause]:
        spec = obj.get("spec") or {}
        causes: list[Cause] = []
        for name, amount in (spec.get("hard") or {}).items():
            path = f"spec.hard[{name}]"
            causes += quota_resource_name(name, path) + whole_amount(name, amount, path)
        return causes + validate_scopes(spec)

    def validate_update(self, obj: Object, old: Object) -> list[Cause]:
        new, before = obj.get("spec") or {}, old.get("spec") or {}
        causes = self.validate(obj) + field.immutable("spec.scopes", new.get("scopes"), before.get("scopes"))
        new_selector, selector = new.get("scopeSelector"), before.get("scopeSelector")
        return causes + field.immutable("spec.scopeSelector", new_selector, selector)


def _default_item(item: Object) -> Object:
    for name in _LISTS:
        item = within(item, name, rounded)
    if item.get("type") != "Container":
        return item
    limits = {**(item.get("max") or {}), **(item.get("default") or {})}
    requests = {**(item.get("min") or {}), **limits, **(item.get("defaultRequest") or {})}
    if limits and limits != item.get("default"):
        item = {**item, "default": limits}
    if requests and requests != item.get("defaultRequest"):
        item = {**item, "defaultRequest": requests}
    return item


def _item(item: Object, path: str) -> list[Cause]:
    causes: list[Cause] = []
    if item.get("type") == "Pod":
        for name in ("default", "defaultRequest"):
            if item.get(name):
                why = "may not be specified when `type` is 'Pod'"
                causes.append(field.forbidden(f"{path}.{name}", why))
    if item.get("type") == "PersistentVolumeClaim" and not any(
        "storage" in (item.get(name) or {}) for name in ("min", "max")
    ):
        why = "either minimum or maximum storage value is required, but neither was provided"
        causes.append(field.required(path, why))
    keys = sorted({key for name in _LISTS for key in item.get(name) or {}})
    for name in ("max", "min"):
        for key in item.get(name) or {}:
            causes += resource_name(key, f"{path}.{name}[{key}]")
    for key in keys:
        causes += _ordered(item, key, path)
    return causes


def _ordered(item: Object, key: str, path: str) -> list[Cause]:
    """min <= defaultRequest <= default <= max, as far as they are there."""
    low, high, request, limit, ratio = (
        (item.get(name) or {}).get(key)
        for name in ("min", "max", "defaultRequest", "default", "maxLimitRequestRatio")
    )
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
    if ratio is not None and quantity.parse(ratio) < 1:
        why = f"ratio {ratio} is less than 1"
        causes.append(field.invalid(f"{path}.maxLimitRequestRatio[{key}]", ratio, why))
    return causes
