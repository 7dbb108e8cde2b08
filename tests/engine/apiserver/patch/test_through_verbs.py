"""Patches as a client sees them: through the API's verbs, decoded, stored and tracked."""

from typing import Any

import pytest

from karmada_nb.engine import meta
from karmada_nb.engine.apiserver.admission.chain import Chain
from karmada_nb.engine.apiserver.resource import Column, Registry, Resource, ScaleSubresource, Table
from karmada_nb.engine.apiserver.schema import builtin
from karmada_nb.engine.apiserver.schema.catalogue import BUILT_IN
from karmada_nb.engine.apiserver.strategy import Strategy
from karmada_nb.engine.apiserver.verbs.api import Api
from karmada_nb.engine.apiserver.verbs.call import Call
from karmada_nb.engine.errors import StatusError
from karmada_nb.engine.runtime.client import APPLY_PATCH, JSON_PATCH, MERGE_PATCH, STRATEGIC_PATCH
from karmada_nb.engine.runtime.clock import VirtualClock
from karmada_nb.engine.store import Store

from .objects import config_map, deployment, fields, managers

NAME_ONLY = Table((Column("Name"),), lambda obj, now: [meta.name(obj)])
SCALE = ScaleSubresource(("spec", "replicas"), ("status", "replicas"))


class Client:
    """One namespace of an API server that serves config maps and deployments."""

    def __init__(self) -> None:
        self.registry = Registry()
        for info in BUILT_IN:
            if info.kind in ("ConfigMap", "Deployment"):
                schema = builtin.resource(info.group, info.version, info.kind)
                scale = SCALE if info.kind == "Deployment" else None
                self.registry.add(
                    Resource(info, schema, Strategy(), NAME_ONLY, storage=info.plural, scale=scale)
                )
        self.api = Api(Store(), self.registry, VirtualClock(), Chain())

    def resource(self, plural: str) -> Resource:
        return self.registry.resource("apps" if plural == "deployments" else "", "v1", plural)

    def create(self, plural: str, obj: Any, manager: str = "creator") -> Any:
        return self.api.create(self.resource(plural), "ns", obj, Call(manager=manager))

    def patch(self, plural: str, kind: str, body: Any, manager: str = "patcher", **more: Any) -> Any:
        name = {"configmaps": "a", "deployments": "d"}[plural]
        subresource = more.pop("subresource", "")
        call = Call(manager=manager, **more)
        return self.api.patch(self.resource(plural), "ns", name, kind, body, call, subresource)[0]


@pytest.fixture
def client() -> Client:
    return Client()


def test_an_applier_owns_what_it_said_and_no_more(client: Client) -> None:
    made = client.patch("deployments", APPLY_PATCH, deployment({"name": "c", "image": "i"}), "one")
    assert fields(made, "one")["f:spec"]["f:template"]["f:spec"] == {
        "f:containers": {'k:{"name":"c"}': {".": {}, "f:image": {}, "f:name": {}}}
    }


def test_giving_up_everything_leaves_no_entry(client: Client) -> None:
    client.patch("configmaps", APPLY_PATCH, config_map(x="1"), "one")
    after = client.patch("configmaps", APPLY_PATCH, config_map(), "one")
    assert "data" not in after
    assert "managedFields" not in after["metadata"]


def test_a_scale_is_remembered_as_such(client: Client) -> None:
    applied = deployment({"name": "c", "image": "i"}, replicas=1)
    client.patch("deployments", APPLY_PATCH, applied, "one")
    scale = client.patch("deployments", MERGE_PATCH, {"spec": {"replicas": 2}}, "scaler", subresource="scale")
    assert scale["spec"] == {"replicas": 2}
    with pytest.raises(StatusError) as error:
        client.patch("deployments", APPLY_PATCH, applied, "one")
    assert error.value.message == (
        "Apply failed with 1 conflict: "
        'conflict with "scaler" with subresource "scale" using apps/v1: .spec.replicas'
    )


@pytest.mark.parametrize("forget", [[], [{}]])
def test_a_patch_can_forget_the_managers(client: Client, forget: list[Any]) -> None:
    client.create("configmaps", config_map(x="1"))
    after = client.patch("configmaps", MERGE_PATCH, {"metadata": {"managedFields": forget}})
    assert managers(after) == []


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        (MERGE_PATCH, {"data": [1]}),
        (JSON_PATCH, [{"op": "add", "path": "/data/x", "value": 7}]),
        (STRATEGIC_PATCH, {"data": {"x": 7}}),
    ],
)
def test_what_cannot_be_read_after_a_patch_is_the_patchs_fault(client: Client, kind: str, body: Any) -> None:
    client.create("configmaps", config_map(x="1"))
    with pytest.raises(StatusError) as error:
        client.patch("configmaps", kind, body)
    assert error.value.code == 422
    assert error.value.message.startswith(' "" is invalid: patch: Invalid value: ')
    assert error.value.details is not None
    assert [cause["field"] for cause in error.value.details["causes"]] == ["patch"]


def test_an_unknown_field_in_a_strict_patch(client: Client) -> None:
    client.create("configmaps", config_map(x="1"))
    with pytest.raises(StatusError) as error:
        client.patch("configmaps", STRATEGIC_PATCH, {"bar": 2}, validation="Strict")
    assert error.value.message == (
        ' "" is invalid: patch: Invalid value: "map[bar:2]": strict decoding error: unknown field "bar"'
    )


def test_applying_again_stores_nothing(client: Client) -> None:
    applied = deployment({"name": "c", "image": "i", "resources": {"limits": {"cpu": "0.5"}}})
    made = client.patch("deployments", APPLY_PATCH, applied, "one")
    again = client.patch("deployments", APPLY_PATCH, applied, "one")
    assert again["metadata"]["resourceVersion"] == made["metadata"]["resourceVersion"]
