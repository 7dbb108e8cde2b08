"""Which of the possible nodes is best. Pure.

Follows pkg/scheduler/framework/plugins: noderesources (least allocated, balanced), tainttoleration,
nodeaffinity, podtopologyspread and interpodaffinity, with upstream's weights.
"""

from __future__ import annotations

from collections.abc import Sequence

from karmada_nb.engine import meta
from karmada_nb.engine.meta import Object
from karmada_nb.engine.nodes.scheduler import affinity, resources, spread
from karmada_nb.engine.nodes.scheduler.cache import NodeInfo
from karmada_nb.engine.nodes.scheduler.filters import term_matches
from karmada_nb.engine.placement import tolerates

_PREFERRED = "preferredDuringSchedulingIgnoredDuringExecution"


def best(pod: Object, possible: Sequence[NodeInfo], infos: Sequence[NodeInfo]) -> NodeInfo:
    """The node with the highest score; of equals the one with fewest pods, then by name."""
    if len(possible) == 1:
        return possible[0]
    totals = [_fit(pod, info) for info in possible]
    for weight, found in (
        (3, _normalized([_taints(pod, info) for info in possible], reverse=True)),
        (2, _normalized([_preferred(pod, info) for info in possible])),
        (2, _normalized([_siblings(pod, info, infos) for info in possible], reverse=True)),
        (2, _normalized([_neighbours(pod, info, infos) for info in possible])),
    ):
        totals = [total + weight * score for total, score in zip(totals, found, strict=True)]
    order = sorted(
        zip(totals, possible, strict=True), key=lambda item: (-item[0], len(item[1].pods), item[1].name)
    )
    return order[0][1]


def _fit(pod: Object, info: NodeInfo) -> float:
    """Least allocated plus balanced allocation, 0 to 100 each."""
    available = info.allocatable()
    cpu, memory = resources.weight(pod)
    shares = [
        min(1.0, (used + asked) / have) if have else 1.0
        for used, asked, have in (
            (info.cpu, cpu, available.get("cpu", 0)),
            (info.memory, memory, available.get("memory", 0)),
        )
    ]
    least = sum(int((1 - share) * 100) for share in shares) // 2
    balanced = int((1 - abs(shares[0] - shares[1]) / 2) * 100)
    return float(least + balanced)


def _taints(pod: Object, info: NodeInfo) -> float:
    tolerations = meta.dig(pod, "spec", "tolerations", default=[])
    taints = meta.dig(info.node, "spec", "taints", default=[])
    return float(sum(t.get("effect") == "PreferNoSchedule" and not tolerates(tolerations, t) for t in taints))


def _preferred(pod: Object, info: NodeInfo) -> float:
    terms = meta.dig(pod, "spec", "affinity", "nodeAffinity", _PREFERRED, default=[])
    return float(sum(t["weight"] for t in terms if term_matches(t["preference"], info)))


def _siblings(pod: Object, info: NodeInfo, infos: Sequence[NodeInfo]) -> float:
    """Pods already there that the soft constraints, or by default the common owner, would spread."""
    soft = [
        c
        for c in meta.dig(pod, "spec", "topologySpreadConstraints", default=[])
        if c.get("whenUnsatisfiable") == "ScheduleAnyway"
    ]
    if soft:
        counts = [(spread.matching(pod, c, infos), info.labels.get(c["topologyKey"])) for c in soft]
        return float(sum(found.get(domain or "", 0) for found, domain in counts))
    owner = meta.controller_of(pod)
    if owner is None:
        return 0.0
    return float(info.siblings[owner["uid"]])


def _neighbours(pod: Object, info: NodeInfo, infos: Sequence[NodeInfo]) -> float:
    total = 0
    for kind, sign in (("podAffinity", 1), ("podAntiAffinity", -1)):
        for item in meta.dig(pod, "spec", "affinity", kind, _PREFERRED, default=[]):
            term = item["podAffinityTerm"]
            key = term["topologyKey"]
            for near in infos:
                if key in info.labels and near.labels.get(key) == info.labels[key]:
                    found = sum(affinity.matches(term, pod, o) for o in near.pods.values())
                    total += sign * item["weight"] * found
    return float(total)


def _normalized(found: list[float], *, reverse: bool = False) -> list[float]:
    """0 to 100 over the range that was found."""
    low, high = min(found), max(found)
    if low == high:
        return [0.0] * len(found)
    scaled = [(value - low) * 100 / (high - low) for value in found]
    return [100 - value for value in scaled] if reverse else scaled
