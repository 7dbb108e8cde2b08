"""Custom resources whose versions a webhook converts."""

from __future__ import annotations

from typing import Any

import pytest

from karmada_nb.engine.cluster import Cluster
from karmada_nb.engine.errors import StatusError
from karmada_nb.engine.runtime.client import Client, Resource
from tests.engine.apiserver.admission.hooks import Hooks

CRDS = Resource("apiextensions.k8s.io", "v1", "customresourcedefinitions")
OLD = Resource("example.com", "v1", "gears")
NEW = Resource("example.com", "v2", "gears")
ANY = {"type": "object", "x-kubernetes-preserve-unknown-fields": True}


def definition(client: dict[str, str]) -> dict[str, Any]:
    versions = [
        {"name": name, "served": True, "storage": name == "v2", "schema": {"openAPIV3Schema": ANY}}
        for name in ("v1", "v2")
    ]
    hook = {"clientConfig": client, "conversionReviewVersions": ["v1"]}
    return {
        "metadata": {"name": "gears.example.com"},
        "spec": {
            "group": "example.com",
            "scope": "Namespaced",
            "names": {"plural": "gears", "singular": "gear", "kind": "Gear", "listKind": "GearList"},
            "versions": versions,
            "conversion": {"strategy": "Webhook", "webhook": hook},
        },
    }


def converted(request: dict[str, Any]) -> dict[str, Any]:
    """v1 has ``spec.size``, v2 ``spec.teeth``."""
    names = {"example.com/v1": ("teeth", "size"), "example.com/v2": ("size", "teeth")}
    was, becomes = names[request["desiredAPIVersion"]]
    objects = [
        {**obj, "apiVersion": request["desiredAPIVersion"], "spec": {becomes: obj["spec"][was]}}
        for obj in request["objects"]
    ]
    return {"result": {"status": "Success"}, "convertedObjects": objects}


@pytest.fixture
async def client(running: Cluster, server: Hooks) -> Client:
    server.decide["/convert"] = converted
    made = running.client_as("test")
    await made.create(CRDS, definition(server.client("/convert")))
    return made


async def test_what_is_written_in_one_version_is_read_in_the_other(client: Client) -> None:
    gear = {"metadata": {"name": "g", "namespace": "default"}, "spec": {"size": 7}}
    made = await client.create(OLD, gear, "default")
    assert (made["apiVersion"], made["spec"]) == ("example.com/v1", {"size": 7})
    read = await client.get(NEW, "g", "default")
    assert (read["apiVersion"], read["spec"]) == ("example.com/v2", {"teeth": 7})
    assert read["metadata"]["uid"] == made["metadata"]["uid"]
    listed = (await client.list(OLD, "default")).items
    assert [item["spec"] for item in listed] == [{"size": 7}]


async def test_a_watch_shows_changes_in_its_own_version(client: Client) -> None:
    gear = {"metadata": {"name": "g", "namespace": "default"}, "spec": {"teeth": 7}}
    await client.create(NEW, gear, "default")
    seen = []
    async for event in client.watch(OLD, "default"):
        seen.append((event.type, event.object["apiVersion"], event.object["spec"]))
        if len(seen) == 2:
            break
        await client.patch(NEW, "g", {"spec": {"teeth": 8}}, namespace="default")
    assert seen == [("ADDED", "example.com/v1", {"size": 7}), ("MODIFIED", "example.com/v1", {"size": 8})]


async def test_a_conversion_that_fails_is_told(client: Client, server: Hooks) -> None:
    await client.create(
        NEW, {"metadata": {"name": "g", "namespace": "default"}, "spec": {"teeth": 7}}, "default"
    )
    server.decide["/convert"] = lambda _: {"result": {"status": "Failed", "message": "no idea"}}
    with pytest.raises(StatusError) as caught:
        await client.get(OLD, "g", "default")
    assert caught.value.message == "conversion webhook for example.com/v2, Kind=Gear failed: no idea"
