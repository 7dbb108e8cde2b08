"""Follows workloadaffinity_test.go and schedule_priority_test.go."""

from __future__ import annotations

import pytest

from karmada_nb.engine.meta import Object
from tests.e2e.manifests import deployment, names, obj, policy, select
from tests.e2e.suite import Suite

ONE = [{"spreadByField": "cluster", "maxGroups": 1, "minGroups": 1}]


def by(term: str, key: str) -> Object:
    return {term: {"groupByLabelKey": key}}


@pytest.mark.parametrize("term", ["affinity", "antiAffinity"])
async def test_a_group_stays_together_or_apart(suite: Suite, term: str) -> None:
    name = suite.name("group")
    key = f"karmada.io/{name}"
    first, second = (deployment(f"{name}-{i}", labels={key: "ha"}) for i in (1, 2))
    placement = {"workloadAffinity": by(term, key), "spreadConstraints": ONE}
    selector = select(first, labelSelector={"matchLabels": {key: "ha"}})
    await suite.create(policy(name, [selector], placement), first, second)
    await suite.eventually(lambda: suite.targets(f"{name}-1") and suite.targets(f"{name}-2"))
    one, two = (list(suite.targets(f"{name}-{i}")) for i in (1, 2))
    assert (one == two) is (term == "affinity")


async def test_groups_end_at_the_namespace(suite: Suite) -> None:
    name = suite.name("group")
    key = f"karmada.io/{name}"
    await suite.create(obj("v1", "Namespace", name, None))
    placement = {**names("member1"), "workloadAffinity": by("antiAffinity", key)}
    for namespace in (suite.namespace, name):
        template = deployment(name, labels={key: "svc"}, namespace=namespace)
        made = policy(name, template, placement)
        await suite.create({**made, "metadata": {"name": name, "namespace": namespace}}, template)
    await suite.present("Deployment", name, ["member1"])
    await suite.present("Deployment", name, ["member1"], namespace=name)


async def test_affinity_against_anti_affinity(suite: Suite) -> None:
    name = suite.name("group")
    near, far = f"karmada.io/near-{name}", f"karmada.io/far-{name}"
    both = {**by("affinity", near), **by("antiAffinity", far)}
    cases = [
        ({near: "mix"}, by("affinity", near)),
        ({far: "mix"}, by("antiAffinity", far)),
        ({near: "mix", far: "mix"}, both),
    ]
    for at, (labels, wanted) in enumerate(cases, 1):
        template = deployment(f"{name}-{at}", labels=labels)
        placement = {**names("member1"), "workloadAffinity": wanted}
        await suite.create(policy(f"{name}-{at}", template, placement), template)
    await suite.eventually(lambda: suite.targets(f"{name}-1"))
    await suite.pass_time(5)
    placed = [bool(suite.targets(f"{name}-{at}")) for at in (2, 3)]
    assert sorted(placed) == [False, True]


@pytest.mark.parametrize("exists", [True, False])
async def test_the_priority_class(suite: Suite, exists: bool) -> None:
    name = suite.name("priority")
    if exists:
        await suite.create(obj("scheduling.k8s.io/v1", "PriorityClass", name, None, value=1000))
    template = deployment(name)
    priority = {"priorityClassName": name, "priorityClassSource": "KubePriorityClass"}
    await suite.create(policy(name, template, names(*suite.members), schedulePriority=priority), template)
    if exists:
        await suite.eventually(lambda: suite.binding(name)["spec"]["schedulePriority"]["priority"] == 1000)
    else:
        await suite.always(lambda: suite.get("ResourceBinding", f"{name}-deployment") is None, during=60)
