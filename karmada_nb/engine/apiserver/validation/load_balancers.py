"""Where load balancers are, as statuses of services and ingresses tell it.

Follows ValidateLoadBalancerStatus in pkg/apis/core/validation/validation.go and
ValidateIngressLoadBalancerStatus in pkg/apis/networking/validation/validation.go.
"""

from __future__ import annotations

from typing import Final

from karmada_nb.engine import meta
from karmada_nb.engine.apiserver.validation import field
from karmada_nb.engine.apiserver.validation.names import dns_subdomain
from karmada_nb.engine.apiserver.validation.network import parse_ip, validate_ip
from karmada_nb.engine.errors import Cause
from karmada_nb.engine.meta import Object

_PATH: Final = "status.loadBalancer.ingress"
_MODES: Final = ("Proxy", "VIP")


def validate_service_status(obj: Object, old: Object) -> list[Cause]:
    points = _points(obj)
    if points and meta.dig(old, "spec", "type") != "LoadBalancer":
        return [field.forbidden(_PATH, "may only be used when `spec.type` is 'LoadBalancer'")]
    return _places(points, _known(old), modes=True)


def validate_ingress_status(obj: Object, old: Object) -> list[Cause]:
    return _places(_points(obj), _known(old), modes=False)


def _points(obj: Object) -> list[Object]:
    points: list[Object] = meta.dig(obj, "status", "loadBalancer", "ingress", default=[])
    return points


def _known(old: Object) -> list[str]:
    return [point["ip"] for point in _points(old) if point.get("ip")]


def _places(points: list[Object], known: list[str], *, modes: bool) -> list[Cause]:
    causes: list[Cause] = []
    for index, point in enumerate(points):
        path, ip, host = f"{_PATH}[{index}]", point.get("ip", ""), point.get("hostname", "")
        causes += validate_ip(ip, f"{path}.ip", known) if ip else []
        causes += _mode(point.get("ipMode"), ip, f"{path}.ipMode") if modes else []
        if host:
            causes += field.each(f"{path}.hostname", host, dns_subdomain(host))
            if parse_ip(host):
                why = "must be a DNS name, not an IP address"
                causes.append(field.invalid(f"{path}.hostname", host, why))
    return causes


def _mode(mode: str | None, ip: str, path: str) -> list[Cause]:
    if mode is None:
        return [field.required(path, "must be specified when `ip` is set")] if ip else []
    if not ip:
        return [field.forbidden(path, "may not be specified when `ip` is not set")]
    return [] if mode in _MODES else [field.not_supported(path, mode, _MODES)]
