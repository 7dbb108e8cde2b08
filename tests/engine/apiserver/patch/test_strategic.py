"""Strategic merge patch: lists that merge, directives, and upstream's errors."""

import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from karmada_nb.engine.apiserver.patch import strategic
from karmada_nb.engine.errors import StatusError

from .objects import config_map, deployment, schema_of


def patched(obj: Any, patch: Any) -> Any:
    before = copy.deepcopy((obj, patch))
    out = strategic.apply(schema_of(obj["kind"]), obj, patch)
    assert (obj, patch) == before
    return out


def pod(**spec: Any) -> dict[str, Any]:
    return {"spec": {"template": {"spec": spec}}}


def template(obj: Any) -> Any:
    return obj["spec"]["template"]["spec"]


START = deployment(
    {
        "name": "a",
        "image": "a",
        "args": ["x", "y"],
        "env": [{"name": "E1", "value": "1"}, {"name": "E2", "value": "2"}],
        "volumeMounts": [{"name": "v", "mountPath": "/one"}],
    },
    {"name": "b", "image": "b"},
    strategy={"type": "RollingUpdate", "rollingUpdate": {"maxSurge": 1}},
)


def names(obj: Any) -> list[str]:
    return [container["name"] for container in template(obj)["containers"]]


def test_elements_merge_by_key_and_new_ones_follow() -> None:
    after = patched(START, pod(containers=[{"name": "b", "image": "b:2"}, {"name": "c", "image": "c"}]))
    assert [container["image"] for container in template(after)["containers"]] == ["a", "b:2", "c"]
    assert template(after)["containers"][0] is template(START)["containers"][0]


def test_lists_inside_elements_merge_too_and_others_are_replaced() -> None:
    env = [{"name": "E2", "value": "two"}, {"name": "E3", "value": "3"}]
    after = patched(START, pod(containers=[{"name": "a", "env": env, "args": ["z"]}]))
    first = template(after)["containers"][0]
    assert first["env"] == [{"name": "E1", "value": "1"}, *env]
    assert first["args"] == ["z"]


def test_an_element_is_deleted_by_directive() -> None:
    assert names(patched(START, pod(containers=[{"name": "a", "$patch": "delete"}]))) == ["b"]


def test_a_list_is_replaced_by_directive() -> None:
    after = patched(START, pod(containers=[{"$patch": "replace"}, {"name": "n", "image": "n"}]))
    assert template(after)["containers"] == [{"name": "n", "image": "n"}]


def test_a_map_is_replaced_or_emptied_by_directive() -> None:
    labelled = {**config_map(), "metadata": {"name": "a", "labels": {"a": "1", "b": "2"}}}
    replaced = patched(labelled, {"metadata": {"labels": {"$patch": "replace", "c": "3"}}})
    assert replaced["metadata"]["labels"] == {"c": "3"}
    emptied = patched(labelled, {"metadata": {"labels": {"$patch": "delete"}}})
    assert emptied["metadata"]["labels"] == {}


def test_keys_that_are_not_retained_go() -> None:
    after = patched(START, {"spec": {"strategy": {"$retainKeys": ["type"], "type": "Recreate"}}})
    assert after["spec"]["strategy"] == {"type": "Recreate"}


@pytest.mark.parametrize(
    ("order", "patch", "expected"),
    [
        (["b", "a"], ["b"], ["b", "a"]),
        (["b", "c", "a"], ["c"], ["b", "c", "a"]),
        (["c"], ["c"], ["c", "a", "b"]),
        (["b", "a"], [], ["b", "a"]),
    ],
)
def test_the_order_of_elements_can_be_given(order: list[str], patch: list[str], expected: list[str]) -> None:
    body = pod(**{"$setElementOrder/containers": [{"name": name} for name in order]})
    if patch:
        template(body)["containers"] = [{"name": name, "image": "new"} for name in patch]
    assert names(patched(START, body)) == expected


def test_lists_of_plain_values_merge_and_lose_values() -> None:
    held = {**config_map(), "metadata": {"name": "a", "finalizers": ["x/1", "x/2"]}}
    more = patched(held, {"metadata": {"finalizers": ["x/2", "x/3"]}})
    assert more["metadata"]["finalizers"] == ["x/1", "x/2", "x/3"]
    less = patched(held, {"metadata": {"$deleteFromPrimitiveList/finalizers": ["x/1", "x/9"]}})
    assert less["metadata"]["finalizers"] == ["x/2"]


def test_null_removes_and_new_values_lose_their_nulls() -> None:
    after = patched(config_map(x="1"), {"data": {"x": None}, "metadata": {"labels": {"a": "b", "c": None}}})
    assert after["data"] == {}
    assert after["metadata"]["labels"] == {"a": "b"}


def test_a_patch_without_effect_gives_the_object_back() -> None:
    assert patched(START, pod(containers=[{"name": "b", "image": "b"}])) is START
    assert patched(START, {}) is START


@pytest.mark.parametrize(
    ("patch", "code", "message"),
    [
        (
            pod(containers=[{"image": "x"}]),
            500,
            "map: map[image:x] does not contain declared merge key: name",
        ),
        (
            pod(containers=[{"name": "a", "$patch": "frob"}]),
            500,
            "unknown patch type: frob in map: map[$patch:frob name:a]",
        ),
        (
            pod(containers=[{"name": "a"}, "b"]),
            500,
            None,
        ),
        (
            pod(**{"$setElementOrder/containers": [{"name": "b"}], "containers": [{"name": "a"}]}),
            500,
            "The order in patch list:\n[map[name:a]]\n doesn't match $setElementOrder list:\n[map[name:b]]\n",
        ),
        ({"spec": {"$retainKeys": "replicas"}}, 400, "invalid patch format of retainKeys"),
        ({"spec": {"$retainKeys": [], "replicas": 1}}, 400, "invalid patch format of retainKeys"),
        ({"$setElementOrder": []}, 400, "invalid patch format of setElementOrder list"),
        ({"$deleteFromPrimitiveList": []}, 400, "invalid patch format of primitive list"),
        (
            {"spec": {"$setElementOrder/nothing": []}},
            500,
            'unable to find api field in struct DeploymentSpec for the json field "nothing"',
        ),
        ([], 400, "json: cannot unmarshal array into Go value of type map[string]interface {}"),
    ],
)
def test_what_does_not_fit(patch: Any, code: int, message: str | None) -> None:
    with pytest.raises(StatusError) as error:
        patched(START, patch)
    assert error.value.code == code
    assert message is None or error.value.message == message


labels = st.dictionaries(st.text("abc", min_size=1, max_size=2), st.text("xy", max_size=2), max_size=4)
elements = st.lists(
    st.fixed_dictionaries({"name": st.sampled_from("abcd")}, optional={"image": st.text("xy", max_size=2)}),
    unique_by=lambda item: item["name"],
    max_size=4,
)


@given(elements, elements, labels)
def test_a_patch_sets_what_it_says_and_twice_is_once(old: Any, new: Any, pairs: dict[str, str]) -> None:
    start = deployment(*old, template_labels=pairs)
    patch = {"metadata": {"labels": pairs}, **pod(containers=new)}
    once = patched(start, patch)
    found = {item["name"]: item for item in template(once)["containers"]}
    assert set(found) == {item["name"] for item in [*old, *new]}
    assert all(found[item["name"]].items() >= item.items() for item in new)
    assert once["metadata"]["labels"] == pairs
    assert patched(once, patch) == once
