"""Conditions in their common form. Follows ValidateConditions in k8s.io/apimachinery meta/v1/validation."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from karmada_nb.engine.apiserver.validation import field
from karmada_nb.engine.apiserver.validation.names import qualified_name, regex_error
from karmada_nb.engine.errors import Cause
from karmada_nb.engine.meta import Object

_STATUSES: Final = ("False", "True", "Unknown")
_REASON: Final = "[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?"
_REASON_RULE: Final = (
    "a condition reason must start with alphabetic character, optionally followed by a string of "
    "alphanumeric characters or '_,:', and must end with an alphanumeric character or '_'"
)
_EXAMPLES: Final = ("my_name", "MY_NAME", "MyName", "ReasonA,ReasonB", "ReasonA:ReasonB")
_LONGEST_REASON: Final = 1024
_LONGEST_MESSAGE: Final = 32 * 1024


def validate_conditions(conditions: Sequence[Object], path: str) -> list[Cause]:
    causes: list[Cause] = []
    seen: set[str] = set()
    for index, condition in enumerate(conditions):
        kind = condition.get("type", "")
        if kind in seen:
            causes.append(field.duplicate(f"{path}[{index}].type", kind))
        seen.add(kind)
        causes += _condition(condition, f"{path}[{index}]")
    return causes


def _condition(condition: Object, path: str) -> list[Cause]:
    kind, status = condition.get("type", ""), condition.get("status", "")
    causes = field.each(f"{path}.type", kind, qualified_name(kind))
    if status not in _STATUSES:
        causes.append(field.not_supported(f"{path}.status", status, _STATUSES))
    generation = condition.get("observedGeneration", 0)
    if generation < 0:
        why = "must be greater than or equal to zero"
        causes.append(field.invalid(f"{path}.observedGeneration", generation, why))
    if not condition.get("lastTransitionTime"):
        causes.append(field.required(f"{path}.lastTransitionTime"))
    causes += _reason(condition.get("reason", ""), f"{path}.reason")
    if len(condition.get("message", "").encode()) > _LONGEST_MESSAGE:
        causes.append(field.too_long(f"{path}.message", _LONGEST_MESSAGE))
    return causes


def _reason(reason: str, path: str) -> list[Cause]:
    if not reason:
        return [field.required(path)]
    causes: list[Cause] = []
    if not re.fullmatch(_REASON, reason):
        causes.append(field.invalid(path, reason, regex_error(_REASON_RULE, _REASON, *_EXAMPLES)))
    if len(reason) > _LONGEST_REASON:
        causes.append(field.too_long(path, _LONGEST_REASON))
    return causes
