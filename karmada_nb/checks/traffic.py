"""Exercises about clients, requests and propagating anything: client, closing, following."""

from __future__ import annotations

from typing import TYPE_CHECKING

from karmada_nb.chain import KARMADA
from karmada_nb.checks.clusters import holders
from karmada_nb.checks.placing import scheduling, weights
from karmada_nb.checks.verdict import Finding, not_attempted, right, wrong
from karmada_nb.frames import ready_replicas
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
        return right(f"{first} and {last} have a client each; each is answered in its own cluster.")
    if template is None or policy is None:
        by_hand = [cluster for cluster, count in ready.items() if count]
        if template is None and by_hand:
            return wrong(
                f"curl runs in {', '.join(by_hand)}, but Karmada does not know it: start from the template."
            )
        return not_attempted("The template curl and its policy curl-propagation are not both there yet.")
    chosen = (policy["spec"]["placement"].get("clusterAffinity") or {}).get("clusterNames") or []
    if chosen == [last] and replica_count(template) == 1:
        return not_attempted(f"The policy still takes one client to {last} only.")
    if first not in chosen and chosen:
        return wrong(
            f"The template asks for {replica_count(template)}, and the policy names {', '.join(chosen)} "
            "only. More "
            "replicas do not reach a cluster that no policy chooses."
        )
    if scheduling(policy).get("replicaSchedulingType") == "Divided" and replica_count(template) < 2:
        return wrong(
            "The policy names both clusters, and divides one replica between them: one of them has to go "
            "without. "
            "Have two replicas, or copies."
        )
    return wrong(
        f"Ready clients: {_told(ready)}. Do both clusters have a weight? If you just applied it, check again."
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
            f"pipy asks for {asked} replicas. With enough of them every cluster has one; two must do."
        )
    if not ready.get(last):
        if len({count for count in ready.values() if count}) == 1 and sum(ready.values()) == asked:
            return not_attempted(
                f"{last} has no server, since the weights are equal and two do not reach the third."
            )
        return wrong(f"Ready servers: {_told(ready)}. The client in {last} needs one in its own cluster.")
    if _by_luck(lab):
        return not_attempted(
            f"{last} kept its replica by the luck of a tie: all weights are equal. Make sure of it."
        )
    clients = _ready(lab, "deployments/curl")
    if not clients.get(last):
        return wrong(f"There is no client in {last} any more; the requests have to come from there.")
    answers = lab.request(n=1, cluster=last)
    if bool(answers["ok"].all()):
        return right(
            f"{last} has a server again ({_told(ready)}), and its client gets an answer: traffic stays "
            "inside."
        )
    return wrong(
        f"{last} has a server, and the request failed: {answers['error'].iloc[0]}. Is the Service there too?"
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
                f"colours is in {', '.join(found)}, but not in Karmada: nothing was propagated, only copied."
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
            return right(f"{wanted} has colours, with Karmada's marks on it, and no other member has.")
        return wrong(f"colours in {wanted} has none of Karmada's marks: it was made there by hand.")
    if wanted not in found:
        where = ", ".join(found) or "no member"
        return wrong(
            f"colours is in {where}, and should be in {wanted}. Do kind, name and clusterNames agree?"
        )
    return wrong(f"colours is in {', '.join(found)}: without clusterNames a policy chooses every member.")


def _ready(lab: Lab, resource: str) -> dict[str, int]:
    found = {member: lab.get(resource, cluster=member) for member in lab.members()}
    return {member: ready_replicas(obj) if obj else 0 for member, obj in found.items()}


def _told(per: dict[str, int]) -> str:
    return ", ".join(f"{name}: {count}" for name, count in per.items())
