"""Whether an ``openAPIV3Schema`` says nothing that it may not.

Follows k8s.io/apiextensions-apiserver pkg/apis/apiextensions/validation/validation.go
(validateCustomResourceDefinitionValidation, ValidateCustomResourceDefinitionOpenAPISchema).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from karmada_nb.engine.apiserver.crd import structural
from karmada_nb.engine.apiserver.crd.fill import prune
from karmada_nb.engine.apiserver.crd.rule_check import check_rules
from karmada_nb.engine.apiserver.crd.structural_check import check_structural, unreadable
from karmada_nb.engine.apiserver.crd.validate import validate_value
from karmada_nb.engine.apiserver.validation import field
from karmada_nb.engine.errors import Cause

_TYPES: Final = ("array", "boolean", "integer", "number", "object", "string")
_LIST_TYPES: Final = ("atomic", "set", "map")
_MAP_TYPES: Final = ("atomic", "granular")
_UNSUPPORTED: Final = ("id", "additionalItems", "patternProperties", "definitions", "dependencies", "$ref")
_OF_RESOURCES: Final = ("metadata", "kind", "apiVersion")
_LIST: Final = "x-kubernetes-list-type"
_KEYS: Final = "x-kubernetes-list-map-keys"
_MAP: Final = "x-kubernetes-map-type"

Said = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class _Place:
    """Where in a schema we are. ``no_default``: why there may be none; ``rules``: they are to be compiled."""

    no_default: str = ""
    in_metadata: bool = False
    rules: bool = True


def check_schema(said: Said, path: str) -> list[Cause]:
    """Everything that is wrong with the schema of a whole resource."""
    causes: list[Cause] = []
    if said.get("nullable"):
        causes.append(field.forbidden(f"{path}.nullable", "nullable cannot be true at the root"))
    why_not = unreadable(said)
    if not why_not:
        causes += check_structural(said, path) or list(_defaults(said, path))
    shape, rules = _node(said, path, _Place(rules=not causes and not why_not), root=True)
    causes += shape + rules
    if not causes and why_not:
        causes.append(field.invalid(path, "", why_not))
    return causes


def _defaults(said: Said, path: str) -> Iterator[Cause]:
    """Defaults that their own schema does not let through."""
    if said.get("default") is not None:
        schema, value = structural.node(said), said["default"]
        if isinstance(value, dict) and prune(schema, value) != value:
            yield field.invalid(f"{path}.default", value, "must not have unknown fields")
        else:
            for cause in validate_value(schema, value):
                yield Cause(f"{path}.default{cause.field}", cause.reason, cause.message)
    for name, below in (said.get("properties") or {}).items():
        yield from _defaults(below, f"{path}.properties[{name}]")
    for name in ("items", "additionalProperties"):
        if isinstance(said.get(name), Mapping):
            yield from _defaults(said[name], f"{path}.{name}")


def _node(said: Said, path: str, place: _Place, *, root: bool = False) -> tuple[list[Cause], list[Cause]]:
    """What is wrong with a schema and all below it; what is wrong with rules stands by itself."""
    causes, rules = _standard(said, path, place), []
    if said.get("uniqueItems"):
        why = "uniqueItems cannot be set to true since the runtime complexity becomes quadratic"
        causes.append(field.forbidden(f"{path}.uniqueItems", why))
    additional = said.get("additionalProperties")
    if additional is not None and additional is not True and said.get("properties"):
        why = "additionalProperties and properties are mutual exclusive"
        causes.append(field.forbidden(f"{path}.additionalProperties", why))
    for below, step, where in _below(said, place, root=root):
        shape, more = _node(below, f"{path}{step}", where)
        causes += shape
        rules += more
    causes += _kinds(said, path) + _keys(said, path) + _strict(said, path)
    if not causes and place.rules:
        rules += check_rules(said, path)
    return causes, rules


def _below(said: Said, place: _Place, *, root: bool) -> Iterator[tuple[Said, str, _Place]]:
    """The schemas that a schema is made of, with the way to each."""
    additional, items = said.get("additionalProperties"), said.get("items")
    if isinstance(additional, Mapping):
        why = "inside additionalProperties applying to object metadata" if place.in_metadata else ""
        yield (
            additional,
            ".additionalProperties",
            _Place(why or place.no_default, place.in_metadata, place.rules),
        )
    embedded = root or said.get("x-kubernetes-embedded-resource")
    for name, below in (said.get("properties") or {}).items():
        where = place
        if embedded and name in _OF_RESOURCES:
            why = f"in top-level {name}" if root else place.no_default
            where = _Place(why, True, place.rules)
        yield below, f".properties[{name}]", where
    silent = _Place(place.no_default, place.in_metadata, rules=False)
    if isinstance(said.get("not"), Mapping):
        yield said["not"], ".not", silent
    for junctor in ("allOf", "oneOf", "anyOf"):
        for at, below in enumerate(said.get(junctor) or ()):
            yield below, f".{junctor}[{at}]", silent
    for name, below in (said.get("definitions") or {}).items():
        yield below, f".definitions[{name}]", silent
    if isinstance(items, Mapping):
        yield items, ".items", place
    elif isinstance(items, list):
        for at, below in enumerate(items):
            yield below or {}, f".items[{at}]", place


def _standard(said: Said, path: str, place: _Place) -> list[Cause]:
    """What Kubernetes takes of the standard."""
    causes: list[Cause] = []
    kind = said.get("type", "")
    if kind and kind not in _TYPES:
        causes.append(field.not_supported(f"{path}.type", kind, _TYPES))
    if said.get("default") is not None and place.no_default:
        causes.append(field.forbidden(f"{path}.default", f"must not be set {place.no_default}"))
    causes += [
        field.forbidden(f"{path}.{name}", f"{name} is not supported")
        for name in _UNSUPPORTED
        if said.get(name)
    ]
    if kind == "null":
        why = "type cannot be set to null, use nullable as an alternative"
        causes.append(field.forbidden(f"{path}.type", why))
    if said.get("items") and isinstance(said["items"], list):
        why = "items must be a schema object and not an array"
        causes.append(field.forbidden(f"{path}.items", why))
    if place.in_metadata and said.get("x-kubernetes-embedded-resource"):
        why = "must not be used inside of resource meta"
        causes.append(field.forbidden(f"{path}.x-kubernetes-embedded-resource", why))
    return causes


def _kinds(said: Said, path: str) -> list[Cause]:
    """The extensions that say what kind of a map or a list it is."""
    causes: list[Cause] = []
    kind, maps, lists = said.get("type", ""), said.get(_MAP), said.get(_LIST)
    if said.get("x-kubernetes-preserve-unknown-fields") is False:
        at = f"{path}.x-kubernetes-preserve-unknown-fields"
        causes.append(field.invalid(at, False, "must be true or undefined"))
    for extension, value, wanted in ((_MAP, maps, "object"), (_LIST, lists, "array")):
        if value is not None and kind != wanted:
            why = f"must be {wanted} if {extension} is specified"
            at = f"{path}.type"
            causes.append(field.invalid(at, kind, why) if kind else field.required(at, why))
        if extension == _MAP and maps is not None and maps not in _MAP_TYPES:
            causes.append(field.not_supported(f"{path}.{_MAP}", maps, _MAP_TYPES))
    items = said.get("items")
    if lists == "set" and kind == "array" and isinstance(items, Mapping):
        why = "must be atomic as item of a list with x-kubernetes-list-type=set"
        inner = items.get(_LIST)
        if items.get("type") == "array" and inner not in (None, "atomic"):
            causes.append(field.invalid(f"{path}.items.{_LIST}", inner, why))
        if items.get("type") == "object" and items.get(_MAP) != "atomic":
            causes.append(field.invalid(f"{path}.items.{_MAP}", inner, why))
    if lists is not None and lists not in _LIST_TYPES:
        causes.append(field.not_supported(f"{path}.{_LIST}", lists, _LIST_TYPES))
    return causes


def _keys(said: Said, path: str) -> list[Cause]:
    """The keys of a list that is a map."""
    lists, keys, items = said.get(_LIST), said.get(_KEYS) or [], said.get("items")
    causes: list[Cause] = []
    if keys and lists != "map":
        why, at = "must be map if x-kubernetes-list-map-keys is non-empty", f"{path}.{_LIST}"
        causes.append(field.required(at, why) if lists is None else field.invalid(at, lists, why))
    if lists != "map":
        return causes
    if not keys:
        why = "must not be empty if x-kubernetes-list-type is map"
        causes.append(field.required(f"{path}.{_KEYS}", why))
    if items is None:
        why = "must have a schema if x-kubernetes-list-type is map"
        causes.append(field.required(f"{path}.items", why))
    if not isinstance(items, Mapping):
        return causes
    if items.get("type") != "object":
        why = "must be object if parent array's x-kubernetes-list-type is map"
        return [*causes, field.invalid(f"{path}.items.type", items.get("type", ""), why)]
    known = items.get("properties") or {}
    for index, key in enumerate(keys):
        if key not in known:
            why = "entries must all be names of item properties"
            causes.append(field.invalid(f"{path}.{_KEYS}", keys, why))
        elif known[key].get("type") in ("array", "object"):
            why = "must be a scalar type if parent array's x-kubernetes-list-type is map"
            causes.append(field.invalid(f"{path}.items.properties[{key}].type", "object", why))
        if key in keys[:index]:
            causes.append(field.invalid(f"{path}.{_KEYS}", keys, "must not contain duplicate entries"))
    return causes


def _strict(said: Said, path: str) -> list[Cause]:
    """Items that are told apart have to be there, and so have the keys that tell them apart."""
    lists, items = said.get(_LIST), said.get("items")
    if lists not in ("set", "map") or not isinstance(items, Mapping):
        return []
    causes: list[Cause] = []
    if items.get("nullable"):
        why = f"cannot be nullable when x-kubernetes-list-type is {lists}"
        causes.append(field.forbidden(f"{path}.items.nullable", why))
    known = items.get("properties") or {}
    for key in said.get(_KEYS) or () if lists == "map" else ():
        if key not in known:
            continue
        at, being = f"{path}.items.properties[{key}]", "this property is in x-kubernetes-list-map-keys, so it"
        if known[key].get("default") is None and key not in (items.get("required") or ()):
            why = f"{being} must have a default or be a required property"
            causes.append(field.required(f"{at}.default", why))
        if known[key].get("nullable"):
            causes.append(field.forbidden(f"{at}.nullable", f"{being} cannot be nullable"))
    return causes
