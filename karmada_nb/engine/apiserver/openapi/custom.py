"""The schemas of custom resources as they are published.

Follows k8s.io/apiextensions-apiserver pkg/controller/openapi: builder, and v2 for what programs that validate
by the second version cannot cope with.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from karmada_nb.engine.apiserver.openapi.definitions import Definitions
from karmada_nb.engine.apiserver.schema import builtin
from karmada_nb.engine.apiserver.schema.schema import Kind, Schema
from karmada_nb.engine.meta import Object

_JUNCTORS: Final = ("allOf", "anyOf", "oneOf", "not")
_EMBEDDED: Final = "x-kubernetes-embedded-resource"
_OWN: Final = ("apiVersion", "kind", "metadata")
_CONVENTIONS: Final = "https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md"
_EMBEDDED_WORDS: Final = {
    "apiVersion": "apiVersion defines the versioned schema of this representation of an object. "
    f"More info: {_CONVENTIONS}#resources",
    "kind": "kind is a string value representing the type of this object. In CamelCase. "
    f"More info: {_CONVENTIONS}#types-kinds",
}


def root(definitions: Definitions, schema: Schema) -> Object:
    """A whole custom resource. In v2 nothing is said of one that keeps what it does not know."""
    if definitions.dialect == "v2" and schema.preserve_unknown:
        return {"type": "object"}
    out = _node(definitions, schema)
    out.pop(_EMBEDDED, None)
    words = definitions.words.fields("", True) if definitions.words else {}
    out["properties"] = {**out.get("properties", {}), **_resource_fields(definitions, words)}
    return out


def _resource_fields(definitions: Definitions, words: Mapping[str, str]) -> Object:
    text = Schema(kind=Kind.STRING)
    return {
        "apiVersion": definitions.inline(text, words.get("apiVersion", "")),
        "kind": definitions.inline(text, words.get("kind", "")),
        "metadata": definitions.inline(builtin.object_meta(), words.get("metadata", "")),
    }


def _inner(definitions: Definitions, schema: Schema) -> Object:
    out = _node(definitions, schema)
    v2 = definitions.dialect == "v2"
    if schema.embedded_resource and not (v2 and schema.preserve_unknown):
        words = definitions.words.fields("", True) if definitions.words else {}
        fields = _resource_fields(definitions, {**words, **_EMBEDDED_WORDS})
        out["properties"] = {**out.get("properties", {}), **fields}
        out["required"] = [*schema.required, *(n for n in ("kind", "apiVersion") if n not in schema.required)]
    return out


def _node(definitions: Definitions, schema: Schema) -> Object:
    """One value and what is in it."""
    v2 = definitions.dialect == "v2"
    out: Object = {"description": schema.description} if schema.description else {}
    out |= {name: value for name, value in schema.keywords.items() if not (v2 and name in _JUNCTORS)}
    fields = [name for name in schema.properties if not (schema.embedded_resource and name in _OWN)]
    if fields:
        out["properties"] = {name: _inner(definitions, schema.properties[name]) for name in fields}
    if schema.items is not None:
        out["items"] = _inner(definitions, schema.items)
    if schema.additional is not None:
        out["additionalProperties"] = _inner(definitions, schema.additional)
    if schema.required:
        out["required"] = list(schema.required)
    if v2:
        return _simplified(schema, out)
    if schema.has_default:
        out["default"] = schema.default
    if schema.nullable:
        out["nullable"] = True
    if schema.kind is Kind.INT_OR_STRING and "anyOf" not in out and "allOf" not in out:
        out["anyOf"] = [{"type": "integer"}, {"type": "string"}]
    return out


def _simplified(schema: Schema, out: Object) -> Object:
    """Without what the second version has no words for, or kubectl would take amiss."""
    gone: set[str] = set()
    if schema.nullable:
        gone |= {"type", "items", "properties"}
    if schema.preserve_unknown:
        gone |= {"items", "properties"}
        if out.get("type") == "object":
            gone.add("type")
    if out.get("type") == "array" and (schema.items is None or "items" in gone):
        gone.add("type")
    if schema.additional is not None and schema.additional.nullable:
        gone.add("required")
    kept = {name: value for name, value in out.items() if name not in gone}
    if "required" in kept and "properties" in kept:
        solid = [
            n for n in kept["required"] if n not in schema.properties or not schema.properties[n].nullable
        ]
        kept = {**kept, "required": solid} if solid else {k: v for k, v in kept.items() if k != "required"}
    return kept
