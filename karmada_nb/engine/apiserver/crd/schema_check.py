"""Whether an ``openAPIV3Schema`` is structural, and says nothing that it may not.

Follows k8s.io/apiextensions-apiserver pkg/apiserver/schema/validation.go and
pkg/apis/apiextensions/validation/validation.go.
"""

from collections.abc import Mapping
from typing import Any, Final

from karmada_nb.engine.apiserver.crd import structural
from karmada_nb.engine.apiserver.crd.cel import CelSyntaxError, compile_text
from karmada_nb.engine.apiserver.crd.rules import KEYWORD
from karmada_nb.engine.apiserver.crd.validate import validate_value
from karmada_nb.engine.apiserver.validation import field
from karmada_nb.engine.errors import Cause

_TYPES: Final = ("array", "boolean", "integer", "number", "object", "string")
_LIST_TYPES: Final = ("atomic", "set", "map")
_ROOT: Final = "must not be empty at the root"
_FIELD: Final = "must not be empty for specified object fields"
_ITEM: Final = "must not be empty for specified array items"

Said = Mapping[str, Any]


def check_schema(said: Said, path: str) -> list[Cause]:
    """Everything that is wrong with the schema of a whole resource."""
    causes = _node(said, path, _ROOT)
    if said.get("type") and said["type"] != "object":
        causes.append(field.invalid(f"{path}.type", said["type"], "must be object at the root"))
    return causes


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
    causes += _type(said, path, untyped) + _list(said, path) + _rules(said, path)
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
    elif said.get("additionalProperties") and said.get("properties"):
        why = "additionalProperties and properties are mutual exclusive"
        causes.append(field.forbidden(f"{path}.additionalProperties", why))
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
    known = (said.get("items") or {}).get("properties") or {}
    for at, key in enumerate(keys):
        if key not in known:
            why = "entries must all be names of item properties"
            causes.append(field.invalid(f"{path}.x-kubernetes-list-map-keys[{at}]", key, why))
    return causes


def _rules(said: Said, path: str) -> list[Cause]:
    causes: list[Cause] = []
    for at, rule in enumerate(said.get(KEYWORD) or ()):
        here, text = f"{path}.{KEYWORD}[{at}]", rule.get("rule", "")
        if not text.strip():
            causes.append(field.required(f"{here}.rule", "rule is not specified"))
            continue
        try:
            compile_text(text)
        except CelSyntaxError as error:
            why = f"compilation failed: ERROR: <input>:1:1: {error}"
            causes.append(field.invalid(f"{here}.rule", text, why))
    return causes


def _default(said: Said, path: str) -> list[Cause]:
    """A default must be a value that the schema lets through."""
    found = validate_value(structural.node(said), said["default"])
    return [Cause(f"{path}.default{c.field}", c.reason, c.message) for c in found]
