"""Service addresses: from a ClusterIP and port to one ready endpoint.

Follows pkg/proxy/iptables/proxier.go and pkg/proxy/topology.go: ready endpoints first, else those that
still serve while they end; a service without any is rejected; ClientIP affinity lasts a while after use.
"""

import random
from collections.abc import Iterable
from typing import Final, NamedTuple

from karmada_nb.engine import meta
from karmada_nb.engine.meta import Key, Object
from karmada_nb.engine.runtime.clock import Clock
from karmada_nb.engine.runtime.informer import Informer

SERVICE_LABEL: Final = "kubernetes.io/service-name"
AFFINITY_SECONDS: Final = 10800
_ELSEWHERE: Final = frozenset(("service.kubernetes.io/service-proxy-name", "service.kubernetes.io/headless"))
_BY_ADDRESS: Final = "network/clusterIP"
_BY_NODE_PORT: Final = "network/nodePort"
_BY_SERVICE: Final = "network/service"


class Target(NamedTuple):
    """Where a connection really goes."""

    ip: str
    port: int


def by_address(service: Object) -> Iterable[str]:
    """The virtual addresses of a service; none for one that kube-proxy leaves to others."""
    if not _ELSEWHERE.isdisjoint(meta.labels(service)):
        return []
    spec = service.get("spec") or {}
    found = [*(spec.get("clusterIPs") or [spec.get("clusterIP", "")]), *(spec.get("externalIPs") or ())]
    ingress = meta.dig(service, "status", "loadBalancer", "ingress", default=[])
    return [a for a in [*found, *(i.get("ip", "") for i in ingress)] if a and a != "None"]


def by_node_port(service: Object) -> Iterable[str]:
    """The ports that a service has on every node, with their protocols."""
    if not _ELSEWHERE.isdisjoint(meta.labels(service)):
        return
    for port in meta.dig(service, "spec", "ports", default=[]):
        if port.get("nodePort"):
            yield f"{port.get('protocol', 'TCP')}/{port['nodePort']}"


def by_service(item: Object) -> Iterable[str]:
    """The service that an EndpointSlice belongs to."""
    name = meta.labels(item).get(SERVICE_LABEL)
    return [f"{meta.namespace(item)}/{name}"] if name else []


def usable(slices: Iterable[Object], port_name: str, node: str = "") -> list[Target]:
    """The endpoints that take new connections for the service port of this name, in a stable order; with
    ``node``, those on it.
    """
    ready: set[Target] = set()
    ending: set[Target] = set()
    for item in slices:
        ports = [p["port"] for p in item.get("ports") or () if (p.get("name") or "") == port_name]
        for endpoint in item.get("endpoints") or ():
            if node and endpoint.get("nodeName") != node:
                continue
            conditions = endpoint.get("conditions") or {}
            found = {Target(a, port) for a in endpoint.get("addresses") or () for port in ports if port}
            if conditions.get("ready") is not False:
                ready |= found
            elif conditions.get("serving") and conditions.get("terminating"):
                ending |= found
    return sorted(ready or ending)


def port_of(service: Object, port: int | str, protocol: str = "TCP") -> Object | None:
    """The service port of this number or name."""
    for item in meta.dig(service, "spec", "ports", default=[]):
        if item.get("protocol", "TCP") == protocol and port in (item.get("port"), item.get("name")):
            return dict(item)
    return None


class Balancer:
    """Picks endpoints at random, as kube-proxy does; the same seed gives the same choices."""

    def __init__(self, clock: Clock, services: Informer, slices: Informer, seed: int) -> None:
        self._clock = clock
        self._services = services
        self._slices = slices
        self._random = random.Random(seed)
        self._affinity: dict[tuple[str, str, str], tuple[Target, float]] = {}
        services.add_index(_BY_ADDRESS, by_address)
        services.add_index(_BY_NODE_PORT, by_node_port)
        slices.add_index(_BY_SERVICE, by_service)

    def service(self, namespace: str, name: str) -> Object | None:
        return self._services.get(Key(namespace, name))

    def at(self, address: str) -> Object | None:
        """The service with this virtual address."""
        return next(iter(self._services.by_index(_BY_ADDRESS, address)), None)

    def at_node_port(self, port: int, protocol: str) -> tuple[Object, Object] | None:
        """The service, and its port, that nodes have on this port."""
        for service in self._services.by_index(_BY_NODE_PORT, f"{protocol}/{port}"):
            for item in service["spec"]["ports"]:
                if item.get("nodePort") == port and item.get("protocol", "TCP") == protocol:
                    return service, item
        return None

    def slices(self, namespace: str, name: str) -> list[Object]:
        return self._slices.by_index(_BY_SERVICE, f"{namespace}/{name}")

    def pick(self, service: Object, port: Object, client: str, node: str = "") -> Target | None:
        """An endpoint for a connection from the address ``client``, with ``node`` one that is on it; None
        where there is none.
        """
        port_name = port.get("name") or ""
        choices = usable(self.slices(meta.namespace(service), meta.name(service)), port_name, node)
        if not choices:
            return None
        if meta.dig(service, "spec", "sessionAffinity") != "ClientIP":
            return self._random.choice(choices)
        path = ("spec", "sessionAffinityConfig", "clientIP", "timeoutSeconds")
        lifetime = meta.dig(service, *path, default=AFFINITY_SECONDS)
        now = self._clock.monotonic()
        self._affinity = {k: v for k, v in self._affinity.items() if v[1] > now}
        place = (meta.uid(service), port_name, client)
        known = self._affinity.get(place)
        target = known[0] if known and known[0] in choices else self._random.choice(choices)
        self._affinity[place] = (target, now + lifetime)
        return target
