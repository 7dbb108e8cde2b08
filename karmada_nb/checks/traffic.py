"""Exercises about clients, requests and propagating anything: client, closing, following."""

from __future__ import annotations

from typing import TYPE_CHECKING

from karmada_nb.chain import KARMADA
from karmada_nb.checks.clusters import counted, holders
from karmada_nb.checks.placing import scheduling, weights
from karmada_nb.checks.verdict import Finding, not_attempted, right, wrong
from karmada_nb.frames import ready_replicas
from karmada_nb.language import say
from karmada_nb.manifests import replica_count

if TYPE_CHECKING:
    from karmada_nb.lab import Lab


def judge_clients(lab: Lab) -> Finding:
    """A client in the first and one in the last member."""
    template = lab.get("deployments/curl")
    policy = lab.get("propagationpolicies/curl-propagation")
    first, last = lab.members()[0], lab.members()[-1]
    ready = _ready(lab, "deployments/curl")
    if ready.get(first) and ready.get(last):
        return right(
            "{first} and {last} have a client each; each is answered in its own cluster.",
            first=first,
            last=last,
        )
    if template is None or policy is None:
        by_hand = [cluster for cluster, count in ready.items() if count]
        if template is None and by_hand:
            return wrong(
                "curl runs in {clusters}, but Karmada does not know it: start from the template.",
                clusters=", ".join(by_hand),
            )
        return not_attempted("The template curl and its policy curl-propagation are not both there yet.")
    chosen = (policy["spec"]["placement"].get("clusterAffinity") or {}).get("clusterNames") or []
    if chosen == [last] and replica_count(template) == 1:
        return not_attempted("The policy still takes one client to {cluster} only.", cluster=last)
    if first not in chosen and chosen:
        return wrong(
            "The template asks for {count}, and the policy names {clusters} only. More replicas do not reach "
            "a cluster that no policy chooses.",
            count=replica_count(template),
            clusters=", ".join(chosen),
        )
    if last not in chosen and chosen:
        return wrong(
            "The policy names {clusters}, and {cluster} lost its client by that. It has to name both.",
            clusters=", ".join(chosen),
            cluster=last,
        )
    if scheduling(policy).get("replicaSchedulingType") == "Divided" and replica_count(template) < 2:
        return wrong(
            "The policy names both clusters, and divides one replica between them: one of them has to go "
            "without. Have two replicas, or copies."
        )
    return wrong(
        "Ready clients: {counts}. Do both clusters have a weight? If you just applied it, check again.",
        counts=counted(ready),
    )


def judge_closing(lab: Lab) -> Finding:
    """Requests from the last member succeed with two replicas of pipy at most."""
    template, last = lab.get("deployments/pipy"), lab.members()[-1]
    if template is None:
        return not_attempted("pipy is not there; run the cells above.")
    asked, ready = replica_count(template), _ready(lab, "deployments/pipy")
    if asked > 2:
        if asked == 3:
            return not_attempted("pipy still asks for three replicas; the exercise starts from two.")
        return wrong(
            "pipy asks for {count} replicas. With enough of them every cluster has one; two must do.",
            count=asked,
        )
    if not ready.get(last):
        if len({count for count in ready.values() if count}) == 1 and sum(ready.values()) == asked:
            return not_attempted(
                "{cluster} has no server, since the weights are equal and two do not reach the third.",
                cluster=last,
            )
        return wrong(
            "Ready servers: {counts}. The client in {cluster} needs one in its own cluster.",
            counts=counted(ready),
            cluster=last,
        )
    if _by_luck(lab):
        return not_attempted(
            "{cluster} kept its replica by the luck of a tie: all weights are equal. Make sure of it.",
            cluster=last,
        )
    clients = _ready(lab, "deployments/curl")
    if not clients.get(last):
        return wrong(
            "There is no client in {cluster} any more; the requests have to come from there.", cluster=last
        )
    answers = lab.request(n=1, cluster=last)
    if bool(answers["ok"].all()):
        return right(
            "{cluster} has a server again ({counts}), and its client gets an answer: traffic stays inside.",
            cluster=last,
            counts=counted(ready),
        )
    return wrong(
        "{cluster} has a server, and the request failed: {error}. Is the Service there too?",
        cluster=last,
        error=answers["error"].iloc[0],
    )


def _by_luck(lab: Lab) -> bool:
    """Whether the policy is as the article wrote it: two replicas on three equal weights, a tie.

    Today's Karmada breaks ties by the binding's uid, so that any of the clusters may go without.
    """
    policy = lab.get("propagationpolicies/pipy-propagation")
    found = weights(policy) if policy is not None else {}
    return len(found) > 1 and len(set(found.values())) == 1


def judge_following(lab: Lab) -> Finding:
    """A ConfigMap colours in Karmada, propagated to the second member only."""
    members = lab.members()
    wanted = members[min(1, len(members) - 1)]
    template = lab.get("configmaps/colours")
    found = holders(lab, "configmaps/colours", members)
    if template is None:
        if found:
            return wrong(
                "colours is in {clusters}, but not in Karmada: nothing was propagated, only copied.",
                clusters=", ".join(found),
            )
        return not_attempted("Karmada has no ConfigMap called colours yet.")
    policies = [
        policy["metadata"]["name"]
        for policy in lab.connect(KARMADA).list("propagationpolicies.policy.karmada.io")
        if any(selector.get("kind") == "ConfigMap" for selector in policy["spec"]["resourceSelectors"])
    ]
    if not policies:
        return wrong(
            "Karmada has the template colours, and no policy selects a ConfigMap: nothing tells it where."
        )
    if found == [wanted]:
        copy = lab.get("configmaps/colours", cluster=wanted) or {"metadata": {}}
        labels = (copy["metadata"].get("labels") or {}) | (copy["metadata"].get("annotations") or {})
        if any(key.startswith("work.karmada.io/") for key in labels):
            return right(
                "{cluster} has colours, with Karmada's marks on it, and no other member has.", cluster=wanted
            )
        return wrong(
            "colours in {cluster} has none of Karmada's marks: it was made there by hand.", cluster=wanted
        )
    refused = _refused(lab, "rb/colours-configmap", wanted)
    if wanted not in found and refused:
        return wrong(
            "Karmada could not create colours in {cluster}: {why}. It tries again, at longer and longer "
            "intervals: check again in a moment.",
            cluster=wanted,
            why=refused.rstrip("."),
        )
    if wanted not in found:
        return wrong(
            "colours is in {where}, and should be in {wanted}. Do kind, name and clusterNames agree?",
            where=", ".join(found) or say("none of the members"),
            wanted=wanted,
        )
    if len(found) < len(members):
        return wrong(
            "colours is in {clusters}, and {wanted} alone should have it. "
            "Which clusters does your policy name?",
            clusters=", ".join(found),
            wanted=wanted,
        )
    return wrong(
        "colours is in {clusters}: without clusterNames a policy chooses every member.",
        clusters=", ".join(found),
    )


def _refused(lab: Lab, binding: str, cluster: str) -> str:
    """Why a binding's object could not be applied in a cluster; empty where it could."""
    reports = ((lab.get(binding) or {}).get("status") or {}).get("aggregatedStatus") or ()
    return next((one.get("appliedMessage", "") for one in reports if one["clusterName"] == cluster), "")


def _ready(lab: Lab, resource: str) -> dict[str, int]:
    found = {member: lab.get(resource, cluster=member) for member in lab.members()}
    return {member: ready_replicas(obj) if obj else 0 for member, obj in found.items()}
