"""Drills banner and ledger: a member does not get what the template says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from karmada_nb.checks.drills.standing import as_left, begin_first, by_hand, image_of, spread, still
from karmada_nb.checks.verdict import Exercise, Finding, not_attempted, wrong
from karmada_nb.drills.members import NEW_IMAGE, OVERRIDE, odd_one
from karmada_nb.manifests import Object, replica_count

if TYPE_CHECKING:
    from karmada_nb.lab import Lab


def judge_banner(lab: Lab) -> Finding:
    """banner ready in every member."""
    template, odd = lab.get("deployments/banner"), odd_one(lab)
    if template is None:
        return begin_first("banner")
    verdict, there = spread(lab, "banner"), lab.get("deployments/banner", cluster=odd)
    policy, override = lab.get("propagationpolicies/banner"), lab.get(f"overridepolicies/{OVERRIDE}")
    if verdict is not None and verdict.outcome == "right" and as_left(template, policy, override):
        return wrong(
            "{cluster} has a ready pod, because you changed the member. Karmada puts back what its Work "
            "says, and with the next pod the fault returns: what wrote it into the Work?",
            cluster=odd,
        )
    if verdict is not None and (verdict.outcome != "right" or _rolled_out(there)):
        return verdict
    if as_left(template, policy, override):
        return not_attempted("{cluster} has no ready replica. What do its pods say?", cluster=odd)
    if there is None or replica_count(there) == 0:
        return wrong(
            "{cluster} runs nothing of banner now. You went around the fault; it still waits there.",
            cluster=odd,
        )
    if image_of(there) != image_of(template):
        return wrong(
            "The template says {image}, and {cluster} is told {other}. Something between the two rewrites "
            "it, whatever the template says.",
            image=image_of(template),
            cluster=odd,
            other=image_of(there),
        )
    return still(lab, "banner")


def _rolled_out(obj: Object | None) -> bool:
    """Whether the ready pods of a Deployment are those of its template, none of them left from before."""
    status = obj["status"] if obj is not None else {}
    return bool(status.get("updatedReplicas")) and status["updatedReplicas"] == status.get("replicas")


def judge_ledger(lab: Lab) -> Finding:
    """ledger everywhere Karmada's, with the new image."""
    template, odd = lab.get("deployments/ledger"), odd_one(lab)
    if template is None:
        return begin_first("ledger")
    if image_of(template) != NEW_IMAGE:
        return wrong(
            "The template says {image} now; the release is {new}.", image=image_of(template), new=NEW_IMAGE
        )
    there = lab.get("deployments/ledger", cluster=odd)
    policy = lab.get("propagationpolicies/ledger")
    if there is None:
        return wrong(
            "ledger is gone from {cluster}, and not yet back. Karmada tries again by itself, after ever "
            "longer pauses; an annotation on the template makes it try at once.",
            cluster=odd,
        )
    if odd in by_hand(lab, "ledger"):
        if image_of(there) == image_of(template):
            return wrong(
                "{cluster} has the image of the template, and none of Karmada's marks: you did Karmada's "
                "work there once. With the next release it is behind again.",
                cluster=odd,
            )
        if as_left(template, policy) and replica_count(there) == 1:
            return not_attempted(
                "ledger in {cluster} is still the one that was there before. What does its Work say?",
                cluster=odd,
            )
        return wrong(
            "Something has changed, and ledger in {cluster} still has none of Karmada's marks. Karmada does "
            "not take what others made, unless it is told to overwrite it.",
            cluster=odd,
        )
    return spread(lab, "ledger") or still(lab, "ledger")


EXERCISES: Final[dict[str, Exercise]] = {
    "drill-banner": Exercise(
        judge_banner,
        (
            "Look at the pods in that cluster: what is their status, and which image do they want?",
            "The template's image is another. What lies between a template and a member?",
            "An OverridePolicy names that cluster. Delete it, or give it a registry that exists.",
        ),
        "%kmd delete overridepolicy nearby-registry",
    ),
    "drill-ledger": Exercise(
        judge_ledger,
        (
            'lab.objects("deployment/ledger") shows which Work is not applied; its conditions say why.',
            "Karmada leaves alone what it did not make itself.",
            "The template's annotation work.karmada.io/conflict-resolution=overwrite allows it.",
        ),
        "%kmd annotate deployment ledger work.karmada.io/conflict-resolution=overwrite",
    ),
}
