"""One turn of the scheduler for one binding, as v1.2 did it.

Follows ``doScheduleBinding`` in pkg/scheduler/scheduler.go of v1.2.0: every turn records an event, a failure
of any kind is tried again, and the old result stays when no cluster fits.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from karmada_nb.engine import meta
from karmada_nb.engine.karmada.constants import (
    ARTICLE_CLUSTER_PROPAGATION_POLICY_LABEL,
    ARTICLE_PROPAGATION_POLICY_NAME_LABEL,
    ARTICLE_PROPAGATION_POLICY_NAMESPACE_LABEL,
    ARTICLE_SCHEDULE_FAILED_REASON,
    ARTICLE_SCHEDULE_SUCCESS_MESSAGE,
    ARTICLE_SCHEDULE_SUCCESS_REASON,
    CLUSTER_CONDITION_READY,
    POLICY_PLACEMENT_ANNOTATION,
    SCHEDULED,
)
from karmada_nb.engine.karmada.scheduler.cluster_details import Estimate
from karmada_nb.engine.karmada.scheduler.outcome import Outcome, failed, patch_result, patch_status, succeeded
from karmada_nb.engine.karmada.scheduler.placement import placement_text
from karmada_nb.engine.karmada.scheduler.scheduling_errors import ScheduleError
from karmada_nb.engine.karmada.scheduler.targets import replicas_changed
from karmada_nb.engine.karmada.scheduler.v12 import schedule_v12
from karmada_nb.engine.meta import Object


class PolicyReference(NamedTuple):
    """The policy that a binding is labelled with: the resource's name, and where the policy is."""

    resource: str
    key: meta.Key


def claimed_policy(binding: Object) -> PolicyReference | None:
    """Whose placement counts. A label of a namespaced policy goes before one of a cluster-wide policy."""
    labels = meta.labels(binding)
    if name := labels.get(ARTICLE_PROPAGATION_POLICY_NAME_LABEL):
        namespace = labels.get(ARTICLE_PROPAGATION_POLICY_NAMESPACE_LABEL, "")
        return PolicyReference("propagationpolicies", meta.Key(namespace, name))
    if name := labels.get(ARTICLE_CLUSTER_PROPAGATION_POLICY_LABEL):
        return PolicyReference("clusterpropagationpolicies", meta.Key("", name))
    return None


def schedule_binding_v12(
    binding: Object,
    placement: Mapping[str, Any] | None,
    clusters: Sequence[Object],
    estimate: Estimate,
    now: datetime,
    failover: bool = False,
) -> Outcome:
    """What to do about a binding. ``placement`` is that of its policy, None where the policy is gone.

    ``failover`` is the scheduler's feature gate of that name.
    """
    outcome = Outcome()
    spec = binding.get("spec") or {}
    if placement is None:
        policy = claimed_policy(binding)
        resource = policy.resource.removesuffix("ies") + "y" if policy else "propagationpolicy"
        name = policy.key.name if policy else ""
        outcome.error = ScheduleError(f'{resource}.policy.karmada.io "{name}" not found')
    elif must_schedule(binding, placement) or (failover and has_lost_a_cluster(binding, clusters)):
        outcome.result = schedule_v12(placement, spec, clusters, estimate)
        outcome.error = outcome.result.error
        if outcome.error is None:
            outcome.patches += patch_result(binding, outcome.result.targets, placement)
    return _conclude(outcome, binding, now)


def must_schedule(binding: Object, placement: Mapping[str, Any]) -> bool:
    """Whether the placement is another than the one applied, or the replicas do not add up."""
    if meta.annotations(binding).get(POLICY_PLACEMENT_ANNOTATION, "") != placement_text(placement):
        return True
    return replicas_changed(binding["spec"], placement.get("replicaScheduling"))


def has_lost_a_cluster(binding: Object, clusters: Sequence[Object]) -> bool:
    """Whether one of a binding's clusters is not Ready, is being deleted or gone; Unknown is not enough."""
    known = {meta.name(cluster): cluster for cluster in clusters}
    chosen = [known.get(target["name"]) for target in meta.dig(binding, "spec", "clusters", default=())]
    return any(one is None or meta.deleting(one) or not_ready(one) for one in chosen)


def not_ready(cluster: Object) -> bool:
    """Whether Karmada has found a cluster to be unhealthy."""
    return (meta.condition(cluster, CLUSTER_CONDITION_READY) or {}).get("status") == "False"


def _conclude(outcome: Outcome, binding: Object, now: datetime) -> Outcome:
    error = outcome.error
    if error is None:
        state, reason, message = "True", ARTICLE_SCHEDULE_SUCCESS_REASON, ARTICLE_SCHEDULE_SUCCESS_MESSAGE
        outcome.events.append(succeeded(ARTICLE_SCHEDULE_SUCCESS_MESSAGE))
    else:
        state, reason, message = "False", ARTICLE_SCHEDULE_FAILED_REASON, error.message
        outcome.events.append(failed(error))
        outcome.retry = error
    status = binding.get("status") or {}
    old = meta.condition(binding, SCHEDULED) or {}
    if (old.get("status"), old.get("reason"), old.get("message")) != (state, reason, message):
        conditions = meta.set_condition(
            status.get("conditions") or (), SCHEDULED, state, reason, message, now
        )
        outcome.patches += patch_status(status, {**status, "conditions": conditions})
    return outcome
