"""The select step: which of the fitting clusters to use, by the placement's spread constraints.

Follows pkg/scheduler/core/spreadconstraint/select_clusters.go and select_clusters_by_cluster.go.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from karmada_nb.engine.karmada.scheduler.cluster_details import ClusterDetail
from karmada_nb.engine.karmada.scheduler.regions import RegionChoice, select_by_region
from karmada_nb.engine.karmada.scheduler.scheduling_errors import ScheduleError
from karmada_nb.engine.meta import Object

DIVIDED: Final = "Divided"
DUPLICATED: Final = "Duplicated"

ANY_ROOM: Final = -1
"""The number of replicas that upstream takes to mean that room is no matter."""

RegionRecorder = Callable[[RegionChoice], None]


def replica_scheduling_type(placement: Mapping[str, Any]) -> str:
    """Duplicated unless the placement says otherwise."""
    strategy = placement.get("replicaScheduling")
    return DUPLICATED if strategy is None else strategy.get("replicaSchedulingType") or ""


def ignores_spread_constraints(placement: Mapping[str, Any]) -> bool:
    """Static weights already say which clusters: spread constraints do not count beside them."""
    strategy = placement.get("replicaScheduling")
    if (
        strategy is None
        or strategy.get("replicaSchedulingType") != DIVIDED
        or strategy.get("replicaDivisionPreference") != "Weighted"
    ):
        return False
    preference = strategy.get("weightPreference")
    return preference is None or bool(
        preference.get("staticWeightList") and not preference.get("dynamicWeight")
    )


def select_clusters(
    details: list[ClusterDetail],
    spec: Object,
    record: RegionRecorder | None = None,
    *,
    in_sets: bool = False,
) -> list[ClusterDetail]:
    """The clusters to use, best first. Raises ScheduleError where the constraints cannot be met.

    ``record`` is told how regions were chosen, where that had to be decided. ``in_sets``: room is counted in
    complete sets of the workload's components, and one is needed.
    """
    placement = spec["placement"]
    constraints = placement.get("spreadConstraints")
    if not constraints or ignores_spread_constraints(placement):
        return details
    by_field = {c.get("spreadByField", ""): c for c in constraints}
    if "region" in by_field:
        return select_by_region(details, spec, by_field, record)
    if "cluster" not in by_field:
        raise ScheduleError("just support cluster and region spread constraint")
    needed = 1 if in_sets else spec.get("replicas") or 0
    duplicated = placement.get("replicaScheduling") is None or (
        placement["replicaScheduling"].get("replicaSchedulingType") == DUPLICATED
    )
    any_room = duplicated or needed == ANY_ROOM
    return select_by_cluster(details, by_field["cluster"], None if any_room else needed)


def select_by_cluster(
    details: Sequence[ClusterDetail], constraint: Mapping[str, Any], needed: int | None
) -> list[ClusterDetail]:
    """The best clusters, at most maxGroups, with room for ``needed`` replicas (None: room is no matter)."""
    if len(details) < (constraint.get("minGroups") or 0):
        raise ScheduleError("the number of feasible clusters is less than spreadConstraint.MinGroups")
    count = min(len(details), constraint.get("maxGroups") or 0)
    if needed is None:
        return list(details[:count])
    chosen = _with_room(details, count, needed)
    if not chosen:
        raise ScheduleError(f"no enough resource when selecting {count} clusters")
    return chosen


def _with_room(details: Sequence[ClusterDetail], count: int, needed: int) -> list[ClusterDetail]:
    """The first ``count``, or, from the last up, exchanged for the roomiest of the rest until all fits."""
    chosen, rest = list(details[:count]), list(details[count:])
    at = count - 1
    while not _fits(chosen, needed) and at >= 0:
        best = max(range(len(rest)), key=lambda i: (rest[i].available_replicas, -i), default=None)
        if best is not None and rest[best].available_replicas > chosen[at].available_replicas:
            chosen[at], rest[best] = rest[best], chosen[at]
        at -= 1
    return chosen if _fits(chosen, needed) else []


def _fits(chosen: Sequence[ClusterDetail], needed: int) -> bool:
    return sum(d.available_replicas for d in chosen) >= needed
