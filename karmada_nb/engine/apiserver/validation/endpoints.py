"""Subsets of Endpoints. Follows validateEndpointSubsets in pkg/apis/core/validation/validation.go."""

from __future__ import annotations

from collections.abc import Sequence

from karmada_nb.engine.apiserver.validation import field
from karmada_nb.engine.apiserver.validation.containers import PROTOCOLS
from karmada_nb.engine.apiserver.validation.names import (
    dns_label,
    dns_subdomain,
    port_number,
    qualified_name,
)
from karmada_nb.engine.apiserver.validation.network import validate_endpoint_ip, validate_ip
from karmada_nb.engine.errors import Cause
from karmada_nb.engine.meta import Object


def validate_subsets(subsets: Sequence[Object]) -> list[Cause]:
    causes: list[Cause] = []
    for index, subset in enumerate(subsets):
        path = f"subsets[{index}]"
        if not subset.get("addresses") and not subset.get("notReadyAddresses"):
            causes.append(field.required(path, "must specify `addresses` or `notReadyAddresses`"))
        for kind in ("addresses", "notReadyAddresses"):
            for place, address in enumerate(subset.get(kind) or ()):
                causes += _address(address, f"{path}.{kind}[{place}]")
        ports = subset.get("ports") or ()
        for place, port in enumerate(ports):
            causes += _port(port, len(ports) > 1, f"{path}.ports[{place}]")
    return causes


def _address(address: Object, path: str) -> list[Cause]:
    ip, host, node = address.get("ip", ""), address.get("hostname", ""), address.get("nodeName")
    causes = validate_ip(ip, f"{path}.ip")
    if host:
        causes += field.each(f"{path}.hostname", host, dns_label(host))
    if node is not None:
        causes += field.each(f"{path}.nodeName", node, dns_subdomain(node))
    return causes + validate_endpoint_ip(ip, f"{path}.ip")


def _port(port: Object, named: bool, path: str) -> list[Cause]:
    name, number, protocol = port.get("name", ""), port.get("port", 0), port.get("appProtocol")
    causes = [field.required(f"{path}.name")] if named and not name else []
    if name:
        causes += field.each(f"{path}.name", name, dns_label(name))
    causes += field.each(f"{path}.port", number, port_number(number))
    causes += field.one_of(f"{path}.protocol", port.get("protocol"), PROTOCOLS)
    if protocol is not None:
        causes += field.each(f"{path}.appProtocol", protocol, qualified_name(protocol))
    return causes
