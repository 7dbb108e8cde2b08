"""Exercises about what a request needs to cross: crossing_errors, crossing_provider, crossing_weights."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from karmada_nb.checks.clusters import counted
from karmada_nb.checks.placing import weights
from karmada_nb.checks.verdict import Exercise, Finding, not_attempted, right, wrong
from karmada_nb.frames import ready_replicas
from karmada_nb.manifests import replica_count

if TYPE_CHECKING:
    from karmada_nb.lab import Lab

_REPLICAS: Final = 3
_KIND: Final = "multiclusterservices.networking.karmada.io"
_ANSWER: Final = {"a": "route", "b": "name", "c": "address", "d": "endpoints"}


def judge_errors(_lab: None, answer: Mapping[str, Any] | None = None) -> Finding:
    """Which of name, endpoints, address and route is missing, by what is seen."""
    if not answer:
        return not_attempted("Put your words into answer: a dict from a, b, c and d to what is missing.")
    if set(answer) != set(_ANSWER) or not set(answer.values()) <= set(_ANSWER.values()):
        return wrong("Expected one of name, endpoints, address and route for each of a, b, c and d.")
    if answer["b"] != "name":
        return wrong("b: curl ended before it sent anything, for it had no address to send to.")
    if answer["d"] == "route":
        return wrong("d: a refusal is an answer, and came at once. Where no route is, nobody answers at all.")
    if answer["d"] != "endpoints":
        return wrong("d: the Service is found, and nobody is listed behind it.")
    if answer["a"] == "endpoints":
        return wrong("a: an endpoint is listed, and is ready over there. What is sent to it gets lost.")
    if answer["c"] == "route":
        return wrong("c: packets went there and back. It was the number that meant somebody else here.")
    if dict(answer) != _ANSWER:
        return wrong("a is silence and c an answer from somebody else. Which of them had a route?")
    return right("No name: 6. No endpoints: 7. No route: silence. A foreign address: perhaps an answer.")


def judge_weights(lab: Lab) -> Finding:
    """The last member's client is answered: three replicas, all members chosen, by weights only."""
    template, policy = lab.get("deployments/pipy"), lab.get("propagationpolicies/pipy-propagation")
    members, last = lab.members(), lab.members()[-1]
    if template is None or policy is None:
        return not_attempted("pipy or its policy pipy-propagation is not there; run the cells above.")
    copies = {member: lab.get("deployments/pipy", cluster=member) for member in members}
    ready = {member: ready_replicas(copy) if copy else 0 for member, copy in copies.items()}
    told = counted(ready)
    if replica_count(template) != _REPLICAS:
        return wrong(
            "pipy asks for {count} replicas. Leave it at three: weights move them.",
            count=replica_count(template),
        )
    chosen = (policy["spec"]["placement"].get("clusterAffinity") or {}).get("clusterNames") or members
    if last not in chosen:
        return not_attempted("The policy leaves {cluster} out altogether; run the cells above.", cluster=last)
    if set(chosen) != set(members):
        return wrong(
            "The policy chooses {clusters} only: the others lose the Service too, and with it the name. "
            "Choose all members, and leave the rest to weights.",
            clusters=", ".join(chosen),
        )
    found = weights(policy)
    if not found.get(last):
        if ready[last]:
            return wrong("{cluster} has a server and no weight: who made it? Use weights.", cluster=last)
        return not_attempted("The policy has no weight for {cluster} yet.", cluster=last)
    if not ready[last]:
        return wrong(
            "{cluster} has {weight} of {total} of the weight: no replica of three comes of it ({counts}).",
            cluster=last,
            weight=found[last],
            total=sum(found.values()),
            counts=told,
        )
    answers = lab.request(n=1, cluster=last)
    if not bool(answers["ok"].all()):
        return wrong(
            "{cluster} has a server, and the request failed: {error}. Is the Service there too?",
            cluster=last,
            error=answers["error"].iloc[0],
        )
    return right(
        "{cluster} has a server again ({counts}): a name, an endpoint, an address, and no route needed.",
        cluster=last,
        counts=told,
    )


def judge_provider(lab: Lab) -> Finding:
    """The last member's client is served by the second member alone; the first one's pods run on."""
    if lab.connect().get("customresourcedefinitions", _KIND, None) is None:
        return not_attempted("This lab has no MultiClusterService; run the cells above, in the second lab.")
    service = lab.get("multiclusterservices/pipy")
    if service is None:
        return not_attempted("The MultiClusterService pipy is not there; run the cells above.")
    away, near, *_, last = lab.members()
    providers = [provider["name"] for provider in service["spec"].get("providerClusters") or ()]
    if set(providers) == {away, near}:
        return not_attempted("{cluster} still provides: spec.providerClusters names it.", cluster=away)
    if not providers:
        return wrong("No provider is named, and so every member is one. Name {cluster}.", cluster=near)
    if away in providers or near not in providers:
        told = ", ".join(providers)
        return wrong(
            "Endpoints come from {clusters} now. It is to be {cluster} alone.", clusters=told, cluster=near
        )
    copy = lab.get("deployments/pipy", cluster=away)
    if copy is None or not ready_replicas(copy):
        return wrong("{cluster} has no server any more: leave the policy as it was.", cluster=away)
    for n in (1, 5):
        answers = lab.request(n=n, cluster=last)
        if not bool(answers["ok"].all()):
            return wrong("A request failed: {error}. Are the routes there?", error=answers["error"].iloc[-1])
    answering = sorted(set(answers["cluster"]))
    if answering != [near]:
        told = ", ".join(answering)
        return wrong("Answers came from {clusters}. Wait a moment, and check again.", clusters=told)
    return right(
        "All answers are from {cluster}, and {away} runs on: its endpoints were taken back.",
        cluster=near,
        away=away,
    )


_PROVIDER: Final = """\
service = joined.get("multiclusterservice/pipy")
service["spec"]["providerClusters"] = [{"name": "k3d-cluster-2"}]
joined.apply(service)"""

_WEIGHTS: Final = """\
policy = lab.get("propagationpolicy/pipy-propagation")
rules = policy["spec"]["placement"]["replicaScheduling"]["weightPreference"]["staticWeightList"]
rules.append({"targetCluster": {"clusterNames": [lab.members()[-1]]}, "weight": 10})
lab.apply(policy)"""

EXERCISES: Final[dict[str, Exercise]] = {
    "crossing_errors": Exercise(
        judge_errors,
        (
            "Ask how far each request came: to DNS, to the Service, or onto the wire.",
            "A refusal is an answer; silence is none.",
        ),
        'answer = {"a": "route", "b": "name", "c": "address", "d": "endpoints"}',
        needs_lab=False,
    ),
    "crossing_provider": Exercise(
        judge_provider,
        (
            "The endpoints of providers are copied; who provides is in the MultiClusterService's spec.",
            "Name one cluster in spec.providerClusters, and leave Deployment, Service and policy alone.",
        ),
        _PROVIDER,
    ),
    "crossing_weights": Exercise(
        judge_weights,
        (
            "The policy's staticWeightList has two rules, and none for the client's cluster.",
            "Equal weights give each of three clusters one of three replicas.",
        ),
        _WEIGHTS,
    ),
}
