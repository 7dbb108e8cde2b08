"""Exercises about how a number of replicas is shared: count, together."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from karmada_nb.checks.clusters import counted, holders
from karmada_nb.checks.placing import scheduling
from karmada_nb.checks.verdict import Exercise, Finding, not_attempted, right, wrong
from karmada_nb.manifests import Object, replica_count

if TYPE_CHECKING:
    from karmada_nb.lab import Lab

WORKER: Final = ("Deployment", "worker")
SETTINGS: Final = ("ConfigMap", "settings")


def judge_count(
    _: None, pods: Any = None, services: Any = None, agents: Any = None, ready: Any = None
) -> Finding:
    """Four replicas duplicated to three clusters of five nodes, with a Service and a DaemonSet."""
    if None in (pods, services, agents, ready):
        return not_attempted("Give three numbers, and the text of the column READY.")
    if pods == 4:
        return wrong("Four in all would be Divided. With Duplicated each cluster runs all four.")
    if pods != 12:
        return wrong("Each of three clusters runs the four replicas of the template, as if it were alone.")
    if services == 1:
        return wrong("A Service is no more shared out than the Deployment: each chosen cluster gets its own.")
    if services != 3:
        return wrong("Count the Services in the members only, one in each.")
    if agents in (3, 4, 12):
        return wrong("A DaemonSet has no replicas to go by: it runs one pod on each node of its cluster.")
    if agents == 5:
        return wrong("Five is one cluster. Each of the three has five nodes, and a DaemonSet of its own.")
    if agents != 15:
        return wrong("One pod on each of five nodes, in each of three clusters.")
    said = str(ready).replace(" ", "")
    if said == "12/12":
        return wrong("The number behind the stroke is the template's own, and nobody changes what you wrote.")
    if said == "4/4":
        return wrong("So says each member. Karmada adds up what they report.")
    if said != "12/4":
        return wrong(
            "In front of the stroke is what runs in all members, behind it what the template asks for."
        )
    return right("Twelve, three, fifteen, and 12/4: the sum of all members over what you asked for.")


def judge_together(lab: Lab) -> Finding:
    """Six workers as two each, and settings in every member, by one policy."""
    worker, settings = lab.get("deployments/worker"), lab.get("configmaps/settings")
    if worker is None or settings is None:
        return _missing(lab, worker, settings)
    asked = replica_count(worker)
    policies = lab.list("propagationpolicies")
    of_worker = [policy for policy in policies if selects(policy, WORKER)]
    of_settings = [policy for policy in policies if selects(policy, SETTINGS)]
    if not of_worker and not of_settings:
        return not_attempted("Both templates are there, and no policy selects them yet.")
    if not of_settings:
        return wrong(
            "Your policy takes worker along, and settings stay in Karmada: a policy selects only what its "
            "resourceSelectors name. Delete it, and make it anew with both."
        )
    if not of_worker:
        return wrong("Your policy selects settings, and not worker.")
    if scheduling(of_worker[0]).get("replicaSchedulingType", "Duplicated") != "Divided":
        total = asked * len(lab.members())
        if asked == 2:
            return wrong("Two in each, but as copies: worker is to ask for six, shared out.")
        return wrong(
            "The policy duplicates: with {asked} in each, that makes {total}.", asked=asked, total=total
        )
    if asked != 6:
        return wrong("worker has replicas: {asked}. Six are to be shared out.", asked=asked)
    if not any(selects(policy, SETTINGS) for policy in of_worker):
        return wrong(
            "Two policies do it, and one is enough: what has no replicas is copied even by one that divides."
        )
    return _arrived(lab)


def _missing(lab: Lab, worker: Object | None, settings: Object | None) -> Finding:
    for name, found, word in (("worker", worker, "deployments"), ("settings", settings, "configmaps")):
        strays = holders(lab, f"{word}/{name}", lab.cluster_names())
        if found is None and strays:
            return wrong(
                "{name} is in {clusters}, and Karmada does not have it: templates go through %kmd.",
                name=name,
                clusters=", ".join(strays),
            )
    if worker is None and settings is None:
        return not_attempted("Karmada has neither a Deployment worker nor a ConfigMap settings yet.")
    name = "settings" if settings is None else "worker"
    return not_attempted("{name} is not in Karmada yet.", name=name)


def _arrived(lab: Lab) -> Finding:
    members = lab.members()
    found = {name: lab.get("deployments/worker", cluster=name) for name in members}
    per = {name: replica_count(obj) if obj else 0 for name, obj in found.items()}
    without = [name for name in members if lab.get("configmaps/settings", cluster=name) is None]
    if without:
        return wrong(
            "{clusters} has no settings. Does the policy choose all members?", clusters=", ".join(without)
        )
    if set(per.values()) != {2}:
        told = counted(per)
        return wrong("The members are to have {told}, and not two each. Which weights are there?", told=told)
    return right("Six are shared out, settings are copied, and one policy did both.")


def selects(policy: Mapping[str, Any], wanted: tuple[str, str]) -> bool:
    """Whether a policy names a kind and a name."""
    return any(
        (selector["kind"], selector.get("name")) == wanted for selector in policy["spec"]["resourceSelectors"]
    )


EXERCISES: Final[dict[str, Exercise]] = {
    "count": Exercise(
        judge_count,
        (
            "Take one cluster first: what would it have, all by itself? Then do it three times.",
            "In front of the stroke is what runs everywhere, behind it what the template asks for.",
        ),
        'pods_of_deployment = 12\nservices = 3\npods_of_daemonset = 15\nready_column = "12/4"',
        needs_lab=False,
    ),
    "together": Exercise(
        judge_together,
        (
            "Two entries under resourceSelectors, and a replicaScheduling for what has replicas.",
            "Equal weights are what you get when you give none.",
        ),
        "%kmd create deployment worker --image nginx --replicas 6\n"
        "%kmd create configmap settings --from-literal=mode=quiet\n"
        "selected = [\n"
        '    {"apiVersion": "apps/v1", "kind": "Deployment", "name": "worker"},\n'
        '    {"apiVersion": "v1", "kind": "ConfigMap", "name": "settings"},\n'
        "]\n"
        'divided = {"replicaSchedulingType": "Divided", "replicaDivisionPreference": "Weighted"}\n'
        'placement = {"clusterAffinity": {"clusterNames": lab.members()}, "replicaScheduling": divided}\n'
        "lab.apply({\n"
        '    "apiVersion": "policy.karmada.io/v1alpha1",\n'
        '    "kind": "PropagationPolicy",\n'
        '    "metadata": {"name": "worker", "namespace": "default"},\n'
        '    "spec": {"resourceSelectors": selected, "placement": placement},\n'
        "})",
    ),
}
