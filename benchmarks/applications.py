"""From a policy that is applied to every replica ready, as Karmada's Deployment tells it."""

import asyncio
import time
from typing import Any

from benchmarks.api import Api

NAMESPACE = "bench"
DEPLOYMENTS = f"/apis/apps/v1/namespaces/{NAMESPACE}/deployments"
PODS = f"/api/v1/namespaces/{NAMESPACE}/pods"
QUIET_SECONDS = 1.0
POLICIES = f"/apis/policy.karmada.io/v1alpha1/namespaces/{NAMESPACE}/propagationpolicies"


def deployment(name: str, replicas: int) -> dict[str, Any]:
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": name, "labels": {"app": name}},
        "spec": {
            "replicas": replicas,
            "selector": {"matchLabels": {"app": name}},
            "template": {
                "metadata": {"labels": {"app": name}},
                "spec": {"containers": [{"name": "c", "image": "registry.k8s.io/pause:3.10"}]},
            },
        },
    }


def policy(name: str, clusters: list[str]) -> dict[str, Any]:
    weights = [{"targetCluster": {"clusterNames": [c]}, "weight": 1} for c in clusters]
    return {
        "apiVersion": "policy.karmada.io/v1alpha1",
        "kind": "PropagationPolicy",
        "metadata": {"name": name},
        "spec": {
            "resourceSelectors": [{"apiVersion": "apps/v1", "kind": "Deployment", "name": name}],
            "placement": {
                "clusterAffinity": {"clusterNames": clusters},
                "replicaScheduling": {
                    "replicaDivisionPreference": "Weighted",
                    "replicaSchedulingType": "Divided",
                    "weightPreference": {"staticWeightList": weights},
                },
            },
        },
    }


async def prepare(karmada: Api, members: list[Api]) -> None:
    """The namespace, here and everywhere."""
    body = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": NAMESPACE}}
    try:
        await karmada.request("POST", "/api/v1/namespaces", body)
    except RuntimeError as error:
        if "409" not in str(error):
            raise
    for member in members:
        while True:
            try:
                await member.request("GET", f"/api/v1/namespaces/{NAMESPACE}")
                break
            except RuntimeError:
                await asyncio.sleep(0.05)


class Watcher:
    """Knows which deployments are ready, and since when (monotonic seconds)."""

    def __init__(self, karmada: Api, replicas: int) -> None:
        self._karmada = karmada
        self._replicas = replicas
        self._done: dict[str, asyncio.Future[float]] = {}
        self._task = asyncio.create_task(self._run())

    def ready(self, name: str) -> "asyncio.Future[float]":
        return self._done.setdefault(name, asyncio.get_running_loop().create_future())

    async def _run(self) -> None:
        async for event in self._karmada.watch(f"{DEPLOYMENTS}?watch=true"):
            obj = event["object"]
            future = self._done.get(obj["metadata"].get("name", ""))
            status = obj.get("status") or {}
            if future and not future.done() and status.get("readyReplicas", 0) == self._replicas:
                future.set_result(time.monotonic())

    def close(self) -> None:
        self._task.cancel()


async def one_by_one(karmada: Api, clusters: list[str], count: int, replicas: int) -> list[float]:
    """Seconds from the policy's POST to the last replica ready, for applications one after another."""
    watcher = Watcher(karmada, replicas)
    seconds = []
    for number in range(count):
        name = f"one-{number}"
        await karmada.request("POST", DEPLOYMENTS, deployment(name, replicas))
        done = watcher.ready(name)
        began = time.monotonic()
        await karmada.request("POST", POLICIES, policy(name, clusters))
        seconds.append(await asyncio.wait_for(done, 120) - began)
    watcher.close()
    return seconds


async def all_at_once(karmada: Api, clusters: list[str], count: int, replicas: int) -> float:
    """Seconds until ``count`` applications, posted together, are all ready."""
    watcher = Watcher(karmada, replicas)
    names = [f"many-{number}" for number in range(count)]
    waits = [watcher.ready(name) for name in names]
    began = time.monotonic()
    for name in names:
        await karmada.request("POST", DEPLOYMENTS, deployment(name, replicas))
        await karmada.request("POST", POLICIES, policy(name, clusters))
    finished = await asyncio.wait_for(asyncio.gather(*waits), 600)
    watcher.close()
    return max(finished) - began


async def clean(karmada: Api, members: list[Api]) -> None:
    """Take away all that was made; returns when it is gone from the members too, and all is quiet."""
    await karmada.request("DELETE", POLICIES)
    await karmada.request("DELETE", DEPLOYMENTS)
    for api, path in [(karmada, DEPLOYMENTS), *((member, PODS) for member in members)]:
        while (await api.request("GET", f"{path}?limit=1"))["items"]:
            await asyncio.sleep(0.1)
    await asyncio.sleep(QUIET_SECONDS)
