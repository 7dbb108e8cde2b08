"""Choosing a set of groups: enough clusters in few groups, the best by score.

Follows pkg/scheduler/core/spreadconstraint/select_groups.go. All feasible sets are tried depth first; the
search, its order and where it stops decide which of several equal sets is found first.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple


class Group(NamedTuple):
    """A group: ``value`` is what it adds to the target (clusters), ``weight`` how good it is."""

    name: str
    value: int
    weight: int


class Path(NamedTuple):
    """A feasible set, best group first; ``order`` counts from 1 as the search finds them."""

    order: int
    groups: tuple[Group, ...]

    @property
    def weight(self) -> int:
        return sum(g.weight for g in self.groups)

    @property
    def value(self) -> int:
        return sum(g.value for g in self.groups)


def select_groups(groups: Sequence[Group], least: int, most: int, target: int) -> tuple[Group, ...]:
    """The best set of ``least`` to ``most`` groups whose values reach ``target``; empty if there is none."""
    paths = feasible_paths(groups, least, most, target)
    return best_path(paths).groups if paths else ()


def feasible_paths(groups: Sequence[Group], least: int, most: int, target: int) -> list[Path]:
    """The sets that reach the target; a set that does is not extended further."""
    ordered = sorted(groups, key=lambda g: (g.value, -g.weight, g.name))
    paths: list[Path] = []
    taken: list[Group] = []

    def search(total: int, begin: int) -> None:
        if total >= target and least <= len(taken) <= most:
            best_first = sorted(taken, key=lambda g: (-g.weight, g.name))
            paths.append(Path(len(paths) + 1, tuple(best_first)))
            return
        if len(taken) >= most:
            return
        for at in range(begin, len(ordered)):
            taken.append(ordered[at])
            search(total + ordered[at].value, at + 1)
            if len(ordered) == least:
                # All groups are needed, so the one branch that takes them all is the only one.
                break
            taken.pop()

    if ordered:
        search(0, 0)
    return paths


def best_path(paths: Sequence[Path]) -> Path:
    """The path of most weight, then value, then found first; shortened to a feasible beginning of it."""
    ranked = sorted(paths, key=lambda p: (-p.weight, -p.value, p.order))
    best = ranked[0]
    for path in ranked[1:]:
        if len(path.groups) < len(best.groups) and _same_names(path.groups, best.groups):
            best = path
    return best


def _same_names(shorter: Sequence[Group], longer: Sequence[Group]) -> bool:
    return all(a.name == b.name for a, b in zip(shorter, longer, strict=False))
