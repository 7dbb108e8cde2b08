"""Amounts of resources: what containers request, and what names resources may have.

Follows ValidateResourceRequirements and its kin in pkg/apis/core/validation/validation.go.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from karmada_nb.engine import quantity
from karmada_nb.engine.apiserver.validation import field
from karmada_nb.engine.apiserver.validation.names import dns_label, qualified_name
from karmada_nb.engine.errors import Cause
from karmada_nb.engine.meta import Object

COMPUTE: Final = frozenset({"cpu", "memory", "ephemeral-storage"})
_QUOTA: Final = COMPUTE | {
    "requests.cpu", "requests.memory", "requests.storage", "requests.ephemeral-storage",
    "limits.cpu", "limits.memory", "limits.ephemeral-storage",
    "pods", "resourcequotas", "services", "replicationcontrollers", "secrets",
    "persistentvolumeclaims", "configmaps", "services.nodeports", "services.loadbalancers",
}  # fmt: skip
STANDARD: Final = _QUOTA | {"storage"}
_INTEGER: Final = frozenset(
    {
        "pods", "resourcequotas", "services", "replicationcontrollers", "secrets",
        "persistentvolumeclaims", "configmaps", "services.nodeports", "services.loadbalancers",
    }
)  # fmt: skip


def validate_requirements(
    resources: Object | None,
    path: str,
    claims: frozenset[str] = frozenset(),
    named: Callable[[str, str], list[Cause]] | None = None,
) -> list[Cause]:
    """``resources`` of a container: names, amounts, and no request above its limit.

    ``claims``: what ``spec.resourceClaims`` names. ``named``: how resources may be called, if not as those
    of containers.
    """
    named = named or container_resource_name
    if not resources:
        return []
    limits, requests = resources.get("limits") or {}, resources.get("requests") or {}
    causes: list[Cause] = []
    for name, amount in sorted(limits.items()):
        at = f"{path}.limits[{name}]"
        causes += named(name, at) + whole_amount(name, amount, at)
    for name, amount in sorted(requests.items()):
        at = f"{path}.requests[{name}]"
        causes += named(name, at) + whole_amount(name, amount, at)
        limit = limits.get(name)
        if limit is None:
            if not overcommits(name):
                why = "Limit must be set for non overcommitable resources"
                causes.append(field.required(f"{path}.limits", why))
        elif not overcommits(name) and quantity.parse(amount) != quantity.parse(limit):
            why = f"must be equal to {name} limit of {limit}"
            causes.append(field.invalid(f"{path}.requests", str(amount), why))
        elif quantity.parse(amount) > quantity.parse(limit):
            why = f"must be less than or equal to {name} limit of {limit}"
            causes.append(field.invalid(f"{path}.requests", str(amount), why))
    names = limits.keys() | requests.keys()
    if any(name.startswith("hugepages-") for name in names) and not names & {"cpu", "memory"}:
        causes.append(field.forbidden(path, "HugePages require cpu or memory"))
    return causes + _claims(resources.get("claims") or [], claims, f"{path}.claims")


def _claims(used: list[Object], known: frozenset[str], path: str) -> list[Cause]:
    """``validateResourceClaimNames``: each is one that the pod has, and is used once."""
    causes: list[Cause] = []
    seen: set[str] = set()
    for index, claim in enumerate(used):
        at, name, request = f"{path}[{index}]", claim.get("name", ""), claim.get("request", "")
        if not name:
            causes.append(field.required(at))
        elif name in seen:
            causes.append(field.duplicate(at, name))
        else:
            key = f"{name}/{request}" if request else name
            causes += field.each(f"{at}.request", request, dns_label(request)) if request else []
            if key in seen or (not request and any(other.startswith(f"{name}/") for other in seen)):
                causes.append(field.duplicate(at, key))
            seen.add(key)
        if name and name not in known:
            named = f": {', '.join(sorted(known))}" if known else " which is empty"
            why = f"must be one of the names in pod.spec.resourceClaims{named}"
            causes.append(Cause(at, "FieldValueNotFound", f"Not found: {field.show(name)}: {why}"))
    return causes


def amount_of(amount: str | int | float, path: str) -> list[Cause]:
    """An amount is not negative."""
    return [field.invalid(path, str(amount), field.NEGATIVE)] if quantity.parse(amount) < 0 else []


def whole_amount(name: str, amount: str | int | float, path: str) -> list[Cause]:
    """``ValidateResourceQuantityValue``: not negative, and whole where things are counted."""
    causes = amount_of(amount, path)
    if (name in _INTEGER or _extended(name)) and quantity.milli(amount) % 1000:
        causes.append(field.invalid(path, str(amount), "must be an integer"))
    return causes


def resource_name(name: str, path: str) -> list[Cause]:
    """``validateResourceName``: qualified, or one that everybody knows."""
    complaints = qualified_name(name)
    if complaints:
        return field.each(path, name, complaints)
    if "/" not in name and name not in STANDARD and not name.startswith("hugepages-"):
        return [field.invalid(path, name, "must be a standard resource type or fully qualified")]
    return []


def quota_resource_name(name: str, path: str) -> list[Cause]:
    """``ValidateResourceQuotaResourceName``."""
    causes = resource_name(name, path)
    known = name in _QUOTA or name.startswith(("hugepages-", "requests.hugepages-"))
    if "/" not in name and not known:
        causes.append(field.invalid(path, name, "must be a standard resource for quota"))
    return causes


def container_resource_name(name: str, path: str) -> list[Cause]:
    """``ValidateContainerResourceName``."""
    causes = resource_name(name, path)
    if "/" not in name:
        if name not in COMPUTE and not name.startswith("hugepages-"):
            causes.append(field.invalid(path, name, "must be a standard resource for containers"))
    elif "kubernetes.io/" not in name and (not _extended(name) or qualified_name(f"requests.{name}")):
        causes.append(field.invalid(path, name, "doesn't follow extended resource name standard"))
    return causes


def _extended(name: str) -> bool:
    """``IsExtendedResourceName``: of somebody's own, and not the quota on one."""
    return "/" in name and "kubernetes.io/" not in name and not name.startswith("requests.")


def overcommits(name: str) -> bool:
    """Only the standard resources without huge pages may be requested beyond what is there."""
    return ("/" not in name or "kubernetes.io/" in name) and not name.startswith("hugepages-")
