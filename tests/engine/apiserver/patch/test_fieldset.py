"""Field sets: the wire form, and the laws of sets."""

from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from karmada_nb.engine.apiserver.patch import fieldset
from karmada_nb.engine.apiserver.patch.fieldset import FieldSet, Path

steps = st.sampled_from(
    [
        "f:a",
        "f:b",
        "f:spec",
        'k:{"name":"c"}',
        'k:{"containerPort":80,"protocol":"TCP"}',
        'v:"x"',
        "v:1",
        "i:0",
    ]
)
some_paths = st.lists(st.lists(steps, min_size=1, max_size=4).map(tuple), max_size=8)


def build(paths: list[Path]) -> FieldSet:
    fields: FieldSet = {}
    for path in paths:
        fields = fieldset.insert(fields, path)
    return fields


def members(fields: FieldSet) -> set[Path]:
    return set(fieldset.paths(fields))


@given(some_paths)
def test_encoding_and_decoding_is_a_round_trip(paths: list[Path]) -> None:
    fields = build(paths)
    assert members(fields) == set(paths)
    again = fieldset.decode(orjson.loads(orjson.dumps(fields)))
    assert orjson.dumps(again) == orjson.dumps(fields)


@given(some_paths, some_paths)
def test_operations_are_those_of_sets(some: list[Path], others: list[Path]) -> None:
    left, right = build(some), build(others)
    before = orjson.dumps([left, right])
    assert members(fieldset.union(left, right)) == set(some) | set(others)
    assert members(fieldset.intersection(left, right)) == set(some) & set(others)
    assert members(fieldset.difference(left, right)) == set(some) - set(others)
    below = {path for path in some if any(path[: len(root)] == root for root in others)}
    assert members(fieldset.recursive_difference(left, right)) == set(some) - below
    assert all(fieldset.contains(left, path) == (path in some) for path in [*some, *others])
    assert orjson.dumps([left, right]) == before


@given(some_paths)
def test_a_set_that_stays_is_given_back(paths: list[Path]) -> None:
    fields = build(paths)
    copy = orjson.loads(orjson.dumps(fields))
    assert fieldset.union(fields, copy) is fields
    assert fieldset.difference(fields, {"f:other": {}}) is fields
    assert fieldset.difference(fields, copy) == {}


@given(some_paths)
def test_a_set_made_of_shared_parts_is_the_same_set(paths: list[Path]) -> None:
    fields = build(paths)
    one, two = fieldset.shared(fields), fieldset.shared(orjson.loads(orjson.dumps(fields)))
    assert orjson.dumps(one) == orjson.dumps(fields)
    assert all(one[step][name] is two[step][name] for step in one for name in one[step])


def test_the_wire_form_marks_members_that_have_children() -> None:
    fields = build([("f:data",), ("f:data", "f:x")])
    assert fields == {"f:data": {".": {}, "f:x": {}}}
    assert build([("f:data", "f:x")]) == {"f:data": {"f:x": {}}}


def test_steps_are_ordered_fields_first_and_numbers_by_value() -> None:
    fields = build([("v:443",), ("v:80",), ('k:{"name":"b"}',), ("f:z",), ("f:a",), ('k:{"name":"a"}',)])
    assert list(fields) == ["f:a", "f:z", 'k:{"name":"a"}', 'k:{"name":"b"}', "v:80", "v:443"]


def test_decoding_puts_keys_in_order_and_leaves_out_unknown_steps() -> None:
    sent = {'k:{"protocol": "TCP", "containerPort": 80}': {".": {}}, "x:later": {}}
    assert fieldset.decode(sent) == {'k:{"containerPort":80,"protocol":"TCP"}': {}}


@pytest.mark.parametrize("wrong", ["nothing", {"name": {}}, {"k:[]": {}}, {"v:{": {}}, {"i:x": {}}])
def test_what_is_no_set_is_refused(wrong: Any) -> None:
    with pytest.raises(ValueError):
        fieldset.decode(wrong)


def test_paths_read_as_in_conflicts() -> None:
    path = ("f:spec", "f:containers", 'k:{"containerPort":80,"name":"c"}', "f:args", 'v:"x"')
    assert fieldset.path_text(path) == '.spec.containers[containerPort=80,name="c"].args[="x"]'
