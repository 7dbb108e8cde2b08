"""What becomes of objects and watches when their CustomResourceDefinition changes."""

from __future__ import annotations

import asyncio
from typing import Any

from karmada_nb.engine.cluster import Cluster
from karmada_nb.engine.runtime.client import Resource

CRDS = Resource("apiextensions.k8s.io", "v1", "customresourcedefinitions")
GEARS = Resource("example.com", "v1", "gears")


def _definition(**properties: Any) -> dict[str, Any]:
    schema = {"type": "object", "properties": {"spec": {"type": "object", "properties": properties}}}
    version = {"name": "v1", "served": True, "storage": True, "schema": {"openAPIV3Schema": schema}}
    names = {"plural": "gears", "singular": "gear", "kind": "Gear", "listKind": "GearList"}
    return {
        "metadata": {"name": "gears.example.com"},
        "spec": {"group": "example.com", "scope": "Cluster", "names": names, "versions": [version]},
    }


async def _follow(running: Cluster, seen: list[str]) -> None:
    async for event in running.client_as("watcher").watch(GEARS):
        seen.append(event.type)


async def test_what_is_stored_is_read_with_the_fields_and_defaults_of_today(running: Cluster) -> None:
    """Upstream decodes from storage through the schema: pruning, then defaults; nothing is written."""
    client = running.client_as("test")
    text: dict[str, Any] = {"type": "string"}
    await client.create(CRDS, _definition(a=text, b=text))
    made = await client.create(GEARS, {"metadata": {"name": "g"}, "spec": {"b": "kept"}})
    properties = {"a": {**text, "default": "A"}}
    await client.update(CRDS, {**await client.get(CRDS, "gears.example.com"), **_spec(**properties)})
    read = await client.get(GEARS, "g")
    assert read["spec"] == {"a": "A"}
    assert read["metadata"]["resourceVersion"] == made["metadata"]["resourceVersion"]
    assert [item["spec"] for item in (await client.list(GEARS)).items] == [{"a": "A"}]
    await client.update(CRDS, {**await client.get(CRDS, "gears.example.com"), **_spec(b=text)})
    assert (await client.get(GEARS, "g"))["spec"] == {"b": "kept"}


def _spec(**properties: Any) -> dict[str, Any]:
    return {"spec": _definition(**properties)["spec"]}


async def test_another_version_becomes_the_one_that_is_stored(running: Cluster) -> None:
    client = running.client_as("test")
    made = await client.create(CRDS, _definition(a={"type": "string"}))
    await client.create(GEARS, {"metadata": {"name": "g"}, "spec": {"a": "x"}})
    (first,) = made["spec"]["versions"]
    versions = [{**first, "storage": False}, {**first, "name": "v2"}]
    current = await client.get(CRDS, "gears.example.com")
    await client.update(CRDS, {**current, "spec": {**current["spec"], "versions": versions}})
    changed = await client.get(CRDS, "gears.example.com")
    assert changed["status"]["storedVersions"] == ["v1", "v2"]
    for version in ("v1", "v2"):
        read = await client.get(Resource("example.com", version, "gears"), "g")
        assert (read["apiVersion"], read["spec"]) == (f"example.com/{version}", {"a": "x"})


async def test_watches_end_with_the_definition_that_they_were_of(running: Cluster) -> None:
    client = running.client_as("test")
    await client.create(CRDS, _definition(a={"type": "string"}))
    await client.create(GEARS, {"metadata": {"name": "g"}})
    seen: list[str] = []
    first = asyncio.create_task(_follow(running, seen))
    await asyncio.sleep(0)
    await client.update(CRDS, {**await client.get(CRDS, "gears.example.com"), **_spec(b={"type": "string"})})
    await asyncio.wait_for(first, 5)
    assert seen == ["ADDED"]
    second = asyncio.create_task(_follow(running, seen))
    await asyncio.sleep(0)
    await client.delete(CRDS, "gears.example.com")
    await asyncio.wait_for(second, 5)
    assert seen[1:] == ["ADDED", "DELETED"]
