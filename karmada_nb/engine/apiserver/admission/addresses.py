"""Cluster addresses and node ports of services.

Follows pkg/registry/core/service/{ipallocator,portallocator,storage/alloc.go}. Admission and storage happen
in one turn of the loop, so nothing is reserved before a write is committed. What was given is read from the
store once and followed from then on; a service that is gone has given back what it had.
"""

from __future__ import annotations

import ipaddress
import secrets
from random import Random
from typing import Final

from karmada_nb.engine import errors, meta
from karmada_nb.engine.apiserver.admission.chain import Attributes, Plugin, Reader
from karmada_nb.engine.apiserver.strategies.services import (
    needs_cluster_ip,
    needs_health_check_port,
    needs_node_port,
    with_families,
)
from karmada_nb.engine.apiserver.validation import field
from karmada_nb.engine.apiserver.validation.network import parse_ip
from karmada_nb.engine.errors import Cause
from karmada_nb.engine.meta import Key, Object

SERVICE_RANGE: Final = "10.43.0.0/16"
PORTS: Final = range(30000, 32768)
_STATIC_ADDRESSES: Final = 256
_STATIC_PORTS: Final = 86
"""The lower ends of both ranges are left to those who choose for themselves."""


class ServiceAllocator(Plugin):
    """One API server's addresses. ``service_range`` is a CIDR block of IPv4 addresses."""

    concerns = frozenset({"services"})

    def __init__(self, service_range: str = SERVICE_RANGE) -> None:
        self._block = ipaddress.ip_network(service_range)
        self._addresses: dict[str, Key] = {}
        self._ports: dict[int, Key] = {}
        self._loaded = False

    def admit(self, attributes: Attributes, reader: Reader) -> Object | None:
        service = _written(attributes)
        if service is None:
            return None
        self._load(reader)
        spec, owner = service.get("spec") or {}, meta.key(service)
        chance = Random(attributes.once("service addresses", _seed))
        if attributes.operation == "CREATE":
            spec = with_families(spec)
        if needs_cluster_ip(spec) and not spec.get("clusterIP") and not spec.get("clusterIPs"):
            address = self._free_address(owner, reader, chance)
            spec = {**spec, "clusterIP": address, "clusterIPs": [address]}
        if needs_node_port(spec):
            spec = self._with_ports(spec, owner, reader, chance)
        if needs_health_check_port(spec) and not spec.get("healthCheckNodePort"):
            taken = {port.get("nodePort", 0) for port in spec.get("ports") or []}
            spec = {**spec, "healthCheckNodePort": self._free_port(owner, taken, reader, chance)}
        return None if spec is service.get("spec") else {**service, "spec": spec}

    def validate(self, attributes: Attributes, reader: Reader) -> None:
        service = _written(attributes)
        if service is None:
            return
        self._load(reader)
        spec, owner = service.get("spec") or {}, meta.key(service)
        causes = self._address_causes(spec, owner, reader) if needs_cluster_ip(spec) else []
        for index, port in enumerate(spec.get("ports") or [] if needs_node_port(spec) else []):
            number = port.get("nodePort", 0)
            if number:
                causes += self._port_causes(number, f"spec.ports[{index}].nodePort", owner, reader)
        if causes:
            raise errors.invalid("", "Service", meta.name(service), causes)

    def committed(self, attributes: Attributes, reader: Reader) -> None:
        if attributes.resource.storage != "services" or attributes.subresource or not self._loaded:
            return
        if attributes.old is not None:
            self._forget(attributes.old)
        if attributes.obj is not None:
            self._remember(attributes.obj)

    def _load(self, reader: Reader) -> None:
        if not self._loaded:
            self._loaded = True
            for service in reader.items("services"):
                self._remember(service)

    def _remember(self, service: Object) -> None:
        owner = meta.key(service)
        for address in _addresses(service):
            self._addresses[address] = owner
        for port in _ports(service):
            self._ports[port] = owner

    def _forget(self, service: Object) -> None:
        owner = meta.key(service)
        for address in _addresses(service):
            if self._addresses.get(address) == owner:
                del self._addresses[address]
        for port in _ports(service):
            if self._ports.get(port) == owner:
                del self._ports[port]

    def _address_causes(self, spec: Object, owner: Key, reader: Reader) -> list[Cause]:
        addresses = spec.get("clusterIPs") or []
        for text in addresses:
            address = parse_ip(text)
            if address is None or address.version != self._block.version:
                continue
            why = ""
            if address not in self._block:
                why = f"the provided IP ({text}) is not in the valid range. "
                why += f"The range of valid IPs is {self._block}"
            elif self._other(self._addresses.get(text), owner, reader):
                why = "provided IP is already allocated"
            if why:
                return [field.invalid("spec.clusterIPs", addresses, f"failed to allocate IP {text}: {why}")]
        return []

    def _port_causes(self, number: int, path: str, owner: Key, reader: Reader) -> list[Cause]:
        if number not in PORTS:
            valid = f"{PORTS.start}-{PORTS.stop - 1}"
            why = f"provided port is not in the valid range. The range of valid ports is {valid}"
            return [field.invalid(path, number, why)]
        if self._other(self._ports.get(number), owner, reader):
            return [field.invalid(path, number, "provided port is already allocated")]
        return []

    @staticmethod
    def _other(holder: Key | None, owner: Key, reader: Reader) -> bool:
        """Whether another service, and one that lives, has it."""
        return holder not in (None, owner) and reader.find("services", *holder) is not None

    def _free_address(self, owner: Key, reader: Reader, chance: Random) -> str:
        """The first free address from a random place on: the same service has another in each cluster."""
        size = self._block.num_addresses - _STATIC_ADDRESSES - 1
        start = chance.randrange(size)
        for step in range(size):
            address = str(self._block[_STATIC_ADDRESSES + (start + step) % size])
            if not self._other(self._addresses.get(address), owner, reader):
                return address
        raise errors.internal("failed to allocate a serviceIP: range is full")

    def _with_ports(self, spec: Object, owner: Key, reader: Reader, chance: Random) -> Object:
        ports = spec.get("ports") or []
        taken = {port.get("nodePort", 0) for port in ports}
        if 0 not in taken:
            return spec
        out = []
        for port in ports:
            if not port.get("nodePort"):
                number = self._free_port(owner, taken, reader, chance)
                taken.add(number)
                port = {**port, "nodePort": number}
            out.append(port)
        return {**spec, "ports": out}

    def _free_port(self, owner: Key, taken: set[int], reader: Reader, chance: Random) -> int:
        size = len(PORTS) - _STATIC_PORTS
        start = chance.randrange(size)
        for step in range(size):
            number = PORTS[_STATIC_PORTS + (start + step) % size]
            if number not in taken and not self._other(self._ports.get(number), owner, reader):
                return number
        raise errors.internal("failed to allocate a nodePort: range is full")


def _seed() -> int:
    return secrets.randbits(64)


def _written(attributes: Attributes) -> Object | None:
    writes = attributes.operation in ("CREATE", "UPDATE") and not attributes.subresource
    return attributes.obj if writes and attributes.resource.storage == "services" else None


def _addresses(service: Object) -> list[str]:
    return [ip for ip in meta.dig(service, "spec", "clusterIPs", default=[]) if ip != "None"]


def _ports(service: Object) -> list[int]:
    spec = service.get("spec") or {}
    ports = [port["nodePort"] for port in spec.get("ports") or [] if port.get("nodePort")]
    health = spec.get("healthCheckNodePort")
    return [*ports, health] if health else ports
