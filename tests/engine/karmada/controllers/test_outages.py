"""Members that vanish and return, refuse, or lose what they served: nothing is lost and nothing doubled."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from karmada_nb.engine import meta
from karmada_nb.engine.karmada.options import Options
from karmada_nb.engine.meta import Object
from karmada_nb.engine.runtime.client import Resource
from tests.engine.karmada.controllers.federation import (
    CONFIGMAPS,
    DEPLOYMENTS,
    MEMBERS,
    NAMESPACES,
    SECRETS,
    Federation,
    configmap,
    deployment,
    divided,
)

DEFINITIONS = Resource("apiextensions.k8s.io", "v1", "customresourcedefinitions")
WIDGETS = Resource("example.io", "v1", "widgets")


@pytest.fixture(params=("article", "current"))
async def lab(request: pytest.FixtureRequest) -> AsyncIterator[Federation]:
    federation = await Federation(request.param).start()
    yield federation
    await federation.stop()


@pytest.fixture
async def current() -> AsyncIterator[Federation]:
    federation = await Federation("current").start()
    yield federation
    await federation.stop()


async def test_a_cut_cluster_is_not_ready_only_after_the_failure_threshold(lab: Federation) -> None:
    lab.link("member1").cut()
    await lab.settle(25)
    assert lab.condition("member1")["status"] == "True"
    await lab.settle(25)
    condition = lab.condition("member1")
    assert (condition["status"], condition["reason"]) == ("False", "ClusterNotReachable")
    assert condition["message"] == "cluster is not reachable"
    assert lab.condition("member2")["status"] == "True"


async def test_a_cut_cluster_gets_its_taint_and_loses_it_when_it_is_well_again(current: Federation) -> None:
    current.link("member1").cut()
    await current.settle(60)
    (taint,) = current.cluster("member1")["spec"]["taints"]
    assert (taint["key"], taint["effect"]) == ("cluster.karmada.io/not-ready", "NoSchedule")
    current.link("member1").restore()
    await current.settle(15)
    assert current.condition("member1")["status"] == "False", "the success threshold has not passed"
    await current.settle(30)
    assert current.condition("member1")["status"] == "True"
    assert "taints" not in current.cluster("member1")["spec"]


async def test_v12_has_no_success_threshold(request: pytest.FixtureRequest) -> None:
    lab = await Federation("article").start()
    lab.link("member1").cut()
    await lab.settle(60)
    assert lab.condition("member1")["status"] == "False"
    lab.link("member1").restore()
    await lab.settle(11)
    assert lab.condition("member1")["status"] == "True"
    await lab.stop()


@pytest.mark.parametrize(("gate", "decided"), [(False, [1, 1, 1]), (True, [0, 2, 1])])
async def test_v12_moves_what_a_lost_member_has_where_its_scheduler_has_the_gate(
    gate: bool, decided: list[int]
) -> None:
    """doScheduleBinding and updateCluster of v1.2.0: no taint and no timeout is waited for.

    Three replicas of equal weights among two clusters: one each, and what is left to the first by name.
    """
    lab = await Federation("article", options=Options(scheduler_failover=gate)).start()
    await lab.create(DEPLOYMENTS, deployment("pipy", 3))
    await lab.propagate("pipy", DEPLOYMENTS, "Deployment", placement=divided(MEMBERS))
    await lab.settle(5)

    def counts() -> list[int]:
        chosen = {
            target["name"]: target["replicas"]
            for target in lab.binding("pipy-deployment")["spec"]["clusters"]
        }
        return [chosen.get(member, 0) for member in MEMBERS]

    lab.link("member1").cut()
    await lab.settle(25)
    assert counts() == [1, 1, 1], "it is not known to be lost before the threshold"
    await lab.settle(25)
    assert counts() == decided
    assert lab.must(DEPLOYMENTS, "pipy")["status"]["readyReplicas"] == 3
    assert lab.must(DEPLOYMENTS, "pipy", at="member1")["status"]["readyReplicas"] == 1, "nobody can stop it"
    lab.link("member1").restore()
    await lab.settle(90)
    assert counts() == decided, "nothing goes back by itself"
    there = lab.find(DEPLOYMENTS, "pipy", at="member1")
    assert (there is None) is gate
    await lab.stop()


async def test_what_changed_during_a_cut_arrives_once_the_member_is_back(lab: Federation) -> None:
    await lab.create(DEPLOYMENTS, deployment("pipy", 3))
    await lab.propagate("pipy", DEPLOYMENTS, "Deployment", placement=divided(MEMBERS))
    await lab.settle(5)
    lab.link("member1").cut()
    await lab.karmada.patch(DEPLOYMENTS, "pipy", {"spec": {"replicas": 6}}, namespace="default")
    await lab.settle(5)
    assert lab.must(DEPLOYMENTS, "pipy", at="member1")["spec"]["replicas"] == 1
    assert lab.must(DEPLOYMENTS, "pipy", at="member2")["spec"]["replicas"] == 2
    lab.link("member1").restore()
    await lab.settle(120)
    assert [lab.must(DEPLOYMENTS, "pipy", at=m)["spec"]["replicas"] for m in MEMBERS] == [2, 2, 2]
    assert lab.must(DEPLOYMENTS, "pipy")["status"]["readyReplicas"] == 6


async def test_karmada_keeps_what_it_last_knew_of_a_member_that_is_cut(current: Federation) -> None:
    await current.create(DEPLOYMENTS, deployment("pipy", 3))
    await current.propagate("pipy", DEPLOYMENTS, "Deployment", placement=divided(MEMBERS))
    await current.settle(5)
    current.link("member1").cut()
    await current.member("member1").delete(DEPLOYMENTS, "pipy", "default")
    await current.settle(20)
    assert current.must(DEPLOYMENTS, "pipy")["status"]["readyReplicas"] == 3
    current.link("member1").restore()
    await current.settle(60)
    assert current.must(DEPLOYMENTS, "pipy", at="member1")["status"]["readyReplicas"] == 1


async def test_a_template_deleted_during_a_cut_leaves_the_member_when_it_is_back(lab: Federation) -> None:
    await lab.create(CONFIGMAPS, configmap())
    await lab.propagate("settings", CONFIGMAPS, "ConfigMap")
    await lab.settle(1)
    lab.link("member1").cut()
    await lab.settle(60)
    await lab.karmada.delete(CONFIGMAPS, "settings", "default")
    await lab.settle(5)
    assert lab.find(CONFIGMAPS, "settings", at="member1") is not None
    assert lab.find(CONFIGMAPS, "settings", at="member2") is None
    lab.link("member1").restore()
    await lab.settle(90)
    assert lab.find(CONFIGMAPS, "settings", at="member1") is None


async def test_a_slow_member_gets_everything_all_the_same(current: Federation) -> None:
    current.link("member1").latency = 2.0
    await current.create(DEPLOYMENTS, deployment("pipy", 3))
    await current.propagate("pipy", DEPLOYMENTS, "Deployment", placement=divided(MEMBERS))
    await current.settle(30)
    assert current.must(DEPLOYMENTS, "pipy")["status"]["readyReplicas"] == 3


async def test_a_member_that_refuses_says_why_and_gets_it_when_it_allows_it(current: Federation) -> None:
    role = Resource("rbac.authorization.k8s.io", "v1", "clusterrolebindings")
    name = "karmada-controller-manager:karmada-member1"
    binding = current.must(role, name, "", at="member1")
    await current.member("member1").delete(role, name)
    await current.create(CONFIGMAPS, configmap())
    await current.propagate("settings", CONFIGMAPS, "ConfigMap")
    await current.settle(1)
    message = (meta.condition(current.work("member1", "ConfigMap", "settings"), "Applied") or {})["message"]
    assert "Failed to apply all manifests (0/1): configmaps" in message
    assert 'User "system:serviceaccount:karmada-cluster:karmada-member1" cannot' in message
    again = {**binding, "metadata": {"name": name}}
    await current.member("member1").create(role, again)
    await current.settle(30)
    assert current.find(CONFIGMAPS, "settings", at="member1") is not None


async def test_a_cluster_whose_token_is_wrong_cannot_be_reached(lab: Federation) -> None:
    bad = {"data": {"token": "d3Jvbmc="}}
    await lab.karmada.patch(SECRETS, "member1", bad, namespace="karmada-cluster")
    await lab.settle(60)
    assert lab.condition("member1")["reason"] == "ClusterNotReachable"


async def test_a_cluster_without_its_secret_says_so(current: Federation) -> None:
    await current.karmada.delete(SECRETS, "member1", "karmada-cluster")
    await current.settle(60)
    condition = current.condition("member1")
    assert condition["reason"] == "StatusCollectionFailed"
    assert condition["message"] == 'failed to create a ClusterClient: secrets "member1" not found'


def definition() -> Object:
    schema = {"type": "object", "x-kubernetes-preserve-unknown-fields": True}
    version = {"name": "v1", "served": True, "storage": True, "schema": {"openAPIV3Schema": schema}}
    names = {"plural": "widgets", "singular": "widget", "kind": "Widget", "listKind": "WidgetList"}
    spec = {"group": "example.io", "scope": "Namespaced", "names": names, "versions": [version]}
    return {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": "widgets.example.io"},
        "spec": spec,
    }


async def test_a_work_waits_for_the_kind_that_its_member_does_not_serve(current: Federation) -> None:
    await current.karmada.create(DEFINITIONS, definition())
    widget = {
        "apiVersion": "example.io/v1",
        "kind": "Widget",
        "metadata": {"name": "w", "namespace": "default"},
        "spec": {"size": 1},
    }
    work = {
        "apiVersion": "work.karmada.io/v1alpha1",
        "kind": "Work",
        "metadata": {"name": "widget", "namespace": "karmada-es-member1"},
        "spec": {"workload": {"manifests": [widget]}},
    }
    await current.create(Resource("work.karmada.io", "v1alpha1", "works"), work)
    await current.settle(1)
    condition = meta.condition(current.work("member1", "Widget", "w"), "Applied") or {}
    assert "the server could not find the requested resource" in condition["message"]
    await current.member("member1").create(DEFINITIONS, definition())
    await current.settle(15)
    enabled = {e["groupVersion"] for e in current.cluster("member1")["status"]["apiEnablements"]}
    assert "example.io/v1" in enabled
    assert current.must(WIDGETS, "w", at="member1")["spec"] == {"size": 1}


async def test_an_object_waits_for_the_namespace_that_its_member_lost(current: Federation) -> None:
    await current.create(NAMESPACES, {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "shop"}})
    await current.settle(1)
    await current.member("member1").delete(NAMESPACES, "shop")
    await current.settle(5)
    assert current.find(NAMESPACES, "shop", "", at="member1") is not None
