"""Kyverno's Policy and ClusterPolicy."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from karmada_nb.engine.karmada.interpreter.aggregate import reported
from karmada_nb.engine.karmada.interpreter.base import Handlers, InterpreterError, Items, Registry
from karmada_nb.engine.karmada.interpreter.fields import mapping
from karmada_nb.engine.karmada.interpreter.third_party.status import (
    has_condition,
    merged_conditions,
    without_empty,
)
from karmada_nb.engine.meta import Object

_TOLD: Final = ("autogen", "conditions", "ready", "rulecount")
_COUNTS: Final = ("validate", "generate", "mutate", "verifyimages")


def reflect(obj: Object) -> Object | None:
    status = mapping(obj, "status")
    return without_empty({name: status[name] for name in _TOLD if status.get(name) is not None})


def aggregate(obj: Object, items: Items, now: datetime) -> Object:
    """Rules are counted over all clusters; whether it is ready is what the last cluster says."""
    counts = dict.fromkeys(_COUNTS, 0)
    status: Object = {}
    for _, member in reported(items):
        status |= {name: member[name] for name in ("autogen", "ready") if member.get(name) is not None}
        if member.get("rulecount") is not None:
            for name in _COUNTS:
                count = mapping(member, "rulecount").get(name)
                if count is None:
                    raise InterpreterError(f"attempt to perform arithmetic on field '{name}' (a nil value)")
                counts[name] += count
    conditions = merged_conditions(items)
    return {**obj, "status": without_empty({**status, "rulecount": counts, "conditions": conditions})}


def healthy(obj: Object) -> bool:
    """As ``ready`` says, and where nothing is said by the condition."""
    said = mapping(obj, "status").get("ready")
    return bool(said) if said is not None else has_condition(obj, "Succeeded")


_RULES: Final = Handlers(reflect=reflect, aggregate=aggregate, health=healthy)
POLICIES: Final[Registry] = {
    ("kyverno.io/v1", "Policy"): _RULES,
    ("kyverno.io/v1", "ClusterPolicy"): _RULES,
}
