"""Which pods to put out so that a more important one fits. Pure.

Follows pkg/scheduler/framework/preemption and plugins/defaultpreemption.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from karmada_nb.engine import meta
from karmada_nb.engine.meta import Object
from karmada_nb.engine.nodes.scheduler import filters
from karmada_nb.engine.nodes.scheduler.cache import NodeInfo


class Preemption(NamedTuple):
    node: str
    victims: list[Object]


def priority(pod: Object) -> int:
    return int(meta.dig(pod, "spec", "priority", default=0))


def choose(pod: Object, failed: dict[str, list[str]], infos: Sequence[NodeInfo]) -> Preemption | None:
    """The node that loses least: lowest top priority of its victims, then fewest; None where none helps."""
    if meta.dig(pod, "spec", "preemptionPolicy") == "Never":
        return None
    found = []
    for info in infos:
        if any(text.startswith(filters.FINAL) for text in failed.get(info.name, ())):
            continue
        victims = _victims(pod, info, infos)
        if victims:
            found.append(Preemption(info.name, victims))
    return min(found, key=_cost, default=None)


def _cost(item: Preemption) -> tuple[int, int, int, str]:
    ranks = [priority(v) for v in item.victims]
    return max(ranks), sum(ranks), len(ranks), item.node


def _victims(pod: Object, info: NodeInfo, infos: Sequence[NodeInfo]) -> list[Object]:
    """The fewest and least important pods of a node whose going makes room; none where that is not enough."""
    lower = [p for p in info.pods.values() if priority(p) < priority(pod) and not meta.deleting(p)]
    gone = {meta.key(p) for p in lower}
    if not lower or _blocked(pod, info, gone, infos):
        return []
    for candidate in sorted(lower, key=priority, reverse=True):
        spared = gone - {meta.key(candidate)}
        if not _blocked(pod, info, spared, infos):
            gone = spared
    return [p for p in lower if meta.key(p) in gone]


def _blocked(pod: Object, info: NodeInfo, gone: set[meta.Key], infos: Sequence[NodeInfo]) -> bool:
    trial = info.without(gone)
    others = [trial if other is info else other for other in infos]
    return bool(filters.reasons(pod, trial, others))
