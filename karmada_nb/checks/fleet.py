"""Exercises about real fleets: fleet_reading, fleet_labels."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from karmada_nb.checks.verdict import Exercise, Finding, not_attempted, right, wrong
from karmada_nb.clusters import CLUSTERS

if TYPE_CHECKING:
    from karmada_nb.lab import Lab

_REPLICAS: Final = 10
_ANSWER: Final = {"north": 7, "south": 0, "east": 0, "west": 3}
_LABEL: Final = ("fleet", "production")


def judge_reading(_lab: None, answer: Mapping[str, Any] | None = None) -> Finding:
    """Ten replicas among four clusters, of which one is tainted and one does not know the kind."""
    if not answer:
        return not_attempted("Put your numbers into answer: a dict from cluster to replicas.")
    if set(answer) != set(_ANSWER) or not all(isinstance(count, int) for count in answer.values()):
        return wrong("Expected a number for each of north, south, east and west.")
    if answer["south"]:
        return wrong("south is cordoned: nobody tolerates its taint, so it is out before any weight counts.")
    if answer["east"]:
        return wrong("east does not serve apps/v1 Deployment: Karmada passes it over, and says nothing.")
    if sum(answer.values()) != _REPLICAS:
        return wrong(
            "Your numbers add up to {total}. What filtered clusters would have had goes to the others.",
            total=sum(answer.values()),
        )
    if dict(answer) != _ANSWER:
        return wrong("north has two thirds of the weight that is left: 6.67 of ten, and west 3.33.")
    return right("Filters first, weights after: north 7 and west 3, in both editions.")


def judge_labels(lab: Lab) -> Finding:
    """pipy's policy chooses all members by the label fleet=production, and by no name."""
    key, value = _LABEL
    policy = lab.get("propagationpolicy/pipy-propagation")
    if policy is None:
        return not_attempted("pipy-propagation is not there; run the cells above.")
    clusters = lab.list(CLUSTERS, namespace=None)
    labelled = {
        cluster["metadata"]["name"]
        for cluster in clusters
        if (cluster["metadata"].get("labels") or {}).get(key) == value
    }
    affinity = policy["spec"]["placement"].get("clusterAffinity") or {}
    selector = affinity.get("labelSelector")
    if not selector:
        if labelled:
            return wrong("Clusters have the label, and the policy does not ask for it yet: labelSelector.")
        return not_attempted("The policy still names its clusters.")
    missing = [name for name in lab.members() if name not in labelled]
    if missing:
        return wrong("{names} has no label fleet=production.", names=", ".join(missing))
    if affinity.get("clusterNames"):
        return wrong("clusterNames is still there, and both must hold: who joins tomorrow is not named.")
    if (selector.get("matchLabels") or {}).get(key) != value and not _expresses(selector, key, value):
        return wrong("The labelSelector asks for something else than fleet=production.")
    ready = lab.distribution("deployment/pipy").set_index("cluster")["ready"]
    if ready.reindex(lab.members(), fill_value=0).min() < 1:
        return wrong("The policy is right, and not every member runs pipy. Look at the binding's events.")
    return right("Whoever gets the label gets pipy; nobody edits the policy for it.")


def _expresses(selector: Mapping[str, Any], key: str, value: str) -> bool:
    return any(
        part.get("key") == key and part.get("operator") == "In" and part.get("values") == [value]
        for part in selector.get("matchExpressions") or ()
    )


_LABELS: Final = """\
%kmd label clusters --all fleet=production
policy = lab.get("propagationpolicy/pipy-propagation")
chosen = {"labelSelector": {"matchLabels": {"fleet": "production"}}}
policy["spec"]["placement"]["clusterAffinity"] = chosen
lab.apply(policy)"""

EXERCISES: Final[dict[str, Exercise]] = {
    "fleet_reading": Exercise(
        judge_reading,
        (
            "Who is filtered out gets no seats, and the others share all ten.",
            "Two clusters remain, with weights 2 and 1: two thirds of ten are 6.67.",
        ),
        'answer = {"north": 7, "south": 0, "east": 0, "west": 3}',
        needs_lab=False,
    ),
    "fleet_labels": Exercise(
        judge_labels,
        (
            "kubectl label takes --all instead of a name.",
            "clusterAffinity takes a labelSelector with matchLabels; leave clusterNames out.",
        ),
        _LABELS,
    ),
}
