"""A client over HTTPS, and informers on it, against a server on a real socket."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from karmada_nb.engine.apiserver.verbs.call import User
from karmada_nb.engine.errors import StatusError
from karmada_nb.engine.meta import Key, Object
from karmada_nb.engine.runtime.client import JSON_PATCH, Resource, Unreachable
from karmada_nb.engine.runtime.clock import SystemClock
from karmada_nb.engine.runtime.endpoint import Endpoint, tls_context
from karmada_nb.engine.runtime.informer import Event
from karmada_nb.engine.runtime.remote import RemoteClient
from karmada_nb.engine.runtime.remote_informer import RemoteInformers, backoff
from karmada_nb.engine.store import Store, StoreKey
from tests.engine.apiserver.http.serving import Serving, serving

MAPS = Resource("", "v1", "configmaps")
NODES = Resource("", "v1", "nodes")


@pytest.fixture
async def running(tmp_path: Path) -> AsyncIterator[Serving]:
    async with serving(tmp_path, static={"sesame": User("ali", ("system:masters",))}) as found:
        yield found


@pytest.fixture
async def client(running: Serving) -> AsyncIterator[RemoteClient]:
    made = RemoteClient(Endpoint(running.url, running.context("admin", ["system:masters"])), manager="tester")
    yield made
    await made.close()


def config_map(name: str, **data: str) -> Object:
    return {"metadata": {"name": name, "namespace": "default"}, "data": data}


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(5):
        while not holds():
            await asyncio.sleep(0.005)


async def test_the_verbs(client: RemoteClient) -> None:
    made = await client.create(MAPS, config_map("a", x="1"))
    assert made["metadata"]["managedFields"][0]["manager"] == "tester"
    changed = await client.update(MAPS, {**made, "data": {"x": "2"}})
    assert changed["data"] == {"x": "2"}
    assert (await client.patch(MAPS, "a", {"data": {"y": "3"}}, namespace="default"))["data"]["y"] == "3"
    operation = [{"op": "remove", "path": "/data/y"}]
    patched = await client.patch(MAPS, "a", operation, JSON_PATCH, "default")
    assert patched["data"] == {"x": "2"}
    assert await client.get(MAPS, "a", "default") == patched
    await client.delete(MAPS, "a", "default", uid=made["metadata"]["uid"])
    with pytest.raises(StatusError) as error:
        await client.get(MAPS, "a", "default")
    assert (error.value.code, error.value.reason) == (404, "NotFound")
    assert error.value.message == 'configmaps "a" not found'


async def test_a_list_has_all_pages_and_items_know_their_kind(
    client: RemoteClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("karmada_nb.engine.runtime.remote.PAGE", 2)
    for number in range(5):
        await client.create(MAPS, config_map(f"m{number}"))
    listed = await client.list(MAPS)
    assert [item["metadata"]["name"] for item in listed.items] == ["m0", "m1", "m2", "m3", "m4"]
    assert {(item["kind"], item["apiVersion"]) for item in listed.items} == {("ConfigMap", "v1")}
    assert listed.revision == listed.items[-1]["metadata"]["resourceVersion"]


async def test_a_watch_goes_on_from_a_list(client: RemoteClient) -> None:
    await client.create(MAPS, config_map("before"))
    listed = await client.list(MAPS)
    events = client.watch(MAPS, revision=listed.revision)
    await client.create(MAPS, config_map("after", big="x" * 300_000))
    async with asyncio.timeout(5):
        kind, obj = await anext(events)
    assert (kind, obj["metadata"]["name"], len(obj["data"]["big"])) == ("ADDED", "after", 300_000)
    await events.aclose()  # type: ignore[attr-defined]


async def test_tokens_and_impersonation(running: Serving) -> None:
    ca = running.state.authority.certificate
    endpoint = Endpoint(running.url, tls_context(ca), token="sesame", user="bob", groups=("devs",))
    client = RemoteClient(endpoint)
    with pytest.raises(StatusError, match='User "bob" cannot list resource "nodes"'):
        await client.list(NODES)
    await client.close()
    stranger = RemoteClient(Endpoint(running.url, tls_context(ca), token="wrong"))
    with pytest.raises(StatusError) as error:
        await stranger.list(NODES)
    assert error.value.code == 401
    await stranger.close()


async def test_a_cluster_that_is_not_there_is_unreachable(unused_tcp_port: int) -> None:
    client = RemoteClient(Endpoint(f"https://127.0.0.1:{unused_tcp_port}", tls_context()))
    with pytest.raises(Unreachable, match=r"127\.0\.0\.1"):
        await client.get(MAPS, "a", "default")
    await client.close()


async def test_a_certificate_of_another_authority_is_refused(running: Serving) -> None:
    client = RemoteClient(Endpoint(running.url, tls_context()))
    with pytest.raises(Unreachable, match="certificate verify failed"):
        await client.list(MAPS)
    await client.close()


async def test_an_informer_follows_and_indexes(client: RemoteClient) -> None:
    await client.create(MAPS, config_map("a", owner="x"))
    informers = RemoteInformers(client, SystemClock())
    maps = informers(*MAPS)
    maps.add_index("owner", lambda obj: [obj["data"]["owner"]] if "owner" in obj.get("data", {}) else [])
    seen: list[tuple[str | None, str | None]] = []

    def note(event: Event) -> None:
        old, new = event
        seen.append((old and old["data"]["owner"], new and new["data"]["owner"]))

    maps.add_handler(note)
    await maps.synced()
    assert [o["metadata"]["name"] for o in maps.by_index("owner", "x")] == ["a"]
    await client.patch(MAPS, "a", {"data": {"owner": "y"}}, namespace="default")
    await until(lambda: len(seen) == 2)
    assert maps.by_index("owner", "x") == []
    await client.delete(MAPS, "a", "default")
    await until(lambda: len(seen) == 3)
    assert seen == [(None, "x"), ("x", "y"), ("y", None)]
    assert maps.get(Key("default", "a")) is None
    assert maps.items() == []
    assert informers(*MAPS) is maps
    await informers.close()


@pytest.mark.parametrize("window", [100, 1], ids=["from the log", "by listing again"])
async def test_an_informer_outlives_its_server(tmp_path: Path, window: int) -> None:
    """What changed while nobody answered is told, whether or not the log reaches back so far."""
    store = Store(window=window)
    async with serving(tmp_path, store=store) as first:
        client = RemoteClient(Endpoint(first.url, first.context("admin", ["system:masters"])))
        await client.create(MAPS, config_map("a"))
        await client.create(MAPS, config_map("b"))
        informers = RemoteInformers(client, SystemClock())
        maps = informers(*MAPS)
        await maps.synced()
        port = first.port
    store.remove(StoreKey("configmaps", "default", "a"))
    made = {"kind": "ConfigMap", "apiVersion": "v1", **config_map("c")}
    store.put(StoreKey("configmaps", "default", "c"), made)
    async with serving(tmp_path, port=port, store=store):
        await until(lambda: [o["metadata"]["name"] for o in maps.items()] == ["b", "c"])
        await informers.close()
        await client.close()


def test_back_off_doubles_up_to_a_limit() -> None:
    assert 0.8 <= backoff(1) <= 1.6
    assert 6.4 <= backoff(4) <= 12.8
    assert 30 <= backoff(20) <= 60
