"""How a drill stands: what judges of drills ask of the clusters, and what they say in all of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from karmada_nb.checks.verdict import Finding, not_attempted, right, wrong
from karmada_nb.drills.objects import counts
from karmada_nb.manifests import Object, replica_count

if TYPE_CHECKING:
    from karmada_nb.lab import Lab


def begin_first(name: str) -> Finding:
    return not_attempted('There is nothing of this drill yet. Begin it with: drill("{name}")', name=name)


def as_left(*objects: Object | None) -> bool:
    """Whether all are there and none has been changed since the drill made it.

    A Deployment's generation grows with its annotations, and today's Karmada claims a template by one.
    """
    return all(
        obj is not None and obj["metadata"].get("generation", 1) <= 1 + _claimed(obj) for obj in objects
    )


def _claimed(obj: Object) -> bool:
    annotations = obj["metadata"].get("annotations") or {}
    claims = ("propagationpolicy.karmada.io/name", "clusterpropagationpolicy.karmada.io/name")
    return obj["kind"] == "Deployment" and any(claim in annotations for claim in claims)


def by_hand(lab: Lab, name: str, namespace: str = "default") -> list[str]:
    """The members that have a Deployment which is not Karmada's."""
    found = {member: lab.get(f"deployments/{name}", member, namespace) for member in lab.members()}
    return [member for member, obj in found.items() if obj is not None and not _marked(obj)]


def _marked(obj: Object) -> bool:
    marks = (obj["metadata"].get("labels") or {}) | (obj["metadata"].get("annotations") or {})
    return any(f"work.karmada.io/{kind}" in marks for kind in ("name", "namespace"))


def told(lab: Lab, name: str, namespace: str = "default") -> str:
    """The ready replicas of each member, in a sentence."""
    found = counts(lab, name, namespace)
    return ", ".join(f"{member}: {ready}/{wanted}" for member, (wanted, ready) in found.items())


def image_of(obj: Object) -> str:
    return str(obj["spec"]["template"]["spec"]["containers"][0]["image"])


def without_pods(lab: Lab, name: str, namespace: str = "default") -> list[str]:
    """The members in which nothing of it is ready."""
    return [member for member, (_, ready) in counts(lab, name, namespace).items() if not ready]


def spread(lab: Lab, name: str, namespace: str = "default") -> Finding | None:
    """A verdict where it can be told from what runs: right if each member has its part of the replicas.

    None where some member has nothing and nobody made anything there by hand.
    """
    template = lab.get(f"deployments/{name}", namespace=namespace)
    if template is None:
        return wrong("Karmada has no Deployment {name} any more; the drill can begin anew.", name=name)
    hand = by_hand(lab, name, namespace)
    if hand:
        return wrong(
            "{name} in {clusters} was made there by hand. Karmada knows nothing of it: it will not scale it, "
            "nor bring the next version, nor take it away.",
            name=name,
            clusters=", ".join(hand),
        )
    found = counts(lab, name, namespace)
    if all(ready and ready == wanted for wanted, ready in found.values()):
        if sum(ready for _, ready in found.values()) != replica_count(template):
            return wrong(
                "{name} asks for {wanted} replicas, and the members have: {found}. Those are copies; it "
                "should be divided.",
                name=name,
                wanted=replica_count(template),
                found=told(lab, name, namespace),
            )
        return right(
            "Mended. {name} runs in every cluster: {found}.", name=name, found=told(lab, name, namespace)
        )
    return None


def still(lab: Lab, name: str, namespace: str = "default") -> Finding:
    """Something was changed, and not everything runs."""
    return wrong(
        "Something has changed, and it is not mended: {found}. Did Karmada take it up? See lab.objects and "
        "lab.events; if you have just done it, check again.",
        found=told(lab, name, namespace),
    )
