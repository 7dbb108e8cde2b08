"""Tables of services and what stands before and behind them.

Follows pkg/printers/internalversion/printers.go.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from karmada_nb.engine import meta
from karmada_nb.engine.apiserver.resource import Column, Table
from karmada_nb.engine.apiserver.tables.cells import (
    AGE_COLUMN,
    NAME_COLUMN,
    NONE,
    age,
    joined,
    load_balancer,
    pairs,
    selector_text,
    wide,
)
from karmada_nb.engine.errors import qualified
from karmada_nb.engine.meta import Object

_MOST: Final = 3
"""Entries of a list that are shown."""
_UNSET: Final = "<unset>"


def _service(obj: Object, now: datetime) -> list[Any]:
    spec = obj.get("spec") or {}
    return [
        meta.name(obj),
        spec.get("type", ""),
        spec.get("clusterIP") or NONE,
        _external(spec, obj.get("status")),
        joined(_port(port) for port in spec.get("ports") or []),
        age(obj, now),
        pairs(spec.get("selector")),
    ]


def _port(port: Object) -> str:
    inside = f"{port.get('nodePort')}" if port.get("nodePort") else ""
    number = f"{port.get('port', 0)}:{inside}" if inside else f"{port.get('port', 0)}"
    return f"{number}/{port.get('protocol', '')}"


def _external(spec: Object, status: Object | None) -> str:
    named = spec.get("externalIPs") or []
    match spec.get("type"):
        case "ClusterIP" | "NodePort":
            return joined(named)
        case "LoadBalancer":
            given = load_balancer(status)
            return joined([*([given] if given else []), *named], "<pending>")
        case "ExternalName":
            return str(spec.get("externalName", ""))
    return "<unknown>"


def _ingress(obj: Object, now: datetime) -> list[Any]:
    spec = obj.get("spec") or {}
    name = spec.get("ingressClassName") or meta.annotations(obj).get("kubernetes.io/ingress.class")
    ports = "80, 443" if spec.get("tls") else "80"
    hosts = _hosts(spec.get("rules") or [])
    return [meta.name(obj), name or NONE, hosts, load_balancer(obj.get("status")), ports, age(obj, now)]


def _hosts(rules: list[Object]) -> str:
    named = [rule["host"] for rule in rules if rule.get("host")]
    if not named:
        return "*"
    shown = ",".join(named[:_MOST])
    return f"{shown} + {len(rules) - _MOST} more..." if len(named) > _MOST else shown


def _class(obj: Object, now: datetime) -> list[Any]:
    spec = obj.get("spec") or {}
    to = spec.get("parameters")
    shown = NONE
    if to is not None:
        kind = f"{to.get('kind', '')}.{to['apiGroup']}" if to.get("apiGroup") else to.get("kind", "")
        shown = f"{kind}/{to.get('name', '')}"
    return [meta.name(obj), spec.get("controller", ""), shown, age(obj, now)]


def _policy(obj: Object, now: datetime) -> list[Any]:
    return [meta.name(obj), selector_text(meta.dig(obj, "spec", "podSelector")), age(obj, now)]


def _endpoints(obj: Object, now: datetime) -> list[Any]:
    places: list[str] = []
    for subset in obj.get("subsets") or []:
        addresses = [address.get("ip", "") for address in subset.get("addresses") or []]
        ports = subset.get("ports") or []
        if not ports:
            places += addresses
        for port in ports:
            places += [f"[{ip}]:{port['port']}" if ":" in ip else f"{ip}:{port['port']}" for ip in addresses]
    return [meta.name(obj), _some(places) if obj.get("subsets") else NONE, age(obj, now)]


def _some(entries: list[str], absent: str = "") -> str:
    if not entries:
        return absent
    shown = ",".join(entries[:_MOST])
    return f"{shown} + {len(entries) - _MOST} more..." if len(entries) > _MOST else shown


def _slice(obj: Object, now: datetime) -> list[Any]:
    ports = ["*" if port.get("port") is None else str(port["port"]) for port in obj.get("ports") or []]
    addresses = [ip for endpoint in obj.get("endpoints") or [] for ip in endpoint.get("addresses") or []]
    return [
        meta.name(obj),
        obj.get("addressType", ""),
        _some(ports, _UNSET),
        _some(addresses, _UNSET),
        age(obj, now),
    ]


def _service_cidr(obj: Object, now: datetime) -> list[Any]:
    return [meta.name(obj), ",".join(meta.dig(obj, "spec", "cidrs", default=[])), age(obj, now)]


def _ip_address(obj: Object, now: datetime) -> list[Any]:
    parent = meta.dig(obj, "spec", "parentRef")
    shown = NONE
    if parent:
        kind = qualified(parent.get("group", ""), parent.get("resource", "")).lower()
        shown = "/".join(part for part in (kind, parent.get("namespace"), parent.get("name", "")) if part)
    # The last cell has no column: upstream's printer writes it, and so do we.
    return [meta.name(obj), shown, age(obj, now)]


TABLES: Final[dict[tuple[str, str], Table]] = {
    ("", "Service"): Table(
        (
            NAME_COLUMN,
            Column("Type", doc="core.v1.ServiceSpec.type"),
            Column("Cluster-IP", doc="core.v1.ServiceSpec.clusterIP"),
            Column("External-IP", doc="core.v1.ServiceSpec.externalIPs"),
            Column("Port(s)", doc="core.v1.ServiceSpec.ports"),
            AGE_COLUMN,
            wide("Selector", doc="core.v1.ServiceSpec.selector"),
        ),
        _service,
    ),
    ("networking.k8s.io", "Ingress"): Table(
        (
            NAME_COLUMN,
            Column(
                "Class",
                description="The name of the IngressClass resource that should be used for additional "
                "configuration",
            ),
            Column(
                "Hosts",
                description=("Hosts that incoming requests are matched against before the ingress rule"),
            ),
            Column(
                "Address", description="Address is a list containing ingress points for the load-balancer"
            ),
            Column("Ports", description="Ports of TLS configurations that open"),
            AGE_COLUMN,
        ),
        _ingress,
    ),
    ("networking.k8s.io", "IngressClass"): Table(
        (
            NAME_COLUMN,
            Column("Controller", description="Controller that is responsible for handling this class"),
            Column("Parameters", description="A reference to a resource with additional parameters"),
            AGE_COLUMN,
        ),
        _class,
    ),
    ("networking.k8s.io", "NetworkPolicy"): Table(
        (NAME_COLUMN, Column("Pod-Selector", doc="networking.v1.NetworkPolicySpec.podSelector"), AGE_COLUMN),
        _policy,
    ),
    ("", "Endpoints"): Table(
        (NAME_COLUMN, Column("Endpoints", doc="core.v1.Endpoints.subsets"), AGE_COLUMN), _endpoints
    ),
    ("discovery.k8s.io", "EndpointSlice"): Table(
        (
            NAME_COLUMN,
            Column("AddressType", doc="discovery.v1.EndpointSlice.addressType"),
            Column("Ports", doc="discovery.v1.EndpointSlice.ports"),
            Column("Endpoints", doc="discovery.v1.EndpointSlice.endpoints"),
            AGE_COLUMN,
        ),
        _slice,
    ),
    ("networking.k8s.io", "ServiceCIDR"): Table(
        (NAME_COLUMN, Column("CIDRs", doc="networking.v1.ServiceCIDRSpec.cidrs"), AGE_COLUMN), _service_cidr
    ),
    ("networking.k8s.io", "IPAddress"): Table(
        (NAME_COLUMN, Column("ParentRef", doc="networking.v1.IPAddressSpec.parentRef")), _ip_address
    ),
}
