"""A cluster that dies and returns: which misconception is named."""

from typing import Any

import pytest

from karmada_nb import Lab, check
from tests.checks.judging import becomes, judged

FIRST = "k3d-cluster-1"


@pytest.mark.parametrize(
    ("answers", "outcome", "words"),
    [
        ((40, 12, None), "not attempted", "all three numbers"),
        ((40, 12, 9), "right", "Forty seconds"),
        ((30, 12, 9), "wrong", "every ten seconds only"),
        ((10, 12, 9), "wrong", "One failure is not enough"),
        ((300, 12, 9), "wrong", "one period at the latest"),
        ((40, 12, 6), "wrong", "before you scale"),
        ((40, 12, 12), "wrong", "keep its share"),
        ((40, 9, 9), "wrong", "three share all twelve"),
        ((40, 8, 9), "wrong", "Divide twelve"),
    ],
)
def test_away(answers: tuple[Any, ...], outcome: str, words: str) -> None:
    found = check("outage_away", **dict(zip(("not_ready", "article", "today"), answers, strict=True)))
    assert (found.outcome, words in found.message) == (outcome, True), found


def test_return(lab: Lab) -> None:
    lab.at("client")
    judged(lab, "outage_return", "not attempted", "still asks for 3")
    lab.connect().patch("deployments", "pipy", {"spec": {"replicas": 5}})
    judged(lab, "outage_return", "wrong", "The template asks for 5")
    lab.connect().patch("deployments", "pipy", {"spec": {"replicas": 9}})
    becomes(lab, "outage_return", "right", "Three in each")
    policy = lab.get("propagationpolicies/pipy-propagation")
    assert policy is not None
    policy["spec"]["placement"]["clusterAffinity"]["clusterNames"].remove(FIRST)
    lab.apply(policy)
    becomes(lab, "outage_return", "wrong", "Does the policy still name all")


def test_a_lost_member_comes_first(lab: Lab) -> None:
    lab.at("client")
    lab.flag(
        "karmada-controller-manager", "--cluster-status-update-frequency=1s", "--cluster-failure-threshold=2s"
    )
    lab.cut(FIRST)
    becomes(lab, "outage_return", "wrong", f"{FIRST} is not Ready")
    lab.at("client")
    judged(lab, "outage_return", "not attempted")


def test_failover(lab: Lab) -> None:
    first, second, last = lab.members()
    lab.at("client")
    judged(lab, "outage_failover", "not attempted", "All members are Ready")
    policy = lab.get("propagationpolicies/pipy-propagation")
    assert policy is not None
    rules = policy["spec"]["placement"]["replicaScheduling"]["weightPreference"]["staticWeightList"]
    rules[0]["weight"] = 20
    lab.apply(policy)
    judged(lab, "outage_failover", "wrong", "The policy places it otherwise")
    rules[0]["weight"] = 10
    lab.apply(policy)
    lab.flag(
        "karmada-controller-manager", "--cluster-status-update-frequency=1s", "--cluster-failure-threshold=2s"
    )
    lab.cut(first)
    becomes(lab, "outage_failover", "wrong", f"{second} is Ready, and gets a share")
    lab.flag("karmada-scheduler", "--feature-gates=Failover=false")
    lab.cut(second)
    becomes(lab, "outage_failover", "wrong", "Is failover on?")
    lab.unflag("karmada-scheduler", "--feature-gates=Failover=false")
    becomes(lab, "outage_failover", "right", f"All 3 run in {last}")
    lab.cut(last)
    becomes(lab, "outage_failover", "wrong", f"{last} is lost itself")
    lab.at("client")
