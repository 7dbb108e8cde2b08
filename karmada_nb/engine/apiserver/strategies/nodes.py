"""Nodes.

Follows pkg/apis/core/v1/defaults.go, pkg/registry/core/node/strategy.go and ValidateNode in
pkg/apis/core/validation/validation.go. A node may be created with its status.
"""

from __future__ import annotations

from karmada_nb.engine import meta
from karmada_nb.engine.apiserver.strategies.base import StatusBuiltin
from karmada_nb.engine.apiserver.strategies.filling import within
from karmada_nb.engine.apiserver.strategies.podspec import rounded
from karmada_nb.engine.apiserver.validation import field
from karmada_nb.engine.apiserver.validation.names import label_value, qualified_name
from karmada_nb.engine.apiserver.validation.resources import amount_of
from karmada_nb.engine.apiserver.validation.scheduling import EFFECTS
from karmada_nb.engine.errors import Cause
from karmada_nb.engine.meta import Object


class Node(StatusBuiltin):
    generational = False
    selectable = ("spec.unschedulable",)

    def default(self, obj: Object) -> Object:
        return within(obj, "status", _default_status)

    def prepare_create(self, obj: Object) -> Object:
        return obj

    def validate(self, obj: Object) -> list[Cause]:
        return _taints(meta.dig(obj, "spec", "taints", default=[]), "spec.taints")

    def validate_update(self, obj: Object, old: Object) -> list[Cause]:
        spec, before = obj.get("spec") or {}, old.get("spec") or {}
        if spec is before or spec == before:
            return []
        causes = self.validate(obj)
        if before.get("podCIDRs") and spec.get("podCIDRs") != before["podCIDRs"]:
            why = 'node updates may not change podCIDR except from "" to valid'
            causes.append(field.forbidden("spec.podCIDRs", why))
        if before.get("providerID") and spec.get("providerID") != before["providerID"]:
            why = 'node updates may not change providerID except from "" to valid'
            causes.append(field.forbidden("spec.providerID", why))
        return causes

    def validate_status(self, obj: Object, old: Object) -> list[Cause]:
        causes: list[Cause] = []
        for kind in ("capacity", "allocatable"):
            for name, amount in (meta.dig(obj, "status", kind) or {}).items():
                causes += amount_of(amount, f"status.{kind}[{name}]")
        seen: set[tuple[str, str]] = set()
        for index, address in enumerate(meta.dig(obj, "status", "addresses", default=[])):
            key = (address.get("type", ""), address.get("address", ""))
            if key in seen:
                causes.append(field.duplicate(f"status.addresses[{index}]", address))
            seen.add(key)
        return causes

    def fields(self, obj: Object) -> dict[str, str]:
        return {"spec.unschedulable": "true" if meta.dig(obj, "spec", "unschedulable") else "false"}


def _default_status(status: Object) -> Object:
    status = within(within(status, "capacity", rounded), "allocatable", rounded)
    capacity = status.get("capacity")
    return {**status, "allocatable": capacity} if capacity and not status.get("allocatable") else status


def _taints(taints: list[Object], path: str) -> list[Cause]:
    causes: list[Cause] = []
    seen: set[tuple[str, str]] = set()
    for index, taint in enumerate(taints):
        at = f"{path}[{index}]"
        key, effect = taint.get("key", ""), taint.get("effect", "")
        causes += field.each(f"{at}.key", key, qualified_name(key))
        complaints = label_value(taint.get("value", ""))
        if complaints:
            causes.append(field.invalid(f"{at}.value", taint["value"], ";".join(complaints)))
        if not effect:
            causes.append(field.required(f"{at}.effect"))
        elif effect not in EFFECTS:
            causes.append(field.not_supported(f"{at}.effect", effect, EFFECTS))
        if (effect, key) in seen:
            shown = field.ordered(taint, "key", "value", "effect")
            internal = {"Key": key, "Value": shown.get("value", ""), "Effect": effect, "TimeAdded": None}
            causes.append(field.duplicate(at, internal))
        seen.add((effect, key))
    return causes
