"""One cluster's network: who listens where, and what a connection attempt comes to.

An attempt ends as it would for the reason it would: ``NameNotFound``; ConnectionRefusedError where nobody
listens or a service has no endpoint; TimeoutError where packets get lost; ConnectionResetError later on.
"""

from __future__ import annotations

import asyncio
import itertools
import logging
from collections.abc import Awaitable, Callable
from typing import Final, Protocol

from karmada_nb.engine import meta
from karmada_nb.engine.meta import Object
from karmada_nb.engine.network import names
from karmada_nb.engine.network.records import Record, Zone, records
from karmada_nb.engine.network.services import Balancer, Target, port_of
from karmada_nb.engine.network.stream import Stream, connection
from karmada_nb.engine.runtime.clock import Clock
from karmada_nb.engine.runtime.informer import Informer

log: Final = logging.getLogger(__name__)

SYN_TIMEOUT: Final = 127.0
"""Seconds until Linux gives up on a host that never answers (``tcp_syn_retries`` 6)."""

TCP: Final = "TCP"
Handler = Callable[[Stream], Awaitable[None]]


class Route(Protocol):
    """A way out of the cluster."""

    def reaches(self, source: str, ip: str) -> bool:
        """Whether packets of the sender ``source`` for ``ip`` are sent this way."""
        ...

    async def connect(self, source: str, ip: str, port: int, protocol: str = TCP) -> Stream:
        """A connection as seen from the address ``source``; fails as ``Network.connect`` does."""
        ...


class Network:
    """``routes`` are tried for addresses of other places; ``cut`` loses every packet between hosts.

    Datagrams between two ends are a stream like any other, on ports of the protocol UDP.
    """

    def __init__(self, clock: Clock, services: Informer, slices: Informer, *, seed: int = 0) -> None:
        self._clock = clock
        self.balancer = Balancer(clock, services, slices, seed)
        self.routes: list[Route] = []
        self.cut = False
        self._hosts: dict[str, dict[tuple[str, int], Handler]] = {}
        self._nodes: dict[str, str] = {}
        self._forwards: dict[tuple[str, str, int], Target] = {}
        self._lost: set[str] = set()
        self._open: dict[str, set[Stream]] = {}
        self._serving: set[asyncio.Task[None]] = set()
        self._ports = itertools.cycle(range(32768, 61000))

    def attach(self, ip: str) -> None:
        """A host with this address is up: its closed ports refuse."""
        self._hosts.setdefault(ip, {})

    def attach_node(self, ip: str, name: str) -> None:
        """A host that has the services' node ports, too."""
        self._nodes[ip] = name
        self.attach(ip)

    def forward(self, ip: str, port: int, protocol: str, target: Target) -> Callable[[], None]:
        """Lead a port of a node, or of its ``loopback``, to a pod's (``hostPort``); returns how to stop."""
        at = (ip, protocol, port)
        self._forwards[at] = target

        def stop() -> None:
            if self._forwards.get(at) == target:
                del self._forwards[at]

        return stop

    def detach(self, ip: str) -> None:
        """The host is gone; its connections break."""
        self._hosts.pop(ip, None)
        self._lost.discard(ip)
        for stream in self._open.pop(ip, ()):
            stream.abort()

    def listening(self, ip: str) -> list[tuple[str, int]]:
        """Protocol and port of each server at an address, in order."""
        return sorted(self._hosts.get(ip, ()))

    def has(self, ip: str) -> bool:
        """Whether a host with this address is up."""
        return ip in self._hosts

    def lose(self, ip: str) -> None:
        """From now on nothing reaches this host, nor is answered."""
        self._lost.add(ip)

    def restore(self, ip: str) -> None:
        self._lost.discard(ip)

    def listen(self, ip: str, port: int, handler: Handler, protocol: str = TCP) -> Callable[[], None]:
        """Serve connections; returns the way to stop. Raises OSError where the port is taken."""
        ports, at = self._hosts.setdefault(ip, {}), (protocol, port)
        if at in ports:
            raise OSError(98, "Address already in use")
        ports[at] = handler

        def stop() -> None:
            if ports.get(at) is handler:
                del ports[at]

        return stop

    def resolve(self, host: str, namespace: str) -> list[str]:
        """The addresses of a name, as a pod of ``namespace`` sees it. Raises NameNotFound."""
        return names.resolve(host, namespace, self.balancer.service, self.balancer.slices)[1]

    def records(self, name: str, kind: str, namespace: str) -> list[Record]:
        """What the cluster's DNS answers; ``namespace`` is that of the search path, ``""`` for none."""
        zone = Zone(self.balancer.service, self.balancer.slices, self.balancer.at)
        return records(name, kind, namespace, zone)

    async def dial(
        self, host: str, port: int, *, source: str = "", namespace: str = "", protocol: str = TCP
    ) -> Stream:
        """A connection from the address ``source`` (``""``: from outside) to a name or address."""
        if self.cut and not _local(host):
            raise await self._vanish(host)
        addresses = self.resolve(host, namespace)
        failure: OSError | None = None
        for ip in addresses:
            try:
                return await self.connect(source, ip, port, protocol)
            except ConnectionRefusedError as error:
                failure = error
        assert failure is not None
        raise failure

    async def dial_service(self, service: Object, port: int | str, source: str = "") -> Stream:
        """A connection to a ready endpoint of a service's port. Raises ConnectionRefusedError for none."""
        found = port_of(service, port)
        target = self.balancer.pick(service, found, source) if found else None
        if target is None:
            raise ConnectionRefusedError("Connection refused")
        return await self.connect(source, target.ip, target.port)

    async def connect(self, source: str, ip: str, port: int, protocol: str = TCP) -> Stream:
        """A connection to an address."""
        if _local(ip):
            inside = self._forwards.get((loopback(source), protocol, port), Target(source, port))
            return self._open_to(source, inside, protocol)
        target = Target(ip, port)
        service = self.balancer.at(ip)
        if service is not None:
            found = port_of(service, port, protocol)
            if found is None:
                raise await self._vanish(ip)
            picked = self.balancer.pick(service, found, source)
            if picked is None:
                raise ConnectionRefusedError("Connection refused")
            target = picked
        elif ip in self._nodes:
            target = await self._through_node(source, target, protocol)
        if target.ip != source and (self.cut or self._lost & {source, target.ip}):
            raise await self._vanish(target.ip)
        if target.ip in self._hosts:
            return self._open_to(source, target, protocol)
        for route in self.routes:
            if route.reaches(source, target.ip):
                return await route.connect(source, target.ip, target.port, protocol)
        raise await self._vanish(target.ip)

    async def _through_node(self, source: str, target: Target, protocol: str) -> Target:
        """Where a connection to a port of a node really goes: a service's node port, a pod's host port, or
        the node itself.
        """
        found = self.balancer.at_node_port(target.port, protocol)
        if found is None:
            return self._forwards.get((target.ip, protocol, target.port), target)
        local = meta.dig(found[0], "spec", "externalTrafficPolicy") == "Local"
        picked = self.balancer.pick(*found, source, self._nodes[target.ip] if local else "")
        if picked is not None:
            return picked
        if local and self.balancer.pick(*found, source) is not None:
            raise await self._vanish(target.ip)
        raise ConnectionRefusedError("Connection refused")

    async def _vanish(self, host: str) -> TimeoutError:
        """Wait as long as a sender does that never gets an answer; what it then has to say."""
        await self._clock.sleep(SYN_TIMEOUT)
        return TimeoutError(f"Connection to {host} timed out")

    def _open_to(self, source: str, target: Target, protocol: str) -> Stream:
        handler = self._hosts.get(target.ip, {}).get((protocol, target.port))
        if handler is None:
            raise ConnectionRefusedError("Connection refused")
        near, far = connection((source or "10.42.0.1", next(self._ports)), target)
        for ip in {source, target.ip}:
            self._open.setdefault(ip, set()).add(near)
        task = asyncio.get_running_loop().create_task(_serve(handler, far))
        self._serving.add(task)

        def ended(done: asyncio.Task[None]) -> None:
            self._serving.discard(done)
            for ip in {source, target.ip}:
                self._open.get(ip, set()).discard(near)

        task.add_done_callback(ended)
        return near


async def _serve(handler: Handler, stream: Stream) -> None:
    try:
        await handler(stream)
    except ConnectionError:
        stream.abort()
    except Exception:
        log.exception("a program failed to serve %s:%s", *stream.local)
        stream.abort()
    finally:
        stream.close()


def loopback(ip: str) -> str:
    """What the host ``ip`` is called by those on it."""
    return f"127.0.0.1 of {ip}"


def _local(host: str) -> bool:
    return host == "localhost" or host.startswith("127.") or host == "::1"
