"""Which bindings the scheduler looks at, and which it looks at again when a cluster changes.

Follows pkg/scheduler/event_handler.go.
"""

from __future__ import annotations

from typing import Final

from karmada_nb.engine import meta
from karmada_nb.engine.karmada.constants import (
    ARTICLE_CLUSTER_PROPAGATION_POLICY_LABEL,
    ARTICLE_PROPAGATION_POLICY_NAME_LABEL,
    BINDING_MANAGED_BY_LABEL,
    CLUSTER_PROPAGATION_POLICY_PERMANENT_ID_LABEL,
    DEFAULT_SCHEDULER,
    PROPAGATION_POLICY_PERMANENT_ID_LABEL,
)
from karmada_nb.engine.karmada.scheduler.cluster_match import cluster_matches
from karmada_nb.engine.meta import Object

_CLAIMS: Final = (
    PROPAGATION_POLICY_PERMANENT_ID_LABEL,
    CLUSTER_PROPAGATION_POLICY_PERMANENT_ID_LABEL,
    BINDING_MANAGED_BY_LABEL,
)
_CLAIMS_V12: Final = (ARTICLE_PROPAGATION_POLICY_NAME_LABEL, ARTICLE_CLUSTER_PROPAGATION_POLICY_LABEL)


def schedules(binding: Object, scheduler_name: str = DEFAULT_SCHEDULER) -> bool:
    """Whether this scheduler takes care of the binding: it is addressed to it, and not suspended."""
    spec = binding.get("spec") or {}
    if (spec.get("schedulerName") or DEFAULT_SCHEDULER) != scheduler_name:
        return False
    return not meta.dig(spec, "suspension", "scheduling", default=False)


def interested(binding: Object, scheduler_name: str = DEFAULT_SCHEDULER) -> bool:
    """Whether an added or changed binding is to be scheduled: it also has to come from a policy."""
    labels = meta.labels(binding)
    return schedules(binding, scheduler_name) and any(labels.get(label) for label in _CLAIMS)


def interested_v12(binding: Object) -> bool:
    """Whether v1.2 schedules an added or changed binding: a policy has to have made it."""
    labels = meta.labels(binding)
    return any(labels.get(label) for label in _CLAIMS_V12)


def affected_by_lost_v12(binding: Object, cluster: str) -> bool:
    """Whether v1.2 looks at the binding again when this cluster is gone, or has failed."""
    return any(target["name"] == cluster for target in meta.dig(binding, "spec", "clusters", default=()))


def cluster_changes(old: Object, new: Object) -> tuple[Object, ...]:
    """The states of a changed cluster for which bindings are to be looked up with ``affected_by``.

    Both the old and the new one where labels or spec changed; none where only the status did.
    """
    if meta.deleting(new) and not meta.deleting(old):
        return (new,)
    if meta.labels(old) != meta.labels(new) or meta.generation(old) != meta.generation(new):
        return old, new
    return ()


def affected_by(binding: Object, cluster: Object, scheduler_name: str = DEFAULT_SCHEDULER) -> bool:
    """Whether the binding is to be scheduled again because this cluster changed."""
    placement = meta.dig(binding, "spec", "placement")
    if placement is None or not schedules(binding, scheduler_name):
        return False
    terms = placement.get("clusterAffinities")
    if terms is None:
        affinity = placement.get("clusterAffinity")
        return affinity is None or cluster_matches(cluster, affinity)
    status = binding.get("status") or {}
    if (status.get("schedulerObservedGeneration") or 0) != meta.generation(binding):
        # Its turn is still to come, and it may well end in another group.
        return True
    observed = status.get("schedulerObservingAffinityName")
    current = next((t for t in terms if observed and t.get("affinityName") == observed), None)
    return any(cluster_matches(cluster, term) for term in ([current] if current else terms[:1]))
