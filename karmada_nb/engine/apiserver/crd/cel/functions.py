"""The operators and the standard functions of CEL.

Follows the CEL language definition and cel-go's ext packages (strings, lists, sets) as far as the API server
has them; what Kubernetes adds itself is in ``library``.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import lru_cache
from itertools import pairwise
from typing import Any, Final

from karmada_nb.engine.apiserver.crd.cel import library, lists, times
from karmada_nb.engine.apiserver.crd.cel.formatting import formatted, to_string
from karmada_nb.engine.apiserver.crd.cel.values import CelError, is_number, no_overload, type_of

Function = Callable[..., Any]
_LEAST, _MOST = -(2**63), 2**63 - 1
_SAME: Final = (str, bool, bytes, datetime, timedelta)
_ORDER: Final = {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge}


@lru_cache(maxsize=512)
def regex(pattern: str) -> re.Pattern[str]:
    try:
        return re.compile(pattern.replace(r"\z", r"\Z"))
    except re.error as error:
        raise CelError(f"error parsing regexp: {error}") from None


def equal(a: Any, b: Any) -> bool:
    """Equality: a boolean is no number, and the same items make lists and maps the same."""
    if isinstance(a, bool) != isinstance(b, bool):
        return False
    if isinstance(a, list) and isinstance(b, list):
        return len(a) == len(b) and all(map(equal, a, b))
    if isinstance(a, Mapping) and isinstance(b, Mapping):
        return a.keys() == b.keys() and all(equal(a[k], b[k]) for k in a)
    return bool(a == b)


def compare(a: Any, b: Any, sign: str) -> bool:
    if not (is_number(a) and is_number(b)) and not (isinstance(a, _SAME) and type(a) is type(b)):
        raise no_overload()
    return bool(_ORDER[sign](a, b))


def _bounded(value: Any) -> Any:
    if isinstance(value, int) and not isinstance(value, bool) and not _LEAST <= value <= _MOST:
        raise CelError("integer overflow")
    return value


def add(a: Any, b: Any) -> Any:
    if type(a) is type(b) and isinstance(a, str | list | bytes):
        return a + b
    if is_number(a) and is_number(b):
        return _bounded(a + b)
    moments = isinstance(a, datetime) + isinstance(b, datetime)
    if isinstance(a, datetime | timedelta) and isinstance(b, datetime | timedelta) and moments < 2:
        return a + b  # type: ignore[operator]
    raise no_overload()


def arithmetic(a: Any, b: Any, sign: str) -> Any:
    if sign == "-" and isinstance(a, datetime | timedelta) and isinstance(b, datetime | timedelta):
        if isinstance(a, timedelta) and isinstance(b, datetime):
            raise no_overload()
        return a - b  # type: ignore[operator]
    if not (is_number(a) and is_number(b)):
        raise no_overload()
    if sign == "-":
        return _bounded(a - b)
    if sign == "*":
        return _bounded(a * b)
    if b == 0 and isinstance(b, int):
        raise CelError("division by zero" if sign == "/" else "modulus by zero")
    if isinstance(a, int) and isinstance(b, int):
        whole = abs(a) // abs(b) * (1 if (a < 0) == (b < 0) else -1)
        return _bounded(whole if sign == "/" else a - whole * b)
    if sign == "%":
        raise no_overload()
    return a / b if b else float("nan") if not a else float("inf") * (1 if a > 0 else -1)


def contains(item: Any, container: Any) -> bool:
    """``item in container``."""
    if isinstance(container, Mapping):
        return any(equal(item, key) for key in container) if not isinstance(item, str) else item in container
    if isinstance(container, list):
        return any(equal(item, other) for other in container)
    raise no_overload()


def size(value: Any) -> int:
    if isinstance(value, str | list | Mapping | bytes):
        return len(value)
    raise no_overload()


def to_int(value: Any) -> int:
    if isinstance(value, datetime):
        return int(value.timestamp())
    if not isinstance(value, str | int | float) or isinstance(value, bool):
        raise no_overload()
    try:
        return int(_bounded(int(value)))
    except (ValueError, OverflowError):
        raise CelError(f"strconv.ParseInt: parsing {_quoted(value)}: invalid syntax") from None


def to_double(value: Any) -> float:
    if not isinstance(value, str | int | float) or isinstance(value, bool):
        raise no_overload()
    try:
        return float(value)
    except ValueError:
        raise CelError(f"strconv.ParseFloat: parsing {_quoted(value)}: invalid syntax") from None


def to_bool(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    if value in ("1", "t", "true", "TRUE", "True"):
        return True
    if value in ("0", "f", "false", "FALSE", "False"):
        return False
    if not isinstance(value, str):
        raise no_overload()
    raise CelError(f"strconv.ParseBool: parsing {_quoted(value)}: invalid syntax")


def to_bytes(value: Any) -> bytes:
    if isinstance(value, bytes):
        return value
    return library.text(value).encode()


def _quoted(value: Any) -> str:
    return f'"{value}"'


def _strings_quote(value: Any) -> str:
    text = library.text(value)
    for char, shown in (("\\", "\\\\"), ('"', '\\"'), ("\n", "\\n"), ("\t", "\\t"), ("\r", "\\r")):
        text = text.replace(char, shown)
    return f'"{text}"'


def _substring(text: Any, start: int, end: int | None = None) -> str:
    stop = len(library.text(text)) if end is None else end
    if not 0 <= start <= len(text):
        raise CelError(f"index out of range: {start}")
    if not 0 <= stop <= len(text):
        raise CelError(f"index out of range: {stop}")
    if start > stop:
        raise CelError(f"invalid substring range. start: {start}, end: {stop}")
    return str(text[start:stop])


def _char_at(text: Any, at: int) -> str:
    if not 0 <= at <= len(library.text(text)):
        raise CelError(f"index out of range: {at}")
    return str(text[at : at + 1])


def _split(text: Any, separator: str, limit: int = -1) -> list[str]:
    if limit in (0, 1):
        return [library.text(text)] if limit else []
    if not library.text(separator):
        return list(text)
    return list(text.split(separator)) if limit < 0 else list(text.split(separator, limit - 1))


def _find(text: Any, pattern: str) -> str:
    found = regex(pattern).search(library.text(text))
    return found[0] if found else ""


def _find_all(text: Any, pattern: str, limit: int | None = None) -> list[str]:
    return [found[0] for found in regex(pattern).finditer(library.text(text))][:limit]


def _index(value: Any, part: Any, *at: int) -> int:
    if isinstance(value, str):
        return value.find(library.text(part), *at)
    return next((i for i, item in enumerate(lists.as_list(value)) if equal(item, part)), -1)


def _last_index(value: Any, part: Any) -> int:
    if isinstance(value, str):
        return value.rfind(library.text(part))
    return next((i for i in reversed(range(len(lists.as_list(value)))) if equal(value[i], part)), -1)


def _extreme(choose: Callable[[list[Any]], Any], name: str) -> Function:
    def find(items: Any) -> Any:
        if not lists.as_list(items):
            raise CelError(f"{name} called on empty list")
        return choose(items)

    return find


def _joined(items: Any, by: str = "") -> str:
    return by.join(map(library.text, lists.as_list(items)))


GLOBAL: Final[dict[str, Function]] = {
    "size": size,
    "int": to_int,
    "uint": to_int,
    "double": to_double,
    "string": to_string,
    "bool": to_bool,
    "bytes": to_bytes,
    "dyn": lambda value: value,
    "type": type_of,
    "duration": times.duration,
    "timestamp": times.timestamp,
    "strings.quote": _strings_quote,
    "jsonpatch.escapeKey": lambda key: library.text(key).replace("~", "~0").replace("/", "~1"),
    "sets.contains": lambda a, b: all(contains(item, lists.as_list(a)) for item in lists.as_list(b)),
    "sets.equivalent": lambda a, b: (
        all(contains(item, lists.as_list(a)) for item in lists.as_list(b))
        and all(contains(item, b) for item in a)
    ),
    "sets.intersects": lambda a, b: any(contains(item, lists.as_list(a)) for item in lists.as_list(b)),
    **lists.GLOBAL,
    **library.GLOBAL,
}

METHODS: Final[dict[str, Function]] = {
    "size": size,
    "startsWith": lambda text, part: library.text(text).startswith(library.text(part)),
    "endsWith": lambda text, part: library.text(text).endswith(library.text(part)),
    "contains": lambda text, part: library.text(part) in library.text(text),
    "matches": lambda text, pattern: regex(pattern).search(library.text(text)) is not None,
    "lowerAscii": lambda text: "".join(c.lower() if c.isascii() else c for c in library.text(text)),
    "upperAscii": lambda text: "".join(c.upper() if c.isascii() else c for c in library.text(text)),
    "trim": lambda text: library.text(text).strip(),
    "charAt": _char_at,
    "indexOf": _index,
    "lastIndexOf": _last_index,
    "substring": _substring,
    "replace": lambda text, old, new, *count: library.text(text).replace(old, new, *count),
    "split": _split,
    "join": _joined,
    "format": formatted,
    "find": _find,
    "findAll": _find_all,
    "isSorted": lambda items: all(compare(a, b, "<=") for a, b in pairwise(lists.as_list(items))),
    "sum": lambda items: _bounded(sum(items[1:], items[0])) if lists.as_list(items) else 0,
    "min": _extreme(min, "min"),
    "max": _extreme(max, "max"),
    "distinct": lists.distinct(equal),
    **lists.METHODS,
    **times.METHODS,
    **library.METHODS,
}
