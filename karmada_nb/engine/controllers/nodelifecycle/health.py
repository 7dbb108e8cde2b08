"""The verdict on a node's health: its conditions and its taints. Pure.

Follows pkg/controller/nodelifecycle/node_lifecycle_controller.go.
"""

from datetime import datetime
from typing import Final

from karmada_nb.engine import meta
from karmada_nb.engine.meta import Object

GRACE: Final = 50.0
"""Seconds without a renewed lease after which a node counts as lost."""
NOT_READY: Final = "node.kubernetes.io/not-ready"
UNREACHABLE: Final = "node.kubernetes.io/unreachable"
UNSCHEDULABLE: Final = "node.kubernetes.io/unschedulable"
WATCHED: Final = ("Ready", "MemoryPressure", "DiskPressure", "PIDPressure")
_BY_CONDITION: Final = {
    ("Ready", "False"): NOT_READY,
    ("Ready", "Unknown"): UNREACHABLE,
    ("MemoryPressure", "True"): "node.kubernetes.io/memory-pressure",
    ("DiskPressure", "True"): "node.kubernetes.io/disk-pressure",
    ("PIDPressure", "True"): "node.kubernetes.io/pid-pressure",
    ("NetworkUnavailable", "True"): "node.kubernetes.io/network-unavailable",
}
_OURS: Final = frozenset({*_BY_CONDITION.values(), UNSCHEDULABLE})


def silent_for(lease: Object, since: datetime, now: datetime) -> float:
    """Seconds since the node last gave a sign of life; nobody listened before ``since``."""
    renewed = meta.dig(lease, "spec", "renewTime")
    heard = max(since, meta.parse_time(renewed)) if renewed else since
    return (now - heard).total_seconds()


def lost(node: Object, now: datetime) -> list[Object]:
    """The conditions of a node that has fallen silent: nothing is known of it any more."""
    conditions = meta.dig(node, "status", "conditions", default=[])
    for kind in WATCHED:
        known = meta.condition({"status": {"conditions": conditions}}, kind)
        if known is not None and known["status"] == "Unknown":
            continue
        said = ("NodeStatusUnknown", "Kubelet stopped posting node status.")
        if known is None:
            said = ("NodeStatusNeverUpdated", "Kubelet never posted node status.")
        beat = (known or {}).get("lastHeartbeatTime") or node["metadata"]["creationTimestamp"]
        conditions = meta.set_condition(conditions, kind, "Unknown", *said, now, lastHeartbeatTime=beat)
    return list(conditions)


def taints(node: Object, now: datetime) -> list[Object]:
    """The taints that the node should have; those of others stay as they are, in their place."""
    wanted: dict[tuple[str, str], Object] = {}
    for condition in meta.dig(node, "status", "conditions", default=[]):
        key = _BY_CONDITION.get((condition["type"], condition["status"]))
        if key is None:
            continue
        wanted[key, "NoSchedule"] = {"key": key, "effect": "NoSchedule", "timeAdded": meta.rfc3339(now)}
        if condition["type"] == "Ready":
            wanted[key, "NoExecute"] = {"key": key, "effect": "NoExecute", "timeAdded": meta.rfc3339(now)}
    if meta.dig(node, "spec", "unschedulable"):
        key = UNSCHEDULABLE
        wanted[key, "NoSchedule"] = {"key": key, "effect": "NoSchedule", "timeAdded": meta.rfc3339(now)}
    kept = []
    for taint in meta.dig(node, "spec", "taints", default=[]):
        place = (taint["key"], taint["effect"])
        if taint["key"] not in _OURS or wanted.pop(place, None) is not None:
            kept.append(taint)
    return [*kept, *wanted.values()]


def ready(node: Object) -> bool:
    return (meta.condition(node, "Ready") or {}).get("status") == "True"
