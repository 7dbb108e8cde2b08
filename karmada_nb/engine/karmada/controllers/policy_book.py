"""The propagation policies of both kinds, and which of them takes a template."""

from __future__ import annotations

from typing import Final

from karmada_nb.engine import meta
from karmada_nb.engine.karmada.controllers.selecting import TemplateRef, candidates, index_by_selectors
from karmada_nb.engine.karmada.plane import CLUSTER_OVERRIDES, CLUSTER_POLICIES, OVERRIDES, POLICIES, Plane
from karmada_nb.engine.karmada.policy.claim import Claim
from karmada_nb.engine.karmada.policy.match import (
    article_look_for_matched_policy,
    look_for_matched_cluster_policy,
    look_for_matched_policy,
)
from karmada_nb.engine.meta import Key, Object

POLICY: Final = "PropagationPolicy"
CLUSTER_POLICY: Final = "ClusterPropagationPolicy"


class PolicyBook:
    """Answers from indexed informers."""

    def __init__(self, plane: Plane) -> None:
        self._article = plane.article
        self.policies = plane.informers(*POLICIES)
        self.cluster_policies = plane.informers(*CLUSTER_POLICIES)
        self._overrides = plane.informers(*OVERRIDES)
        self._cluster_overrides = plane.informers(*CLUSTER_OVERRIDES)
        index_by_selectors(self.policies)
        index_by_selectors(self.cluster_policies)

    def get(self, claim: Claim) -> Object | None:
        return self.find(claim.kind, claim.namespace, claim.name)

    def find(self, kind: str, namespace: str, name: str) -> Object | None:
        """A policy by kind and place."""
        informer = self.policies if kind == POLICY else self.cluster_policies
        return informer.get(Key(namespace, name))

    def look_up(self, template: Object, ref: TemplateRef) -> Object | None:
        """The policy that takes an unclaimed template: one of its namespace, else a cluster policy."""
        own = candidates(self.policies, ref) if ref.namespace else []
        wide = candidates(self.cluster_policies, ref)
        if self._article:
            own = [policy for policy in own if meta.namespace(policy) == ref.namespace]
            return article_look_for_matched_policy(template, own) or article_look_for_matched_policy(
                template, wide
            )
        return look_for_matched_policy(template, own) or look_for_matched_cluster_policy(template, wide)

    def overrides_present(self, policy: Object) -> bool:
        """Whether all of ``spec.dependentOverrides`` exist; v1.2 did not ask for a cluster policy's."""
        namespace = meta.namespace(policy)
        if self._article and not namespace:
            return True
        overrides = self._overrides if namespace else self._cluster_overrides
        wanted = meta.dig(policy, "spec", "dependentOverrides", default=())
        return all(overrides.get(Key(namespace, name)) is not None for name in wanted)


def lazy(policy: Object) -> bool:
    """Whether a change of the policy waits for the next change of the template."""
    return bool(meta.dig(policy, "spec", "activationPreference") == "Lazy")
