"""The assign step: how many replicas each selected cluster gets.

Follows pkg/scheduler/core/assignment.go and pkg/scheduler/core/common.go. Dynamic strategies are steady by
default: what is assigned stays, and only the difference is divided. A reschedule asked for by the user is
fresh: everything is divided anew.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

from karmada_nb.engine.karmada.scheduler import division
from karmada_nb.engine.karmada.scheduler.cluster_details import ClusterDetail
from karmada_nb.engine.karmada.scheduler.scheduling_errors import ScheduleError, UnschedulableError
from karmada_nb.engine.karmada.scheduler.select_clusters import DIVIDED, DUPLICATED, replica_scheduling_type
from karmada_nb.engine.karmada.scheduler.targets import (
    TargetCluster,
    from_objects,
    int32,
    remove_zero_replicas,
    sum_of_replicas,
)
from karmada_nb.engine.karmada.scheduler.trace import Division, Trace
from karmada_nb.engine.meta import Object, parse_time

AGGREGATED: Final = "Aggregated"
STATIC_WEIGHT: Final = "StaticWeight"
DYNAMIC_WEIGHT: Final = "DynamicWeight"


class Share(NamedTuple):
    """What is to be divided in one go: a tier of clusters and the replicas that fall to it."""

    clusters: Sequence[ClusterDetail]
    replicas: int


def strategy_type(placement: Mapping[str, Any]) -> str:
    """Duplicated, Aggregated, StaticWeight or DynamicWeight; ``""`` for a strategy that does not exist."""
    kind = replica_scheduling_type(placement)
    if kind != DIVIDED:
        return DUPLICATED if kind == DUPLICATED else ""
    strategy = placement["replicaScheduling"]
    preference = strategy.get("replicaDivisionPreference")
    if preference == AGGREGATED:
        return AGGREGATED
    if preference != "Weighted":
        return ""
    dynamic = (strategy.get("weightPreference") or {}).get("dynamicWeight")
    return DYNAMIC_WEIGHT if dynamic else STATIC_WEIGHT


def reschedule_required(spec: Mapping[str, Any], status: Mapping[str, Any]) -> bool:
    """Whether the user asked for a reschedule after the last one succeeded."""
    triggered, last = spec.get("rescheduleTriggeredAt"), status.get("lastScheduledTime")
    if not triggered or not last:
        return False
    return parse_time(triggered) > parse_time(last)


def assigns_replicas(spec: Mapping[str, Any]) -> bool:
    """Whether replicas are to be assigned at all; what has none goes to every selected cluster as it is."""
    counts = (spec.get("replicas") or 0) > 0 or spec.get("replicaRequirements") is not None
    return counts and len(spec.get("components") or ()) <= 1


def assign_replicas(
    selected: Sequence[ClusterDetail],
    spec: Object,
    status: Mapping[str, Any],
    trace: Trace | None = None,
    *,
    in_sets: bool = False,
) -> list[TargetCluster]:
    """The result of scheduling. Raises UnschedulableError where room is short, else ScheduleError.

    ``in_sets``: the workload goes to one cluster as a whole, and the result says of what it consists.
    """
    if not selected:
        raise ScheduleError("no clusters available to schedule")
    if not assigns_replicas(spec):
        parts = spec["components"] if in_sets and len(spec["components"]) > 1 else ()
        components = tuple({"name": c["name"], "replicas": c.get("replicas") or 0} for c in parts)
        return [TargetCluster(detail.name, components=components) for detail in selected]
    if not overflows(spec["placement"], status):
        return _assign(Share(selected, spec.get("replicas") or 0), spec, status, trace)
    targets: list[TargetCluster] = []
    for share in tiers(selected, spec.get("replicas") or 0):
        targets += _assign(share, spec, status, trace)
    return targets


def overflows(placement: Mapping[str, Any], status: Mapping[str, Any]) -> bool:
    """Whether the observed affinity group names groups to overflow to."""
    observed = status.get("schedulerObservingAffinityName")
    if placement.get("clusterAffinity") is not None or not observed:
        return False
    return any(
        term.get("affinityName", "") == observed and term.get("overflowAffinities") is not None
        for term in placement.get("clusterAffinities") or ()
    )


def tiers(selected: Sequence[ClusterDetail], replicas: int) -> Iterator[Share]:
    """The replicas split by tier: a tier takes what it has room for, the next one what is left.

    Raises UnschedulableError behind the last tier where all together are too small.
    """
    by_order: dict[int, list[ClusterDetail]] = {}
    for detail in selected:
        by_order.setdefault(detail.overflow_order, []).append(detail)
    left = replicas
    for order in sorted(by_order):
        clusters = by_order[order]
        share = min(left, sum(d.available_replicas for d in clusters))
        yield Share(clusters, int32(share))
        left -= share
        if left <= 0:
            return
    raise UnschedulableError("Clusters available replicas are not enough to schedule.")


def _assign(
    share: Share, spec: Object, status: Mapping[str, Any], trace: Trace | None
) -> list[TargetCluster]:
    placement = spec["placement"]
    strategy = strategy_type(placement)
    uid = (spec.get("resource") or {}).get("uid", "")
    match strategy:
        case "Duplicated":
            result = [TargetCluster(detail.name, share.replicas) for detail in share.clusters]
            if trace is not None:
                trace.divisions.append(Division("duplicated", share.replicas))
        case "StaticWeight":
            preference = placement["replicaScheduling"].get("weightPreference") or {}
            rules = preference.get("staticWeightList") or ()
            result = division.by_static_weight(share.clusters, rules, share.replicas, uid, trace)
        case "Aggregated" | "DynamicWeight":
            result = _dynamic(share, spec, status, strategy == AGGREGATED, uid, trace)
        case _:
            given = placement.get("replicaScheduling") or {}
            raise ScheduleError(
                "unsupported replica scheduling strategy, replicaSchedulingType: "
                f"{given.get('replicaSchedulingType', '')}, replicaDivisionPreference: "
                f"{given.get('replicaDivisionPreference', '')}, please try another scheduling strategy"
            )
    return remove_zero_replicas(result)


def _dynamic(
    share: Share,
    spec: Object,
    status: Mapping[str, Any],
    aggregated: bool,
    uid: str,
    trace: Trace | None,
) -> list[TargetCluster]:
    candidates = {detail.name for detail in share.clusters}
    scheduled = [t for t in from_objects(spec.get("clusters")) if t.name in candidates]
    how = division.Dynamic(share.clusters, scheduled, share.replicas, aggregated, uid, trace)
    if reschedule_required(spec, status):
        step, act = "do fresh scale", division.fresh
    else:
        assigned = sum_of_replicas(scheduled)
        if assigned == share.replicas:
            if trace is not None:
                trace.divisions.append(Division("unchanged", share.replicas, kept=scheduled))
            return scheduled
        if assigned > share.replicas:
            step, act = "scale down", division.scale_down
        else:
            step, act = "scale up", division.scale_up
    try:
        return act(how)
    except ScheduleError as error:
        raise error.prefixed(f"failed to {step}") from None
