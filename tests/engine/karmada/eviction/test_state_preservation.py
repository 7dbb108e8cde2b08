"""What is read of a status, and what is said where nothing is.

The answers are client-go's: util/jsonpath with AllowMissingKeys(false), run over the same document.
"""

from __future__ import annotations

import pytest

from karmada_nb.engine.karmada.state_preservation import read_state
from karmada_nb.engine.meta import Object

STATUS: Object = {
    "n": 1234567,
    "big": 100000000,
    "small": 7,
    "f": 0.5,
    "tiny": 0.00001,
    "b": True,
    "z": None,
    "m": {"b": 1, "a": "<x>"},
    "l": [1, 2, 3],
    "e": [],
    "items": [{"t": "a", "v": 1}, {"t": "b"}],
}


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("{.n}", "1.234567e+06"),
        ("{.big}", "1e+08"),
        ("{.small}", "7"),
        ("{.f}", "0.5"),
        ("{.tiny}", "1e-05"),
        ("{.b}", "true"),
        ("{.z}", "null"),
        ("{.m}", '{"a":"\\u003cx\\u003e","b":1}'),
        ("{.l}", "[1,2,3]"),
        ("{.e[*].x}", ""),
        ("{.l[*]}", "1 2 3"),
        ('{.items[?(@.t=="c")].v}', ""),
        ("{.items[?(@.v)].t}", "a"),
        ("x-{.small}-{.b}", "x-7-true"),
        ("plain", "plain"),
        ("a}b", "a}b"),
        ("{.items[*].v}", "1"),
        ("{['m']['a']}", "<x>"),
    ],
)
def test_what_is_there_is_told_as_go_prints_it(template: str, text: str) -> None:
    assert read_state(STATUS, template) == text


@pytest.mark.parametrize(
    ("template", "why"),
    [
        ("{.a.b}", "a is not found"),
        ("{.m.q.r}", "q is not found"),
        ("{.z.a}", "a is not found"),
        ("{.small}{.nope}", "nope is not found"),
        ("{.l[5]}", "array index out of bounds: index 5, length 3"),
        ("{.l[-5]}", "array index out of bounds: index -2, length 3"),
        ("{.e[-1]}", "array index out of bounds: index -1, length 0"),
        ("{.m[0]}", "map[string]interface {} is not array or slice"),
        ("{.n[0]}", "float64 is not array or slice"),
        ("{.m[?(@.a)]}", "map[a:<x> b:1] is not array or slice and cannot be filtered"),
        ("{.n[?(@.a)]}", "1.234567e+06 is not array or slice and cannot be filtered"),
        ('{.items[?(@.v=="c")].t}', "incompatible types for comparison"),
        ("{.items[?(@.v==1)].t}", "incompatible types for comparison"),
    ],
)
def test_what_is_not_there_is_told_in_upstreams_words(template: str, why: str) -> None:
    quoted = template.replace('"', '\\"')
    with pytest.raises(ValueError) as raised:
        read_state(STATUS, template)
    assert str(raised.value) == f'failed to execute jsonpath "{quoted}": {why}'


def test_a_template_that_does_not_end_is_none() -> None:
    with pytest.raises(ValueError, match=r"^unclosed action$"):
        read_state(STATUS, "{.small")
