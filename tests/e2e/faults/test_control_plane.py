"""A control plane that is interrupted: it goes on where it was, and tells what it did."""

from __future__ import annotations

import pytest

from karmada_nb.engine import meta
from tests.e2e.faults.test_members import in_one, ready, taint_what_vanishes
from tests.e2e.manifests import deployment, names, policy
from tests.e2e.suite import Suite

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("latency", [0.0, 2.0], ids=["at-once", "on-its-way"])
async def test_a_policy_is_deleted_while_its_work_is_dispatched(suite: Suite, latency: float) -> None:
    """What was scheduled goes on; the template belongs to nobody; its deletion takes everything along."""
    for member in suite.members:
        suite.federation.link(member).latency = latency
    name = suite.name("web")
    template = deployment(name)
    await suite.create(template, policy(name, template, names(*suite.members)))
    await suite.pass_time(0.5)
    await suite.delete("PropagationPolicy", name)
    await suite.eventually(lambda: ready(suite, name) == dict.fromkeys(suite.members, 3))
    marks = (*meta.labels(suite.must("Deployment", name)), *meta.annotations(suite.must("Deployment", name)))
    assert not any(mark.startswith("propagationpolicy.karmada.io/") for mark in marks)
    await suite.delete("Deployment", name)
    await suite.absent("Deployment", name, suite.members)
    await suite.eventually(lambda: not ready(suite, name))


async def test_a_policy_is_deleted_before_anything_is_scheduled(suite: Suite) -> None:
    name = suite.name("web")
    template = deployment(name)
    client = suite.client()
    await client.create(suite.resource("Deployment"), template, suite.namespace)
    made = policy(name, template, names(*suite.members))
    await client.create(suite.resource("PropagationPolicy"), made, suite.namespace)
    await client.delete(suite.resource("PropagationPolicy"), name, suite.namespace)
    await suite.pass_time(30)
    placed = {m for m in suite.members if suite.get("Deployment", name, at=m)}
    assert placed in (set(), set(suite.members))
    assert set(suite.targets(name)) == placed


@pytest.mark.parametrize("moment", [1, 35, 70, 75, 80])
async def test_the_control_plane_restarts_in_the_middle_of_a_failover(suite: Suite, moment: int) -> None:
    """Whenever it happens: in the end there is one copy, in the cluster that the binding names."""
    await taint_what_vanishes(suite)
    name, lost = await in_one(suite)
    suite.federation.link(lost).cut()
    await suite.pass_time(moment)
    await suite.federation.restart(down=20)
    suite.federation.link(lost).cut()
    await suite.eventually(lambda: lost not in suite.targets(name), within=600)
    (new,) = suite.targets(name)
    await suite.eventually(lambda: ready(suite, name).get(new) == 3)
    suite.federation.link(lost).restore()
    await suite.eventually(lambda: ready(suite, name) == {new: 3}, within=600)
    await suite.always(lambda: ready(suite, name) == {new: 3}, during=60)
    binding = suite.binding(name)
    assert "gracefulEvictionTasks" not in binding["spec"]
    told = {text for _, text in suite.events("Deployment", name)}
    assert f"Evict from cluster {lost} succeed." in told


def versions(suite: Suite, name: str) -> set[str]:
    """resourceVersions of a template, its Works and its copies, and what the binding decided.

    After a restart the binding takes note of the template's newest version, and is scheduled afresh.
    """
    works = [work for m in suite.members for work in suite.items("Work", f"karmada-es-{m}")]
    copies = [found for m in suite.members if (found := suite.get("Deployment", name, at=m))]
    objects = (*works, *copies, suite.must("Deployment", name))
    return {str(suite.targets(name)), *(f"{meta.uid(o)}@{meta.resource_version(o)}" for o in objects)}


async def test_a_restart_changes_nothing(suite: Suite) -> None:
    name, cluster = await in_one(suite)
    await suite.pass_time(60)
    before = versions(suite, name)
    await suite.federation.restart()
    await suite.pass_time(30)
    assert ready(suite, name) == {cluster: 3}
    assert versions(suite, name) == before
