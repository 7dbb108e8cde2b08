"""Cluster addresses and address families of a service, on a cluster that has IPv4 alone.

Follows ValidateServiceClusterIPsRelatedFields and validateUpgradeDowngradeClusterIPs in
pkg/apis/core/validation/validation.go, and initIPFamilyFields in
pkg/registry/core/service/storage/alloc.go.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from karmada_nb.engine.apiserver.validation import field
from karmada_nb.engine.apiserver.validation.network import parse_ip, validate_ip
from karmada_nb.engine.errors import Cause
from karmada_nb.engine.meta import Object

NONE: Final = "None"
_FAMILIES: Final = ("IPv4", "IPv6")
_POLICIES: Final = ("PreferDualStack", "RequireDualStack", "SingleStack")
_CONFIGURED: Final = "IPv4"
_ONCE: Final = "may not change once set"


def headless(spec: Object) -> bool:
    return (spec.get("clusterIPs") or []) == [NONE]


def validate_addresses(spec: Object, known: Collection[str] = ()) -> list[Cause]:
    """What keeps addresses from being given; upstream looks at nothing else then."""
    if spec.get("type") == "ExternalName":
        return []
    return _well_formed(spec, known) or _configured(spec)


def _well_formed(spec: Object, known: Collection[str]) -> list[Cause]:
    addresses, first = spec.get("clusterIPs") or [], spec.get("clusterIP") or ""
    causes: list[Cause] = []
    if first and not addresses:
        causes.append(field.required("spec.clusterIPs"))
    elif first and addresses[0] != first:
        causes.append(field.invalid("spec.clusterIPs", addresses, "first value must match `clusterIP`"))
    elif addresses and not first:
        why = "must be empty when `clusterIP` is not specified"
        causes.append(field.invalid("spec.clusterIPs", addresses, why))
    causes += _families(spec)
    bad: list[Cause] = []
    for index, address in enumerate(addresses):
        if index == 0 and address == NONE:
            if len(addresses) > 1:
                why = "'None' must be the first and only value"
                bad.append(field.invalid("spec.clusterIPs", addresses, why))
            continue
        bad += validate_ip(address, f"spec.clusterIPs[{index}]", known)
    causes += bad
    if len(addresses) > 2:
        causes.append(field.invalid("spec.clusterIPs", addresses, "may only hold up to 2 values"))
    return causes if bad else causes + _matched(spec, addresses)


def _families(spec: Object) -> list[Cause]:
    families = spec.get("ipFamilies") or []
    causes: list[Cause] = []
    for index, family in enumerate(families):
        at = f"spec.ipFamilies[{index}]"
        if family not in _FAMILIES:
            causes.append(field.not_supported(at, family, _FAMILIES))
        if family in families[:index]:
            causes.append(field.duplicate(at, family))
    return causes + field.optional("spec.ipFamilyPolicy", spec.get("ipFamilyPolicy"), _POLICIES)


def _matched(spec: Object, addresses: list[str]) -> list[Cause]:
    """Addresses of one family each, in the order of the families."""
    causes: list[Cause] = []
    found = [_family(address) for address in addresses]
    if len(addresses) > 1 and (len(addresses) != 2 or found[0] == found[1]):
        why = "may specify no more than one IP for each IP family"
        causes.append(field.invalid("spec.clusterIPs", addresses, why))
    if headless(spec):
        return causes
    for index, (family, wanted) in enumerate(zip(found, spec.get("ipFamilies") or [], strict=False)):
        if family != wanted and wanted in _FAMILIES:
            why = f"expected an {wanted} value as indicated by `ipFamilies[{index}]`"
            causes.append(field.invalid(f"spec.clusterIPs[{index}]", addresses[index], why))
    return causes


def _configured(spec: Object) -> list[Cause]:
    """Families and policies that this cluster has no addresses for."""
    addresses, families = spec.get("clusterIPs") or [], spec.get("ipFamilies") or []
    policy, causes = spec.get("ipFamilyPolicy") or "SingleStack", list[Cause]()
    if policy == "SingleStack":
        for found, what in ((addresses, "cluster IPs"), (families, "IP families")):
            if len(found) == 2:
                why = f"must be 'RequireDualStack' or 'PreferDualStack' when multiple {what} are specified"
                causes.append(field.invalid("spec.ipFamilyPolicy", policy, why))
    for index, address in enumerate(addresses):
        if address != NONE and index >= len(families) and _family(address) != _CONFIGURED:
            why = f"{_family(address)} is not configured on this cluster"
            causes.append(field.invalid(f"spec.clusterIPs[{index}]", addresses, why))
    if causes or (spec.get("clusterIP") == NONE and not spec.get("selector")):
        return causes
    if policy == "RequireDualStack":
        why = "this cluster is not configured for dual-stack services"
        causes.append(field.invalid("spec.ipFamilyPolicy", policy, why))
    for index, family in enumerate(families):
        if family != _CONFIGURED:
            causes.append(
                field.invalid(f"spec.ipFamilies[{index}]", family, "not configured on this cluster")
            )
    return causes


def _family(address: str) -> str:
    parsed = parse_ip(address)
    return "IPv6" if parsed is not None and parsed.version == 6 else "IPv4"


def validate_addresses_change(spec: Object, before: Object) -> list[Cause]:
    """An address and a family, once given, stay while the service needs them."""
    if "ExternalName" in (spec.get("type"), before.get("type")):
        return []
    if headless(spec) and headless(before):
        return []
    causes = _kept(spec, before, "clusterIPs", "clusterIP")
    if headless(spec) != headless(before):
        return causes
    return causes + _kept(spec, before, "ipFamilies", "ipFamily")


def _kept(spec: Object, before: Object, name: str, one: str) -> list[Cause]:
    old, new = before.get(name) or [], spec.get(name) or []
    at = f"spec.{name}[0]"
    if len(old) == len(new):
        places = range(len(old)) if name == "clusterIPs" else [0] * len(old)
        return [
            field.invalid(f"spec.{name}[{place}]", new, _ONCE)
            for place, first, second in zip(places, old, new, strict=True)
            if first != second
        ]
    causes: list[Cause] = []
    if len(old) > len(new) and not spec.get("clusterIPs"):
        causes.append(field.invalid(at, new, f"primary {one} can not be unset"))
    if old and new and old[0] != new[0]:
        causes.append(field.invalid(at, spec.get("clusterIPs") or [], _ONCE))
    if len(old) > len(new) == 1 and spec.get("ipFamilyPolicy") != "SingleStack":
        why = f"must be set to 'SingleStack' when releasing the secondary {one}"
        causes.append(field.invalid("spec.ipFamilyPolicy", spec.get("ipFamilyPolicy"), why))
    return causes
