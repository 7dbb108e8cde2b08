"""Follows test/e2e/suites/base/federatedresourcequota_test.go."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import pytest

from karmada_nb.engine import meta
from karmada_nb.engine.meta import Object
from tests.e2e.manifests import CONTAINER, deployment, names, obj, policy
from tests.e2e.suite import Suite

KIND = "FederatedResourceQuota"
DENIED = 'admission webhook "resourcebinding.karmada.io" denied the request'
HARD = {"cpu": "1", "memory": "2Gi"}


def quota(name: str, clusters: Iterable[str] = (), **overall: str) -> Object:
    assignments = [{"clusterName": cluster, "hard": HARD} for cluster in clusters]
    spec: Object = {"overall": overall or {"cpu": "8", "memory": "16Gi"}}
    if assignments:
        spec["staticAssignments"] = assignments
    return obj("policy.karmada.io/v1alpha1", KIND, name, spec=spec)


async def test_quotas_of_clusters_come_change_and_go(suite: Suite) -> None:
    name = suite.name("frq")
    await suite.create(quota(name, suite.members))
    await suite.fits("ResourceQuota", name, lambda q: q["spec"]["hard"] == HARD, suite.members)
    await suite.eventually(lambda: "SyncWorkSucceed" in {r for r, _ in suite.events(KIND, name)})
    fewer = quota(name, ["member1"])["spec"]["staticAssignments"]
    await suite.update(KIND, name, ("spec", "staticAssignments"), fewer)
    await suite.absent("ResourceQuota", name, ["member2", "member3"])
    await suite.present("ResourceQuota", name, ["member1"])
    await suite.delete(KIND, name)
    await suite.absent("ResourceQuota", name, suite.members)


@pytest.mark.parametrize("assigned", [True, False])
async def test_a_new_cluster_gets_a_quota_if_it_has_an_assignment(suite: Suite, assigned: bool) -> None:
    newcomer = await suite.grow()
    name = suite.name("frq")
    await suite.create(quota(name, [*suite.members, *([newcomer] if assigned else [])]))
    await suite.federation.join(newcomer)
    await suite.eventually(lambda: suite.ready(newcomer))
    if assigned:
        await suite.present("ResourceQuota", name, [newcomer])
    else:
        await suite.always(lambda: suite.get("ResourceQuota", name, at=newcomer) is None, during=3)
    await suite.shrink(newcomer)


async def test_the_status_is_collected(suite: Suite) -> None:
    name = suite.name("frq")
    await suite.create(quota(name, suite.members))

    def hard(found: Object) -> list[str]:
        return [item["hard"]["cpu"] for item in found["status"]["aggregatedStatus"]]

    await suite.fits(KIND, name, lambda q: hard(q) == ["1", "1", "1"])
    await suite.eventually(
        lambda: (
            {"AggregateStatusSucceed", "CollectOverallStatusSucceed"}
            <= {reason for reason, _ in suite.events(KIND, name)}
        )
    )
    assignments = suite.must(KIND, name)["spec"]["staticAssignments"]
    changed = [{**assignments[0], "hard": {**HARD, "cpu": "2"}}, *assignments[1:]]
    await suite.update(KIND, name, ("spec", "staticAssignments"), changed)
    await suite.fits(KIND, name, lambda q: hard(q) == ["2", "1", "1"])


def asking(cpu: str) -> Object:
    return {**CONTAINER, "resources": {"requests": {"cpu": cpu}}}


async def in_quota(suite: Suite) -> str:
    """A namespace with a quota of 10m cpu, all of it taken by a deployment of its name."""
    name = suite.name("quota")
    await suite.create(obj("v1", "Namespace", name, None))
    limit = quota(name, cpu="10m", memory="100Mi")
    await suite.create({**limit, "metadata": {"name": name, "namespace": name}})
    await suite.eventually(lambda: suite.must(KIND, name, name)["status"]["overall"]["cpu"] == "10m")
    await deploy(suite, name, name)
    await suite.present("Deployment", name, ["member1"], namespace=name)
    await suite.eventually(lambda: suite.must(KIND, name, name)["status"]["overallUsed"] == {"cpu": "10m"})
    return name


async def deploy(suite: Suite, name: str, namespace: str) -> None:
    template = deployment(name, 1, asking("10m"), namespace=namespace)
    made = policy(name, template, names("member1"))
    await suite.create(template, {**made, "metadata": {"name": name, "namespace": namespace}})


def told(suite: Suite, kind: str, name: str, reason: str) -> Callable[[], bool]:
    return lambda: any(r == reason and DENIED in text for r, text in suite.events(kind, name))


async def refused(suite: Suite, name: str, namespace: str) -> Object:
    """The binding, once it says that the quota does not suffice."""
    await suite.eventually(told(suite, "ResourceBinding", f"{name}-deployment", "ScheduleBindingFailed"))
    await suite.eventually(told(suite, "Deployment", name, "ScheduleBindingFailed"))
    binding = suite.must("ResourceBinding", f"{name}-deployment", namespace)
    condition = meta.condition(binding, "Scheduled") or {}
    assert (condition["status"], condition["reason"]) == ("False", "QuotaExceeded")
    return binding


async def test_more_requirements_than_the_quota_has(suite: Suite) -> None:
    name = await in_quota(suite)
    containers = ("spec", "template", "spec", "containers")
    await suite.update("Deployment", name, containers, [asking("20m")], namespace=name)
    await suite.eventually(told(suite, "Deployment", name, "ApplyPolicyFailed"))
    spec = suite.must("ResourceBinding", f"{name}-deployment", name)["spec"]
    assert spec["replicaRequirements"]["resourceRequest"] == {"cpu": "10m"}


async def test_a_workload_that_the_quota_has_no_room_for(suite: Suite) -> None:
    namespace = await in_quota(suite)
    name = suite.name("late")
    await deploy(suite, name, namespace)
    binding = await refused(suite, name, namespace)
    assert not binding["spec"].get("clusters")
    assert suite.get("Deployment", name, namespace, at="member1") is None


async def test_more_replicas_than_the_quota_has(suite: Suite) -> None:
    name = await in_quota(suite)
    await suite.update("Deployment", name, ("spec", "replicas"), 2, namespace=name)
    binding = await refused(suite, name, name)
    assert [target["replicas"] for target in binding["spec"]["clusters"]] == [1]
    await suite.pass_time(3)
    assert suite.must("Deployment", name, name, at="member1")["spec"]["replicas"] == 1


async def test_what_is_deleted_frees_its_share(suite: Suite) -> None:
    namespace = await in_quota(suite)
    name = suite.name("late")
    await deploy(suite, name, namespace)
    await refused(suite, name, namespace)
    await suite.delete("Deployment", namespace, namespace)
    await suite.present("Deployment", name, ["member1"], namespace=namespace)
