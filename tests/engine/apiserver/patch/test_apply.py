"""Server-side apply: merging, ownership, conflicts, giving up fields."""

import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from karmada_nb.engine import meta
from karmada_nb.engine.apiserver.patch.apply import server_side_apply
from karmada_nb.engine.apiserver.patch.last_applied import ANNOTATION
from karmada_nb.engine.apiserver.schema.schema import Kind, Schema
from karmada_nb.engine.errors import StatusError

from .objects import FREE, LATER, NOW, apply, config_map, deployment, fields, managers, schema_of, update


def refused(*args: Any, **kwargs: Any) -> StatusError:
    with pytest.raises(StatusError) as error:
        apply(*args, **kwargs)
    return error.value


def names(obj: Any) -> list[str]:
    return [container["name"] for container in obj["spec"]["template"]["spec"]["containers"]]


def test_applying_twice_gives_the_live_object_back() -> None:
    applied = deployment({"name": "c", "image": "i", "ports": [{"containerPort": 80}]}, replicas=2)
    live = apply(None, applied, "one")
    assert apply(live, applied, "one", now=LATER) is live


def test_a_shared_value_is_no_conflict_and_survives_one_owner() -> None:
    live = apply(None, config_map(x="1", y="1"), "one")
    both = apply(live, config_map(x="1"), "two")
    assert fields(both, "one") == {"f:data": {"f:x": {}, "f:y": {}}}
    assert fields(both, "two") == {"f:data": {"f:x": {}}}
    left = apply(both, config_map(), "one")
    assert left["data"] == {"x": "1"}
    gone = apply(left, config_map(), "two")
    assert "data" not in gone
    assert managers(gone) == []


def test_a_field_that_an_updater_changed_is_not_taken_along() -> None:
    live = apply(None, config_map(x="1", y="1"), "one")
    changed = update(live, {**live, "data": {"x": "2", "y": "1"}}, "editor")
    assert fields(changed, "one") == {"f:data": {"f:y": {}}}
    after = apply(changed, config_map(y="1"), "one")
    assert after["data"] == {"x": "2", "y": "1"}
    error = refused(after, config_map(x="1", y="1"), "one")
    assert error.message == 'Apply failed with 1 conflict: conflict with "editor" using v1: .data.x'
    assert error.details == {
        "causes": [
            {
                "reason": "FieldManagerConflict",
                "message": 'conflict with "editor" using v1',
                "field": ".data.x",
            }
        ]
    }


def test_conflicts_with_several_managers_are_told_by_manager() -> None:
    live = apply(None, config_map(x="1"), "zoe")
    live = apply(live, config_map(y="1", z="1"), "adam")
    error = refused(live, config_map(x="2", y="2", z="2"), "me")
    assert error.message == (
        "Apply failed with 3 conflicts: "
        'conflicts with "adam":\n- .data.y\n- .data.z\nconflicts with "zoe":\n- .data.x'
    )
    forced = apply(live, config_map(x="2", y="2", z="2"), "me", force=True)
    assert [entry["manager"] for entry in managers(forced)] == ["me"]


def test_a_container_of_another_manager_stays_and_goes() -> None:
    live = apply(None, deployment({"name": "c", "image": "i"}), "one")
    side = deployment({"name": "side", "image": "s"})
    both = apply(live, side, "two")
    assert names(both) == ["c", "side"]
    assert (
        both["spec"]["template"]["spec"]["containers"][0]
        is (live["spec"]["template"]["spec"]["containers"][0])
    )
    assert names(apply(both, deployment(), "two")) == ["c"]


@pytest.mark.parametrize(
    ("live", "applied", "expected"),
    [
        (["a", "b", "c"], ["c", "a"], ["b", "c", "a"]),
        (["a", "b", "c"], ["x", "b"], ["a", "x", "b", "c"]),
        (["a", "b"], ["b", "x"], ["a", "b", "x"]),
        (["a", "b"], ["a", "b"], ["a", "b"]),
        (["a"], ["x", "a"], ["x", "a"]),
    ],
)
def test_the_order_of_merged_lists(live: list[str], applied: list[str], expected: list[str]) -> None:
    """Applied elements come in the applied order, others stay among their neighbours."""
    start = apply(None, deployment(*[{"name": name, "image": "i"} for name in live]), "one")
    after = apply(start, deployment(*[{"name": name, "image": "i"} for name in applied]), "two")
    assert names(after) == expected


def test_an_atomic_list_has_one_owner() -> None:
    def with_args(*args: str) -> dict[str, Any]:
        return deployment({"name": "c", "args": list(args)})

    live = apply(None, with_args("a"), "one")
    error = refused(live, with_args("a", "b"), "two")
    assert error.message.endswith(': .spec.template.spec.containers[name="c"].args')
    after = apply(live, with_args("a", "b"), "two", force=True)
    assert after["spec"]["template"]["spec"]["containers"][0]["args"] == ["a", "b"]


def test_a_set_merges_its_values() -> None:
    def held(*finalizers: str) -> dict[str, Any]:
        return meta.with_metadata(config_map(), finalizers=list(finalizers))

    live = apply(apply(None, held("a/1"), "one"), held("b/2"), "two")
    assert live["metadata"]["finalizers"] == ["a/1", "b/2"]
    assert fields(live, "two") == {"f:metadata": {"f:finalizers": {'v:"b/2"': {}}}}
    assert apply(live, config_map(), "one")["metadata"]["finalizers"] == ["b/2"]


def test_an_object_nobody_applied_belongs_to_before_first_apply() -> None:
    live = {**config_map(x="1", y="1")}
    live = meta.with_metadata(live, uid="u")
    after = apply(live, config_map(x="1"), "one")
    assert fields(after, "before-first-apply") == {"f:data": {".": {}, "f:x": {}, "f:y": {}}}
    assert refused(live, config_map(x="2"), "one").message == (
        'Apply failed with 1 conflict: conflict with "before-first-apply" using v1: .data.x'
    )


def test_kubectl_moves_from_client_side_apply_without_conflict() -> None:
    annotation = '{"apiVersion":"v1","data":{"x":"1"},"kind":"ConfigMap","metadata":{"name":"a"}}\n'
    made = meta.with_metadata(config_map(x="1", y="1"), annotations={ANNOTATION: annotation})
    live = update(None, made, "kubectl-client-side-apply")
    after = apply(live, config_map(x="2"), "kubectl")
    assert after["data"] == {"x": "2", "y": "1"}
    assert '"x":"2"' in after["metadata"]["annotations"][ANNOTATION]
    assert refused(live, config_map(x="2", y="2"), "kubectl").message == (
        'Apply failed with 1 conflict: conflict with "kubectl-client-side-apply" using v1: .data.y'
    )
    assert refused(live, config_map(x="2"), "someone").code == 409


def test_the_status_subresource_owns_no_spec() -> None:
    live = apply(None, deployment({"name": "c", "image": "i"}), "one")
    status = {**deployment(replicas=9), "status": {"observedGeneration": 1}}
    after = apply(live, status, "controller", subresource="status", force=True)
    entry = next(entry for entry in managers(after) if entry["manager"] == "controller")
    assert entry["subresource"] == "status"
    assert entry["fieldsV1"] == {"f:status": {"f:observedGeneration": {}}}


def test_the_main_resource_owns_no_status() -> None:
    after = apply(None, {**deployment({"name": "c"}), "status": {"replicas": 1}}, "one")
    assert "f:status" not in fields(after, "one")


@pytest.mark.parametrize(
    ("applied", "code", "message"),
    [
        ({**config_map(), "kind": "Secret"}, 400, "invalid object type: /v1, Kind=Secret"),
        ({**config_map(), "apiVersion": "v2"}, 400, "invalid object type: /v2, Kind=ConfigMap"),
        (
            meta.with_metadata(config_map(), managedFields=[{"manager": "x"}]),
            400,
            "metadata.managedFields must be nil",
        ),
        (
            {**config_map(), "dato": {}},
            500,
            "failed to create typed patch object (/a; /v1, Kind=ConfigMap): "
            ".dato: field not declared in schema",
        ),
        (
            {**config_map(), "data": []},
            500,
            "failed to create typed patch object (/a; /v1, Kind=ConfigMap): .data: expected map, got &{[]}",
        ),
        (
            deployment({"name": "c"}, {"name": "c"}),
            500,
            "failed to create typed patch object (/d; apps/v1, Kind=Deployment): "
            '.spec.template.spec.containers: duplicate entries for key [name="c"]',
        ),
        (
            deployment(replicas="3"),
            500,
            "failed to create typed patch object (/d; apps/v1, Kind=Deployment): "
            ".spec.replicas: expected numeric (int or float), got string",
        ),
    ],
)
def test_what_cannot_be_applied(applied: dict[str, Any], code: int, message: str) -> None:
    kind, version = ("Deployment", "apps/v1") if "spec" in applied else ("ConfigMap", "v1")
    with pytest.raises(StatusError) as error:
        server_side_apply(schema_of(kind), None, applied, "m", version, "", False, NOW)
    assert (error.value.code, error.value.message) == (code, message)


def custom(**spec: Any) -> dict[str, Any]:
    return {"apiVersion": "example.com/v1", "kind": "Foo", "metadata": {"name": "f"}, "spec": spec}


def test_what_no_schema_describes_is_deduced() -> None:
    live = apply(None, custom(a={"x": 1}, list=[1]), "one", schema=FREE)
    live = apply(live, custom(a={"y": 2}), "two", schema=FREE)
    assert live["spec"] == {"a": {"x": 1, "y": 2}, "list": [1]}
    assert refused(live, custom(list=[1, 2]), "two", schema=FREE).code == 409


def test_a_definition_says_how_its_lists_merge() -> None:
    text = Schema(kind=Kind.STRING)
    item = Schema(kind=Kind.OBJECT, properties={"host": text, "mode": text})
    hosts = Schema(kind=Kind.ARRAY, items=item, list_type="map", list_map_keys=("host",))
    atomic = Schema(kind=Kind.MAP, additional=text, map_type="atomic")
    spec = Schema(kind=Kind.OBJECT, properties={"hosts": hosts, "selector": atomic})
    schema = Schema(kind=Kind.OBJECT, properties={"spec": spec})
    live = apply(None, custom(hosts=[{"host": "a", "mode": "x"}], selector={"k": "v"}), "one", schema=schema)
    live = apply(live, custom(hosts=[{"host": "b"}]), "two", schema=schema)
    assert live["spec"]["hosts"] == [{"host": "a", "mode": "x"}, {"host": "b"}]
    error = refused(live, custom(selector={"k": "v", "l": "w"}), "two", schema=schema)
    assert error.message == 'Apply failed with 1 conflict: conflict with "one": .spec.selector'
    error = refused(live, custom(other=1), "two", schema=schema)
    assert error.message.endswith(".spec.other: field not declared in schema")


words = st.text("abc", min_size=1, max_size=2)
data = st.dictionaries(words, words, max_size=4)


@given(data, data, data)
def test_applying_and_giving_up_returns_to_the_start(
    mine: dict[str, str], theirs: dict[str, str], others: dict[str, str]
) -> None:
    live = apply(None, config_map(**mine, base="1"), "one")
    live = update(live, {**live, "data": {**live["data"], **others}}, "updater")
    kept = copy.deepcopy(live)
    additional = {key: value for key, value in theirs.items() if key not in live["data"]}
    after = apply(live, config_map(**additional), "two")
    assert after["data"] == {**live["data"], **additional}
    assert apply(after, config_map(**additional), "two", now=LATER) is after
    back = apply(after, config_map(), "two")
    assert back == live == kept


containers = st.lists(
    st.fixed_dictionaries({"name": words}, optional={"image": words, "args": st.lists(words, max_size=2)}),
    unique_by=lambda item: item["name"],
    max_size=4,
)


@given(containers, containers)
def test_forcing_sets_every_applied_field(first: list[Any], second: list[Any]) -> None:
    live = apply(None, deployment(*first), "one")
    after = apply(live, deployment(*second), "two", force=True)
    found = {item["name"]: item for item in after["spec"]["template"]["spec"]["containers"]}
    assert set(found) == {item["name"] for item in [*first, *second]}
    for item in second:
        assert found[item["name"]].items() >= item.items()
    assert apply(after, deployment(*second), "two") is after


def test_an_object_that_declares_no_fields_is_free() -> None:
    schema = Schema(kind=Kind.OBJECT, properties={"spec": Schema(kind=Kind.OBJECT)})
    live = apply(None, custom(a={"x": 1}), "one", schema=schema)
    assert fields(live, "one") == {"f:spec": {"f:a": {".": {}, "f:x": {}}}}
