"""LimitRanges and ResourceQuotas.

Follows pkg/apis/core/v1/defaults.go, and ValidateResourceQuota in pkg/apis/core/validation/validation.go.
"""

from __future__ import annotations

from karmada_nb.engine import meta
from karmada_nb.engine.apiserver.strategies.base import Builtin, StatusBuiltin
from karmada_nb.engine.apiserver.strategies.filling import each, within
from karmada_nb.engine.apiserver.strategies.podspec import rounded
from karmada_nb.engine.apiserver.validation import field
from karmada_nb.engine.apiserver.validation.limit_ranges import LISTS, validate_limits
from karmada_nb.engine.apiserver.validation.quota_scopes import validate_scopes
from karmada_nb.engine.apiserver.validation.resources import quota_resource_name, whole_amount
from karmada_nb.engine.errors import Cause
from karmada_nb.engine.meta import Object


class LimitRange(Builtin):
    allow_create_on_update = True

    def default(self, obj: Object) -> Object:
        return within(obj, "spec", lambda spec: each(spec, "limits", _default_item))

    def validate(self, obj: Object) -> list[Cause]:
        return validate_limits((obj.get("spec") or {}).get("limits") or [])


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

    def validate_status(self, obj: Object, old: Object) -> list[Cause]:
        return [
            cause
            for kind in ("hard", "used")
            for name, amount in (meta.dig(obj, "status", kind) or {}).items()
            for check in (
                quota_resource_name(name, f"status.{kind}[{name}]"),
                whole_amount(name, amount, f"status.{kind}[{name}]"),
            )
            for cause in check
        ]

    def validate_update(self, obj: Object, old: Object) -> list[Cause]:
        new, before = obj.get("spec") or {}, old.get("spec") or {}
        causes = self.validate(obj) + field.immutable("spec.scopes", new.get("scopes"), before.get("scopes"))
        new_selector, selector = new.get("scopeSelector"), before.get("scopeSelector")
        return causes + field.immutable("spec.scopeSelector", new_selector, selector)


def _default_item(item: Object) -> Object:
    for name in LISTS:
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
