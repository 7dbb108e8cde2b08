"""The marks by which a policy claims a resource template and the bindings made of it.

Follows pkg/detector/claim.go and ``ClaimPolicyForObject`` of pkg/detector/detector.go; the v1.2 marks are
those of pkg/detector/detector.go at v1.2.0. Every function gives back the object it was given where there is
nothing to change, so that a caller may compare by identity before it writes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from karmada_nb.engine import meta
from karmada_nb.engine.karmada.constants import (
    ARTICLE,
    ARTICLE_CLUSTER_PROPAGATION_POLICY_LABEL,
    ARTICLE_PROPAGATION_POLICY_NAME_LABEL,
    ARTICLE_PROPAGATION_POLICY_NAMESPACE_LABEL,
    CLUSTER_PROPAGATION_POLICY_ANNOTATION,
    CLUSTER_PROPAGATION_POLICY_PERMANENT_ID_LABEL,
    CURRENT,
    PROPAGATION_POLICY_NAME_ANNOTATION,
    PROPAGATION_POLICY_NAMESPACE_ANNOTATION,
    PROPAGATION_POLICY_PERMANENT_ID_LABEL,
    Edition,
)
from karmada_nb.engine.meta import Object


@dataclass(frozen=True, slots=True)
class Claim:
    """Who holds a template. ``namespace`` is empty for a ClusterPropagationPolicy; ``id`` for v1.2."""

    kind: str
    namespace: str
    name: str
    id: str = ""


@dataclass(frozen=True, slots=True)
class Marks:
    """The labels and annotations that a kind of policy writes."""

    labels: tuple[str, ...]
    annotations: tuple[str, ...]


PP_MARKS = Marks(
    (PROPAGATION_POLICY_PERMANENT_ID_LABEL,),
    (PROPAGATION_POLICY_NAMESPACE_ANNOTATION, PROPAGATION_POLICY_NAME_ANNOTATION),
)
CPP_MARKS = Marks((CLUSTER_PROPAGATION_POLICY_PERMANENT_ID_LABEL,), (CLUSTER_PROPAGATION_POLICY_ANNOTATION,))
ARTICLE_PP_MARKS = Marks(
    (ARTICLE_PROPAGATION_POLICY_NAMESPACE_LABEL, ARTICLE_PROPAGATION_POLICY_NAME_LABEL), ()
)
ARTICLE_CPP_MARKS = Marks((ARTICLE_CLUSTER_PROPAGATION_POLICY_LABEL,), ())


def marks_of(kind: str, edition: Edition = CURRENT) -> Marks:
    """The marks of ``PropagationPolicy`` or ``ClusterPropagationPolicy``."""
    if kind == "PropagationPolicy":
        return PP_MARKS if edition == CURRENT else ARTICLE_PP_MARKS
    return CPP_MARKS if edition == CURRENT else ARTICLE_CPP_MARKS


def permanent_id(policy: Object) -> str:
    """The identifier that the webhook gave the policy, empty where it has none."""
    label = marks_of(policy.get("kind", "")).labels[0]
    return meta.labels(policy).get(label, "")


def claim_of(obj: Object, edition: Edition = CURRENT) -> Claim | None:
    """Who holds this object. A PropagationPolicy's claim is looked at first."""
    labels, notes = meta.labels(obj), meta.annotations(obj)
    by_labels = edition != CURRENT
    names = labels if by_labels else notes
    pp_id = labels.get(PROPAGATION_POLICY_PERMANENT_ID_LABEL, "")
    cpp_id = labels.get(CLUSTER_PROPAGATION_POLICY_PERMANENT_ID_LABEL, "")
    namespace = names.get(PROPAGATION_POLICY_NAMESPACE_ANNOTATION, "")
    name = names.get(PROPAGATION_POLICY_NAME_ANNOTATION, "")
    if namespace and name and (by_labels or pp_id):
        return Claim("PropagationPolicy", namespace, name, pp_id)
    name = names.get(CLUSTER_PROPAGATION_POLICY_ANNOTATION, "")
    if name and (by_labels or cpp_id):
        return Claim("ClusterPropagationPolicy", "", name, cpp_id)
    return None


def add_claim_metadata(obj: Object, policy: Object, edition: Edition = CURRENT) -> Object:
    """The object with the policy's marks; marks of other policies stay."""
    if policy.get("kind") == "PropagationPolicy":
        ids = {PROPAGATION_POLICY_PERMANENT_ID_LABEL: permanent_id(policy)}
        names = {
            PROPAGATION_POLICY_NAMESPACE_ANNOTATION: meta.namespace(policy),
            PROPAGATION_POLICY_NAME_ANNOTATION: meta.name(policy),
        }
    else:
        ids = {CLUSTER_PROPAGATION_POLICY_PERMANENT_ID_LABEL: permanent_id(policy)}
        names = {CLUSTER_PROPAGATION_POLICY_ANNOTATION: meta.name(policy)}
    if edition != CURRENT:
        return meta.with_metadata(obj, labels={**meta.labels(obj), **names})
    return meta.with_metadata(
        obj, labels={**meta.labels(obj), **ids}, annotations={**meta.annotations(obj), **names}
    )


def cleanup_claim_metadata(obj: Object, kind: str, edition: Edition = CURRENT) -> Object:
    """The object without the marks of this kind of policy."""
    marks = marks_of(kind, edition=edition)
    labels, notes = meta.labels(obj), meta.annotations(obj)
    if not any(k in labels for k in marks.labels) and not any(k in notes for k in marks.annotations):
        return obj
    return meta.with_metadata(
        obj, labels=_drop(labels, marks.labels), annotations=_drop(notes, marks.annotations)
    )


def need_cleanup_claim_metadata(obj: Object, target: Mapping[str, str]) -> bool:
    """Whether the claim is still the one to be removed: all target labels stand on the object."""
    labels = meta.labels(obj)
    return all(labels.get(key, "") == value for key, value in target.items())


def exclude_cluster_policy(obj: Object) -> Object:
    """The object without a ClusterPropagationPolicy's claim, because a PropagationPolicy takes it."""
    if CLUSTER_PROPAGATION_POLICY_PERMANENT_ID_LABEL not in meta.labels(obj):
        return obj
    return cleanup_claim_metadata(obj, "ClusterPropagationPolicy")


def claim_policy_for_object(obj: Object, policy: Object) -> Object:
    """The template as this policy of either kind claims it; the same object where it is claimed already."""
    identifier = permanent_id(policy)
    if policy.get("kind") != "PropagationPolicy":
        held = meta.labels(obj).get(CLUSTER_PROPAGATION_POLICY_PERMANENT_ID_LABEL, "")
        return obj if held == identifier else add_claim_metadata(obj, policy)
    if not meta.labels(obj):
        return add_claim_metadata(obj, policy)
    freed = exclude_cluster_policy(obj)
    if freed is obj and meta.labels(obj).get(PROPAGATION_POLICY_PERMANENT_ID_LABEL, "") == identifier:
        return obj
    return add_claim_metadata(freed, policy)


def article_claim_policy_for_object(obj: Object, policy: Object) -> Object:
    """The template as Karmada v1.2 claims it, by labels; the same object where it is claimed already."""
    claimed = add_claim_metadata(obj, policy, edition=ARTICLE)
    return obj if meta.labels(claimed) == meta.labels(obj) else claimed


def _drop(items: Mapping[str, str], keys: Iterable[str]) -> dict[str, str] | None:
    return {k: v for k, v in items.items() if k not in keys} or None
