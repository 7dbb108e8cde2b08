"""The guarantees of a watch, each as a check of what a watcher was told against what was written.

``Write`` is one change as its writer knows it, ``Told`` one event as a watcher got it. Every check returns
what is wrong, or nothing. The guarantees are those that etcd and Kubernetes give.
"""

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple


class Write(NamedTuple):
    revision: int
    kind: str
    """ADDED, MODIFIED or DELETED."""
    name: str
    value: int


class Told(NamedTuple):
    kind: str
    """As for a write, or BOOKMARK."""
    revision: int
    name: str = ""
    value: int = 0


def ordered(told: Sequence[Told]) -> list[str]:
    """Revisions never go back."""
    return [f"{b.revision} after {a.revision}" for a, b in pairwise(told) if b.revision < a.revision]


def unique(told: Iterable[Told]) -> list[str]:
    """No change is told twice."""
    seen: set[int] = set()
    wrong = []
    for event in changes(told):
        if event.revision in seen:
            wrong.append(f"{event.revision} twice")
        seen.add(event.revision)
    return wrong


def atomic(told: Iterable[Told], writes: Iterable[Write]) -> list[str]:
    """An event is exactly one write: its kind, its object and its value."""
    known = {write.revision: write for write in writes}
    wrong = []
    for event in changes(told):
        write = known.get(event.revision)
        if write is None or (write.kind, write.name, write.value) != (event.kind, event.name, event.value):
            wrong.append(f"told {event}, written {write}")
    return wrong


def reliable(told: Sequence[Told], writes: Iterable[Write], start: int) -> list[str]:
    """Between the start and the last event nothing is missing."""
    end = max((event.revision for event in told), default=start)
    seen = {event.revision for event in changes(told)}
    return [
        f"{w.revision} is missing" for w in writes if start < w.revision <= end and w.revision not in seen
    ]


def resumable(
    before: Sequence[Told], after: Sequence[Told], writes: Iterable[Write], start: int
) -> list[str]:
    """A watch resumed at the last revision seen goes on exactly there."""
    both = [*before, *after]
    return [*ordered(both), *unique(both), *reliable(both, writes, start)]


def bookmarkable(told: Sequence[Told]) -> list[str]:
    """A bookmark's revision is not behind anything told before it, and nothing after it is at or below it."""
    wrong, mark = [], 0
    for event in told:
        if event.kind != "BOOKMARK" and event.revision <= mark:
            wrong.append(f"{event.revision} after the bookmark at {mark}")
        if event.kind == "BOOKMARK":
            mark = event.revision
    return [*wrong, *(w for w in ordered(told) if w not in wrong)]


def changes(told: Iterable[Told]) -> list[Told]:
    return [event for event in told if event.kind != "BOOKMARK"]


def all_of(told: Sequence[Told], writes: Sequence[Write], start: int) -> list[str]:
    """Everything that is wrong with one watch."""
    return [
        *ordered(told),
        *unique(told),
        *atomic(told, writes),
        *reliable(told, writes, start),
        *bookmarkable(told),
    ]
