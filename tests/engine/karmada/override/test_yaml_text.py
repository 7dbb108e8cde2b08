"""YAML texts as Go's library reads and writes them."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from karmada_nb.engine.karmada.override import OverrideError
from karmada_nb.engine.karmada.override.yaml_text import dump, load

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**40), 2**40) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(min_size=1, max_size=6), inner),
    max_leaves=8,
)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("a: y\nb: N\nc: on\nd: Off", {"a": True, "b": False, "c": True, "d": False}),
        ("a: 2026-01-01", {"a": "2026-01-01"}),
        ("a: 1:30", {"a": "1:30"}),
        ("2: a\ntrue: b", {"2": "a", "true": "b"}),
        ("a: 0x10\nb: 1.5", {"a": 16, "b": 1.5}),
        ("- a\n- [b, c]", ["a", ["b", "c"]]),
    ],
)
def test_reading(text: str, value: Any) -> None:
    assert load(text) == value


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ({"b": 1, "a": {"l": ["x"]}}, "a:\n  l:\n  - x\nb: 1\n"),
        ({"a": "true", "b": "5", "c": "null"}, 'a: "true"\nb: "5"\nc: "null"\n'),
        ({"a": "one\ntwo\n"}, "a: |\n  one\n  two\n"),
        ({"a": "", "b": [], "c": {}}, 'a: ""\nb: []\nc: {}\n'),
        ({"a": "x: y"}, "a: 'x: y'\n"),
    ],
)
def test_writing(value: Any, text: str) -> None:
    assert dump(value) == text


@given(JSON)
def test_what_is_written_is_read_back(value: Any) -> None:
    assert load(dump(value)) == value


def test_a_text_that_does_not_parse_is_an_error() -> None:
    with pytest.raises(OverrideError, match="yaml:"):
        load("a: [")
