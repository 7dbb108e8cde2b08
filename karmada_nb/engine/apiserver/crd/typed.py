"""A custom resource's value as rules see it: what has a format is a time, a length of time, or bytes.

Follows k8s.io/apiserver pkg/cel/common/values.go (UnstructuredToVal).
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable
from functools import lru_cache
from typing import Any, Final

from karmada_nb.engine.apiserver.crd.cel import CelError
from karmada_nb.engine.apiserver.crd.cel.times import duration, timestamp
from karmada_nb.engine.apiserver.schema.schema import Kind, Schema

_READ: Final[dict[str, Callable[[str], Any]]] = {
    "date-time": timestamp,
    "datetime": timestamp,
    "date": lambda text: timestamp(f"{text}T00:00:00Z"),
    "duration": duration,
    "byte": lambda text: base64.b64decode(text, validate=True),
}


def typed(schema: Schema, value: Any) -> Any:
    """The value with CEL's types in it; what is not of its format stays text."""
    if not _has_formats(schema):
        return value
    if isinstance(value, str):
        read = _READ.get(schema.keywords.get("format", ""))
        try:
            return value if read is None or schema.kind is not Kind.STRING else read(value)
        except (CelError, binascii.Error):
            return value
    if isinstance(value, list) and schema.items is not None:
        return [typed(schema.items, item) for item in value]
    if isinstance(value, dict):
        nodes = {name: schema.properties.get(name) or schema.additional for name in value}
        return {
            name: item if (node := nodes[name]) is None else typed(node, item) for name, item in value.items()
        }
    return value


@lru_cache(maxsize=4096)
def _has_formats(schema: Schema) -> bool:
    if schema.kind is Kind.STRING:
        return schema.keywords.get("format", "") in _READ
    below = [*schema.properties.values(), schema.items, schema.additional]
    return any(part is not None and _has_formats(part) for part in below)
