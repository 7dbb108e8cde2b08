"""The functions that Kubernetes adds to CEL: addresses, URLs, quantities, versions, formats.

Follows k8s.io/apiserver pkg/cel/library (ip.go, cidr.go, urls.go, quantity.go, semverlib.go, format.go).
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from functools import total_ordering
from typing import Any, Final
from urllib.parse import SplitResult, parse_qsl, quote, urlsplit

from karmada_nb.engine import quantity
from karmada_nb.engine.apiserver.crd.cel.optional import Optional
from karmada_nb.engine.apiserver.crd.cel.values import CelError, no_overload
from karmada_nb.engine.apiserver.crd.strfmt import matches_format
from karmada_nb.engine.apiserver.validation import names

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Interface | ipaddress.IPv6Interface
_SEMVER: Final = re.compile(
    r"(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(?:-([0-9A-Za-z.-]+))?(?:\+([0-9A-Za-z.-]+))?"
)
_LOOSE: Final = re.compile(r"v?(\d+)(?:\.(\d+))?(?:\.(\d+))?((?:[-+].*)?)")


def text(value: Any) -> str:
    if not isinstance(value, str):
        raise no_overload()
    return value


def to_quantity(value: Any) -> Decimal:
    try:
        return quantity.parse(text(value))
    except ValueError as error:
        raise CelError(str(error)) from None


def to_ip(value: Any) -> Address:
    try:
        return ipaddress.ip_address(text(value))
    except ValueError:
        why = f'ParseAddr("{value}"): {_unparsed(value)}'
        raise CelError(f'IP Address "{value}" parse error during conversion from string: {why}') from None


def _unparsed(value: str) -> str:
    """Why Go's net/netip takes a text for no address."""
    parts = value.split(".")
    if ":" in value or len(parts) < 2 or not all(part.isdigit() for part in parts if part):
        return "unable to parse IP"
    if "" in parts:
        return "IPv4 field must have at least one digit"
    if any(int(part) > 255 for part in parts):
        return "IPv4 field has value >255"
    return "IPv4 address too short" if len(parts) < 4 else "IPv4 address too long"


def to_cidr(value: Any) -> Network:
    try:
        if "/" not in text(value):
            raise ValueError("no '/'")
        return ipaddress.ip_interface(value)
    except ValueError as error:
        why = f'netip.ParsePrefix("{value}"): {error}'
        raise CelError(f"network address parse error during conversion from string: {why}") from None


def to_url(value: Any) -> SplitResult:
    found = urlsplit(text(value))
    if not found.scheme and not value.startswith("/"):
        why = "missing protocol scheme" if value.startswith(":") else "invalid URI for request"
        raise CelError(f'URL parse error during conversion from string: parse "{value}": {why}')
    return found


@total_ordering
@dataclass(frozen=True, slots=True)
class Semver:
    """A semantic version; build metadata counts for nothing."""

    numbers: tuple[int, int, int]
    before: str = ""

    def _key(self) -> tuple[Any, ...]:
        parts = [(0, int(p), "") if p.isdigit() else (1, 0, p) for p in self.before.split(".") if p]
        return self.numbers, not self.before, parts

    def __lt__(self, other: Semver) -> bool:
        return self._key() < other._key()


def to_semver(value: Any, normalize: bool = False) -> Semver:
    said = text(value)
    if normalize and (loose := _LOOSE.fullmatch(said)):
        said = ".".join(str(int(part or 0)) for part in loose.groups()[:3]) + loose[4]
    found = _SEMVER.fullmatch(said)
    if found is None:
        raise CelError(
            "No Major.Minor.Patch elements found" if said.count(".") < 2 else "Invalid character(s)"
        )
    return Semver((int(found[1]), int(found[2]), int(found[3])), found[4] or "")


def valid(parse: Callable[..., Any]) -> Callable[..., bool]:
    def check(*values: Any) -> bool:
        try:
            parse(*values)
        except CelError as error:
            if str(error) == "no such overload":
                raise
            return False
        return True

    return check


@dataclass(frozen=True, slots=True)
class Format:
    """One of ``format.*()``; ``check`` gives what is wrong with a text."""

    name: str
    check: Callable[[str], list[str]]

    def validate(self, value: str) -> Optional:
        found = self.check(text(value))
        return Optional((found,)) if found else Optional()


def _schema_format(name: str, what: str) -> Callable[[str], list[str]]:
    return lambda value: [] if matches_format(name, value) else [what]


FORMATS: Final = {
    "dns1123Label": names.dns_label,
    "dns1123Subdomain": names.dns_subdomain,
    "dns1035Label": names.dns_1035_label,
    "qualifiedName": names.qualified_name,
    "dns1123LabelPrefix": lambda value: names.dns_label(value.removesuffix("-") or value),
    "dns1123SubdomainPrefix": lambda value: names.dns_subdomain(value.removesuffix("-") or value),
    "dns1035LabelPrefix": lambda value: names.dns_1035_label(value.removesuffix("-") or value),
    "labelValue": names.label_value,
    "uri": _schema_format("uri", "invalid URI"),
    "uuid": _schema_format("uuid", "does not match the UUID format"),
    "byte": _schema_format("byte", "invalid base64"),
    "date": _schema_format("date", "invalid date"),
    "datetime": _schema_format("date-time", "invalid datetime"),
}


def named_format(name: str) -> Optional:
    found = FORMATS.get(text(name))
    return Optional((Format(name, found),)) if found is not None else Optional()


def _of(kind: Any, value: Any) -> Any:
    if not isinstance(value, kind):
        raise no_overload()
    return value


def _inside(net: Any, other: Any) -> bool:
    inner = to_cidr(other) if isinstance(other, str) else _of(Network, other)
    outer: Any = _of(Network, net).network
    return inner.version == outer.version and bool(inner.network.subnet_of(outer))


def _holds(net: Any, address: Any) -> bool:
    found = to_ip(address) if isinstance(address, str) else _of(Address, address)
    return found in _of(Network, net).network


def _query(url: Any) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, value in parse_qsl(_of(SplitResult, url).query, keep_blank_values=True):
        found.setdefault(name, []).append(value)
    return found


def _ordered(a: Any, b: Any) -> tuple[Any, Any]:
    if type(a) is not type(b) or not isinstance(a, Decimal | Semver):
        raise no_overload()
    return a, b


def _compared(a: Any, b: Any) -> int:
    left, right = _ordered(a, b)
    return int(left > right) - int(left < right)


def _amount(value: Any) -> Decimal:
    return Decimal(value) if isinstance(value, int) and not isinstance(value, bool) else _of(Decimal, value)


def _whole(value: Any) -> int:
    found: Decimal = _of(Decimal, value)
    if found != found.to_integral_value():
        raise CelError("cannot convert value to integer")
    return int(found)


_LOCAL: Final[dict[int, Any]] = {
    4: ipaddress.ip_network("224.0.0.0/24"),
    6: ipaddress.ip_network("ff02::/16"),
}
METHODS: Final[dict[str, Any]] = {
    "getScheme": lambda url: _of(SplitResult, url).scheme,
    "getHost": lambda url: _of(SplitResult, url).netloc.rpartition("@")[2],
    "getHostname": lambda url: _of(SplitResult, url).hostname or "",
    "getPort": lambda url: str(_of(SplitResult, url).port or ""),
    "getEscapedPath": lambda url: quote(_of(SplitResult, url).path, safe="/%:@!$&'()*+,;=~"),
    "getQuery": _query,
    "family": lambda ip: _of(Address, ip).version,
    "isLoopback": lambda ip: _of(Address, ip).is_loopback,
    "isUnspecified": lambda ip: _of(Address, ip).is_unspecified,
    "isLinkLocalUnicast": lambda ip: _of(Address, ip).is_link_local,
    "isLinkLocalMulticast": lambda ip: _of(Address, ip) in _LOCAL[ip.version],
    "isGlobalUnicast": lambda ip: (
        not (_of(Address, ip).is_multicast or ip.is_loopback or ip.is_unspecified or ip.is_link_local)
    ),
    "containsIP": _holds,
    "containsCIDR": _inside,
    "prefixLength": lambda net: _of(Network, net).network.prefixlen,
    "masked": lambda net: ipaddress.ip_interface(_of(Network, net).network),
    "ip": lambda net: _of(Network, net).ip,
    "isGreaterThan": lambda a, b: _compared(a, b) > 0,
    "isLessThan": lambda a, b: _compared(a, b) < 0,
    "compareTo": _compared,
    "asInteger": _whole,
    "isInteger": lambda a: _of(Decimal, a) == a.to_integral_value(),
    "asApproximateFloat": lambda a: float(_of(Decimal, a)),
    "sign": lambda a: (_of(Decimal, a) > 0) - (a < 0),
    "add": lambda a, b: _of(Decimal, a) + _amount(b),
    "sub": lambda a, b: _of(Decimal, a) - _amount(b),
    "major": lambda v: _of(Semver, v).numbers[0],
    "minor": lambda v: _of(Semver, v).numbers[1],
    "patch": lambda v: _of(Semver, v).numbers[2],
    "validate": lambda form, value: _of(Format, form).validate(value),
}

GLOBAL: Final[dict[str, Any]] = {
    "quantity": to_quantity,
    "isQuantity": valid(to_quantity),
    "url": to_url,
    "isURL": valid(to_url),
    "ip": to_ip,
    "isIP": valid(to_ip),
    "ip.isCanonical": lambda value: str(to_ip(value)) == value,
    "cidr": to_cidr,
    "isCIDR": valid(to_cidr),
    "semver": to_semver,
    "isSemver": valid(to_semver),
    "format.named": named_format,
    **{f"format.{name}": (lambda n=name, c=check: Format(n, c)) for name, check in FORMATS.items()},
}
