"""The functions of lists beyond the standard ones. Follows cel-go ext/lists.go."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Final

from karmada_nb.engine.apiserver.crd.cel.values import CelError, no_overload

_ORDERED: Final = (str, bool, int, float, bytes, datetime, timedelta)


def as_list(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise no_overload()
    return value


def ordered(items: Any, keys: list[Any] | None = None) -> list[Any]:
    """In order of themselves, or of ``keys``."""
    by = as_list(items) if keys is None else keys
    if by and any(not isinstance(key, _ORDERED) or type(key) is not type(by[0]) for key in by):
        raise CelError("list elements must have the same type")
    return [items[at] for at in sorted(range(len(by)), key=by.__getitem__)]


def _slice(items: Any, start: int, end: int) -> list[Any]:
    size = len(as_list(items))
    if start < 0 or end < 0:
        raise CelError(f"cannot slice({start}, {end}), negative indexes not supported")
    if start > end:
        raise CelError(f"cannot slice({start}, {end}), start index must be less than or equal to end index")
    if end > size:
        raise CelError(f"cannot slice({start}, {end}), list is length {size}")
    return list(items[start:end])


def _flatten(items: Any, depth: int = 1) -> list[Any]:
    if depth < 0:
        raise CelError("level must be non-negative")
    out: list[Any] = []
    for item in as_list(items):
        if isinstance(item, list) and depth:
            out += _flatten(item, depth - 1)
        else:
            out.append(item)
    return out


def distinct(equal: Callable[[Any, Any], bool]) -> Callable[[Any], list[Any]]:
    def find(items: Any) -> list[Any]:
        out: list[Any] = []
        for item in as_list(items):
            if not any(equal(item, seen) for seen in out):
                out.append(item)
        return out

    return find


METHODS: Final[dict[str, Any]] = {
    "slice": _slice,
    "flatten": _flatten,
    "sort": ordered,
    "reverse": lambda items: as_list(items)[::-1],
}
GLOBAL: Final[dict[str, Any]] = {"lists.range": lambda count: list(range(count))}
