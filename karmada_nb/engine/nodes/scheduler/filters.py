"""Which nodes a pod can run on, and why not on the others. Pure.

Follows pkg/scheduler/framework/plugins: nodeunschedulable, nodename, tainttoleration, nodeaffinity,
nodeports, noderesources/fit.go, podtopologyspread, interpodaffinity.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from karmada_nb.engine import meta, placement
from karmada_nb.engine.meta import Object
from karmada_nb.engine.nodes.scheduler import affinity, resources, spread
from karmada_nb.engine.nodes.scheduler.cache import NodeInfo
from karmada_nb.engine.placement import tolerates

UNSCHEDULABLE_TAINT: Final = {"key": "node.kubernetes.io/unschedulable", "effect": "NoSchedule"}
FINAL: Final = (
    "node(s) were unschedulable",
    "node(s) didn't match the requested node name",
    "node(s) had untolerated taint",
    "node(s) didn't match Pod's node affinity/selector",
    "node(s) didn't match pod affinity rules",
)
"""Beginnings of reasons that evicting pods would not change."""

Filter = Callable[[Object, NodeInfo], list[str]]


def _unschedulable(pod: Object, info: NodeInfo) -> list[str]:
    held = meta.dig(info.node, "spec", "unschedulable") is True
    accepted = tolerates(meta.dig(pod, "spec", "tolerations", default=[]), UNSCHEDULABLE_TAINT)
    return ["node(s) were unschedulable"] if held and not accepted else []


def _node_name(pod: Object, info: NodeInfo) -> list[str]:
    wanted = meta.dig(pod, "spec", "nodeName", default="")
    return [] if wanted in ("", info.name) else ["node(s) didn't match the requested node name"]


def _taints(pod: Object, info: NodeInfo) -> list[str]:
    tolerations = meta.dig(pod, "spec", "tolerations", default=[])
    for taint in meta.dig(info.node, "spec", "taints", default=[]):
        if taint.get("effect") in ("NoSchedule", "NoExecute") and not tolerates(tolerations, taint):
            return [f"node(s) had untolerated taint {{{taint['key']}: {taint.get('value', '')}}}"]
    return []


def _node_affinity(pod: Object, info: NodeInfo) -> list[str]:
    fits = placement.matches_node(pod["spec"], info.labels, info.name)
    return [] if fits else ["node(s) didn't match Pod's node affinity/selector"]


def term_matches(term: Object, info: NodeInfo) -> bool:
    """A NodeSelectorTerm; one without any requirement matches nothing."""
    return placement.term_matches(term, info.labels, info.name)


def taken_port(pod: Object, info: NodeInfo) -> bool:
    """Whether a pod of the node has a port that this one wants."""
    wanted = resources.host_ports(pod)
    if not wanted:
        return False
    taken = {port for other in info.pods.values() for port in resources.host_ports(other)}
    for address, protocol, port in wanted:
        for other, kind, number in taken:
            same = address == other or "0.0.0.0" in (address, other)
            if same and (protocol, port) == (kind, number):
                return True
    return False


def _ports(pod: Object, info: NodeInfo) -> list[str]:
    return ["node(s) didn't have free ports for the requested pod ports"] if taken_port(pod, info) else []


def _fit(pod: Object, info: NodeInfo) -> list[str]:
    available = info.allocatable()
    reasons = []
    if (len(info.pods) + 1) * 1000 > available.get("pods", 0):
        reasons.append("Too many pods")
    for name, amount in resources.requests(pod).items():
        if amount and amount > available.get(name, 0) - info.requested.get(name, 0):
            reasons.append(f"Insufficient {name}")
    return reasons


_FILTERS: Final[tuple[Filter, ...]] = (_unschedulable, _node_name, _taints, _node_affinity, _ports, _fit)


def reasons(pod: Object, info: NodeInfo, infos: Sequence[NodeInfo]) -> list[str]:
    """Why the pod cannot run on a node of these: those of the first filter that says no; empty if it can."""
    for check in _FILTERS:
        found = check(pod, info)
        if found:
            return found
    return spread.reasons(pod, info, infos) or affinity.reasons(pod, info, infos)


def explain(failed: dict[str, list[str]], total: int) -> str:
    """``0/2 nodes are available: 2 Insufficient cpu.`` with the verdict on preemption."""
    if not total:
        return "no nodes available to schedule pods"
    final = [name for name, texts in failed.items() if any(t.startswith(FINAL) for t in texts)]
    verdicts = {
        "No preemption victims found for incoming pod": len(failed) - len(final),
        "Preemption is not helpful for scheduling": len(final),
    }
    counts: dict[str, int] = {}
    for texts in failed.values():
        for text in texts:
            counts[text] = counts.get(text, 0) + 1
    head = f"0/{total} nodes are available: "
    return f"{head}{_histogram(counts)}. preemption: {head}{_histogram(verdicts)}."


def explain_all(why: str, total: int) -> str:
    """The same for what keeps a pod from every node, whatever the node is like."""
    head = f"0/{total} nodes are available: "
    return f"{head}{why}. preemption: {head}{total} Preemption is not helpful for scheduling."


def _histogram(counts: dict[str, int]) -> str:
    return ", ".join(sorted(f"{count} {text}" for text, count in counts.items() if count))
