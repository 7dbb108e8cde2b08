"""Records of the cluster's DNS, as tools ask for them: A, CNAME, SRV and PTR.

Follows the Kubernetes DNS specification (kubernetes/dns docs/specification.md).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final, NamedTuple

from karmada_nb.engine import meta
from karmada_nb.engine.meta import Object
from karmada_nb.engine.network.names import DOMAIN, Endpoints, Lookup, absolute_addresses, candidates, ready

_REVERSE: Final = ".in-addr.arpa"
_WEIGHTS: Final = "0 100"


class Record(NamedTuple):
    """``name`` and names in ``data`` are absolute, with their last dot."""

    name: str
    kind: str
    data: str


class Zone(NamedTuple):
    """What the answers come from; ``at`` finds the service of an address."""

    lookup: Lookup
    endpoints: Endpoints
    at: Callable[[str], Object | None]


def records(name: str, kind: str, namespace: str, zone: Zone) -> list[Record]:
    """The answer to a question; ``namespace`` is that of a search path, ``""`` for none."""
    for absolute in candidates(name.lower(), namespace):
        found = list(_records(absolute, kind, zone))
        if found:
            return found
    return []


def _records(name: str, kind: str, zone: Zone) -> Iterator[Record]:
    if kind == "PTR":
        yield from _pointers(name, zone)
        return
    labels = name.removesuffix(f".svc.{DOMAIN}").split(".")
    if name.endswith(f".svc.{DOMAIN}") and len(labels) == 4 and labels[0].startswith("_") and kind == "SRV":
        yield from _services(name, labels, zone)
        return
    if name.endswith(f".svc.{DOMAIN}") and len(labels) == 2 and kind in ("A", "CNAME"):
        service = zone.lookup(labels[1], labels[0])
        spec = (service or {}).get("spec", {})
        if spec.get("type") == "ExternalName":
            target = str(spec.get("externalName", "")).rstrip(".")
            yield Record(f"{name}.", "CNAME", f"{target}.")
            yield from _records(target, kind, zone)
            return
    if kind == "A":
        for address in absolute_addresses(name, zone.lookup, zone.endpoints):
            yield Record(f"{name}.", "A", address)


def _services(name: str, labels: list[str], zone: Zone) -> Iterator[Record]:
    """A record for the port of a service, or for each of the pods of one without an address."""
    port, protocol, service_name, namespace = labels
    service = zone.lookup(namespace, service_name)
    for item in meta.dig(service, "spec", "ports", default=[]):
        wanted = (f"_{item.get('name', '')}", f"_{item.get('protocol', 'TCP').lower()}")
        if wanted != (port, protocol):
            continue
        base = f"{service_name}.{namespace}.svc.{DOMAIN}."
        if meta.dig(service, "spec", "clusterIP") not in (None, "", "None"):
            yield Record(f"{name}.", "SRV", f"{_WEIGHTS} {item['port']} {base}")
            continue
        for address, hostname in ready(zone.endpoints(namespace, service_name)):
            target = hostname or address.replace(".", "-")
            yield Record(f"{name}.", "SRV", f"{_WEIGHTS} {item['port']} {target}.{base}")


def _pointers(name: str, zone: Zone) -> Iterator[Record]:
    address = ".".join(reversed(name.rstrip(".").removesuffix(_REVERSE).split(".")))
    service = zone.at(address)
    if service is not None:
        target = f"{meta.name(service)}.{meta.namespace(service)}.svc.{DOMAIN}."
        yield Record(f"{name.rstrip('.')}.", "PTR", target)
