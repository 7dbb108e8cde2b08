"""What storage classes and classes of volume attributes say.

Follows pkg/apis/storage/validation/validation.go and ValidateTopologySelectorTerm in
pkg/apis/core/validation/validation.go.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from karmada_nb.engine.apiserver.validation import field
from karmada_nb.engine.apiserver.validation.names import qualified_name
from karmada_nb.engine.errors import Cause
from karmada_nb.engine.meta import Object

_MOST_PARAMETERS: Final = 512
_LONGEST_PARAMETERS: Final = 256 * 1024


def validate_provisioner(name: str, path: str) -> list[Cause]:
    if not name:
        return [field.required(path)]
    return field.each(path, name.lower(), qualified_name(name.lower()))


def validate_parameters(parameters: Mapping[str, str], path: str = "parameters") -> list[Cause]:
    if len(parameters) > _MOST_PARAMETERS:
        return [field.too_long(path, _MOST_PARAMETERS)]
    causes = [field.invalid(path, key, "field can not be empty.") for key in parameters if not key]
    if sum(len(text.encode()) for pair in parameters.items() for text in pair) > _LONGEST_PARAMETERS:
        causes.append(field.too_long(path, _LONGEST_PARAMETERS))
    return causes


def validate_topologies(terms: Sequence[Object], path: str) -> list[Cause]:
    """No term says nothing, or what another says."""
    causes: list[Cause] = []
    seen: list[dict[str, set[str]]] = [{}]
    for index, term in enumerate(terms):
        at = f"{path}[{index}].matchLabelExpressions"
        said: dict[str, set[str]] = {}
        for place, expression in enumerate(term.get("matchLabelExpressions") or ()):
            key, values = expression.get("key", ""), expression.get("values") or []
            causes += _expression(key, values, f"{at}[{place}]")
            if key in said:
                causes.append(field.duplicate(f"{at}[{place}].key", key))
            said[key] = set(values)
        if said in seen:
            causes.append(field.duplicate(at, ""))
        seen.append(said)
    return causes


def _expression(key: str, values: Sequence[str], path: str) -> list[Cause]:
    causes = [] if values else [field.required(f"{path}.values")]
    for place, value in enumerate(values):
        if value in values[:place]:
            causes.append(field.duplicate(f"{path}.values[{place}]", value))
    return causes + field.each(f"{path}.key", key, qualified_name(key))
