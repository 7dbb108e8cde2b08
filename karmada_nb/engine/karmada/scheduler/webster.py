"""The Webster (Sainte-Lague) apportionment: seats one by one to the party with the highest quotient.

Follows pkg/util/helper/webstermethod.go and the tie breaker of pkg/util/helper/binding.go. A party's claim
to its next seat is votes / (2 * seats + 1). Claims of all parties for all their seats are in one total
order, so who gets the first N seats does not depend on the path that leads there; that is why a large
house may be filled in bulk up to a safe bound (``_bulk``) before the last seats go one by one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from heapq import heapify, heapreplace
from typing import Final, NamedTuple

from karmada_nb.engine.karmada.names import fnv1a_32
from karmada_nb.engine.karmada.scheduler.targets import int32

Recorder = Callable[["Award"], None]
"""Told of every seat when it is given."""

_BULK_FROM: Final = 8
"""Seats a party on average from which filling in bulk pays."""


class Party(NamedTuple):
    name: str
    votes: int
    seats: int


class Award(NamedTuple):
    """One seat: who got it as which seat, by what claim, and who had the same claim but lost the tie.

    ``by_name`` says that one of those had no more seats either, so that the name decided.
    """

    name: str
    seat: int
    claim: float
    tied: tuple[str, ...]
    by_name: bool


def descending_by_uid(uid: str) -> bool:
    """Whether ties go to the later name: the FNV-1a-32 hash of the template's UID is odd."""
    return bool(uid) and fnv1a_32(uid) % 2 == 1


def claim(votes: int, seats: int) -> float:
    """What a party with ``seats`` has to offer for the next one. The divisor is a 32-bit integer."""
    divisor = 2 * seats + 1 if seats < 2**30 else int32(2 * seats + 1)
    return float(votes) / float(divisor)


def allocate_webster_seats(
    new_seats: int,
    votes: Mapping[str, int],
    initial: Mapping[str, int] | None = None,
    *,
    descending: bool = False,
    record: Recorder | None = None,
) -> list[Party]:
    """Hands out ``new_seats`` on top of ``initial``; returns the parties by name.

    Ties go to fewer seats, then to the earlier name (the later one where ``descending``). A party in
    ``initial`` without votes takes part with a claim of 0. With ``record``, every award is told.
    """
    seats = dict(initial or {})
    for name in votes:
        seats.setdefault(name, 0)
    names = sorted(seats, reverse=descending)
    if not names:
        return []
    if record is None and new_seats > _BULK_FROM * len(names):
        new_seats -= _bulk(new_seats, votes, seats)
    queue = [(-claim(votes.get(n, 0), seats[n]), seats[n], rank) for rank, n in enumerate(names)]
    heapify(queue)
    for _ in range(new_seats):
        negative, held, rank = queue[0]
        name = names[rank]
        if record is not None:
            tied = {names[r]: h for c, h, r in queue if c == negative and r != rank}
            record(Award(name, held + 1, -negative, tuple(sorted(tied)), held in tied.values()))
        heapreplace(queue, (-claim(votes.get(name, 0), held + 1), held + 1, rank))
    for _, held, rank in queue:
        seats[names[rank]] = held
    return [Party(name, votes.get(name, 0), seats[name]) for name in sorted(seats)]


def _bulk(new_seats: int, votes: Mapping[str, int], seats: dict[str, int]) -> int:
    """Gives, in place, seats that are certain to be won; returns how many.

    At most ``new_seats`` claims lie above total / (2 * new_seats - parties), and all of them win. Every
    party is left two seats short of that line, so that rounding cannot carry one across it.
    """
    if len(votes) != len(seats) or min(votes.values()) <= 0 or new_seats >= 2**29:
        return 0
    bar = sum(votes.values()) / (2 * new_seats - len(votes))
    given = 0
    for name, count in votes.items():
        sure = int((count / bar + 1) / 2) - 2
        if sure > seats[name]:
            given += sure - seats[name]
            seats[name] = sure
    return given
