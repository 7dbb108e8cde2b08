"""CEL's values as text: ``string(x)`` and ``'%s'.format([x])``. Follows cel-go ext/formatting.go."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from karmada_nb.engine.apiserver.crd.cel import times
from karmada_nb.engine.apiserver.crd.cel.values import CelError, Type, no_overload, type_of

_CLAUSE: Final = re.compile(r"%(?:\.(\d+))?(.)", re.S)
_PRECISION: Final = 6


def to_string(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, bytes):
        return _decoded(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime | timedelta):
        return times.shown(value)
    if isinstance(value, float):
        return _number(value)
    if isinstance(value, list | Mapping) or value is None:
        raise no_overload()
    return str(value)


def formatted(pattern: Any, arguments: Any) -> str:
    """``format``: each clause takes the next argument."""
    if not isinstance(pattern, str) or not isinstance(arguments, list):
        raise no_overload()
    left = list(arguments)

    def replaced(found: re.Match[str]) -> str:
        precision, verb = found[1], found[2]
        if verb == "%":
            return "%"
        if not left:
            raise CelError("index out of range: no more arguments")
        return _clause(verb, left.pop(0), _PRECISION if precision is None else int(precision))

    return _CLAUSE.sub(replaced, pattern)


def _clause(verb: str, value: Any, precision: int) -> str:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    whole = isinstance(value, int) and not isinstance(value, bool)
    match verb:
        case "s":
            return _shown(value, bare=True)
        case "d" if whole:
            return str(value)
        case "f" if number:
            return f"{value:.{precision}f}"
        case "e" if number:
            return f"{value:.{precision}e}"
        case "b" if whole or isinstance(value, bool):
            return f"{int(value):b}"
        case "o" if whole:
            return f"{value:o}"
        case "x" | "X" if whole:
            return f"{value:{verb}}"
        case "x" | "X" if isinstance(value, str | bytes):
            text = (value.encode() if isinstance(value, str) else value).hex()
            return text if verb == "x" else text.upper()
    if verb not in "sdfeboxX":
        raise CelError(f'could not parse formatting clause: unrecognized formatting clause "{verb}"')
    name = type_of(value).name
    raise CelError(f"error during formatting: no formatting of {name} as %{verb}")


def _shown(value: Any, *, bare: bool = False) -> str:
    if value is None:
        return "null"
    if isinstance(value, str):
        return value if bare else f'"{value}"'
    if isinstance(value, list):
        return f"[{', '.join(map(_shown, value))}]"
    if isinstance(value, Mapping):
        pairs = sorted((_shown(key, bare=True), key) for key in value)
        return "{" + ", ".join(f"{_shown(key)}: {_shown(value[key])}" for _, key in pairs) + "}"
    if isinstance(value, Type):
        return value.name
    return to_string(value)


def _number(value: float) -> str:
    return str(int(value)) if value == int(value) and abs(value) < 1e21 else repr(value)


def _decoded(value: bytes) -> str:
    try:
        return value.decode()
    except UnicodeDecodeError:
        raise CelError("invalid UTF-8 in bytes, cannot convert to string") from None
