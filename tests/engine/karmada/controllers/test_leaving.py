"""Work that leaves a cluster: without a gap, and back to the number that was asked for."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from karmada_nb.engine.karmada.gates import FeatureGates
from karmada_nb.engine.karmada.options import EvictionFlags, Options
from karmada_nb.engine.karmada.plane import CLUSTERS
from karmada_nb.engine.meta import Object
from tests.engine.karmada.controllers.federation import DEPLOYMENTS, MEMBERS, Federation, deployment

EVICTING = EvictionFlags(no_execute_taints=True)
ONE = {"spreadByField": "cluster", "minGroups": 1, "maxGroups": 1}


FAILOVER = Options(FeatureGates({"Failover": True}), EvictionFlags(no_execute_taints=True))


@pytest.fixture
async def lab() -> AsyncIterator[Federation]:
    federation = await Federation("current", options=FAILOVER).start()
    yield federation
    await federation.stop()


async def in_one_cluster(lab: Federation, **spec: object) -> str:
    """A deployment of two in one cluster; returns which."""
    placement: Object = {
        "clusterAffinity": {"clusterNames": list(MEMBERS)},
        "spreadConstraints": [ONE],
    }
    await lab.create(DEPLOYMENTS, deployment("web", 2))
    await lab.propagate("web", DEPLOYMENTS, "Deployment", placement=placement, **spec)
    await lab.settle(5)
    (target,) = lab.binding("web-deployment")["spec"]["clusters"]
    return str(target["name"])


async def taint(lab: Federation, cluster: str) -> None:
    found = lab.cluster(cluster)
    taints = [{"key": "broken", "effect": "NoExecute", "timeAdded": "2026-01-01T00:00:00Z"}]
    await lab.karmada.update(CLUSTERS, {**found, "spec": {**found["spec"], "taints": taints}})


async def test_by_default_a_no_execute_taint_moves_nothing() -> None:
    lab = await Federation("current").start()
    before = await in_one_cluster(lab)
    await taint(lab, before)
    await lab.settle(60)
    assert lab.find(DEPLOYMENTS, "web", at=before) is not None
    await lab.stop()


async def test_work_leaves_a_tainted_cluster_once_its_replacement_is_healthy(lab: Federation) -> None:
    before = await in_one_cluster(lab)
    await taint(lab, before)
    await lab.settle(30)
    binding = lab.binding("web-deployment")
    (target,) = binding["spec"]["clusters"]
    assert target["name"] != before
    assert "gracefulEvictionTasks" not in binding["spec"]
    assert lab.find(DEPLOYMENTS, "web", at=before) is None
    assert lab.must(DEPLOYMENTS, "web", at=target["name"])["status"]["readyReplicas"] == 2
    told = {(reason, message) for _, reason, message in lab.events("Deployment", "web")}
    assert ("EvictWorkloadFromClusterSucceed", f"Evict from cluster {before} succeed.") in told


async def test_without_a_healthy_replacement_the_old_copy_stays_until_the_timeout(lab: Federation) -> None:
    before = await in_one_cluster(lab)
    for member in MEMBERS:
        if member != before:
            for node in lab.nodes[member].nodes:
                lab.nodes[member].faults.kill_node(node)
    await taint(lab, before)
    await lab.settle(60)
    assert lab.find(DEPLOYMENTS, "web", at=before) is not None
    (task,) = lab.binding("web-deployment")["spec"]["gracefulEvictionTasks"]
    assert (task["fromCluster"], task["reason"], task["producer"]) == (
        before,
        "TaintUntolerated",
        "TaintManager",
    )
    await lab.settle(600)
    assert lab.find(DEPLOYMENTS, "web", at=before) is None


async def test_an_application_that_stays_unhealthy_moves(lab: Federation) -> None:
    failover = {"application": {"decisionConditions": {"tolerationSeconds": 60}, "purgeMode": "Directly"}}
    before = await in_one_cluster(lab, failover=failover, propagateDeps=True)
    lab.nodes[before].faults.crash_loop("default/web-*")
    await lab.settle(400)
    (target,) = lab.binding("web-deployment")["spec"]["clusters"]
    assert target["name"] != before
    assert lab.must(DEPLOYMENTS, "web", at=target["name"])["status"]["readyReplicas"] == 2
