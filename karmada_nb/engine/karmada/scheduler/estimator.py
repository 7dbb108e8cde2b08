"""The general estimator: how many replicas a cluster has room for, by its resource summary.

Follows pkg/estimator/client/general.go. Where the Cluster reports nodes by resource model, the replicas
are placed on such nodes (``resource_models``); otherwise the sums of the whole cluster decide.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import ROUND_CEILING, Decimal
from typing import Any, Final

from karmada_nb.engine import quantity
from karmada_nb.engine.karmada.scheduler.assumed import AssumedWorkload
from karmada_nb.engine.karmada.scheduler.kept import Kept
from karmada_nb.engine.karmada.scheduler.resource_models import NoModels, max_sets_on_models
from karmada_nb.engine.karmada.scheduler.targets import int32
from karmada_nb.engine.meta import Object, dig

_NOTHING: Final = Decimal(0)
_MAX_INT64: Final = 2**63 - 1


class _Summary:
    """A resource summary as numbers: free pods, and what is left of each resource once it is asked for."""

    __slots__ = ("left", "pods", "raw")

    def __init__(self, raw: Mapping[str, Any]) -> None:
        self.raw = raw
        self.pods = _free_pods(raw)
        self.left: dict[str, tuple[int, int]] = {}

    def room(self, name: str) -> tuple[int, int]:
        """What is left of a resource, in whole units and in thousandths; nothing where it is not known."""
        found = self.left.get(name)
        if found is None:
            known = name in (self.raw.get("allocatable") or {})
            amount = _left(self.raw, name)[0] if known else _NOTHING
            found = self.left[name] = _ceil(amount), _ceil(amount * 1000)
        return found


_summary: Final = Kept(_Summary)
_Demand = tuple[tuple[str, int, int], ...]
"""Resources that are asked for: name, whole units, thousandths."""


def general_estimate(clusters: Sequence[Object], spec: Object) -> dict[str, int]:
    """The room of every cluster for replicas of this binding: an ``Estimate`` for the scheduler."""
    requirements = spec.get("replicaRequirements")
    demand = _demand(requirements)
    return {c["metadata"]["name"]: _room(c, requirements, demand) for c in clusters}


def max_available_replicas(
    cluster: Object, requirements: Mapping[str, Any] | None, assumed: Sequence[AssumedWorkload] = ()
) -> int:
    """How many more replicas fit. Without requirements the number of free pods decides."""
    return _room(cluster, requirements, _demand(requirements), assumed)


def _room(
    cluster: Object,
    requirements: Mapping[str, Any] | None,
    demand: _Demand,
    assumed: Sequence[AssumedWorkload] = (),
) -> int:
    raw = (cluster.get("status") or {}).get("resourceSummary")
    if raw is None:
        return 0
    summary = _summary(_with_assumed(raw, assumed) if assumed else raw)
    pods = summary.pods
    if pods <= 0:
        return 0
    if requirements is None:
        return int32(pods)
    if raw.get("allocatableModelings"):
        request = requirements.get("resourceRequest") or {}
        replica = {"replicas": 1, "replicaRequirements": {"resourceRequest": request}}
        try:
            return int32(min(pods, max_sets_on_models(cluster, [replica], assumed=assumed)))
        except NoModels:
            pass
    return int32(_by_summary(summary, demand))


def max_available_component_sets(
    cluster: Object, components: Sequence[Mapping[str, Any]], assumed: Sequence[AssumedWorkload] = ()
) -> int:
    """How many complete sets of a workload's components fit."""
    summary = dig(cluster, "status", "resourceSummary")
    if summary is None:
        return 0
    parts = [c for workload in assumed for c in workload.components]
    pods = _free_pods(summary)
    if pods > 0:
        pods -= sum(c.get("replicas") or 0 for c in parts)
    per_set = sum(c.get("replicas") or 0 for c in components)
    if pods <= 0 or per_set <= 0:
        return int32(max(pods, 0))
    sets = int32(pods // per_set)
    taken = _needs_of_a_set(parts)
    for name, needed in _needs_of_a_set(components).items():
        if needed <= 0:
            continue
        room = _counted(*_left(summary, name)) - taken.get(name, 0)
        if room <= 0:
            return 0
        sets = min(sets, int32(room // needed))
    if not summary.get("allocatableModelings"):
        return sets
    try:
        return min(sets, max_sets_on_models(cluster, components, sets, assumed))
    except NoModels:
        return sets


def _with_assumed(summary: Mapping[str, Any], assumed: Sequence[AssumedWorkload]) -> Mapping[str, Any]:
    """The summary in which what is on its way counts as being allocated."""
    sums = {n: (quantity.parse(q), quantity.family(q)) for n, q in (summary.get("allocating") or {}).items()}

    def add(name: str, amount: Decimal, family: str) -> None:
        before, known = sums.get(name, (_NOTHING, family))
        sums[name] = before + amount, known

    for component in (c for workload in assumed for c in workload.components):
        replicas = component.get("replicas") or 0
        if replicas <= 0:
            continue
        add("pods", Decimal(replicas), "decimal")
        for name, text in dig(component, "replicaRequirements", "resourceRequest", default={}).items():
            each = Decimal(quantity.milli(text)).scaleb(-3) if name == "cpu" else quantity.value(text)
            add(name, Decimal(each * replicas), quantity.family(text))
    return {**summary, "allocating": {n: quantity.render(total, form) for n, (total, form) in sums.items()}}


def _free_pods(summary: Mapping[str, Any]) -> int:
    total, used, pending = (
        quantity.value((summary.get(part) or {}).get("pods", 0))
        for part in ("allocatable", "allocated", "allocating")
    )
    return max(total - used - pending, 0)


def _left(summary: Mapping[str, Any], name: str) -> tuple[Decimal, str]:
    """What is left of a resource, and the family of units it is told in."""
    text = (summary.get("allocatable") or {}).get(name)
    if text is None:
        return _NOTHING, "decimal"
    left, family = quantity.parse(text), quantity.family(text)
    for part in ("allocated", "allocating"):
        used = (summary.get(part) or {}).get(name)
        if used is not None:
            family = family if left else quantity.family(used)
            left -= quantity.parse(used)
    return left, family


def _demand(requirements: Mapping[str, Any] | None) -> _Demand:
    """What a replica asks for, without what it asks nothing of."""
    request = (requirements or {}).get("resourceRequest") or {}
    wanted = ((name, quantity.value(text), quantity.milli(text)) for name, text in request.items())
    return tuple(item for item in wanted if item[1] > 0)


def _by_summary(summary: _Summary, demand: _Demand) -> int:
    """The room that the scarcest of the requested resources and the free pods leave."""
    least = summary.pods
    for name, whole, thousandths in demand:
        left, left_in_thousandths = summary.room(name)
        if left <= 0:
            return 0
        room = left_in_thousandths // thousandths if name == "cpu" else left // whole
        if room < least:
            least = room
    return least


def _needs_of_a_set(components: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    needs: dict[str, int] = {}
    for component in components:
        replicas = component.get("replicas") or 0
        for name, text in dig(component, "replicaRequirements", "resourceRequest", default={}).items():
            amount = _counted(quantity.parse(text), quantity.family(text))
            needs[name] = needs.get(name, 0) + amount * replicas
    return needs


def _counted(amount: Decimal, family: str) -> int:
    """Thousandths, but whole units for binary amounts: upstream counts a resource by how it is written.

    What 64 bits cannot hold counts as nothing.
    """
    count = _ceil(amount if family == "binary" else amount * 1000)
    return count if -_MAX_INT64 <= count <= _MAX_INT64 else 0


def _ceil(amount: Decimal) -> int:
    return int(amount.to_integral_value(ROUND_CEILING))
