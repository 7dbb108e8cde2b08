"""Drills maps and photos: a Cluster object is not what a policy expects."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from karmada_nb.checks.drills.standing import as_left, begin_first, by_hand, spread, still, without_pods
from karmada_nb.checks.verdict import Exercise, Finding, not_attempted, right, wrong
from karmada_nb.clusters import CLUSTERS
from karmada_nb.drills.clusters import LABEL, TAINT, tainted

if TYPE_CHECKING:
    from karmada_nb.lab import Lab


def _everywhere(lab: Lab, name: str) -> Finding | None:
    if by_hand(lab, name):
        return spread(lab, name)
    if not without_pods(lab, name):
        return right("Mended: {name} runs in every cluster.", name=name)
    return None


def judge_maps(lab: Lab) -> Finding:
    """maps in every member."""
    template, policy = lab.get("deployments/maps"), lab.get("propagationpolicies/maps")
    if template is None:
        return begin_first("maps")
    verdict = _everywhere(lab, "maps")
    if verdict is not None:
        return verdict
    key, value = LABEL
    found = {
        cluster["metadata"]["name"]: (cluster["metadata"].get("labels") or {}).get(key, "")
        for cluster in lab.list(CLUSTERS)
    }
    first, *others = lab.members()
    if not as_left(policy):
        return still(lab, "maps")
    if all(found.get(member) == value for member in others):
        return wrong(
            "Every cluster has the label now, and what was decided stands: this Karmada does not look at "
            "labels again by itself. A change of the policy's placement makes it decide anew."
        )
    if any(found.get(member) for member in others):
        told = ", ".join(f"{name}: {said or '-'}" for name, said in found.items())
        return wrong(
            "The policy asks for {key}={value}, and the clusters have: {found}. A label is compared letter "
            "by letter, and every cluster needs its own.",
            key=key,
            value=value,
            found=told,
        )
    if not as_left(template):
        return wrong("More replicas come to {cluster} only: no other cluster is chosen.", cluster=first)
    return not_attempted("Only {cluster} has maps. By what does the policy choose?", cluster=first)


def judge_photos(lab: Lab) -> Finding:
    """photos in every member."""
    template, policy = lab.get("deployments/photos"), lab.get("propagationpolicies/photos")
    if template is None:
        return begin_first("photos")
    verdict = _everywhere(lab, "photos")
    if verdict is not None:
        return verdict
    odd = tainted(lab)
    taints = ((lab.get(f"{CLUSTERS}/{odd}") or {}).get("spec") or {}).get("taints") or []
    kept = any(taint["key"] == TAINT["key"] for taint in taints)
    if not kept:
        return wrong(
            "The taint is gone, and {cluster} is still without: what was decided stands until something "
            "makes Karmada decide again, such as a change of the policy's placement.",
            cluster=odd,
        )
    if (
        policy is not None
        and (policy["spec"].get("placement") or {}).get("clusterTolerations")
        and not as_left(policy)
    ):
        return wrong(
            "The policy tolerates something, but not this taint of {cluster}: key, value and effect have "
            "to agree.",
            cluster=odd,
        )
    if not as_left(template, policy):
        return wrong(
            "Something has changed, and {cluster} is refused as before: neither more replicas nor names make "
            "the scheduler overlook a taint.",
            cluster=odd,
        )
    return not_attempted("{cluster} has no photos. Does the scheduler say why?", cluster=odd)


EXERCISES: Final[dict[str, Exercise]] = {
    "drill-maps": Exercise(
        judge_maps,
        (
            'lab.explain("deployment/maps") says which clusters fit, and why the others do not.',
            "The policy chooses by a label. See %kmd get clusters --show-labels.",
            "Have the policy choose otherwise, or give the others the label and have it decided anew.",
        ),
        "%kmd patch propagationpolicy maps --type merge "
        '-p \'{"spec":{"placement":{"clusterAffinity":null}}}\'',
    ),
    "drill-photos": Exercise(
        judge_photos,
        (
            'lab.explain("deployment/photos") says why a cluster is filtered out.',
            "A cluster can have taints, as a node can: spec.taints of the Cluster object.",
            "Tolerate it in the policy's clusterTolerations, or take it away and have it decided anew.",
        ),
        "%kmd patch propagationpolicy photos --type merge -p "
        '\'{"spec":{"placement":{"clusterTolerations":[{"key":"disks","operator":"Exists"}]}}}\'',
    ),
}
