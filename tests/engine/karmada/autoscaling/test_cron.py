"""When rules are due and what is remembered: pkg/controllers/cronfederatedhpa."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from karmada_nb.engine.karmada.autoscaling import cron as decide
from karmada_nb.engine.meta import Object

NOW = datetime(2026, 3, 28, 12, 0, 30, tzinfo=UTC)


def rule(**more: object) -> Object:
    return {"name": "up", "schedule": "30 9 * * *", "targetReplicas": 4, **more}


@pytest.mark.parametrize(
    ("zone", "due"),
    [
        (None, "2026-03-29T09:30"),
        ("UTC", "2026-03-29T09:30"),
        ("Asia/Shanghai", "2026-03-29T01:30"),  # UTC+8
        ("Europe/Berlin", "2026-03-29T07:30"),  # Summer time, UTC+2, begins in that night.
    ],
)
def test_a_rule_is_due_by_its_own_clock(zone: str | None, due: str) -> None:
    wanted = rule(**({"timeZone": zone} if zone else {}))
    assert decide.next_run(wanted, NOW) == datetime.fromisoformat(due).replace(tzinfo=UTC)


def test_schedules_with_seconds_are_none() -> None:
    with pytest.raises(ValueError, match="expected exactly 5 fields, found 6"):
        decide.next_run(rule(schedule="0 30 9 * * *"), NOW)


@pytest.mark.parametrize(("limit", "kept"), [(None, 3), (1, 1), (5, 5)])
def test_the_newest_executions_are_kept(limit: int | None, kept: int) -> None:
    wanted = rule(**({"successfulHistoryLimit": limit} if limit else {}))
    cron: Object = decide.with_next_run({"spec": {"rules": [wanted]}}, "up", NOW)
    for minute in range(6):
        moment = NOW.replace(minute=minute)
        cron = decide.executed(cron, wanted, moment, moment.replace(minute=minute + 1))
    [history] = cron["status"]["executionHistories"]
    times = [entry["executionTime"] for entry in history["successfulExecutions"]]
    assert times == [f"2026-03-28T12:0{minute}:30Z" for minute in range(5, 5 - kept, -1)]
    assert history["nextExecutionTime"] == "2026-03-28T12:06:30Z"
    assert history["successfulExecutions"][0] == {
        "scheduleTime": "2026-03-28T12:05:30Z",
        "executionTime": "2026-03-28T12:05:30Z",
        "appliedReplicas": 4,
    }


def test_a_failure_is_remembered_with_its_reason() -> None:
    cron: Object = decide.with_next_run({"spec": {"rules": [rule()]}}, "up", NOW)
    cron = decide.executed(cron, rule(), NOW, None, "no such thing")
    [history] = cron["status"]["executionHistories"]
    assert history["failedExecutions"][0]["message"] == "no such thing"
    assert "successfulExecutions" not in history
    assert "nextExecutionTime" not in history


def test_an_execution_of_a_rule_that_is_gone_leaves_no_old_history() -> None:
    cron: Object = {"spec": {"rules": []}, "status": {"executionHistories": [{"ruleName": "up"}]}}
    assert decide.without_rules(cron)["status"]["executionHistories"] == []


def test_bounds_that_are_not_named_stay() -> None:
    autoscaler: Object = {"spec": {"minReplicas": 1, "maxReplicas": 5}}
    assert decide.rescaled(autoscaler, {"targetMinReplicas": 2})["spec"] == {
        "minReplicas": 2,
        "maxReplicas": 5,
    }
    assert decide.rescaled(autoscaler, {"targetMaxReplicas": 5}) is autoscaler
