"""Field errors: where in an object, what kind, which value, what is wrong with it.

Follows k8s.io/apimachinery pkg/util/validation/field/errors.go. An error is a ``Cause`` whose message is
upstream's error body; the functions below are the only places where these bodies are made.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

import orjson

from karmada_nb.engine.apiserver.validation.internal import internal
from karmada_nb.engine.errors import Cause

IMMUTABLE: Final = "field is immutable"
NEGATIVE: Final = "must be greater than or equal to 0"
_OMITTED: Final = object()


def invalid(path: str, value: Any, detail: str) -> Cause:
    return _cause(path, "FieldValueInvalid", "Invalid value", value, detail)


def not_supported(path: str, value: Any, supported: Iterable[str]) -> Cause:
    """``supported`` in the order in which the message names them."""
    shown = ", ".join(show(item) for item in supported)
    return _cause(path, "FieldValueNotSupported", "Unsupported value", value, f"supported values: {shown}")


def not_found(path: str, value: Any) -> Cause:
    return _cause(path, "FieldValueNotFound", "Not found", value, "")


def duplicate(path: str, value: Any) -> Cause:
    return _cause(path, "FieldValueDuplicate", "Duplicate value", value, "")


def required(path: str, detail: str = "") -> Cause:
    return _cause(path, "FieldValueRequired", "Required value", _OMITTED, detail)


def forbidden(path: str, detail: str) -> Cause:
    return _cause(path, "FieldValueForbidden", "Forbidden", _OMITTED, detail)


def too_long(path: str, limit: int) -> Cause:
    return _cause(path, "FieldValueTooLong", "Too long", _OMITTED, f"may not be more than {limit} bytes")


def too_many(path: str, found: int, limit: int) -> Cause:
    items = "item" if limit == 1 else "items"
    return _cause(path, "FieldValueTooMany", "Too many", found, f"must have at most {limit} {items}")


def each(path: str, value: Any, complaints: Iterable[str]) -> list[Cause]:
    """One ``invalid`` for every complaint about the same value."""
    return [invalid(path, value, text) for text in complaints]


def checked(path: str, value: Any, check: Callable[[Any], Iterable[str]]) -> list[Cause]:
    """What must be there, and be as ``check`` wants it."""
    return each(path, value, check(value)) if value else [required(path)]


def optional(path: str, value: Any, supported: Iterable[str]) -> list[Cause]:
    """A word out of a closed set, where there is one; ``supported`` in the order of the message."""
    words = tuple(supported)
    return [] if value is None or value in words else [not_supported(path, value, words)]


def non_negative(path: str, value: Any) -> list[Cause]:
    """A number, where there is one, that must not be below zero."""
    return [invalid(path, value, NEGATIVE)] if isinstance(value, int) and value < 0 else []


def immutable(path: str, new: Any, old: Any) -> list[Cause]:
    """Absent and empty are the same to this check, as they are to Go's semantic equality."""
    if new is old or (new or None) == (old or None):
        return []
    return [invalid(path, new, IMMUTABLE)]


def immutable_struct(path: str, struct: str, new: Any, old: Any) -> list[Cause]:
    """``immutable`` for a struct of this name (``core/v1.Taint``): messages show it as Go's own types."""
    if (new or None) == (old or None):
        return []
    return [invalid(path, internal(struct, new), IMMUTABLE)]


def one_of(path: str, value: Any, supported: Iterable[str]) -> list[Cause]:
    """A required word out of a closed set: absent, unknown, or fine."""
    if not value:
        return [required(path)]
    words = tuple(supported)
    return [] if value in words else [not_supported(path, value, sorted(words))]


def _cause(path: str, reason: str, kind: str, value: Any, detail: str) -> Cause:
    body = kind if value is _OMITTED else f"{kind}: {show(value)}"
    return Cause(path, reason, f"{body}: {detail}" if detail else body)


def show(value: Any) -> str:
    """A value as Go's error text has it: strings quoted, everything else as JSON."""
    text = orjson.dumps(value).decode()
    if isinstance(value, str):
        return text
    return text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")


def ordered(value: Mapping[str, Any], *names: str) -> dict[str, Any]:
    """The fields of a struct in the order in which Go writes them, for ``show``."""
    head = {name: value[name] for name in names if name in value}
    return {**head, **{name: item for name, item in value.items() if name not in head}}
