"""A value as messages show it that print Kubernetes' internal types, and how two such values differ.

Internal structs have no JSON names, so Go prints each field under its own name, those without a value too.
Types that the machinery shares, such as label selectors, have only one form.
"""

from __future__ import annotations

import json
from difflib import unified_diff
from itertools import islice
from typing import Any, Final

from karmada_nb.engine import quantity
from karmada_nb.engine.apiserver.schema import builtin
from karmada_nb.engine.apiserver.schema.schema import Kind, Schema

_INITIALISMS: Final = {
    "api": "API",
    "aws": "AWS",
    "cidrs": "CIDRs",
    "csi": "CSI",
    "fc": "FC",
    "fs": "FS",
    "gce": "GCE",
    "ip": "IP",
    "iqn": "IQN",
    "iscsi": "ISCSI",
    "nfs": "NFS",
    "pd": "PD",
    "rbd": "RBD",
    "uid": "UID",
    "url": "URL",
}
"""Words at the beginning of a field's JSON name that Go writes in capitals."""
_SHARED: Final = "io.k8s.apimachinery."


def internal(name: str, value: Any) -> Any:
    """``value`` of the struct called ``name`` (``core/v1.ServicePort``), for ``field.show``."""
    return _shown(builtin.named(name), value)


def difference(name: str, old: Any, new: Any) -> str:
    """How two values of a struct differ, line by line. Follows k8s.io/apimachinery pkg/util/diff/diff.go."""
    before, after = (
        [f"{line}\n" for line in json.dumps(internal(name, value), indent=1, ensure_ascii=False).split("\n")]
        for value in (old, new)
    )
    return "".join(islice(unified_diff(before, after), 2, None))


def _shown(schema: Schema, value: Any) -> Any:
    if value is None:
        return _empty(schema)
    if schema.kind is Kind.OBJECT and schema.ref.startswith(_SHARED):
        return {name: value[name] for name in schema.properties if name in value}
    if schema.kind is Kind.OBJECT:
        return {_go_name(name): _shown(field, value.get(name)) for name, field in schema.properties.items()}
    if schema.kind is Kind.ARRAY and schema.items is not None:
        return [_shown(schema.items, item) for item in value]
    if schema.kind is Kind.MAP and schema.additional is not None:
        return {key: _shown(schema.additional, value[key]) for key in sorted(value)}
    return quantity.canonical(value) if schema.kind is Kind.QUANTITY else value


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
