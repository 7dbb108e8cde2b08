"""``Schema`` nodes as OpenAPI schemas, with the extensions by which clients merge and explain.

Follows what kube-openapi publishes: named types are shared definitions; in v3 a reference that has something
said beside it stands alone in an ``allOf``, in v2 it does not.
"""

from __future__ import annotations

from typing import Any, Final, Literal

from karmada_nb.engine.apiserver.openapi.values import meanings
from karmada_nb.engine.apiserver.openapi.words import Words
from karmada_nb.engine.apiserver.schema import builtin
from karmada_nb.engine.apiserver.schema.schema import Kind, Schema
from karmada_nb.engine.meta import Object

Dialect = Literal["v2", "v3"]
META: Final = "io.k8s.apimachinery.pkg.apis.meta.v1."
_PREFIX: Final = {"v2": "#/definitions/", "v3": "#/components/schemas/"}

_TYPES: Final = {
    Kind.OBJECT: "object",
    Kind.MAP: "object",
    Kind.ARRAY: "array",
    Kind.STRING: "string",
    Kind.INTEGER: "integer",
    Kind.NUMBER: "number",
    Kind.BOOLEAN: "boolean",
}
_ZERO: Final[dict[Kind, Any]] = {Kind.STRING: "", Kind.INTEGER: 0, Kind.NUMBER: 0, Kind.BOOLEAN: False}
_FORMATS: Final = {"int32": "int32", "int64": "int64", "int": "int32", "float64": "double"}
_OWN_JSON: Final[dict[Kind, Object]] = {
    Kind.TIME: {"type": "string", "format": "date-time"},
    Kind.MICRO_TIME: {"type": "string", "format": "date-time"},
    Kind.DURATION: {"type": "string"},
    Kind.BYTES: {"type": "string", "format": "byte"},
}
_EITHER: Final[dict[tuple[str, Kind], Object]] = {
    ("v2", Kind.QUANTITY): {"type": "string"},
    ("v3", Kind.QUANTITY): {"oneOf": [{"type": "string"}, {"type": "number"}]},
    ("v2", Kind.INT_OR_STRING): {"type": "string", "format": "int-or-string"},
    ("v3", Kind.INT_OR_STRING): {
        "format": "int-or-string",
        "oneOf": [{"type": "integer"}, {"type": "string"}],
    },
}


class Definitions:
    """The named types that were referred to, each written once; without ``words``, with no descriptions."""

    def __init__(self, dialect: Dialect, words: Words | None) -> None:
        self.dialect: Dialect = dialect
        self.words = words
        self._written: dict[str, Object] = {}
        self._waiting: list[Schema] = []

    def reference(self, name: str) -> Object:
        return {"$ref": _PREFIX[self.dialect] + name}

    def add(self, name: str, definition: Object) -> Object:
        """Put a definition that is no built-in type; returns the reference to it."""
        self._written[name] = definition
        return self.reference(name)

    def refer(self, schema: Schema) -> Object:
        """The reference to a named type, which will be written."""
        if schema.ref not in self._written:
            self._written[schema.ref] = {}
            self._waiting.append(schema)
        return self.reference(schema.ref)

    def finished(self) -> Object:
        """All definitions by name, those that were referred to included."""
        while self._waiting:
            schema = self._waiting.pop()
            if schema.kind is Kind.OBJECT:
                schema = builtin.of_ref(schema.ref)
            self._written[schema.ref] = self._type(schema)
        return dict(sorted(self._written.items()))

    def _type(self, schema: Schema) -> Object:
        """The definition of a named built-in type."""
        out = self._form(schema)
        if self.words and (words := self.words.of(schema.ref)):
            out["description"] = words
        if schema.map_type and schema.kind is Kind.OBJECT:
            out["x-kubernetes-map-type"] = schema.map_type
        if kind := builtin.group_version_kind(schema):
            group, version, name = kind
            out["x-kubernetes-group-version-kind"] = [{"group": group, "version": version, "kind": name}]
        return out

    def inline(self, schema: Schema, description: str = "") -> Object:
        """The schema of a field, an element or a map's value."""
        said = _said(schema)
        if words := schema.description or description:
            said = {"description": words, **said}
        if not schema.ref:
            return {**self._form(schema), **said}
        reference = self.refer(schema)
        if not said:
            return reference
        return {**said, **reference} if self.dialect == "v2" else {**said, "allOf": [reference]}

    def _form(self, schema: Schema) -> Object:
        """The type of a value, and of what is in it."""
        if schema.kind in _OWN_JSON:
            return dict(_OWN_JSON[schema.kind])
        if schema.ref and (self.dialect, schema.kind) in _EITHER:
            return dict(_EITHER[self.dialect, schema.kind])
        out: Object = {}
        if schema.kind in _TYPES:
            out["type"] = _TYPES[schema.kind]
        elif schema.kind is Kind.ANY and schema.preserve_unknown and schema.ref:
            out["type"] = "object"
        if schema.go_type in _FORMATS:
            out["format"] = _FORMATS[schema.go_type]
        out |= schema.keywords
        if schema.properties:
            kind = "metadata" in schema.properties
            words = self.words.fields(schema.ref, kind) if self.words else {}
            out["properties"] = {
                name: self.inline(field, words.get(name, "") + _values(schema.ref, name, field))
                for name, field in schema.properties.items()
            }
        if schema.required:
            out["required"] = list(schema.required)
        if schema.items is not None:
            out["items"] = self.inline(schema.items)
        if schema.additional is not None and schema.kind is not Kind.ANY:
            out["additionalProperties"] = self.inline(schema.additional)
        return out


def _values(ref: str, name: str, field: Schema) -> str:
    """What the description of a built-in type's field says of the values it may take."""
    values = field.keywords.get("enum")
    return meanings(ref, name, tuple(values)) if ref and values else ""


def _said(schema: Schema) -> Object:
    """What is said of a field beside its type."""
    out: Object = {}
    if schema.has_default:
        out["default"] = schema.default
    elif schema.always and not schema.pointer and (schema.kind is Kind.OBJECT or schema.kind in _ZERO):
        out["default"] = _ZERO.get(schema.kind, {})
    if schema.list_type:
        out["x-kubernetes-list-type"] = schema.list_type
    if schema.list_map_keys:
        out["x-kubernetes-list-map-keys"] = list(schema.list_map_keys)
    if schema.map_type and not (schema.ref and builtin.of_ref(schema.ref).map_type == schema.map_type):
        out["x-kubernetes-map-type"] = schema.map_type
    if schema.patch_merge_key:
        out["x-kubernetes-patch-merge-key"] = schema.patch_merge_key
    if schema.patch_strategies:
        out["x-kubernetes-patch-strategy"] = ",".join(schema.patch_strategies)
    return out
