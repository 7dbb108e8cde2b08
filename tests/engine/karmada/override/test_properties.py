"""Whatever the policies say, the object that goes in stays as it is."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from karmada_nb.engine.karmada.override import (
    ApplyOverridesError,
    apply_override_policies,
    marshal_applied,
)
from karmada_nb.engine.meta import Object

OPERATORS = st.sampled_from(["add", "remove", "replace"])
PAIRS = st.dictionaries(st.sampled_from(["app", "env", "x.io/y"]), st.text("ab", max_size=2), max_size=2)
TEXTS = st.lists(st.sampled_from(["--a", "--b"]), max_size=2)
PATHS = st.sampled_from(["/spec/replicas", "/metadata/labels/app", "/spec/template", "/nope/x", "/spec/l/0"])
CLUSTER: Object = {"metadata": {"name": "m1"}}


def lists(**fields: st.SearchStrategy[Any]) -> st.SearchStrategy[list[dict[str, Any]]]:
    return st.lists(st.fixed_dictionaries(fields), max_size=2)


OVERRIDERS = st.fixed_dictionaries(
    {},
    optional={
        "plaintext": lists(operator=OPERATORS, path=PATHS, value=st.integers(0, 5)),
        "imageOverrider": lists(
            operator=OPERATORS,
            component=st.sampled_from(["Registry", "Repository", "Tag"]),
            value=st.sampled_from(["r.io", "v2"]),
        ),
        "commandOverrider": lists(operator=OPERATORS, containerName=st.just("c"), value=TEXTS),
        "argsOverrider": lists(operator=OPERATORS, containerName=st.just("c"), value=TEXTS),
        "labelsOverrider": lists(operator=OPERATORS, value=PAIRS),
        "annotationsOverrider": lists(operator=OPERATORS, value=PAIRS),
    },
)


def deployment() -> Object:
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "web", "namespace": "default", "labels": {"app": "web"}},
        "spec": {
            "replicas": 2,
            "l": [1, 2],
            "template": {"spec": {"containers": [{"name": "c", "image": "nginx:1", "args": ["--a"]}]}},
        },
    }


def policy(overriders: Object, namespace: str = "default") -> Object:
    rules = [{"overriders": overriders}]
    return {"metadata": {"name": "p", "namespace": namespace}, "spec": {"overrideRules": rules}}


@given(OVERRIDERS)
def test_inputs_are_never_changed(overriders: Object) -> None:
    obj, rule = deployment(), policy(overriders)
    before = copy.deepcopy((obj, rule))
    try:
        told = apply_override_policies(obj, CLUSTER, [rule]).events
    except ApplyOverridesError as error:
        told = error.events
    assert len(told) == 1
    assert (obj, rule) == before


def test_a_policy_of_another_namespace_does_not_count() -> None:
    obj = deployment()
    label = {"labelsOverrider": [{"operator": "add", "value": {"env": "prod"}}]}
    assert apply_override_policies(obj, CLUSTER, [policy(label, "other")]).obj is obj


def test_v12_orders_by_name_alone_and_tells_nothing() -> None:
    exact = [{"apiVersion": "apps/v1", "kind": "Deployment", "name": "web"}]
    first = {"plaintext": [{"operator": "replace", "path": "/spec/replicas", "value": 1}]}
    second = {"plaintext": [{"operator": "replace", "path": "/spec/replicas", "value": 2}]}
    a, b = policy(first), policy(second)
    a = {"metadata": {**a["metadata"], "name": "a"}, "spec": {**a["spec"], "resourceSelectors": exact}}
    b = {"metadata": {**b["metadata"], "name": "b"}, "spec": b["spec"]}
    current = apply_override_policies(deployment(), CLUSTER, [a, b])
    article = apply_override_policies(deployment(), CLUSTER, [a, b], edition="article")
    assert current.obj["spec"]["replicas"] == 1
    assert article.obj["spec"]["replicas"] == 2
    assert len(current.events) == 2
    assert not article.events


@pytest.mark.parametrize(
    ("overriders", "text"),
    [
        (
            {"plaintext": [{"value": "<b>", "operator": "add", "path": "/a"}]},
            '{"plaintext":[{"path":"/a","operator":"add","value":"\\u003cb\\u003e"}]}',
        ),
        (
            {"plaintext": [{"operator": "remove", "path": "/a"}]},
            '{"plaintext":[{"path":"/a","operator":"remove","value":null}]}',
        ),
        (
            {"labelsOverrider": [{"value": {"b": "2", "a": "1"}, "operator": "add"}], "imageOverrider": []},
            '{"labelsOverrider":[{"operator":"add","value":{"a":"1","b":"2"}}]}',
        ),
        (
            {"imageOverrider": [{"operator": "remove", "component": "Tag", "predicate": {"path": "/x"}}]},
            '{"imageOverrider":[{"predicate":{"path":"/x"},"component":"Tag","operator":"remove"}]}',
        ),
    ],
)
def test_the_record_of_applied_rules_is_in_the_order_of_gos_types(overriders: Object, text: str) -> None:
    done = apply_override_policies({**deployment(), "a": "", "x": "i"}, CLUSTER, [policy(overriders)])
    assert marshal_applied(done.overrides) == f'[{{"policyName":"p","overriders":{text}}}]'
    assert marshal_applied(()) == ""
