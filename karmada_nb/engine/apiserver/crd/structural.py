"""A CRD's ``openAPIV3Schema`` as a ``Schema``.

Follows k8s.io/apiextensions-apiserver pkg/apiserver/schema (structural schemas): the root and every embedded
resource also have apiVersion, kind and metadata, whatever the author wrote about them.
"""

from collections.abc import Mapping
from typing import Any, Final

from karmada_nb.engine.apiserver.schema import builtin
from karmada_nb.engine.apiserver.schema.schema import (
    ABSENT,
    NOTHING,
    Combined,
    Kind,
    LazyProperties,
    Schema,
)

_KINDS: Final = {
    "string": Kind.STRING,
    "integer": Kind.INTEGER,
    "number": Kind.NUMBER,
    "boolean": Kind.BOOLEAN,
    "array": Kind.ARRAY,
}
_OWN_MEANING: Final = frozenset({
    "properties", "items", "additionalProperties", "default", "required", "description", "nullable",
})  # fmt: skip


def root(openapi: Mapping[str, Any] | None) -> Schema:
    """The schema of a whole custom resource. None: anything goes."""
    said = openapi or {"type": "object", "x-kubernetes-preserve-unknown-fields": True}
    return node({**said, "x-kubernetes-embedded-resource": True})


def node(said: Mapping[str, Any]) -> Schema:
    """The schema of one value and all below it."""
    embedded = bool(said.get("x-kubernetes-embedded-resource"))
    fields: Mapping[str, Any] = said.get("properties") or {}
    named = embedded or bool(fields)

    def properties() -> dict[str, Schema]:
        own = {name: node(field) for name, field in fields.items()}
        return {**own, **_resource_fields()} if embedded else own

    return Schema(
        kind=_kind(said, named, said.get("additionalProperties")),
        properties=LazyProperties(properties) if named else NOTHING,
        additional=_additional(said.get("additionalProperties")),
        items=node(said["items"]) if isinstance(said.get("items"), Mapping) else None,
        required=tuple(said.get("required") or ()),
        default=said.get("default", ABSENT),
        list_type=said.get("x-kubernetes-list-type", ""),
        list_map_keys=tuple(said.get("x-kubernetes-list-map-keys") or ()),
        map_type=said.get("x-kubernetes-map-type", ""),
        nullable=bool(said.get("nullable")),
        preserve_unknown=bool(said.get("x-kubernetes-preserve-unknown-fields")),
        embedded_resource=embedded,
        description=said.get("description", ""),
        combined=_combined(said),
        ruled=_ruled(said),
        keywords={key: value for key, value in said.items() if key not in _OWN_MEANING},
    )


def _ruled(said: Mapping[str, Any]) -> bool:
    """Whether there are rules in CEL here or below."""
    if said.get("x-kubernetes-validations"):
        return True
    below = [*(said.get("properties") or {}).values(), said.get("items"), said.get("additionalProperties")]
    return any(_ruled(part) for part in below if isinstance(part, Mapping))


def _combined(said: Mapping[str, Any]) -> Combined | None:
    if not any(said.get(name) for name in ("allOf", "anyOf", "oneOf", "not")):
        return None
    every, some, one = (tuple(map(node, said.get(name) or ())) for name in ("allOf", "anyOf", "oneOf"))
    return Combined(every, some, one, node(said["not"]) if said.get("not") else None)


def _additional(said: Any) -> Schema | None:
    if isinstance(said, Mapping):
        return node(said)
    return Schema(kind=Kind.ANY, preserve_unknown=True) if said is True else None


def _kind(said: Mapping[str, Any], named: bool, additional: Any) -> Kind:
    if said.get("x-kubernetes-int-or-string"):
        return Kind.INT_OR_STRING
    form = said.get("type", "")
    if form in _KINDS:
        return _KINDS[form]
    if form == "object":
        return Kind.MAP if additional and not named else Kind.OBJECT
    return Kind.OBJECT if named else Kind.ANY


def _resource_fields() -> dict[str, Schema]:
    text = Schema(kind=Kind.STRING)
    return {"apiVersion": text, "kind": text, "metadata": builtin.object_meta()}
