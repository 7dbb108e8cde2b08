"""From the facts to structural OpenAPI v3 schemas."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files
from typing import Any, Final

import orjson

from karmada_nb.engine.karmada.constants import Edition
from karmada_nb.engine.meta import Object

_QUANTITY_PATTERN: Final = (
    r"^(\+|-)?(([0-9]+(\.[0-9]*)?)|(\.[0-9]+))(([KMGTPE]i)|[numkMGTPE]|"
    r"([eE](\+|-)?(([0-9]+(\.[0-9]*)?)|(\.[0-9]+))))?$"
)
_INT_OR_STRING: Final[Object] = {
    "anyOf": [{"type": "integer"}, {"type": "string"}],
    "x-kubernetes-int-or-string": True,
}
_SCALARS: Final[Mapping[str, Object]] = {
    "string": {"type": "string"},
    "boolean": {"type": "boolean"},
    "integer": {"type": "integer"},
    "number": {"type": "number"},
    "int32": {"type": "integer", "format": "int32"},
    "int64": {"type": "integer", "format": "int64"},
    "time": {"type": "string", "format": "date-time"},
    "quantity": {**_INT_OR_STRING, "pattern": _QUANTITY_PATTERN},
    "int-or-string": _INT_OR_STRING,
    "object": {"type": "object"},
    "raw": {"type": "object", "x-kubernetes-preserve-unknown-fields": True},
    "any": {"x-kubernetes-preserve-unknown-fields": True},
}
_ROOT: Final[Object] = {
    "apiVersion": {"type": "string", "description": "The API group and version of this object."},
    "kind": {"type": "string", "description": "The kind of this object."},
    "metadata": {"type": "object"},
}
_ABOUT_ROOT: Final = {"spec": "What is wanted.", "status": "What was observed."}


@lru_cache(maxsize=2)
def facts(edition: Edition) -> tuple[Object, ...]:
    """Every line of an edition's facts, group by group."""
    folder = files(__package__) / "facts" / edition
    out: list[Object] = []
    for path in sorted(folder.iterdir(), key=lambda item: item.name):
        out += (orjson.loads(line) for line in path.read_bytes().splitlines())
    return tuple(out)


@lru_cache(maxsize=2)
def _types(edition: Edition) -> Mapping[str, Object]:
    return {line["type"]: line for line in facts(edition) if "type" in line}


@lru_cache(maxsize=1024)
def type_schema(name: str, edition: Edition) -> Object:
    """The schema of a named type. Shared: never to be changed."""
    line = _types(edition)[name]
    about = {"description": line["about"]} if "about" in line else {}
    return {**about, **fields_schema(line["fields"], edition), **line.get("keywords", {})}


def fields_schema(fields: Mapping[str, Any], edition: Edition) -> Object:
    """The schema of an object with these fields."""
    properties: Object = {}
    required: list[str] = []
    for name, value in fields.items():
        expression, keywords, about = _parts(value)
        if expression.endswith("!"):
            required.append(name)
            expression = expression[:-1]
        schema = _merged(_expression(expression, edition), keywords)
        properties[name] = {**schema, "description": about} if about else schema
    out: Object = {"type": "object", "properties": properties}
    return {**out, "required": sorted(required)} if required else out


def root_schema(line: Object, version: Object, edition: Edition) -> Object:
    """The schema of a whole object: a version's fields below what every object has."""
    inner = fields_schema(version["fields"], edition)
    properties = {**_ROOT}
    for name, schema in inner["properties"].items():
        about = _ABOUT_ROOT.get(name)
        properties[name] = {"description": about, **schema} if about else schema
    out = {**inner, "properties": properties}
    return {"description": line["about"], **out} if "about" in line else out


def _parts(value: Any) -> tuple[str, Object, str]:
    if isinstance(value, str):
        return value, {}, ""
    expression, keywords, *about = value
    return expression, keywords, about[0] if about else ""


def _expression(expression: str, edition: Edition) -> Object:
    if expression.startswith("["):
        return {"type": "array", "items": _expression(expression[1:-1], edition)}
    if expression.startswith("{"):
        return {"type": "object", "additionalProperties": _expression(expression[1:-1], edition)}
    scalar = _SCALARS.get(expression)
    return type_schema(expression, edition) if scalar is None else scalar


def _merged(schema: Object, keywords: Object) -> Object:
    """The schema with further keywords; those of ``items`` and ``additionalProperties`` go inside."""
    out = {**schema}
    for name, value in keywords.items():
        inner = name in ("items", "additionalProperties")
        out[name] = _merged(out[name], value) if inner else value
    return out
