"""Holding a scheduled binding against the FederatedResourceQuotas of its namespace.

Follows pkg/webhook/resourcebinding/validating.go and ``CalculateResourceUsage`` of pkg/util/helper, which
are in force under the feature gate FederatedQuotaEnforcement.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Final, TypeAlias

from karmada_nb.engine import meta, quantity
from karmada_nb.engine.karmada.admission.request import denied
from karmada_nb.engine.karmada.admission.shapes import as_written
from karmada_nb.engine.meta import Object, dig

Amounts: TypeAlias = dict[str, Decimal]

_BINARY: Final = ("memory", "ephemeral-storage")


def enforce_quotas(binding: Object, old: Object | None, quotas: Iterable[Object]) -> list[Object]:
    """The quotas whose ``status.overallUsed`` must be written before the binding is let in.

    ``old`` is None for a create. Raises StatusError (403, QuotaExceeded) where a quota does not suffice.
    """
    if old is None and not dig(binding, "spec", "clusters"):
        return []
    delta = _minus(resource_usage(binding), resource_usage(old) if old is not None else {})
    out: list[Object] = []
    for quota in quotas:
        limits = dig(quota, "spec", "overall", default={})
        of_this = {name: amount for name, amount in delta.items() if name in limits}
        if not of_this:
            continue
        used = _plus(dig(quota, "status", "overallUsed", default={}), of_this)
        _check(used, limits, quota)
        rendered = {name: _render(name, amount) for name, amount in sorted(used.items())}
        out.append(meta.replace(quota, ("status", "overallUsed"), rendered))
    return out


def resource_usage(binding: Object) -> Amounts:
    """What all assigned replicas, or all sets of components, ask for together."""
    spec = binding.get("spec") or {}
    targets = spec.get("clusters") or []
    components = spec.get("components") or []
    if components:
        return _times(_of_one_set(components), len(targets))
    request = dig(spec, "replicaRequirements", "resourceRequest", default={})
    each = {name: quantity.parse(amount) for name, amount in request.items()}
    return _times(each, sum(target.get("replicas") or 0 for target in targets))


def used_by(bindings: Iterable[Object], limits: Mapping[str, str]) -> dict[str, str]:
    """What the bindings take together of the resources that have a limit."""
    total: Amounts = {}
    for binding in bindings:
        for name, amount in resource_usage(binding).items():
            total[name] = total.get(name, Decimal(0)) + amount
    return {name: _render(name, amount) for name, amount in sorted(total.items()) if name in limits}


def added_up(lists: Iterable[Mapping[str, str]]) -> dict[str, str]:
    """The sum of resource lists."""
    total: Amounts = {}
    for amounts in lists:
        for name, amount in amounts.items():
            total[name] = total.get(name, Decimal(0)) + quantity.parse(amount)
    return {name: _render(name, amount) for name, amount in sorted(total.items())}


def _of_one_set(components: Iterable[Object]) -> Amounts:
    out: Amounts = {}
    for component in components:
        request = dig(component, "replicaRequirements", "resourceRequest", default={})
        for name, amount in request.items():
            more = quantity.parse(amount) * (component.get("replicas") or 0)
            out[name] = out.get(name, Decimal(0)) + more
    return out


def _times(amounts: Amounts, count: int) -> Amounts:
    return {name: amount * count for name, amount in amounts.items() if amount and count}


def _minus(new: Amounts, old: Amounts) -> Amounts:
    zero = Decimal(0)
    both = {name: new.get(name, zero) - old.get(name, zero) for name in {*new, *old}}
    return {name: amount for name, amount in both.items() if amount}


def _plus(used: Mapping[str, str], delta: Amounts) -> Amounts:
    """The sum, without what is not above zero."""
    out = {name: quantity.parse(amount) for name, amount in used.items()}
    for name, amount in delta.items():
        out[name] = out.get(name, Decimal(0)) + amount
    return {name: amount for name, amount in out.items() if amount > 0}


def _check(used: Amounts, limits: Mapping[str, str], quota: Object) -> None:
    for name, amount in sorted(used.items()):
        if name in limits and amount > quantity.parse(limits[name]):
            why = (
                f"FederatedResourceQuota({meta.key(quota)}) exceeded for resource {name}: requested sum "
                f"{_render(name, amount)}, limit {as_written(limits[name])}."
            )
            raise denied("resourcebinding.karmada.io", why, reason="QuotaExceeded")


def _render(name: str, amount: Decimal) -> str:
    binary = name in _BINARY or name.startswith("hugepages-")
    return quantity.render(amount, "binary" if binary else "decimal")
