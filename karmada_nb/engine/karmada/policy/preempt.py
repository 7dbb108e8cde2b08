"""One policy taking a template from another.

Follows pkg/detector/preemption.go. The order is: a PropagationPolicy of higher priority, one of lower
priority, any ClusterPropagationPolicy; among cluster policies the priority alone decides.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeAlias

from karmada_nb.engine import errors, meta
from karmada_nb.engine.karmada.constants import (
    CLUSTER_PROPAGATION_POLICY_ANNOTATION,
    EVENT_REASON_PREEMPT_POLICY_FAILED,
    EVENT_REASON_PREEMPT_POLICY_SUCCEED,
    PROPAGATION_POLICY_NAME_ANNOTATION,
    PROPAGATION_POLICY_NAMESPACE_ANNOTATION,
)
from karmada_nb.engine.karmada.policy.claim import claim_policy_for_object
from karmada_nb.engine.karmada.policy.event import Event
from karmada_nb.engine.karmada.policy.match import explicit_priority
from karmada_nb.engine.meta import Object

FindPolicy: TypeAlias = Callable[[str, str, str], "Object | None"]
"""(kind, namespace, name) -> the policy, or None where there is none."""


@dataclass(frozen=True, slots=True)
class Preemption:
    """A template that changed hands, and who took it from whom, as the events say it."""

    template: Object
    winner: str
    loser: str

    def succeeded(self) -> Event:
        message = f"{self.winner} preempted {self.loser} successfully"
        return Event("Normal", EVENT_REASON_PREEMPT_POLICY_SUCCEED, message)

    def failed(self, why: object) -> Event:
        """For a caller whose write of ``template`` was refused."""
        return Event(
            "Warning",
            EVENT_REASON_PREEMPT_POLICY_FAILED,
            f"{self.winner} failed to preempt {self.loser}: {why}",
        )


def preemption_enabled(policy: Object, *, gate: bool) -> bool:
    """Whether the policy preempts at all; ``gate`` is the feature gate PropagationPolicyPreemption."""
    return gate and meta.dig(policy, "spec", "preemption") == "Always"


def preempt(policy: Object, template: Object, find: FindPolicy) -> list[Preemption]:
    """What the policy takes of this template, in order; each step starts from the one before.

    Raises StatusError (404) where the policy that holds the template is gone.
    """
    if policy.get("kind") != "PropagationPolicy":
        taken = _from_cluster_policy_by_priority(policy, template, find)
        return [taken] if taken else []
    steps: list[Preemption] = []
    first = _from_policy(policy, template, find)
    if first is not None:
        steps.append(first)
        template = first.template
    second = _from_cluster_policy(policy, template)
    return [*steps, second] if second else steps


def _from_policy(policy: Object, template: Object, find: FindPolicy) -> Preemption | None:
    notes = meta.annotations(template)
    namespace = notes.get(PROPAGATION_POLICY_NAMESPACE_ANNOTATION, "")
    name = notes.get(PROPAGATION_POLICY_NAME_ANNOTATION, "")
    if not namespace or not name or meta.key(policy) == (namespace, name):
        return None
    claimed = find("PropagationPolicy", namespace, name)
    if claimed is None:
        raise errors.not_found("policy.karmada.io", "propagationpolicies", name)
    if explicit_priority(policy) <= explicit_priority(claimed):
        return None
    loser = f"propagation policy({namespace}/{name})"
    return Preemption(claim_policy_for_object(template, policy), _winner(policy), loser)


def _from_cluster_policy(policy: Object, template: Object) -> Preemption | None:
    name = meta.annotations(template).get(CLUSTER_PROPAGATION_POLICY_ANNOTATION, "")
    if not name:
        return None
    loser = f"cluster propagation policy({name})"
    return Preemption(claim_policy_for_object(template, policy), _winner(policy), loser)


def _from_cluster_policy_by_priority(policy: Object, template: Object, find: FindPolicy) -> Preemption | None:
    name = meta.annotations(template).get(CLUSTER_PROPAGATION_POLICY_ANNOTATION, "")
    if not name or name == meta.name(policy):
        return None
    claimed = find("ClusterPropagationPolicy", "", name)
    if claimed is None:
        raise errors.not_found("policy.karmada.io", "clusterpropagationpolicies", name)
    if explicit_priority(policy) <= explicit_priority(claimed):
        return None
    loser = f"cluster propagation policy({name})"
    return Preemption(claim_policy_for_object(template, policy), _winner(policy), loser)


def _winner(policy: Object) -> str:
    if policy.get("kind") == "PropagationPolicy":
        return f"Propagation policy({meta.key(policy)})"
    return f"Cluster propagation policy({meta.name(policy)})"


def policies_to_requeue(old: Object, new: Object, policies: Iterable[Object]) -> list[Object]:
    """After a policy's priority fell: those that may now preempt what it holds, the highest first.

    ``policies`` are all of its kind (of its namespace, for a PropagationPolicy).
    """
    low, high = explicit_priority(new), explicit_priority(old)
    candidates = [
        p
        for p in policies
        if meta.dig(p, "spec", "preemption") == "Always" and low < explicit_priority(p) < high
    ]
    return sorted(candidates, key=explicit_priority, reverse=True)
