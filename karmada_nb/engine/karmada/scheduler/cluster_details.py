"""What the scheduler knows of a candidate after filter and score: points, room, overflow tier.

Follows ``generateClustersInfo`` and ``getClusterOverflowOrder`` in
pkg/scheduler/core/spreadconstraint/group_clusters.go and ``calAvailableReplicas`` in
pkg/scheduler/core/util.go.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final, NamedTuple

from karmada_nb.engine.karmada.scheduler.cluster_match import compile_affinity
from karmada_nb.engine.karmada.scheduler.targets import MAX_INT32
from karmada_nb.engine.meta import Object

Estimate = Callable[[Sequence[Object], Object], Mapping[str, int]]
"""(clusters, binding spec) -> how many more replicas each has room for. A cluster may be left out."""

UNAUTHENTIC_REPLICA: Final = -1
"""An estimator's answer for a cluster that it cannot judge: the same as leaving it out."""

_UNMATCHED_ORDER: Final = 1000


class ClusterDetail(NamedTuple):
    """A candidate. ``available_replicas`` is what the estimators allow plus what it has of this binding."""

    name: str
    score: int
    overflow_order: int
    available_replicas: int
    allocatable_replicas: int
    cluster: Object


def least_of(*estimates: Estimate) -> Estimate:
    """Several estimators as one: the smallest answer for each cluster."""

    def estimate(clusters: Sequence[Object], spec: Object) -> Mapping[str, int]:
        least: dict[str, int] = {}
        for ask in estimates:
            for name, room in ask(clusters, spec).items():
                if room != UNAUTHENTIC_REPLICA:
                    least[name] = min(room, least.get(name, room))
        return least

    return estimate


def available_replicas(clusters: Sequence[Object], spec: Object, estimate: Estimate) -> list[int]:
    """How many more replicas each cluster takes. Without any answer: as many as the workload has."""
    wanted = spec.get("replicas") or 0
    if wanted == 0 and not spec.get("components"):
        return [MAX_INT32] * len(clusters)
    answers = estimate(clusters, spec)
    rooms = []
    for cluster in clusters:
        room = answers.get(cluster["metadata"]["name"], MAX_INT32)
        rooms.append(wanted if room >= MAX_INT32 or room == UNAUTHENTIC_REPLICA else room)
    return rooms


def sort_key(detail: ClusterDetail) -> tuple[int, int, int, str]:
    """Primary group first, then points, then room, then name."""
    return detail.overflow_order, -detail.score, -detail.available_replicas, detail.name


def cluster_details(
    scored: Iterable[tuple[Object, int]], spec: Object, status: Mapping[str, Any], estimate: Estimate
) -> list[ClusterDetail]:
    """The candidates, best first."""
    scored = list(scored)
    rooms = available_replicas([cluster for cluster, _ in scored], spec, estimate)
    assigned: dict[str, int] = {}
    for target in spec.get("clusters") or ():
        assigned.setdefault(target["name"], target.get("replicas") or 0)
    order = _overflow_order(spec, status)
    details = []
    for (cluster, score), room in zip(scored, rooms, strict=True):
        name = cluster["metadata"]["name"]
        details.append(
            ClusterDetail(name, score, order(cluster), room + assigned.get(name, 0), room, cluster)
        )
    details.sort(key=sort_key)
    return details


def _overflow_order(spec: Object, status: Mapping[str, Any]) -> Callable[[Object], int]:
    """0 for clusters of the observed affinity group, 1 and up for those of its overflow groups."""
    placement = spec.get("placement") or {}
    if placement.get("clusterAffinity") is not None or not placement.get("clusterAffinities"):
        return lambda cluster: 0
    observed = status.get("schedulerObservingAffinityName", "")
    for term in placement["clusterAffinities"]:
        if term.get("affinityName", "") == observed:
            tiers = [compile_affinity(a) for a in (term, *(term.get("overflowAffinities") or ()))]
            return lambda cluster: next((i for i, t in enumerate(tiers) if t(cluster)), _UNMATCHED_ORDER)
    return lambda cluster: _UNMATCHED_ORDER
