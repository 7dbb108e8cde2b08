"""Estimators in every member, and the descheduler: what they change in where replicas go.

Follows test/e2e/suites/base/estimator_test.go and pkg/descheduler.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest_asyncio

from karmada_nb.engine import meta
from karmada_nb.engine.karmada.addons import DESCHEDULER
from karmada_nb.engine.karmada.gates import RESOURCE_QUOTA_ESTIMATE, FeatureGates
from karmada_nb.engine.karmada.options import Options
from karmada_nb.engine.karmada.plane import BINDINGS
from karmada_nb.engine.meta import Object
from karmada_nb.engine.runtime.client import Resource
from tests.engine.karmada.controllers.federation import DEPLOYMENTS, NAMESPACES, Federation, deployment

NODES = Resource("", "v1", "nodes")
PODS = Resource("", "v1", "pods")
QUOTAS = Resource("", "v1", "resourcequotas")
MEMBERS = ("member1", "member2")
DYNAMIC = {
    "clusterAffinity": {"clusterNames": list(MEMBERS)},
    "replicaScheduling": {
        "replicaSchedulingType": "Divided",
        "replicaDivisionPreference": "Weighted",
        "weightPreference": {"dynamicWeight": "AvailableReplicas"},
    },
}


@pytest_asyncio.fixture
async def federation() -> AsyncIterator[Federation]:
    gates = FeatureGates({RESOURCE_QUOTA_ESTIMATE: True})
    started = await Federation("current", MEMBERS, Options(gates, scheduler_estimator=True)).start()
    yield started
    await started.stop()


async def cordon(federation: Federation, member: str) -> None:
    """Nothing new finds a node in this member."""
    client = federation.member(member)
    for node in federation.members[member].informers(*NODES).items():
        await client.update(NODES, {**node, "spec": {**node["spec"], "unschedulable": True}})
    await federation.settle(15)


def asking(name: str, replicas: int, cpu: str) -> Object:
    made = deployment(name, replicas)
    container = made["spec"]["template"]["spec"]["containers"][0]
    container["resources"] = {"requests": {"cpu": cpu}}
    return made


def targets(federation: Federation, name: str) -> dict[str, int]:
    clusters = federation.binding(f"{name}-deployment")["spec"].get("clusters") or ()
    return {target["name"]: target.get("replicas", 0) for target in clusters}


async def schedule(federation: Federation, template: Object, placement: Object = DYNAMIC) -> dict[str, int]:
    name = meta.name(template)
    await federation.create(DEPLOYMENTS, template)
    await federation.propagate(name, DEPLOYMENTS, "Deployment", placement=placement)
    await federation.settle(5)
    return targets(federation, name)


async def test_estimators_see_that_nodes_take_nothing(federation: Federation) -> None:
    """Two like clusters, one with all nodes cordoned: their summaries are alike still."""
    await cordon(federation, "member1")
    assert await schedule(federation, asking("blind", 4, "10m")) == {"member1": 2, "member2": 2}
    await federation.deploy("karmada-scheduler-estimator-member1")
    other = "karmada-scheduler-estimator-member2"
    await federation.deploy(other, available=False)
    # Where one of the clusters has none that answers, the others' answers are dropped too.
    assert await schedule(federation, asking("half", 4, "10m")) == {"member1": 2, "member2": 2}
    await federation.undeploy(other)
    await federation.deploy(other)
    assert await schedule(federation, asking("seen", 4, "10m")) == {"member2": 4}


async def test_a_quota_in_the_member_makes_a_workload_unschedulable(federation: Federation) -> None:
    """0.03 cores hold three replicas of 10m, and not five."""
    await federation.deploy_estimators()
    await federation.create(
        NAMESPACES, {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "shop"}}
    )
    quota: Object = {
        "metadata": {"name": "q", "namespace": "shop"},
        "spec": {"hard": {"requests.cpu": "30m"}},
    }
    await federation.member("member1").create(
        QUOTAS, {"apiVersion": "v1", "kind": "ResourceQuota", **quota}, "shop"
    )
    await federation.settle(5)
    only = {**DYNAMIC, "clusterAffinity": {"clusterNames": ["member1"]}}

    async def placed(name: str, replicas: int) -> Object:
        made = asking(name, replicas, "10m")
        made["metadata"]["namespace"] = "shop"
        await federation.create(DEPLOYMENTS, made)
        policy: dict[str, Any] = {
            "apiVersion": "policy.karmada.io/v1alpha1",
            "kind": "PropagationPolicy",
            "metadata": {"name": name, "namespace": "shop"},
            "spec": {
                "resourceSelectors": [{"apiVersion": "apps/v1", "kind": "Deployment", "name": name}],
                "placement": only,
            },
        }
        await federation.create(Resource("policy.karmada.io", "v1alpha1", "propagationpolicies"), policy)
        await federation.settle(5)
        return federation.must(BINDINGS, f"{name}-deployment", "shop")

    five = await placed("five", 5)
    assert "clusters" not in five["spec"]
    scheduled = meta.condition(five, "Scheduled") or {}
    assert (scheduled["status"], scheduled["reason"]) == ("False", "Unschedulable")
    three = await placed("three", 3)
    assert three["spec"]["clusters"] == [{"name": "member1", "replicas": 3}]


async def test_the_descheduler_moves_what_finds_no_node(federation: Federation) -> None:
    """Six replicas, three in each member. Two of one member are evicted from nodes that are cordoned."""
    await federation.deploy_estimators()
    assert await schedule(federation, asking("web", 6, "10m")) == {"member1": 3, "member2": 3}
    await cordon(federation, "member1")
    pods = federation.members["member1"].informers(*PODS).items("default")
    for pod in [pod for pod in pods if meta.labels(pod).get("app") == "web"][:2]:
        await federation.member("member1").delete(PODS, meta.name(pod), "default")
    await federation.settle(60)
    await federation.deploy(DESCHEDULER)
    await federation.settle(180)
    assert targets(federation, "web") == {"member1": 3, "member2": 3}
    await federation.settle(240)
    assert targets(federation, "web") == {"member1": 1, "member2": 5}
    told = "Binding has been descheduled, 2 replica(s) in cluster(member1), 2 total descheduled replica(s)"
    event = (DESCHEDULER, "DescheduleBindingSucceed", told)
    assert event in federation.events("ResourceBinding", "web-deployment")
    assert event in federation.events("Deployment", "web")
    assert federation.must(DEPLOYMENTS, "web", at="member1")["spec"]["replicas"] == 1
