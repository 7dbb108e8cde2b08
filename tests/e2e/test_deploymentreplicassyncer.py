"""Follows test/e2e/suites/base/deploymentreplicassyncer_test.go."""

from __future__ import annotations

from karmada_nb.engine.meta import Object
from tests.e2e.manifests import deployment, names, obj, policy
from tests.e2e.suite import Suite

MEMBERS = ("member1", "member2")


def autoscaler(name: str, least: int) -> Object:
    target = {"apiVersion": "apps/v1", "kind": "Deployment", "name": name}
    spec = {"scaleTargetRef": target, "minReplicas": least, "maxReplicas": 10}
    return obj("autoscaling/v2", "HorizontalPodAutoscaler", name, spec=spec)


async def scaled(suite: Suite, replicas: int, least: int, *, divided: bool) -> str:
    """A deployment in two members, and an autoscaler beside it in each."""
    name = suite.name("scaled")
    template, scaler = deployment(name, replicas), autoscaler(name, least)
    weights = [{"targetCluster": {"clusterNames": [member]}, "weight": 1} for member in MEMBERS]
    division = {
        "replicaSchedulingType": "Divided",
        "replicaDivisionPreference": "Weighted",
        "weightPreference": {"staticWeightList": weights},
    }
    placement = {**names(*MEMBERS), **({"replicaScheduling": division} if divided else {})}
    made = policy(name, template, placement)
    selector = {"apiVersion": "autoscaling/v2", "kind": "HorizontalPodAutoscaler", "name": name}
    made["spec"]["resourceSelectors"].append(selector)
    await suite.create(made, template, scaler)
    return name


async def has(suite: Suite, name: str, template: int, *members: int) -> None:
    """Until the template and the members have so many replicas, and the template's status is of this one."""

    def fits() -> bool:
        found = [suite.get("Deployment", name, at=at) for at in MEMBERS[: len(members)]]
        own = suite.must("Deployment", name)
        return (
            [one["spec"]["replicas"] if one else 0 for one in found] == list(members)
            and own["spec"]["replicas"] == template
            and own["metadata"]["generation"] == (own.get("status") or {}).get("observedGeneration")
        )

    await suite.eventually(fits)


async def wants(suite: Suite, name: str, replicas: int) -> None:
    await suite.update("Deployment", name, ("spec", "replicas"), replicas)


async def scales_to(suite: Suite, name: str, least: int) -> None:
    await suite.update("HorizontalPodAutoscaler", name, ("spec", "minReplicas"), least)


async def test_duplicated_replicas_are_the_members_own(suite: Suite) -> None:
    name = await scaled(suite, 2, 2, divided=False)
    await has(suite, name, 2, 2, 2)
    await scales_to(suite, name, 3)
    await has(suite, name, 2, 3, 3)
    for replicas in (4, 1):
        await wants(suite, name, replicas)
        await has(suite, name, replicas, 3, 3)


async def test_divided_replicas_are_summed_up_in_the_template(suite: Suite) -> None:
    name = await scaled(suite, 4, 2, divided=True)
    await has(suite, name, 4, 2, 2)
    await scales_to(suite, name, 3)
    await has(suite, name, 6, 3, 3)
    for replicas in (10, 2):
        await wants(suite, name, replicas)
        await has(suite, name, 6, 3, 3)


async def test_a_member_without_replicas_gets_its_first(suite: Suite) -> None:
    name = await scaled(suite, 1, 1, divided=True)
    await has(suite, name, 1)
    await wants(suite, name, 2)
    await has(suite, name, 2, 1, 1)


async def test_a_member_loses_its_last(suite: Suite) -> None:
    name = await scaled(suite, 2, 1, divided=True)
    await has(suite, name, 2, 1, 1)
    await wants(suite, name, 1)
    await suite.eventually(lambda: len(suite.binding(name)["status"]["aggregatedStatus"]) == 1)
    await has(suite, name, 1)


async def test_the_least_of_an_autoscaler_spreads(suite: Suite) -> None:
    name = await scaled(suite, 1, 2, divided=True)
    await has(suite, name, 4, 2, 2)


async def test_what_is_no_longer_scaled_is_karmadas_again(suite: Suite) -> None:
    name = await scaled(suite, 2, 2, divided=False)
    await has(suite, name, 2, 2, 2)
    label = "resourcetemplate.karmada.io/retain-replicas"
    await suite.fits("Deployment", name, lambda d: d["metadata"]["labels"].get(label) == "true", MEMBERS)
    await suite.delete("HorizontalPodAutoscaler", name)
    await suite.eventually(lambda: label not in suite.must("Deployment", name)["metadata"]["labels"])
    await wants(suite, name, 4)
    await has(suite, name, 4, 4, 4)
