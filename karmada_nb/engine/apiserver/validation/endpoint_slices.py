"""EndpointSlices. Follows pkg/apis/discovery/validation/validation.go."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from karmada_nb.engine.apiserver.validation import field
from karmada_nb.engine.apiserver.validation.containers import PROTOCOLS
from karmada_nb.engine.apiserver.validation.metadata import validate_labels
from karmada_nb.engine.apiserver.validation.names import (
    dns_label,
    dns_subdomain,
    label_value,
    qualified_name,
)
from karmada_nb.engine.apiserver.validation.network import (
    parse_ip,
    validate_canonical_ip,
    validate_endpoint_ip,
    validate_ip,
)
from karmada_nb.engine.errors import Cause
from karmada_nb.engine.meta import Object

_ADDRESS_TYPES: Final = ("FQDN", "IPv4", "IPv6")
_MOST_ADDRESSES: Final = 100
_MOST_PORTS: Final = 20000
_MOST_ENDPOINTS: Final = 1000
_MOST_LABELS: Final = 16
_MOST_HINTS: Final = 8


def validate_slice(obj: Object) -> list[Cause]:
    """All but the endpoints."""
    causes = field.one_of("addressType", obj.get("addressType"), _ADDRESS_TYPES)
    ports = obj.get("ports") or ()
    if len(ports) > _MOST_PORTS:
        return [*causes, field.too_many("ports", len(ports), _MOST_PORTS)]
    names: set[str] = set()
    for index, port in enumerate(ports):
        path, name, protocol = f"ports[{index}]", port.get("name") or "", port.get("appProtocol")
        causes += field.each(f"{path}.name", name, dns_label(name)) if name else []
        if name in names:
            causes.append(field.duplicate(f"{path}.name", name))
        names.add(name)
        if port.get("protocol") not in PROTOCOLS:
            causes.append(field.not_supported(f"{path}.protocol", port.get("protocol"), sorted(PROTOCOLS)))
        if protocol is not None:
            causes += field.each(f"{path}.appProtocol", protocol, qualified_name(protocol))
    return causes


def validate_endpoints(obj: Object) -> list[Cause]:
    endpoints, kind = obj.get("endpoints") or (), obj.get("addressType", "")
    if len(endpoints) > _MOST_ENDPOINTS:
        return [field.too_many("endpoints", len(endpoints), _MOST_ENDPOINTS)]
    causes: list[Cause] = []
    for index, endpoint in enumerate(endpoints):
        causes += _endpoint(endpoint, kind, f"endpoints[{index}]")
    return causes


def _endpoint(endpoint: Object, kind: str, path: str) -> list[Cause]:
    addresses, at = endpoint.get("addresses") or [], f"{path}.addresses"
    causes: list[Cause] = []
    if not addresses:
        causes.append(field.required(at, "must contain at least 1 address"))
    elif len(addresses) > _MOST_ADDRESSES:
        causes.append(field.too_many(at, len(addresses), _MOST_ADDRESSES))
    for index, address in enumerate(addresses):
        causes += _address(address, kind, at, index)
    node, host, labels = (endpoint.get(name) for name in ("nodeName", "hostname", "deprecatedTopology"))
    if node is not None:
        causes += field.each(f"{path}.nodeName", node, dns_subdomain(node))
    if labels and len(labels) > _MOST_LABELS:
        causes.append(field.too_many(f"{path}.deprecatedTopology", len(labels), _MOST_LABELS))
    causes += validate_labels(labels, f"{path}.deprecatedTopology")
    if host is not None:
        causes += field.each(f"{path}.hostname", host, dns_label(host))
    hints = endpoint.get("hints") or {}
    return (
        causes
        + _hints(hints.get("forZones") or [], f"{path}.hints.forZones", label_value)
        + _hints(hints.get("forNodes") or [], f"{path}.hints.forNodes", dns_subdomain)
    )


def _address(address: str, kind: str, path: str, index: int) -> list[Cause]:
    at = f"{path}[{index}]"
    if kind == "FQDN":
        return _domain(address, at)
    if kind not in ("IPv4", "IPv6"):
        return []
    causes = validate_ip(address, at) if kind == "IPv4" else validate_canonical_ip(address, at)
    if causes:
        return causes
    parsed = parse_ip(address)
    if parsed is not None and f"IPv{parsed.version}" != kind:
        causes.append(field.invalid(path, address, f"must be an {kind} address"))
    return causes + validate_endpoint_ip(address, at)


def _domain(name: str, path: str) -> list[Cause]:
    """``IsFullyQualifiedDomainName``."""
    if not name:
        return [field.required(path)]
    name = name.removesuffix(".")
    complaints = dns_subdomain(name)
    if complaints:
        return [field.invalid(path, name, ",".join(complaints))]
    if "." not in name:
        why = "should be a domain with at least two segments separated by dots"
        return [field.invalid(path, name, why)]
    for label in name.split("."):
        complaints = dns_label(label)
        if complaints:
            return [field.invalid(path, label, ",".join(complaints))]
    return []


def _hints(hints: list[Object], path: str, check: Callable[[str], list[str]]) -> list[Cause]:
    if len(hints) > _MOST_HINTS:
        return [field.too_many(path, len(hints), _MOST_HINTS)]
    causes: list[Cause] = []
    seen: set[str] = set()
    for index, hint in enumerate(hints):
        at, name = f"{path}[{index}].name", hint.get("name", "")
        if name in seen:
            causes.append(field.duplicate(at, name))
        seen.add(name)
        causes += field.each(at, name, check(name))
    return causes
