"""What CEL's values are here, and the errors of evaluating.

Values are JSON's own, with ``datetime`` for timestamps, ``timedelta`` for durations, ``bytes``, ``Decimal``
for quantities, and the address types of ``ipaddress``; ``Type`` is a type as a value.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Final


class CelError(Exception):
    """An expression that cannot be evaluated: a missing key, a wrong type."""


def no_overload() -> CelError:
    """Values of types that an operator or a function does not take."""
    return CelError("no such overload")


@dataclass(frozen=True, slots=True)
class Type:
    """What ``type(x)`` gives, and what ``int`` or ``string`` name."""

    name: str


TYPES: Final = {
    name: Type(name)
    for name in ("int", "uint", "double", "bool", "string", "bytes", "list", "map", "null_type", "type")
}
_OF: Final[dict[type, str]] = {
    bool: "bool", int: "int", float: "double", str: "string", bytes: "bytes", list: "list", dict: "map",
    datetime: "google.protobuf.Timestamp", timedelta: "google.protobuf.Duration", Type: "type",
    Decimal: "kubernetes.Quantity",
}  # fmt: skip


def type_of(value: Any) -> Type:
    """The type of a value."""
    if value is None:
        return TYPES["null_type"]
    name = _OF.get(type(value)) or ("map" if isinstance(value, Mapping) else type(value).__name__)
    return TYPES.get(name) or Type(name)


def is_number(value: Any) -> bool:
    return isinstance(value, int | float | Decimal) and not isinstance(value, bool)
