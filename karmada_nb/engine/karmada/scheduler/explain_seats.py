"""The hand-out of replicas as a table: every round, what each cluster claimed, who got it, and why."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

from karmada_nb.engine.karmada.scheduler.explain import Explanation
from karmada_nb.engine.karmada.scheduler.trace import Division
from karmada_nb.engine.karmada.scheduler.webster import claim

ROUNDED_DOWN: Final = "rounded down"
GREATEST: Final = "greatest claim"
FEWER: Final = "tie: fewer seats first"
EARLIER_NAME: Final = "tie: earlier name first"
LATER_NAME: Final = "tie: later name first"
REMAINDER: Final = "remainder: heavier first, then by name"


class Seat(NamedTuple):
    """One cluster in one round: ``claim`` to it, and how many replicas it ``gets`` in it.

    ``round`` is 0 where everyone gets the exact share rounded down, else the replica that is given.
    """

    round: int
    cluster: str
    weight: int
    claim: float
    gets: int
    why: str


def seats(explanation: Explanation) -> list[Seat]:
    """Of the last attempt, the one that stands. Empty where nothing is divided by weight or room."""
    divisions = explanation.attempts[-1].divisions if explanation.attempts else []
    return [seat for division in divisions for seat in _seats(division)]


def _seats(division: Division) -> Iterator[Seat]:
    if division.portions:
        yield from _portions(division)
        return
    held = dict.fromkeys(division.weights, 0)
    for number, award in enumerate(division.awards, start=1):
        by_name = LATER_NAME if division.later_name_first else EARLIER_NAME
        why = (by_name if award.by_name else FEWER) if award.tied else GREATEST
        for name, weight in division.weights.items():
            won = name == award.name
            yield Seat(number, name, weight, claim(weight, held[name]), int(won), why if won else "")
        held[award.name] += 1


def _portions(division: Division) -> Iterator[Seat]:
    """What v1.2 does: the shares rounded down at once, then what is left along the list, round by round."""
    total = sum(division.weights.values())
    given = 0
    for name, weight, share, _ in division.portions:
        yield Seat(0, name, weight, weight * division.replicas / total, share, ROUNDED_DOWN)
        given += share
    for turn in range(sum(portion.extra for portion in division.portions)):
        next_one = turn % len(division.portions)
        for place, (name, weight, _, _) in enumerate(division.portions):
            won = place == next_one
            yield Seat(given + turn + 1, name, weight, float(weight), int(won), REMAINDER if won else "")
