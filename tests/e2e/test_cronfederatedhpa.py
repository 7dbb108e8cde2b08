"""Follows test/e2e/suites/base/cronfederatedhpa_test.go."""

from __future__ import annotations

import itertools
from typing import Any

from karmada_nb.engine import meta
from karmada_nb.engine.karmada.constants import AUTOSCALING_API_VERSION
from karmada_nb.engine.meta import Object
from tests.e2e.manifests import deployment, divided, names, obj, policy
from tests.e2e.suite import Suite

EVERY_MINUTE = "*/1 * * * *"


def cron(name: str, target: Object, **rule: Any) -> Object:
    rules = [{"name": "scale-up", "schedule": EVERY_MINUTE, **rule}]
    return obj(
        AUTOSCALING_API_VERSION, "CronFederatedHPA", name, spec={"scaleTargetRef": target, "rules": rules}
    )


def workload(name: str) -> Object:
    return {"apiVersion": "apps/v1", "kind": "Deployment", "name": name}


def federated(name: str, most: int, cpu: int = 80, **behavior: Any) -> Object:
    target = {"type": "Utilization", "averageUtilization": cpu}
    spec = {
        "scaleTargetRef": workload(name),
        "minReplicas": 1,
        "maxReplicas": most,
        "metrics": [{"type": "Resource", "resource": {"name": "cpu", "target": target}}],
        "behavior": {"scaleDown": {"stabilizationWindowSeconds": 10}, **behavior},
    }
    return obj(AUTOSCALING_API_VERSION, "FederatedHPA", name, spec=spec)


async def spread(suite: Suite) -> str:
    """Three replicas, aggregated in the members."""
    name = suite.name("cron")
    template = deployment(name)
    placement = {**names(*suite.members), "replicaScheduling": divided("Aggregated")}
    await suite.create(policy(name, template, placement), template)
    await replicas(suite, name, 3)
    return name


async def replicas(suite: Suite, name: str, wanted: int) -> None:
    """Until the members have so many together."""

    def found() -> int:
        copies = (suite.get("Deployment", name, at=member) for member in suite.members)
        return sum(copy["spec"]["replicas"] for copy in copies if copy)

    await suite.eventually(lambda: found() == wanted)


def history(suite: Suite, name: str) -> Object:
    found: Object = suite.must("CronFederatedHPA", name)["status"]["executionHistories"][0]
    return found


async def test_a_rule_sets_the_bounds_of_a_federated_hpa(suite: Suite) -> None:
    name = await spread(suite)
    await suite.create(federated(name, 1))
    await replicas(suite, name, 1)
    target = {"apiVersion": AUTOSCALING_API_VERSION, "kind": "FederatedHPA", "name": name}
    await suite.create(cron(name, target, targetMinReplicas=2, targetMaxReplicas=100))
    await replicas(suite, name, 2)
    entry = history(suite, name)["successfulExecutions"][0]
    assert (entry["appliedMinReplicas"], entry["appliedMaxReplicas"]) == (2, 100)


async def test_a_rule_scales_a_deployment_and_remembers_three_times(suite: Suite) -> None:
    name = await spread(suite)
    await suite.create(cron(name, workload(name), targetReplicas=4))
    due = meta.parse_time(history(suite, name)["nextExecutionTime"])
    assert 0 < (due - suite.federation.clock.now()).total_seconds() <= 60
    await replicas(suite, name, 4)
    await suite.pass_time(300)
    found = history(suite, name)["successfulExecutions"]
    times = [meta.parse_time(entry["scheduleTime"]) for entry in found]
    assert [(a - b).total_seconds() for a, b in itertools.pairwise(times)] == [60, 60]
    assert all(entry["appliedReplicas"] == 4 for entry in found)


async def test_a_suspended_rule_does_nothing(suite: Suite) -> None:
    name = await spread(suite)
    await suite.create(cron(name, workload(name), targetReplicas=30, suspend=True))
    await suite.pass_time(90)
    await replicas(suite, name, 3)
    assert history(suite, name) == {"ruleName": "scale-up"}


async def test_a_rule_is_suspended_while_it_runs(suite: Suite) -> None:
    name = await spread(suite)
    made = await suite.create(cron(name, workload(name), targetReplicas=4))
    await replicas(suite, name, 4)
    await suite.update("Deployment", name, ("spec", "replicas"), 3)
    rules = [{**made["spec"]["rules"][0], "suspend": True}]
    await suite.update("CronFederatedHPA", name, ("spec", "rules"), rules)
    await suite.pass_time(90)
    await replicas(suite, name, 3)
    assert "nextExecutionTime" not in history(suite, name)


async def test_a_rule_whose_target_is_missing_says_so(suite: Suite) -> None:
    name = suite.name("cron")
    await suite.create(cron(name, workload(name), targetReplicas=4))
    why = f'deployments.apps "{name}" not found'
    await suite.eventually(lambda: history(suite, name).get("failedExecutions"))
    assert history(suite, name)["failedExecutions"][0]["message"] == why
    await suite.eventually(lambda: ("ScaleFailed", why) in suite.events("CronFederatedHPA", name))


async def test_rules_keep_the_time_of_their_zone(suite: Suite) -> None:
    name = suite.name("cron")
    rule = {"schedule": "30 9 * * *", "timeZone": "Asia/Shanghai"}
    await suite.create(cron(name, workload(name), targetReplicas=4, **rule))
    due = history(suite, name)["nextExecutionTime"]
    assert due.endswith("T01:30:00Z"), "Shanghai is eight hours ahead of UTC"


async def test_the_history_of_a_rule_goes_with_it(suite: Suite) -> None:
    name = suite.name("cron")
    made = await suite.create(cron(name, workload(name), targetReplicas=4))
    other = {**made["spec"]["rules"][0], "name": "other"}
    await suite.update("CronFederatedHPA", name, ("spec", "rules"), [other])
    histories = suite.must("CronFederatedHPA", name)["status"]["executionHistories"]
    assert [item["ruleName"] for item in histories] == ["other"]


async def test_a_schedule_with_seconds_is_let_in_and_never_runs(suite: Suite) -> None:
    name = suite.name("cron")
    await suite.create(cron(name, workload(name), targetReplicas=4, schedule="0 30 9 * * *"))
    why = "gocron: cron expression failed to be parsed: expected exactly 5 fields, found 6: [0 30 9 * * *]"
    await suite.eventually(lambda: ("StartRuleFailed", why) in suite.events("CronFederatedHPA", name))
