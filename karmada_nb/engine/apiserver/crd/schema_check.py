"""Whether an ``openAPIV3Schema`` is structural, and says nothing that it may not.

Follows k8s.io/apiextensions-apiserver pkg/apiserver/schema/validation.go and
pkg/apis/apiextensions/validation/validation.go.
"""

import re
from collections.abc import Mapping
from typing import Any, Final

from karmada_nb.engine.apiserver.crd import structural
from karmada_nb.engine.apiserver.crd.fill import prune
from karmada_nb.engine.apiserver.crd.rule_check import check_rules
from karmada_nb.engine.apiserver.crd.validate import validate_value
from karmada_nb.engine.apiserver.validation import field
from karmada_nb.engine.errors import Cause

_TYPES: Final = ("array", "boolean", "integer", "number", "object", "string")
_LIST_TYPES: Final = ("atomic", "set", "map")
_UNSUPPORTED: Final = ("id", "additionalItems", "patternProperties", "definitions", "dependencies")
_ROOT: Final = "must not be empty at the root"
_FIELD: Final = "must not be empty for specified object fields"
_ITEM: Final = "must not be empty for specified array items"

Said = Mapping[str, Any]


def check_schema(said: Said, path: str) -> list[Cause]:
    """Everything that is wrong with the schema of a whole resource."""
    causes = _node(said, path, _ROOT) + _metadata(said, path)
    if said.get("type") and said["type"] != "object":
        causes.append(field.invalid(f"{path}.type", said["type"], "must be object at the root"))
    return causes


def _metadata(said: Said, path: str) -> list[Cause]:
    """Of an object's metadata, a schema may say what names look like, and no more."""
    metadata = (said.get("properties") or {}).get("metadata")
    if metadata is None:
        return []
    beyond = metadata.keys() - {"type", "description", "properties"}
    if not beyond and not (metadata.get("properties") or {}).keys() - {"name", "generateName"}:
        return []
    why = "must not specify anything other than name and generateName, but metadata is implicitly specified"
    return [field.forbidden(f"{path}.properties[metadata]", why)]


def _node(said: Said, path: str, untyped: str) -> list[Cause]:
    causes = _forbidden(said, path)
    for name, below in (said.get("properties") or {}).items():
        causes += _node(below, f"{path}.properties[{name}]", _FIELD)
    additional, items = said.get("additionalProperties"), said.get("items")
    if isinstance(additional, Mapping):
        causes += _node(additional, f"{path}.additionalProperties", _FIELD)
    if isinstance(items, Mapping):
        causes += _node(items, f"{path}.items", _ITEM)
    elif said.get("type") == "array":
        causes.append(field.required(f"{path}.items", "must be specified"))
    causes += _type(said, path, untyped) + _list(said, path) + check_rules(said, path)
    if "default" in said and not causes:
        causes += _default(said, path)
    return causes


def _type(said: Said, path: str, untyped: str) -> list[Cause]:
    kind = said.get("type", "")
    if said.get("x-kubernetes-int-or-string"):
        if kind:
            why = "type cannot be set if x-kubernetes-int-or-string is set to true"
            return [field.forbidden(f"{path}.type", why)]
        return []
    if not kind:
        free = said.get("x-kubernetes-preserve-unknown-fields") and untyped != _ROOT
        return [] if free else [field.required(f"{path}.type", untyped)]
    return [] if kind in _TYPES else [field.not_supported(f"{path}.type", kind, _TYPES)]


def _forbidden(said: Said, path: str) -> list[Cause]:
    causes: list[Cause] = []
    if said.get("$ref"):
        causes.append(field.forbidden(f"{path}.$ref", "$ref is not supported"))
    if said.get("uniqueItems"):
        why = "uniqueItems cannot be set to true since the runtime complexity becomes quadratic"
        causes.append(field.forbidden(f"{path}.uniqueItems", why))
    if said.get("additionalProperties") is False:
        why = "additionalProperties cannot be set to false"
        causes.append(field.forbidden(f"{path}.additionalProperties", why))
    elif said.get("additionalProperties") is not None and said.get("properties"):
        why = "additionalProperties and properties are mutual exclusive"
        causes.append(field.forbidden(f"{path}.additionalProperties", why))
    for name in _UNSUPPORTED:
        if said.get(name):
            causes.append(field.forbidden(f"{path}.{name}", f"{name} is not supported"))
    if said.get("pattern") and (broken := _broken(said["pattern"])):
        why = f"must be a valid regular expression, but isn't: error parsing regexp: {broken}"
        causes.append(field.invalid(f"{path}.pattern", said["pattern"], why))
    for junctor in ("allOf", "anyOf", "oneOf"):
        for index, below in enumerate(said.get(junctor) or ()):
            causes += _value_only(below, f"{path}.{junctor}[{index}]", said)
    if isinstance(said.get("not"), Mapping):
        causes += _value_only(said["not"], f"{path}.not", said)
    return causes


def _broken(pattern: str) -> str:
    """What Go says of a pattern that no dialect understands; dialects differ in what else they take."""
    try:
        re.compile(pattern)
    except re.error as error:
        at = error.pos or 0
        if error.msg.startswith("unterminated character set"):
            return f"missing closing ]: `{pattern[at:]}`"
        if error.msg.startswith("missing )"):
            return f"missing closing ): `{pattern}`"
        if error.msg.startswith("nothing to repeat"):
            return f"missing argument to repetition operator: `{pattern[at : at + 1]}`"
    return ""


def _value_only(said: Said, path: str, around: Said) -> list[Cause]:
    """Below a junctor stand conditions on values, and nothing that shapes them."""
    or_string = around.get("x-kubernetes-int-or-string") and said.get("type") in ("integer", "string")
    causes = [
        field.forbidden(f"{path}.{name}", "must be empty to be structural")
        for name in ("type", "description", "title", "default", "additionalProperties", "nullable")
        if said.get(name) not in (None, "", False) and not (name == "type" and or_string)
    ]
    for name, below in (said.get("properties") or {}).items():
        causes += _value_only(below, f"{path}.properties[{name}]", {})
    return causes


def _list(said: Said, path: str) -> list[Cause]:
    kind, keys = said.get("x-kubernetes-list-type"), said.get("x-kubernetes-list-map-keys") or []
    if kind is None:
        if keys:
            why = "must be map if x-kubernetes-list-map-keys is non-empty"
            return [field.required(f"{path}.x-kubernetes-list-type", why)]
        return []
    if kind not in _LIST_TYPES:
        return [field.not_supported(f"{path}.x-kubernetes-list-type", kind, ("atomic", "map", "set"))]
    causes: list[Cause] = []
    if said.get("type") != "array":
        why = "must be array if x-kubernetes-list-type is specified"
        causes.append(field.invalid(f"{path}.type", said.get("type", ""), why))
    if kind == "map" and not keys:
        why = "must not be empty if x-kubernetes-list-type is map"
        causes.append(field.required(f"{path}.x-kubernetes-list-map-keys", why))
    items = said.get("items") or {}
    if kind == "set" and items.get("type") == "object" and items.get("x-kubernetes-map-type") != "atomic":
        why = 'must be "atomic" as item of a list with x-kubernetes-list-type="set"'
        causes.append(field.required(f"{path}.items.x-kubernetes-map-type", why))
    if kind == "map" and items.get("type") not in (None, "object"):
        why = "must be object if parent array's x-kubernetes-list-type is map"
        causes.append(field.invalid(f"{path}.items.type", items["type"], why))
    known = items.get("properties") or {}
    for at, key in enumerate(keys):
        if key not in known:
            why = "entries must all be names of item properties"
            causes.append(field.invalid(f"{path}.x-kubernetes-list-map-keys[{at}]", key, why))
        elif "default" not in known[key] and key not in (items.get("required") or ()):
            why = (
                "this property is in x-kubernetes-list-map-keys, so it must have a default or be a required "
                "property"
            )
            causes.append(field.required(f"{path}.items.properties[{key}].default", why))
    return causes


def _default(said: Said, path: str) -> list[Cause]:
    """A default must be a value that the schema lets through."""
    schema, value = structural.node(said), said["default"]
    if isinstance(value, dict) and prune(schema, value) != value:
        return [field.invalid(f"{path}.default", value, "must not have unknown fields")]
    found = validate_value(schema, value)
    return [Cause(f"{path}.default{c.field}", c.reason, c.message) for c in found]
