"""The placement as text, in the annotation ``policy.karmada.io/applied-placement``, and whether it changed.

Follows pkg/scheduler/helper.go and the field order of the types in
pkg/apis/policy/v1alpha1/propagation_types.go, in which the text is written.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any, Final

import orjson

from karmada_nb.engine.karmada import go_json
from karmada_nb.engine.karmada.scheduler.kept import Kept

_Schema = Mapping[str, Any]
"""Field name -> None for plain values and lists of them, else the schema of the object or its list."""

_EXPRESSION: Final[_Schema] = {"key": None, "operator": None, "values": None}
_AFFINITY: Final[_Schema] = {
    "labelSelector": {"matchLabels": None, "matchExpressions": _EXPRESSION},
    "fieldSelector": {"matchExpressions": _EXPRESSION},
    "clusterNames": None,
    "exclude": None,
}
_WEIGHT: Final[_Schema] = {"targetCluster": _AFFINITY, "weight": None}
_PLACEMENT: Final[_Schema] = {
    "clusterAffinity": _AFFINITY,
    "clusterAffinities": {
        "affinityName": None,
        **_AFFINITY,
        "overflowAffinities": {"affinityName": None, **_AFFINITY},
    },
    "clusterTolerations": dict.fromkeys(("key", "operator", "value", "effect", "tolerationSeconds")),
    "spreadConstraints": dict.fromkeys(("spreadByField", "spreadByLabel", "maxGroups", "minGroups")),
    "replicaScheduling": {
        "replicaSchedulingType": None,
        "replicaDivisionPreference": None,
        "weightPreference": {
            "staticWeightList": _WEIGHT,
            "dynamicWeight": None,
        },
    },
    "workloadAffinity": {"affinity": {"groupByLabelKey": None}, "antiAffinity": {"groupByLabelKey": None}},
}
_ALWAYS: Final[Mapping[frozenset[str], Mapping[str, Any]]] = {
    frozenset(("targetCluster", "weight")): {"targetCluster": {}, "weight": 0},
    frozenset(("key", "operator", "values")): {"key": "", "operator": ""},
    frozenset(("groupByLabelKey",)): {"groupByLabelKey": ""},
    frozenset(("affinityName", *_AFFINITY)): {"affinityName": ""},
    frozenset(("affinityName", *_AFFINITY, "overflowAffinities")): {"affinityName": ""},
}
_POINTERS: Final = frozenset(("tolerationSeconds",))
"""Numbers for which 0 and nothing differ."""


def placement_text(placement: Mapping[str, Any]) -> str:
    """The placement as the scheduler writes it down."""
    return go_json.dumps(_typed(placement, _PLACEMENT, written=True))


def placement_changed(placement: Mapping[str, Any], applied: str, observed_affinity: str) -> bool:
    """Whether the placement calls for scheduling. Of affinity groups only the observed one counts.

    A text that is no JSON counts as unchanged.
    """
    if not applied:
        return True
    try:
        before = _typed(orjson.loads(applied), _PLACEMENT)
    except (orjson.JSONDecodeError, AttributeError):
        return False
    after = _typed(placement, _PLACEMENT)
    if before == after:
        return False
    for field in ("clusterAffinity", "clusterTolerations", "spreadConstraints", "replicaScheduling"):
        if before.get(field) != after.get(field):
            return True
    if not observed_affinity:
        return True
    was, now = (_term(p, observed_affinity) for p in (before, after))
    return was is None or now is None or was != now


def _term(placement: Mapping[str, Any], name: str) -> Any:
    terms = placement.get("clusterAffinities") or ()
    return next((term for term in terms if term.get("affinityName") == name), None)


def _typed(value: Mapping[str, Any], schema: _Schema, *, written: bool = False) -> dict[str, Any]:
    """The fields that the type has, in its order, without those that are zero.

    A list or map that is there and empty is kept, for it is not the same as none, unless it is to be
    ``written``: then it is left out and the fields that never are come in with their zero.
    """
    out: dict[str, Any] = {}
    for field, inner in schema.items():
        item = value.get(field)
        if item is None:
            continue
        if inner is not None:
            if isinstance(item, list):
                if inner is _WEIGHT:
                    item = (_written_weights if written else _typed_weights)(item)
                else:
                    item = [_typed(entry, inner, written=written) for entry in item]
            else:
                out[field] = _typed(item, inner, written=written)
                continue
        empty = isinstance(item, (list, dict))
        if item or (empty and not written) or field in _POINTERS:
            out[field] = dict(sorted(item.items())) if isinstance(item, dict) else item
    required = _ALWAYS.get(frozenset(schema)) if written or "targetCluster" in schema else None
    return {**required, **out} if required else out


def _weights(rules: list[Any], written: bool) -> list[Any]:
    return [rule if _is_plain(rule) else _typed(rule, _WEIGHT, written=written) for rule in rules]


def _is_plain(rule: Any) -> bool:
    """Whether this is names and a weight, each there and in its place: then it is typed already."""
    if tuple(rule) != ("targetCluster", "weight") or not rule["weight"]:
        return False
    target = rule["targetCluster"]
    return isinstance(target, dict) and len(target) == 1 and bool(target.get("clusterNames"))


_typed_weights: Final = Kept(partial(_weights, written=False))
_written_weights: Final = Kept(partial(_weights, written=True))
"""Weights come by the hundred, and all bindings of a policy share them."""
