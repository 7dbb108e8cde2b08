"""The flag --feature-gates, as upstream's components read it."""

from __future__ import annotations

import pytest

from karmada_nb.engine.karmada.gates import FeatureGates


def test_without_a_word_the_defaults_of_upstream_hold() -> None:
    gates = FeatureGates()
    assert gates.enabled("GracefulEviction")
    assert gates.enabled("PropagateDeps")
    assert not gates.enabled("Failover")
    assert not gates.enabled("PropagationPolicyPreemption")


def test_a_group_switches_its_gates_and_a_gate_its_own() -> None:
    gates = FeatureGates.parse("AllAlpha=true, AllBeta=false,Failover=True")
    assert gates.enabled("PropagationPolicyPreemption")
    assert not gates.enabled("PropagateDeps")
    assert gates.enabled("Failover")


@pytest.mark.parametrize(
    ("flag", "why"),
    [
        ("Fail=true", "unrecognized feature gate: Fail "),
        ("Failover", "missing bool value for Failover "),
        ("Failover=yes", "invalid value of Failover=yes "),
    ],
)
def test_a_flag_that_means_nothing(flag: str, why: str) -> None:
    with pytest.raises(ValueError, match=why.strip()):
        FeatureGates.parse(flag)
