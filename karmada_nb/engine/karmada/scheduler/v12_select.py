"""Selecting clusters by spread constraints, in v1.2.

Follows pkg/scheduler/core/spreadconstraint of v1.2.0: a region is as good as its best cluster, and exactly
minGroups regions are used.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from karmada_nb.engine.karmada.scheduler.cluster_details import ClusterDetail
from karmada_nb.engine.karmada.scheduler.scheduling_errors import ScheduleError
from karmada_nb.engine.karmada.scheduler.select_clusters import ANY_ROOM, DUPLICATED, select_by_cluster


def sort_key(detail: ClusterDetail) -> tuple[int, str]:
    """Points first, then name: room plays no part."""
    return -detail.score, detail.name


def select_clusters(
    details: list[ClusterDetail], placement: Mapping[str, Any], replicas: int
) -> list[ClusterDetail]:
    """The clusters to use, best first. Raises ScheduleError where the constraints cannot be met."""
    constraints = placement.get("spreadConstraints")
    if not constraints or _static_weights_given(placement):
        return details
    by_field = {c.get("spreadByField", ""): c for c in constraints}
    if "region" in by_field:
        return _by_region(details, by_field["region"], by_field.get("cluster") or {})
    if "cluster" not in by_field:
        raise ScheduleError("just support cluster and region spread constraint")
    strategy = placement.get("replicaScheduling")
    duplicated = strategy is None or strategy.get("replicaSchedulingType") == DUPLICATED
    any_room = duplicated or replicas == ANY_ROOM
    return select_by_cluster(details, by_field["cluster"], None if any_room else replicas)


def _static_weights_given(placement: Mapping[str, Any]) -> bool:
    strategy = placement.get("replicaScheduling") or {}
    preference = strategy.get("weightPreference") or {}
    return (
        strategy.get("replicaSchedulingType") == "Divided"
        and strategy.get("replicaDivisionPreference") == "Weighted"
        and bool(preference.get("staticWeightList"))
        and not preference.get("dynamicWeight")
    )


def _by_region(
    details: Sequence[ClusterDetail], by_region: Mapping[str, Any], by_cluster: Mapping[str, Any]
) -> list[ClusterDetail]:
    least = by_region.get("minGroups") or 0
    found: dict[str, list[ClusterDetail]] = {}
    for detail in details:
        region = (detail.cluster.get("spec") or {}).get("region")
        if region:
            found.setdefault(region, []).append(detail)
    if len(found) < least:
        raise ScheduleError("the number of feasible region is less than spreadConstraint.MinGroups")
    best_first = sorted(found, key=lambda region: (-found[region][0].score, region))
    chosen = _enough_clusters([found[r] for r in best_first], least, by_cluster.get("minGroups") or 0)
    if not chosen:
        raise ScheduleError("the number of clusters is less than the cluster spreadConstraint.MinGroups")
    selected = [region[0] for region in chosen]
    others = sorted((d for region in chosen for d in region[1:]), key=sort_key)
    more = min(len(selected) + len(others), by_cluster.get("maxGroups") or 0) - len(selected)
    return selected + others[: max(more, 0)]


def _enough_clusters(
    regions: list[list[ClusterDetail]], count: int, needed: int
) -> list[list[ClusterDetail]]:
    """The first ``count`` regions, or, from the last up, exchanged for larger ones until all are enough."""
    chosen, rest = regions[:count], regions[count:]
    at = count - 1
    while sum(map(len, chosen)) < needed and at >= 0:
        best = max(range(len(rest)), key=lambda i: (len(rest[i]), -i), default=None)
        if best is not None and len(rest[best]) > len(chosen[at]):
            chosen[at], rest[best] = rest[best], chosen[at]
        at -= 1
    return chosen if sum(map(len, chosen)) >= needed else []
