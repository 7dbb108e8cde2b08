"""An application that stays unhealthy in a cluster, and what its next home is told."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from karmada_nb.engine.karmada.application_failover import (
    detect_failures,
    failover_task,
    inject_preserved_label_state,
)
from karmada_nb.engine.karmada.eviction import graceful_evict_cluster, purge_mode_for_taint
from karmada_nb.engine.meta import Object

NOW = datetime(2026, 1, 1, 12, tzinfo=UTC)
WORKLOAD: Object = {"kind": "Deployment", "metadata": {"name": "pipy", "labels": {"app": "pipy"}}}


def read(status: Object, path: str) -> str:
    return str(status[path])


def binding(health: str, **behaviour: Any) -> Object:
    application = {"decisionConditions": {"tolerationSeconds": 30}, **behaviour}
    return {
        "spec": {
            "clusters": [{"name": "m1", "replicas": 2}],
            "failover": {"application": application},
        },
        "status": {"aggregatedStatus": [{"clusterName": "m1", "health": health, "status": {"master": "a"}}]},
    }


def test_a_failure_is_put_up_with_for_a_while() -> None:
    first = detect_failures(binding("Unhealthy"), {}, NOW)
    assert (first.evict, first.recheck_after) == ([], timedelta(seconds=30))
    later = NOW + timedelta(seconds=10)
    second = detect_failures(binding("Unhealthy"), first.unhealthy_since, later)
    assert (second.evict, second.recheck_after) == ([], timedelta(seconds=20))
    end = NOW + timedelta(seconds=30)
    third = detect_failures(binding("Unhealthy"), second.unhealthy_since, end)
    assert (third.evict, third.recheck_after, third.unhealthy_since) == (["m1"], None, {})


def test_recovery_starts_the_clock_anew() -> None:
    first = detect_failures(binding("Unhealthy"), {}, NOW)
    assert detect_failures(binding("Healthy"), first.unhealthy_since, NOW).unhealthy_since == {}


def test_purge_modes_of_an_application() -> None:
    never = failover_task(binding("Unhealthy", purgeMode="Never"), "m1", "p", read)
    assert never.suppress_deletion is True
    slow = binding("Unhealthy", purgeMode="Gracefully", gracePeriodSeconds=100)
    assert failover_task(slow, "m1", "p", read).grace_period_seconds == 100
    direct = binding("Unhealthy", purgeMode="Directly", gracePeriodSeconds=100)
    assert failover_task(direct, "m1", "p", read).grace_period_seconds is None


def test_purge_modes_for_a_taint() -> None:
    assert purge_mode_for_taint(None, "Gracefully") == "Gracefully"
    assert purge_mode_for_taint(None, "Directly") == "Directly"
    assert purge_mode_for_taint({"cluster": {}}, "Directly") == "Gracefully"
    assert purge_mode_for_taint({"cluster": {"purgeMode": "Directly"}}, "Gracefully") == "Directly"


def test_state_is_carried_to_the_new_cluster() -> None:
    rules = [{"aliasLabelName": "old-master", "jsonPath": "master"}]
    failed = binding("Unhealthy", purgeMode="Directly", statePreservation={"rules": rules})
    task = failover_task(failed, "m1", "p", read, stateful=True)
    spec = graceful_evict_cluster(failed["spec"], "m1", task)
    assert spec["gracefulEvictionTasks"][0]["clustersBeforeFailover"] == ["m1"]
    moved = inject_preserved_label_state(spec, "m2", WORKLOAD, 1)
    assert moved["metadata"]["labels"] == {"app": "pipy", "old-master": "a"}
    assert inject_preserved_label_state(spec, "m1", WORKLOAD, 1) is WORKLOAD
    assert inject_preserved_label_state(spec, "m2", WORKLOAD, 2) is WORKLOAD
