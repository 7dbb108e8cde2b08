"""Evictions, judged by Karmada's own recorded decisions."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import orjson

from karmada_nb.engine.karmada.eviction import TaskOptions, graceful_evict_cluster, taint_verdict
from karmada_nb.engine.karmada.graceful_eviction import assess_eviction_tasks
from karmada_nb.engine.meta import parse_time, rfc3339
from tests.engine.karmada.corpus import load, report

NOW = datetime(2026, 1, 1, 12, tzinfo=UTC)


def seconds(span: timedelta | None, otherwise: int) -> float:
    return otherwise if span is None else span.total_seconds()


def decide_taint(case: dict[str, Any]) -> dict[str, Any]:
    enabled = case["enableNoExecuteTaintEviction"]
    try:
        found = taint_verdict(
            case.get("appliedPlacement"), case["cluster"], parse_time(case["now"]), enabled=enabled
        )
    except ValueError as err:
        return {"error": str(err)}
    if found.evict:
        return {"evictNow": True}
    return {"evictNow": False, "recheckAfterSeconds": seconds(found.recheck_after, -1)}


def decide_assess(case: dict[str, Any]) -> dict[str, Any]:
    ages = case["taskAgeSeconds"]
    tasks = [
        {**task, "creationTimestamp": rfc3339(NOW - timedelta(seconds=ages[task["fromCluster"]]))}
        if task["fromCluster"] in ages
        else task
        for task in case["spec"]["gracefulEvictionTasks"]
    ]
    found = assess_eviction_tasks(
        {**case["spec"], "gracefulEvictionTasks": tasks},
        case["status"].get("aggregatedStatus", []),
        timedelta(seconds=case["timeoutSeconds"]),
        NOW,
        has_scheduled=case["hasScheduled"],
    )
    return {
        "kept": [task["fromCluster"] for task in found.kept],
        "evicted": found.evicted,
        "nextRetrySeconds": seconds(found.next_retry, 0),
    }


def decide_evict(case: dict[str, Any]) -> dict[str, Any]:
    options = TaskOptions(
        producer=case["producer"],
        reason=case["reason"],
        purge_mode=case.get("purgeMode", ""),
        message=case.get("message", ""),
        grace_period_seconds=case.get("gracePeriodSeconds"),
        suppress_deletion=case.get("suppressDeletion"),
    )
    spec = graceful_evict_cluster(case["spec"], case["cluster"], options)
    return {name: spec.get(name, []) for name in ("clusters", "gracefulEvictionTasks")}


DECIDE = {"taint": decide_taint, "assess": decide_assess, "evict": decide_evict}


def test_evictions_decide_as_karmada_does() -> None:
    cases = load("eviction")
    failures = []
    for case in cases:
        given = orjson.dumps(case["input"])
        found = DECIDE[case["input"]["operation"]](case["input"])
        if found != case["output"]:
            failures.append(f"{case['case']}: expected {case['output']}, found {found}")
        assert orjson.dumps(case["input"]) == given, f"{case['case']}: the input was changed"
    assert not failures, report(failures, len(cases))
