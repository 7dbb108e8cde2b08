"""Follows test/e2e/suites/base/resourceinterpreter_test.go: a webhook decides about a kind of its own.

The webhook is a real one, asked over HTTPS; only the clock of the clusters is virtual. After each step in
time a request of the test's own goes the same way, so what was answered before it has arrived.
"""

from __future__ import annotations

import ssl
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import aiohttp
import pytest_asyncio

from karmada_nb.engine import meta
from karmada_nb.engine.meta import Object
from tests.e2e.manifests import cluster_policy, configmap, names, obj, pod_template, policy
from tests.e2e.suite import Suite
from tests.engine.apiserver.admission.hooks import Hooks, hooks, json_patch

VERSION = "workload.example.io/v1alpha1"
OPERATIONS = [
    "InterpretReplica",
    "ReviseReplica",
    "Retain",
    "AggregateStatus",
    "InterpretHealth",
    "InterpretStatus",
    "InterpretDependency",
]


def patch(*operations: Object) -> Object:
    """An answer of an interpreter, with a patch."""
    answer = json_patch(*operations)
    return {"successful": True, "patchType": answer["patchType"], "patch": answer["patch"]}


def replace(path: str, value: Any) -> Object:
    return {"op": "replace", "path": path, "value": value}


def interpret(request: Object) -> Object:
    """What the example of Karmada's suite decides about a Workload."""
    workload = request["object"]
    replicas = workload["spec"]["replicas"]
    ready = meta.dig(workload, "status", "readyReplicas", default=0)
    match request["operation"]:
        case "InterpretReplica":
            return {"successful": True, "replicas": replicas}
        case "ReviseReplica":
            return patch(replace("/spec/replicas", request["replicas"]))
        case "Retain":
            return patch(replace("/spec/paused", request["observedObject"]["spec"]["paused"]))
        case "AggregateStatus":
            told = request.get("aggregatedStatus", [])
            ready = sum(meta.dig(item, "status", "readyReplicas", default=0) for item in told)
            return patch({"op": "add", "path": "/status", "value": {"readyReplicas": ready}})
        case "InterpretStatus":
            return {"successful": True, "rawStatus": {"readyReplicas": ready}}
        case "InterpretHealth":
            return {"successful": True, "healthy": ready == replicas}
    pod = workload["spec"]["template"]["spec"]
    found = [e["configMapRef"]["name"] for c in pod["containers"] for e in c.get("envFrom", [])]
    namespace = workload["metadata"]["namespace"]
    needed = [
        {"apiVersion": "v1", "kind": "ConfigMap", "namespace": namespace, "name": name} for name in found
    ]
    return {"successful": True, "dependencies": needed}


class Webhook:
    """A suite with Workloads and their webhook, which answers as ``decide`` says."""

    def __init__(self, suite: Suite, server: Hooks) -> None:
        self.suite = suite
        self.server = server
        self.name = suite.name("workload")
        self.decide: Callable[[Object], Object] = interpret
        server.decide["/interpreter"] = lambda request: self.decide(request)

    async def start(self) -> Webhook:
        webhook = {
            "name": "workloads.example.com",
            "rules": [
                {
                    "operations": OPERATIONS,
                    "apiGroups": ["workload.example.io"],
                    "apiVersions": ["v1alpha1"],
                    "kinds": ["Workload"],
                }
            ],
            "clientConfig": self.server.client("/interpreter"),
            "interpreterContextVersions": ["v1alpha1"],
            "timeoutSeconds": 3,
        }
        kind = "ResourceInterpreterWebhookConfiguration"
        await self.suite.create(
            {**obj("config.karmada.io/v1alpha1", kind, "examples", None), "webhooks": [webhook]},
            definition := workload_definition(),
            cluster_policy("workloads", definition, names(*self.suite.members)),
        )
        await self.suite.eventually(lambda: all(self._served(member) for member in self.suite.members))
        return self

    def _served(self, cluster: str) -> bool:
        known = meta.dig(self.suite.must("Cluster", cluster), "status", "apiEnablements", default=[])
        return any(group["groupVersion"] == VERSION for group in known)

    async def create(self, replicas: int = 3, placement: Object | None = None, **more: Any) -> None:
        """A Workload, and the policy that brings it to every member."""
        container = {"name": "nginx", "image": "nginx:1.19.0", **more.pop("container", {})}
        spec = {"replicas": replicas, "paused": False, "template": pod_template(container)}
        workload = obj(VERSION, "Workload", self.name, spec=spec)
        placed = {**names(*self.suite.members), **(placement or {})}
        await self.suite.create(policy(self.name, workload, placed, **more), workload)

    def workload(self, at: str = "") -> Object:
        return self.suite.must("Workload", self.name, at=at)

    def binding(self) -> Object:
        return self.suite.binding(self.name, "workload")

    async def report(self, ready: int) -> None:
        """Every member says how many replicas are ready."""
        await self.eventually(lambda: all(self.workload(member) for member in self.suite.members))
        for member in self.suite.members:
            status = {"readyReplicas": ready, "conditions": [{"type": "Seen"}]}
            await self.suite.change(
                "Workload", self.name, lambda o, s=status: {**o, "status": s}, at=member, subresource="status"
            )

    async def eventually(self, holds: Callable[[], Any]) -> None:
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(ssl=context)) as session:
            for _ in range(200):
                try:
                    if holds():
                        return
                except (AssertionError, KeyError) as error:
                    last: Exception = error
                else:
                    last = AssertionError("not yet")
                await self.suite.pass_time(0.1)
                body = {"request": {"uid": "", "operation": "Ping"}}
                async with session.post(f"{self.server.url}/ping", json=body) as answer:
                    await answer.read()
        raise AssertionError(f"expected it to hold at last ({last})")


def workload_definition() -> Object:
    schema = {"type": "object", "x-kubernetes-preserve-unknown-fields": True}
    version = {
        "name": "v1alpha1",
        "served": True,
        "storage": True,
        "schema": {"openAPIV3Schema": schema},
        "subresources": {"status": {}},
    }
    spec = {
        "group": "workload.example.io",
        "scope": "Namespaced",
        "names": {"plural": "workloads", "kind": "Workload"},
        "versions": [version],
    }
    kind = "CustomResourceDefinition"
    return obj("apiextensions.k8s.io/v1", kind, "workloads.workload.example.io", None, spec=spec)


@pytest_asyncio.fixture(loop_scope="session")
async def webhook(suite: Suite, tmp_path: Path) -> AsyncIterator[Webhook]:
    async with hooks(tmp_path) as server:
        server.decide["/ping"] = lambda _: {}
        yield await Webhook(suite, server).start()


async def test_interpret_replica(webhook: Webhook) -> None:
    await webhook.create(replicas=5)
    await webhook.eventually(lambda: webhook.binding()["spec"]["replicas"] == 5)
    request = next(r for r in webhook.server.asked if r["operation"] == "InterpretReplica")
    kind = {"group": "workload.example.io", "version": "v1alpha1", "kind": "Workload"}
    assert request["kind"] == kind
    assert (request["name"], request["namespace"]) == (webhook.name, webhook.suite.namespace)
    assert request["object"]["spec"]["replicas"] == 5


async def test_revise_replica(webhook: Webhook) -> None:
    weights = [
        {"targetCluster": {"clusterNames": [member]}, "weight": at}
        for at, member in enumerate(webhook.suite.members, 1)
    ]
    divided = {
        "replicaSchedulingType": "Divided",
        "replicaDivisionPreference": "Weighted",
        "weightPreference": {"staticWeightList": weights},
    }
    await webhook.create(replicas=6, placement={"replicaScheduling": divided})
    for at, member in enumerate(webhook.suite.members, 1):
        await webhook.eventually(lambda m=member, n=at: webhook.workload(m)["spec"]["replicas"] == n)


async def test_retain(webhook: Webhook) -> None:
    await webhook.create()
    await webhook.eventually(lambda: all(webhook.workload(member) for member in webhook.suite.members))
    spec = {**webhook.workload()["spec"], "replicas": 2, "paused": True}
    await webhook.suite.update("Workload", webhook.name, ("spec",), spec)
    for member in webhook.suite.members:
        await webhook.eventually(lambda m=member: webhook.workload(m)["spec"]["replicas"] == 2)
        assert webhook.workload(member)["spec"]["paused"] is False


async def test_status_there_and_back(webhook: Webhook) -> None:
    await webhook.create()
    await webhook.report(3)
    await webhook.eventually(lambda: webhook.workload().get("status") == {"readyReplicas": 9})
    items = webhook.binding()["status"]["aggregatedStatus"]
    assert [item["status"] for item in items] == [{"readyReplicas": 3}] * 3


async def test_interpret_health(webhook: Webhook) -> None:
    def health() -> set[str]:
        return {item.get("health", "") for item in webhook.binding()["status"]["aggregatedStatus"]}

    await webhook.create()
    await webhook.report(3)
    await webhook.eventually(lambda: health() == {"Healthy"})
    await webhook.report(1)
    await webhook.eventually(lambda: health() == {"Unhealthy"})


async def test_interpret_dependency(webhook: Webhook) -> None:
    await webhook.suite.create(configmap(webhook.name, {"RUN_ENV": "test"}))
    env = {"envFrom": [{"configMapRef": {"name": webhook.name}}]}
    await webhook.create(container=env, propagateDeps=True)
    for member in webhook.suite.members:
        await webhook.eventually(lambda m=member: webhook.suite.get("ConfigMap", webhook.name, at=m))


async def test_what_goes_wrong_is_told_and_tried_again(webhook: Webhook) -> None:
    def told() -> dict[str, str]:
        return dict(webhook.suite.events("Workload", webhook.name))

    failed = 'Internal error occurred: failed calling webhook "examples/workloads.example.com": '
    webhook.decide = lambda _: {"successful": False, "status": {"code": 500, "message": "out for lunch"}}
    await webhook.create()
    await webhook.eventually(
        lambda: (
            told()["GetReplicasFailed"]
            == f"{failed}webhook call failed, get status code: 500, msg: out for lunch"
        )
    )
    webhook.decide = lambda _: {"successful": True}
    why = "received invalid webhook response: webhook returned nil response.replicas"
    await webhook.eventually(lambda: told()["GetReplicasFailed"] == failed + why)
    webhook.decide = interpret
    await webhook.eventually(lambda: all(webhook.workload(member) for member in webhook.suite.members))
