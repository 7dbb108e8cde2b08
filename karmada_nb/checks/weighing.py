"""Exercises about weights and remainders: by_hand, nobody_without."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from karmada_nb.checks.placing import scheduling, weights
from karmada_nb.checks.verdict import Exercise, Finding, not_attempted, right, wrong
from karmada_nb.manifests import replica_count

if TYPE_CHECKING:
    from karmada_nb.lab import Lab

BY_HAND: Final = {"article": [5, 4, 0], "current": [5, 3, 1]}
"""Nine replicas by the weights 6, 4 and 1."""
LEAST: Final = {"article": 9, "current": 4}
"""With how many replicas the weights 5, 3 and 1 leave nobody without."""


def judge_by_hand(lab: Lab, answer: Sequence[Any] = ()) -> Finding:
    """Nine replicas by 6, 4 and 1, by the rule of the lab's edition."""
    if not answer or any(number is None for number in answer):
        return not_attempted("Give three numbers, in the order of the members.")
    given = [int(number) for number in answer]
    if len(given) != 3:
        return wrong("There are three members, and you gave {count} numbers.", count=len(given))
    if sum(given) != 9:
        return wrong("Your numbers add up to {total}; all nine replicas are given.", total=sum(given))
    article = lab.edition == "article"
    if given == BY_HAND[lab.edition]:
        if article:
            return right("Rounded down 4, 3 and 0; the two that are left go to the two heaviest.")
        return right("The claims 6, 4, 2, 1.33, 1.2, 1, 0.86, 0.8 and 0.67 win: five, three and one.")
    if article and given == BY_HAND["current"]:
        return wrong(
            "So it would be by the largest fractions, and so does today's rule. The article's edition gives "
            "the rest by weight."
        )
    if not article and given == BY_HAND["article"]:
        return wrong(
            "That is the article's rule. Today's has no rounding down: the lightest cluster's claim of 1 is "
            "higher than 4/7, the second one's to a fourth replica."
        )
    if given == [6, 3, 0] or given == [6, 2, 1]:
        return wrong(
            "Nobody gets more than the exact share and one: the first one's is 54/11, less than five."
        )
    if article:
        return wrong("Round down 54/11, 36/11 and 9/11. How many are left, and who comes first by weight?")
    return wrong("Take the nine highest of 6/1, 6/3, 6/5 and so on, 4/1, 4/3 and so on, and 1/1, 1/3.")


def judge_nobody_without(lab: Lab) -> Finding:
    """Weights 5, 3 and 1, and the smallest number of replicas that leaves no member without."""
    template, policy = lab.get("deployments/pipy"), lab.get("propagationpolicies/pipy-propagation")
    if template is None or policy is None:
        return not_attempted("pipy or its policy pipy-propagation is not there; run the cells above.")
    members = lab.members()
    given = weights(policy)
    if [given.get(name) for name in members] != [5, 3, 1]:
        return not_attempted("The policy does not have the static weights 5, 3 and 1 yet.")
    if (scheduling(policy).get("weightPreference") or {}).get("dynamicWeight"):
        return wrong(
            "There is a dynamicWeight beside the list: as long as it is there, the list does not count."
        )
    asked = replica_count(template)
    found = {name: lab.get("deployments/pipy", cluster=name) for name in members}
    without = [name for name, obj in found.items() if obj is None or replica_count(obj) == 0]
    if without:
        return wrong(
            "With {asked} replicas {clusters} goes without. Who is next in turn?",
            asked=asked,
            clusters=", ".join(without),
        )
    if asked > LEAST[lab.edition]:
        return wrong("Nobody goes without, and {asked} is more than it takes. Try one less.", asked=asked)
    if lab.edition == "article":
        return right(
            "Nine: only then is the lightest one's exact share a whole replica. The rest never reaches it."
        )
    return right(
        "Four: its claim of 1 is equal to 5/5 and 3/3, and it has the fewest. The article's rule needs nine."
    )


EXERCISES: Final[dict[str, Exercise]] = {
    "by_hand": Exercise(
        judge_by_hand,
        (
            "lab.edition says by which rule: the article's rounds down first, today's compares claims.",
            "Article: 54/11, 36/11, 9/11 rounded down. Today: the nine highest of 6/1, 6/3 ... 4/1 ... 1/1.",
        ),
        'answer = {"article": [5, 4, 0], "current": [5, 3, 1]}[lab.edition]',
    ),
    "nobody_without": Exercise(
        judge_nobody_without,
        (
            "Give the weights as a staticWeightList; then scale step by step, and look.",
            "Article: the lightest one's share is a ninth. Today: its claim is 1; when is that the highest?",
        ),
        'weigh({"article": 9, "current": 4}[lab.edition], 5, 3, 1)',
    ),
}
