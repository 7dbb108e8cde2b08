"""The JSONPath of printer columns: fields, indices, wildcards, filters.

Follows the subset of k8s.io/client-go util/jsonpath that columns use: ``.a.b``, ``['a.b']``, ``[0]``,
``[-1]``, ``[*]``, ``[?(@.type=="Ready")]``. A path that leads nowhere finds nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Final

import orjson


@dataclass(frozen=True, slots=True)
class Field:
    name: str


@dataclass(frozen=True, slots=True)
class Index:
    at: int


@dataclass(frozen=True, slots=True)
class Every:
    """All elements of a list, or all values of a map."""


@dataclass(frozen=True, slots=True)
class Filter:
    """Elements whose value at ``path`` compares to ``value``; without an operator, those that have one."""

    path: tuple[Step, ...]
    operator: str = ""
    value: Any = None


Step = Field | Index | Every | Filter
Path = tuple[Step, ...]

_FILTER: Final = re.compile(r"^@?(?P<path>.*?)\s*(?:(?P<op>==|!=|<=|>=|<|>)\s*(?P<value>.+))?$")
_FIELD: Final = re.compile(r"(?:[^.\[\]\\]|\\.)+")


def parse(text: str) -> Path:
    """The steps of a path. Raises ValueError for what is no path."""
    text = text.strip()
    if text.startswith("{") and text.endswith("}"):
        text = text[1:-1]
    text = text.removeprefix("$").removeprefix("@")
    steps: list[Step] = []
    at = 0
    while at < len(text):
        if text[at] == "[":
            end = _closing(text, at)
            steps.append(_bracket(text[at + 1 : end].strip()))
            at = end + 1
            continue
        if text[at] == ".":
            at += 1
        if text.startswith("*", at):
            steps.append(Every())
            at += 1
            continue
        match = _FIELD.match(text, at)
        if match is None:
            if at < len(text) and text[at] == "[":
                continue
            raise ValueError(f"expected a field at {text[at:]!r} of path {text!r}")
        steps.append(Field(re.sub(r"\\(.)", r"\1", match[0])))
        at = match.end()
    return tuple(steps)


def find(path: Path, value: Any) -> list[Any]:
    """All values that a path leads to."""
    found = [value]
    for step in path:
        found = [inner for outer in found for inner in _step(step, outer)]
    return found


def _closing(text: str, start: int) -> int:
    depth, quote = 0, ""
    for at in range(start, len(text)):
        char = text[at]
        if quote:
            quote = "" if char == quote else quote
        elif char in "'\"":
            quote = char
        elif char == "[":
            depth += 1
        elif char == "]":
            depth -= 1
            if not depth:
                return at
    raise ValueError(f"unterminated array in path {text!r}")


def _bracket(inner: str) -> Step:
    if inner == "*":
        return Every()
    if inner[:1] in ("'", '"'):
        return Field(inner[1:-1])
    if inner.startswith("?(") and inner.endswith(")"):
        match = _FILTER.match(inner[2:-1].strip())
        if match is None:
            raise ValueError(f"invalid filter {inner!r}")
        value = _literal(match["value"]) if match["op"] else None
        return Filter(parse(match["path"]), match["op"] or "", value)
    return Index(int(inner))


def _literal(text: str) -> Any:
    text = text.strip()
    if text[:1] in ("'", '"'):
        return text[1:-1]
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        raise ValueError(f"invalid literal {text!r} in filter") from None


def _step(step: Step, value: Any) -> list[Any]:
    match step:
        case Field(name):
            return [value[name]] if isinstance(value, dict) and name in value else []
        case Index(at):
            inside = isinstance(value, list) and -len(value) <= at < len(value)
            return [value[at]] if inside else []
        case Every():
            if isinstance(value, list):
                return value
            return list(value.values()) if isinstance(value, dict) else []
        case Filter():
            return [item for item in value if _passes(step, item)] if isinstance(value, list) else []


def _passes(step: Filter, item: Any) -> bool:
    found = find(step.path, item)
    if not step.operator:
        return bool(found)
    if not found:
        return False
    left, right = found[0], step.value
    if step.operator in ("==", "!="):
        return bool((left == right) == (step.operator == "=="))
    if isinstance(left, str) is not isinstance(right, str):
        return False
    return bool(
        (step.operator == "<" and left < right)
        or (step.operator == "<=" and left <= right)
        or (step.operator == ">" and left > right)
        or (step.operator == ">=" and left >= right)
    )
