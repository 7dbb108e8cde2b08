"""Numbers that may also be percentages, as rollouts and budgets use them; sizes of encoded bytes.

Follows ValidatePositiveIntOrPercent and its kin in pkg/apis/apps/validation/validation.go.
"""

from __future__ import annotations

from typing import Any

from karmada_nb.engine.apiserver.validation import field
from karmada_nb.engine.apiserver.validation.names import percent
from karmada_nb.engine.errors import Cause


def int_or_percent(value: Any, path: str) -> list[Cause]:
    """A number not below zero, or a percentage."""
    if isinstance(value, str):
        return field.each(path, value, percent(value))
    return field.non_negative(path, value)


def at_most_all(value: Any, path: str) -> list[Cause]:
    """A percentage is no more than the whole."""
    if isinstance(value, str) and not percent(value) and int(value[:-1]) > 100:
        return [field.invalid(path, value, "must not be greater than 100%")]
    return []


def number_of(value: Any) -> int:
    """The number itself, or that of the percentage; 0 for neither."""
    if isinstance(value, str):
        return int(value[:-1]) if not percent(value) else 0
    return int(value or 0)


def decoded_size(text: str) -> int:
    """How many bytes a text in base64 stands for."""
    return len(text) * 3 // 4 - text.count("=", -2)
