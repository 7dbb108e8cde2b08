"""Routes from the nodes of one cluster to the pods of another.

The nodes of all clusters are on one wire, as containers on one Docker network are. Each node has a table that
says which node is the next hop for which pods; none knows any but its own until somebody adds a route. As k3s
does, a node hides its pods behind its own address when they talk to another cluster, so answers find back.
"""

from __future__ import annotations

from ipaddress import IPv4Network, ip_address
from typing import TYPE_CHECKING

from karmada_nb.engine.network.stream import Stream

if TYPE_CHECKING:
    from karmada_nb.engine.network.network import Network


class NodeTable:
    """The routes of one node: pods' ranges, and the address of the next hop."""

    def __init__(self, ip: str, pods: str) -> None:
        self.ip = ip
        self.pods = IPv4Network(pods)
        self._routes: dict[IPv4Network, str] = {}

    def add(self, pods: str, via: str, *, replace: bool = False) -> None:
        """Raises FileExistsError for a range that has a route, ValueError for what is no range."""
        wanted = IPv4Network(pods)
        if wanted in self._routes and not replace:
            raise FileExistsError("File exists")
        self._routes[wanted] = via

    def remove(self, pods: str) -> None:
        """Raises ProcessLookupError where there is no such route, ValueError for what is no range."""
        if self._routes.pop(IPv4Network(pods), None) is None:
            raise ProcessLookupError("No such process")

    def routes(self) -> list[tuple[str, str]]:
        """Range and next hop."""
        return [(str(pods), via) for pods, via in sorted(self._routes.items())]

    def next_hop(self, ip: str) -> str | None:
        """By the narrowest range that the address is in."""
        fits = [pods for pods in self._routes if ip_address(ip) in pods]
        return self._routes[max(fits, key=lambda pods: pods.prefixlen)] if fits else None


class Wire:
    """Which node of which cluster has an address."""

    def __init__(self) -> None:
        self._nodes: dict[str, tuple[NodeTable, Network]] = {}

    def plug(self, node: NodeTable, network: Network) -> None:
        self._nodes[node.ip] = node, network

    def behind(self, ip: str) -> tuple[NodeTable, Network] | None:
        return self._nodes.get(ip)


class NodeRoutes:
    """The ``Route`` out of a cluster that its nodes' tables make."""

    def __init__(self, wire: Wire, network: Network) -> None:
        self._wire = wire
        self._network = network
        self._tables: list[NodeTable] = []

    def node(self, ip: str, pods: str) -> NodeTable:
        """One more node of the cluster."""
        table = NodeTable(ip, pods)
        self._tables.append(table)
        self._wire.plug(table, self._network)
        return table

    def reaches(self, source: str, ip: str) -> bool:
        return self._way(source, ip) is not None

    async def connect(self, source: str, ip: str, port: int, protocol: str = "TCP") -> Stream:
        way = self._way(source, ip)
        assert way is not None
        node, network = way
        return await network.connect(node.ip, ip, port, protocol)

    def _way(self, source: str, ip: str) -> tuple[NodeTable, Network] | None:
        """The sender's node and the network where the packet arrives; None where it gets lost."""
        node = next((t for t in self._tables if source == t.ip or _within(source, t.pods)), None)
        hop = node.next_hop(ip) if node is not None else None
        arrival = self._wire.behind(hop) if hop is not None else None
        if node is None or arrival is None or not _within(ip, arrival[0].pods):
            return None
        return node, arrival[1]


def _within(ip: str, pods: IPv4Network) -> bool:
    return bool(ip) and ip_address(ip) in pods
