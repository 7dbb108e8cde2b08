"""A value as messages show it that print Kubernetes' internal types.

Internal structs have no JSON names, so Go prints each field under its own name, those without a value too.
"""

from __future__ import annotations

from typing import Any, Final

from karmada_nb.engine.apiserver.schema import builtin
from karmada_nb.engine.apiserver.schema.schema import Kind, Schema

_INITIALISMS: Final = {
    "api": "API",
    "cidrs": "CIDRs",
    "csi": "CSI",
    "ip": "IP",
    "uid": "UID",
    "url": "URL",
}
"""Words at the beginning of a field's JSON name that Go writes in capitals."""


def internal(name: str, value: Any) -> Any:
    """``value`` of the struct called ``name`` (``core/v1.ServicePort``), for ``field.show``."""
    return _shown(builtin.named(name), value)


def _shown(schema: Schema, value: Any) -> Any:
    if value is None:
        return _empty(schema)
    if schema.kind is Kind.OBJECT:
        return {_go_name(name): _shown(field, value.get(name)) for name, field in schema.properties.items()}
    if schema.kind is Kind.ARRAY and schema.items is not None:
        return [_shown(schema.items, item) for item in value]
    if schema.kind is Kind.MAP and schema.additional is not None:
        return {key: _shown(schema.additional, value[key]) for key in sorted(value)}
    return value


def _empty(schema: Schema) -> Any:
    if schema.pointer:
        return None
    match schema.kind:
        case Kind.OBJECT:
            return {_go_name(name): _empty(field) for name, field in schema.properties.items()}
        case Kind.STRING | Kind.BOOLEAN | Kind.INTEGER | Kind.NUMBER:
            return {Kind.STRING: "", Kind.BOOLEAN: False}.get(schema.kind, 0)
    return None


def _go_name(name: str) -> str:
    for word, capitals in _INITIALISMS.items():
        if name == word or (name.startswith(word) and name[len(word)].isupper()):
            return capitals + name[len(word) :]
    return name[:1].upper() + name[1:]
