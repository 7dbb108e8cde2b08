"""Exercises about where replicas go: deploy, propagation, scale, editions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from karmada_nb.checks.clusters import counted, holders, in_other_namespace
from karmada_nb.checks.verdict import Finding, not_attempted, right, wrong
from karmada_nb.manifests import Object, replica_count

if TYPE_CHECKING:
    from karmada_nb.lab import Lab

START_REPLICAS: Final = 3
"""What pipy has when these exercises begin."""


def judge_deploy(lab: Lab) -> Finding:
    """A template web, two replicas of nginx, in Karmada and nowhere else."""
    template = lab.get("deployments/web")
    members = holders(lab, "deployments/web", lab.cluster_names())
    if template is None:
        if members:
            return wrong(
                "web is in {clusters}, and Karmada does not have it: you spoke to the cluster itself, past "
                "Karmada. Templates go through %kmd.",
                clusters=", ".join(members),
            )
        return in_other_namespace(lab, "deployments", "web") or not_attempted(
            "There is no Deployment called web yet, in Karmada or in any cluster."
        )
    if replica_count(template) != 2:
        return wrong("web has replicas: {count}. It should have 2.", count=replica_count(template))
    image = template["spec"]["template"]["spec"]["containers"][0]["image"]
    if image.partition(":")[0].rpartition("/")[2] != "nginx":
        return wrong("web runs the image {image}, it should be nginx.", image=image)
    if members:
        return wrong(
            "Karmada has web, and {clusters} too. No policy should select it yet: a template alone stays "
            "where it is. Was it created there by hand?",
            clusters=", ".join(members),
        )
    return right(
        "Karmada keeps the template, asking for two; no member runs any, since no policy selects it."
    )


def scheduling(policy: Object) -> dict[str, Any]:
    """How a policy divides replicas; empty where it does not say."""
    found: dict[str, Any] = (policy["spec"].get("placement") or {}).get("replicaScheduling") or {}
    return found


def weights(policy: Object) -> dict[str, int]:
    """The static weights of a policy, by cluster."""
    preference = scheduling(policy).get("weightPreference") or {}
    return {
        cluster: rule["weight"]
        for rule in preference.get("staticWeightList") or ()
        for cluster in rule["targetCluster"].get("clusterNames") or ()
    }


def judge_copies(lab: Lab) -> Finding:
    """pipy duplicated: two replicas in the template, two in every member."""
    template, policy = lab.get("deployments/pipy"), _policy(lab)
    if template is None or policy is None:
        return not_attempted("pipy or its policy pipy-propagation is not there; run the cells above.")
    kind = scheduling(policy).get("replicaSchedulingType") or "Duplicated"
    asked, per = replica_count(template), _desired(lab)
    if kind == "Divided":
        if asked == 6:
            return wrong(
                "Six divided by three gives two each today, and something else with a fourth member. The "
                "exercise wants copies: the policy has to say so, not the number."
            )
        return not_attempted("The policy still divides. Change how it schedules replicas, then check again.")
    if asked != 2:
        return wrong(
            "Every member now gets all {count} replicas of the template; set the template to 2.", count=asked
        )
    if set(per.values()) != {2} or set(per) != set(lab.members()):
        return wrong(
            "The members are to have {counts}. Does the policy still name all of them?", counts=counted(per)
        )
    return right("Each member runs the full two: with Duplicated, replicas are per cluster.")


def judge_weights(lab: Lab) -> Finding:
    """Six replicas of pipy as 3, 2, 1."""
    template, policy = lab.get("deployments/pipy"), _policy(lab)
    if template is None or policy is None:
        return not_attempted("pipy or its policy pipy-propagation is not there; run the cells above.")
    asked, per = replica_count(template), _desired(lab)
    wanted = dict(zip(lab.members(), (3, 2, 1), strict=False))
    if scheduling(policy).get("replicaSchedulingType") != "Divided":
        return not_attempted("The policy still duplicates; weights count only where it says Divided.")
    if per == wanted and asked == 6:
        return right("Three, two and one: weight divided by the sum of weights, times six.")
    if asked <= START_REPLICAS and len(set(weights(policy).values())) == 1:
        return not_attempted("pipy still asks for {count} replicas with equal weights.", count=asked)
    if asked != 6:
        return wrong(
            "The template asks for {count} replicas. A weight only shares out what it asks for: 6.",
            count=asked,
        )
    if len(set(weights(policy).values())) == 1:
        return wrong("Equal weights give two each. Scaling changes how many, the policy changes where.")
    return wrong(
        "The clusters are to have {counts} instead of {wanted}. Weights: {weights}.",
        counts=counted(per),
        wanted=counted(wanted),
        weights=counted(weights(policy)),
    )


def judge_editions(_: None, answer: Mapping[str, Any] | None = None) -> Finding:
    """Webster's method: four seats by 5, 3 and 1."""
    given = {name: value for name, value in (answer or {}).items() if value is not None}
    if not answer or len(given) < len(answer):
        return not_attempted("Give a number for each of the three clusters.")
    seats = [int(given[name]) for name in sorted(given)]
    if sum(seats) != 4:
        return wrong(
            "Your numbers add up to {sum}, and the template asks for 4: no replica gets lost.", sum=sum(seats)
        )
    if seats == [2, 1, 1]:
        return right("5/1, 3/1, 5/3; then 5/5, 3/3 and 1/1 are equal, and who has no seat yet comes first.")
    if seats == [3, 1, 0]:
        return wrong(
            "That is the article's rule: the floor of each share (2, 1, 0), and the one left over to the "
            "heaviest. Webster's method has no floor; it compares claims, seat by seat."
        )
    if seats == [2, 2, 0]:
        return wrong(
            "Three seats are right. For the fourth, 5/5, 3/3 and 1/1 are equal, and among equal claims the "
            "cluster with the fewest seats comes first: the third has none."
        )
    return wrong("Take the four greatest of 5/1, 5/3, 5/5, 3/1, 3/3 and 1/1, one at a time.")


def _policy(lab: Lab) -> Object | None:
    return lab.get("propagationpolicies/pipy-propagation")


def _desired(lab: Lab) -> dict[str, int]:
    found = {member: lab.get("deployments/pipy", cluster=member) for member in lab.members()}
    return {member: replica_count(obj) if obj else 0 for member, obj in found.items()}
