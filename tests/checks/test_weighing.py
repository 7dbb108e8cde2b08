"""Exercises about weights and remainders: which misconception is named."""

from typing import Any

import pytest

from karmada_nb import Lab, check
from karmada_nb.checks.weighing import judge_by_hand
from karmada_nb.course import deployment, pipy_policy
from karmada_nb.manifests import Object
from tests.checks.judging import becomes, judged

PIPY = {"image": "flomesh/pipy", "name": "pipy"}


@pytest.mark.parametrize(
    ("answer", "outcome", "words"),
    [
        ([None, 4, 0], "not attempted", "three numbers"),
        ([5, 4, 0], "right", "two heaviest"),
        ([5, 3, 1], "wrong", "largest fractions"),
        ([6, 3, 0], "wrong", "exact share"),
        ([5, 5, 0], "wrong", "add up to 10"),
        ([4, 4, 1], "wrong", "Round down"),
    ],
)
def test_by_hand_in_the_articles_edition(lab: Lab, answer: list[Any], outcome: str, words: str) -> None:
    found = check("by_hand", lab=lab, answer=answer)
    assert (found.outcome, words in found.message) == (outcome, True), found


class Today(Lab):
    """Says that it is of today's edition, which is all that the judge asks of it."""

    edition = "current"

    def __init__(self) -> None:
        pass


@pytest.mark.parametrize(
    ("answer", "outcome", "words"),
    [
        ([5, 3, 1], "right", "five, three and one"),
        ([5, 4, 0], "wrong", "higher than 4/7"),
        ([4, 4, 1], "wrong", "nine highest"),
    ],
)
def test_by_hand_in_todays_edition(answer: list[Any], outcome: str, words: str) -> None:
    found = judge_by_hand(Today(), answer=answer)
    assert (found.outcome, words in found.message) == (outcome, True), found


def weighed(lab: Lab, *weights: int, **preference: Any) -> Object:
    """The policy of pipy with these weights; ``preference`` stands beside the list."""
    made = pipy_policy(lab.members())
    given = made["spec"]["placement"]["replicaScheduling"]["weightPreference"]
    for rule, weight in zip(given["staticWeightList"], weights, strict=True):
        rule["weight"] = weight
    given.update(preference)
    return made


def test_nobody_without(lab: Lab) -> None:
    lab.at("client")
    judged(lab, "nobody_without", "not attempted", "5, 3 and 1")
    lab.apply([weighed(lab, 5, 3, 1), deployment("pipy", 8, PIPY)])
    becomes(lab, "nobody_without", "wrong", "k3d-cluster-3 goes without")
    lab.apply(deployment("pipy", 10, PIPY))
    becomes(lab, "nobody_without", "wrong", "more than it takes")
    lab.apply(deployment("pipy", 9, PIPY))
    becomes(lab, "nobody_without", "right", "Nine")
    lab.apply(weighed(lab, 5, 3, 1, dynamicWeight="AvailableReplicas"))
    judged(lab, "nobody_without", "wrong", "the list does not count")
