"""The network as one pod sees it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from karmada_nb.engine.network.network import TCP, Handler, Network
from karmada_nb.engine.network.records import Record
from karmada_nb.engine.network.routes import NodeTable
from karmada_nb.engine.network.stream import Stream

NAMESERVER: Final = "10.43.0.10"


class PodHost:
    """``aliases`` are the pod's own host names and its ``hostAliases``: name to address. ``table`` is the
    node's, for a pod in the node's network that may change it."""

    def __init__(
        self,
        network: Network,
        ip: str,
        namespace: str,
        aliases: Mapping[str, str],
        table: NodeTable | None = None,
    ) -> None:
        self._network = network
        self.ip = ip
        self._namespace = namespace
        self._aliases = aliases
        self.table = table

    def as_administrator(self, table: NodeTable) -> PodHost:
        """The same for a container that may change the node's routes."""
        return PodHost(self._network, self.ip, self._namespace, self._aliases, table)

    def resolve(self, host: str) -> list[str]:
        """Raises NameNotFound."""
        if host in self._aliases:
            return [self._aliases[host]]
        return self._network.resolve(host, self._namespace)

    def records(self, name: str, kind: str, *, search: bool) -> list[Record]:
        """What the cluster's DNS answers, by the pod's search path or to the name as it is."""
        return self._network.records(name, kind, self._namespace if search else "")

    async def dial(self, host: str, port: int, protocol: str = TCP) -> Stream:
        """Fails as ``Network.dial`` does."""
        target = self._aliases.get(host, host)
        return await self._network.dial(
            target, port, source=self.ip, namespace=self._namespace, protocol=protocol
        )

    def listen(self, port: int, handler: Handler, protocol: str = TCP) -> Callable[[], None]:
        """Raises OSError where the port is taken."""
        return self._network.listen(self.ip, port, handler, protocol)

    def listening(self) -> list[tuple[str, int]]:
        """Protocol and port of each server of the pod."""
        return self._network.listening(self.ip)

    def nameserver(self) -> str:
        return NAMESERVER
