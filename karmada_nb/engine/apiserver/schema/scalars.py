"""Values that are more than JSON: what Go's own unmarshalers make of them, and the words they refuse with.

Each function returns the text the API server would store, the same object when nothing changes. They raise
``Mismatch`` for a wrong JSON type (encoding/json's own error) and ``Refused`` for a bad value.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any, Final

from karmada_nb.engine import golang
from karmada_nb.engine import quantity as quantities
from karmada_nb.engine.apiserver.schema import gotime
from karmada_nb.engine.apiserver.schema.schema import Kind

INTEGERS: Final = {
    "int32": (-(2**31), 2**31 - 1),
    "int64": (-(2**63), 2**63 - 1),
    "int": (-(2**63), 2**63 - 1),
    "uint32": (0, 2**32 - 1),
    "uint64": (0, 2**64 - 1),
}
_SUFFIXED: Final = re.compile(r"[+-]?\d*(\.\d*)?[eEinumkKMGTP]*[-+]?\d*", re.ASCII)
_UNIT: Final = {
    "ns": 1,
    "us": 10**3,
    "µs": 10**3,
    "ms": 10**6,
    "s": 10**9,
    "m": 60 * 10**9,
    "h": 3600 * 10**9,
}
_DURATION: Final = re.compile(r"([-+]?)((?:\d+\.?\d*|\.\d+)(?:ns|us|µs|ms|s|m|h))+", re.ASCII)
_DURATION_PART: Final = re.compile(r"(\d+\.?\d*|\.\d+)(ns|us|µs|ms|s|m|h)", re.ASCII)


class Mismatch(Exception):
    """A value of another JSON type. ``found`` and ``wanted`` are said as Go says them."""

    def __init__(self, found: str, wanted: str) -> None:
        super().__init__(f"json: cannot unmarshal {found} into Go value of type {wanted}")
        self.found = found
        self.wanted = wanted


class Refused(Exception):
    """A value of the right type that its reader refuses."""


@lru_cache(maxsize=2048)
def _canonical(text: str) -> str:
    try:
        return quantities.canonical(text.strip())
    except ValueError as error:
        if text and _SUFFIXED.fullmatch(text):
            raise Refused("unable to parse quantity's suffix") from None
        raise Refused(str(error)) from None


def quantity(value: Any) -> str:
    """``resource.Quantity``: a text or a number, in canonical form."""
    if isinstance(value, bool | dict | list):
        raise Refused(quantities.INVALID)
    text = value if isinstance(value, str) else repr(value)
    canonical = _canonical(text)
    return text if canonical == text else canonical


def int_or_string(value: Any) -> int | str:
    """``intstr.IntOrString``."""
    return value if isinstance(value, str) else integer(value, "int32")


def integer(value: Any, go_type: str) -> int:
    """A whole number within the range of its Go type."""
    if type(value) is int:
        low, high = INTEGERS.get(go_type, INTEGERS["int64"])
        if low <= value <= high:
            return value
    found = golang.json_type(value)
    raise Mismatch(f"number {value}" if found == "number" else found, go_type)


def text(value: Any, go_type: str = "string") -> str:
    if isinstance(value, str):
        return value
    raise Mismatch(golang.json_type(value), go_type)


def _time(value: Any, layout: str) -> str:
    given = text(value)
    try:
        written = gotime.normalise(given, layout)
    except ValueError as error:
        raise Refused(str(error)) from None
    return given if written == given else written


def time(value: Any) -> str:
    """``metav1.Time``: UTC, whole seconds."""
    return _time(value, gotime.SECONDS)


def micro_time(value: Any) -> str:
    """``metav1.MicroTime``: UTC, six digits."""
    return _time(value, gotime.MICROSECONDS)


def duration(value: Any) -> str:
    """``metav1.Duration``, such as ``1h30m0s``. Follows Go's time.ParseDuration and Duration.String."""
    given = text(value)
    if given == "0":
        return "0s"
    if not _DURATION.fullmatch(given):
        raise Refused(f'time: invalid duration "{given}"')
    total = sum(round(float(amount) * _UNIT[unit]) for amount, unit in _DURATION_PART.findall(given))
    written = ("-" if given.startswith("-") and total else "") + _written(total)
    return given if written == given else written


def _written(nanoseconds: int) -> str:
    for unit, size, below in (("ns", 1, 10**3), ("µs", 10**3, 10**6), ("ms", 10**6, 10**9)):
        if 0 < nanoseconds < below:
            return f"{nanoseconds / size:.9f}".rstrip("0").rstrip(".") + unit
    minutes, rest = divmod(nanoseconds, 60 * 10**9)
    seconds = f"{rest // 10**9}.{rest % 10**9:09d}".rstrip("0").rstrip(".") + "s"
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours}h{minutes}m{seconds}"
    return f"{minutes}m{seconds}" if minutes else seconds


def octets(value: Any) -> str:
    """``[]byte``: standard base64."""
    given = text(value, "[]uint8")
    compact = given.replace("\n", "").replace("\r", "")
    try:
        written = base64.b64encode(base64.b64decode(compact, validate=True)).decode()
    except (binascii.Error, ValueError):
        raise Refused(f"illegal base64 data at input byte {_first_bad(given)}") from None
    return given if written == given else written


def _first_bad(given: str) -> int:
    """Where Go's decoder stops: the first character out of place, or the start of a cut-off end."""
    good = re.match(r"[A-Za-z0-9+/\r\n]*", given)
    end = good.end() if good else 0
    digits = len(re.sub(r"[\r\n]", "", given[:end]))
    if end < len(given) and not (given[end] == "=" and digits % 4 >= 2):
        return end
    if end == len(given):
        return end - digits % 4
    return min(len(given), end + 4 - digits % 4)


def floating(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise Mismatch(golang.json_type(value), "float64")
    return value


READERS: Final[dict[Kind, Callable[[Any], Any]]] = {
    Kind.QUANTITY: quantity,
    Kind.INT_OR_STRING: int_or_string,
    Kind.TIME: time,
    Kind.MICRO_TIME: micro_time,
    Kind.DURATION: duration,
    Kind.BYTES: octets,
    Kind.NUMBER: floating,
}
"""The reader of each kind whose Go type needs no name."""
