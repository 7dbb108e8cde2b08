"""Members that vanish, lie, refuse, forget or are slow: what is documented happens, and nothing is lost."""

from __future__ import annotations

from dataclasses import replace

import pytest

from karmada_nb.engine import meta
from karmada_nb.engine.karmada.names import generate_work_name
from karmada_nb.engine.meta import Object
from tests.e2e.manifests import (
    cluster_policy,
    configmap,
    definition,
    deployment,
    divided,
    names,
    obj,
    policy,
)
from tests.e2e.suite import Suite

ONE = [{"spreadByField": "cluster", "maxGroups": 1, "minGroups": 1}]
GONE = {"key": "gone", "effect": "NoExecute"}


def ready(suite: Suite, name: str) -> dict[str, int]:
    """Ready replicas by member, where there are any."""
    found = {m: suite.get("Deployment", name, at=m) for m in suite.members}
    counts = {m: meta.dig(d or {}, "status", "readyReplicas", default=0) for m, d in found.items()}
    return {m: n for m, n in counts.items() if n}


def reason(suite: Suite, kind: str, name: str, member: str) -> Object:
    """The Applied condition of a Work."""
    work = suite.must("Work", generate_work_name(kind, name, suite.namespace), f"karmada-es-{member}")
    return meta.condition(work, "Applied") or {}


async def taint_what_vanishes(suite: Suite) -> None:
    """A policy that has work leave clusters that cannot be reached, as users of failover write it."""

    def when(*values: str) -> list[Object]:
        return [{"conditionType": "Ready", "operator": "In", "statusValues": list(values)}]

    spec = {
        "addOnConditions": when("False", "Unknown"),
        "removeOnConditions": when("True"),
        "taints": [GONE],
    }
    await suite.create(obj("policy.karmada.io/v1alpha1", "ClusterTaintPolicy", "gone", None, spec=spec))


async def in_one(suite: Suite, tolerated: int = 30) -> tuple[str, str]:
    """A deployment that puts up with a vanished cluster for so many seconds; its name and its cluster."""
    name = suite.name("web")
    template = deployment(name)
    toleration = {**GONE, "operator": "Exists", "tolerationSeconds": tolerated}
    placement = {**names(*suite.members), "spreadConstraints": ONE, "clusterTolerations": [toleration]}
    await suite.create(policy(name, template, placement), template)
    await suite.eventually(lambda: sum(ready(suite, name).values()) == 3)
    (cluster,) = suite.targets(name)
    return name, cluster


async def test_a_vanished_member_is_replaced_and_gives_up_its_copy_when_it_is_back(suite: Suite) -> None:
    await taint_what_vanishes(suite)
    name, lost = await in_one(suite)
    suite.federation.link(lost).cut()
    await suite.eventually(lambda: not suite.ready(lost))
    await suite.eventually(lambda: lost not in suite.targets(name))
    (new,) = suite.targets(name)
    await suite.eventually(lambda: ready(suite, name) == {lost: 3, new: 3})
    told = {text for _, text in suite.events("Deployment", name)}
    await suite.eventually(lambda: f"Evict from cluster {lost} succeed." in told, within=1)
    suite.federation.link(lost).restore()
    await suite.eventually(lambda: suite.ready(lost))
    await suite.eventually(lambda: ready(suite, name) == {new: 3})
    await suite.always(lambda: ready(suite, name) == {new: 3}, during=120)
    assert "taints" not in suite.must("Cluster", lost)["spec"]


async def test_divided_replicas_of_a_vanished_member_move_and_number_as_many(suite: Suite) -> None:
    await taint_what_vanishes(suite)
    name = suite.name("web")
    template = deployment(name, 6)
    placement = {**names(*suite.members), "replicaScheduling": divided("Aggregated")}
    await suite.create(policy(name, template, placement), template)
    await suite.eventually(lambda: sum(ready(suite, name).values()) == 6)
    lost = next(iter(suite.targets(name)))
    suite.federation.link(lost).cut()
    await suite.eventually(lambda: lost not in suite.targets(name))
    assert sum(suite.targets(name).values()) == 6
    suite.federation.link(lost).restore()
    await suite.eventually(lambda: sum(ready(suite, name).values()) == 6)
    await suite.always(lambda: ready(suite, name) == suite.targets(name), during=60)


async def test_a_member_that_comes_back_in_time_keeps_its_work(suite: Suite) -> None:
    await taint_what_vanishes(suite)
    name, cut = await in_one(suite, tolerated=60)
    suite.federation.link(cut).cut()
    await suite.eventually(lambda: not suite.ready(cut))
    suite.federation.link(cut).restore()
    await suite.always(lambda: list(suite.targets(name)) == [cut], during=120)
    assert ready(suite, name) == {cut: 3}


@pytest.mark.parametrize("version", ["v9.99.9", "not-a-version", ""])
async def test_a_member_may_say_any_version(suite: Suite, version: str) -> None:
    name, cluster = await in_one(suite)
    member = suite.federation.members[cluster]
    member.settings = replace(member.settings, version=version)
    await suite.pass_time(15)
    assert suite.must("Cluster", cluster)["status"].get("kubernetesVersion", "") == version
    assert suite.ready(cluster)
    await suite.update("Deployment", name, ("spec", "replicas"), 4)
    await suite.eventually(lambda: ready(suite, name) == {cluster: 4})


async def test_a_member_that_rejects_an_apply_is_tried_until_it_does_not(suite: Suite) -> None:
    quota = obj("v1", "ResourceQuota", "full", spec={"hard": {"count/configmaps": "1"}})
    await suite.create(quota, at="member1")
    await suite.pass_time(1)
    name = suite.name("settings")
    template = configmap(name)
    await suite.create(policy(name, template, names(*suite.members)), template)
    await suite.present("ConfigMap", name, ["member2", "member3"])
    await suite.eventually(lambda: reason(suite, "ConfigMap", name, "member1")["status"] == "False")
    condition = reason(suite, "ConfigMap", name, "member1")
    assert condition["reason"] == "AppliedFailed"
    assert "exceeded quota: full" in condition["message"]
    work = generate_work_name("ConfigMap", name, suite.namespace)
    await suite.eventually(lambda: "SyncFailed" in {r for r, _ in suite.events("Work", work)})
    applied = meta.condition(suite.binding(name, "configmap"), "FullyApplied") or {}
    assert applied["status"] == "False"
    await suite.update("ResourceQuota", "full", ("spec", "hard", "count/configmaps"), "9", at="member1")
    await suite.present("ConfigMap", name, ["member1"])
    await suite.eventually(lambda: reason(suite, "ConfigMap", name, "member1")["status"] == "True")


async def test_a_member_that_loses_a_definition_gets_it_and_its_objects_again(suite: Suite) -> None:
    crd = definition("example.io", "Widget")
    await suite.create(cluster_policy("widgets", crd, names(*suite.members)), crd)
    await suite.present("CustomResourceDefinition", meta.name(crd), suite.members)
    await suite.pass_time(15)
    widget = obj("example.io/v1alpha1", "Widget", "one", spec={"size": 1})
    await suite.create(policy("widget", widget, names(*suite.members)), widget)
    await suite.present("Widget", "one", suite.members)
    await suite.delete("CustomResourceDefinition", meta.name(crd), at="member2")
    await suite.present("CustomResourceDefinition", meta.name(crd), suite.members)
    await suite.update("Widget", "one", ("spec", "size"), 2)
    await suite.fits("Widget", "one", lambda w: w["spec"]["size"] == 2, suite.members)


async def test_an_object_in_the_way_is_left_alone_and_told_of(suite: Suite) -> None:
    name = suite.name("settings")
    await suite.create(configmap(name, {"owner": "somebody"}), at="member2")
    template = configmap(name, {"owner": "karmada"})
    await suite.create(policy(name, template, names(*suite.members)), template)
    await suite.present("ConfigMap", name, ["member1", "member3"])
    await suite.eventually(lambda: reason(suite, "ConfigMap", name, "member2")["status"] == "False")
    assert suite.must("ConfigMap", name, at="member2")["data"] == {"owner": "somebody"}
    await suite.delete("ConfigMap", name)
    await suite.absent("ConfigMap", name, ["member1", "member3"])
    assert suite.must("ConfigMap", name, at="member2")["data"] == {"owner": "somebody"}


async def test_a_slow_member_does_not_hold_up_the_others(suite: Suite) -> None:
    suite.federation.link("member2").latency = 8.0
    name = suite.name("web")
    template = deployment(name)
    await suite.create(policy(name, template, names(*suite.members)), template)
    await suite.eventually(
        lambda: {"member1": 3, "member3": 3}.items() <= ready(suite, name).items(), within=10
    )
    await suite.eventually(lambda: ready(suite, name) == dict.fromkeys(suite.members, 3))
    suite.federation.link("member2").latency = 0.0
