"""managedFields on create, update and patch."""

from datetime import timedelta
from typing import Any

import pytest

from karmada_nb.engine import meta
from karmada_nb.engine.apiserver.patch import managed
from karmada_nb.engine.apiserver.schema.schema import Kind, Schema

from .objects import FREE, LATER, NOW, config_map, deployment, fields, managers, schema_of, update


def test_a_created_config_map_is_its_creators() -> None:
    obj = update(None, meta.with_metadata(config_map(x="1"), labels={"l": "1"}), "kubectl-create")
    assert managers(obj) == [
        {
            "manager": "kubectl-create",
            "operation": "Update",
            "apiVersion": "v1",
            "time": "2026-01-02T03:04:05Z",
            "fieldsType": "FieldsV1",
            "fieldsV1": {
                "f:data": {".": {}, "f:x": {}},
                "f:metadata": {"f:labels": {".": {}, "f:l": {}}},
            },
        }
    ]


def test_structs_that_go_always_writes_are_not_owned_as_such() -> None:
    """As kubectl shows it of a Deployment made by ``kubectl create deployment``."""
    container = {
        "name": "nginx",
        "image": "nginx",
        "imagePullPolicy": "Always",
        "resources": {},
        "terminationMessagePath": "/dev/termination-log",
    }
    strategy = {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": "25%", "maxUnavailable": "25%"}}
    obj = update(None, deployment(container, replicas=1, strategy=strategy), "kubectl-create")
    assert fields(obj, "kubectl-create") == {
        "f:spec": {
            "f:replicas": {},
            "f:selector": {},
            "f:strategy": {
                "f:rollingUpdate": {".": {}, "f:maxSurge": {}, "f:maxUnavailable": {}},
                "f:type": {},
            },
            "f:template": {
                "f:metadata": {"f:labels": {".": {}, "f:app": {}}},
                "f:spec": {
                    "f:containers": {
                        'k:{"name":"nginx"}': {
                            ".": {},
                            "f:image": {},
                            "f:imagePullPolicy": {},
                            "f:name": {},
                            "f:resources": {},
                            "f:terminationMessagePath": {},
                        }
                    }
                },
            },
        }
    }


def test_an_update_takes_what_it_changes_and_leaves_the_rest() -> None:
    first = update(None, config_map(x="1", y="1"), "one")
    second = update(first, {**first, "data": {"x": "2", "y": "1", "z": "1"}}, "two", now=LATER)
    assert fields(second, "one") == {"f:data": {".": {}, "f:y": {}}}
    assert fields(second, "two") == {"f:data": {"f:x": {}, "f:z": {}}}
    assert [entry["time"] for entry in managers(second)] == ["2026-01-02T03:04:05Z", "2026-01-02T04:00:00Z"]


def test_removed_fields_are_nobodys() -> None:
    first = update(None, config_map(x="1", y="1"), "one")
    second = update(first, {**first, "data": {"y": "1"}}, "two")
    assert [entry["manager"] for entry in managers(second)] == ["one"]
    assert fields(second, "one") == {"f:data": {".": {}, "f:y": {}}}


def test_without_a_change_the_entries_are_the_very_same() -> None:
    first = update(None, config_map(x="1"), "one")
    entries = managers(first)
    again = meta.with_metadata(first, resourceVersion="9", generation=2)
    schema = schema_of("ConfigMap")
    assert managed.after_update(schema, first, again, "two", "v1", "", LATER) is entries
    without = meta.with_metadata(first, managedFields=None)
    assert managed.after_update(schema, first, without, "two", "v1", "", LATER) is entries


def test_the_status_has_its_own_entry() -> None:
    first = update(None, deployment({"name": "c", "image": "i"}), "kubectl", now=NOW)
    ready = {**first, "status": {"replicas": 1, "conditions": [{"type": "Available", "status": "True"}]}}
    second = update(first, ready, "kube-controller-manager", subresource="status")
    assert managers(second)[0]["manager"] == "kube-controller-manager"
    assert managers(second)[0]["subresource"] == "status"
    assert fields(second, "kube-controller-manager") == {
        "f:status": {
            "f:conditions": {".": {}, 'k:{"type":"Available"}': {".": {}, "f:status": {}, "f:type": {}}},
            "f:replicas": {},
        }
    }
    assert fields(second, "kubectl") == fields(first, "kubectl")


def test_a_plain_write_does_not_own_the_status() -> None:
    obj = update(None, {**deployment({"name": "c", "image": "i"}), "status": {"replicas": 3}}, "kubectl")
    assert "f:status" not in fields(obj, "kubectl")


def test_a_custom_resource_without_status_subresource_does() -> None:
    crd = Schema(kind=Kind.OBJECT, properties={"status": FREE})
    obj = {"apiVersion": "example.com/v1", "kind": "Foo", "metadata": {"name": "f"}, "status": {"a": 1}}
    with_subresource = managed.after_update(crd, None, obj, "m", "example.com/v1", "", NOW)
    assert with_subresource == []
    without = managed.after_update(crd, None, obj, "m", "example.com/v1", "", NOW, reset=managed.NO_FIELDS)
    assert without[0]["fieldsV1"] == {"f:status": {".": {}, "f:a": {}}}


def test_a_custom_resources_spec_is_owned_as_such() -> None:
    spec = {"replicas": 1, "list": [1, 2], "nested": {"a": "b"}}
    obj = {"apiVersion": "example.com/v1", "kind": "Foo", "metadata": {"name": "f"}, "spec": spec}
    entries = managed.after_update(FREE, None, obj, "m", "example.com/v1", "", NOW)
    assert entries[0]["fieldsV1"] == {
        "f:spec": {".": {}, "f:list": {}, "f:nested": {".": {}, "f:a": {}}, "f:replicas": {}}
    }


@pytest.mark.parametrize("sent", [[], [{}]])
def test_managed_fields_can_be_forgotten(sent: list[Any]) -> None:
    first = update(None, config_map(x="1"), "one")
    reset = meta.with_metadata({**first, "data": {"x": "2"}}, managedFields=sent)
    second = update(first, reset, "two")
    assert managers(second) == []
    assert managers(update(second, {**second, "data": {"x": "3"}}, "three")) == []


def test_a_client_may_edit_managed_fields_but_not_through_a_subresource() -> None:
    first = update(None, config_map(x="1"), "one")
    renamed = [{**managers(first)[0], "manager": "other"}]
    edited = meta.with_metadata(first, managedFields=renamed)
    assert [entry["manager"] for entry in managers(update(first, edited, "two"))] == ["other"]
    assert [entry["manager"] for entry in managers(update(first, edited, "two", subresource="status"))] == [
        "one"
    ]


@pytest.mark.parametrize(
    "broken",
    [
        [{"manager": "x"}],
        [{"manager": "x", "operation": "Guess", "apiVersion": "v1", "fieldsType": "FieldsV1"}],
        [{"manager": "x", "operation": "Update", "apiVersion": "v1", "fieldsType": "FieldsV2"}],
    ],
)
def test_broken_managed_fields_are_not_believed(broken: list[Any]) -> None:
    first = update(None, config_map(x="1"), "one")
    second = update(first, meta.with_metadata(first, managedFields=broken), "two")
    assert managers(second) == managers(first)


def test_the_oldest_of_many_updaters_become_one() -> None:
    obj = update(None, config_map(k0="0"), "manager-0")
    for number in range(1, 15):
        data = {**obj["data"], f"k{number}": "0"}
        obj = update(obj, {**obj, "data": data}, f"manager-{number}", now=NOW + timedelta(seconds=number))
    names = [entry["manager"] for entry in managers(obj)]
    assert len(names) == managed.MAX_UPDATERS
    assert names[0] == "ancient-changes"
    assert names[1:] == [f"manager-{number}" for number in range(6, 15)]
    assert fields(obj, "ancient-changes") == {"f:data": {".": {}, **{f"f:k{n}": {} for n in range(6)}}}


def test_elements_of_lists_are_known_by_their_keys() -> None:
    ports = [{"containerPort": 80, "protocol": "TCP"}]
    first = update(None, deployment({"name": "c", "image": "i", "ports": ports}), "one")
    more = [{"containerPort": 81, "protocol": "UDP"}, *ports]
    second = update(first, {**first, **deployment({"name": "c", "image": "i", "ports": more})}, "two")
    assert fields(second, "two") == {
        "f:spec": {
            "f:template": {
                "f:spec": {
                    "f:containers": {
                        'k:{"name":"c"}': {
                            "f:ports": {
                                'k:{"containerPort":81,"protocol":"UDP"}': {
                                    ".": {},
                                    "f:containerPort": {},
                                    "f:protocol": {},
                                }
                            }
                        }
                    }
                }
            }
        }
    }


def test_who_applied_comes_first_then_who_wrote_earlier() -> None:
    """As sortEncodedManagedFields of k8s.io/apimachinery's managedfields arranges them."""

    def entry(manager: str, operation: str, time: str) -> dict[str, Any]:
        return {"manager": manager, "operation": operation, "apiVersion": "v1", "time": time}

    early, late = "2026-01-02T03:04:05Z", "2026-01-02T03:04:06Z"
    wanted = [
        entry("z", "Apply", late),
        entry("c", "Update", early),
        entry("a", "Update", late),
        entry("b", "Update", late),
    ]
    assert managed.arranged(wanted[::-1]) == wanted
