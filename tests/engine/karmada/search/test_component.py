"""karmada-search over HTTPS: what it serves, while it runs. Follows test/e2e/suites/base/search_test.go."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import orjson
import pytest

from karmada_nb.engine import meta
from karmada_nb.engine.apiserver.auth.jwt import Signer
from karmada_nb.engine.cluster import Cluster, Settings
from karmada_nb.engine.karmada.addons import SEARCH
from karmada_nb.engine.karmada.search.component import API_SERVICE, API_SERVICES
from karmada_nb.engine.karmada.search.registries import REGISTRIES
from karmada_nb.engine.meta import Key, Object
from karmada_nb.engine.pki import SigningKey
from karmada_nb.engine.runtime.client import Resource
from karmada_nb.engine.runtime.clock import SystemClock
from tests.engine.karmada.controllers.federation import (
    CONFIGMAPS,
    DEPLOYMENTS,
    NAMESPACES,
    configmap,
    deployment,
)
from tests.engine.karmada.controllers.test_over_https import Wire, allow_ann

GROUP = "/apis/search.karmada.io/v1alpha1"
PROXY = f"{GROUP}/proxying/karmada/proxy"
SYSTEM = "karmada-system"
BINDINGS = Resource("rbac.authorization.k8s.io", "v1", "clusterrolebindings")
TABLE = {"Accept": "application/json;as=Table;v=v1;g=meta.k8s.io"}


class Searching:
    """A member and Karmada behind HTTPS, and a host cluster in which karmada-search is deployed."""

    def __init__(self, folder: Path) -> None:
        self.host = Cluster(Settings("host", "v1.36.2"), SystemClock(), Signer(SigningKey()), "CA")
        self.wire = Wire(folder, deployments=self.host.informers(*DEPLOYMENTS))

    async def start(self) -> Searching:
        self.host.start()
        await self.wire.start()
        await allow_ann(self.wire)
        subject = {"kind": "User", "name": "ann", "apiGroup": BINDINGS.group}
        role = {"kind": "ClusterRole", "name": "cluster-admin", "apiGroup": BINDINGS.group}
        binding = {"metadata": {"name": "ann"}, "roleRef": role, "subjects": [subject]}
        await self.wire.karmada.create(BINDINGS, binding)
        client = self.host.client_as("admin", "kubectl")
        await client.create(NAMESPACES, {"metadata": {"name": SYSTEM}})
        made = await client.create(
            DEPLOYMENTS, meta.with_metadata(deployment(SEARCH), namespace=SYSTEM), SYSTEM
        )
        status = {"replicas": 1, "readyReplicas": 1, "availableReplicas": 1}
        await client.update(DEPLOYMENTS, {**made, "status": status}, "status")
        service = {
            "metadata": {"name": API_SERVICE},
            "spec": {
                "group": REGISTRIES.group,
                "version": REGISTRIES.version,
                "groupPriorityMinimum": 2000,
                "versionPriority": 10,
                "service": {"name": SEARCH, "namespace": SYSTEM},
            },
        }
        await self.wire.karmada.create(API_SERVICES, service)
        await self.wire.until(lambda: self.served)
        return self

    @property
    def served(self) -> bool:
        return self.wire.plane.cluster.registry.find(*REGISTRIES) is not None

    async def register(self, name: str, kind: str, **selector: str) -> None:
        spec = {
            "targetCluster": {"clusterNames": ["member1"]},
            "resourceSelectors": [{"apiVersion": "v1", "kind": kind, **selector}],
        }
        await self.wire.karmada.create(REGISTRIES, {"metadata": {"name": name}, "spec": spec})

    async def send(
        self, method: str, path: str, body: Object | None = None, headers: dict[str, str] | None = None
    ) -> tuple[int, Any]:
        connector = aiohttp.TCPConnector(ssl=self.wire.tls)
        async with (
            aiohttp.ClientSession(connector=connector) as session,
            session.request(method, self.wire.address + path, json=body, headers=headers) as answer,
        ):
            return answer.status, orjson.loads(await answer.read())

    async def stop(self) -> None:
        await self.wire.stop()
        await self.host.stop()


@pytest.fixture
async def searching(tmp_path: Path) -> AsyncIterator[Searching]:
    made = await Searching(tmp_path).start()
    for name in ("a", "b"):
        await made.wire.member.client_as("admin", "kubectl").create(CONFIGMAPS, configmap(name), "default")
    await made.wire.karmada.create(CONFIGMAPS, configmap("karmadas-own"), "default")
    yield made
    await made.stop()


def names(answer: tuple[int, Any]) -> list[str]:
    code, found = answer
    assert code == 200, found
    return [name for item in found["items"] if not (name := meta.name(item)).startswith("kube-")]


async def test_what_is_registered_is_read_from_the_members(searching: Searching) -> None:
    path = "/api/v1/namespaces/default/configmaps"
    assert names(await searching.send("GET", PROXY + path)) == ["karmadas-own"]
    assert names(await searching.send("GET", f"{GROUP}/search/cache{path}")) == []
    await searching.register("maps", "ConfigMap", namespace="default")
    assert names(await searching.send("GET", PROXY + path)) == ["a", "b"]
    code, found = await searching.send("GET", f"{GROUP}/search/cache{path}?labelSelector=none")
    assert (code, found) == (200, {"kind": "ConfigMapList", "apiVersion": "v1", "metadata": {}, "items": []})
    assert names(await searching.send("GET", f"{GROUP}/search/cache{path}")) == ["a", "b"]
    code, table = await searching.send("GET", PROXY + path + "?fieldSelector=metadata.name=a", headers=TABLE)
    assert [row["cells"][0] for row in table["rows"]] == ["a"]
    code, one = await searching.send("GET", f"{PROXY}{path}/a")
    assert meta.annotations(one)["resource.karmada.io/cached-from-cluster"] == "member1"
    code, elsewhere = await searching.send("GET", f"{PROXY}/api/v1/namespaces/kube-system/configmaps")
    assert elsewhere["items"] == []
    await searching.wire.karmada.delete(REGISTRIES, "maps")
    assert names(await searching.send("GET", PROXY + path)) == ["karmadas-own"]


async def test_what_is_registered_is_written_where_it_is(searching: Searching) -> None:
    await searching.register("maps", "ConfigMap")
    path = f"{PROXY}/api/v1/namespaces/default/configmaps"
    _, found = await searching.send("GET", f"{path}/a")
    code, _ = await searching.send("PUT", f"{path}/a", {**found, "data": {"colour": "red"}})
    assert code == 200
    own = searching.wire.member.informers(*CONFIGMAPS).get(Key("default", "a")) or {}
    assert own["data"] == {"colour": "red"}
    assert meta.annotations(own) == {}
    code, refused = await searching.send("POST", path, configmap("new"))
    assert (code, refused["message"]) == (405, 'create is not supported on resources of kind "configmaps"')
    code, _ = await searching.send("DELETE", f"{path}/b")
    assert code == 200
    assert searching.wire.member.informers(*CONFIGMAPS).get(Key("default", "b")) is None


async def test_it_serves_while_it_is_deployed_and_announced(searching: Searching) -> None:
    code, found = await searching.send("GET", GROUP)
    assert {(r["name"], r["kind"]) for r in found["resources"]} == {
        ("proxying", "Proxying"),
        ("resourceregistries", "ResourceRegistry"),
        ("resourceregistries/status", "ResourceRegistry"),
        ("search", "Search"),
    }
    bad = {
        "targetCluster": {},
        "resourceSelectors": [{"apiVersion": "a/b/c", "kind": "Pod", "namespace": "A"}],
    }
    code, refused = await searching.send(
        "POST",
        f"{GROUP}/resourceregistries",
        {
            "apiVersion": "search.karmada.io/v1alpha1",
            "kind": "ResourceRegistry",
            "metadata": {"name": "bad"},
            "spec": bad,
        },
    )
    assert (code, [cause["field"] for cause in refused["details"]["causes"]]) == (
        422,
        ["spec.resourceSelectors[0].apiVersion", "spec.resourceSelectors[0].namespace"],
    )
    await searching.host.client_as("admin", "kubectl").delete(DEPLOYMENTS, SEARCH, SYSTEM)
    await searching.wire.until(lambda: not searching.served)
    code, _ = await searching.wire.get(f"{GROUP}/search/cache/api/v1/pods")
    assert code == 404
