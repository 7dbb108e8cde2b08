"""Reading the state that a failing application leaves behind.

Follows pkg/util/helper/failover.go: a JSONPath template over the status that its old cluster reported, read
by client-go's util/jsonpath with ``AllowMissingKeys(false)``. There every number is a float64.
"""

from __future__ import annotations

import re
from typing import Any, Final

from karmada_nb.engine.apiserver.patch import go_text
from karmada_nb.engine.apiserver.tables import jsonpath
from karmada_nb.engine.karmada.go_json import dumps
from karmada_nb.engine.meta import Object

_EXPRESSION: Final = re.compile(r"\{([^{}]*)\}")
_COMPARABLE: Final = (str, bool, int, float)


def read_state(status: Object, template: str) -> str:
    """The template with each ``{.path}`` replaced by what is there.

    Raises ValueError with upstream's text where a path leads nowhere, or the template is none.
    """
    if "{" in _EXPRESSION.sub("", template):
        raise ValueError("unclosed action")

    def found(match: re.Match[str]) -> str:
        return " ".join(_text(value) for value in _walk(jsonpath.parse(match[1]), status))

    try:
        return _EXPRESSION.sub(found, template)
    except ValueError as error:
        raise ValueError(f"failed to execute jsonpath {go_text.quoted(template)}: {error}") from None


def _walk(path: jsonpath.Path, value: Any) -> list[Any]:
    found = [value]
    for step in path:
        found = _step(step, found)
    return found


def _step(step: jsonpath.Step, values: list[Any]) -> list[Any]:
    """What a step leads to, from all values together: a field has to be in one of them."""
    match step:
        case jsonpath.Field(name):
            found = _each(step, values)
            if values and not found:
                raise ValueError(f"{name} is not found")
            return found
        case jsonpath.Index(at):
            return [_item(value, at) for value in values if value is not None]
        case jsonpath.Filter():
            return [item for value in values for item in _filtered(step, value)]
    return _each(step, values)


def _each(step: jsonpath.Step, values: list[Any]) -> list[Any]:
    return [found for value in values for found in jsonpath.find((step,), value)]


def _item(value: Any, at: int) -> Any:
    if not isinstance(value, list):
        raise ValueError(f"{go_text.type_name(_decoded(value))} is not array or slice")
    index = at + len(value) if at < 0 else at
    if not 0 <= index < len(value):
        raise ValueError(f"array index out of bounds: index {index}, length {len(value)}")
    return value[index]


def _filtered(step: jsonpath.Filter, value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise ValueError(f"{go_text.plain(_decoded(value))} is not array or slice and cannot be filtered")
    if step.operator:
        for item in value:
            _check_comparable(_walk(step.path, item), step.value)
    return jsonpath.find((step,), value)


def _check_comparable(lefts: list[Any], right: Any) -> None:
    if not lefts:
        return
    if len(lefts) > 1:
        raise ValueError("can only compare one element at a time")
    left = _decoded(lefts[0])
    if not isinstance(left, _COMPARABLE):
        raise ValueError("invalid type for comparison")
    if type(left) is not type(right):
        raise ValueError("incompatible types for comparison")


def _decoded(value: Any) -> Any:
    """The value as encoding/json reads it where no type is given."""
    if isinstance(value, dict):
        return {name: _decoded(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_decoded(item) for item in value]
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _text(value: Any) -> str:
    if isinstance(value, dict | list):
        return dumps(value, sort=True)
    return "null" if value is None else go_text.plain(_decoded(value))
