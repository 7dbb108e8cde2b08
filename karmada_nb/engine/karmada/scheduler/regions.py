"""Spreading over regions: score the regions, choose a set of them, then clusters inside.

Follows pkg/scheduler/core/spreadconstraint/group_clusters.go (the scores) and
select_clusters_by_region.go.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, NamedTuple

from karmada_nb.engine.karmada.scheduler.cluster_details import ClusterDetail, sort_key
from karmada_nb.engine.karmada.scheduler.groups import Group, select_groups
from karmada_nb.engine.karmada.scheduler.scheduling_errors import ScheduleError
from karmada_nb.engine.meta import Object

WEIGHT_UNIT: Final = 1000
"""One replica of room counts as much as ten clusters' full points: room first, points break the tie."""


class RegionChoice(NamedTuple):
    """The regions there were (value: clusters in it, weight: score) and those chosen, best first."""

    regions: tuple[Group, ...]
    chosen: tuple[str, ...]


def select_by_region(
    details: Sequence[ClusterDetail],
    spec: Object,
    constraints: Mapping[str, Mapping[str, Any]],
    record: Callable[[RegionChoice], None] | None = None,
) -> list[ClusterDetail]:
    """The best cluster of every chosen region, then the best of what is left, up to maxGroups clusters.

    Raises ScheduleError where there are too few regions, or too few clusters in them.
    """
    by_region = constraints["region"]
    by_cluster = constraints.get("cluster") or {}
    min_groups = by_region.get("minGroups") or 0
    regions: dict[str, list[ClusterDetail]] = {}
    for detail in details:
        region = (detail.cluster.get("spec") or {}).get("region")
        if region:
            regions.setdefault(region, []).append(detail)
    if len(regions) < min_groups:
        raise ScheduleError("the number of feasible region is less than spreadConstraint.MinGroups")
    groups = [Group(n, len(found), group_score(found, spec, min_groups)) for n, found in regions.items()]
    chosen = select_groups(
        groups, min_groups, by_region.get("maxGroups") or 0, by_cluster.get("minGroups") or 0
    )
    if record is not None:
        record(RegionChoice(tuple(groups), tuple(g.name for g in chosen)))
    if not chosen:
        raise ScheduleError("the number of clusters is less than the cluster spreadConstraint.MinGroups")
    selected = [regions[group.name][0] for group in chosen]
    others = [detail for group in chosen for detail in regions[group.name][1:]]
    more = min(len(selected) + len(others), by_cluster.get("maxGroups") or 0) - len(selected)
    return selected + sorted(others, key=sort_key)[: max(more, 0)]


def group_score(clusters: Sequence[ClusterDetail], spec: Object, min_groups: int) -> int:
    """How good a group of clusters is for the share that falls to it: its room, then its mean points."""
    placement = spec.get("placement")
    strategy = (placement or {}).get("replicaScheduling")
    wanted = spec.get("replicas") or 0
    if strategy is None or strategy.get("replicaSchedulingType") == "Duplicated":
        return _score_for_duplicated(clusters, wanted)
    share = -(-wanted // min_groups) if min_groups else None
    at_least = max(_min_clusters(placement), min_groups)
    room = points = count = 0
    for detail in clusters:
        room += detail.available_replicas
        points += detail.score
        count += 1
        if count >= at_least and (share is None or room >= share):
            break
    if share is None:
        # Without minGroups upstream divides by zero, and what comes of it counts as no share at all.
        return points // count
    if room < share:
        return room * WEIGHT_UNIT + points // len(clusters)
    return share * WEIGHT_UNIT + points // count


def _score_for_duplicated(clusters: Sequence[ClusterDetail], wanted: int) -> int:
    """The clusters that can take the whole workload count, then their mean points."""
    able = [detail.score for detail in clusters if detail.available_replicas >= wanted]
    return len(able) * WEIGHT_UNIT + sum(able) // len(able) if able else 0


def _min_clusters(placement: Mapping[str, Any] | None) -> int:
    least = 0
    for constraint in (placement or {}).get("spreadConstraints") or ():
        if constraint.get("spreadByField") == "cluster":
            least = constraint.get("minGroups") or 0
    return least
