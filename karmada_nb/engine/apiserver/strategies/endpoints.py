"""Endpoints and EndpointSlices.

Follows pkg/apis/core/v1/defaults.go, pkg/apis/discovery/v1/defaults.go and the validation beside them.
"""

from __future__ import annotations

from typing import Final

from karmada_nb.engine.apiserver.strategies.base import Builtin
from karmada_nb.engine.apiserver.strategies.filling import each, filler
from karmada_nb.engine.apiserver.validation import field
from karmada_nb.engine.apiserver.validation.containers import PROTOCOLS
from karmada_nb.engine.apiserver.validation.names import dns_label, dns_subdomain, port_number
from karmada_nb.engine.apiserver.validation.network import validate_endpoint_ip, validate_ip
from karmada_nb.engine.errors import Cause
from karmada_nb.engine.meta import Object

_ADDRESS_TYPES: Final = ("FQDN", "IPv4", "IPv6")
_TCP: Final = filler({"protocol": "TCP"})
_SLICE_PORT: Final = filler({"name": "", "protocol": "TCP"})
_MOST: Final = 100
"""Addresses of one endpoint of a slice."""


class Endpoints(Builtin):
    allow_create_on_update = True

    def default(self, obj: Object) -> Object:
        return each(obj, "subsets", lambda subset: each(subset, "ports", _TCP))

    def validate(self, obj: Object) -> list[Cause]:
        causes: list[Cause] = []
        for index, subset in enumerate(obj.get("subsets") or []):
            path = f"subsets[{index}]"
            if not subset.get("addresses") and not subset.get("notReadyAddresses"):
                why = "must specify `addresses` or `notReadyAddresses`"
                causes.append(field.required(path, why))
            for kind in ("addresses", "notReadyAddresses"):
                for number, address in enumerate(subset.get(kind) or []):
                    at, ip = f"{path}.{kind}[{number}].ip", address.get("ip", "")
                    causes += validate_ip(ip, at) + validate_endpoint_ip(ip, at)
            ports = subset.get("ports") or []
            for number, port in enumerate(ports):
                causes += _port(port, len(ports) > 1, f"{path}.ports[{number}]")
        return causes

    def validate_update(self, obj: Object, old: Object) -> list[Cause]:
        return [] if obj.get("subsets") == old.get("subsets") else self.validate(obj)


class EndpointSlice(Builtin):
    generational = True

    def default(self, obj: Object) -> Object:
        return each(obj, "ports", _SLICE_PORT)

    def validate(self, obj: Object) -> list[Cause]:
        kind = obj.get("addressType", "")
        if not kind:
            causes = [field.required("addressType")]
        elif kind not in _ADDRESS_TYPES:
            causes = [field.not_supported("addressType", kind, _ADDRESS_TYPES)]
        else:
            causes = []
        for index, endpoint in enumerate(obj.get("endpoints") or []):
            causes += _endpoint(endpoint, kind, f"endpoints[{index}]")
        names: set[str] = set()
        for index, port in enumerate(obj.get("ports") or []):
            path, name = f"ports[{index}]", port.get("name") or ""
            if name in names:
                causes.append(field.duplicate(f"{path}.name", name))
            names.add(name)
            causes += field.each(f"{path}.name", name, dns_label(name)) if name else []
            causes += field.one_of(f"{path}.protocol", port.get("protocol"), PROTOCOLS)
        return causes

    def validate_update(self, obj: Object, old: Object) -> list[Cause]:
        changed = field.immutable("addressType", obj.get("addressType"), old.get("addressType"))
        same = all(obj.get(name) == old.get(name) for name in ("endpoints", "ports", "addressType"))
        return changed if same or changed else self.validate(obj)


def _port(port: Object, named: bool, path: str) -> list[Cause]:
    name, number = port.get("name", ""), port.get("port", 0)
    causes = [field.required(f"{path}.name")] if named and not name else []
    if name:
        causes += field.each(f"{path}.name", name, dns_label(name))
    causes += field.each(f"{path}.port", number, port_number(number))
    return causes + field.one_of(f"{path}.protocol", port.get("protocol"), PROTOCOLS)


def _endpoint(endpoint: Object, kind: str, path: str) -> list[Cause]:
    addresses = endpoint.get("addresses") or []
    causes: list[Cause] = []
    if not addresses:
        causes.append(field.required(f"{path}.addresses", "must contain at least 1 address"))
    elif len(addresses) > _MOST:
        causes.append(field.too_many(f"{path}.addresses", len(addresses), _MOST))
    for index, address in enumerate(addresses):
        at = f"{path}.addresses[{index}]"
        if kind in ("IPv4", "IPv6"):
            causes += validate_endpoint_ip(address, at)
        elif kind == "FQDN":
            causes += field.each(at, address, dns_subdomain(address))
    return causes
