"""JSON patch: the RFC's own examples, and where the API server reads it more widely."""

import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from karmada_nb.engine.apiserver.patch import json_patch
from karmada_nb.engine.errors import StatusError

RFC_6902 = {
    "A.1 adding an object member": (
        {"foo": "bar"},
        [{"op": "add", "path": "/baz", "value": "qux"}],
        {"baz": "qux", "foo": "bar"},
    ),
    "A.2 adding an array element": (
        {"foo": ["bar", "baz"]},
        [{"op": "add", "path": "/foo/1", "value": "qux"}],
        {"foo": ["bar", "qux", "baz"]},
    ),
    "A.3 removing an object member": (
        {"baz": "qux", "foo": "bar"},
        [{"op": "remove", "path": "/baz"}],
        {"foo": "bar"},
    ),
    "A.4 removing an array element": (
        {"foo": ["bar", "qux", "baz"]},
        [{"op": "remove", "path": "/foo/1"}],
        {"foo": ["bar", "baz"]},
    ),
    "A.5 replacing a value": (
        {"baz": "qux", "foo": "bar"},
        [{"op": "replace", "path": "/baz", "value": "boo"}],
        {"baz": "boo", "foo": "bar"},
    ),
    "A.6 moving a value": (
        {"foo": {"bar": "baz", "waldo": "fred"}, "qux": {"corge": "grault"}},
        [{"op": "move", "from": "/foo/waldo", "path": "/qux/thud"}],
        {"foo": {"bar": "baz"}, "qux": {"corge": "grault", "thud": "fred"}},
    ),
    "A.7 moving an array element": (
        {"foo": ["all", "grass", "cows", "eat"]},
        [{"op": "move", "from": "/foo/1", "path": "/foo/3"}],
        {"foo": ["all", "cows", "eat", "grass"]},
    ),
    "A.8 testing a value: success": (
        {"baz": "qux", "foo": ["a", 2, "c"]},
        [{"op": "test", "path": "/baz", "value": "qux"}, {"op": "test", "path": "/foo/1", "value": 2}],
        {"baz": "qux", "foo": ["a", 2, "c"]},
    ),
    "A.10 adding a nested member object": (
        {"foo": "bar"},
        [{"op": "add", "path": "/child", "value": {"grandchild": {}}}],
        {"foo": "bar", "child": {"grandchild": {}}},
    ),
    "A.11 ignoring unrecognized elements": (
        {"foo": "bar"},
        [{"op": "add", "path": "/baz", "value": "qux", "xyz": 123}],
        {"foo": "bar", "baz": "qux"},
    ),
    "A.14 escape ordering": (
        {"/": 9, "~1": 10},
        [{"op": "test", "path": "/~01", "value": 10}],
        {"/": 9, "~1": 10},
    ),
    "A.16 adding an array value": (
        {"foo": ["bar"]},
        [{"op": "add", "path": "/foo/-", "value": ["abc", "def"]}],
        {"foo": ["bar", ["abc", "def"]]},
    ),
}


@pytest.mark.parametrize(("doc", "patch", "expected"), RFC_6902.values(), ids=RFC_6902.keys())
def test_the_examples_of_the_rfc(doc: Any, patch: Any, expected: Any) -> None:
    before = copy.deepcopy(doc)
    assert json_patch.apply(doc, patch) == expected
    assert doc == before


REFUSED = {
    "A.9 testing a value: error": ({"baz": "qux"}, [{"op": "test", "path": "/baz", "value": "bar"}]),
    "A.12 adding to a nonexistent target": (
        {"foo": "bar"},
        [{"op": "add", "path": "/baz/bat", "value": "qux"}],
    ),
    "A.15 comparing strings and numbers": ({"~1": 10}, [{"op": "test", "path": "/~01", "value": "10"}]),
    "an unknown operation": ({"a": 1}, [{"op": "frob", "path": "/a"}]),
    "an operation without a path": ({"a": 1}, [{"op": "add", "value": 1}]),
    "a path without a slash": ({"a": 1}, [{"op": "add", "path": "a", "value": 1}]),
    "a path below a scalar": ({"a": 1}, [{"op": "add", "path": "/a/b", "value": 1}]),
    "removing what is absent": ({"a": 1}, [{"op": "remove", "path": "/b"}]),
    "moving what is absent": ({"a": 1}, [{"op": "move", "from": "/b", "path": "/c"}]),
    "an index past the end": ({"a": [1]}, [{"op": "add", "path": "/a/2", "value": 1}]),
    "replacing past the end": ({"a": [1]}, [{"op": "replace", "path": "/a/1", "value": 1}]),
    "an index that is no number": ({"a": [1]}, [{"op": "add", "path": "/a/x", "value": 1}]),
    "true is not 1": ({"a": 1}, [{"op": "test", "path": "/a", "value": True}]),
    "testing null against a value": ({"a": 1}, [{"op": "test", "path": "/a", "value": None}]),
    "the root becomes a scalar": ({"a": 1}, [{"op": "replace", "path": "", "value": 3}]),
}


@pytest.mark.parametrize(("doc", "patch"), REFUSED.values(), ids=REFUSED.keys())
def test_what_does_not_apply_is_unprocessable(doc: Any, patch: Any) -> None:
    with pytest.raises(StatusError) as error:
        json_patch.apply(doc, patch)
    assert (error.value.code, error.value.reason, error.value.details) == (422, "Invalid", {})
    assert error.value.message == "the server rejected our request due to an error in our request"


WIDER = {
    "replace sets an absent field": (
        {"a": 1},
        [{"op": "replace", "path": "/b", "value": 2}],
        {"a": 1, "b": 2},
    ),
    "a negative index counts from the end": (
        {"a": [1, 2, 3]},
        [{"op": "remove", "path": "/a/-1"}],
        {"a": [1, 2]},
    ),
    "adding at -1 appends": ({"a": [1]}, [{"op": "add", "path": "/a/-1", "value": 2}], {"a": [1, 2]}),
    "a missing value is null": ({}, [{"op": "add", "path": "/a"}], {"a": None}),
    "copying an absent field adds null": ({}, [{"op": "copy", "from": "/a", "path": "/b"}], {"b": None}),
    "testing that a field is absent": ({}, [{"op": "test", "path": "/a", "value": None}], {}),
    "replacing the root": ({"a": 1}, [{"op": "replace", "path": "", "value": {"b": 2}}], {"b": 2}),
}


@pytest.mark.parametrize(("doc", "patch", "expected"), WIDER.values(), ids=WIDER.keys())
def test_where_the_server_reads_more_widely(doc: Any, patch: Any, expected: Any) -> None:
    assert json_patch.apply(doc, patch) == expected


def test_what_is_no_patch_is_a_bad_request() -> None:
    with pytest.raises(
        StatusError, match=r"cannot unmarshal object into Go value of type \[\]handlers.jsonPatchOp"
    ):
        json_patch.apply({}, {"op": "add"})
    with pytest.raises(StatusError, match="cannot unmarshal number into Go struct field"):
        json_patch.apply({}, [{"op": 1, "path": "/a"}])


def test_too_many_operations() -> None:
    with pytest.raises(
        StatusError, match="The allowed maximum operations in a JSON patch is 10000, got 10001"
    ):
        json_patch.apply({}, [{"op": "test", "path": "/a"}] * 10_001)


def test_untouched_parts_are_shared() -> None:
    doc = {"spec": {"deep": {"a": 1}}, "data": {"x": "1"}}
    after = json_patch.apply(doc, [{"op": "add", "path": "/data/y", "value": "2"}])
    assert after["spec"] is doc["spec"]


@given(st.dictionaries(st.text(min_size=1), st.integers()), st.text(min_size=1), st.integers())
def test_add_then_remove_is_where_it_was(doc: dict[str, int], key: str, value: int) -> None:
    if key in doc:
        return
    path = "/" + key.replace("~", "~0").replace("/", "~1")
    patch = [{"op": "add", "path": path, "value": value}, {"op": "remove", "path": path}]
    assert json_patch.apply(doc, patch) == doc


@pytest.mark.parametrize(
    ("operation", "said"),
    [
        (
            {"op": "remove", "path": "/a/x"},
            "error in remove for path: '/a/x': Unable to remove nonexistent key: x: missing value",
        ),
        (
            {"op": "replace", "path": "/n/x", "value": 1},
            "replace operation does not apply: doc is missing path: /n/x: missing value",
        ),
        (
            {"op": "add", "path": "/n/x", "value": 1},
            'add operation does not apply: doc is missing path: "/n/x": missing value',
        ),
        ({"op": "test", "path": "/a/k", "value": 2}, "testing path /a/k failed: test failed"),
        ({"op": "nope", "path": "/a"}, "Unexpected kind: nope"),
    ],
)
def test_what_does_not_apply_in_the_words_of_json_patch(operation: dict[str, Any], said: str) -> None:
    with pytest.raises(json_patch.DoesNotApplyError) as caught:
        json_patch.run({"a": {"k": 1}}, [operation])
    assert (str(caught.value), caught.value.tested) == (said, operation["op"] == "test")
