"""Cluster DNS: which addresses a name has.

Follows the Kubernetes DNS specification (kubernetes/dns docs/specification.md) and the resolv.conf that the
kubelet writes into pods (three search domains, ``ndots:5``).
"""

import ipaddress
from collections.abc import Callable, Iterable, Iterator
from typing import Final

from karmada_nb.engine.meta import Object

DOMAIN: Final = "cluster.local"
NDOTS: Final = 5
_ALIASES: Final = 8


class NameNotFound(OSError):
    """NXDOMAIN: nobody knows ``name``."""

    def __init__(self, name: str) -> None:
        super().__init__(f"Could not resolve host: {name}")
        self.name = name


Lookup = Callable[[str, str], Object | None]
"""A service by namespace and name."""
Endpoints = Callable[[str, str], Iterable[Object]]
"""The EndpointSlices of a service, by namespace and name."""


def search_path(namespace: str) -> tuple[str, ...]:
    """The search domains of a pod."""
    return (f"{namespace}.svc.{DOMAIN}", f"svc.{DOMAIN}", DOMAIN)


def candidates(name: str, namespace: str) -> Iterator[str]:
    """The absolute names that a resolver asks for, in its order."""
    if name.endswith("."):
        yield name[:-1]
        return
    domains = [f"{name}.{domain}" for domain in search_path(namespace)] if namespace else []
    if name.count(".") >= NDOTS:
        yield name
        yield from domains
    else:
        yield from domains
        yield name


def resolve(name: str, namespace: str, lookup: Lookup, endpoints: Endpoints) -> tuple[str, list[str]]:
    """The absolute name that answered and its addresses. Raises NameNotFound.

    ``namespace`` is the asking pod's, ``""`` for somebody without a search path.
    """
    if _is_address(name):
        return name, [name]
    for absolute in candidates(name.lower(), namespace):
        found = absolute_addresses(absolute, lookup, endpoints)
        if found:
            return absolute, found
    raise NameNotFound(name)


def absolute_addresses(name: str, lookup: Lookup, endpoints: Endpoints) -> list[str]:
    """The addresses of an absolute name; none where it does not exist or has no address."""
    for _ in range(_ALIASES):
        if name == "localhost":
            return ["127.0.0.1"]
        labels = name.removesuffix("." + DOMAIN).split(".")
        if not name.endswith("." + DOMAIN) or len(labels) < 3:
            return []
        match labels[-1], labels[:-1]:
            case "pod", [dashed, _]:
                address = dashed.replace("-", ".")
                return [address] if _is_address(address) else []
            case "svc", [service, namespace]:
                found = lookup(namespace, service)
                if found is None:
                    return []
                spec = found.get("spec", {})
                if spec.get("type") == "ExternalName":
                    name = str(spec.get("externalName", "")).rstrip(".").lower()
                    continue
                if spec.get("clusterIP") not in (None, "", "None"):
                    return [str(spec["clusterIP"])]
                return [address for address, _ in ready(endpoints(namespace, service))]
            case "svc", [hostname, service, namespace]:
                known = ready(endpoints(namespace, service))
                return [a for a, h in known if hostname in (h, a.replace(".", "-"))]
        return []
    return []


def ready(slices: Iterable[Object]) -> list[tuple[str, str]]:
    """The addresses of ready endpoints, with their host names."""
    return [
        (address, endpoint.get("hostname", ""))
        for item in slices
        for endpoint in item.get("endpoints") or ()
        if (endpoint.get("conditions") or {}).get("ready") is not False
        for address in endpoint.get("addresses") or ()
    ]


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True
