"""JSON values as Go prints them: some messages of patches show the offending value that way."""

from collections.abc import Mapping
from typing import Any

import orjson

from karmada_nb.engine import golang


def quoted(text: str) -> str:
    """``%q`` of a string."""
    return orjson.dumps(text).decode()


def type_name(value: Any) -> str:
    """``%T``: the Go type that holds a decoded JSON value."""
    if value is None:
        return "<nil>"
    names = {
        dict: "map[string]interface {}",
        list: "[]interface {}",
        str: "string",
        bool: "bool",
        int: "int64",
    }
    return names.get(type(value), "float64")


def plain(value: Any) -> str:
    """``%v``: maps sorted by key, nothing quoted."""
    if value is None:
        return "<nil>"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Mapping):
        return "map[" + " ".join(f"{key}:{plain(value[key])}" for key in sorted(value)) + "]"
    if isinstance(value, list):
        return "[" + " ".join(plain(item) for item in value) + "]"
    return golang.float_text(value) if isinstance(value, float) else str(value)


def syntax(value: Any) -> str:
    """``%#v``: as Go source would write it."""
    if value is None:
        return "interface {}(nil)"
    if isinstance(value, str):
        return quoted(value)
    if isinstance(value, Mapping):
        fields = ", ".join(f"{quoted(key)}:{syntax(value[key])}" for key in sorted(value))
        return "map[string]interface {}{" + fields + "}"
    if isinstance(value, list):
        return "[]interface {}{" + ", ".join(syntax(item) for item in value) + "}"
    return plain(value)
