"""What is wrong with a PriorityLevelConfiguration.

Follows ValidatePriorityLevelConfiguration in pkg/apis/flowcontrol/validation/validation.go.
"""

from __future__ import annotations

import math
from typing import Final

from karmada_nb.engine import meta
from karmada_nb.engine.apiserver import flowcontrol
from karmada_nb.engine.apiserver.validation import field
from karmada_nb.engine.apiserver.validation.internal import internal
from karmada_nb.engine.apiserver.validation.names import between
from karmada_nb.engine.errors import Cause
from karmada_nb.engine.meta import Object

_ROUND_TRIP: Final = "flowcontrol.k8s.io/v1beta3-preserve-zero-concurrency-shares"
_TYPES: Final = ("Exempt", "Limited")
_RESPONSES: Final = ("Queue", "Reject")
_MOST_QUEUES: Final = 10_000_000
_HASH_BITS: Final = 60
"""How much of a hash there is to deal hands from."""
_SPEC: Final = "flowcontrol/v1.PriorityLevelConfigurationSpec"


def validate_priority_level(obj: Object) -> list[Cause]:
    spec, name = obj.get("spec") or {}, meta.name(obj)
    causes: list[Cause] = []
    if _ROUND_TRIP in meta.annotations(obj):
        causes.append(field.forbidden("metadata.annotations", f"annotation '{_ROUND_TRIP}' is forbidden"))
    kind = spec.get("type", "")
    if (name == flowcontrol.EXEMPT) != (kind == "Exempt"):
        why = "must be 'Exempt' if and only if `name` is 'exempt'"
        causes.append(field.invalid("spec.type", kind, why))
    causes += _by_type(kind, spec)
    return causes + _fixed(name, spec)


def _by_type(kind: str, spec: Object) -> list[Cause]:
    limited, exempt = spec.get("limited"), spec.get("exempt")
    if kind == "Exempt":
        why = "must be nil if the type is not Limited"
        causes = [field.forbidden("spec.limited", why)] if limited is not None else []
        return causes + _shares(exempt or {}, "spec.exempt")
    if kind == "Limited":
        why = "must be nil if the type is Limited"
        causes = [field.forbidden("spec.exempt", why)] if exempt is not None else []
        if limited is None:
            return [*causes, field.required("spec.limited", "must not be empty when type is Limited")]
        return causes + _limits(limited, "spec.limited")
    return [field.not_supported("spec.type", kind, _TYPES)]


def _fixed(name: str, spec: Object) -> list[Cause]:
    """The two levels that a server cannot be without stay as they are."""
    if name not in flowcontrol.MANDATORY:
        return []
    wanted, found, free = flowcontrol.LEVELS[name], spec, ""
    if name == flowcontrol.EXEMPT:
        found, free = {**spec, "exempt": wanted["exempt"]}, " except the 'spec.exempt' field"
    if found == wanted:
        return []
    why = f"spec of '{name}'{free} must equal the fixed value"
    return [field.invalid("spec", internal(_SPEC, spec), why)]


def _nominal(limits: Object, path: str) -> list[Cause]:
    shares = limits.get("nominalConcurrencyShares")
    if shares is None or shares >= 0:
        return []
    return [field.invalid(f"{path}.nominalConcurrencyShares", shares, "must be a non-negative integer")]


def _lendable(limits: Object, path: str) -> list[Cause]:
    percent = limits.get("lendablePercent")
    if percent is None or 0 <= percent <= 100:
        return []
    return [field.invalid(f"{path}.lendablePercent", percent, between(0, 100))]


def _shares(limits: Object, path: str) -> list[Cause]:
    return _nominal(limits, path) + _lendable(limits, path)


def _limits(limits: Object, path: str) -> list[Cause]:
    causes = _nominal(limits, path)
    causes += _response(limits.get("limitResponse") or {}, f"{path}.limitResponse")
    causes += _lendable(limits, path)
    borrowing = limits.get("borrowingLimitPercent")
    if borrowing is not None and borrowing < 0:
        why = "if specified, must be a non-negative integer"
        causes.append(field.invalid(f"{path}.borrowingLimitPercent", borrowing, why))
    return causes


def _response(response: Object, path: str) -> list[Cause]:
    kind, queuing = response.get("type", ""), response.get("queuing")
    if kind == "Reject":
        why = "must be nil if limited.limitResponse.type is not Limited"
        return [field.forbidden(f"{path}.queuing", why)] if queuing is not None else []
    if kind == "Queue":
        if queuing is None:
            why = "must not be empty if limited.limitResponse.type is Limited"
            return [field.required(f"{path}.queuing", why)]
        return _queues(queuing, f"{path}.queuing")
    return [field.not_supported(f"{path}.type", kind, _RESPONSES)]


def _queues(queuing: Object, path: str) -> list[Cause]:
    causes: list[Cause] = []
    limit, queues, hand = (queuing.get(name, 0) for name in ("queueLengthLimit", "queues", "handSize"))
    if limit <= 0:
        causes.append(field.invalid(f"{path}.queueLengthLimit", limit, "must be positive"))
    if queues <= 0:
        causes.append(field.invalid(f"{path}.queues", queues, "must be positive"))
    elif queues > _MOST_QUEUES:
        causes.append(field.invalid(f"{path}.queues", queues, f"must not be greater than {_MOST_QUEUES}"))
    why = _hand(queues, hand)
    return causes + ([field.invalid(f"{path}.handSize", hand, why)] if why else [])


def _hand(queues: int, hand: int) -> str:
    if hand <= 0:
        return "must be positive"
    if hand > queues:
        return f"should not be greater than queues ({queues})"
    if math.ceil(math.log2(queues) * hand) > _HASH_BITS:
        return (
            f"required entropy bits of deckSize {queues} and handSize {hand} "
            f"should not be greater than {_HASH_BITS}"
        )
    return ""
