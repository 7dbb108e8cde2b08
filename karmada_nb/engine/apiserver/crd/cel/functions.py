"""The functions and operators of CEL on JSON values.

Follows the CEL language definition and the extensions that k8s.io/apiserver pkg/cel/library adds. Values are
JSON's own, with ``datetime`` for timestamps, ``timedelta`` for durations and ``Decimal`` for quantities.
"""

import ipaddress
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from itertools import pairwise
from typing import Any, Final
from urllib.parse import SplitResult, urlsplit

from karmada_nb.engine import meta, quantity


class CelError(Exception):
    """An expression that cannot be evaluated: a missing key, a wrong type."""


Function = Callable[..., Any]
_DURATION: Final = re.compile(r"([-+]?)((?:\d+(?:\.\d+)?(?:ns|us|µs|ms|s|m|h))+)")
_PART: Final = re.compile(r"(\d+(?:\.\d+)?)(ns|us|µs|ms|s|m|h)")
_UNITS: Final = {"ns": 1e-9, "us": 1e-6, "µs": 1e-6, "ms": 1e-3, "s": 1.0, "m": 60.0, "h": 3600.0}


def no_overload(name: str) -> CelError:
    return CelError(f"no such overload: {name}")


@lru_cache(maxsize=512)
def regex(pattern: str) -> re.Pattern[str]:
    try:
        return re.compile(pattern.replace(r"\z", r"\Z"))
    except re.error as error:
        raise CelError(f"error parsing regexp: {error}") from None


def duration(text: str) -> timedelta:
    """``1h30m`` as a length of time."""
    found = _DURATION.fullmatch(text)
    if found is None:
        raise CelError(f"invalid duration: {text}")
    seconds = sum(float(number) * _UNITS[unit] for number, unit in _PART.findall(found[2]))
    return timedelta(seconds=-seconds if found[1] == "-" else seconds)


def timestamp(text: str) -> datetime:
    try:
        return meta.parse_time(text)
    except ValueError:
        raise CelError(f"invalid timestamp: {text}") from None


def is_number(value: Any) -> bool:
    return isinstance(value, int | float | Decimal) and not isinstance(value, bool)


def equal(a: Any, b: Any) -> bool:
    """Equality: a boolean is no number."""
    if isinstance(a, bool) != isinstance(b, bool):
        return False
    if isinstance(a, list) and isinstance(b, list):
        return len(a) == len(b) and all(map(equal, a, b))
    if isinstance(a, dict) and isinstance(b, dict):
        return a.keys() == b.keys() and all(equal(a[k], b[k]) for k in a)
    return bool(a == b)


def compare(a: Any, b: Any, operator: str) -> bool:
    ordered = isinstance(a, str | bool | datetime | timedelta)
    if not (is_number(a) and is_number(b)) and not (ordered and type(a) is type(b)):
        raise no_overload(operator)
    return bool({"<": a < b, "<=": a <= b, ">": a > b, ">=": a >= b}[operator])


def add(a: Any, b: Any) -> Any:
    same = type(a) is type(b) and isinstance(a, str | list)
    if same or (is_number(a) and is_number(b)):
        return a + b
    if isinstance(a, datetime | timedelta) and isinstance(b, datetime | timedelta):
        return a + b  # type: ignore[operator]
    raise no_overload("+")


def arithmetic(a: Any, b: Any, operator: str) -> Any:
    if operator == "-" and isinstance(a, datetime | timedelta) and isinstance(b, datetime | timedelta):
        return a - b  # type: ignore[operator]
    if not (is_number(a) and is_number(b)):
        raise no_overload(operator)
    if operator == "-":
        return a - b
    if operator == "*":
        return a * b
    if b == 0 and isinstance(b, int):
        raise CelError("division by zero" if operator == "/" else "modulus by zero")
    if isinstance(a, int) and isinstance(b, int):
        whole = abs(a) // abs(b) * (1 if (a < 0) == (b < 0) else -1)
        return whole if operator == "/" else a - whole * b
    if operator == "%":
        raise no_overload(operator)
    return a / b


def contains(item: Any, container: Any) -> bool:
    """``item in container``."""
    if isinstance(container, dict):
        return isinstance(item, str) and item in container
    if isinstance(container, list):
        return any(equal(item, other) for other in container)
    raise no_overload("in")


def size(value: Any) -> int:
    if isinstance(value, str | list | dict):
        return len(value)
    raise no_overload("size")


def to_int(value: Any) -> int:
    try:
        if isinstance(value, datetime):
            return int(value.timestamp())
        return int(value)
    except (ValueError, TypeError):
        raise CelError(f"type conversion error from '{value}' to 'int'") from None


def to_string(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return meta.rfc3339(value)
    if isinstance(value, timedelta):
        return f"{value.total_seconds():g}s"
    return f"{value:g}" if isinstance(value, float) else str(value)


def _quantity(text: str) -> Decimal:
    try:
        return quantity.parse(text)
    except ValueError as error:
        raise CelError(str(error)) from None


def _valid(parse: Callable[[str], Any]) -> Function:
    def check(text: Any) -> bool:
        try:
            parse(text)
        except (ValueError, CelError):
            return False
        return True

    return check


def _url(text: str) -> SplitResult:
    found = urlsplit(text)
    if not found.scheme and not text.startswith("/"):
        raise CelError(f"URL parse error during conversion from string: {text}")
    return found


def type_name(value: Any) -> str:
    if value is None:
        return "null_type"
    names = {bool: "bool", int: "int", float: "double", str: "string", list: "list", dict: "map"}
    return names.get(type(value), type(value).__name__)


GLOBAL: Final[dict[str, Function]] = {
    "size": size,
    "int": to_int,
    "uint": to_int,
    "double": lambda v: float(v),
    "string": to_string,
    "bool": lambda v: v if isinstance(v, bool) else v in ("true", "True", "t", "1"),
    "bytes": lambda v: v,
    "dyn": lambda v: v,
    "type": type_name,
    "duration": duration,
    "timestamp": timestamp,
    "quantity": _quantity,
    "isQuantity": _valid(quantity.parse),
    "url": _url,
    "isURL": _valid(_url),
    "ip": ipaddress.ip_address,
    "isIP": _valid(ipaddress.ip_address),
    "cidr": lambda v: ipaddress.ip_network(v, strict=False),
    "isCIDR": _valid(lambda v: ipaddress.ip_network(v, strict=False)),
}


def _substring(text: str, start: int, end: int | None = None) -> str:
    stop = len(text) if end is None else end
    if not 0 <= start <= stop <= len(text):
        raise CelError(f"index out of range: {start}")
    return text[start:stop]


def _split(text: str, separator: str, limit: int = -1) -> list[str]:
    if limit in (0, 1):
        return [text] if limit else []
    if not separator:
        return list(text)
    return text.split(separator) if limit < 0 else text.split(separator, limit - 1)


def _find(text: str, pattern: str) -> str:
    found = regex(pattern).search(text)
    return found[0] if found else ""


def _find_all(text: str, pattern: str, limit: int | None = None) -> list[str]:
    return [found[0] for found in regex(pattern).finditer(text)][:limit]


METHODS: Final[dict[str, Function]] = {
    "size": size,
    "startsWith": str.startswith,
    "endsWith": str.endswith,
    "contains": lambda text, part: part in text,
    "matches": lambda text, pattern: regex(pattern).search(text) is not None,
    "lowerAscii": str.lower,
    "upperAscii": str.upper,
    "trim": str.strip,
    "charAt": lambda text, at: text[at : at + 1],
    "indexOf": lambda value, part, *at: (
        value.find(part, *at)
        if isinstance(value, str)
        else next((i for i, item in enumerate(value) if equal(item, part)), -1)
    ),
    "lastIndexOf": lambda value, part: (
        value.rfind(part)
        if isinstance(value, str)
        else next((i for i in reversed(range(len(value))) if equal(value[i], part)), -1)
    ),
    "substring": _substring,
    "replace": lambda text, old, new, *count: text.replace(old, new, *count),
    "split": _split,
    "join": lambda items, by="": by.join(items),
    "find": _find,
    "findAll": _find_all,
    "isSorted": lambda items: all(a <= b for a, b in pairwise(items)),
    "sum": lambda items: sum(items) if items else 0,
    "min": lambda items: min(items),
    "max": lambda items: max(items),
    "getScheme": lambda url: url.scheme,
    "getHost": lambda url: url.netloc,
    "getHostname": lambda url: url.hostname or "",
    "getPort": lambda url: str(url.port or ""),
    "getEscapedPath": lambda url: url.path,
    "family": lambda ip: ip.version,
    "isLoopback": lambda ip: ip.is_loopback,
    "isUnspecified": lambda ip: ip.is_unspecified,
    "containsIP": lambda net, ip: ipaddress.ip_address(str(ip)) in net,
    "prefixLength": lambda net: net.prefixlen,
    "isGreaterThan": lambda a, b: a > b,
    "isLessThan": lambda a, b: a < b,
    "compareTo": lambda a, b: (a > b) - (a < b),
    "asInteger": lambda a: int(a),
    "isInteger": lambda a: a == a.to_integral_value(),
    "sign": lambda a: (a > 0) - (a < 0),
    "add": lambda a, b: a + b,
    "sub": lambda a, b: a - b,
    "getSeconds": lambda v: int(v.total_seconds()) if isinstance(v, timedelta) else v.second,
    "getMinutes": lambda v: int(v.total_seconds() // 60) if isinstance(v, timedelta) else v.minute,
    "getHours": lambda v: int(v.total_seconds() // 3600) if isinstance(v, timedelta) else v.hour,
    "getFullYear": lambda v: v.year,
}
