"""Nodes and what is on them, kept up to date change by change."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from karmada_nb.engine import meta
from karmada_nb.engine.meta import Key, Object
from karmada_nb.engine.nodes.scheduler import resources
from karmada_nb.engine.nodes.scheduler.resources import Amounts


@dataclass(slots=True)
class NodeInfo:
    """``node`` is None for a name that pods are bound to and that nobody registered."""

    node: Object | None = None
    pods: dict[Key, Object] = field(default_factory=dict)
    requested: Amounts = field(default_factory=dict)
    cpu: int = 0
    memory: int = 0
    siblings: Counter[str] = field(default_factory=Counter)
    """How many pods of each controller there are, by its uid."""
    choosy: set[Key] = field(default_factory=set)
    """Pods with affinities of their own, which may object to newcomers."""

    @property
    def name(self) -> str:
        return meta.name(self.node or {})

    @property
    def labels(self) -> dict[str, str]:
        return meta.labels(self.node or {})

    def allocatable(self) -> Amounts:
        return resources.amounts(meta.dig(self.node, "status", "allocatable"))

    def add(self, pod: Object) -> None:
        self.pods[meta.key(pod)] = pod
        self._count(pod, 1)

    def remove(self, key: Key) -> None:
        pod = self.pods.pop(key, None)
        if pod is not None:
            self._count(pod, -1)

    def without(self, keys: set[Key]) -> NodeInfo:
        """The node as it would be without some of its pods."""
        out = NodeInfo(self.node)
        for key, pod in self.pods.items():
            if key not in keys:
                out.add(pod)
        return out

    def _count(self, pod: Object, sign: int) -> None:
        for name, amount in resources.requests(pod).items():
            self.requested[name] = self.requested.get(name, 0) + sign * amount
        owner = meta.controller_of(pod)
        if owner is not None:
            self.siblings[owner["uid"]] += sign
            if not self.siblings[owner["uid"]]:
                del self.siblings[owner["uid"]]
        if sign < 0:
            self.choosy.discard(meta.key(pod))
        elif "affinity" in pod["spec"]:
            self.choosy.add(meta.key(pod))
        cpu, memory = resources.weight(pod)
        self.cpu += sign * cpu
        self.memory += sign * memory


class Cache:
    """``infos`` by node name."""

    def __init__(self) -> None:
        self.infos: dict[str, NodeInfo] = {}
        self._places: dict[Key, tuple[str, str]] = {}

    def nodes(self) -> list[NodeInfo]:
        """Registered nodes, by name."""
        return [info for _, info in sorted(self.infos.items()) if info.node is not None]

    def set_node(self, name: str, node: Object | None) -> None:
        info = self.infos.setdefault(name, NodeInfo())
        info.node = node
        if node is None and not info.pods:
            del self.infos[name]

    def place(self, pod: Object, node: str) -> None:
        """The pod is (or is about to be) on ``node``."""
        key = meta.key(pod)
        place = (node, meta.uid(pod))
        if self._places.get(key) == place:
            self.infos[node].pods[key] = pod
            return
        self.drop(key)
        self._places[key] = place
        self.infos.setdefault(node, NodeInfo()).add(pod)

    def drop(self, key: Key) -> bool:
        """The pod takes no room any more; whether it took any."""
        place = self._places.pop(key, None)
        if place is None:
            return False
        self.infos[place[0]].remove(key)
        return True
