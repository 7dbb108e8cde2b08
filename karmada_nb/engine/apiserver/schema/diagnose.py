"""Why an object cannot be read, and which of its fields nobody knows: the slow walk, taken only on trouble.

The walk is in document order as Go's decoder goes: the first wrong JSON type is remembered and reading goes
on; a value that its own reader refuses ends it at once and is what the user hears.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from karmada_nb.engine import golang
from karmada_nb.engine.apiserver.schema import scalars
from karmada_nb.engine.apiserver.schema.builtin import named
from karmada_nb.engine.apiserver.schema.scalars import Mismatch, Refused
from karmada_nb.engine.apiserver.schema.schema import Kind, Schema

_EMBEDDED: Final = {
    "Volume": "core/v1.VolumeSource",
    "PersistentVolumeSpec": "core/v1.PersistentVolumeSource",
    "Probe": "core/v1.ProbeHandler",
    "EphemeralContainer": "core/v1.EphemeralContainerCommon",
    "ConfigMapEnvSource": "core/v1.LocalObjectReference",
    "ConfigMapKeySelector": "core/v1.LocalObjectReference",
    "ConfigMapProjection": "core/v1.LocalObjectReference",
    "ConfigMapVolumeSource": "core/v1.LocalObjectReference",
    "SecretEnvSource": "core/v1.LocalObjectReference",
    "SecretKeySelector": "core/v1.LocalObjectReference",
    "SecretProjection": "core/v1.LocalObjectReference",
    "IngressRule": "networking/v1.IngressRuleValue",
    "RuleWithOperations": "admissionregistration/v1.Rule",
}
"""Structs that embed another one in Go."""
_OWN_READER: Final = {Kind.QUANTITY, Kind.INT_OR_STRING, Kind.TIME, Kind.MICRO_TIME, Kind.DURATION}
"""Kinds whose wrong types end the reading too, because their own unmarshaler reports them."""


def unknown_fields(schema: Schema, value: Any) -> tuple[str, ...]:
    """Paths such as ``spec.template.spec.containers[0].imagePolicy``, in document order."""
    return tuple(_unknown(schema, value, ""))


def _unknown(schema: Schema, value: Any, path: str) -> Iterator[str]:
    if isinstance(value, dict):
        dot = f"{path}." if path else ""
        for name, item in value.items():
            field = schema.properties.get(name) if schema.kind is Kind.OBJECT else schema.additional
            if schema.kind is Kind.ANY and schema.additional is not None:
                field = schema.additional.properties.get(name)
            if field is not None:
                yield from _unknown(field, item, dot + name)
            elif schema.kind is not Kind.ANY or schema.additional is not None:
                yield dot + name
    elif isinstance(value, list):
        element = schema.items or (schema if schema.kind is Kind.ANY else None)
        for index, item in enumerate(value):
            if element is not None:
                yield from _unknown(element, item, f"{path}[{index}]")


class _Place:
    """Where the reading is: the struct and the path of fields, as Go's messages name them."""

    __slots__ = ("path", "struct")

    def __init__(self, struct: str, path: str) -> None:
        self.struct = struct
        self.path = path

    def said(self, found: str, wanted: str) -> str:
        if not self.path:
            return f"json: cannot unmarshal {found} into Go value of type {wanted}"
        return (
            f"json: cannot unmarshal {found} into Go struct field {self.struct}.{self.path} of type {wanted}"
        )


def first_error(schema: Schema, value: Any) -> str:
    """What Go would say of an object that cannot be read; ``""`` for one that can."""
    saved: list[str] = []
    try:
        _read(schema, value, _Place("", ""), saved)
    except Refused as refused:
        return str(refused)
    return saved[0] if saved else ""


def _read(schema: Schema, value: Any, place: _Place, saved: list[str]) -> None:
    if value is None:
        return
    match schema.kind:
        case Kind.OBJECT if isinstance(value, dict):
            for name, item in value.items():
                field = schema.properties.get(name)
                if field is not None:
                    said = _said(schema.struct, name)
                    path = f"{place.path}.{said}" if place.path else said
                    _read(field, item, _Place(schema.struct, path), saved)
        case Kind.MAP if isinstance(value, dict) and schema.additional is not None:
            for item in value.values():
                _read(schema.additional, item, place, saved)
        case Kind.ARRAY if isinstance(value, list) and schema.items is not None:
            for item in value:
                _read(schema.items, item, place, saved)
        case Kind.ANY:
            _read_any(schema, value, place, saved)
        case Kind.OBJECT | Kind.MAP | Kind.ARRAY:
            saved.append(place.said(golang.json_type(value), schema.go_type))
        case _:
            _read_scalar(schema, value, place, saved)


def _said(struct: str, name: str) -> str:
    """A field of an embedded struct is named after that too."""
    inner = _EMBEDDED.get(struct)
    if inner is None or name not in named(inner).properties:
        return name
    return f"{inner.rpartition('.')[2]}.{name}"


def _read_any(schema: Schema, value: Any, place: _Place, saved: list[str]) -> None:
    if schema.additional is None:
        return
    for item in value if isinstance(value, list) else [value]:
        if isinstance(item, dict):
            _read(schema.additional, item, place, saved)


def _read_scalar(schema: Schema, value: Any, place: _Place, saved: list[str]) -> None:
    try:
        match schema.kind:
            case Kind.STRING:
                scalars.text(value, schema.go_type)
            case Kind.INTEGER:
                scalars.integer(value, schema.go_type)
            case Kind.BOOLEAN if not isinstance(value, bool):
                raise Mismatch(golang.json_type(value), schema.go_type)
            case kind if kind in scalars.READERS:
                scalars.READERS[kind](value)
    except Mismatch as mismatch:
        said = place.said(mismatch.found, mismatch.wanted)
        if schema.kind in _OWN_READER:
            raise Refused(said) from None
        saved.append(said)
    except Refused as refused:
        if schema.kind in _OWN_READER:
            raise
        saved.append(str(refused))
