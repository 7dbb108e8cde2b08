"""FlowSchemas and PriorityLevelConfigurations.

Follows pkg/apis/flowcontrol/v1/defaults.go and pkg/registry/flowcontrol.
"""

from __future__ import annotations

from typing import Final

from karmada_nb.engine import meta
from karmada_nb.engine.apiserver.strategies.base import StatusBuiltin
from karmada_nb.engine.apiserver.strategies.filling import fill, filler, within
from karmada_nb.engine.apiserver.validation import field
from karmada_nb.engine.apiserver.validation.flow_schemas import validate_flow_schema
from karmada_nb.engine.apiserver.validation.priority_levels import validate_priority_level
from karmada_nb.engine.errors import Cause
from karmada_nb.engine.meta import Object

_EXEMPT: Final = {"nominalConcurrencyShares": 0, "lendablePercent": 0}
_LIMITED: Final = {"nominalConcurrencyShares": 30, "lendablePercent": 0}
_QUEUING: Final = {"handSize": 8, "queues": 64, "queueLengthLimit": 50}


class _Flow(StatusBuiltin):
    status_keeps_metadata = True

    def validate_status(self, obj: Object, old: Object) -> list[Cause]:
        causes: list[Cause] = []
        seen: set[str] = set()
        for index, condition in enumerate((obj.get("status") or {}).get("conditions") or ()):
            at, kind = f"status.conditions[{index}].type", condition.get("type", "")
            if kind in seen:
                causes.append(field.duplicate(at, kind))
            seen.add(kind)
            if not kind:
                causes.append(field.required(at))
        return causes


class FlowSchema(_Flow):
    def default(self, obj: Object) -> Object:
        return within(obj, "spec", _default_precedence)

    def validate(self, obj: Object) -> list[Cause]:
        return validate_flow_schema(meta.name(obj), obj.get("spec") or {}) + self.validate_status(obj, obj)


class PriorityLevelConfiguration(_Flow):
    def default(self, obj: Object) -> Object:
        return within(obj, "spec", _default_level)

    def validate(self, obj: Object) -> list[Cause]:
        return validate_priority_level(obj) + self.validate_status(obj, obj)


def _default_precedence(spec: Object) -> Object:
    return spec if spec.get("matchingPrecedence") else {**spec, "matchingPrecedence": 1000}


def _default_level(spec: Object) -> Object:
    return within(within(spec, "exempt", filler(_EXEMPT)), "limited", _default_limits)


def _default_limits(limits: Object) -> Object:
    limits = fill(limits, _LIMITED)
    return within(limits, "limitResponse", lambda response: within(response, "queuing", _default_queues))


def _default_queues(queuing: Object) -> Object:
    """A zero is no value here."""
    missing = {name: value for name, value in _QUEUING.items() if not queuing.get(name)}
    return {**queuing, **missing} if missing else queuing
