"""Follows test/e2e/suites/base/failover_test.go."""

from __future__ import annotations

from typing import Any

import pytest

from karmada_nb.engine import meta
from karmada_nb.engine.meta import Object
from tests.e2e.manifests import CONTAINER, deployment, names, override, policy, rule
from tests.e2e.suite import Suite

ONE = [{"spreadByField": "cluster", "maxGroups": 1, "minGroups": 1}]
NOT_READY = {"key": "cluster.karmada.io/not-ready", "effect": "NoExecute"}
FAIL = {"key": "fail-test", "effect": "NoExecute"}
BROKEN = {**CONTAINER, "image": "fake/nginx:1.19.0"}
STATE = {"rules": [{"aliasLabelName": "test-alias", "jsonPath": "{.replicas}"}]}


async def in_one(
    suite: Suite, *containers: Object, taint: Object | None = None, **spec: Any
) -> tuple[str, str]:
    """A deployment in one of two clusters; returns its name and the cluster's."""
    name = suite.name("failover")
    template = deployment(name, 3, *containers)
    placement: Object = {**names("member1", "member2"), "spreadConstraints": ONE}
    if taint is not None:
        placement["clusterTolerations"] = [{**taint, "operator": "Exists", "tolerationSeconds": 2}]
    await suite.create(policy(name, template, placement, **spec), template)
    await suite.eventually(lambda: len(suite.targets(name)) == 1)
    (cluster,) = suite.targets(name)
    await suite.present("Deployment", name, [cluster])
    return name, cluster


def other(cluster: str) -> str:
    return "member2" if cluster == "member1" else "member1"


async def moved(suite: Suite, name: str, cluster: str) -> None:
    await suite.eventually(lambda: list(suite.targets(name)) == [other(cluster)])


async def test_a_tainted_cluster_is_left(suite: Suite) -> None:
    name, cluster = await in_one(suite, taint=NOT_READY)
    await suite.taint_cluster(cluster, NOT_READY)
    await moved(suite, name, cluster)
    await suite.taint_cluster(cluster)
    await suite.absent("Deployment", name, [cluster])
    await suite.present("Deployment", name, [other(cluster)])


async def test_a_tainted_cluster_is_left_gracefully(suite: Suite) -> None:
    name, cluster = await in_one(suite, taint=FAIL, failover={"cluster": {"purgeMode": "Gracefully"}})
    await suite.fits("Deployment", name, lambda d: d["status"].get("readyReplicas") == 3, [cluster])
    await suite.taint_cluster(cluster, FAIL)
    while suite.get("Deployment", name, at=cluster) is not None:
        await suite.pass_time(0.1)
    new = suite.must("Deployment", name, at=other(cluster))
    assert new["status"]["readyReplicas"] == 3, "the old copy waits for the new one"
    await moved(suite, name, cluster)
    reason = "EvictWorkloadFromClusterSucceed"
    await suite.eventually(lambda: reason in {r for r, _ in suite.events("Deployment", name)})
    await suite.taint_cluster(cluster)
    await suite.absent("Deployment", name, [cluster])


async def carried_over(suite: Suite, name: str, cluster: str) -> None:
    await moved(suite, name, cluster)
    await suite.fits("Deployment", name, lambda d: meta.labels(d).get("test-alias") == "3", [other(cluster)])
    await suite.absent("Deployment", name, [cluster])


async def test_a_tainted_cluster_is_left_at_once_and_its_state_carried_over(suite: Suite) -> None:
    failover = {"cluster": {"purgeMode": "Directly", "statePreservation": STATE}}
    name, cluster = await in_one(suite, BROKEN, taint=FAIL, failover=failover)
    await suite.fits("Deployment", name, lambda d: d["status"].get("replicas") == 3)
    await suite.taint_cluster(cluster, FAIL)
    await carried_over(suite, name, cluster)


def application(mode: str, **rest: Any) -> Object:
    behaviour = {"decisionConditions": {"tolerationSeconds": 30}, "purgeMode": mode, **rest}
    return {"propagateDeps": True, "failover": {"application": behaviour}}


async def broken_in(suite: Suite, name: str, cluster: str, *clusters: str) -> None:
    """Once it is well, the application's image becomes one that cannot be pulled."""
    await suite.fits("Deployment", name, lambda d: d["status"].get("readyReplicas") == 3, [cluster])
    step = {"component": "Registry", "operator": "replace", "value": "fake"}
    await suite.create(override(name, deployment(name), rule(clusters, imageOverrider=[step])))
    await suite.fits(
        "Deployment",
        name,
        lambda d: d["spec"]["template"]["spec"]["containers"][0]["image"] == "fake/nginx:1.19.0",
        [cluster],
    )


async def test_an_unhealthy_application_moves_once_it_is_well_elsewhere(suite: Suite) -> None:
    name, cluster = await in_one(suite, **application("Gracefully", gracePeriodSeconds=30))
    await broken_in(suite, name, cluster, cluster)
    await moved(suite, name, cluster)
    await suite.absent("Deployment", name, [cluster])
    await suite.fits("Deployment", name, lambda d: d["status"].get("readyReplicas") == 3, [other(cluster)])


async def test_an_application_that_is_well_nowhere_leaves_when_the_grace_period_is_over(suite: Suite) -> None:
    name, cluster = await in_one(suite, **application("Gracefully", gracePeriodSeconds=10))
    began = suite.federation.clock.monotonic()
    await broken_in(suite, name, cluster, *suite.members)
    await suite.absent("Deployment", name, [cluster])
    assert suite.federation.clock.monotonic() - began >= 40


async def test_an_application_that_is_never_purged_stays(suite: Suite) -> None:
    name, cluster = await in_one(suite, BROKEN, **application("Never"))
    await moved(suite, name, cluster)
    await suite.present("Deployment", name, [other(cluster)])
    await suite.always(lambda: suite.get("Deployment", name, at=cluster) is not None, during=700)


async def test_an_application_is_purged_before_it_comes_up_elsewhere(suite: Suite) -> None:
    name, cluster = await in_one(suite, BROKEN, **application("Directly", statePreservation=STATE))
    await carried_over(suite, name, cluster)


async def test_an_application_without_the_state_to_carry_over_stays(
    suite: Suite, caplog: pytest.LogCaptureFixture
) -> None:
    """``evictBinding`` gives up where a rule finds nothing, and the key is tried again."""
    absent = {"rules": [{"aliasLabelName": "test-alias", "jsonPath": "{.checkpoint}"}]}
    name, cluster = await in_one(suite, BROKEN, **application("Directly", statePreservation=absent))
    await suite.always(lambda: list(suite.targets(name)) == [cluster], during=100)
    assert not [record.message for record in caplog.records if "reconcile failed" in record.message]
