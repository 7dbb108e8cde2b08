"""Whether Go could read an object as the struct that a schema was made from.

A CRD's schema is checked late, after the webhooks; whoever reads the object as its Go type before that, as
the webhooks of Karmada and its aggregated API do, fails as encoding/json's ``UnmarshalTypeError`` says.
"""

from __future__ import annotations

from typing import Any, Final

from karmada_nb.engine import golang
from karmada_nb.engine.apiserver.crd.validate import has_type
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
