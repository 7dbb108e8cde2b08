"""Whether an ``openAPIV3Schema`` is structural: what shapes an object stands outside of all junctors.

Follows k8s.io/apiextensions-apiserver pkg/apiserver/schema/validation.go and complete.go.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from karmada_nb.engine.apiserver.validation import field
from karmada_nb.engine.errors import Cause

ROOT: Final = "must not be empty at the root"
FIELD: Final = "must not be empty for specified object fields"
ITEM: Final = "must not be empty for specified array items"
_JUNCTORS: Final = ("anyOf", "allOf", "oneOf")
_INT_OR_STRING: Final = [{"type": "integer"}, {"type": "string"}]
_UNREADABLE: Final = (
    ("id", "id"), ("$schema", "schema"), ("$ref", "$ref"), ("additionalItems", "additionalItems"),
    ("patternProperties", "patternProperties"), ("definitions", "definitions"),
    ("dependencies", "dependencies"),
)  # fmt: skip
_SHAPES: Final = (
    ("type", "empty"), ("additionalProperties", "undefined"), ("default", "undefined"), ("title", "empty"),
    ("description", "empty"), ("nullable", "false"), ("x-kubernetes-preserve-unknown-fields", "false"),
    ("x-kubernetes-embedded-resource", "false"), ("x-kubernetes-int-or-string", "false"),
    ("x-kubernetes-list-map-keys", "empty"), ("x-kubernetes-list-type", "undefined"),
    ("x-kubernetes-map-type", "undefined"), ("x-kubernetes-validations", "empty"),
)  # fmt: skip
_NAMES: Final = frozenset({"name", "generateName"})

Said = Mapping[str, Any]


def unreadable(said: Said) -> str:
    """Why a schema cannot be made structural at all; "" if it can."""
    for key, name in _UNREADABLE:
        if said.get(key):
            return f"OpenAPIV3Schema '{name}' is not supported"
    if said.get("items") and isinstance(said["items"], list):
        return "OpenAPIV3Schema 'items' must be single-valued, but is multi-valued"
    below = [*(said.get("properties") or {}).values(), said.get("additionalProperties"), said.get("items")]
    below += [item for junctor in _JUNCTORS for item in said.get(junctor) or ()] + [said.get("not")]
    return next((why for part in below if isinstance(part, Mapping) and (why := unreadable(part))), "")


def check_structural(said: Said, path: str) -> list[Cause]:
    """Everything that keeps the schema of a whole resource from being structural, in order of the texts."""
    causes = _node(said, path, ROOT) + _complete(said, said, path, path)
    return sorted(causes, key=lambda cause: f"{cause.field}: {cause.message}")


def _node(said: Said, path: str, untyped: str) -> list[Cause]:
    causes: list[Cause] = []
    kind, items, additional = said.get("type", ""), said.get("items"), said.get("additionalProperties")
    if kind == "array" and items in (None, []):
        causes.append(field.required(f"{path}.items", "must be specified"))
    if isinstance(items, Mapping):
        causes += _node(items, f"{path}.items", ITEM)
    properties = said.get("properties") or {}
    for name, below in properties.items():
        causes += _node(below, f"{path}.properties[{name}]", FIELD)
    if additional is not None and untyped == ROOT:
        causes.append(field.forbidden(f"{path}.additionalProperties", "must not be used at the root"))
    if isinstance(additional, Mapping):
        causes += _node(additional, f"{path}.additionalProperties", FIELD)
    causes += _extensions(said, path)
    causes += _values(said, path, of_both=_both(said))
    causes += _type(said, path, untyped)
    embedded = bool(said.get("x-kubernetes-embedded-resource"))
    if untyped == ROOT or embedded:
        causes += _resource(properties, path, root=untyped == ROOT)
    if embedded and additional is not None:
        why = "must not be used if x-kubernetes-embedded-resource is set"
        causes.append(field.forbidden(f"{path}.additionalProperties", why))
    if embedded and not properties and not said.get("x-kubernetes-preserve-unknown-fields"):
        why = (
            "must not be empty if x-kubernetes-embedded-resource is true without "
            "x-kubernetes-preserve-unknown-fields"
        )
        causes.append(field.required(f"{path}.properties", why))
    return causes


def _type(said: Said, path: str, untyped: str) -> list[Cause]:
    kind = said.get("type", "")
    if said.get("x-kubernetes-embedded-resource") and kind != "object":
        why = "must be object if x-kubernetes-embedded-resource is true"
        found = field.invalid(f"{path}.type", kind, why) if kind else field.required(f"{path}.type", why)
        return [found]
    free = said.get("x-kubernetes-int-or-string") or said.get("x-kubernetes-preserve-unknown-fields")
    if not kind and not free:
        return [field.required(f"{path}.type", untyped)]
    if untyped == ROOT and kind and kind != "object":
        return [field.invalid(f"{path}.type", kind, "must be object at the root")]
    return []


def _resource(properties: Said, path: str, *, root: bool) -> list[Cause]:
    """``apiVersion``, ``kind`` and ``metadata`` are what they are; names may be restricted at the root."""
    causes: list[Cause] = []
    for name in ("kind", "apiVersion"):
        if name in properties and properties[name].get("type", "") != "string":
            at, found = f"{path}.properties[{name}].type", properties[name].get("type", "")
            causes.append(field.invalid(at, found, "must be string"))
    metadata = properties.get("metadata")
    if metadata is None:
        return causes
    at = f"{path}.properties[metadata]"
    if metadata.get("type", "") != "object":
        causes.append(field.invalid(f"{at}.type", metadata.get("type", ""), "must be object"))
    beyond = metadata.keys() - {"type", "default"}
    if (metadata.get("properties") or {}).keys() <= _NAMES:
        beyond -= {"properties"}
    if root and beyond:
        why = (
            "must not specify anything other than name and generateName, but metadata is implicitly specified"
        )
        causes.append(field.forbidden(at, why))
    return causes


def _extensions(said: Said, path: str) -> list[Cause]:
    why = "must be false if x-kubernetes-int-or-string is true"
    names = ("x-kubernetes-preserve-unknown-fields", "x-kubernetes-embedded-resource")
    both = said.get("x-kubernetes-int-or-string")
    return [field.invalid(f"{path}.{name}", True, why) for name in names if both and said.get(name)]


def _both(said: Said) -> str:
    """Where a schema says that it takes integers and strings: in ``anyOf``, or in the first of ``allOf``."""
    if said.get("anyOf") == _INT_OR_STRING:
        return "anyOf"
    first = (said.get("allOf") or [{}])[0]
    return "allOf" if first.get("anyOf") == _INT_OR_STRING else ""


def _values(said: Said, path: str, of_both: str = "") -> list[Cause]:
    """What stands in junctors, and the pattern."""
    causes: list[Cause] = []
    for junctor in _JUNCTORS:
        if junctor == of_both == "anyOf":
            continue
        for at, below in enumerate(said.get(junctor) or ()):
            skip = "anyOf" if junctor == of_both == "allOf" and not at else ""
            causes += _nested(below, f"{path}.{junctor}[{at}]", skip)
    if isinstance(said.get("not"), Mapping):
        causes += _nested(said["not"], f"{path}.not")
    if said.get("pattern") and (broken := _broken(said["pattern"])):
        why = f"must be a valid regular expression, but isn't: error parsing regexp: {broken}"
        causes.append(field.invalid(f"{path}.pattern", said["pattern"], why))
    return causes


def _nested(said: Said, path: str, of_both: str = "") -> list[Cause]:
    """Below a junctor stand conditions on values, and nothing that shapes them."""
    causes = _values(said, path, of_both)
    if isinstance(said.get("items"), Mapping):
        causes += _nested(said["items"], f"{path}.items")
    for name, below in (said.get("properties") or {}).items():
        causes += _nested(below, f"{path}.properties[{name}]")
    causes += [
        field.forbidden(f"{path}.{name}", f"must be {what} to be structural")
        for name, what in _SHAPES
        if said.get(name) not in (None, "", False, [])
    ]
    if "metadata" in (said.get("properties") or {}):
        at = f"{path}.properties[metadata]"
        causes.append(field.forbidden(at, "must not be specified in a nested context"))
    return causes


def _complete(values: Said, shape: Said | None, at: str, where: str) -> list[Cause]:
    """What a junctor speaks of has to be there outside of it as well."""
    if shape is None:
        return [field.required(at, f"because it is defined in {where}")]
    nested = [
        (below, f"{where}.{junctor}[{index}]")
        for junctor in _JUNCTORS
        for index, below in enumerate(values.get(junctor) or ())
    ]
    if isinstance(values.get("not"), Mapping):
        nested.append((values["not"], f"{where}.not"))
    return [cause for below, place in nested for cause in _complete_nested(below, shape, at, place)]


def _complete_nested(values: Said, shape: Said | None, at: str, where: str) -> list[Cause]:
    causes = _complete(values, shape, at, where)
    if shape is None:
        return causes
    if isinstance(values.get("items"), Mapping):
        items = shape.get("items")
        inner = items if isinstance(items, Mapping) else None
        causes += _complete_nested(values["items"], inner, f"{at}.items", f"{where}.items")
    known = shape.get("properties") or {}
    for name, below in (values.get("properties") or {}).items():
        step = f".properties[{name}]"
        causes += _complete_nested(below, known.get(name), at + step, where + step)
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
