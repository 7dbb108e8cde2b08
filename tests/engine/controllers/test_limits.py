"""Budgets, quotas and autoscalers."""

import pytest

from karmada_nb.engine import meta
from karmada_nb.engine.errors import StatusError
from karmada_nb.engine.runtime.client import Resource
from tests.engine.controllers.making import AUTOSCALERS, BUDGETS, QUOTAS, get, make, selecting, template
from tests.engine.controllers.workloads import CONFIGMAPS, PODS, REPLICASETS, Workloads

CPU = "load.karmada-nb.io/cpu"


async def test_a_budget_counts_healthy_pods_and_says_how_many_may_go() -> None:
    async with Workloads() as lab:
        await lab.deploy(replicas=4)
        budget = await make(lab, BUDGETS, "web", maxUnavailable="25%", selector=selecting("web"))
        shown = ("disruptionsAllowed", "currentHealthy", "desiredHealthy", "expectedPods")
        assert [budget["status"][name] for name in shown] == [1, 4, 3, 4]


async def test_a_quota_shows_what_is_used() -> None:
    async with Workloads() as lab:
        await make(lab, QUOTAS, "q", hard={"configmaps": "10", "pods": "5", "count/deployments.apps": "3"})
        before = (await get(lab, QUOTAS, "q"))["status"]["used"]
        await lab.client.create(CONFIGMAPS, {"metadata": {"name": "one"}}, "default")
        await lab.deploy(replicas=2)
        after = (await get(lab, QUOTAS, "q"))["status"]["used"]
        assert int(after["configmaps"]) == int(before["configmaps"]) + 1
        assert (after["pods"], after["count/deployments.apps"]) == ("2", "1")


async def test_a_quota_counts_custom_resources() -> None:
    names = {"plural": "gears", "singular": "gear", "kind": "Gear", "listKind": "GearList"}
    schema = {"openAPIV3Schema": {"type": "object"}}
    version = {"name": "v1", "served": True, "storage": True, "schema": schema}
    spec = {"group": "example.com", "scope": "Namespaced", "names": names, "versions": [version]}
    crds = Resource("apiextensions.k8s.io", "v1", "customresourcedefinitions")
    gears = Resource("example.com", "v1", "gears")
    async with Workloads() as lab:
        await lab.client.create(crds, {"metadata": {"name": "gears.example.com"}, "spec": spec})
        await make(lab, QUOTAS, "q", hard={"count/gears.example.com": "1"})
        await lab.client.create(gears, {"metadata": {"name": "g"}}, "default")
        await lab.clock.advance(1)
        assert (await get(lab, QUOTAS, "q"))["status"]["used"] == {"count/gears.example.com": "1"}
        with pytest.raises(StatusError, match=r"exceeded quota: q, requested: count/gears\.example\.com=1"):
            await lab.client.create(gears, {"metadata": {"name": "h"}}, "default")
        await lab.client.delete(gears, "g", "default")
        await lab.clock.advance(1)
        assert (await get(lab, QUOTAS, "q"))["status"]["used"] == {"count/gears.example.com": "0"}


async def test_a_set_that_a_quota_stops_says_so_once_and_then_waits() -> None:
    async with Workloads() as lab:
        await make(lab, QUOTAS, "q", hard={"pods": "2"})
        await make(lab, REPLICASETS, "web", replicas=3, selector=selecting("web"), template=template("web"))
        await lab.clock.advance(3)
        found = await get(lab, REPLICASETS, "web")
        failed = meta.condition(found, "ReplicaFailure") or {}
        assert (failed["status"], failed["reason"]) == ("True", "FailedCreate")
        assert "exceeded quota: q, requested: pods=1, used: pods=2, limited: pods=2" in failed["message"]
        await lab.clock.advance(30)
        assert await get(lab, REPLICASETS, "web") == found, "further attempts that fail alike write nothing"


async def test_an_autoscaler_follows_the_load_up_at_once_and_down_after_five_minutes() -> None:
    async with Workloads() as lab:
        container = {"name": "main", "image": "nginx", "resources": {"requests": {"cpu": "100m"}}}
        labelled = {"metadata": {"labels": {"app": "web"}}, "spec": {"containers": [container]}}
        await lab.deploy(replicas=1, template=labelled)
        await _loaded(lab, "300m")
        target = {"apiVersion": "apps/v1", "kind": "Deployment", "name": "web"}
        utilization = {"type": "Utilization", "averageUtilization": 100}
        metric = {"type": "Resource", "resource": {"name": "cpu", "target": utilization}}
        await make(lab, AUTOSCALERS, "web", 2, scaleTargetRef=target, maxReplicas=5, metrics=[metric])
        assert (await lab.deployment())["spec"]["replicas"] == 3
        told = "New size: 3; reason: cpu resource utilization (percentage of request) above target"
        assert ("Normal", "SuccessfulRescale", told) in await lab.events("web")
        await _loaded(lab, "1m")
        await lab.clock.advance(200)
        assert (await lab.deployment())["spec"]["replicas"] == 3, "the past still asks for more"
        scaler = await get(lab, AUTOSCALERS, "web")
        assert (meta.condition(scaler, "AbleToScale") or {})["reason"] == "ScaleDownStabilized"
        await lab.clock.advance(200)
        assert (await lab.deployment())["spec"]["replicas"] == 1


async def test_an_autoscaler_without_a_target_says_so() -> None:
    async with Workloads() as lab:
        target = {"apiVersion": "apps/v1", "kind": "Deployment", "name": "none"}
        scaler = await make(lab, AUTOSCALERS, "none", scaleTargetRef=target, maxReplicas=5)
        able = meta.condition(scaler, "AbleToScale") or {}
        assert able["reason"] == "FailedGetScale"
        assert able["message"] == (
            "the HPA controller was unable to get the target's current scale: "
            'deployments.apps "none" not found'
        )


async def _loaded(lab: Workloads, cpu: str) -> None:
    for pod in await lab.pods():
        change = {"metadata": {"annotations": {CPU: cpu}}}
        await lab.client.patch(PODS, meta.name(pod), change, namespace="default")
