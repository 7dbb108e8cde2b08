"""What a Work carries is in its member, stays as it should be there, and tells how it fares."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from karmada_nb.engine import meta
from karmada_nb.engine.karmada.plane import POLICIES, WORKS
from tests.engine.karmada.controllers.federation import (
    CONFIGMAPS,
    DEPLOYMENTS,
    MEMBERS,
    SERVICES,
    Federation,
    configmap,
    deployment,
    divided,
)

EDITIONS = ("article", "current")


@pytest.fixture(params=EDITIONS)
async def lab(request: pytest.FixtureRequest) -> AsyncIterator[Federation]:
    federation = await Federation(request.param).start()
    yield federation
    await federation.stop()


@pytest.fixture
async def current() -> AsyncIterator[Federation]:
    federation = await Federation("current").start()
    yield federation
    await federation.stop()


async def pipy(lab: Federation, replicas: int = 3) -> None:
    await lab.create(DEPLOYMENTS, deployment("pipy", replicas))
    await lab.propagate("pipy", DEPLOYMENTS, "Deployment", placement=divided(MEMBERS))
    await lab.settle(10)


async def test_two_replicas_run_in_two_members_and_karmada_shows_both_ready(lab: Federation) -> None:
    await pipy(lab, 2)
    status = lab.must(DEPLOYMENTS, "pipy")["status"]
    assert {status[name] for name in ("replicas", "readyReplicas", "availableReplicas")} == {2}
    found = [lab.find(DEPLOYMENTS, "pipy", at=m) for m in MEMBERS]
    ready = [(deployment or {}).get("status", {}).get("readyReplicas", 0) for deployment in found]
    assert sorted(ready) == [0, 1, 1]


async def test_the_member_without_replicas_has_an_empty_deployment_in_v12_only(lab: Federation) -> None:
    await pipy(lab, 2)
    found = [lab.find(DEPLOYMENTS, "pipy", at=m) for m in MEMBERS]
    if lab.edition == "article":
        assert [d and d["spec"]["replicas"] for d in found] == [1, 1, 0]
    else:
        assert found.count(None) == 1


async def test_a_binding_tells_of_each_member_and_that_all_is_applied(lab: Federation) -> None:
    await pipy(lab)
    binding = lab.binding("pipy-deployment")
    items = binding["status"]["aggregatedStatus"]
    assert [(item["clusterName"], item["applied"]) for item in items] == [(m, True) for m in MEMBERS]
    assert [item["status"]["readyReplicas"] for item in items] == [1, 1, 1]
    health = {item.get("health") for item in items}
    assert health == ({None} if lab.edition == "article" else {"Healthy"})
    applied = meta.condition(binding, "FullyApplied") or {}
    assert (applied["status"], applied["reason"]) == ("True", "FullyAppliedSuccess")
    assert applied["message"] == "All works have been successfully applied"


async def test_a_work_says_what_the_recorded_ones_say(lab: Federation) -> None:
    await pipy(lab)
    work = lab.work("member1", "Deployment", "pipy")
    conditions = [(c["type"], c["status"], c["reason"], c["message"]) for c in work["status"]["conditions"]]
    applied = ("Applied", "True", "AppliedSuccessful", "Manifest has been successfully applied")
    dispatching = ("Dispatching", "True", "Dispatching", "Work is being dispatched to member clusters.")
    assert conditions == ([applied] if lab.edition == "article" else [dispatching, applied])
    (status,) = work["status"]["manifestStatuses"]
    assert status["identifier"] == {
        "group": "apps",
        "kind": "Deployment",
        "name": "pipy",
        "namespace": "default",
        "ordinal": 0,
        "resource": "",
        "version": "v1",
    }
    assert status["status"]["availableReplicas"] == 1
    assert status.get("health") == (None if lab.edition == "article" else "Healthy")


async def test_what_is_told_about_a_work_is_told_in_the_editions_words(lab: Federation) -> None:
    await pipy(lab)
    work = meta.name(lab.work("member1", "Deployment", "pipy"))
    told = lab.events("Work", work)
    if lab.edition == "article":
        message = f"Sync work ({work}) to cluster(member1) successful."
    else:
        message = f"Sync work(karmada-es-member1/{work}) to cluster(member1) successful."
    assert ("execution-controller", "SyncSucceed", message) in told
    applied = "Successfully applied resource(default/pipy) to cluster member1"
    assert ("execution-controller", "SyncSucceed", applied) in lab.events("Deployment", "pipy")


async def test_what_somebody_changes_in_a_member_is_put_right(lab: Federation) -> None:
    await pipy(lab)
    patch = {"spec": {"replicas": 5}}
    await lab.member("member1").patch(DEPLOYMENTS, "pipy", patch, namespace="default")
    await lab.settle(1)
    assert lab.must(DEPLOYMENTS, "pipy", at="member1")["spec"]["replicas"] == 1


async def test_what_somebody_deletes_in_a_member_comes_back(lab: Federation) -> None:
    await pipy(lab)
    before = meta.uid(lab.must(DEPLOYMENTS, "pipy", at="member1"))
    await lab.member("member1").delete(DEPLOYMENTS, "pipy", "default")
    await lab.settle(10)
    assert meta.uid(lab.must(DEPLOYMENTS, "pipy", at="member1")) != before
    assert lab.must(DEPLOYMENTS, "pipy")["status"]["readyReplicas"] == 3


async def test_an_annotation_that_a_member_adds_stays(lab: Federation) -> None:
    await pipy(lab)
    patch = {"metadata": {"annotations": {"member.example/note": "mine"}}}
    await lab.member("member1").patch(DEPLOYMENTS, "pipy", patch, namespace="default")
    await lab.karmada.patch(DEPLOYMENTS, "pipy", {"spec": {"replicas": 6}}, namespace="default")
    await lab.settle(5)
    found = lab.must(DEPLOYMENTS, "pipy", at="member1")
    assert meta.annotations(found)["member.example/note"] == "mine"


async def test_nothing_is_written_while_nothing_happens(lab: Federation) -> None:
    await pipy(lab)
    await lab.settle(60)
    before = lab.plane.cluster.store.revision
    await lab.settle(600)
    assert lab.plane.cluster.store.revision == before


async def test_an_object_that_is_not_karmadas_is_left_alone_and_the_work_says_so(lab: Federation) -> None:
    await lab.member("member1").create(CONFIGMAPS, configmap(colour="red"), "default")
    await lab.create(CONFIGMAPS, configmap(colour="blue"))
    await lab.propagate("settings", CONFIGMAPS, "ConfigMap")
    await lab.settle(2)
    assert lab.must(CONFIGMAPS, "settings", at="member1")["data"] == {"colour": "red"}
    assert lab.must(CONFIGMAPS, "settings", at="member2")["data"] == {"colour": "blue"}
    condition = meta.condition(lab.work("member1", "ConfigMap", "settings"), "Applied") or {}
    what = "Failed to apply all manifests (0/1): resource(kind=ConfigMap, default/settings)"
    why = "work.karmada.io/conflict-resolution strategy value is empty"
    if lab.edition == "article":
        where, who = "already exist in cluster member1", "karmada"
    else:
        where, who = "already exists in the cluster member1", "Karmada"
    assert (condition["status"], condition["reason"]) == ("False", "AppliedFailed")
    assert condition["message"] == f"{what} {where} and the {why}, {who} will not manage this resource"
    applied = meta.condition(lab.binding("settings-configmap"), "FullyApplied") or {}
    assert (applied["status"], applied["reason"]) == ("False", "FullyAppliedFailed")


async def test_once_the_object_in_the_way_is_gone_the_work_is_applied(current: Federation) -> None:
    await current.member("member1").create(CONFIGMAPS, configmap(colour="red"), "default")
    await current.create(CONFIGMAPS, configmap(colour="blue"))
    await current.propagate("settings", CONFIGMAPS, "ConfigMap")
    await current.member("member1").delete(CONFIGMAPS, "settings", "default")
    await current.settle(30)
    assert current.must(CONFIGMAPS, "settings", at="member1")["data"] == {"colour": "blue"}


async def test_overwrite_takes_the_object_over(current: Federation) -> None:
    await current.member("member1").create(CONFIGMAPS, configmap(colour="red"), "default")
    await current.create(CONFIGMAPS, configmap(colour="blue"))
    await current.propagate("settings", CONFIGMAPS, "ConfigMap", conflictResolution="Overwrite")
    await current.settle(2)
    found = current.must(CONFIGMAPS, "settings", at="member1")
    assert found["data"] == {"colour": "blue"}
    assert meta.labels(found)["karmada.io/managed"] == "true"


async def test_deleting_the_policy_leaves_all_and_deleting_the_template_takes_all(lab: Federation) -> None:
    await pipy(lab)
    await lab.karmada.delete(POLICIES, "pipy-propagation", "default")
    await lab.settle(5)
    assert lab.must(DEPLOYMENTS, "pipy", at="member1")["status"]["readyReplicas"] == 1
    await lab.karmada.delete(DEPLOYMENTS, "pipy", "default")
    await lab.settle(5)
    assert [lab.find(DEPLOYMENTS, "pipy", at=m) for m in MEMBERS] == [None, None, None]
    carried = {w["spec"]["workload"]["manifests"][0]["kind"] for m in MEMBERS for w in lab.works(m)}
    assert carried == {"ClusterRole", "ClusterRoleBinding"}


async def test_preserved_resources_stay_without_karmadas_marks(current: Federation) -> None:
    await current.create(CONFIGMAPS, configmap())
    await current.propagate("settings", CONFIGMAPS, "ConfigMap", preserveResourcesOnDeletion=True)
    await current.settle(1)
    assert meta.labels(current.must(CONFIGMAPS, "settings", at="member1"))["karmada.io/managed"] == "true"
    await current.karmada.delete(CONFIGMAPS, "settings", "default")
    await current.settle(5)
    left = current.must(CONFIGMAPS, "settings", at="member1")
    assert "karmada.io/managed" not in meta.labels(left)
    assert not {"work.karmada.io/name", "work.karmada.io/namespace"} & meta.annotations(left).keys()
    assert current.works("member1")[-1]["spec"]["workload"]["manifests"][0]["kind"] != "ConfigMap"


async def test_nothing_reaches_a_member_while_dispatching_is_suspended(current: Federation) -> None:
    await current.create(CONFIGMAPS, configmap())
    await current.propagate("settings", CONFIGMAPS, "ConfigMap", suspension={"dispatching": True})
    await current.settle(2)
    assert current.find(CONFIGMAPS, "settings", at="member1") is None
    condition = meta.condition(current.work("member1", "ConfigMap", "settings"), "Dispatching") or {}
    assert (condition["status"], condition["reason"]) == ("False", "SuspendDispatching")
    assert condition["message"] == "Work dispatching is in a suspended state."
    resumed = {"spec": {"suspension": {"dispatching": False}}}
    await current.karmada.patch(POLICIES, "settings-propagation", resumed, namespace="default")
    await current.settle(2)
    assert current.must(CONFIGMAPS, "settings", at="member1")["data"] == {"colour": "blue"}


async def test_a_service_keeps_the_address_that_its_member_gave_it(lab: Federation) -> None:
    service = {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": "pipy", "namespace": "default"},
        "spec": {"selector": {"app": "pipy"}, "ports": [{"port": 8080}]},
    }
    await lab.create(SERVICES, service)
    await lab.propagate("pipy", SERVICES, "Service")
    await lab.settle(1)
    before = lab.must(SERVICES, "pipy", at="member1")["spec"]["clusterIP"]
    ports = {"spec": {"ports": [{"port": 9090, "protocol": "TCP", "targetPort": 9090}]}}
    await lab.karmada.patch(SERVICES, "pipy", ports, namespace="default")
    await lab.settle(1)
    after = lab.must(SERVICES, "pipy", at="member1")["spec"]
    assert (after["clusterIP"], after["ports"][0]["port"]) == (before, 9090)


async def test_a_work_made_by_hand_is_applied_and_taken_away_again(lab: Federation) -> None:
    work = {
        "apiVersion": "work.karmada.io/v1alpha1",
        "kind": "Work",
        "metadata": {"name": "by-hand", "namespace": "karmada-es-member2"},
        "spec": {"workload": {"manifests": [configmap("a"), configmap("b")]}},
    }
    await lab.create(WORKS, work)
    await lab.settle(1)
    assert all(lab.find(CONFIGMAPS, name, at="member2") for name in ("a", "b"))


async def test_a_manifest_without_a_version_is_nowhere_to_be_applied(lab: Federation) -> None:
    manifest = {"kind": "ConfigMap", "metadata": {"name": "note", "namespace": "default"}}
    work = {"metadata": {"name": "w", "namespace": "karmada-es-member1"}}
    await lab.create(WORKS, {**work, "spec": {"workload": {"manifests": [manifest]}}})
    await lab.settle(2)
    made = lab.must(WORKS, "w", "karmada-es-member1")
    applied = meta.condition(made, "Applied") or {}
    assert applied["status"] == "False"
    assert 'no matches for kind "ConfigMap" in version ""' in applied["message"]
