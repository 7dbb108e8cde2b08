"""Addresses that are right but not written as they should be.

Follows GetWarningsForIP and GetWarningsForCIDR in k8s.io/apimachinery pkg/util/validation/ip.go. What these
say of leading zeros and of IPv4 inside IPv6 is not here: validation refuses it first.
"""

from __future__ import annotations

import ipaddress


def of_ip(text: str, path: str) -> list[str]:
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return []
    return _canonical(text, str(address), f"{path}: IPv6 address") if ":" in text else []


def of_cidr(text: str, path: str) -> list[str]:
    try:
        network = ipaddress.ip_network(text)
    except ValueError:
        return []
    return _canonical(text, str(network), f"{path}: IPv6 CIDR value") if ":" in text else []


def _canonical(text: str, wanted: str, what: str) -> list[str]:
    return [] if text == wanted else [f'{what} "{text}" should be in RFC 5952 canonical format ("{wanted}")']
