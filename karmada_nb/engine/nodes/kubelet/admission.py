"""Whether a node takes a pod that was bound to it. Pure.

Follows pkg/kubelet/lifecycle/predicate.go; the scheduler asks the same, but anybody may name a node.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from karmada_nb.engine import meta, placement
from karmada_nb.engine.meta import Object
from karmada_nb.engine.nodes.scheduler import resources
from karmada_nb.engine.nodes.scheduler.cache import NodeInfo
from karmada_nb.engine.nodes.scheduler.filters import taken_port

_SAFE: Final = frozenset(
    (
        *("kernel.shm_rmid_forced", "net.ipv4.ip_local_port_range", "net.ipv4.tcp_syncookies"),
        *("net.ipv4.ping_group_range", "net.ipv4.ip_unprivileged_port_start"),
        *("net.ipv4.ip_local_reserved_ports", "net.ipv4.tcp_keepalive_time", "net.ipv4.tcp_fin_timeout"),
        *("net.ipv4.tcp_keepalive_intvl", "net.ipv4.tcp_keepalive_probes"),
        *("net.ipv4.tcp_rmem", "net.ipv4.tcp_wmem"),
    )
)
"""Kernel parameters that are a pod's own and harm nobody else; pkg/kubelet/sysctl/safe_sysctls.go."""


class Refusal(NamedTuple):
    reason: str
    message: str


def refusal(pod: Object, info: NodeInfo) -> Refusal | None:
    """Why the node refuses the pod; ``info`` tells of the node and the pods that it has taken."""
    return _lacking(pod, info) or _unfit(pod, info) or _unsafe(pod)


def _lacking(pod: Object, info: NodeInfo) -> Refusal | None:
    capacity = info.allocatable()
    if (len(info.pods) + 1) * 1000 > capacity.get("pods", 0):
        return _insufficient("pods", 1, len(info.pods), capacity.get("pods", 0) // 1000)
    for name, amount in resources.requests(pod).items():
        if "/" in name and name not in capacity:
            continue
        used, room = info.requested.get(name, 0), capacity.get(name, 0)
        if amount and amount > room - used:
            unit = 1 if name == "cpu" else 1000
            return _insufficient(name, amount // unit, used // unit, room // unit)
    return None


def _insufficient(name: str, requested: int, used: int, capacity: int) -> Refusal:
    amounts = f"requested: {requested}, used: {used}, capacity: {capacity}"
    return Refusal(f"OutOf{name}", f"Node didn't have enough resource: {name}, {amounts}")


def _unfit(pod: Object, info: NodeInfo) -> Refusal | None:
    if not placement.matches_node(pod["spec"], info.labels, info.name):
        return _failed("NodeAffinity", "node(s) didn't match Pod's node affinity/selector")
    if taken_port(pod, info):
        return _failed("NodePorts", "node(s) didn't have free ports for the requested pod ports")
    tolerations = meta.dig(pod, "spec", "tolerations", default=[])
    for taint in meta.dig(info.node, "spec", "taints", default=[]):
        if taint.get("effect") == "NoExecute" and not placement.tolerates(tolerations, taint):
            return _failed("TaintToleration", "node(s) had taints that the pod didn't tolerate")
    return None


def _unsafe(pod: Object) -> Refusal | None:
    """Follows pkg/kubelet/sysctl/allowlist.go: a node takes the safe ones unless it was told of more."""
    for item in meta.dig(pod, "spec", "securityContext", "sysctls", default=[]):
        name = item["name"].replace("/", ".")
        if name not in _SAFE:
            return Refusal("SysctlForbidden", f'forbidden sysctl: "{name}" not allowlisted')
    return None


def _failed(predicate: str, why: str) -> Refusal:
    return Refusal(predicate, f"Predicate {predicate} failed: {why}")


def refused_status(pod: Object, why: Refusal) -> Object:
    """The status of a pod that its node does not take."""
    kept = {key: value for key, value in (pod.get("status") or {}).items() if key == "qosClass"}
    return {**kept, "phase": "Failed", "reason": why.reason, "message": f"Pod was rejected: {why.message}"}
