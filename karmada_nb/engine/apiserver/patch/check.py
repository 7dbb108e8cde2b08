"""Whether an applied configuration fits its schema.

Follows sigs.k8s.io/structured-merge-diff typed/validate.go, and its words.
"""

from typing import Any, Final, NamedTuple

from karmada_nb.engine.apiserver.patch.fieldset import step_text
from karmada_nb.engine.apiserver.patch.go_text import plain, syntax, type_name
from karmada_nb.engine.apiserver.patch.shape import UnnamedElementError, child, element, items
from karmada_nb.engine.apiserver.schema.schema import Kind, Schema


class Problem(NamedTuple):
    """``path`` is empty for the object itself."""

    path: str
    message: str

    def __str__(self) -> str:
        return f"{self.path}: {self.message}" if self.path else self.message


_TEXTS: Final = (Kind.STRING, Kind.BYTES)
_NUMBERS: Final = (Kind.INTEGER, Kind.NUMBER)


def problems_text(problems: list[Problem]) -> str:
    """One problem as it is; several as a list."""
    if len(problems) == 1:
        return str(problems[0])
    return "\n".join(["errors:", *(f"  {problem}" for problem in problems)])


def check(schema: Schema, value: Any, path: str = "") -> list[Problem]:
    """What is wrong with ``value``. Null fits everywhere."""
    if value is None:
        return []
    if schema.kind is Kind.ANY:
        return []
    if schema.kind in (Kind.OBJECT, Kind.MAP):
        if not isinstance(value, dict):
            return [Problem(path, f"expected map, got &{{{plain(value)}}}")]
        return _map(schema, value, path)
    if schema.kind is Kind.ARRAY:
        if not isinstance(value, list):
            return [Problem(path, f"expected list, got &{{{plain(value)}}}")]
        return _list(schema, value, path)
    return [Problem(path, wrong) for wrong in _scalar(schema.kind, value)]


def _scalar(kind: Kind, value: Any) -> list[str]:
    if kind in _TEXTS:
        shown = f"&value.valueUnstructured{{Value:{syntax(value)}}}"
        return [] if isinstance(value, str) else [f"expected string, got {shown}"]
    if kind in _NUMBERS:
        fits = isinstance(value, int | float) and not isinstance(value, bool)
        return [] if fits else [f"expected numeric (int or float), got {type_name(value)}"]
    if kind is Kind.BOOLEAN:
        return [] if isinstance(value, bool) else [f"expected boolean, got &{{{plain(value)}}}"]
    return [f"expected any scalar, got &{{{plain(value)}}}"] if isinstance(value, dict | list) else []


def _map(schema: Schema, value: dict[str, Any], path: str) -> list[Problem]:
    problems: list[Problem] = []
    for name, inner in value.items():
        form = child(schema, name)
        if form is None:
            return [*problems, Problem(f"{path}.{name}", "field not declared in schema")]
        problems += check(form, inner, f"{path}.{name}")
    return problems


def _list(schema: Schema, value: list[Any], path: str) -> list[Problem]:
    problems: list[Problem] = []
    seen: set[str] = set()
    named = schema.list_type in ("map", "set")
    for place, item in enumerate(value):
        step = f"i:{place}"
        if named:
            try:
                step = element(schema, item)
            except UnnamedElementError as wrong:
                return [*problems, Problem(path, f"element {place}: {wrong}")]
            if step in seen:
                problems.append(Problem(path, f"duplicate entries for key {step_text(step)}"))
            seen.add(step)
        problems += check(items(schema), item, path + step_text(step))
    return problems
