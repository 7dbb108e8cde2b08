"""Blocks of service addresses, and the addresses taken out of them.

Follows ValidateServiceCIDR and ValidateIPAddress in pkg/apis/networking/validation/validation.go.
"""

from __future__ import annotations

from typing import Final

from karmada_nb.engine import meta
from karmada_nb.engine.apiserver.strategies.base import Builtin, StatusBuiltin
from karmada_nb.engine.apiserver.validation import field
from karmada_nb.engine.apiserver.validation.internal import internal
from karmada_nb.engine.apiserver.validation.names import dns_subdomain, path_segment
from karmada_nb.engine.apiserver.validation.network import validate_canonical_cidr
from karmada_nb.engine.errors import Cause
from karmada_nb.engine.meta import Object

_TWO: Final = 2


class ServiceCIDR(StatusBuiltin):
    generational = False
    status_keeps_metadata = True

    def validate(self, obj: Object) -> list[Cause]:
        spec = obj.get("spec") or {}
        blocks = spec.get("cidrs") or []
        if not blocks:
            return [field.required("spec.cidrs", "at least one CIDR required")]
        if len(blocks) > _TWO:
            shown = internal("networking/v1.ServiceCIDRSpec", spec)
            return [field.invalid("spec.cidrs", shown, "may only hold up to 2 values")]
        each = [validate_canonical_cidr(text, f"spec.cidrs[{i}]") for i, text in enumerate(blocks)]
        causes = [cause for found in each for cause in found]
        if len(blocks) == _TWO and not causes and len({":" in text for text in blocks}) < _TWO:
            why = "may specify no more than one IP for each IP family, i.e 192.168.0.0/24 and 2001:db8::/64"
            return [field.invalid("spec.cidrs", blocks, why)]
        return causes

    def validate_update(self, obj: Object, old: Object) -> list[Cause]:
        """A block stays what it is; one of the other family may come beside it."""
        new, was = meta.dig(obj, "spec", "cidrs") or [], meta.dig(old, "spec", "cidrs") or []
        widened = len(was) == 1 and len(new) == _TWO
        if len(new) != len(was) and not widened:
            return [field.invalid("spec.cidrs", new, field.IMMUTABLE)]
        pairs = zip(new, was, strict=False)
        causes = [
            field.invalid(f"spec.cidrs[{i}]", text, field.IMMUTABLE)
            for i, (text, before) in enumerate(pairs)
            if text != before
        ]
        return causes + (self.validate(obj) if widened else [])


class IPAddress(Builtin):
    def validate(self, obj: Object) -> list[Cause]:
        parent, path = meta.dig(obj, "spec", "parentRef"), "spec.parentRef"
        if parent is None:
            return [field.required(path)]
        group = parent.get("group", "")
        causes = field.each(f"{path}.group", group, dns_subdomain(group)) if group else []
        for name in ("resource", "name", "namespace"):
            value = parent.get(name, "")
            if value:
                causes += field.each(f"{path}.{name}", value, path_segment(value))
            elif name != "namespace":
                causes.append(field.required(f"{path}.{name}"))
        return causes

    def validate_update(self, obj: Object, old: Object) -> list[Cause]:
        new, was = meta.dig(obj, "spec", "parentRef"), meta.dig(old, "spec", "parentRef")
        return field.immutable("spec.parentRef", new, was)
