"""Reading many clusters as one. Follows pkg/search/proxy/store/{multi_cluster_cache,util}_test.go."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from karmada_nb.engine import meta
from karmada_nb.engine.errors import StatusError
from karmada_nb.engine.karmada.search.reading import Reader, Wanted, as_in_cluster
from karmada_nb.engine.karmada.search.registered import Place, is_registered, places
from karmada_nb.engine.karmada.search.versions import Continue, Versions
from karmada_nb.engine.meta import Object
from karmada_nb.engine.runtime.client import Resource, WatchEvent
from tests.engine.karmada.controllers.federation import CONFIGMAPS, NAMESPACES, Federation, configmap

MEMBERS = ("member1", "member2")
PODS = Resource("", "v1", "pods")
EVERYWHERE = [Place(name, frozenset({""})) for name in MEMBERS]
SOURCE = "resource.karmada.io/cached-from-cluster"


def encoded(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def test_versions_of_clusters_are_one_text_in_order() -> None:
    text = str(Versions({"b": "2", "a": "1"}))
    assert text == encoded('{"a":"1","b":"2"}')
    assert Versions.parse(text).get("b") == "2"
    assert (str(Versions()), str(Versions(any=True))) == ("", "0")
    assert Versions.parse("0").get("whichever") == "0"
    assert Versions.parse("12").get("a") == ""
    assert str(Versions.parse("0").with_("a", "5")) == encoded('{"a":"5"}')


def test_a_continue_token_names_the_cluster_to_go_on_in() -> None:
    token = str(Continue("rv", "member2", "default/a"))
    assert token == encoded('{"rv":"rv","cluster":"member2","continue":"default/a"}')
    assert Continue.parse(token) == Continue("rv", "member2", "default/a")
    assert str(Continue("rv")) == ""
    assert Continue.parse("nonsense") == Continue()


def cluster(name: str, ready: str = "True", *kinds: str) -> Object:
    apis = [{"groupVersion": "v1", "resources": [{"kind": kind, "name": kind} for kind in kinds]}]
    conditions = [{"type": kind, "status": ready} for kind in ("Ready", "CompleteAPIEnablements")]
    status = {"conditions": conditions, "apiEnablements": apis}
    return {"metadata": {"name": name}, "spec": {}, "status": status}


def registry(*names: str, **selector: str) -> Object:
    selectors = [{"apiVersion": "v1", "kind": "Pod", **selector}]
    return {"spec": {"targetCluster": {"clusterNames": list(names)}, "resourceSelectors": selectors}}


def of_kind(api_version: str, kind: str) -> Resource | None:
    return PODS if (api_version, kind) == ("v1", "Pod") else None


def test_registries_add_up_to_places() -> None:
    registries = [registry("a", "gone", namespace="x"), registry("a", namespace="y"), registry("b", "c", "d")]
    clusters = [
        cluster("d"),
        cluster("c", "False", "Pod"),
        cluster("b", "True", "Pod"),
        cluster("a", "True", "Pod"),
    ]
    found = places(registries, clusters, PODS, "Pod", of_kind)
    assert found == [Place("a", frozenset({"x", "y"})), Place("b", frozenset({""}))]
    assert [found[0].covers(n) for n in ("x", "z")] == [True, False]
    assert found[1].covers("z")
    assert is_registered(registries, PODS, of_kind)
    assert not is_registered(registries, CONFIGMAPS, of_kind)


@pytest_asyncio.fixture
async def federation() -> AsyncIterator[Federation]:
    started = await Federation("current", MEMBERS).start()
    for member, names in (("member1", "ab"), ("member2", "bc")):
        client = started.member(member)
        await client.create(NAMESPACES, {"metadata": {"name": "shop"}})
        for name in names:
            found = configmap(name)
            await client.create(CONFIGMAPS, meta.with_metadata(found, namespace="shop"), "shop")
    yield started
    await started.stop()


def reader(federation: Federation) -> Reader:
    return Reader(federation.plane.connections)


SHOP = Wanted(CONFIGMAPS, "shop", fields="metadata.name!=kube-root-ca.crt")


def shown(items: list[Object]) -> list[tuple[str, str]]:
    return [(meta.annotations(item)[SOURCE], meta.name(item)) for item in items]


async def test_a_list_is_of_all_clusters_in_order(federation: Federation) -> None:
    listed = await reader(federation).list(EVERYWHERE, SHOP)
    assert shown(listed.items) == [("member1", "a"), ("member1", "b"), ("member2", "b"), ("member2", "c")]
    assert set(Versions.parse(listed.revision).of) == set(MEMBERS)
    assert listed.token == ""
    only = [EVERYWHERE[0], Place("member2", frozenset({"elsewhere"}))]
    assert shown((await reader(federation).list(only, SHOP)).items) == [("member1", "a"), ("member1", "b")]


@pytest.mark.parametrize("limit", [1, 2, 3, 4])
async def test_a_list_in_pieces_is_the_whole_list(federation: Federation, limit: int) -> None:
    token, items, pieces = "", [], 0
    while pieces == 0 or token:
        piece = await reader(federation).list(EVERYWHERE, SHOP, limit, token)
        assert len(piece.items) <= limit
        items += piece.items
        token, pieces = piece.token, pieces + 1
    assert shown(items) == [("member1", "a"), ("member1", "b"), ("member2", "b"), ("member2", "c")]
    assert pieces == -(-4 // limit)


async def test_one_is_got_by_its_name_alone_unless_there_are_two(federation: Federation) -> None:
    found = await reader(federation).get(EVERYWHERE, SHOP, "c")
    own = federation.must(CONFIGMAPS, "c", "shop", at="member2")
    assert meta.annotations(found)[SOURCE] == "member2"
    assert meta.resource_version(found) == str(Versions({"member2": meta.resource_version(own)}))
    assert as_in_cluster(found, "member2") == own
    with pytest.raises(StatusError) as ambiguous:
        await reader(federation).get(EVERYWHERE, SHOP, "b")
    assert ambiguous.value.message == (
        'Operation cannot be fulfilled on configmaps "b": ambiguous objects in clusters [member1, member2]'
    )
    with pytest.raises(StatusError) as missing:
        await reader(federation).get(EVERYWHERE, SHOP, "d")
    assert missing.value.message == 'configmaps "d" not found'


async def test_a_watch_is_of_all_clusters_and_goes_on_from_a_list(federation: Federation) -> None:
    reading = reader(federation)
    listed = await reading.list(EVERYWHERE, SHOP)
    until: asyncio.Future[None] = asyncio.get_running_loop().create_future()
    seen: list[WatchEvent] = []

    async def follow() -> None:
        async for event in reading.watch(EVERYWHERE, SHOP, listed.revision, until):
            seen.append(event)

    following = asyncio.ensure_future(follow())
    await federation.settle()
    new = meta.with_metadata(configmap("new"), namespace="shop")
    await federation.member("member2").create(CONFIGMAPS, new, "shop")
    await federation.member("member1").delete(CONFIGMAPS, "a", "shop")
    await federation.settle()
    assert {(e.type, *shown([e.object])[0]) for e in seen} == {
        ("ADDED", "member2", "new"),
        ("DELETED", "member1", "a"),
    }
    last = Versions.parse(meta.resource_version(seen[-1].object))
    assert set(last.of) == set(MEMBERS)
    until.set_result(None)
    await federation.settle()
    assert following.done()


async def test_a_watch_may_begin_with_what_there_is(federation: Federation) -> None:
    until: asyncio.Future[None] = asyncio.get_running_loop().create_future()
    events = reader(federation).watch(EVERYWHERE, SHOP, "", until, initial=True)
    first = [await anext(events) for _ in range(5)]
    assert [e.type for e in first] == ["ADDED"] * 4 + ["BOOKMARK"]
    assert meta.annotations(first[-1].object) == {"k8s.io/initial-events-end": "true"}
    until.cancel()
