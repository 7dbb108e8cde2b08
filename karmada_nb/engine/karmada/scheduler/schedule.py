"""Scheduling one binding in four steps: filter, score, select, assign.

Follows pkg/scheduler/core/generic_scheduler.go. Nothing is read or written besides the arguments; the
result keeps what each step found, so that an explanation needs no second run.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from karmada_nb.engine.karmada.scheduler.assignment import assign_replicas
from karmada_nb.engine.karmada.scheduler.cluster_details import ClusterDetail, Estimate, cluster_details
from karmada_nb.engine.karmada.scheduler.estimation import goes_in_sets
from karmada_nb.engine.karmada.scheduler.filters import FilterContext, filter_context, refusal
from karmada_nb.engine.karmada.scheduler.scheduling_errors import FitError, ScheduleError
from karmada_nb.engine.karmada.scheduler.scores import cluster_locality
from karmada_nb.engine.karmada.scheduler.select_clusters import select_clusters
from karmada_nb.engine.karmada.scheduler.targets import TargetCluster, attach_zero_replicas
from karmada_nb.engine.karmada.scheduler.trace import Trace
from karmada_nb.engine.meta import Object


@dataclass(slots=True)
class ScheduleResult:
    """What came out: ``targets``, or ``error``; ``selected`` and ``diagnosis`` as far as it came."""

    targets: list[TargetCluster] = field(default_factory=list)
    selected: list[ClusterDetail] = field(default_factory=list)
    diagnosis: dict[str, str] = field(default_factory=dict)
    error: ScheduleError | None = None


def schedule(
    spec: Object,
    status: Mapping[str, Any],
    clusters: Sequence[Object],
    estimate: Estimate,
    *,
    empty_workload_propagation: bool = False,
    multiple_templates: bool = False,
    peers: Iterable[Object] = (),
    trace: Trace | None = None,
) -> ScheduleResult:
    """Decides where the binding goes. ``spec.placement`` must be there.

    ``empty_workload_propagation`` keeps selected clusters that got no replicas in the result;
    ``multiple_templates`` is the gate MultiplePodTemplatesScheduling; ``peers`` are the ResourceBindings to
    compare affinity groups with.
    """
    in_sets = multiple_templates and goes_in_sets(spec)
    result = ScheduleResult()
    context = filter_context(spec, status, peers)
    feasible = find_clusters_that_fit(context, clusters, result.diagnosis)
    if not feasible:
        result.error = FitError(len(clusters), result.diagnosis)
        return result
    scored = prioritize_clusters(context, feasible)
    details = cluster_details(scored, spec, status, estimate)
    if trace is not None:
        trace.details = list(details)
    try:
        record = None if trace is None else trace.note_regions
        result.selected = select_clusters(details, spec, record, in_sets=in_sets)
    except ScheduleError as error:
        result.error = error.prefixed("failed to select clusters")
        return result
    try:
        result.targets = assign_replicas(result.selected, spec, status, trace, in_sets=in_sets)
    except ScheduleError as error:
        result.error = error.prefixed("failed to assign replicas")
        return result
    if empty_workload_propagation:
        result.targets = attach_zero_replicas((d.name for d in result.selected), result.targets)
    return result


def find_clusters_that_fit(
    context: FilterContext, clusters: Iterable[Object], diagnosis: dict[str, str]
) -> list[Object]:
    """The clusters that pass every filter. Those being deleted do not count; of the others that fail,
    ``diagnosis`` gets the reason. Clusters that are not ready pass: their taints keep workloads away."""
    feasible = []
    for cluster in clusters:
        if "deletionTimestamp" in cluster["metadata"]:
            continue
        reason = refusal(context, cluster)
        if reason is None:
            feasible.append(cluster)
        else:
            diagnosis[cluster["metadata"]["name"]] = reason
    return feasible


def prioritize_clusters(context: FilterContext, feasible: Iterable[Object]) -> list[tuple[Object, int]]:
    """Each fitting cluster with the sum of its points."""
    return [(cluster, cluster_locality(context, cluster)) for cluster in feasible]
