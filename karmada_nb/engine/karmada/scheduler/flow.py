"""One turn of the scheduler for one binding: whether to schedule it, and what to write afterwards.

Follows ``doScheduleBinding`` and ``doScheduleClusterBinding`` in pkg/scheduler/scheduler.go. An ``Outcome``
says everything that a controller has to do; this module does nothing itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from karmada_nb.engine import meta
from karmada_nb.engine.karmada.constants import (
    ARTICLE,
    BINDING_REASON_NO_CLUSTER_FIT,
    BINDING_REASON_SCHEDULER_ERROR,
    BINDING_REASON_SUCCESS,
    BINDING_REASON_UNSCHEDULABLE,
    CURRENT,
    POLICY_PLACEMENT_ANNOTATION,
    SCHEDULED,
    SUCCESSFUL_SCHEDULING_MESSAGE,
    Edition,
)
from karmada_nb.engine.karmada.scheduler.assignment import reschedule_required
from karmada_nb.engine.karmada.scheduler.cluster_details import Estimate
from karmada_nb.engine.karmada.scheduler.filters import is_workload
from karmada_nb.engine.karmada.scheduler.outcome import (
    BindingEvent,
    Outcome,
    failed,
    name_in_text,
    patch_result,
    patch_status,
    succeeded,
)
from karmada_nb.engine.karmada.scheduler.placement import placement_changed
from karmada_nb.engine.karmada.scheduler.schedule import ScheduleResult, schedule
from karmada_nb.engine.karmada.scheduler.scheduling_errors import FitError, ScheduleError, UnschedulableError
from karmada_nb.engine.karmada.scheduler.select_clusters import DUPLICATED, replica_scheduling_type
from karmada_nb.engine.karmada.scheduler.targets import replicas_changed
from karmada_nb.engine.karmada.scheduler.trace import Trace
from karmada_nb.engine.karmada.scheduler.v12_flow import schedule_binding_v12
from karmada_nb.engine.meta import Object


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a turn looks at besides the binding. ``peers`` are the ResourceBindings that workload affinity
    groups are compared with; without them the groups play no part."""

    clusters: Sequence[Object]
    estimate: Estimate
    now: datetime
    edition: Edition = CURRENT
    empty_workload_propagation: bool = False
    multiple_templates: bool = False
    """The gate MultiplePodTemplatesScheduling."""
    peers: Iterable[Object] = ()
    failover: bool = False
    """The gate of v1.2's scheduler."""


class Attempt(NamedTuple):
    """One run of the four steps; ``status`` says with which affinity group, ``place`` is its index."""

    place: int
    status: Object
    result: ScheduleResult
    trace: Trace | None


def schedule_binding(
    binding: Object, around: Surroundings, policy_placement: Mapping[str, Any] | None = None
) -> Outcome:
    """What to do about a ResourceBinding or ClusterResourceBinding.

    In the article's edition a binding has no placement: there ``policy_placement`` is that of the policy
    which ``v12_flow.claimed_policy`` names, None where that does not exist.
    """
    if around.edition == ARTICLE:
        if policy_placement is None:
            policy_placement = meta.dig(binding, "spec", "placement")
        given = (around.clusters, around.estimate, around.now, around.failover)
        return schedule_binding_v12(binding, policy_placement, *given)
    kind = "ResourceBinding" if meta.namespace(binding) else "ClusterResourceBinding"
    small = kind[0].lower() + kind[1:]
    if meta.deleting(binding):
        text = f"skip schedule deleting {small}: {name_in_text(binding)}"
        return Outcome(events=[failed(ScheduleError(text))])
    spec = binding.get("spec") or {}
    status = binding.get("status") or {}
    if spec.get("placement") is None:
        text = f"failed to get placement from {small}({name_in_text(binding)})"
        return Outcome(retry=ScheduleError(text))
    if why_schedule(binding, around.clusters) is None:
        outcome = Outcome()
        if meta.generation(binding) != (status.get("schedulerObservedGeneration") or 0):
            observed = {**status, "schedulerObservedGeneration": meta.generation(binding)}
            outcome.patches += patch_status(status, observed)
        return outcome
    if spec["placement"].get("clusterAffinities") is None:
        outcome = _with_cluster_affinity(binding, kind, around)
    else:
        outcome = _with_cluster_affinities(binding, kind, around)
    return _conclude(outcome, binding, around.now)


def why_schedule(binding: Object, clusters: Iterable[Object]) -> str | None:
    """The reason to schedule the binding now, or None where its result still stands."""
    spec, status = binding["spec"], binding.get("status") or {}
    placement = spec["placement"]
    observed = status.get("schedulerObservingAffinityName", "")
    if placement_changed(placement, meta.annotations(binding).get(POLICY_PLACEMENT_ANNOTATION, ""), observed):
        return "placement changed"
    if replicas_changed(spec, placement.get("replicaScheduling")):
        return "replicas scaled down or scaled up"
    if reschedule_required(spec, status):
        return "explicitly triggered reschedule"
    if not is_workload(spec) or replica_scheduling_type(placement) == DUPLICATED:
        return "scheduling type is duplicated"
    targets = {t["name"] for t in spec.get("clusters") or ()}
    if any(meta.deleting(c) and meta.name(c) in targets for c in clusters):
        return "some scheduled clusters are deleted"
    return None


def attempts(binding: Object, around: Surroundings, *, traced: bool = False) -> Iterator[Attempt]:
    """The scheduling itself. With clusterAffinities, group after group from the observed one on until one
    can be scheduled (after a reschedule: from the first on); else a single attempt."""
    spec, status = binding["spec"], binding.get("status") or {}
    terms = spec["placement"].get("clusterAffinities")
    if terms is None:
        yield _attempt(binding, status, 0, around, traced)
        return
    first = 0 if reschedule_required(spec, status) else _observed_index(terms, status)
    for index in range(first, len(terms)):
        observed = {**status, "schedulerObservingAffinityName": terms[index].get("affinityName", "")}
        attempt = _attempt(binding, observed, index, around, traced)
        yield attempt
        if attempt.result.error is None:
            return


def _attempt(binding: Object, status: Object, index: int, around: Surroundings, traced: bool) -> Attempt:
    trace = Trace() if traced else None
    result = schedule(
        binding["spec"],
        status,
        around.clusters,
        around.estimate,
        empty_workload_propagation=around.empty_workload_propagation,
        multiple_templates=around.multiple_templates,
        peers=around.peers,
        trace=trace,
    )
    return Attempt(index, status, result, trace)


def _with_cluster_affinity(binding: Object, kind: str, around: Surroundings) -> Outcome:
    (attempt,) = attempts(binding, around)
    result = attempt.result
    outcome = Outcome(result=result, error=result.error)
    # Where no cluster fits, the old result is cleaned up; any other failure leaves it as it is.
    if result.error is None or isinstance(result.error, FitError):
        outcome.patches += patch_result(binding, result.targets)
    outcome.events.append(_event(kind, result))
    return outcome


def _with_cluster_affinities(binding: Object, kind: str, around: Surroundings) -> Outcome:
    outcome = Outcome()
    for attempt in attempts(binding, around):
        outcome.result = result = attempt.result
        if result.error is None:
            outcome.error = None
            outcome.patches += patch_result(binding, result.targets)
            outcome.patches += patch_status(binding.get("status") or {}, attempt.status)
            outcome.events.append(_event(kind, result))
            return outcome
        outcome.error = outcome.error or result.error
        what = f"failed to schedule {kind}({name_in_text(binding)})"
        where = f"{what} with clusterAffiliates index({attempt.place})"
        outcome.events.append(failed(result.error.prefixed(where)))
    if isinstance(outcome.error, FitError):
        outcome.patches += patch_result(binding, [])
        outcome.events.append(failed(outcome.error))
    return outcome


def _observed_index(terms: Sequence[Mapping[str, Any]], status: Mapping[str, Any]) -> int:
    observed = status.get("schedulerObservingAffinityName")
    names = [term.get("affinityName", "") for term in terms]
    return names.index(observed) if observed and observed in names else 0


def _event(kind: str, result: ScheduleResult) -> BindingEvent:
    if result.error is not None:
        return failed(result.error)
    listed = ", ".join(f"{target.name}:{target.replicas}" for target in result.targets)
    colon = ":" if kind == "ResourceBinding" else ""
    return succeeded(f"{SUCCESSFUL_SCHEDULING_MESSAGE} Result{colon} {{{listed}}}")


def _conclude(outcome: Outcome, binding: Object, now: datetime) -> Outcome:
    """Adds the Scheduled condition, and decides whether a failure is to be tried again."""
    status = binding.get("status") or {}
    error = outcome.error
    if error is None:
        state, reason, message = "True", BINDING_REASON_SUCCESS, SUCCESSFUL_SCHEDULING_MESSAGE
    elif isinstance(error, UnschedulableError):
        state, reason, message = "False", BINDING_REASON_UNSCHEDULABLE, error.message
    elif isinstance(error, FitError):
        state, reason, message = "False", BINDING_REASON_NO_CLUSTER_FIT, error.message
    else:
        state, reason, message = "False", BINDING_REASON_SCHEDULER_ERROR, error.message
    conditions = meta.set_condition(status.get("conditions") or (), SCHEDULED, state, reason, message, now)
    after = {**status, "conditions": conditions}
    if error is None:
        after["schedulerObservedGeneration"] = meta.generation(binding)
        after["lastScheduledTime"] = meta.rfc3339(now)
    elif not isinstance(error, FitError):
        outcome.retry = error
    outcome.patches += patch_status(status, after)
    return outcome
