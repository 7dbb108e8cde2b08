"""The words of strategic merge patches: directives, errors, and what a schema says of a field.

Follows k8s.io/apimachinery pkg/util/strategicpatch/meta.go, pkg/util/mergepatch/errors.go and
k8s.io/apiserver pkg/endpoints/handlers/patch.go (interpretStrategicMergePatchError).
"""

from typing import Any, Final, NamedTuple

from karmada_nb.engine.apiserver.patch.go_text import plain, type_name
from karmada_nb.engine.apiserver.schema.schema import Kind, Schema
from karmada_nb.engine.errors import StatusError, bad_request

DIRECTIVE: Final = "$patch"
DELETE: Final = "delete"
REPLACE: Final = "replace"
MERGE: Final = "merge"
RETAIN_KEYS: Final = "$retainKeys"
DELETE_FROM_LIST: Final = "$deleteFromPrimitiveList"
ELEMENT_ORDER: Final = "$setElementOrder"

_GO_KINDS: Final = {
    Kind.OBJECT: "struct",
    Kind.MAP: "map",
    Kind.ARRAY: "slice",
    Kind.INTEGER: "int",
    Kind.NUMBER: "float64",
    Kind.BOOLEAN: "bool",
    Kind.QUANTITY: "struct",
    Kind.INT_OR_STRING: "struct",
    Kind.TIME: "struct",
    Kind.MICRO_TIME: "struct",
    Kind.BYTES: "slice",
    Kind.ANY: "struct",
}


class Field(NamedTuple):
    """How a field merges. For a list, ``schema`` is that of its elements."""

    schema: Schema
    strategy: str
    merge_key: str


def failed(message: str) -> StatusError:
    """What upstream answers to an error that it did not foresee: 500, with the error's text."""
    return StatusError(500, "", message)


def bad_format(what: str) -> StatusError:
    """400 for a directive of the wrong form."""
    return bad_request(f"invalid patch format of {what}")


def no_lists_of_lists() -> StatusError:
    message = "the server rejected our request due to an error in our request"
    return StatusError(422, "Invalid", message, {})


def no_merge_key(item: dict[str, Any], key: str) -> StatusError:
    return failed(f"map: {plain(item)} does not contain declared merge key: {key}")


def wrong_type(expected: str, found: Any) -> StatusError:
    return failed(f"expected a {expected}, but received a {type_name(found)}")


def unknown_directive(directive: Any, item: dict[str, Any]) -> StatusError:
    shown = directive if isinstance(directive, str) else f"%!s({type_name(directive)}={plain(directive)})"
    return failed(f"unknown patch type: {shown} in map: {plain(item)}")


def go_kind(schema: Schema) -> str:
    """What Go's reflection calls a value of this schema."""
    return _GO_KINDS.get(schema.kind, "string")


def struct_field(schema: Schema, name: str) -> Field:
    """How the map field ``name`` of a struct merges."""
    if schema.kind in (Kind.MAP, Kind.ARRAY) or go_kind(schema) not in ("struct", "map"):
        kind = go_kind(schema)
        raise failed(f"merging an object in json but data type is not struct, instead is: {kind}")
    found = schema.properties.get(name)
    if found is None:
        raise failed(f'unable to find api field in struct {schema.struct} for the json field "{name}"')
    strategy = next((one for one in found.patch_strategies if one != "retainKeys"), "")
    return Field(found, strategy, found.patch_merge_key)


def list_field(schema: Schema, name: str) -> Field:
    """How the list field ``name`` of a struct merges."""
    field = struct_field(schema, name)
    if field.schema.kind is not Kind.ARRAY or field.schema.items is None:
        raise failed(f"expected slice or array type, but got: {go_kind(schema)}")
    return field._replace(schema=field.schema.items)
