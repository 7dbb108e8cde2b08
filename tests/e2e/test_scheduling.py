"""Follows scheduling_test.go, spread_by_region_test.go, tainttoleration_test.go and fieldselector_test.go."""

from __future__ import annotations

import pytest

from karmada_nb.engine import meta
from karmada_nb.engine.meta import Object
from tests.e2e.manifests import (
    DUPLICATED,
    cluster_policy,
    definition,
    deployment,
    divided,
    job,
    names,
    policy,
)
from tests.e2e.suite import Suite

CHINA = {"clusterAffinity": {"labelSelector": {"matchLabels": {"location": "CHN"}}}}


def groups(field: str, count: int) -> Object:
    return {"spreadByField": field, "maxGroups": count, "minGroups": count}


async def labelled(suite: Suite) -> None:
    for member in suite.members:
        await suite.label_cluster(member, location="CHN")


@pytest.mark.parametrize("count", [1, 2])
@pytest.mark.parametrize("kind", ["Deployment", "Job"])
async def test_clusters_by_label_in_a_number_of_groups(suite: Suite, kind: str, count: int) -> None:
    await labelled(suite)
    name = suite.name("group")
    template = deployment(name) if kind == "Deployment" else job(name, completions=2)
    placement = {**CHINA, "spreadConstraints": [groups("cluster", count)]}
    await suite.create(policy(name, template, placement), template)
    await suite.eventually(lambda: len(suite.targets(name, kind.lower())) == count)
    clusters = list(suite.targets(name, kind.lower()))
    condition = meta.condition(suite.binding(name, kind.lower()), "Scheduled") or {}
    assert condition["status"] == "True"
    await suite.present(kind, name, clusters)
    field = "replicas" if kind == "Deployment" else "parallelism"
    await suite.update(kind, name, ("spec", field), 2)
    await suite.fits(kind, name, lambda o: o["spec"][field] == 2, clusters)
    assert list(suite.targets(name, kind.lower())) == clusters


@pytest.mark.parametrize("count", [1, 2])
async def test_a_definition_in_a_number_of_groups(suite: Suite, count: int) -> None:
    await labelled(suite)
    kind = suite.name("Foo").replace("-", "")
    crd = definition(f"example-{kind.lower()}.karmada.io", kind)
    placement = {**CHINA, "spreadConstraints": [groups("cluster", count)]}
    await suite.create(cluster_policy(meta.name(crd), crd, placement), crd)
    binding = f"{meta.name(crd)}-customresourcedefinition"

    def targets() -> list[str]:
        clusters = meta.dig(suite.must("ClusterResourceBinding", binding), "spec", "clusters", default=[])
        return [target["name"] for target in clusters]

    await suite.eventually(lambda: len(targets()) == count)
    await suite.present("CustomResourceDefinition", meta.name(crd), targets())


async def replicas(suite: Suite, name: str, *expected: int, kind: str = "Deployment") -> None:
    """What each member's copy asks for."""
    field = "replicas" if kind == "Deployment" else "parallelism"
    await suite.eventually(
        lambda: [suite.must(kind, name, at=m)["spec"][field] for m in suite.members] == list(expected)
    )


async def scheduled(suite: Suite, count: int, strategy: Object) -> str:
    name = suite.name("deploy")
    template = deployment(name, count)
    placement = {**names(*suite.members), "replicaScheduling": strategy}
    await suite.create(policy(name, template, placement), template)
    return name


async def test_replicas_are_duplicated(suite: Suite) -> None:
    name = await scheduled(suite, 3, DUPLICATED)
    await replicas(suite, name, 3, 3, 3)
    await suite.update("Deployment", name, ("spec", "replicas"), 2)
    await replicas(suite, name, 2, 2, 2)


async def test_replicas_are_divided_without_weights(suite: Suite) -> None:
    name = await scheduled(suite, 6, divided())
    await replicas(suite, name, 2, 2, 2)
    await suite.update("Deployment", name, ("spec", "replicas"), 9)
    await replicas(suite, name, 3, 3, 3)


async def test_replicas_are_divided_by_weight(suite: Suite) -> None:
    weights = {member: at + 1 for at, member in enumerate(suite.members)}
    name = await scheduled(suite, 6, divided(weights=weights))
    await replicas(suite, name, 1, 2, 3)
    await suite.update("Deployment", name, ("spec", "replicas"), 12)
    await replicas(suite, name, 2, 4, 6)


async def test_a_job_is_divided_by_weight(suite: Suite) -> None:
    name = suite.name("job")
    template = job(name, parallelism=6, completions=6)
    weights = {member: at + 1 for at, member in enumerate(suite.members)}
    placement = {**names(*suite.members), "replicaScheduling": divided(weights=weights)}
    await suite.create(policy(name, template, placement), template)
    await replicas(suite, name, 1, 2, 3, kind="Job")
    assert [suite.must("Job", name, at=m)["spec"]["completions"] for m in suite.members] == [1, 2, 3]


async def test_regions(suite: Suite) -> None:
    for member, region in (("member1", "2"), ("member2", "1")):
        await suite.update("Cluster", member, ("spec", "region"), region)
    name = suite.name("deploy")
    template = deployment(name)
    wanted = [groups("cluster", 2), groups("region", 2)]
    placement = {"replicaScheduling": DUPLICATED, "spreadConstraints": wanted}
    await suite.create(policy(name, template, placement), template)
    await suite.present("Deployment", name, ["member1", "member2"])
    one = [groups("cluster", 1), groups("region", 1)]
    await suite.update("PropagationPolicy", name, ("spec", "placement", "spreadConstraints"), one)
    await suite.eventually(lambda: len(suite.targets(name)) == 1)
    for member in ("member1", "member2"):
        await suite.update("Cluster", member, ("spec", "region"), None)


async def test_a_taint_is_tolerated(suite: Suite) -> None:
    key = "cluster-toleration.karmada.io"
    for member in suite.members:
        await suite.taint_cluster(member, {"key": key, "value": member, "effect": "NoSchedule"})
    name = suite.name("deploy")
    template = deployment(name)
    tolerated = {"key": key, "operator": "Equal", "value": "member1", "effect": "NoSchedule"}
    placement = {**names(*suite.members), "clusterTolerations": [tolerated]}
    await suite.create(policy(name, template, placement), template)
    await suite.eventually(lambda: list(suite.targets(name)) == ["member1"])


async def test_clusters_by_field(suite: Suite) -> None:
    providers = ("huaweicloud", "alibabacloud", "")
    for member, provider in zip(suite.members, providers, strict=True):
        await suite.update("Cluster", member, ("spec", "provider"), provider or None)
    name = suite.name("deploy")
    template = deployment(name)
    wanted = {"key": "provider", "operator": "In", "values": ["huaweicloud"]}
    placement = {"clusterAffinity": {"fieldSelector": {"matchExpressions": [wanted]}}}
    await suite.create(policy(name, template, placement), template)
    await suite.eventually(lambda: list(suite.targets(name)) == ["member1"])
    other = {**wanted, "operator": "NotIn"}
    path = ("spec", "placement", "clusterAffinity", "fieldSelector", "matchExpressions")
    await suite.update("PropagationPolicy", name, path, [other])
    await suite.eventually(lambda: sorted(suite.targets(name)) == ["member2", "member3"])
    await suite.absent("Deployment", name, ["member1"])
    for member in suite.members:
        await suite.update("Cluster", member, ("spec", "provider"), None)
