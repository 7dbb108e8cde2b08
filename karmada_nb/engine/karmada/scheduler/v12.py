"""Scheduling one binding as v1.2 did: the article's edition.

Follows pkg/scheduler/core/generic_scheduler.go of v1.2.0. Against today: static weights are rounded down
and the remainder goes by weight, a cluster that gets no replicas stays in the result, clusters that are
not ready are passed over, and an error is just a text.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from karmada_nb.engine.karmada.scheduler import v12_division, v12_filters, v12_select
from karmada_nb.engine.karmada.scheduler.cluster_details import ClusterDetail, Estimate
from karmada_nb.engine.karmada.scheduler.schedule import ScheduleResult
from karmada_nb.engine.karmada.scheduler.scheduling_errors import ScheduleError
from karmada_nb.engine.karmada.scheduler.targets import TargetCluster
from karmada_nb.engine.karmada.scheduler.trace import Division, Trace
from karmada_nb.engine.meta import Object


def schedule_v12(
    placement: Mapping[str, Any],
    spec: Object,
    clusters: Sequence[Object],
    estimate: Estimate,
    *,
    trace: Trace | None = None,
) -> ScheduleResult:
    """Decides where the binding goes."""
    result = ScheduleResult()
    if not clusters:
        result.error = ScheduleError("no clusters available to schedule")
        return result
    context = v12_filters.context(placement, spec)
    feasible: list[Object] = []
    for cluster in filter(v12_filters.ready, clusters):
        reasons = v12_filters.refusals(context, cluster)
        if reasons:
            result.diagnosis[cluster["metadata"]["name"]] = ", ".join(reasons.values())
        else:
            feasible.append(cluster)
    if not feasible:
        result.error = ScheduleError("no clusters fit")
        return result
    details = _details(context, feasible, spec, estimate)
    if trace is not None:
        trace.details = list(details)
    replicas = spec.get("replicas") or 0
    try:
        result.selected = v12_select.select_clusters(details, placement, replicas)
    except ScheduleError as error:
        result.error = error.prefixed("failed to select clusters")
        return result
    try:
        result.targets = assign_replicas(result.selected, placement, spec, estimate, trace)
    except ScheduleError as error:
        result.error = error.prefixed("failed to assignReplicas")
    return result


def _details(
    context: v12_filters.Context, feasible: Sequence[Object], spec: Object, estimate: Estimate
) -> list[ClusterDetail]:
    assigned = {t["name"]: t.get("replicas") or 0 for t in spec.get("clusters") or ()}
    details = [
        ClusterDetail(
            room.name,
            v12_filters.score(context, cluster),
            0,
            room.replicas + assigned.get(room.name, 0),
            room.replicas,
            cluster,
        )
        for cluster, room in zip(feasible, v12_division.available_room(feasible, spec, estimate), strict=True)
    ]
    return sorted(details, key=v12_select.sort_key)


def assign_replicas(
    selected: Sequence[ClusterDetail],
    placement: Mapping[str, Any],
    spec: Object,
    estimate: Estimate,
    trace: Trace | None = None,
) -> list[TargetCluster]:
    """How many replicas each selected cluster gets; 0 is an answer too. Raises ScheduleError."""
    if not selected:
        raise ScheduleError("no clusters available to schedule")
    strategy = placement.get("replicaScheduling")
    replicas = spec.get("replicas") or 0
    if replicas <= 0 or strategy is None:
        return [TargetCluster(d.name) for d in selected]
    clusters = [d.cluster for d in selected]
    preference = strategy.get("weightPreference") or {}
    match strategy.get("replicaSchedulingType", ""), strategy.get("replicaDivisionPreference", ""):
        case "Duplicated", _:
            if trace is not None:
                trace.divisions.append(Division("duplicated", replicas))
            return [TargetCluster(d.name, replicas) for d in selected]
        case "Divided", "Aggregated":
            return v12_division.by_resource(clusters, spec, estimate, True, trace)
        case "Divided", "Weighted":
            factor = preference.get("dynamicWeight")
            if not factor:
                rules = preference.get("staticWeightList") or ()
                return v12_division.by_static_weight(clusters, rules, replicas, trace)
            if factor != "AvailableReplicas":
                raise ScheduleError(f"undefined replica dynamic weight factor: {factor}")
            return v12_division.by_resource(clusters, spec, estimate, False, trace)
        case "Divided", other:
            raise ScheduleError(f"undefined replica division preference: {other}")
        case other, _:
            raise ScheduleError(f"undefined replica scheduling type: {other}")
