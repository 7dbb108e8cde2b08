"""Addresses, in the words in which the API server refuses them.

Follows k8s.io/apimachinery pkg/util/validation/ip.go, and ValidateEndpointIP in
pkg/apis/core/validation/validation.go.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Collection
from typing import Final

from karmada_nb.engine import golang
from karmada_nb.engine.apiserver.validation import field
from karmada_nb.engine.errors import Cause

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

_BAD_IP: Final = "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)"
_BAD_CIDR: Final = "must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)"
_IN_BYTE: Final = re.compile(r"(?:^|(?<=[.:]))0+(?=\d+\.)|(?<=\.)0+(?=\d+$)", re.ASCII)
"""Zeros before the number of an IPv4 address's byte: old parsers ignore them, new ones refuse them."""


def parse_ip(text: str) -> Address | None:
    """``ParseIPSloppy``: leading zeros in the bytes of an IPv4 address are ignored."""
    try:
        return ipaddress.ip_address(_IN_BYTE.sub("", text) if "." in text else text)
    except ValueError:
        return None


def validate_ip(text: str, path: str, known: Collection[str] = ()) -> list[Cause]:
    """``IsValidIPForLegacyField``; what is in ``known`` was let in before and stays."""
    if text in known:
        return []
    address = parse_ip(text)
    if address is None or "%" in text:
        return [field.invalid(path, text, _BAD_IP)]
    if _zeros(text):
        return [field.invalid(path, text, "must not have leading 0s")]
    if _mapped(address):
        return [field.invalid(path, text, "must not be an IPv4-mapped IPv6 address")]
    return []


def validate_canonical_ip(text: str, path: str) -> list[Cause]:
    """``IsValidIP``: nothing but the form in which it would be printed."""
    causes = validate_ip(text, path)
    if causes or text == str(parse_ip(text)):
        return causes
    return [field.invalid(path, text, f'must be in canonical form ("{parse_ip(text)}")')]


def validate_cidr(text: str, path: str, known: Collection[str] = ()) -> list[Cause]:
    """``IsValidCIDRForLegacyField``; what is in ``known`` was let in before and stays."""
    if text in known:
        return []
    parsed = parse_cidr(text)
    if parsed is None:
        return [field.invalid(path, text, _BAD_CIDR)]
    address, network = parsed
    if _zeros(text.partition("/")[0]) or _zero_prefix(text):
        return [field.invalid(path, text, "must not have leading 0s in IP or prefix length")]
    if _mapped(address):
        return [field.invalid(path, text, "must not have an IPv4-mapped IPv6 address")]
    if address != network.network_address:
        return [field.invalid(path, text, "must not have bits set beyond the prefix length")]
    return []


def validate_canonical_cidr(text: str, path: str) -> list[Cause]:
    """``IsValidCIDR``: nothing but the form in which it would be printed."""
    causes, parsed = validate_cidr(text, path), parse_cidr(text)
    if causes or parsed is None or text == str(parsed[1]):
        return causes
    return [field.invalid(path, text, f'must be in canonical form ("{parsed[1]}")')]


def validate_endpoint_ip(text: str, path: str) -> list[Cause]:
    """``ValidateEndpointIP``: an address that traffic can be sent to."""
    address = parse_ip(text)
    if address is None:
        return [field.invalid(path, text, "must be a valid IP address")]
    address = getattr(address, "ipv4_mapped", None) or address
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


def parse_cidr(text: str) -> tuple[Address, Network] | None:
    """``ParseCIDRSloppy``: the address as it stands there, and the block it lies in."""
    before, slash, length = text.partition("/")
    address = parse_ip(before)
    if not slash or address is None or not golang.is_number(length):
        return None
    if int(length) > address.max_prefixlen:
        return None
    return address, ipaddress.ip_network(f"{address}/{int(length)}", strict=False)


def _zeros(text: str) -> bool:
    return "." in text and _IN_BYTE.search(text) is not None


def _zero_prefix(text: str) -> bool:
    length = text.partition("/")[2]
    return len(length) > 1 and length.startswith("0")


def _mapped(address: Address) -> bool:
    return getattr(address, "ipv4_mapped", None) is not None
