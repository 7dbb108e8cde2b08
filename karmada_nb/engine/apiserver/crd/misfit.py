"""Whether Go could read an object as the struct that a schema was made from.

A CRD's schema is checked late, after the webhooks; whoever reads the object as its Go type before that, as
the webhooks of Karmada and its aggregated API do, fails as encoding/json's ``UnmarshalTypeError`` says.
"""

from __future__ import annotations

import operator
from typing import Any, Final

from karmada_nb.engine import golang
from karmada_nb.engine.apiserver.crd.validate import has_type
from karmada_nb.engine.apiserver.schema.decode import empty
from karmada_nb.engine.apiserver.schema.schema import Kind, Schema

_GO: Final = {
    Kind.OBJECT: "struct",
    Kind.MAP: "map[string]",
    Kind.ARRAY: "[]",
    Kind.STRING: "string",
    Kind.INTEGER: "int64",
    Kind.NUMBER: "float64",
    Kind.BOOLEAN: "bool",
    Kind.INT_OR_STRING: "intstr.IntOrString",
}
"""Go's word for a schema's kind; a schema does not know the names of Go's types."""


def misfit(schema: Schema, value: Any, path: str = "") -> str:
    """The first value of a wrong type, in Go's words; empty where there is none. Null fits everywhere."""
    if value is None:
        return ""
    if not has_type(schema.kind, value):
        return golang.cannot_unmarshal(value, _GO.get(schema.kind, schema.kind.name), path)
    if isinstance(value, list) and schema.items is not None:
        found = (misfit(schema.items, item, path) for item in value)
    elif isinstance(value, dict):
        below = ((schema.properties.get(name) or schema.additional, name) for name in value)
        found = (misfit(node, value[name], f"{path}.{name}") for node, name in below if node is not None)
    else:
        return ""
    return next(filter(None, found), "")


def without_nulls(schema: Schema, value: Any) -> Any:
    """The value as Go reads it: a null field says nothing, a null item is its type's zero value.

    The same value where there is no null in it, so that a write that changes nothing is seen to.
    """
    if isinstance(value, list) and schema.items is not None:
        inner = schema.items
        items = [empty(inner) if item is None else without_nulls(inner, item) for item in value]
        return value if all(map(operator.is_, items, value)) else items
    if isinstance(value, dict):
        nodes = {name: schema.properties.get(name) or schema.additional for name in value}
        fields = {
            name: item if (node := nodes[name]) is None else without_nulls(node, item)
            for name, item in value.items()
            if item is not None
        }
        same = len(fields) == len(value) and all(map(operator.is_, fields.values(), value.values()))
        return value if same else fields
    return value
