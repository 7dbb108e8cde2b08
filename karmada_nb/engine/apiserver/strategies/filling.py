"""Small tools of defaulting: new objects only where something is missing.

An object that already has every default comes back as it is, and so does each of its parts.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from karmada_nb.engine.meta import Object

Fill = Callable[[Object], Object]


def fill(obj: Object, defaults: Mapping[str, Any]) -> Object:
    """The object with the fields that it lacks; an empty text is no value, as in Go."""
    missing = {name: value for name, value in defaults.items() if _lacks(obj.get(name), value)}
    return {**obj, **missing} if missing else obj


def complete(obj: Object, defaults: Mapping[str, Any]) -> Object:
    """``fill`` for fields that Go points at: an empty text was said, and stays."""
    missing = {name: value for name, value in defaults.items() if obj.get(name) is None}
    return {**obj, **missing} if missing else obj


def _lacks(found: Any, default: Any) -> bool:
    return found is None or (found == "" and default != "")


def filler(defaults: Mapping[str, Any]) -> Fill:
    """``fill`` with these defaults, for ``within`` and ``each``."""
    return lambda obj: fill(obj, defaults)


def completer(defaults: Mapping[str, Any]) -> Fill:
    """``complete`` with these defaults, for ``within`` and ``each``."""
    return lambda obj: complete(obj, defaults)


def within(obj: Object, name: str, change: Fill) -> Object:
    """The object with ``change`` applied to one struct in it, if that is there."""
    inner = obj.get(name)
    if inner is None:
        return obj
    changed = change(inner)
    return obj if changed is inner else {**obj, name: changed}


def each(obj: Object, name: str, change: Fill) -> Object:
    """The object with ``change`` applied to every element of one list in it."""
    items = obj.get(name)
    if not items:
        return obj
    changed = [change(item) for item in items]
    if all(new is old for new, old in zip(changed, items, strict=True)):
        return obj
    return {**obj, name: changed}


def put(obj: Object, name: str, value: Any) -> Object:
    """The object with a field set; the same object where it already is so."""
    return obj if name in obj and obj[name] == value else {**obj, name: value}


def drop(obj: Object, *names: str) -> Object:
    """The object without these fields; the same object where it has none of them."""
    if not any(name in obj for name in names):
        return obj
    return {name: value for name, value in obj.items() if name not in names}
