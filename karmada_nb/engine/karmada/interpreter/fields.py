"""Reading fields of objects whose shape nobody has checked.

Two ways of reading, as upstream has two. ``nested_*`` follow apimachinery's
pkg/apis/meta/v1/unstructured/helpers.go: a missing field is no error, a field of another type is.
``number`` and its kin stand for the conversion to a typed object: a missing field is the type's zero.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from karmada_nb.engine.karmada.interpreter.base import InterpreterError
from karmada_nb.engine.meta import Object

MISSING: Final = object()

_GO_TYPES: Final[Mapping[type, str]] = {
    str: "string",
    bool: "bool",
    int: "int64",
    float: "float64",
    dict: "map[string]interface {}",
    list: "[]interface {}",
    type(None): "<nil>",
}


def _go_text(value: Any) -> str:
    if value is None:
        return "<nil>"
    return str(value).lower() if isinstance(value, bool) else str(value)


def accessor_error(path: tuple[str, ...], value: Any, expected: str) -> InterpreterError:
    found = _GO_TYPES.get(type(value), type(value).__name__)
    where = "." + ".".join(path)
    return InterpreterError(
        f"{where} accessor error: {_go_text(value)} is of the type {found}, expected {expected}"
    )


def nested(obj: Any, *path: str) -> Any:
    """The value at ``path`` or ``MISSING``. Raises InterpreterError where a step is not a map."""
    for depth, step in enumerate(path):
        if obj is None:
            return MISSING
        if not isinstance(obj, dict):
            raise accessor_error(path[: depth + 1], obj, "map[string]interface{}")
        obj = obj.get(step, MISSING)
        if obj is MISSING:
            return MISSING
    return obj


def nested_int(obj: Object, *path: str) -> int | None:
    value = nested(obj, *path)
    if value is MISSING:
        return None
    if not isinstance(value, int) or isinstance(value, bool):
        raise accessor_error(path, value, "int64")
    return value


def nested_string(obj: Object, *path: str) -> str | None:
    value = nested(obj, *path)
    if value is MISSING:
        return None
    if not isinstance(value, str):
        raise accessor_error(path, value, "string")
    return value


def nested_map(obj: Object, *path: str) -> Object | None:
    value = nested(obj, *path)
    if value is MISSING:
        return None
    if not isinstance(value, dict):
        raise accessor_error(path, value, "map[string]interface{}")
    return value


def nested_list(obj: Object, *path: str) -> list[Any] | None:
    value = nested(obj, *path)
    if value is MISSING:
        return None
    if not isinstance(value, list):
        raise accessor_error(path, value, "[]interface{}")
    return value


def nested_string_map(obj: Object, *path: str) -> dict[str, str] | None:
    found = nested_map(obj, *path)
    for key, value in (found or {}).items():
        if not isinstance(value, str):
            where = "." + ".".join(path)
            kind = _GO_TYPES.get(type(value), type(value).__name__)
            raise InterpreterError(
                f"{where} accessor error: contains non-string value in the map under key "
                f'"{key}": {_go_text(value)} is of the type {kind}, expected string'
            )
    return found


def number(obj: Mapping[str, Any], field: str) -> int:
    """An integer field, 0 where it is missing."""
    value = obj.get(field)
    if value is None:
        return 0
    if isinstance(value, bool) or not isinstance(value, int):
        if isinstance(value, float) and value.is_integer():
            return int(value)
        raise InterpreterError(
            f"cannot convert {_GO_TYPES.get(type(value), 'value')} of {field} to an integer"
        )
    return value


def mapping(obj: Mapping[str, Any], field: str) -> Object:
    """An object field, empty where it is missing."""
    value = obj.get(field)
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise InterpreterError(
            f"cannot convert {_GO_TYPES.get(type(value), 'value')} of {field} to an object"
        )
    return value


def items(obj: Mapping[str, Any], field: str) -> list[Any]:
    """A list field, empty where it is missing."""
    value = obj.get(field)
    if value is None:
        return []
    if not isinstance(value, list):
        raise InterpreterError(f"cannot convert {_GO_TYPES.get(type(value), 'value')} of {field} to a list")
    return value


def text(obj: Mapping[str, Any], field: str) -> str:
    """A string field, empty where it is missing."""
    value = obj.get(field)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise InterpreterError(f"cannot convert {_GO_TYPES.get(type(value), 'value')} of {field} to a string")
    return value
