"""Bringing a binding that exists up to date without touching what the scheduler wrote into it.

Follows the mutate functions that ``ApplyPolicy`` and ``ApplyClusterPolicy`` of pkg/detector/detector.go
hand to CreateOrUpdate, and ``MergePolicySuspension`` of pkg/util/binding.go.
"""

from __future__ import annotations

from karmada_nb.engine import meta
from karmada_nb.engine.karmada.policy.claim import exclude_cluster_policy
from karmada_nb.engine.meta import Object

_CLUSTER_FIELDS = (
    "resource",
    "replicaRequirements",
    "replicas",
    "components",
    "schedulerName",
    "placement",
    "failover",
    "conflictResolution",
    "preserveResourcesOnDeletion",
)
_FIELDS = (*_CLUSTER_FIELDS, "propagateDeps", "schedulePriority", "workloadAffinityGroups")
_ARTICLE_FIELDS = ("resource", "replicaRequirements", "replicas")

OWNER_CHANGED = (
    "failed to update binding due to different owner reference UID, will try again later after binding is "
    "garbage collected, see https://github.com/karmada-io/karmada/issues/2090"
)


def refresh_binding(existing: Object, desired: Object, policy: Object) -> Object:
    """``existing`` with what ``desired`` (from build_*_binding) says; scheduling results stay.

    Raises ValueError where the binding still belongs to an earlier template of the same name.
    """
    owner = meta.controller_of(existing)
    if owner is not None and owner.get("uid") != meta.owners(desired)[0]["uid"]:
        raise ValueError(OWNER_CHANGED)
    namespaced = desired["kind"] == "ResourceBinding"
    spec = _take(existing["spec"], desired["spec"], _FIELDS if namespaced else _CLUSTER_FIELDS)
    suspension = merge_policy_suspension(
        existing["spec"].get("suspension"), meta.dig(policy, "spec", "suspension")
    )
    spec = meta.without(spec, ["suspension"]) if suspension is None else {**spec, "suspension": suspension}
    held = meta.finalizers(existing)
    missing = [item for item in meta.finalizers(desired) if item not in held]
    refreshed = meta.with_metadata(
        {**existing, "spec": spec},
        annotations={**meta.annotations(existing), **meta.annotations(desired)} or None,
        labels={**meta.labels(existing), **meta.labels(desired)} or None,
        finalizers=[*held, *missing],
        ownerReferences=meta.owners(desired),
    )
    return exclude_cluster_policy(refreshed) if policy.get("kind") == "PropagationPolicy" else refreshed


def article_refresh_binding(existing: Object, desired: Object, policy: Object) -> Object:
    """As Karmada v1.2 did: under a cluster policy the labels are replaced, not merged."""
    by_policy = policy.get("kind") == "PropagationPolicy"
    fields = (*_ARTICLE_FIELDS, "propagateDeps") if by_policy else _ARTICLE_FIELDS
    labels = meta.labels(desired)
    return meta.with_metadata(
        {**existing, "spec": _take(existing["spec"], desired["spec"], fields)},
        labels={**meta.labels(existing), **labels} if by_policy else labels,
        finalizers=meta.finalizers(desired),
        ownerReferences=meta.owners(desired),
    )


def merge_policy_suspension(binding: Object | None, policy: Object | None) -> Object | None:
    """The policy decides on dispatching; ``scheduling`` belongs to the binding and stays."""
    kept = {"scheduling": binding["scheduling"]} if binding and "scheduling" in binding else {}
    if policy is not None:
        return {**policy, **kept}
    return kept or None


def _take(existing: Object, desired: Object, fields: tuple[str, ...]) -> Object:
    spec = {k: v for k, v in existing.items() if k not in fields}
    return {**spec, **{k: desired[k] for k in fields if k in desired}}
