"""The nodes of one cluster, wired: network, kubelets, scheduler, heartbeats, and what can go wrong."""

from __future__ import annotations

import asyncio
import logging
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final, Protocol

from karmada_nb.engine import meta
from karmada_nb.engine.errors import StatusError
from karmada_nb.engine.meta import Object
from karmada_nb.engine.network.addresses import Addresses
from karmada_nb.engine.network.network import Network
from karmada_nb.engine.network.routes import NodeRoutes, Wire
from karmada_nb.engine.nodes.faults import Faults
from karmada_nb.engine.nodes.kubelet.kubelet import Kubelet, Pokes
from karmada_nb.engine.nodes.kubelet.node import Node, Objects
from karmada_nb.engine.nodes.kubelet.server import PodServer
from karmada_nb.engine.nodes.registration import HEARTBEAT_SECONDS, Heart, NodeSpec
from karmada_nb.engine.nodes.runtime import PodRuntime
from karmada_nb.engine.nodes.scheduler.scheduler import PodScheduler
from karmada_nb.engine.runtime.client import Client
from karmada_nb.engine.runtime.clock import Clock
from karmada_nb.engine.runtime.controller import Controller
from karmada_nb.engine.runtime.events import Recorder
from karmada_nb.engine.runtime.informer import Informers

log: Final = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a cluster's nodes are: ``pods`` are the first two octets of its pods' addresses, ``first`` the
    number of its first node on ``wire``."""

    pods: str = "10.42"
    first: int = 3
    wire: Wire = field(default_factory=Wire)

    def host(self, index: int) -> str:
        """The address of a node in 172.18.0.0/16."""
        high, low = divmod(self.first + index, 250)
        return f"172.18.{high}.{low}"


class Versioned(Protocol):
    @property
    def version(self) -> str: ...


class Cluster(Protocol):
    """What nodes need of the cluster they belong to. ``settings.version`` is the ``gitVersion``."""

    @property
    def name(self) -> str: ...

    @property
    def settings(self) -> Versioned: ...

    @property
    def clock(self) -> Clock: ...

    @property
    def informers(self) -> Informers: ...

    def client_as(self, component: str, manager: str) -> Client: ...

    def pod_token(self, pod: Object, audience: str, seconds: int) -> str: ...

    def add(self, *controllers: Controller) -> None: ...


class Nodes:
    """``names``: the first is the server. ``faults`` are the switches, ``runtime`` serves exec and logs."""

    def __init__(self, cluster: Cluster, names: Sequence[str], place: Place | None = None) -> None:
        self._cluster = cluster
        self._place = place or Place()
        clock, informers = cluster.clock, cluster.informers
        self.faults = Faults()
        services, slices = (
            informers("", "v1", "services"),
            informers("discovery.k8s.io", "v1", "endpointslices"),
        )
        self.network = Network(clock, services, slices, seed=zlib.crc32(cluster.name.encode()))
        self._routes = NodeRoutes(self._place.wire, self.network)
        self.network.routes.append(self._routes)
        self._pods = informers("", "v1", "pods")
        self._nodes = informers("", "v1", "nodes")
        self._objects = Objects(informers, cluster.pod_token)
        self._pokes = Pokes()
        self._client = cluster.client_as("kubelet", "kubelet")
        self.specs = [self._spec(index, name) for index, name in enumerate(names)]
        self.nodes = {spec.name: self._node(spec) for spec in self.specs}
        self._kubelet = Kubelet(self._pods, self.nodes, self._pokes, self._nodes)
        self.runtime: PodRuntime = PodServer(self._pods, self._kubelet.workers, self.network)
        self._tasks: list[asyncio.Task[None]] = []
        self._lost: set[str] = set()
        self.faults.on_change(self._faults_changed)

    def start(self) -> None:
        """Register the nodes, run kubelets and the scheduler, and keep the nodes alive."""
        client = self._cluster.client_as("kube-scheduler", "kube-scheduler")
        recorder = Recorder(client, self._cluster.clock, "default-scheduler")
        scheduler = PodScheduler(client, self._cluster.informers, self._cluster.clock, recorder)
        loop = asyncio.get_running_loop()
        for spec in self.specs:
            self.network.attach_node(spec.ip, spec.name)
            heart = Heart(spec, self._client, self._nodes, self._cluster.clock)
            self._tasks.append(loop.create_task(self._live(heart), name=f"node {spec.name}"))
        self._cluster.add(scheduler, self._kubelet)

    async def stop(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks.clear()
        await self._kubelet.stop()

    async def _live(self, heart: Heart) -> None:
        node = self.nodes[heart.spec.name]
        while True:
            if not node.dead:
                try:
                    await heart.beat(node.images)
                except StatusError as error:
                    log.info("node %s: %s", node.name, error.message)
            await self._cluster.clock.sleep(HEARTBEAT_SECONDS)

    def _spec(self, index: int, name: str) -> NodeSpec:
        return NodeSpec(
            name=name,
            ip=self._place.host(index),
            cidr=f"{self._place.pods}.{index}.0/24",
            version=self._cluster.settings.version,
            control_plane=index == 0,
        )

    def _node(self, spec: NodeSpec) -> Node:
        return Node(
            name=spec.name,
            ip=spec.ip,
            addresses=Addresses(spec.cidr.removesuffix(".0/24")),
            client=self._client,
            recorder=Recorder(self._client, self._cluster.clock, "kubelet", spec.name),
            clock=self._cluster.clock,
            network=self.network,
            table=self._routes.node(spec.ip, spec.cidr),
            faults=self.faults,
            objects=self._objects,
            poke=self._pokes,
            minor=int(spec.version.split(".")[1]),
            allocatable=spec.resources,
        )

    def _faults_changed(self) -> None:
        """Carry the switches over to the network, and have every pod looked at again."""
        self.network.cut = self.faults.network_cut
        lost = set(self._addresses(n for n in self.nodes.values() if n.dead))
        for ip in lost - self._lost:
            self.network.lose(ip)
        for ip in self._lost - lost:
            self.network.restore(ip)
        self._lost = lost
        for worker in tuple(self._kubelet.workers.values()):
            self._pokes(meta.key(worker.pod))

    def _addresses(self, nodes: Iterable[Node]) -> list[str]:
        names = {node.name: node.ip for node in nodes}
        hosts = [w.host.ip for w in self._kubelet.workers.values() if w.node.name in names and w.host]
        return [*names.values(), *hosts]
