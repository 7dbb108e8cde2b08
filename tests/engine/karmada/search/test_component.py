"""karmada-search over HTTPS: what it serves, while it runs. Follows test/e2e/suites/base/search_test.go."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from karmada_nb.engine import meta
from karmada_nb.engine.karmada.addons import SEARCH
from karmada_nb.engine.karmada.search.registries import REGISTRIES
from karmada_nb.engine.meta import Key
from tests.engine.karmada.controllers.federation import CONFIGMAPS, configmap
from tests.engine.karmada.deployed import Deployed

GROUP = "/apis/search.karmada.io/v1alpha1"
PROXY = f"{GROUP}/proxying/karmada/proxy"
TABLE = {"Accept": "application/json;as=Table;v=v1;g=meta.k8s.io"}


async def register(searching: Deployed, name: str, kind: str, **selector: str) -> None:
    spec = {
        "targetCluster": {"clusterNames": ["member1"]},
        "resourceSelectors": [{"apiVersion": "v1", "kind": kind, **selector}],
    }
    await searching.wire.karmada.create(REGISTRIES, {"metadata": {"name": name}, "spec": spec})


@pytest.fixture
async def searching(tmp_path: Path) -> AsyncIterator[Deployed]:
    made = await Deployed(tmp_path, SEARCH, *REGISTRIES[:2]).start()
    for name in ("a", "b"):
        await made.wire.member.client_as("admin", "kubectl").create(CONFIGMAPS, configmap(name), "default")
    await made.wire.karmada.create(CONFIGMAPS, configmap("karmadas-own"), "default")
    yield made
    await made.stop()


def names(answer: tuple[int, Any]) -> list[str]:
    code, found = answer
    assert code == 200, found
    return [name for item in found["items"] if not (name := meta.name(item)).startswith("kube-")]


async def test_what_is_registered_is_read_from_the_members(searching: Deployed) -> None:
    path = "/api/v1/namespaces/default/configmaps"
    assert names(await searching.send("GET", PROXY + path)) == ["karmadas-own"]
    assert names(await searching.send("GET", f"{GROUP}/search/cache{path}")) == []
    await register(searching, "maps", "ConfigMap", namespace="default")
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


async def test_what_is_registered_is_written_where_it_is(searching: Deployed) -> None:
    await register(searching, "maps", "ConfigMap")
    path = f"{PROXY}/api/v1/namespaces/default/configmaps"
    _, found = await searching.send("GET", f"{path}/a")
    code, _ = await searching.send("PUT", f"{path}/a", {**found, "data": {"colour": "red"}})
    assert code == 200
    own = searching.wire.member.informers(*CONFIGMAPS).get(Key("default", "a")) or {}
    assert own["data"] == {"colour": "red"}
    assert meta.annotations(own) == {}
    code, refused = await searching.send("POST", path, configmap("new"))
    assert (code, refused["message"]) == (405, 'create is not supported on resources of kind "configmaps"')
    code, refused = await searching.send("DELETE", path)
    why = "fail to get default  from member1: Name parameter required."
    assert (code, refused["message"]) == (500, why), "``NamespaceKeyFunc``, told by ``getResourceFromCache``"
    code, _ = await searching.send("DELETE", f"{path}/b")
    assert code == 200
    assert searching.wire.member.informers(*CONFIGMAPS).get(Key("default", "b")) is None


async def test_it_serves_while_it_is_deployed_and_announced(searching: Deployed) -> None:
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
    await searching.undeploy()
    code, _ = await searching.wire.get(f"{GROUP}/search/cache/api/v1/pods")
    assert code == 404
