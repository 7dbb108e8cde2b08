"""What the ResourceQuotas of a namespace leave room for.

Follows pkg/estimator/server/framework/plugins/resourcequota/resourcequota.go: quotas of CPU, memory and
extended resources count, those with a scope only by the priority class of what asks. None: no quota has a
say.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from karmada_nb.engine import meta
from karmada_nb.engine.karmada.interpreter.resources import is_extended_resource_name
from karmada_nb.engine.karmada.scheduler.assumed import AssumedWorkload
from karmada_nb.engine.karmada.scheduler.resource_models import Amounts, amounts
from karmada_nb.engine.karmada.scheduler.targets import MAX_INT32
from karmada_nb.engine.meta import Object
from karmada_nb.engine.selectors import Requirement

_COMPUTE: Final = ("cpu", "memory")
_PRIORITY_CLASS: Final = "PriorityClass"
_REQUESTS: Final = "requests."
_LIMITS: Final = "limits."


def replicas_within(
    quotas: Iterable[Object], requirements: Mapping[str, Any] | None, assumed: Sequence[AssumedWorkload]
) -> int | None:
    """How many more replicas the quotas of the requirements' namespace allow."""
    if requirements is None:
        return None
    namespace = requirements.get("namespace", "")
    components = _of_namespace(assumed, namespace)
    need = amounts(requirements.get("resourceRequest") or {})
    priority_class = requirements.get("priorityClassName", "")
    allowed = (
        _divided(quota, need, components)
        for quota in _in_namespace(quotas, namespace)
        if _applies(_selectors(quota), priority_class)
    )
    return min((count for count in allowed if count is not None), default=None)


def sets_within(
    quotas: Iterable[Object],
    components: Sequence[Object],
    namespace: str,
    assumed: Sequence[AssumedWorkload],
) -> int | None:
    """How many complete sets of components the quotas of a namespace allow."""
    if not namespace:
        return None
    waiting = _of_namespace(assumed, namespace)
    allowed = []
    for quota in _in_namespace(quotas, namespace):
        matched = _matched(components, _selectors(quota))
        if matched:
            allowed.append(_divided(quota, _sum(matched), waiting))
    return min((count for count in allowed if count is not None), default=None)


def _in_namespace(quotas: Iterable[Object], namespace: str) -> Iterable[Object]:
    return (quota for quota in quotas if namespace in ("", meta.namespace(quota)))


def _divided(quota: Object, need: Amounts, waiting: Sequence[Object]) -> int | None:
    """How often a quota holds what is needed, beside what is on its way."""
    free = _free(quota)
    for name, amount in _sum(_matched(waiting, _selectors(quota))).items():
        if name in free:
            free[name] -= amount
            if free[name] < 0:
                return 0
    counts = [_towards_zero(free[n], amount) for n, amount in need.items() if n in free and amount > 0]
    least = min(counts, default=MAX_INT32)
    return least if least < MAX_INT32 else None


def _free(quota: Object) -> Amounts:
    """Hard minus used. ``requests.cpu`` means the same as ``cpu``; limits do not tell what is requested."""
    hard, used = (meta.dig(quota, "status", part, default={}) for part in ("hard", "used"))
    free: Amounts = {}
    for name in sorted(hard):
        plain = name.removeprefix(_REQUESTS)
        known = plain in _COMPUTE or is_extended_resource_name(plain)
        if name.startswith(_LIMITS) or not known or name not in used:
            continue
        free[plain] = amounts({plain: hard[name]})[plain] - amounts({plain: used[name]})[plain]
    return free


def _towards_zero(amount: int, by: int) -> int:
    return amount // by if amount >= 0 else -(-amount // by)


def _sum(components: Iterable[Object]) -> Amounts:
    total: Amounts = {}
    for component in components:
        request = meta.dig(component, "replicaRequirements", "resourceRequest", default={})
        for name, amount in amounts(request).items():
            if name in _COMPUTE or is_extended_resource_name(name):
                total[name] = total.get(name, 0) + amount * (component.get("replicas") or 0)
    return total


def _of_namespace(assumed: Iterable[AssumedWorkload], namespace: str) -> list[Object]:
    return [
        component
        for workload in assumed
        if workload.namespace == namespace
        for component in workload.components
        if component.get("replicaRequirements") is not None
    ]


def _selectors(quota: Object) -> list[Object]:
    scopes = meta.dig(quota, "spec", "scopes", default=())
    named = [{"scopeName": scope, "operator": "Exists"} for scope in scopes]
    return [*named, *meta.dig(quota, "spec", "scopeSelector", "matchExpressions", default=())]


def _matched(components: Sequence[Object], selectors: Sequence[Object]) -> list[Object]:
    """The components to which a quota with these selectors applies; without any, it applies to all."""
    if not selectors:
        return list(components)
    return [
        component
        for component in components
        if (requirements := component.get("replicaRequirements")) is not None
        and _applies(selectors, requirements.get("priorityClassName", ""))
    ]


def _applies(selectors: Sequence[Object], priority_class: str) -> bool:
    labels = {_PRIORITY_CLASS: priority_class} if priority_class else {}
    return not selectors or any(
        Requirement(_PRIORITY_CLASS, s["operator"], tuple(s.get("values") or ())).matches(labels)
        for s in selectors
        if s["scopeName"] == _PRIORITY_CLASS
    )
