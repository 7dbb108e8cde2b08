"""``metrics.k8s.io`` as ``kubectl top`` asks for it."""

from pathlib import Path

from karmada_nb.engine import usage
from karmada_nb.engine.apiserver.http import metrics
from karmada_nb.engine.apiserver.verbs.call import Call
from karmada_nb.engine.meta import Object
from tests.engine.apiserver.http.serving import Serving, serving

BASE = "/apis/metrics.k8s.io/v1beta1"


def put(server: Serving, plural: str, obj: Object, status: Object) -> None:
    resource = server.api.registry.resource("", "v1", plural)
    namespace = "default" if resource.namespaced else ""
    server.api.create(resource, namespace, obj, Call(track=False))
    stored = server.api.get(resource, namespace, obj["metadata"]["name"]).object
    server.api.update(
        resource, namespace, obj["metadata"]["name"], {**stored, "status": status}, Call(), "status"
    )


def pod(name: str, cpu: str) -> Object:
    container = {"name": "c", "image": "i", "resources": {"limits": {"memory": "4Mi"}}}
    metadata = {"name": name, "annotations": {usage.CPU: cpu}, "labels": {"app": name}}
    return {"metadata": metadata, "spec": {"nodeName": "n", "containers": [container]}}


RUNNING: Object = {
    "phase": "Running",
    "containerStatuses": [
        {
            "name": "c",
            "image": "i",
            "imageID": "",
            "ready": True,
            "restartCount": 0,
            "state": {"running": {"startedAt": "2026-01-01T00:00:00Z"}},
        }
    ],
}


async def test_usage_of_pods_and_of_the_node_they_are_on(tmp_path: Path) -> None:
    async with serving(tmp_path) as server, server.session() as client:
        metrics.install(server.server)
        put(server, "nodes", {"metadata": {"name": "n"}}, {})
        put(server, "pods", pod("busy", "250m"), RUNNING)
        put(server, "pods", pod("waiting", "250m"), {"phase": "Pending"})
        listed = await (await client.get(f"{BASE}/namespaces/default/pods")).json()
        [busy] = listed["items"]
        assert listed["kind"] == "PodMetricsList"
        assert busy["metadata"]["name"] == "busy"
        assert busy["containers"] == [{"name": "c", "usage": {"cpu": "250000000n", "memory": "4096Ki"}}]
        node = await (await client.get(f"{BASE}/nodes/n")).json()
        assert node["kind"] == "NodeMetrics"
        assert node["usage"]["cpu"] == f"{int((usage.NODE_BASE['cpu'] * 1000 + 250) * 1000000)}n"
        groups = await (await client.get("/apis")).json()
        assert "metrics.k8s.io" in [group["name"] for group in groups["groups"]]


async def test_what_does_not_run_has_no_metrics(tmp_path: Path) -> None:
    async with serving(tmp_path) as server, server.session() as client:
        metrics.install(server.server)
        put(server, "pods", pod("waiting", "1m"), {"phase": "Pending"})
        answer = await client.get(f"{BASE}/namespaces/default/pods/waiting")
        assert answer.status == 404
        said = await answer.json()
        assert said["message"] == 'podmetrics.metrics.k8s.io "default/waiting" not found'
        for place, what in (("namespaces/default/pods", "pods"), ("nodes", "nodes")):
            said = await (await client.get(f"{BASE}/{place}/none")).json()
            assert (said["code"], said["message"]) == (404, f'{what} "none" not found')
