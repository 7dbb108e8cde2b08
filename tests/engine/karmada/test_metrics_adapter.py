"""karmada-metrics-adapter over HTTPS: the usage of members in an API of Karmada."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from karmada_nb.engine import meta
from karmada_nb.engine.apiserver.http import metrics
from karmada_nb.engine.karmada.addons import METRICS_ADAPTER
from karmada_nb.engine.karmada.metrics_adapter import GROUP
from karmada_nb.engine.meta import Object
from karmada_nb.engine.runtime.client import Resource
from tests.engine.karmada.deployed import Deployed

PATH = f"/apis/{GROUP}/v1beta1"
NODES, PODS = Resource("", "v1", "nodes"), Resource("", "v1", "pods")
SOURCE = "resource.karmada.io/query-from-cluster"


@pytest.fixture
async def adapter(tmp_path: Path) -> AsyncIterator[Deployed]:
    made = await Deployed(tmp_path, METRICS_ADAPTER, GROUP, "v1beta1").start()
    metrics.install(made.wire.member.server)
    member = made.wire.member.client_as("admin", "kubectl")
    await member.create(NODES, {"metadata": {"name": "worker"}})
    for name in ("web", "idle"):
        await member.create(PODS, pod(name), "default")
    running = await member.get(PODS, "web", "default")
    state = {"name": "main", "state": {"running": {}}, "image": "", "imageID": "", "ready": True}
    status = {"phase": "Running", "containerStatuses": [{**state, "restartCount": 0}]}
    await member.update(PODS, {**running, "status": status}, "status")
    yield made
    await made.stop()


def pod(name: str) -> Object:
    load = {"load.karmada-nb.io/cpu": "250m", "load.karmada-nb.io/memory": "64Mi"}
    metadata = {"name": name, "namespace": "default", "labels": {"app": name}, "annotations": load}
    return {"metadata": metadata, "spec": {"containers": [{"name": "main", "image": "nginx"}]}}


async def test_members_usage_is_told_with_the_cluster_it_is_from(adapter: Deployed) -> None:
    """250m are 250,000,000 nanocores, 64Mi are 65,536 kibibytes. A pod that does not run uses nothing."""
    code, found = await adapter.send("GET", f"{PATH}/namespaces/default/pods")
    assert (code, found["kind"]) == (200, "PodMetricsList")
    (web,) = found["items"]
    assert (meta.name(web), meta.annotations(web)) == ("web", {SOURCE: "member1"})
    assert web["containers"] == [{"name": "main", "usage": {"cpu": "250000000n", "memory": "65536Ki"}}]
    code, one = await adapter.send("GET", f"{PATH}/namespaces/default/pods/web")
    assert (code, one["containers"]) == (200, web["containers"])
    code, none = await adapter.send("GET", f"{PATH}/pods?labelSelector=app=other")
    assert (code, none["items"]) == (200, [])
    code, nodes = await adapter.send("GET", f"{PATH}/nodes")
    (worker,) = nodes["items"]
    assert (meta.name(worker), meta.annotations(worker)) == ("worker", {SOURCE: "member1"})
    code, missing = await adapter.send("GET", f"{PATH}/nodes/none")
    assert (code, missing["message"]) == (404, 'nodes "none" not found')


async def test_nothing_is_served_without_it(adapter: Deployed) -> None:
    await adapter.undeploy()
    code, _ = await adapter.wire.get(f"{PATH}/nodes")
    assert code == 404
