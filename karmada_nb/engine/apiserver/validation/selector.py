"""Label selectors as parts of objects.

Follows k8s.io/apimachinery pkg/apis/meta/v1/validation/validation.go.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from karmada_nb.engine.apiserver.validation import field
from karmada_nb.engine.apiserver.validation.metadata import validate_labels
from karmada_nb.engine.apiserver.validation.names import label_value, qualified_name
from karmada_nb.engine.errors import Cause
from karmada_nb.engine.meta import Object

_WITH_VALUES: Final = ("In", "NotIn")
_WITHOUT_VALUES: Final = ("Exists", "DoesNotExist")
_COMPARING: Final = ("Gt", "Lt")


def validate_selector(selector: Object | None, path: str) -> list[Cause]:
    """``ValidateLabelSelector``."""
    if not selector:
        return []
    causes = validate_labels(selector.get("matchLabels"), f"{path}.matchLabels")
    for index, requirement in enumerate(selector.get("matchExpressions") or []):
        causes += validate_requirement(requirement, f"{path}.matchExpressions[{index}]")
    return causes


def matches(selector: Object | None, labels: Mapping[str, str]) -> bool:
    """Whether labels satisfy a selector; none selects nothing, an empty one everything."""
    if selector is None:
        return False
    wanted = selector.get("matchLabels") or {}
    if any(labels.get(key) != value for key, value in wanted.items()):
        return False
    return all(_holds(requirement, labels) for requirement in selector.get("matchExpressions") or [])


def readable(selector: Object | None) -> bool:
    """Whether ``LabelSelectorAsSelector`` can make something of it; none is a selector of nothing."""
    return not validate_selector(selector, "")


def shown(selector: Object) -> Object:
    """A selector in the order of Go's fields."""
    out: Object = {}
    if selector.get("matchLabels"):
        out["matchLabels"] = dict(sorted(selector["matchLabels"].items()))
    if selector.get("matchExpressions"):
        out["matchExpressions"] = [
            {"key": "", "operator": "", **field.ordered(item, "key", "operator", "values")}
            for item in selector["matchExpressions"]
        ]
    return out


def _holds(requirement: Object, labels: Mapping[str, str]) -> bool:
    key, values = requirement.get("key", ""), requirement.get("values") or []
    match requirement.get("operator"):
        case "In":
            return labels.get(key) in values and key in labels
        case "NotIn":
            return key not in labels or labels[key] not in values
        case "Exists":
            return key in labels
        case "DoesNotExist":
            return key not in labels
    return False


def validate_requirement(requirement: Object, path: str, *, compares: bool = False) -> list[Cause]:
    """One expression of a selector. ``compares``: of nodes, whose labels may be compared as numbers."""
    causes: list[Cause] = []
    operator: Any = requirement.get("operator", "")
    values = requirement.get("values") or []
    if operator in _WITH_VALUES:
        if not values:
            why = "must be specified when `operator` is 'In' or 'NotIn'"
            causes.append(field.required(f"{path}.values", why))
    elif operator in _WITHOUT_VALUES:
        if values:
            why = "may not be specified when `operator` is 'Exists' or 'DoesNotExist'"
            causes.append(field.forbidden(f"{path}.values", why))
    elif compares and operator in _COMPARING:
        if len(values) != 1:
            why = "must be specified single value when `operator` is 'Lt' or 'Gt'"
            causes.append(field.required(f"{path}.values", why))
    else:
        causes.append(field.invalid(f"{path}.operator", operator, "not a valid selector operator"))
    key = requirement.get("key", "")
    causes += field.each(f"{path}.key", key, qualified_name(key))
    for index, value in enumerate(values):
        causes += field.each(f"{path}.values[{index}]", value, label_value(value))
    return causes
