"""Follows estimator_test.go: quotas of a member, and workloads that are on their way."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from karmada_nb.engine import meta
from karmada_nb.engine.meta import Object
from tests.e2e.manifests import CONTAINER, deployment, obj, policy
from tests.e2e.suite import Suite

TARGET = "member1"
ONE_CLUSTER = {
    "clusterAffinity": {"clusterNames": [TARGET]},
    "spreadConstraints": [{"spreadByField": "cluster", "minGroups": 1, "maxGroups": 1}],
    "replicaScheduling": {"replicaSchedulingType": "Divided", "replicaDivisionPreference": "Aggregated"},
}
DYNAMIC = {
    "clusterAffinity": {"clusterNames": [TARGET]},
    "replicaScheduling": {
        "replicaSchedulingType": "Divided",
        "replicaDivisionPreference": "Weighted",
        "weightPreference": {"dynamicWeight": "AvailableReplicas"},
    },
}


def asking(name: str, replicas: int, cpu: str) -> Object:
    """A Deployment whose replicas ask for so much."""
    container = {**CONTAINER, "resources": {"requests": {"cpu": cpu}, "limits": {"cpu": cpu}}}
    return deployment(name, replicas, container)


async def set_quota(suite: Suite, **hard: str) -> str:
    """A quota of the test's namespace, in the member."""
    name = suite.name("quota")
    template = obj("v1", "ResourceQuota", name, spec={"hard": hard})
    await suite.create(policy(name, template, {"clusterAffinity": {"clusterNames": [TARGET]}}), template)
    await suite.present("ResourceQuota", name, [TARGET])
    return name


def scheduled(suite: Suite, name: str, kind: str = "deployment") -> tuple[str, str, str]:
    found = meta.condition(suite.binding(name, kind), "Scheduled")
    assert found is not None
    return found["status"], found["reason"], found["message"]


@pytest.mark.parametrize(("replicas", "fits"), [(3, True), (5, False)])
async def test_a_quota_in_the_member_counts(suite: Suite, replicas: int, fits: bool) -> None:
    """30m hold three replicas of 10m, and not five."""
    await set_quota(suite, **{"requests.cpu": "30m"})
    name = suite.name("web")
    template = asking(name, replicas, "10m")
    await suite.create(template, policy(name, template, DYNAMIC))
    reason = "Success" if fits else "Unschedulable"
    await suite.eventually(lambda: scheduled(suite, name)[:2] == (str(fits), reason))
    requirements = suite.binding(name)["spec"]["replicaRequirements"]
    assert requirements["namespace"] == suite.namespace
    if fits:
        await suite.fits("Deployment", name, lambda d: d["status"].get("readyReplicas") == replicas, [TARGET])
    else:
        assert suite.targets(name) == {}
        await suite.always(lambda: suite.get("Deployment", name, at=TARGET) is None)


@pytest_asyncio.fixture(loop_scope="session")
async def flink(suite: Suite) -> AsyncIterator[Suite]:
    """FlinkDeployments are known to Karmada and to the member; nothing there runs them."""
    schema = {"type": "object", "x-kubernetes-preserve-unknown-fields": True}
    version = {"name": "v1beta1", "served": True, "storage": True, "schema": {"openAPIV3Schema": schema}}
    spec = {
        "group": "flink.apache.org",
        "names": {"kind": "FlinkDeployment", "plural": "flinkdeployments"},
        "scope": "Namespaced",
        "versions": [version],
    }
    name = "flinkdeployments.flink.apache.org"
    definition = obj("apiextensions.k8s.io/v1", "CustomResourceDefinition", name, None, spec=spec)
    await suite.create(definition)
    await suite.create(definition, at=TARGET)
    await suite.fits("Cluster", TARGET, lambda c: "flink.apache.org" in str(c["status"]["apiEnablements"]))
    yield suite


async def run_flink(suite: Suite, cpu: float) -> str:
    name = suite.name("flink")
    spec: dict[str, Any] = {
        "flinkConfiguration": {"taskmanager.numberOfTaskSlots": "2"},
        "job": {"parallelism": 2},
        "jobManager": {"replicas": 1, "resource": {"cpu": 0.05, "memory": "100m"}},
        "taskManager": {"resource": {"cpu": cpu, "memory": "100m"}},
    }
    template = obj("flink.apache.org/v1beta1", "FlinkDeployment", name, spec=spec)
    await suite.create(template, policy(name, template, ONE_CLUSTER))
    await suite.eventually(lambda: scheduled(suite, name, "flinkdeployment"))
    return name


async def test_what_is_on_its_way_uses_up_a_quota(flink: Suite) -> None:
    """Six times 50m + 100m are 900m of a core; a seventh does not fit, nor does anything of 200m."""
    await set_quota(flink, cpu="1")
    for _ in range(6):
        name = await run_flink(flink, 0.1)
        assert scheduled(flink, name, "flinkdeployment")[0] == "True"
        assert flink.binding(name, "flinkdeployment")["spec"]["clusters"] == [
            {
                "name": TARGET,
                "components": [{"name": "jobmanager", "replicas": 1}, {"name": "taskmanager", "replicas": 1}],
            }
        ]
    status, reason, message = scheduled(flink, await run_flink(flink, 0.1), "flinkdeployment")
    assert (status, reason) == ("False", "SchedulerError")
    assert "no enough resource" in message
    name = flink.name("web")
    template = asking(name, 1, "200m")
    await flink.create(template, policy(name, template, ONE_CLUSTER))
    await flink.eventually(lambda: "no enough resource" in scheduled(flink, name)[2])
