"""How server-side apply sees a value: which parts are granular, and what names an element of a list.

Follows sigs.k8s.io/structured-merge-diff typed/helpers.go. What no schema describes is deduced: maps are
granular, lists are atomic.
"""

from functools import lru_cache
from typing import Any, Final

import orjson

from karmada_nb.engine.apiserver.schema.builtin import object_meta
from karmada_nb.engine.apiserver.schema.schema import Kind, Schema

DEDUCED: Final = Schema(kind=Kind.ANY)
"""A value of which nothing is said."""
_STRING: Final = Schema(kind=Kind.STRING)


class Missing:
    """The type of ``MISSING``: no value at all, which differs from null."""


MISSING: Final = Missing()

_ZERO: Final[dict[Kind, Any]] = {
    Kind.OBJECT: {},
    Kind.STRING: "",
    Kind.INTEGER: 0,
    Kind.NUMBER: 0,
    Kind.BOOLEAN: False,
    Kind.QUANTITY: "0",
    Kind.INT_OR_STRING: 0,
}


class UnnamedElementError(ValueError):
    """A list element that nothing tells apart from the others."""


@lru_cache(maxsize=2048)
def rooted(schema: Schema | None) -> Schema:
    """The schema of a whole object, in which the type and metadata are described whatever a CRD says."""
    if schema is None:
        schema = DEDUCED
    metadata = schema.properties.get("metadata")
    if metadata is not None and metadata.properties:
        return schema
    fields = {**schema.properties, "apiVersion": _STRING, "kind": _STRING, "metadata": object_meta()}
    return Schema(
        kind=Kind.OBJECT,
        properties=fields,
        additional=schema.additional,
        preserve_unknown=schema.preserve_unknown or schema.kind is Kind.ANY,
    )


def child(schema: Schema, field: str) -> Schema | None:
    """The schema of a map's field; None when there is no such field. An object without fields is free."""
    found = schema.properties.get(field)
    if found is not None:
        return found
    if schema.kind is Kind.ANY:
        return DEDUCED
    free = schema.preserve_unknown or not schema.properties
    return schema.additional or (DEDUCED if free else None)


def items(schema: Schema) -> Schema:
    return schema.items or DEDUCED


def atomic(schema: Schema, value: Any) -> bool:
    """Whether a map or list is owned as one piece."""
    if isinstance(value, list):
        return schema.list_type not in ("map", "set")
    return schema.map_type == "atomic"


def zero(schema: Schema) -> Any:
    """What Go writes for a field that always is there and about which nothing was said."""
    return None if schema.pointer else _ZERO.get(schema.kind)


def element(schema: Schema, item: Any) -> str:
    """The step that names an element of a ``set`` or ``map`` list. Raises UnnamedElementError."""
    if schema.list_type == "map":
        return _keyed(schema, item)
    if isinstance(item, dict):
        raise UnnamedElementError("associative list without keys has an element that's a map type")
    if isinstance(item, list):
        raise UnnamedElementError("not supported: associative list with lists as elements")
    if item is None:
        raise UnnamedElementError("associative list without keys has an element that's an explicit null")
    return "v:" + orjson.dumps(item).decode()


def _keyed(schema: Schema, item: Any) -> str:
    if item is None:
        raise UnnamedElementError("associative list with keys may not have a null element")
    if not isinstance(item, dict):
        raise UnnamedElementError("associative list with keys may not have non-map elements")
    keys: dict[str, Any] = {}
    for name in schema.list_map_keys:
        value = item[name] if name in item else _key_default(schema, name)
        if value is not MISSING:
            keys[name] = value
    if not keys:
        names = " ".join(f'"{name}"' for name in schema.list_map_keys)
        raise UnnamedElementError(
            f"associative list with keys has an element that omits all key fields [{names}] "
            "(and doesn't have default values for any key fields)"
        )
    return "k:" + orjson.dumps(keys, option=orjson.OPT_SORT_KEYS).decode()


def _key_default(schema: Schema, name: str) -> Any:
    field = child(items(schema), name)
    if field is None:
        return MISSING
    if field.has_default:
        return field.default
    return zero(field) if field.always and zero(field) is not None else MISSING
