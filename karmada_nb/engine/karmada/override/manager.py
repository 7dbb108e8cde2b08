"""Which override policies change an object on its way to a cluster, and in which order.

Follows pkg/util/overridemanager/overridemanager.go. ClusterOverridePolicies come first, then
the OverridePolicies of the object's namespace; within each the less exactly a policy points at the object
the earlier it is applied, so that the most exact has the last word.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from karmada_nb.engine import meta
from karmada_nb.engine.karmada.constants import (
    CURRENT,
    EVENT_REASON_APPLY_OVERRIDE_POLICY_FAILED,
    EVENT_REASON_APPLY_OVERRIDE_POLICY_SUCCEED,
    Edition,
)
from karmada_nb.engine.karmada.override.applied import AppliedRule
from karmada_nb.engine.karmada.override.errors import OverrideError
from karmada_nb.engine.karmada.override.overriders import apply_policy_overriders
from karmada_nb.engine.karmada.policy.event import Event
from karmada_nb.engine.karmada.policy.match import ImplicitPriority, resource_match_selectors_priority
from karmada_nb.engine.karmada.scheduler.cluster_match import compile_affinity
from karmada_nb.engine.meta import Object


@dataclass(frozen=True, slots=True)
class Overridden:
    """The object for one cluster, the rules applied to it, and what to tell about it (on the object)."""

    obj: Object
    cluster_overrides: tuple[AppliedRule, ...] = ()
    overrides: tuple[AppliedRule, ...] = ()
    events: tuple[Event, ...] = ()


class ApplyOverridesError(OverrideError):
    """A policy could not be applied; ``events`` are those of before and of the failure itself."""

    def __init__(self, why: str, events: tuple[Event, ...]) -> None:
        super().__init__(why)
        self.events = events


def apply_override_policies(
    obj: Object,
    cluster: Object,
    override_policies: Iterable[Object] = (),
    cluster_override_policies: Iterable[Object] = (),
    edition: Edition = CURRENT,
) -> Overridden:
    """What ``obj`` becomes on its way to ``cluster``; shares with it all that no policy changed.

    ``override_policies`` may be of any namespace; only those of the object's count. Raises
    ApplyOverridesError for the first rule that does not apply. v1.2 tells no events.
    """
    events: list[Event] = []
    obj, cluster_rules = _apply(obj, cluster, cluster_override_policies, edition, events)
    rules: tuple[AppliedRule, ...] = ()
    namespace = meta.namespace(obj)
    if namespace:
        own = [policy for policy in override_policies if meta.namespace(policy) == namespace]
        obj, rules = _apply(obj, cluster, own, edition, events)
    return Overridden(obj, cluster_rules, rules, tuple(events))


def _apply(
    obj: Object, cluster: Object, policies: Iterable[Object], edition: Edition, events: list[Event]
) -> tuple[Object, tuple[AppliedRule, ...]]:
    applied: list[AppliedRule] = []
    for policy, overriders in _matching(obj, cluster, policies, edition):
        try:
            obj = apply_policy_overriders(obj, overriders, edition)
        except OverrideError as error:
            _tell(events, policy, cluster, edition, failed=True)
            raise ApplyOverridesError(str(error), tuple(events)) from None
        _tell(events, policy, cluster, edition)
        applied.append(AppliedRule(meta.name(policy), overriders))
    return obj, tuple(applied)


def _tell(
    events: list[Event], policy: Object, cluster: Object, edition: Edition, *, failed: bool = False
) -> None:
    if edition != CURRENT:
        return
    namespace, name = meta.namespace(policy), meta.name(policy)
    what = f"override policy({namespace}/{name})" if namespace else f"cluster override policy({name})"
    told = f"Apply {what} for cluster({meta.name(cluster)})"
    if failed:
        events.append(Event("Warning", EVENT_REASON_APPLY_OVERRIDE_POLICY_FAILED, f"{told} failed."))
    else:
        events.append(Event("Normal", EVENT_REASON_APPLY_OVERRIDE_POLICY_SUCCEED, f"{told} succeed."))


def _matching(
    obj: Object, cluster: Object, policies: Iterable[Object], edition: Edition
) -> list[tuple[Object, Object]]:
    """Policy and overriders of every rule that is for this object and this cluster, in order."""
    ranked: list[tuple[int, str, Object]] = []
    for policy in policies:
        selectors = meta.dig(policy, "spec", "resourceSelectors", default=[])
        priority = ImplicitPriority.MATCH_ALL
        if selectors:
            priority = resource_match_selectors_priority(obj, selectors)
        if priority > ImplicitPriority.MISMATCH:
            ranked.append((priority if edition == CURRENT else 0, meta.name(policy), policy))
    ranked.sort(key=lambda entry: entry[:2])
    return [
        (policy, rule.get("overriders") or {})
        for _, _, policy in ranked
        for rule in _rules(policy)
        if _aims_at(cluster, rule.get("targetCluster"), edition)
    ]


def _aims_at(cluster: Object, affinity: Object | None, edition: Edition) -> bool:
    return affinity is None or compile_affinity(affinity, single_zone=edition != CURRENT)(cluster)


def _rules(policy: Object) -> list[Object]:
    """``overrideRules``, or the deprecated single rule of the spec itself."""
    spec: Object = policy.get("spec") or {}
    return spec.get("overrideRules") or [spec]
