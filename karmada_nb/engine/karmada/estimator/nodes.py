"""What is free on the nodes of a cluster, and which of them a workload asks for.

Follows pkg/estimator/server/nodes/filter.go, ``calculateResource`` and ``SetNode`` of
pkg/util/lifted/scheduler/framework/types.go, and pkg/util/resource.go.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final, NamedTuple

from karmada_nb.engine import meta
from karmada_nb.engine.karmada.scheduler.resource_models import PODS, Amounts, amounts
from karmada_nb.engine.meta import Object
from karmada_nb.engine.placement import matches_node, tolerates, untolerated

_DONE: Final = ("Succeeded", "Failed")
_UNSCHEDULABLE: Final = {"key": "node.kubernetes.io/unschedulable", "effect": "NoSchedule"}


class Share(NamedTuple):
    """What one pod takes, and of which node; ``""``: of none yet."""

    node: str
    amounts: Mapping[str, int]


class Room(NamedTuple):
    """A node, and what is free on it: ``free`` is the caller's own, to place things on."""

    node: Object
    free: Amounts


def share_of(pod: Object) -> Share | None:
    """What a pod that is bound to a node takes of it; None for one that is not, or has come to its end."""
    spec = pod.get("spec") or {}
    node = spec.get("nodeName") or ""
    if not node or meta.dig(pod, "status", "phase") in _DONE:
        return None
    total: Amounts = {}
    for container in spec.get("containers") or ():
        for name, amount in _requests(container).items():
            total[name] = total.get(name, 0) + amount
    for container in spec.get("initContainers") or ():
        for name, amount in _requests(container).items():
            total[name] = max(total.get(name, 0), amount)
    for name, amount in amounts(spec.get("overhead") or {}).items():
        total[name] = total.get(name, 0) + amount
    return Share(node, {**total, PODS: 1})


def rooms(nodes: Iterable[Object], taken: Mapping[str, Mapping[str, int]]) -> list[Room]:
    """What is left of each node's allocatable resources; ``taken`` is the sum of its pods by its name."""
    found = []
    for node in nodes:
        free = amounts(meta.dig(node, "status", "allocatable", default={}))
        used = taken.get(meta.name(node), {})
        found.append(Room(node, {name: max(total - used.get(name, 0), 0) for name, total in free.items()}))
    return found


def accepts(node: Object, claim: Mapping[str, Any] | None) -> bool:
    """Whether a node is one that a ``nodeClaim`` asks for and tolerates; None asks for nothing special.

    An affinity without terms asks for nothing either: it is lost on upstream's way to the estimator.
    """
    claim = claim or {}
    affinity = claim.get("hardNodeAffinity") or {}
    required = affinity if affinity.get("nodeSelectorTerms") else None
    spec: Object = {
        "nodeSelector": claim.get("nodeSelector"),
        "tolerations": claim.get("tolerations"),
        "affinity": {"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": required or {}}},
    }
    if not matches_node(spec, meta.labels(node), meta.name(node)):
        return False
    if meta.dig(node, "spec", "unschedulable") and not tolerates(spec["tolerations"] or (), _UNSCHEDULABLE):
        return False
    return untolerated(spec, node, "NoSchedule", "NoExecute") is None


def _requests(container: Object) -> Amounts:
    return amounts(meta.dig(container, "resources", "requests", default={}))
