"""Nodes.

Follows pkg/apis/core/v1/defaults.go, pkg/registry/core/node/strategy.go and ValidateNode in
pkg/apis/core/validation/validation.go. A node may be created with its status.
"""

from __future__ import annotations

from dataclasses import replace

from karmada_nb.engine import meta
from karmada_nb.engine.apiserver.strategies.base import StatusBuiltin
from karmada_nb.engine.apiserver.strategies.filling import drop, within
from karmada_nb.engine.apiserver.strategies.podspec import rounded
from karmada_nb.engine.apiserver.validation import field
from karmada_nb.engine.apiserver.validation.internal import internal
from karmada_nb.engine.apiserver.validation.names import label_value, qualified_name
from karmada_nb.engine.apiserver.validation.network import validate_cidr
from karmada_nb.engine.apiserver.validation.resources import whole_amount
from karmada_nb.engine.apiserver.validation.scheduling import EFFECTS
from karmada_nb.engine.errors import Cause
from karmada_nb.engine.meta import Object


class Node(StatusBuiltin):
    generational = False
    selectable = ("spec.unschedulable",)

    def default(self, obj: Object) -> Object:
        return within(within(obj, "status", _default_status), "spec", _one_range)

    def prepare_create(self, obj: Object) -> Object:
        obj = within(obj, "status", lambda status: drop(status, "config"))
        return within(obj, "spec", lambda spec: drop(spec, "configSource"))

    def prepare_status(self, obj: Object, old: Object) -> Object:
        obj = super().prepare_status(obj, old)
        if meta.dig(old, "status", "config") is not None:
            return obj
        return within(obj, "status", lambda status: drop(status, "config"))

    def prepare_update(self, obj: Object, old: Object) -> Object:
        obj = super().prepare_update(obj, old)
        if meta.dig(old, "spec", "configSource") is not None:
            return obj
        return within(obj, "spec", lambda spec: drop(spec, "configSource"))

    def validate(self, obj: Object) -> list[Cause]:
        causes = _taints(meta.dig(obj, "spec", "taints", default=[]), "metadata.taints")
        return causes + _amounts(obj) + _ranges(meta.dig(obj, "spec", "podCIDRs", default=[]))

    def validate_update(self, obj: Object, old: Object) -> list[Cause]:
        spec, before = obj.get("spec") or {}, old.get("spec") or {}
        if spec is before or spec == before:
            return []
        # Upstream runs the checks of a new node and those of a changed one, and some are in both.
        causes = self.validate(obj) + _amounts(obj)
        if before.get("podCIDRs") and spec.get("podCIDRs") != before["podCIDRs"]:
            why = 'node updates may not change podCIDR except from "" to valid'
            causes.append(field.forbidden("spec.podCIDRs", why))
        causes += _taints(spec.get("taints") or [], "metadata.taints")
        if spec.get("externalID", "") != before.get("externalID", ""):
            causes.append(field.forbidden("spec.externalID", "may not be updated"))
        if before.get("providerID") and spec.get("providerID") != before["providerID"]:
            why = 'node updates may not change providerID except from "" to valid'
            causes.append(field.forbidden("spec.providerID", why))
        return causes

    def validate_status(self, obj: Object, old: Object) -> list[Cause]:
        causes = _amounts(obj)
        seen: set[tuple[str, str]] = set()
        for index, address in enumerate(meta.dig(obj, "status", "addresses", default=[])):
            key = (address.get("type", ""), address.get("address", ""))
            if key in seen:
                shown = {"Type": key[0], "Address": key[1]}
                causes.append(field.duplicate(f"status.addresses[{index}]", shown))
            seen.add(key)
        return causes

    def warnings(self, obj: Object, old: Object | None) -> list[str]:
        spec = obj.get("spec") or {}
        found = ["spec.configSource: the feature is removed"] if "configSource" in spec else []
        if spec.get("externalID"):
            found.append("spec.externalID: this field is deprecated, and is unused by Kubernetes")
        return found

    def fields(self, obj: Object) -> dict[str, str]:
        return {"spec.unschedulable": "true" if meta.dig(obj, "spec", "unschedulable") else "false"}


def _default_status(status: Object) -> Object:
    status = within(within(status, "capacity", rounded), "allocatable", rounded)
    capacity = status.get("capacity")
    return {**status, "allocatable": capacity} if capacity and not status.get("allocatable") else status


def _one_range(spec: Object) -> Object:
    """``podCIDR`` is the first of ``podCIDRs``, and counts where the two differ."""
    one, all_ = spec.get("podCIDR") or "", spec.get("podCIDRs") or []
    if one and one not in all_[:1]:
        return {**spec, "podCIDRs": [one]}
    return {**spec, "podCIDR": all_[0]} if all_ and not one else spec


def _amounts(obj: Object) -> list[Cause]:
    return [
        cause
        for kind in ("capacity", "allocatable")
        for name, amount in (meta.dig(obj, "status", kind) or {}).items()
        for cause in whole_amount(name, amount, f"status.{kind}.{name}")
    ]


def _ranges(blocks: list[str]) -> list[Cause]:
    path = "spec.podCIDRs"
    causes = [c for index, text in enumerate(blocks) for c in validate_cidr(text, f"{path}[{index}]")]
    if len(blocks) > 1 and not causes and (len(blocks) > 2 or len({":" in text for text in blocks}) < 2):
        why = "may specify no more than one CIDR for each IP family"
        causes.append(field.invalid(path, blocks, why))
    return causes


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
            twice = field.duplicate(at, internal("core/v1.Taint", taint))
            why = "taints must be unique by key and effect pair"
            causes.append(replace(twice, message=f"{twice.message}: {why}"))
        seen.add((effect, key))
    return causes
