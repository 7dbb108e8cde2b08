"""Addresses, in the words in which the API server refuses them.

Follows k8s.io/apimachinery pkg/util/validation/ip.go and pkg/apis/core/validation/validation.go.
"""

from __future__ import annotations

import ipaddress
from typing import Final

from karmada_nb.engine.apiserver.validation import field
from karmada_nb.engine.errors import Cause

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

_BAD_IP: Final = "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)"
_BAD_CIDR: Final = "must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)"


def parse_ip(text: str) -> Address | None:
    try:
        return ipaddress.ip_address(text)
    except ValueError:
        return None


def validate_ip(text: str, path: str) -> list[Cause]:
    """``IsValidIP``."""
    return [] if parse_ip(text) else [field.invalid(path, text, _BAD_IP)]


def validate_cidr(text: str, path: str) -> list[Cause]:
    """``IsValidCIDR``."""
    address, slash, _ = text.partition("/")
    try:
        ipaddress.ip_network(text, strict=False)
    except ValueError:
        return [field.invalid(path, text, _BAD_CIDR)]
    return [] if slash and address else [field.invalid(path, text, _BAD_CIDR)]


def validate_endpoint_ip(text: str, path: str) -> list[Cause]:
    """``ValidateEndpointIP``: an address that traffic can be sent to."""
    address = parse_ip(text)
    if address is None:
        return [field.invalid(path, text, "must be a valid IP address")]
    if address.is_unspecified:
        return [field.invalid(path, text, f"may not be unspecified ({text})")]
    if address.is_loopback:
        reach = "127.0.0.0/8, ::1/128"
        return [field.invalid(path, text, f"may not be in the loopback range ({reach})")]
    if address.is_link_local:
        return [field.invalid(path, text, "may not be in the link-local range (169.254.0.0/16, fe80::/10)")]
    if address.is_multicast and (
        address in ipaddress.ip_network("224.0.0.0/24")
        if address.version == 4
        else str(address).startswith("ff02:")
    ):
        why = "may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)"
        return [field.invalid(path, text, why)]
    return []
