"""What Go's typed decoding does to a built-in object, without changing its input.

Unknown fields are taken out and reported, nulls and empty ``omitempty`` fields dropped, what Go always writes
is written, quantities and times get their canonical form, and a wrong type is refused in Go's words. Each
type is compiled once to a closure; parts that come out as they went in are shared with the input, so that
decoding a clean object returns that very object.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, NamedTuple

from karmada_nb.engine import golang
from karmada_nb.engine.apiserver.schema import scalars
from karmada_nb.engine.apiserver.schema.diagnose import first_error, unknown_fields
from karmada_nb.engine.apiserver.schema.scalars import Mismatch, Refused
from karmada_nb.engine.apiserver.schema.schema import Kind, Schema
from karmada_nb.engine.meta import Object

Plan = Callable[[Any, list[str]], Any]
"""Takes a value that is not null and the list that unknown names are put on; returns what Go would write."""

_DROP: Final = object()
_plans: dict[str, Plan] = {}
_EXACT: Final = {Kind.STRING: str, Kind.BOOLEAN: bool}
_DROPPED_WHEN_EMPTY: Final = {
    Kind.STRING, Kind.INTEGER, Kind.NUMBER, Kind.BOOLEAN, Kind.ARRAY, Kind.MAP, Kind.BYTES, Kind.DURATION,
}  # fmt: skip


class Decoded(NamedTuple):
    """An object as Go would hold it, and the paths of what it had no field for, in document order."""

    object: Object
    unknown: tuple[str, ...] = ()


class DecodeError(ValueError):
    """The object cannot be read; the message is Go's, without the prefix that names kind and version."""


def decode(schema: Schema, value: Any) -> Decoded:
    """Read ``value`` as a built-in type. Raises DecodeError."""
    unknown: list[str] = []
    try:
        out = _plan(schema)(value, unknown)
    except (Mismatch, Refused):
        raise DecodeError(first_error(schema, value)) from None
    return Decoded(out, unknown_fields(schema, value) if unknown else ())


def empty(schema: Schema) -> Any:
    """What Go writes for a value of which nothing was said."""
    match schema.kind:
        case _ if schema.pointer:
            return None
        case Kind.OBJECT:
            return {name: empty(field) for name, field in schema.properties.items() if field.always}
        case Kind.STRING:
            return ""
        case Kind.BOOLEAN:
            return False
        case Kind.INTEGER | Kind.NUMBER | Kind.INT_OR_STRING:
            return 0
        case Kind.QUANTITY:
            return "0"
        case Kind.DURATION:
            return "0s"
    return None


def _plan(schema: Schema) -> Plan:
    match schema.kind:
        case Kind.OBJECT:
            plan = _plans.get(schema.ref)
            if plan is None:
                plan = _plans[schema.ref] = _struct(schema)
            return plan
        case Kind.MAP | Kind.ARRAY:
            return _map(schema) if schema.kind is Kind.MAP else _array(schema)
        case Kind.ANY:
            return _any(schema)
        case Kind.INTEGER:
            return lambda value, _: scalars.integer(value, schema.go_type)
        case Kind.STRING | Kind.BOOLEAN:
            return _exactly(_EXACT[schema.kind], schema.go_type)
    reader = scalars.READERS[schema.kind]
    return lambda value, _: reader(value)


def _exactly(wanted: type, go_type: str) -> Plan:
    def run(value: Any, _: list[str]) -> Any:
        if type(value) is wanted:
            return value
        raise Mismatch(golang.json_type(value), go_type)

    return run


class _Field(NamedTuple):
    exact: type | None
    """A value of just this type needs no reading."""
    keep: bool
    """Whether an empty value is written."""
    plan: Plan
    blank: Any
    """What is written for null or nothing; ``_DROP`` for no field at all."""


def _field(schema: Schema) -> _Field:
    keep = schema.pointer or schema.kind not in _DROPPED_WHEN_EMPTY
    if schema.always and schema.kind not in (Kind.ARRAY, Kind.MAP, Kind.BYTES):
        keep = True
    blank = empty(schema) if schema.always else _DROP
    return _Field(_EXACT.get(schema.kind), keep, _plan(schema), blank)


def _struct(schema: Schema) -> Plan:
    fields: dict[str, _Field] = {}
    blanks: list[tuple[str, Any]] = []

    def run(value: Any, unknown: list[str]) -> Any:
        if type(value) is not dict:
            raise Mismatch(golang.json_type(value), schema.go_type)
        if not fields:
            fields.update({name: _field(said) for name, said in schema.properties.items()})
            blanks.extend((name, said.blank) for name, said in fields.items() if said.blank is not _DROP)
        out: Object | None = None
        for name, item in value.items():
            field = fields.get(name)
            if field is None:
                unknown.append(name)
                new = _DROP
            else:
                exact, keep, plan, blank = field
                if type(item) is exact and (keep or item):
                    continue
                new = blank if item is None else plan(item, unknown)
                if not keep and not new:
                    new = blank
                if new is item:
                    continue
            if out is None:
                out = dict(value)
            if new is _DROP:
                del out[name]
            else:
                out[name] = new
        for name, blank in blanks:
            if name not in value:
                if out is None:
                    out = dict(value)
                out[name] = blank
        return value if out is None else out

    return run


def _map(schema: Schema) -> Plan:
    assert schema.additional is not None
    inner = schema.additional
    plan, exact = _plan(inner), _EXACT.get(inner.kind)
    # No bytes and none at all are the same in a map: only fields are left out.
    blank = "" if inner.kind is Kind.BYTES else empty(inner)

    def run(value: Any, unknown: list[str]) -> Any:
        if type(value) is not dict:
            raise Mismatch(golang.json_type(value), schema.go_type)
        changes = {}
        for name, item in value.items():
            if type(item) is not exact:
                new = blank if item is None else plan(item, unknown)
                if new is not item:
                    changes[name] = new
        return {**value, **changes} if changes else value

    return run


def _array(schema: Schema) -> Plan:
    assert schema.items is not None
    plan, blank, exact = _plan(schema.items), empty(schema.items), _EXACT.get(schema.items.kind)

    def run(value: Any, unknown: list[str]) -> Any:
        if type(value) is not list:
            raise Mismatch(golang.json_type(value), schema.go_type)
        out: list[Any] | None = None
        for index, item in enumerate(value):
            if type(item) is not exact:
                new = blank if item is None else plan(item, unknown)
                if new is not item:
                    if out is None:
                        out = list(value)
                    out[index] = new
        return value if out is None else out

    return run


def _any(schema: Schema) -> Plan:
    """Any JSON; where ``additional`` is given, objects in it are of that type, alone or in an array."""
    inner = schema.additional
    if inner is None:
        return lambda value, _: value

    def run(value: Any, unknown: list[str]) -> Any:
        plan = _plan(inner)
        if type(value) is dict:
            return plan(value, unknown)
        if type(value) is list and any(type(item) is dict for item in value):
            out = [plan(item, unknown) for item in value]
            return value if all(a is b for a, b in zip(value, out, strict=True)) else out
        return value

    return run
