"""The exercise about spread constraints: two_coasts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from karmada_nb.checks.clusters import holders
from karmada_nb.checks.sharing import selects
from karmada_nb.checks.verdict import Exercise, Finding, not_attempted, right, wrong
from karmada_nb.clusters import CLUSTERS

if TYPE_CHECKING:
    from karmada_nb.lab import Lab


def judge_two_coasts(lab: Lab) -> Finding:
    """Regions east, west and west, and the ConfigMap tide in one cluster of each."""
    members = lab.members()
    regions = {
        cluster["metadata"]["name"]: cluster["spec"].get("region")
        for cluster in lab.list(CLUSTERS, namespace=None)
    }
    if not any(regions.values()):
        return not_attempted("No cluster has a region yet.")
    if [regions.get(name) for name in members] != ["east", "west", "west"]:
        told = ", ".join(f"{name}: {regions.get(name) or '-'}" for name in members)
        return wrong("The regions are {told}; they should be east, west and west.", told=told)
    if lab.get("configmaps/tide") is None:
        return not_attempted("Karmada has no ConfigMap {name} yet.", name="tide")
    policies = [one for one in lab.list("propagationpolicies") if selects(one, ("ConfigMap", "tide"))]
    if not policies:
        return not_attempted("No policy selects the ConfigMap {name} yet.", name="tide")
    placement = policies[0]["spec"].get("placement") or {}
    if (placement.get("clusterAffinity") or {}).get("clusterNames"):
        return wrong("Your policy names clusters. Let it say how many regions it wants, and Karmada chooses.")
    fields = {one.get("spreadByField"): one for one in placement.get("spreadConstraints") or ()}
    if "region" not in fields:
        return wrong("Nothing asks for regions: two clusters may as well be on the same coast.")
    found = holders(lab, "configmaps/tide", members)
    if len(found) > 2:
        return wrong(
            "{count} clusters have tide: the constraint by cluster allows more than two.", count=len(found)
        )
    if len(found) < 2 or members[0] not in found:
        told = ", ".join(found) or "-"
        return wrong("tide is in {told}. Look at the condition Scheduled of its binding.", told=told)
    return right(
        "One on each coast, and nobody said which: if a cluster joins, the choice may change, the rule stays."
    )


EXERCISES: Final[dict[str, Exercise]] = {
    "two_coasts": Exercise(
        judge_two_coasts,
        (
            "The region stands in spec.region of a Cluster; kubectl patch cluster can set it.",
            "Two constraints: one by region and one by cluster, both with 2 as least and greatest number.",
        ),
        'for name, region in zip(lab.members(), ("east", "west", "west")):\n'
        '    change = f\'{{"spec":{{"region":"{region}"}}}}\'\n'
        "    %kmd patch cluster $name --type merge -p '$change'\n"
        "%kmd create configmap tide --from-literal=height=low\n"
        'selector = {"apiVersion": "v1", "kind": "ConfigMap", "name": "tide"}\n'
        'two = {"minGroups": 2, "maxGroups": 2}\n'
        'constraints = [{"spreadByField": field, **two} for field in ("region", "cluster")]\n'
        "lab.apply({\n"
        '    "apiVersion": "policy.karmada.io/v1alpha1",\n'
        '    "kind": "PropagationPolicy",\n'
        '    "metadata": {"name": "tide", "namespace": "default"},\n'
        '    "spec": {"resourceSelectors": [selector], "placement": {"spreadConstraints": constraints}},\n'
        "})",
    ),
}
