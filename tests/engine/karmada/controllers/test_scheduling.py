"""When the scheduler looks at a binding, and what the binding controller makes of its results."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from karmada_nb.engine import meta
from karmada_nb.engine.karmada.plane import (
    BINDINGS,
    CLUSTER_OVERRIDES,
    CLUSTERS,
    NAMESPACES,
    OVERRIDES,
    POLICIES,
    WORKS,
)
from karmada_nb.engine.meta import Object
from karmada_nb.engine.runtime.client import Resource
from tests.engine.karmada.controllers.lab import DEPLOYMENTS, MEMBERS, Lab, deployment, policy, scale, weights

DEPLOYMENT = {"apiVersion": "apps/v1", "kind": "Deployment", "name": "pipy"}
REBALANCERS = Resource("apps.karmada.io", "v1alpha1", "workloadrebalancers")


@pytest.fixture
async def lab() -> AsyncIterator[Lab]:
    made = await Lab("current").start()
    yield made
    await made.stop()


@pytest.fixture(params=["article", "current"])
async def either(request: pytest.FixtureRequest) -> AsyncIterator[Lab]:
    made = await Lab(request.param).start()
    yield made
    await made.stop()


async def spread(lab: Lab, placement: Object, replicas: int = 2) -> None:
    """A Deployment under a policy with this placement."""
    await lab.create(DEPLOYMENTS, deployment(replicas=replicas))
    await lab.create(POLICIES, policy(resourceSelectors=[DEPLOYMENT], placement=placement))


def override(name: str, image: str, kind: str = "OverridePolicy", **spec: object) -> Object:
    """A policy that gives the application's image another name in the first member."""
    rule = {
        "targetCluster": {"clusterNames": [MEMBERS[0]]},
        "overriders": {
            "imageOverrider": [{"component": "Repository", "operator": "replace", "value": image}]
        },
    }
    place = {"namespace": "default"} if kind == "OverridePolicy" else {}
    return {
        "apiVersion": "policy.karmada.io/v1alpha1",
        "kind": kind,
        "metadata": {"name": name, **place},
        "spec": {"resourceSelectors": [DEPLOYMENT], "overrideRules": [rule], **spec},
    }


def images(lab: Lab) -> dict[str, str]:
    manifests = lab.manifests("Deployment")
    return {c: m["spec"]["template"]["spec"]["containers"][0]["image"] for c, m in manifests.items()}


async def test_no_cluster_fits_is_said_on_binding_and_template(either: Lab) -> None:
    await spread(either, {"clusterAffinity": {"clusterNames": ["nowhere"]}})
    condition = meta.condition(either.binding("pipy-deployment"), "Scheduled")
    assert condition is not None
    assert condition["status"] == "False"
    assert condition["reason"] == ("BindingFailedScheduling" if either.plane.article else "NoClusterFit")
    failures = {
        (reason, sender, message)
        for kind, reason, sender, message in either.events("Deployment", "pipy")
        if kind == "Warning" and reason == "ScheduleBindingFailed"
    }
    sender = "karmada-scheduler" if either.plane.article else "default-scheduler"
    assert failures == {("ScheduleBindingFailed", sender, condition["message"])}


async def test_a_new_cluster_that_the_placement_wants_is_used(either: Lab) -> None:
    await spread(either, {"clusterAffinity": {"clusterNames": ["late"]}})
    await either.join("late")
    if not either.plane.article:
        # Joining ends with the controllers' word that the cluster can be used: its taint goes.
        await either.patch(CLUSTERS, "late", {"metadata": {"labels": {"zone": "x"}}}, "")
    await either.settle(60)
    assert set(either.targets("pipy-deployment")) == {"late"}


async def test_a_label_brings_a_cluster_into_the_placement(lab: Lab) -> None:
    await spread(lab, {"clusterAffinity": {"labelSelector": {"matchLabels": {"tier": "gold"}}}})
    assert lab.targets("pipy-deployment") == {}
    await lab.patch(CLUSTERS, MEMBERS[1], {"metadata": {"labels": {"tier": "gold"}}}, "")
    assert lab.targets("pipy-deployment") == {MEMBERS[1]: 2}


async def test_a_change_of_status_alone_moves_nothing(lab: Lab) -> None:
    await spread(lab, weights(1, 1, 1))
    before = lab.revision()
    await lab.patch(CLUSTERS, MEMBERS[1], {"status": {"kubernetesVersion": "v1.99.0"}}, "", "status")
    await lab.patch(
        DEPLOYMENTS, "pipy", {"status": {"replicas": 2, "readyReplicas": 2}}, subresource="status"
    )
    assert lab.revision() == before + 2


async def test_lacking_room_is_tried_again_after_five_minutes(lab: Lab) -> None:
    dynamic = {
        "replicaScheduling": {
            "replicaSchedulingType": "Divided",
            "replicaDivisionPreference": "Weighted",
            "weightPreference": {"dynamicWeight": "AvailableReplicas"},
        }
    }
    await spread(lab, dynamic, replicas=6)
    condition = meta.condition(lab.binding("pipy-deployment"), "Scheduled")
    assert condition is not None
    assert condition["reason"] == "Unschedulable"
    room = {"status": {"resourceSummary": {"allocatable": {"pods": "10"}, "allocated": {"pods": "0"}}}}
    await lab.patch(CLUSTERS, MEMBERS[2], room, "", "status")
    await lab.settle(200)
    assert lab.targets("pipy-deployment") == {}
    await lab.settle(100)
    assert lab.targets("pipy-deployment") == {MEMBERS[2]: 6}


async def test_a_suspended_binding_is_not_scheduled(lab: Lab) -> None:
    await spread(lab, weights(1, 1, 1), replicas=3)
    await lab.patch(BINDINGS, "pipy-deployment", {"spec": {"suspension": {"scheduling": True}}})
    await scale(lab, "pipy", 9)
    assert lab.targets("pipy-deployment") == dict.fromkeys(MEMBERS, 1)
    await lab.patch(BINDINGS, "pipy-deployment", {"spec": {"suspension": {"scheduling": False}}})
    assert lab.targets("pipy-deployment") == dict.fromkeys(MEMBERS, 3)


async def test_dispatching_may_be_suspended_for_one_cluster(lab: Lab) -> None:
    suspension = {"dispatchingOnClusters": {"clusterNames": [MEMBERS[1]]}}
    await lab.create(DEPLOYMENTS, deployment(replicas=3))
    selected = policy(resourceSelectors=[DEPLOYMENT], suspension=suspension)
    await lab.create(POLICIES, selected)
    works = {
        meta.namespace(w): w["spec"].get("suspendDispatching") for w in lab.plane.informers(*WORKS).items()
    }
    assert [bool(works[f"karmada-es-{name}"]) for name in MEMBERS] == [False, True, False]


async def test_works_leave_a_cluster_that_the_placement_leaves(either: Lab) -> None:
    await spread(either, weights(1, 1, 1), replicas=3)
    found = either.must(POLICIES, "pipy-propagation")
    fewer = {"clusterAffinity": {"clusterNames": list(MEMBERS[:2])}}
    await either.client.update(POLICIES, meta.replace(found, ("spec", "placement"), fewer))
    await either.settle()
    assert set(either.manifests("Deployment")) == set(MEMBERS[:2])
    (leaving,) = either.works(MEMBERS[2])
    assert meta.deleting(leaving)


async def test_a_graceful_eviction_keeps_the_work_until_it_is_over(lab: Lab) -> None:
    await spread(lab, {"clusterAffinity": {"clusterNames": list(MEMBERS)}})
    task = {"fromCluster": MEMBERS[2], "reason": "TaintUntolerated", "producer": "TaintManager"}
    clusters = [{"name": name, "replicas": 2} for name in MEMBERS[:2]]
    await lab.patch(
        BINDINGS, "pipy-deployment", {"spec": {"clusters": clusters, "gracefulEvictionTasks": [task]}}
    )
    assert set(lab.manifests("Deployment")) == set(MEMBERS)
    await lab.patch(BINDINGS, "pipy-deployment", {"spec": {"gracefulEvictionTasks": None}})


async def test_override_policies_change_what_their_cluster_gets(either: Lab) -> None:
    await spread(either, weights(1, 1, 1), replicas=3)
    await either.create(OVERRIDES, override("mirror", "mirror/pipy"))
    assert images(either) == {
        MEMBERS[0]: "mirror/pipy",
        MEMBERS[1]: "flomesh/pipy",
        MEMBERS[2]: "flomesh/pipy",
    }
    await either.create(CLUSTER_OVERRIDES, override("all", "other/pipy", "ClusterOverridePolicy"))
    assert images(either)[MEMBERS[0]] == "mirror/pipy"
    await either.delete(OVERRIDES, "mirror")
    assert images(either)[MEMBERS[0]] == "other/pipy"
    await either.delete(CLUSTER_OVERRIDES, "all", "")
    assert set(images(either).values()) == {"flomesh/pipy"}


async def test_override_policies_are_told_of_on_the_template_today(lab: Lab) -> None:
    await spread(lab, weights(1, 1, 1), replicas=3)
    await lab.create(OVERRIDES, override("mirror", "mirror/pipy"))
    said = f"Apply override policy(default/mirror) for cluster({MEMBERS[0]}) succeed."
    told = ("Normal", "ApplyOverridePolicySucceed", "override-manager", said)
    assert told in lab.events("Deployment", "pipy")


async def test_an_override_policy_for_others_touches_nothing(either: Lab) -> None:
    await spread(either, weights(1, 1, 1), replicas=3)
    before = either.revision()
    other = [{**DEPLOYMENT, "name": "other"}]
    await either.create(OVERRIDES, override("other", "x", resourceSelectors=other))
    assert either.revision() == before + 1


async def test_a_missing_execution_space_is_told_and_waited_for(lab: Lab) -> None:
    await lab.delete(NAMESPACES, f"karmada-es-{MEMBERS[0]}", "")
    await spread(lab, weights(1, 1, 1), replicas=3)
    assert set(lab.manifests("Deployment")) == set(MEMBERS[1:])
    assert ("Warning", "SyncWorkFailed") in {told[:2] for told in lab.events("Deployment", "pipy")}
    namespace: Object = {
        "apiVersion": "v1",
        "kind": "Namespace",
        "metadata": {"name": f"karmada-es-{MEMBERS[0]}"},
    }
    await lab.create(NAMESPACES, namespace)
    await lab.settle(60)
    assert set(lab.manifests("Deployment")) == set(MEMBERS)


async def test_a_work_deleted_by_hand_comes_back_in_v12() -> None:
    lab = await Lab("article").start()
    await spread(lab, weights(1, 1, 1), replicas=3)
    (work,) = lab.works(MEMBERS[0])
    await lab.client.update(WORKS, meta.with_metadata(work, finalizers=None))
    await lab.delete(WORKS, meta.name(work), meta.namespace(work))
    assert set(lab.manifests("Deployment")) == set(MEMBERS)
    await lab.stop()


def rebalancer(name: str, *workloads: Object, **spec: object) -> Object:
    return {
        "apiVersion": "apps.karmada.io/v1alpha1",
        "kind": "WorkloadRebalancer",
        "metadata": {"name": name},
        "spec": {"workloads": list(workloads), **spec},
    }


async def test_a_rebalancer_schedules_afresh_and_goes_when_its_time_is_over(lab: Lab) -> None:
    await spread(lab, weights(1, 1, 1), replicas=3)
    moved = [{"name": MEMBERS[0], "replicas": 3}]
    await lab.patch(BINDINGS, "pipy-deployment", {"spec": {"clusters": moved}})
    workload = {**DEPLOYMENT, "namespace": "default"}
    missing = {**workload, "name": "missing"}
    await lab.settle(5)
    await lab.create(REBALANCERS, rebalancer("again", workload, missing, ttlSecondsAfterFinished=30))
    assert lab.targets("pipy-deployment") == dict.fromkeys(MEMBERS, 1)
    status = lab.must(REBALANCERS, "again", "")["status"]
    assert status["observedWorkloads"] == [
        {"workload": missing, "result": "Failed", "reason": "ReferencedBindingNotFound"},
        {"workload": workload, "result": "Successful"},
    ]
    assert status["finishTime"]
    await lab.settle(31)
    assert lab.get(REBALANCERS, "again", "") is None


async def test_a_rebalancer_in_the_second_of_a_schedule_is_heeded_once(lab: Lab) -> None:
    """Stamps of whole seconds do not tell that it came afterwards."""
    await spread(lab, weights(1, 1, 1), replicas=3)
    crowded: Object = {"spec": {"clusters": [{"name": MEMBERS[0], "replicas": 6}]}}
    await lab.settle(1 - lab.clock.monotonic() % 1)
    await scale(lab, "pipy", 6)
    await lab.patch(BINDINGS, "pipy-deployment", crowded)
    assert lab.targets("pipy-deployment") == {MEMBERS[0]: 6}
    await lab.create(REBALANCERS, rebalancer("at-once", {**DEPLOYMENT, "namespace": "default"}))
    bound = lab.binding("pipy-deployment")
    assert bound["spec"]["rescheduleTriggeredAt"] == bound["status"]["lastScheduledTime"]
    assert lab.targets("pipy-deployment") == dict.fromkeys(MEMBERS, 2)
    await lab.patch(BINDINGS, "pipy-deployment", crowded)
    assert lab.targets("pipy-deployment") == {MEMBERS[0]: 6}
