"""Flags in the commands of Karmada's deployments."""

from __future__ import annotations

from datetime import timedelta

import pytest

from karmada_nb.engine.karmada.flags import of_controller_manager, of_scheduler, of_webhook
from karmada_nb.engine.karmada.gates import FAILOVER, FeatureGates
from karmada_nb.engine.karmada.lifecycle.components import components, workload
from karmada_nb.engine.karmada.options import Options
from karmada_nb.engine.meta import Object


def deployment(*words: str, arguments: tuple[str, ...] = ()) -> Object:
    container = {"command": ["/bin/karmada-controller-manager", *words], "args": list(arguments)}
    return {"spec": {"template": {"spec": {"containers": [container]}}}}


def test_a_fresh_installation_says_upstreams_defaults() -> None:
    for edition in ("article", "current"):
        made = {c.name: workload(c, "karmada-system") for c in components(edition)}
        found = of_controller_manager(made["karmada-controller-manager"], Options())
        assert of_webhook(made["karmada-webhook"], found) == Options()
    assert of_controller_manager(None, Options()) == Options()


def test_times_switches_and_gates_are_read() -> None:
    said = deployment(
        "--cluster-status-update-frequency=1m30s",
        "--cluster-failure-threshold=500ms",
        "--cluster-success-threshold=2s",
        "--enable-no-execute-taint-eviction",
        arguments=("--failover-eviction-timeout=1h", "--feature-gates=Failover=true"),
    )
    found = of_controller_manager(said, Options())
    timers = found.timers
    assert (timers.status_update, timers.failure_threshold, timers.success_threshold) == (90.0, 0.5, 2.0)
    assert timers.failover_eviction_timeout == timedelta(hours=1)
    assert found.gates.enabled(FAILOVER)
    assert found.evictions.no_execute_taints


def test_of_two_the_later_counts_and_what_the_lab_was_started_with_stays() -> None:
    started = Options(FeatureGates({FAILOVER: True}))
    said = deployment("--cluster-failure-threshold=1s", arguments=("--cluster-failure-threshold=4s",))
    found = of_controller_manager(said, started)
    assert found.timers.failure_threshold == 4.0
    assert found.gates.enabled(FAILOVER)


@pytest.mark.parametrize("value", ["", "soon", "10", "-1s", "1d"])
def test_a_value_that_cannot_be_read_changes_nothing(value: str) -> None:
    words = f"--cluster-failure-threshold={value}", f"--feature-gates={value or 'NoSuchGate=true'}"
    assert of_controller_manager(deployment(*words), Options()) == Options()


def test_the_article_installs_its_scheduler_with_failover() -> None:
    """As karmadactl init of v1.2.0 does (cmdinit/kubernetes/deployments.go); today's does not."""
    made = {
        edition: {c.name: workload(c, "karmada-system") for c in components(edition)}["karmada-scheduler"]
        for edition in ("article", "current")
    }
    assert of_scheduler(made["article"], Options()).scheduler_failover
    assert not of_scheduler(made["current"], Options()).scheduler_failover
    off = deployment("--feature-gates=Failover=true", "--feature-gates=Failover=false")
    assert not of_scheduler(off, Options()).scheduler_failover


def test_the_webhook_has_a_flag_of_its_own() -> None:
    said = deployment("--allow-no-execute-taint-policy=true")
    assert of_webhook(said, Options()).allow_no_execute_taint_policy
    assert not of_webhook(deployment(), Options()).allow_no_execute_taint_policy
