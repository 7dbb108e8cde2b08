"""Joining, looking after and unjoining clusters, as real Karmada leaves its objects."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from karmada_nb.engine import meta
from karmada_nb.engine.karmada.gates import FeatureGates
from karmada_nb.engine.karmada.lifecycle.common import CommandError
from karmada_nb.engine.karmada.options import Options
from karmada_nb.engine.karmada.plane import CLUSTERS
from karmada_nb.engine.runtime.client import Resource
from tests.engine.karmada.controllers.federation import (
    DEPLOYMENTS,
    MEMBERS,
    NAMESPACES,
    SECRETS,
    Federation,
    deployment,
)

ACCOUNTS = Resource("", "v1", "serviceaccounts")
ROLES = Resource("rbac.authorization.k8s.io", "v1", "clusterroles")
ROLE_BINDINGS = Resource("rbac.authorization.k8s.io", "v1", "clusterrolebindings")
LEASES = Resource("coordination.k8s.io", "v1", "leases")
TAINT_POLICIES = Resource("policy.karmada.io", "v1alpha1", "clustertaintpolicies")


@pytest.fixture(params=("article", "current"))
async def lab(request: pytest.FixtureRequest) -> AsyncIterator[Federation]:
    federation = await Federation(request.param).start()
    yield federation
    await federation.stop()


async def test_a_joined_cluster_reads_as_the_recorded_one(lab: Federation) -> None:
    cluster = lab.cluster("member1")
    assert cluster["metadata"]["finalizers"] == ["karmada.io/cluster-controller"]
    spec = cluster["spec"]
    assert spec["apiEndpoint"] == "https://127.0.0.1:16443"
    assert spec["secretRef"] == {"namespace": "karmada-cluster", "name": "member1"}
    assert spec["impersonatorSecretRef"] == {"namespace": "karmada-cluster", "name": "member1-impersonator"}
    assert spec["syncMode"] == "Push"
    today = lab.edition == "current"
    assert ("id" in spec, "resourceModels" in spec, "taints" in spec) == (today, today, False)
    assert cluster["metadata"].get("generation") == (3 if today else None)
    status = cluster["status"]
    conditions = [(c["type"], c["status"], c["reason"], c["message"]) for c in status["conditions"]]
    ready = ("Ready", "True", "ClusterReady", "cluster is healthy and ready to accept workloads")
    complete = (
        "CompleteAPIEnablements",
        "True",
        "Complete",
        "collected complete APIEnablements from the cluster",
    )
    assert conditions == ([complete, ready] if today else [ready])
    assert status["kubernetesVersion"] == "v1.36.2"
    assert status["nodeSummary"] == {"readyNum": 2, "totalNum": 2}
    apps = next(e for e in status["apiEnablements"] if e["groupVersion"] == "apps/v1")
    assert [r["name"] for r in apps["resources"]] == [
        "controllerrevisions",
        "daemonsets",
        "deployments",
        "replicasets",
        "statefulsets",
    ]


async def test_what_is_told_about_a_cluster_that_joins(lab: Federation) -> None:
    told = {(reason, message) for _, reason, message in lab.events("Cluster", "member1")}
    tainted = "cluster now has taints([{Key:cluster.karmada.io/not-ready,Effect:NoSchedule}])"
    today = {
        (
            "CreateExecutionSpaceSucceed",
            "Created execution space(karmada-es-member1) for cluster(member1).",
        ),
        ("TaintClusterSucceed", f"Taint cluster succeed: {tainted}."),
        ("TaintClusterSucceed", "Taint cluster succeed: cluster now does not have taints."),
        ("SyncImpersonationConfigSucceed", "Sync impersonation config succeed."),
    }
    assert told == (set() if lab.edition == "article" else today)


async def test_joining_makes_accounts_in_the_member(lab: Federation) -> None:
    for name in ("karmada-member1", "karmada-impersonator"):
        assert lab.must(ACCOUNTS, name, "karmada-cluster", at="member1")
    role = lab.must(ROLES, "karmada-controller-manager:karmada-member1", "", at="member1")
    assert role["rules"] == [
        {"apiGroups": ["*"], "resources": ["*"], "verbs": ["*"]},
        {"nonResourceURLs": ["*"], "verbs": ["get"]},
    ]
    secret = lab.must(SECRETS, "member1", "karmada-cluster")
    assert sorted(secret["data"]) == ["caBundle", "token"]
    (owner,) = secret["metadata"]["ownerReferences"]
    assert (owner["kind"], owner["name"]) == ("Cluster", "member1")


async def test_karmada_may_act_in_a_member_for_those_who_may_reach_it(lab: Federation) -> None:
    """The rules are those of the recorded Works: who may do everything in Karmada."""
    role = lab.must(ROLES, "karmada-impersonator", "", at="member1")
    groups = next(r for r in role["rules"] if r["resources"] == ["groups"])
    assert "system:masters" in groups["resourceNames"]
    accounts = next(r for r in role["rules"] if r["resources"] == ["serviceaccounts"])
    assert accounts["resourceNames"] == [
        "generic-garbage-collector",
        "namespace-controller",
        "resourcequota-controller",
    ]
    grant = {
        "metadata": {"name": "ann"},
        "rules": [{"apiGroups": ["cluster.karmada.io"], "resources": ["clusters/proxy"], "verbs": ["*"]}],
    }
    await lab.create(ROLES, grant)
    subject = {"kind": "User", "name": "ann", "apiGroup": "rbac.authorization.k8s.io"}
    ref = {"kind": "ClusterRole", "name": "ann", "apiGroup": "rbac.authorization.k8s.io"}
    await lab.create(ROLE_BINDINGS, {"metadata": {"name": "ann"}, "roleRef": ref, "subjects": [subject]})
    role = lab.must(ROLES, "karmada-impersonator", "", at="member2")
    assert "ann" in next(r for r in role["rules"] if r["resources"] == ["users"])["resourceNames"]


async def test_joining_twice_is_refused_in_the_editions_words(lab: Federation) -> None:
    identity = lab.cluster("member1")["spec"].get("id", "")
    with pytest.raises(CommandError) as refused:
        await lab.join("member1")
    if lab.edition == "article":
        expected = "failed to create cluster(member1) object. error: cluster(member1) already exist"
    else:
        expected = f"the cluster ID {identity} or the cluster name member1 has been registered"
    assert str(refused.value) == expected


async def test_unjoining_takes_everything_back(lab: Federation) -> None:
    await lab.create(DEPLOYMENTS, deployment("pipy", 3))
    await lab.propagate("pipy", DEPLOYMENTS, "Deployment")
    await lab.settle(5)
    assert lab.find(DEPLOYMENTS, "pipy", at="member3") is not None
    await lab.unjoin("member3")
    await lab.settle(5)
    assert lab.find(CLUSTERS, "member3", "") is None
    assert lab.find(NAMESPACES, "karmada-es-member3", "") is None
    assert lab.find(SECRETS, "member3", "karmada-cluster") is None
    assert lab.find(DEPLOYMENTS, "pipy", at="member3") is None
    assert lab.find(NAMESPACES, "karmada-cluster", "", at="member3") is None
    assert lab.find(ROLES, "karmada-controller-manager:karmada-member3", "", at="member3") is None
    assert lab.find(DEPLOYMENTS, "pipy", at="member1") is not None


async def test_a_cluster_can_leave_while_it_cannot_be_reached_and_join_again(lab: Federation) -> None:
    await lab.create(DEPLOYMENTS, deployment("pipy", 3))
    await lab.propagate("pipy", DEPLOYMENTS, "Deployment")
    await lab.settle(5)
    lab.link("member3").cut()
    await lab.settle(60)
    await lab.unjoin("member3")
    assert lab.find(CLUSTERS, "member3", "") is None
    assert lab.find(DEPLOYMENTS, "pipy", at="member3") is not None, "nobody could take it away"
    lab.link("member3").restore()
    await lab.settle(1)
    await lab.join("member3")
    await lab.settle(30)
    assert lab.condition("member3")["status"] == "True"


async def test_unjoining_an_unknown_cluster(lab: Federation) -> None:
    if lab.edition == "article":
        await lab.run(_unjoin_unknown(lab))
        return
    with pytest.raises(CommandError) as refused:
        await lab.run(_unjoin_unknown(lab))
    assert str(refused.value) == "no cluster object nowhere found in karmada control Plane"


async def _unjoin_unknown(lab: Federation) -> None:
    from karmada_nb.engine.karmada.lifecycle.unjoin import Unjoining, unjoin

    await unjoin(lab.karmada, None, Unjoining("nowhere", lab.edition), lab.clock)


async def test_a_namespace_of_karmada_is_in_every_member_also_in_later_ones() -> None:
    lab = await Federation("current").start(joined=False)
    await lab.join("member1")
    await lab.create(NAMESPACES, {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "shop"}})
    await lab.settle(15)
    assert lab.find(NAMESPACES, "shop", "", at="member1") is not None
    await lab.join("member2")
    await lab.settle(15)
    found = lab.must(NAMESPACES, "shop", "", at="member2")
    assert meta.labels(found)["karmada.io/managed"] == "true"
    await lab.karmada.delete(NAMESPACES, "shop")
    await lab.settle(5)
    assert [lab.find(NAMESPACES, "shop", "", at=m) for m in MEMBERS] == [None, None, None]
    await lab.stop()


async def test_system_namespaces_stay_at_home(lab: Federation) -> None:
    for name in ("karmada-system", "karmada-es-member1"):
        assert lab.find(NAMESPACES, name, "") is not None
        assert lab.find(NAMESPACES, name, "", at="member1") is None


async def test_what_pods_take_is_summed_up(lab: Federation) -> None:
    heavy = deployment("heavy", 3)
    container = heavy["spec"]["template"]["spec"]["containers"][0]
    container["resources"] = {"requests": {"cpu": "250m", "memory": "64Mi"}}
    await lab.create(DEPLOYMENTS, heavy)
    await lab.propagate("heavy", DEPLOYMENTS, "Deployment", ["member1"])
    await lab.settle(15)
    summary = lab.cluster("member1")["status"]["resourceSummary"]
    assert summary["allocated"] == {"cpu": "750m", "memory": "192Mi", "pods": "3"}
    await lab.karmada.delete(DEPLOYMENTS, "heavy", "default")
    await lab.settle(60)
    assert "allocated" not in lab.cluster("member1")["status"]["resourceSummary"]


async def test_a_taint_policy_taints_and_clears_by_condition() -> None:
    options = Options(FeatureGates({"Failover": True}))
    lab = await Federation("current", options=options).start()
    policy = {
        "apiVersion": "policy.karmada.io/v1alpha1",
        "kind": "ClusterTaintPolicy",
        "metadata": {"name": "detect"},
        "spec": {
            "addOnConditions": [{"conditionType": "Ready", "operator": "In", "statusValues": ["False"]}],
            "removeOnConditions": [{"conditionType": "Ready", "operator": "In", "statusValues": ["True"]}],
            "taints": [{"key": "not-ready", "effect": "NoSchedule"}],
        },
    }
    await lab.create(TAINT_POLICIES, policy)
    lab.link("member1").cut()
    await lab.settle(60)
    taints = {(t["key"], t["effect"]) for t in lab.cluster("member1")["spec"]["taints"]}
    assert taints == {("cluster.karmada.io/not-ready", "NoSchedule"), ("not-ready", "NoSchedule")}
    lab.link("member1").restore()
    await lab.settle(60)
    assert "taints" not in lab.cluster("member1")["spec"]
    await lab.stop()


async def test_a_cluster_whose_agent_falls_silent_is_unknown() -> None:
    lab = await Federation("current", ()).start()
    pulled = {
        "apiVersion": "cluster.karmada.io/v1alpha1",
        "kind": "Cluster",
        "metadata": {"name": "pulled"},
        "spec": {"syncMode": "Pull", "apiEndpoint": "https://pulled.example"},
    }
    made = await lab.create(CLUSTERS, pulled)
    status = {"conditions": meta.set_condition((), "Ready", "True", "ClusterReady", "ok", lab.clock.now())}
    made = await lab.karmada.get(CLUSTERS, "pulled")
    await lab.karmada.update(CLUSTERS, {**made, "status": status}, "status")
    renewed = meta.rfc3339_micro(lab.clock.now())
    place = {"name": "pulled", "namespace": "karmada-cluster"}
    lease = {"metadata": place, "spec": {"holderIdentity": "pulled", "renewTime": renewed}}
    await lab.create(LEASES, lease)
    for _ in range(6):
        await lab.settle(10)
        later = {"spec": {"renewTime": meta.rfc3339_micro(lab.clock.now())}}
        await lab.karmada.patch(LEASES, "pulled", later, namespace="karmada-cluster")
    assert lab.condition("pulled")["status"] == "True"
    await lab.settle(45)
    condition = lab.condition("pulled")
    assert (condition["status"], condition["reason"]) == ("Unknown", "ClusterStatusUnknown")
    (taint,) = lab.cluster("pulled")["spec"]["taints"]
    assert taint["key"] == "cluster.karmada.io/unreachable"
    await lab.stop()
