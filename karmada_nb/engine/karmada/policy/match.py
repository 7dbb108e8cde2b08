"""Resource selectors and the order among the policies that match.

Follows pkg/util/selector.go, pkg/detector/compare.go and ``LookForMatchedPolicy`` of
pkg/detector/detector.go.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import IntEnum

from karmada_nb.engine import meta, selectors
from karmada_nb.engine.meta import Object


class ImplicitPriority(IntEnum):
    """How exactly a selector points at a resource; the larger wins."""

    MISMATCH = 0
    MATCH_ALL = 1
    MATCH_LABEL_SELECTOR = 2
    MATCH_NAME = 3


def resource_selector_priority(resource: Object, selector: Object) -> ImplicitPriority:
    """A name outranks a label selector, and with a name given the label selector is not looked at."""
    if resource.get("apiVersion") != selector.get("apiVersion") or resource.get("kind") != selector.get(
        "kind"
    ):
        return ImplicitPriority.MISMATCH
    if selector.get("namespace") and selector["namespace"] != meta.namespace(resource):
        return ImplicitPriority.MISMATCH
    if selector.get("name"):
        named = selector["name"] == meta.name(resource)
        return ImplicitPriority.MATCH_NAME if named else ImplicitPriority.MISMATCH
    label_selector = selector.get("labelSelector")
    if label_selector is None:
        return ImplicitPriority.MATCH_ALL
    if not _keys_named(label_selector):
        return ImplicitPriority.MISMATCH
    try:
        matches = selectors.from_label_selector(label_selector).matches(meta.labels(resource))
    except ValueError:
        return ImplicitPriority.MISMATCH
    return ImplicitPriority.MATCH_LABEL_SELECTOR if matches else ImplicitPriority.MISMATCH


def _keys_named(label_selector: Object) -> bool:
    """Whether every term names a label; one that does not makes the whole selector invalid."""
    terms = label_selector.get("matchExpressions") or ()
    return "" not in (label_selector.get("matchLabels") or ()) and all(term.get("key") for term in terms)


def resource_match_selectors_priority(resource: Object, rules: Iterable[Object]) -> ImplicitPriority:
    """The best that any of the selectors gives."""
    best = (resource_selector_priority(resource, rule) for rule in rules)
    return max(best, default=ImplicitPriority.MISMATCH)


def policy_matches(resource: Object, policy: Object) -> bool:
    """Whether any resource selector of the policy takes this resource."""
    rules = meta.dig(policy, "spec", "resourceSelectors", default=[])
    return resource_match_selectors_priority(resource, rules) > ImplicitPriority.MISMATCH


def explicit_priority(policy: Object) -> int:
    """``spec.priority``, 0 where it is not set."""
    return int(meta.dig(policy, "spec", "priority", default=0))


def highest_priority_policy(policies: Iterable[Object], resource: Object) -> Object | None:
    """Of the policies that match: explicit priority first, then implicit, then the first name."""
    best: Object | None = None
    best_rank = (0, 0, "")
    for policy in policies:
        rules = meta.dig(policy, "spec", "resourceSelectors", default=[])
        implicit = resource_match_selectors_priority(resource, rules)
        if implicit == ImplicitPriority.MISMATCH:
            continue
        rank = (-explicit_priority(policy), -implicit, meta.name(policy))
        if best is None or rank < best_rank:
            best, best_rank = policy, rank
    return best


def look_for_matched_policy(resource: Object, policies: Iterable[Object]) -> Object | None:
    """The PropagationPolicy of the resource's own namespace that takes it; none for cluster scope."""
    namespace = meta.namespace(resource)
    if not namespace:
        return None
    return look_for_matched_cluster_policy(resource, (p for p in policies if meta.namespace(p) == namespace))


def look_for_matched_cluster_policy(resource: Object, policies: Iterable[Object]) -> Object | None:
    """The ClusterPropagationPolicy that takes the resource; a policy that is being deleted takes nothing."""
    return highest_priority_policy((p for p in policies if not meta.deleting(p)), resource)


def article_look_for_matched_policy(resource: Object, policies: Iterable[Object]) -> Object | None:
    """As Karmada v1.2 chose, for either kind: no priorities, the first name among those that match.

    A caller passes the policies of the resource's namespace, or the cluster policies.
    """
    return min((p for p in policies if policy_matches(resource, p)), key=meta.name, default=None)
