"""Patches as Karmada's patch library applies them, on documents that are never changed."""

from __future__ import annotations

import copy
from typing import Any

import jsonpatch
import pytest
from hypothesis import given
from hypothesis import strategies as st

from karmada_nb.engine.karmada.override import OverrideError
from karmada_nb.engine.karmada.override.json_patch import Patch, apply_json_patch

KEYS = st.text("ab/~", min_size=1, max_size=2)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(0, 9) | st.text("xy", max_size=2),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=8,
)
OBJECTS = st.dictionaries(KEYS, JSON, max_size=3)


def pointer(*segments: str) -> str:
    return "".join("/" + s.replace("~", "~0").replace("/", "~1") for s in segments)


@st.composite
def patched(draw: st.DrawFn) -> tuple[dict[str, Any], Patch]:
    """A document, and an operation at a path that mostly exists in it."""
    document = draw(OBJECTS)
    current: Any = document
    segments: list[str] = []
    while isinstance(current, dict | list) and current and (not segments or draw(st.booleans())):
        step: Any = draw(st.sampled_from(list(current) if isinstance(current, dict) else range(len(current))))
        segments.append(str(step))
        current = current[step]
    if not segments or draw(st.booleans()):
        segments = [*segments[:-1], draw(KEYS)]
    operator = draw(st.sampled_from(["add", "replace", "remove"]))
    return document, Patch(operator, pointer(*segments), draw(JSON))


@given(patched())
def test_ordinary_paths_follow_the_standard(case: tuple[dict[str, Any], Patch]) -> None:
    document, patch = case
    before = copy.deepcopy(document)
    operation = {"op": patch.operator, "path": patch.path, "value": patch.value}
    try:
        expected = jsonpatch.apply_patch(document, [operation])
    except (jsonpatch.JsonPatchException, jsonpatch.JsonPointerException):
        with pytest.raises(OverrideError):
            apply_json_patch(document, [patch])
    else:
        assert apply_json_patch(document, [patch]) == expected
    assert document == before


@pytest.mark.parametrize(
    ("document", "patch", "expected"),
    [
        ({"l": [1, 2, 3]}, Patch("replace", "/l/-1", 9), {"l": [1, 2, 9]}),
        ({"l": [1, 2, 3]}, Patch("add", "/l/-1", 9), {"l": [1, 2, 3, 9]}),
        ({"l": [1, 2, 3]}, Patch("remove", "/l/-3"), {"l": [2, 3]}),
        ({"a": {"b": 1}}, Patch("replace", "ignored/a/b", 2), {"a": {"b": 2}}),
        ({"a": {"b": 1}}, Patch("replace", "/a//b", 2), {"a": {"b": 2}}),
        ({"a": 1}, Patch("add", "", [1]), [1]),
        ({"a": None}, Patch("replace", "/a", 1), {"a": 1}),
        ({}, Patch("add", "/a"), {"a": None}),
    ],
)
def test_odd_paths(document: Any, patch: Patch, expected: Any) -> None:
    assert apply_json_patch(document, [patch]) == expected


def test_untouched_parts_are_shared() -> None:
    document = {"metadata": {"labels": {}}, "spec": {"a": [1]}}
    after = apply_json_patch(document, [Patch("add", "/metadata/labels/x", "y")])
    assert after["spec"] is document["spec"]


@pytest.mark.parametrize("operator", ["test", "move", "copy", ""])
def test_other_operators_are_refused(operator: str) -> None:
    with pytest.raises(OverrideError):
        apply_json_patch({"a": 1}, [Patch(operator, "/a", 1)])
