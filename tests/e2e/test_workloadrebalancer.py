"""Follows test/e2e/suites/base/workloadrebalancer_test.go."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from karmada_nb.engine import meta
from karmada_nb.engine.meta import Object
from tests.e2e.manifests import cluster_policy, cluster_role, deployment, divided, names, obj, select
from tests.e2e.suite import Suite

TARGETS = ("member1", "member2")
KIND = "WorkloadRebalancer"
DYNAMIC = divided(weightPreference={"dynamicWeight": "AvailableReplicas"})
STATIC = divided(weights={"member1": 2, "member2": 1})


@dataclass
class Scene:
    """Two deployments and a cluster role in two clusters, and a rebalancer for some of them."""

    suite: Suite
    name: str
    taint: Object

    def reference(self, suffix: str = "") -> Object:
        return {
            "apiVersion": "apps/v1",
            "kind": "Deployment",
            "name": self.name + suffix,
            "namespace": self.suite.namespace,
        }

    @property
    def role(self) -> Object:
        return {"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRole", "name": self.name}

    async def rebalance(self, **spec: object) -> None:
        workloads = [self.reference(), self.role, self.reference("-2")]
        wanted = {"workloads": workloads, **spec}
        await self.suite.create(obj("apps.karmada.io/v1alpha1", KIND, self.name, None, spec=wanted))

    async def observed(self, *expected: tuple[Object, str]) -> None:
        """The workloads that the rebalancer reports, in any order, with their results."""

        def seen(rebalancer: Object) -> bool:
            found = rebalancer["status"]["observedWorkloads"]
            results = [(item["workload"], item["result"]) for item in found]
            return len(results) == len(expected) and all(one in results for one in expected)

        await self.suite.fits(KIND, self.name, seen)

    async def targets(self, *clusters: str) -> None:
        await self.suite.eventually(lambda: sorted(self.suite.targets(self.name)) == list(clusters))


async def scene(suite: Suite, strategy: Object) -> Scene:
    name = suite.name("rebalance")
    made = Scene(suite, name, {"key": name, "effect": "NoExecute"})
    first, later, role = deployment(name), deployment(f"{name}-3"), cluster_role(name)
    tolerated = {**made.taint, "operator": "Exists", "tolerationSeconds": 0}
    placement = {**names(*TARGETS), "replicaScheduling": strategy, "clusterTolerations": [tolerated]}
    selectors = [select(first), select(later), select(role)]
    await suite.create(cluster_policy(name, selectors, placement), first, later, role)
    await suite.present("ClusterRole", name, TARGETS)
    return made


async def updated_and_expired(made: Scene) -> None:
    """Other workloads are named: what was successful stays on the list; then the rebalancer expires."""
    workloads = [made.role, made.reference("-3")]
    await made.suite.update(KIND, made.name, ("spec", "workloads"), workloads)
    await made.observed(
        (made.reference(), "Successful"), (made.reference("-3"), "Successful"), (made.role, "Successful")
    )
    await made.suite.update(KIND, made.name, ("spec", "ttlSecondsAfterFinished"), 5)
    await made.suite.eventually(lambda: made.suite.get(KIND, made.name) is None)


async def rescheduled(made: Scene) -> None:
    await made.observed(
        (made.reference(), "Successful"), (made.reference("-2"), "Failed"), (made.role, "Successful")
    )
    asked = made.suite.must(KIND, made.name)["metadata"]["creationTimestamp"]
    role = made.suite.must("ClusterResourceBinding", f"{made.name}-clusterrole")
    for binding in (made.suite.binding(made.name), role):
        assert binding["spec"]["rescheduleTriggeredAt"] == asked
        assert binding["status"]["lastScheduledTime"] >= asked


@pytest.mark.parametrize("strategy", [DYNAMIC, STATIC], ids=["dynamic", "static"])
async def test_replicas_come_back_to_a_recovered_cluster(suite: Suite, strategy: Object) -> None:
    made = await scene(suite, strategy)
    await made.targets(*TARGETS)
    await suite.taint_cluster("member1", made.taint)
    await made.targets("member2")
    await suite.eventually(lambda: "gracefulEvictionTasks" not in suite.binding(made.name)["spec"])
    await suite.taint_cluster("member1")
    await suite.pass_time(2)
    await made.targets("member2")
    await made.rebalance()
    await made.targets(*TARGETS)
    await rescheduled(made)
    await updated_and_expired(made)


async def test_aggregated(suite: Suite) -> None:
    made = await scene(suite, divided("Aggregated"))
    await suite.eventually(lambda: len(suite.targets(made.name)) == 1)
    await suite.pass_time(2)
    await made.rebalance()
    await rescheduled(made)
    await updated_and_expired(made)


async def test_a_rebalancer_expires(suite: Suite) -> None:
    made = await scene(suite, STATIC)
    await made.rebalance(ttlSecondsAfterFinished=5)
    await suite.eventually(lambda: suite.get(KIND, made.name) is None)
    assert meta.dig(suite.binding(made.name), "spec", "rescheduleTriggeredAt")
