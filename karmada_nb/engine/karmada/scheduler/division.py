"""Dividing replicas among clusters: by static weight, by room, or into as few clusters as possible.

Follows pkg/scheduler/core/division_algorithm.go. All of them hand out seats with the Webster method.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

from karmada_nb.engine.karmada.scheduler.cluster_details import ClusterDetail
from karmada_nb.engine.karmada.scheduler.cluster_match import Matcher, compile_affinity
from karmada_nb.engine.karmada.scheduler.kept import Kept
from karmada_nb.engine.karmada.scheduler.scheduling_errors import UnschedulableError
from karmada_nb.engine.karmada.scheduler.targets import (
    TargetCluster,
    int32,
    merge_target_clusters,
    sum_of_replicas,
)
from karmada_nb.engine.karmada.scheduler.trace import Division, Trace
from karmada_nb.engine.karmada.scheduler.webster import allocate_webster_seats, descending_by_uid


class Dynamic(NamedTuple):
    """A division by room. ``scheduled`` is what candidates have of this binding already."""

    candidates: Sequence[ClusterDetail]
    scheduled: list[TargetCluster]
    replicas: int
    aggregated: bool
    uid: str
    trace: Trace | None


def static_weights(candidates: Sequence[ClusterDetail], rules: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    """The weight of each cluster: the largest of the rules that match. Nobody matched: all weigh 1."""
    by_name, others = _compiled(rules)
    weights: dict[str, int] = {}
    for detail in candidates:
        weight = by_name.get(detail.name, 0)
        for matches, other in others:
            if other > weight and matches(detail.cluster):
                weight = other
        if weight > 0:
            weights[detail.name] = weight
    return weights or {detail.name: 1 for detail in candidates}


def _compile(rules: Sequence[Mapping[str, Any]]) -> tuple[dict[str, int], list[tuple[Matcher, int]]]:
    """The largest weight by name, of the rules that only name clusters; the other rules, compiled."""
    by_name: dict[str, int] = {}
    others: list[tuple[Matcher, int]] = []
    for rule in rules:
        affinity, weight = rule.get("targetCluster") or {}, int(rule.get("weight") or 0)
        names = affinity.get("clusterNames")
        if names and all(value is None or field == "clusterNames" for field, value in affinity.items()):
            for name in names:
                by_name[name] = max(weight, by_name.get(name, 0))
        else:
            others.append((compile_affinity(affinity), weight))
    return by_name, others


_compiled: Final = Kept(_compile)


def by_static_weight(
    candidates: Sequence[ClusterDetail],
    rules: Sequence[Mapping[str, Any]],
    replicas: int,
    uid: str,
    trace: Trace | None = None,
) -> list[TargetCluster]:
    """By weight alone: neither room nor what was assigned before plays a part."""
    division = Division("static weight", replicas, static_weights(candidates, rules))
    return _seats(division, uid, trace)


def scale_up(how: Dynamic) -> list[TargetCluster]:
    """Divides what is missing by free room; everyone keeps what they have. A first schedule is this too."""
    missing = int32(how.replicas - sum_of_replicas(how.scheduled))
    room = [TargetCluster(d.name, d.allocatable_replicas) for d in how.candidates]
    return _divide(how, "scale up", _roomiest_first(room), missing, how.scheduled)


def scale_down(how: Dynamic) -> list[TargetCluster]:
    """Divides the smaller number in proportion to what each has now."""
    return _divide(how, "scale down", _roomiest_first(how.scheduled), how.replicas, [])


def fresh(how: Dynamic) -> list[TargetCluster]:
    """Divides everything anew by room, counting what a cluster has of this binding as free."""
    held: dict[str, int] = {}
    for target in how.scheduled:
        held[target.name] = held.get(target.name, 0) + target.replicas
    room = [
        TargetCluster(d.name, int32(d.allocatable_replicas + held.get(d.name, 0))) for d in how.candidates
    ]
    return _divide(how, "fresh", _roomiest_first(room), how.replicas, [])


def _roomiest_first(targets: Sequence[TargetCluster]) -> list[TargetCluster]:
    return sorted(targets, key=lambda t: -t.replicas)


def _divide(
    how: Dynamic, mode: str, room: list[TargetCluster], replicas: int, keep: list[TargetCluster]
) -> list[TargetCluster]:
    available = sum_of_replicas(room)
    if available < replicas:
        raise UnschedulableError(f"Clusters available replicas {available} are not enough to schedule.")
    if how.aggregated:
        room = _fewest(_used_first(room, keep), replicas)
    weights = {target.name: target.replicas for target in room}
    division = Division(mode, replicas, weights, keep)
    return merge_target_clusters(keep, _seats(division, how.uid, how.trace))


def _used_first(room: list[TargetCluster], keep: Sequence[TargetCluster]) -> list[TargetCluster]:
    """Clusters that run some of it come first, so that new replicas join them."""
    used = {target.name for target in keep if target.replicas > 0}
    return [t for t in room if t.name in used] + [t for t in room if t.name not in used]


def _fewest(room: list[TargetCluster], replicas: int) -> list[TargetCluster]:
    """The beginning of the list that is large enough."""
    total = 0
    for count, target in enumerate(room, start=1):
        total = int32(total + target.replicas)
        if total >= replicas:
            return room[:count]
    return room


def _seats(division: Division, uid: str, trace: Trace | None) -> list[TargetCluster]:
    division.later_name_first = descending_by_uid(uid)
    if trace is not None:
        trace.divisions.append(division)
    if sum(division.weights.values()) == 0:
        return []
    parties = allocate_webster_seats(
        division.replicas,
        division.weights,
        descending=division.later_name_first,
        record=None if trace is None else division.awards.append,
    )
    return [TargetCluster(party.name, party.seats) for party in parties]
