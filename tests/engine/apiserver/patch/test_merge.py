"""JSON merge patch: the RFC's table, and that a computed difference leads to its target."""

import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from karmada_nb.engine.apiserver.patch import merge
from karmada_nb.engine.errors import StatusError

RFC_7386: list[tuple[Any, Any, Any]] = [
    ({"a": "b"}, {"a": "c"}, {"a": "c"}),
    ({"a": "b"}, {"b": "c"}, {"a": "b", "b": "c"}),
    ({"a": "b"}, {"a": None}, {}),
    ({"a": "b", "b": "c"}, {"a": None}, {"b": "c"}),
    ({"a": ["b"]}, {"a": "c"}, {"a": "c"}),
    ({"a": "c"}, {"a": ["b"]}, {"a": ["b"]}),
    ({"a": {"b": "c"}}, {"a": {"b": "d", "c": None}}, {"a": {"b": "d"}}),
    ({"a": [{"b": "c"}]}, {"a": [1]}, {"a": [1]}),
    ({"e": None}, {"a": 1}, {"e": None, "a": 1}),
    ({}, {"a": {"bb": {"ccc": None}}}, {"a": {"bb": {}}}),
]


@pytest.mark.parametrize(("doc", "patch", "expected"), RFC_7386)
def test_the_table_of_the_rfc(doc: Any, patch: Any, expected: Any) -> None:
    before = copy.deepcopy(doc)
    assert merge.apply(doc, patch) == expected
    assert doc == before


def test_what_is_no_object_is_a_bad_request() -> None:
    with pytest.raises(StatusError) as error:
        merge.apply({}, [])
    assert error.value.code == 400
    assert error.value.message == (
        "error decoding patch: json: cannot unmarshal array into Go value of type map[string]interface {}"
    )
    with pytest.raises(StatusError, match="Invalid JSON Patch"):
        merge.apply({}, None)


def test_a_patch_without_effect_gives_the_object_back() -> None:
    doc = {"metadata": {"labels": {"a": "1"}}, "list": [1, {"x": 2}]}
    assert merge.apply(doc, {"metadata": {"labels": {"a": "1", "b": None}}, "list": [1, {"x": 2}]}) is doc


scalars = st.booleans() | st.integers(-5, 5) | st.text("ab", max_size=2)
values = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text("abc", max_size=2), inner, max_size=4)
    ),
    max_leaves=12,
)
objects = st.dictionaries(st.text("abc", max_size=2), values, max_size=5)


def difference(old: dict[str, Any], new: dict[str, Any]) -> dict[str, Any]:
    """The merge patch from one document to another, straight from the RFC's definition."""
    patch: dict[str, Any] = {key: None for key in old if key not in new}
    for key, value in new.items():
        before = old.get(key)
        if isinstance(value, dict) and isinstance(before, dict):
            patch[key] = difference(before, value)
        else:
            patch[key] = value
    return patch


@given(objects, objects)
def test_the_difference_leads_to_the_target(old: dict[str, Any], new: dict[str, Any]) -> None:
    kept = copy.deepcopy(old)
    patch = difference(old, new)
    once = merge.apply(old, patch)
    assert once == new
    assert merge.apply(once, patch) == new
    assert old == kept
