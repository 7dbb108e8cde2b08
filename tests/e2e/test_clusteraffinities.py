"""Follows test/e2e/suites/base/clusteraffinities_test.go."""

from __future__ import annotations

from typing import Any

import pytest

from karmada_nb.engine import meta
from karmada_nb.engine.karmada.names import generate_binding_name
from karmada_nb.engine.meta import Object
from tests.e2e.manifests import cluster_policy, cluster_role, deployment, names, obj, policy
from tests.e2e.suite import Suite

KINDS = ["Deployment", "ClusterRole"]


def term(name: str, **affinity: Any) -> Object:
    return {"affinityName": name, **affinity}


def labelled(key: str) -> Object:
    return {"labelSelector": {"matchLabels": {key: "ok"}}}


async def propagate(suite: Suite, kind: str, placement: Object) -> tuple[str, str]:
    """Returns the name of the template and of the policy, and the policy's kind."""
    name = suite.name("affinity")
    if kind == "Deployment":
        template = deployment(name)
        await suite.create(policy(name, template, placement), template)
        return name, "PropagationPolicy"
    template = cluster_role(name)
    await suite.create(cluster_policy(name, template, placement), template)
    return name, "ClusterPropagationPolicy"


async def in_two_groups(suite: Suite, kind: str) -> tuple[str, str, str]:
    first, second = suite.name("label"), suite.name("label")
    await suite.label_cluster("member1", **{first: "ok"})
    await suite.label_cluster("member2", **{second: "ok"})
    terms = [term("group1", **labelled(first)), term("group2", **labelled(second))]
    name, _ = await propagate(suite, kind, {"clusterAffinities": terms})
    await suite.present(kind, name, ["member1"])
    return name, first, second


async def unlabel(suite: Suite, first: str, second: str) -> None:
    await suite.label_cluster("member1", **{first: None})
    await suite.label_cluster("member2", **{second: None})


@pytest.mark.parametrize("kind", KINDS)
async def test_the_second_group_takes_over(suite: Suite, kind: str) -> None:
    name, first, second = await in_two_groups(suite, kind)
    await suite.label_cluster("member1", **{first: "not-ok"})
    await suite.absent(kind, name, ["member1"])
    await suite.present(kind, name, ["member2"])
    await unlabel(suite, first, second)


async def test_a_rebalancer_starts_from_the_first_group(suite: Suite) -> None:
    name, first, second = await in_two_groups(suite, "Deployment")

    def settled(cluster: str, group: str) -> bool:
        binding = suite.binding(name)
        status = binding["status"]
        return (
            list(suite.targets(name)) == [cluster]
            and status["schedulerObservingAffinityName"] == group
            and status["schedulerObservedGeneration"] == meta.generation(binding)
        )

    await suite.eventually(lambda: settled("member1", "group1"))
    await suite.pass_time(2)
    await suite.label_cluster("member1", **{first: "not-ok"})
    await suite.eventually(lambda: settled("member2", "group2"))
    await suite.pass_time(2)
    await suite.label_cluster("member1", **{first: "ok"})
    await suite.label_cluster("member2", sync="ok")
    await suite.pass_time(2)
    assert settled("member2", "group2"), "the first group is not gone back to by itself"
    workload = {"apiVersion": "apps/v1", "kind": "Deployment", "name": name, "namespace": suite.namespace}
    rebalancer = suite.name("rebalancer")
    spec = {"workloads": [workload]}
    await suite.create(obj("apps.karmada.io/v1alpha1", "WorkloadRebalancer", rebalancer, None, spec=spec))
    await suite.eventually(lambda: settled("member1", "group1"))
    await suite.fits(
        "WorkloadRebalancer",
        rebalancer,
        lambda r: r["status"]["observedWorkloads"] == [{"workload": workload, "result": "Successful"}],
    )
    await suite.absent("Deployment", name, ["member2"])
    await suite.label_cluster("member2", sync=None)
    await unlabel(suite, first, second)


@pytest.mark.parametrize("kind", KINDS)
async def test_from_one_affinity_to_groups(suite: Suite, kind: str) -> None:
    name, policy_kind = await propagate(suite, kind, names("member1"))
    await suite.present(kind, name, ["member1"])
    wanted = {"clusterAffinities": [term("group1", clusterNames=["member2"])]}
    await suite.update(policy_kind, name, ("spec", "placement"), wanted)
    await suite.present(kind, name, ["member2"])


@pytest.mark.parametrize("kind", KINDS)
async def test_from_groups_to_one_affinity(suite: Suite, kind: str) -> None:
    first = {"clusterAffinities": [term("group1", clusterNames=["member1"])]}
    name, policy_kind = await propagate(suite, kind, first)
    await suite.present(kind, name, ["member1"])
    await suite.update(policy_kind, name, ("spec", "placement"), names("member2"))
    await suite.present(kind, name, ["member2"])
    binding_kind = "ResourceBinding" if kind == "Deployment" else "ClusterResourceBinding"
    found = suite.must(binding_kind, generate_binding_name(kind, name))
    assert [target["name"] for target in found["spec"]["clusters"]] == ["member2"]


async def test_a_not_ready_cluster_is_left_for_the_next_group(suite: Suite) -> None:
    tolerated = {
        "key": "cluster.karmada.io/not-ready",
        "operator": "Exists",
        "effect": "NoExecute",
        "tolerationSeconds": 2,
    }
    terms = [term("group1", clusterNames=["member1"]), term("group2", clusterNames=["member2"])]
    placement = {"clusterAffinities": terms, "clusterTolerations": [tolerated]}
    name, _ = await propagate(suite, "Deployment", placement)
    await suite.present("Deployment", name, ["member1"])
    await suite.taint_cluster("member1", {"key": tolerated["key"], "effect": "NoExecute"})
    await suite.present("Deployment", name, ["member2"])
