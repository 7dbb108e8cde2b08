"""Drills prices, news and quiet: it runs, but not as many or not where."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from karmada_nb.checks.drills.standing import as_left, begin_first, by_hand, spread, still, told, without_pods
from karmada_nb.checks.placing import scheduling, weights
from karmada_nb.checks.verdict import Exercise, Finding, not_attempted, right, wrong
from karmada_nb.manifests import replica_count

if TYPE_CHECKING:
    from karmada_nb.lab import Lab


def judge_prices(lab: Lab) -> Finding:
    """One replica in each member, and as many in the template as there are members."""
    template, policy = lab.get("deployments/prices"), lab.get("propagationpolicies/prices")
    if template is None:
        return begin_first("prices")
    if as_left(template, policy):
        return not_attempted("The members still have: {found}.", found=told(lab, "prices"))
    if replica_count(template) != len(lab.members()):
        return wrong(
            "The template asks for {count} now. The number of pods may be right today; the template should "
            "say {wanted}, and the policy what that number means.",
            count=replica_count(template),
            wanted=len(lab.members()),
        )
    without = without_pods(lab, "prices")
    if without and policy is not None and scheduling(policy).get("replicaSchedulingType") != "Divided":
        return wrong(
            "{clusters} should have one replica and has none. Fewer clusters are fewer copies, and copies "
            "they still are.",
            clusters=", ".join(without),
        )
    return spread(lab, "prices") or still(lab, "prices")


def judge_news(lab: Lab) -> Finding:
    """news divided among all members."""
    template, policy = lab.get("deployments/news"), lab.get("propagationpolicies/news")
    if template is None:
        return begin_first("news")
    verdict = spread(lab, "news")
    if verdict is not None and verdict.outcome == "right" and replica_count(template) != len(lab.members()):
        return wrong(
            "news runs in every cluster, and the template asks for {count} now; it asked for {wanted}. "
            "The weights were to blame, not the number: put it back.",
            count=replica_count(template),
            wanted=len(lab.members()),
        )
    if verdict is not None:
        return verdict
    unknown = sorted(set(weights(policy)) - set(lab.joined())) if policy is not None else []
    if as_left(template, policy):
        return not_attempted("The members still have: {found}.", found=told(lab, "news"))
    if unknown:
        return wrong(
            "A weight is for {names}, and there is no such cluster. Nobody checks that: it is a weight for "
            "nobody, and more replicas do not change it.",
            names=", ".join(unknown),
        )
    return still(lab, "news")


def judge_quiet(lab: Lab) -> Finding:
    """A replica in every member, by whatever means Karmada has."""
    template, policy = lab.get("deployments/quiet"), lab.get("propagationpolicies/quiet")
    if template is None:
        return begin_first("quiet")
    gone = [member for member in lab.members() if member not in lab.joined()]
    if gone:
        return wrong(
            "{clusters} is no member any more. It was not broken: look at what the template asks for.",
            clusters=", ".join(gone),
        )
    if by_hand(lab, "quiet"):
        return spread(lab, "quiet") or still(lab, "quiet")
    without = without_pods(lab, "quiet")
    if not without:
        return right("Every cluster has one: {found}. No cluster was broken.", found=told(lab, "quiet"))
    if as_left(template, policy):
        return not_attempted(
            "{clusters} has no replica. How many are there to give, and to how many?",
            clusters=", ".join(without),
        )
    if replica_count(template) < len(lab.members()):
        return wrong(
            "Now {clusters} goes without: {found}. {count} replicas do not reach {members} clusters, "
            "whatever the weights.",
            clusters=", ".join(without),
            found=told(lab, "quiet"),
            count=replica_count(template),
            members=len(lab.members()),
        )
    return still(lab, "quiet")


EXERCISES: Final[dict[str, Exercise]] = {
    "drill-prices": Exercise(
        judge_prices,
        (
            "Every cluster has the full number. Which word in the policy decides that?",
            "Without a word about it a policy makes copies; look for replicaSchedulingType.",
            "Set replicaSchedulingType to Divided, and replicaDivisionPreference to Weighted.",
        ),
        "%kmd patch propagationpolicy prices --type merge -p "
        '\'{"spec":{"placement":{"replicaScheduling":'
        '{"replicaSchedulingType":"Divided","replicaDivisionPreference":"Weighted"}}}}\'',
    ),
    "drill-news": Exercise(
        judge_news,
        (
            'lab.explain("deployment/news") shows which weights were counted.',
            "Read the names in staticWeightList aloud, and then those of %kmd get clusters.",
            "Two names are mistyped. A cluster that the list does not name gets nothing.",
        ),
        'policy = lab.get("propagationpolicy/news")\n'
        'rules = policy["spec"]["placement"]["replicaScheduling"]["weightPreference"]["staticWeightList"]\n'
        "for rule, name in zip(rules, lab.members()):\n"
        '    rule["targetCluster"]["clusterNames"] = [name]\n'
        "lab.apply(policy)",
    ),
    "drill-quiet": Exercise(
        judge_quiet,
        (
            "Is the cluster ready? Does anything else fail there?",
            "Count: how many replicas has the template, and how many clusters are there?",
            "With a replica for each cluster nobody goes without.",
        ),
        "%kmd scale deployment quiet --replicas 3",
    ),
}
