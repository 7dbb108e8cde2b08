"""The string formats that structural schemas may name; a format nobody knows accepts everything.

Follows k8s.io/kube-openapi pkg/validation/strfmt.
"""

import base64
import binascii
import ipaddress
import re
import uuid
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from typing import Any, Final

_DURATION: Final = re.compile(
    r"^[+-]?(\d+(\.\d*)?|\.\d+)(ns|us|µs|ms|s|m|h)((\d+(\.\d*)?|\.\d+)(ns|us|µs|ms|s|m|h))*$"
)
_RECOGNIZED: Final = {
    "integer": frozenset({"int32", "int64"}),
    "number": frozenset({"float", "double"}),
    "string": frozenset(
        (
            *("bsonobjectid", "uri", "email", "hostname", "ipv4", "ipv6", "cidr", "mac", "uuid", "uuid3"),
            *("uuid4", "uuid5", "isbn", "isbn10", "isbn13", "creditcard", "ssn", "hexcolor", "rgbcolor"),
            *("byte", "password", "date", "duration", "datetime", "k8sshortname", "k8slongname"),
        )
    ),
}
_HOST: Final = re.compile(
    r"^(?=.{1,253}$)[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?(\.[A-Za-z0-9-]{1,63})*$"
)


def matches_format(name: str, value: str) -> bool:
    """Whether ``value`` is of the format."""
    check = _CHECKS.get(name.replace("_", "").replace("-", ""))
    if check is None:
        return True
    try:
        return check(value)
    except (ValueError, binascii.Error):
        return False


def _date_time(value: str) -> bool:
    datetime.fromisoformat(value.replace("Z", "+00:00").replace("z", "+00:00"))
    return "T" in value.upper()


def _done(parse: Callable[[str], object]) -> Callable[[str], bool]:
    def check(value: str) -> bool:
        parse(value)
        return True

    return check


def _uuid(version: int | None) -> Callable[[str], bool]:
    def check(value: str) -> bool:
        found = uuid.UUID(value)
        return version is None or found.version == version

    return check


_CHECKS: Final[dict[str, Callable[[str], bool]]] = {
    "datetime": _date_time,
    "date": _done(date.fromisoformat),
    "duration": lambda value: bool(_DURATION.match(value)),
    "byte": _done(lambda value: base64.b64decode(value, validate=True)),
    "ipv4": _done(ipaddress.IPv4Address),
    "ipv6": _done(ipaddress.IPv6Address),
    "cidr": _done(lambda value: ipaddress.ip_network(value, strict=False)),
    "hostname": lambda value: bool(_HOST.match(value)),
    "uuid": _uuid(None),
    "uuid3": _uuid(3),
    "uuid4": _uuid(4),
    "uuid5": _uuid(5),
    "email": lambda value: bool(re.match(r"^[^@\s]+@[^@\s]+$", value)),
    "mac": lambda value: bool(re.match(r"^([0-9A-Fa-f]{2}[:-]){5}[0-9A-Fa-f]{2}$", value)),
    "uri": lambda value: bool(re.match(r"^[A-Za-z][A-Za-z0-9+.-]*:", value)),
}


def unrecognized_formats(crd: Mapping[str, Any]) -> list[str]:
    """The formats in the schemas of a definition that nobody knows, each once."""
    versions = (crd.get("spec") or {}).get("versions") or ()
    schemas = [(version.get("schema") or {}).get("openAPIV3Schema") or {} for version in versions]
    return list(dict.fromkeys(form for schema in schemas for form in _unrecognized(schema)))


def _unrecognized(said: Mapping[str, Any]) -> Iterator[str]:
    form, known = said.get("format"), _RECOGNIZED.get(said.get("type") or "string")
    if form and known is not None and form.replace("-", "") not in known:
        yield form
    below = [*(said.get("properties") or {}).values(), said.get("additionalProperties"), said.get("items")]
    below += [part for junctor in ("allOf", "anyOf", "oneOf") for part in said.get(junctor) or ()]
    for part in (*below, said.get("not")):
        if isinstance(part, Mapping):
            yield from _unrecognized(part)
