"""APIServices whose server is elsewhere, as clients of the aggregating server see them."""

from __future__ import annotations

import asyncio
import base64
import ssl
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from karmada_nb.engine import pki
from karmada_nb.engine.apiserver.auth.jwt import Signer
from karmada_nb.engine.cluster import Cluster, Settings
from karmada_nb.engine.runtime.clock import SystemClock
from tests.engine.apiserver.http.extension import DEFINITION, GROUP, PLURAL, VERSION, Extension, extension

APISERVICES = "/apis/apiregistration.k8s.io/v1/apiservices"
NAME = f"{VERSION}.{GROUP}"
ROOT = f"/apis/{GROUP}/{VERSION}"
AGGREGATED = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList"


@pytest.fixture
async def state(tmp_path: Path) -> pki.State:
    return pki.State(tmp_path / "lab", SystemClock().now())


@pytest.fixture
async def server(tmp_path: Path, state: pki.State) -> AsyncIterator[Extension]:
    async with extension(tmp_path / "ext", state.front_proxy()) as running:
        yield running


@pytest.fixture
async def session(state: pki.State) -> AsyncIterator[aiohttp.ClientSession]:
    """An administrator of a cluster that aggregates."""
    authority = state.authority.certificate.decode()
    settings = Settings("test", "v1.36.2", front_proxy=state.front_proxy())
    cluster = Cluster(settings, SystemClock(), Signer(state.signing_key), authority)
    cluster.start()
    port = await cluster.listen(state.server_context("test"))
    state.client("admin", "ann", ("system:masters",))
    context = ssl.create_default_context(cadata=authority)
    context.load_cert_chain(state.folder / "admin.crt", state.folder / "admin.key")
    connector = aiohttp.TCPConnector(ssl=context)
    async with aiohttp.ClientSession(f"https://127.0.0.1:{port}", connector=connector) as made:
        await create(made, "/api/v1/namespaces", metadata={"name": "demo"})
        yield made
    await cluster.stop()


async def create(session: aiohttp.ClientSession, path: str, **obj: Any) -> None:
    async with session.post(path, json=obj) as answer:
        assert answer.status == 201, await answer.text()


async def read(session: aiohttp.ClientSession, path: str, accept: str = "application/json") -> Any:
    async with session.get(path, headers={"Accept": accept}) as answer:
        assert answer.status == 200, await answer.text()
        return await answer.json(content_type=None)


async def register(session: aiohttp.ClientSession, server: Extension) -> None:
    outside = {"type": "ExternalName", "externalName": "localhost"}
    await create(session, "/api/v1/namespaces/demo/services", metadata={"name": "ext"}, spec=outside)
    await create(session, APISERVICES, metadata={"name": NAME}, spec=spec(server))


def spec(server: Extension, **more: Any) -> dict[str, Any]:
    return {
        "group": GROUP,
        "version": VERSION,
        "groupPriorityMinimum": 2000,
        "versionPriority": 10,
        "caBundle": base64.b64encode(server.bundle).decode(),
        "service": {"namespace": "demo", "name": "ext", "port": server.port},
        **more,
    }


async def verdict(session: aiohttp.ClientSession, status: str, name: str = NAME) -> tuple[str, str]:
    """Reason and message of the condition ``Available``, once it has this status."""
    for _ in range(100):
        told = (await read(session, f"{APISERVICES}/{name}"))["status"].get("conditions") or [{}]
        if told[0].get("status") == status:
            return told[0]["reason"], told[0]["message"]
        await asyncio.sleep(0.05)
    raise AssertionError(f"expected Available {status}, found {told}")


async def test_built_in_groups_have_local_api_services(session: aiohttp.ClientSession) -> None:
    items = (await read(session, APISERVICES))["items"]
    found = {item["metadata"]["name"]: item for item in items}
    assert found["v2.autoscaling"]["spec"] == {
        "group": "autoscaling", "version": "v2", "groupPriorityMinimum": 17500, "versionPriority": 30,
    }  # fmt: skip
    assert "v1.apiregistration.k8s.io" not in found
    local = ("Local", "Local APIServices are always available")
    assert await verdict(session, "True", "v1.") == local


async def test_custom_resources_bring_an_api_service_and_take_it_along(
    session: aiohttp.ClientSession,
) -> None:
    schema = {"openAPIV3Schema": {"type": "object"}}
    version = {"name": "v1", "served": True, "storage": True, "schema": schema}
    names = {"plural": "pears", "kind": "Pear"}
    crds = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"
    about = {"group": "x.example.com", "scope": "Namespaced", "names": names, "versions": [version]}
    await create(session, crds, metadata={"name": "pears.x.example.com"}, spec=about)
    assert (await verdict(session, "True", "v1.x.example.com"))[0] == "Local"
    made = await read(session, f"{APISERVICES}/v1.x.example.com")
    assert made["metadata"]["labels"] == {"kube-aggregator.kubernetes.io/automanaged": "true"}
    assert (made["spec"]["groupPriorityMinimum"], made["spec"]["versionPriority"]) == (1000, 100)
    await session.delete(f"{crds}/pears.x.example.com")
    for _ in range(100):
        async with session.get(f"{APISERVICES}/v1.x.example.com") as answer:
            if answer.status == 404:
                return
        await asyncio.sleep(0.05)
    raise AssertionError("the APIService stayed")


async def test_requests_reach_the_server_with_who_asked(
    session: aiohttp.ClientSession, server: Extension
) -> None:
    await register(session, server)
    assert await verdict(session, "True") == ("Passed", "all checks passed")
    headers = {"X-Remote-User": "mallory", "Impersonate-User": "bob"}
    async with session.get(f"{ROOT}/namespaces/demo/{PLURAL}?limit=1", headers=headers) as answer:
        assert answer.status == 403
    async with session.get(f"{ROOT}/{PLURAL}", headers={"X-Remote-User": "mallory"}) as answer:
        assert [item["metadata"]["name"] for item in (await answer.json())["items"]] == ["boskop"]
    told = next(headers for _, path, headers in server.heard if path == f"{ROOT}/{PLURAL}")
    assert told.getall("X-Remote-User") == ["ann"]
    assert told.getall("X-Remote-Group") == ["system:masters", "system:authenticated"]


async def test_discovery_and_openapi_are_merged(session: aiohttp.ClientSession, server: Extension) -> None:
    await register(session, server)
    await verdict(session, "True")
    groups = (await read(session, "/apis"))["groups"]
    assert [group["name"] for group in groups][-1] == GROUP
    last = (await read(session, "/apis", AGGREGATED))["items"][-1]
    apples = last["versions"][0]["resources"][0]
    assert (apples["resource"], apples["scope"], apples["shortNames"]) == (PLURAL, "Namespaced", ["ap"])
    assert apples["subresources"][0]["subresource"] == "peel"
    assert last["versions"][0]["freshness"] == "Current"
    swagger = await read(session, "/openapi/v2")
    assert f"{ROOT}/{PLURAL}" in swagger["paths"]
    assert DEFINITION in swagger["definitions"]
    assert "unused" not in swagger["definitions"]
    index = (await read(session, "/openapi/v3"))["paths"]
    assert index[ROOT[1:]]["serverRelativeURL"] == f"/openapi/v3{ROOT}?hash=A"
    assert (await read(session, f"/openapi/v3{ROOT}"))["openapi"] == "3.0.0"


async def failing(session: aiohttp.ClientSession, server: Extension) -> tuple[str, str]:
    """Register the server, and have it fail; the verdict's reason and message."""
    await register(session, server)
    await verdict(session, "True")
    server.status = 500
    await touch(session)
    return await verdict(session, "False")


async def test_a_server_that_fails_is_unavailable_and_its_discovery_stale(
    session: aiohttp.ClientSession, server: Extension
) -> None:
    url = f"https://localhost:{server.port}{ROOT}"
    why = f"failing or missing response from {url}: bad status from {url}: 500"
    assert await failing(session, server) == ("FailedDiscoveryCheck", why)
    async with session.get(f"{ROOT}/{PLURAL}") as answer:
        assert (answer.status, await answer.text()) == (503, "service unavailable\n")
    last = (await read(session, "/apis", AGGREGATED))["items"][-1]["versions"][0]
    assert last["freshness"] == "Stale"


async def touch(session: aiohttp.ClientSession) -> None:
    """Have the server asked again at once."""
    patch = {"metadata": {"labels": {"touched": "yes"}}}
    headers = {"Content-Type": "application/merge-patch+json"}
    await session.patch(f"{APISERVICES}/{NAME}", json=patch, headers=headers)


async def test_what_is_wrong_with_the_service_is_told(
    session: aiohttp.ClientSession, server: Extension
) -> None:
    await create(session, APISERVICES, metadata={"name": NAME}, spec=spec(server))
    found = await verdict(session, "False")
    assert found == ("ServiceNotFound", 'service/ext in "demo" is not present')
    inside = {"ports": [{"port": 8443}]}
    await create(session, "/api/v1/namespaces/demo/services", metadata={"name": "ext"}, spec=inside)
    for _ in range(100):
        found = await verdict(session, "False")
        if found[0] != "ServiceNotFound":
            break
        await asyncio.sleep(0.05)
    why = f'service/ext in "demo" is not listening on port {server.port}'
    assert found == ("ServicePortError", why)


async def test_a_namespace_takes_along_what_the_server_has_and_waits_for_it(
    session: aiohttp.ClientSession, server: Extension
) -> None:
    await failing(session, server)
    await create(session, "/api/v1/namespaces", metadata={"name": "other"})
    await session.delete("/api/v1/namespaces/other")
    for _ in range(100):
        told = (await read(session, "/api/v1/namespaces/other"))["status"].get("conditions") or []
        failed = [c for c in told if c["type"] == "NamespaceDeletionDiscoveryFailure"]
        if failed and failed[0]["status"] == "True":
            break
        await asyncio.sleep(0.05)
    text = (
        "Discovery failed for some groups, 1 failing: unable to retrieve the complete list of server APIs: "
        f"{GROUP}/{VERSION}: stale GroupVersion discovery: {GROUP}/{VERSION}"
    )
    assert failed[0]["message"] == text
    server.status = 200
    for _ in range(200):
        async with session.get("/api/v1/namespaces/other") as answer:
            if answer.status == 404:
                break
        await asyncio.sleep(0.05)
    assert ("DELETE", f"{ROOT}/namespaces/other/{PLURAL}") in [heard[:2] for heard in server.heard]
    assert answer.status == 404
