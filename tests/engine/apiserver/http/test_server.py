"""A server on a real socket, asked by a plain HTTP client and by kubectl."""

from __future__ import annotations

import asyncio
import json
import os
import ssl
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import orjson
import pytest

from karmada_nb.engine.apiserver import flowcontrol
from karmada_nb.engine.apiserver.verbs.call import Call, User
from tests.engine.apiserver.http.serving import Serving, serving

MAPS = "/api/v1/namespaces/default/configmaps"
GONE = "the server could not find the requested resource"
NOT_ALLOWED = "the server does not allow this method on the requested resource"
TABLE = "application/json;as=Table;v=v1;g=meta.k8s.io"


@pytest.fixture
async def running(tmp_path: Path) -> AsyncIterator[Serving]:
    static = {"sesame": User("ali"), "root": User("root", ("system:masters",))}
    async with serving(tmp_path / "pki", static) as found:
        yield found


@pytest.fixture
async def session(running: Serving) -> AsyncIterator[aiohttp.ClientSession]:
    async with running.session() as found:
        yield found


async def create(session: aiohttp.ClientSession, name: str, **more: Any) -> dict[str, Any]:
    body = {"metadata": {"name": name, **more}, "data": {"a": "b"}}
    async with session.post(MAPS, json=body) as answer:
        assert answer.status == 201, await answer.text()
        found: dict[str, Any] = await answer.json()
        return found


async def test_create_get_and_list(session: aiohttp.ClientSession) -> None:
    made = await create(session, "a")
    async with session.get(f"{MAPS}/a") as answer:
        assert answer.headers["Content-Type"] == "application/json"
        assert await answer.json() == made
    async with session.get(MAPS) as answer:
        listed = await answer.json()
    assert (listed["kind"], listed["metadata"]) == (
        "ConfigMapList",
        {"resourceVersion": made["metadata"]["resourceVersion"]},
    )
    assert listed["items"] == [{k: v for k, v in made.items() if k not in ("kind", "apiVersion")}]


async def test_a_long_list_comes_whole(session: aiohttp.ClientSession) -> None:
    for number in range(8):
        async with session.post(MAPS, json={"metadata": {"name": f"m{number}"}, "data": {"a": "x" * 99_000}}):
            pass
    async with session.get(MAPS) as answer:
        listed = await answer.json()
    assert [item["metadata"]["name"] for item in listed["items"]] == [f"m{n}" for n in range(8)]


async def test_forms_of_an_object(session: aiohttp.ClientSession) -> None:
    await create(session, "a")
    async with session.get(f"{MAPS}/a", headers={"Accept": "application/yaml"}) as answer:
        assert answer.headers["Content-Type"] == "application/yaml"
        assert (await answer.text()).startswith("apiVersion: v1\ndata:\n  a: b\n")
    async with session.get(f"{MAPS}/a", headers={"Accept": f"{TABLE},application/json"}) as answer:
        table = await answer.json()
    assert (table["kind"], table["rows"][0]["cells"][:2]) == ("Table", ["a", 1])
    assert table["rows"][0]["object"]["kind"] == "PartialObjectMetadata"
    async with session.get(f"{MAPS}/a?pretty=true") as answer:
        assert (await answer.text()).startswith('{\n  "kind": "ConfigMap"')
    async with session.get(f"{MAPS}/a", headers={"Accept": "application/vnd.kubernetes.protobuf"}) as answer:
        assert answer.headers["Content-Type"] == "application/json"


async def test_answers_name_themselves_and_their_flow(
    running: Serving, session: aiohttp.ClientSession
) -> None:
    """Who asks falls under the first schema that is about them, by precedence."""
    flows = "/apis/flowcontrol.apiserver.k8s.io/v1"
    for obj in flowcontrol.bootstrap_objects():
        resource = running.api.registry.of_kind(obj["apiVersion"], obj["kind"])
        assert resource is not None
        running.api.create(resource, "", obj, Call())

    async def uid(kind: str, name: str) -> str:
        async with session.get(f"{flows}/{kind}/{name}") as answer:
            found: str = (await answer.json())["metadata"]["uid"]
            return found

    own = {"matchingPrecedence": 50, "priorityLevelConfiguration": {"name": "workload-low"}}
    subjects = [{"kind": "User", "user": {"name": "ali"}}]
    maps = {"verbs": ["list"], "apiGroups": [""], "resources": ["configmaps"], "namespaces": ["default"]}
    spec = {**own, "rules": [{"subjects": subjects, "resourceRules": [maps]}]}
    async with session.post(f"{flows}/flowschemas", json={"metadata": {"name": "ali"}, "spec": spec}) as made:
        assert made.status == 201
    ali = {"Authorization": "Bearer sesame"}
    async with running.session("") as other:
        for path, headers, schema, level in (
            (MAPS, ali, "ali", "workload-low"),
            ("/api/v1/namespaces/default/pods", ali, "global-default", "global-default"),
            ("/healthz", {}, "probes", "exempt"),
        ):
            async with other.get(path, headers={**headers, "Audit-Id": "mine"}) as answer:
                flow = [answer.headers[f"X-Kubernetes-Pf-{n}-Uid"] for n in ("Flowschema", "Prioritylevel")]
                assert answer.headers["Audit-Id"] == "mine"
            assert flow == [await uid("flowschemas", schema), await uid("prioritylevelconfigurations", level)]
    async with session.get(MAPS + "?watch=true&timeoutSeconds=1") as answer:
        assert answer.headers["X-Kubernetes-Pf-Flowschema-Uid"] == await uid("flowschemas", "exempt")


async def test_warnings_are_headers(session: aiohttp.ClientSession) -> None:
    async with session.post(MAPS, json={"metadata": {"name": "w"}, "nothing": 1}) as answer:
        assert answer.status == 201
        assert answer.headers.getall("Warning") == ['299 - "unknown field \\"nothing\\""']


async def test_a_watch_streams_once_encoded_events(session: aiohttp.ClientSession) -> None:
    async with session.get(f"{MAPS}?watch=1&timeoutSeconds=1") as answer:
        await create(session, "a")
        await create(session, "b")
        lines = [json.loads(line) async for line in answer.content]
    assert [(e["type"], e["object"]["metadata"]["name"]) for e in lines] == [("ADDED", "a"), ("ADDED", "b")]
    assert lines[0]["object"]["kind"] == "ConfigMap"


async def test_a_watch_as_table_says_the_columns_once(session: aiohttp.ClientSession) -> None:
    await create(session, "a")
    await create(session, "b")
    async with session.get(f"{MAPS}?watch=1&timeoutSeconds=1", headers={"Accept": TABLE}) as answer:
        first, second = [json.loads(line)["object"] async for line in answer.content]
    assert first["columnDefinitions"][0]["name"] == "Name"
    assert second["columnDefinitions"] is None


async def test_what_is_only_answered_has_metadata_but_no_table(session: aiohttp.ClientSession) -> None:
    path = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews"
    asked = {"spec": {"nonResourceAttributes": {"path": "/", "verb": "get"}}}
    form = "application/json;as={};v=v1;g=meta.k8s.io"
    accepted = "only the following media types are accepted: "
    listed = "you requested PartialObjectMetadataList, but the requested object is not a list "
    for kind, told in (
        ("Table", accepted + "application/json, application/yaml, application/vnd.kubernetes.protobuf"),
        ("PartialObjectMetadataList", listed + "(*authorization.SelfSubjectAccessReview)"),
    ):
        async with session.post(path, json=asked, headers={"Accept": form.format(kind)}) as answer:
            assert (answer.status, (await answer.json())["message"]) == (406, told)
    for accept, kind in (
        (form.format("PartialObjectMetadata"), "PartialObjectMetadata"),
        (form.format("Table") + ",application/json", "SelfSubjectAccessReview"),
    ):
        async with session.post(path, json=asked, headers={"Accept": accept}) as answer:
            assert (answer.status, (await answer.json())["kind"]) == (201, kind)


async def test_a_watch_for_metadata_of_lists_ends_with_its_first_event(
    session: aiohttp.ClientSession,
) -> None:
    await create(session, "a")
    accept = {"Accept": "application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io"}
    async with session.get(MAPS + "?watch=true", headers=accept) as answer:
        assert (answer.status, await answer.text()) == (200, "")


async def test_a_watch_with_bookmarks_ends_with_one(session: aiohttp.ClientSession) -> None:
    query = "watch=1&timeoutSeconds=2&allowWatchBookmarks=true&resourceVersion=0"
    async with session.get(f"{MAPS}?{query}") as answer:
        made = await create(session, "a")
        events = [json.loads(line) async for line in answer.content]
    assert [e["type"] for e in events] == ["ADDED", "BOOKMARK"]
    assert events[-1]["object"]["metadata"]["resourceVersion"] == made["metadata"]["resourceVersion"]


async def test_a_watcher_who_leaves_is_forgotten(running: Serving, session: aiohttp.ClientSession) -> None:
    subscribed = running.api.store._subscribers  # what a leak would grow
    async with session.get(f"{MAPS}?watch=1"):
        assert len(subscribed["configmaps"]) == 1
    async with asyncio.timeout(5):
        while subscribed["configmaps"]:
            await asyncio.sleep(0.01)


@pytest.mark.parametrize(
    ("method", "path", "status", "text"),
    [
        ("GET", "/nothing", 404, "404 page not found"),
        ("GET", "/apis/none.example.com/v1", 404, "404 page not found"),
        ("GET", "/apis/none.example.com/v1/things", 404, "404 page not found"),
        ("GET", "/api/v1/nothings", 404, GONE),
        ("GET", "/apis/apps/v2/deployments", 404, GONE),
        ("GET", f"{MAPS}/a/scale", 404, GONE),
        ("GET", "/api/v1/namespaces/default/pods/p/exec", 404, GONE),
        ("PUT", MAPS, 405, NOT_ALLOWED),
        ("POST", f"{MAPS}/a", 405, NOT_ALLOWED),
        ("POST", "/api/v1/configmaps", 405, NOT_ALLOWED),
        ("OPTIONS", MAPS, 405, NOT_ALLOWED),
        ("GET", f"{MAPS}?limit=many", 400, 'strconv.ParseInt: parsing \\"many\\": invalid syntax'),
    ],
)  # fmt: skip
async def test_refusals(
    session: aiohttp.ClientSession, method: str, path: str, status: int, text: str
) -> None:
    """Texts recorded from kube-apiserver v1.36."""
    async with session.request(method, path) as answer:
        assert (answer.status, text in await answer.text()) == (status, True)


@pytest.mark.parametrize(
    ("replicas", "found"), [("3", "string"), (1.5, "number 1.5"), (2**31, f"number {2**31}")]
)
async def test_a_scale_has_whole_replicas(
    session: aiohttp.ClientSession, replicas: object, found: str
) -> None:
    """Texts recorded from kube-apiserver v1.36."""
    path, name = "/apis/apps/v1/namespaces/default/deployments", {"metadata": {"name": "d"}}
    template = {"metadata": {"labels": {"a": "b"}}, "spec": {"containers": [{"name": "c", "image": "nginx"}]}}
    spec = {"selector": {"matchLabels": {"a": "b"}}, "template": template}
    async with session.post(path, json={**name, "spec": spec}) as answer:
        assert answer.status == 201
    async with session.put(f"{path}/d/scale", json={**name, "spec": {"replicas": replicas}}) as answer:
        why = f"json: cannot unmarshal {found} into Go struct field ScaleSpec.spec.replicas of type int32"
        message = f'Scale in version "v1" cannot be handled as a Scale: {why}'
        assert (answer.status, (await answer.json())["message"]) == (400, message)


@pytest.mark.parametrize("size", [3_200_000, 40_000_000])
async def test_a_body_beyond_the_limit(session: aiohttp.ClientSession, size: int) -> None:
    async def chunks() -> AsyncIterator[bytes]:
        for _ in range(size // 100_000):
            yield b"x" * 100_000

    for data in (b"x" * size, chunks()):
        try:
            async with session.post(MAPS, data=data, headers={"Content-Type": "application/json"}) as answer:
                assert answer.status == 413
                assert (await answer.json())["message"] == "Request entity too large: limit is 3145728"
        except aiohttp.ClientConnectionError:
            assert size > 10_000_000  # the connection is closed on who goes on sending


@pytest.mark.parametrize(
    "line", [b"GET\r\n\r\n", b"\x16\x03\x01junk\r\n\r\n", b"GET / HTTP/1.1\r\nA" + b"a" * 2_000_000]
)
async def test_what_is_no_http_harms_nobody(
    running: Serving, session: aiohttp.ClientSession, line: bytes
) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", running.port, ssl=running.context("admin"))
    writer.write(line)
    async with asyncio.timeout(5):
        assert b"Traceback" not in await reader.read(65536)
    writer.close()
    async with session.get("/readyz") as answer:
        assert await answer.text() == "ok"


async def test_health(running: Serving) -> None:
    async with running.session("") as nobody:
        for path in ("/healthz", "/livez", "/readyz"):
            async with nobody.get(path) as answer:
                assert (answer.status, await answer.text()) == (200, "ok")
        async with nobody.get("/livez?verbose&exclude=etcd&exclude=x") as answer:
            text = await answer.text()
    lines = text.splitlines()
    assert lines[:4] == [
        "[+]ping ok",
        "[+]log ok",
        "[+]loopback-serving-certificate ok",
        "[+]etcd excluded: ok",
    ]
    assert lines[-3:] == [
        "[+]poststarthook/apiservice-openapiv3-controller ok",
        'warn: some health checks cannot be excluded: no matches for "x"',
        "livez check passed",
    ]


async def test_components_are_asked_when_somebody_reads(
    running: Serving, session: aiohttp.ClientSession
) -> None:
    running.api.components.running.add("scheduler")
    async with session.get("/api/v1/componentstatuses", headers={"Accept": TABLE}) as answer:
        rows = [row["cells"][:3] for row in (await answer.json())["rows"]]
    where = "127.0.0.1:10257"
    refused = f'Get "https://{where}/healthz": dial tcp {where}: connect: connection refused'
    assert rows == [
        ["controller-manager", "Unhealthy", refused],
        ["scheduler", "Healthy", "ok"],
        ["etcd-0", "Healthy", "ok"],
    ]
    async with session.get("/api/v1/componentstatuses/etcd") as answer:
        assert (await answer.json())["message"] == 'componentstatus "etcd" not found'
    async with session.get("/api/v1/componentstatuses?fieldSelector=metadata.name%3Detcd-0") as answer:
        found = await answer.json()
    assert (found["metadata"], [i["metadata"] for i in found["items"]]) == ({}, [{"name": "etcd-0"}])


async def test_discovery_moves_with_the_registry(running: Serving, session: aiohttp.ClientSession) -> None:
    async with session.get("/apis/batch/v1") as answer:
        assert next(r["name"] for r in (await answer.json())["resources"]) == "cronjobs"
    running.api.registry.remove(running.api.registry.resource("batch", "v1", "cronjobs"))
    async with session.get("/apis/batch/v1") as answer:
        assert next(r["name"] for r in (await answer.json())["resources"]) == "jobs"
    accept = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json"
    async with session.get("/apis", headers={"Accept": accept}) as answer:
        assert answer.headers["Content-Type"].endswith(";as=APIGroupDiscoveryList")


async def test_plain_tls_only(running: Serving) -> None:
    with pytest.raises(ssl.SSLError):
        await asyncio.open_connection("127.0.0.1", running.port, ssl=ssl.create_default_context())


async def test_kubectl(running: Serving, tmp_path: Path) -> None:
    """Typed clients send protobuf, the others JSON; kubectl has both."""
    config = running.kubeconfig(tmp_path / "config")
    kubectl = Path(sys.executable).with_name("kubectl")
    env = {**os.environ, "KUBECONFIG": str(config), "HOME": str(tmp_path)}

    async def run(*arguments: str, stdin: str = "") -> str:
        def call() -> str:
            done = subprocess.run([kubectl, *arguments], input=stdin, capture_output=True, text=True, env=env)
            assert done.returncode == 0, done.stderr
            return done.stdout

        return await asyncio.to_thread(call)

    assert await run("create", "configmap", "a", "--from-literal=x=1") == "configmap/a created\n"
    assert (await run("get", "configmaps")).split()[:5] == ["NAME", "DATA", "AGE", "a", "1"]
    assert orjson.loads(await run("get", "configmap", "a", "-o", "json"))["data"] == {"x": "1"}
    manifest = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {x: '2'}\n"
    assert await run("apply", "-f", "-", "--server-side", "--force-conflicts", stdin=manifest) == (
        "configmap/a serverside-applied\n"
    )
    assert await run("create", "deployment", "d", "--image=nginx") == "deployment.apps/d created\n"
    assert await run("delete", "configmap", "a") == 'configmap "a" deleted from default namespace\n'
