"""A member that Karmada loses and finds again, and flags by which it notices sooner."""

from pathlib import Path

import pytest

from karmada_nb import Lab, LabError
from karmada_nb.frames import condition

FIRST = "k3d-cluster-1"
CLUSTER = f"clusters.cluster.karmada.io/{FIRST}"
FASTER = ("--cluster-status-update-frequency=1s", "--cluster-failure-threshold=2s")


def is_ready(lab: Lab) -> str:
    return condition(lab.get(CLUSTER) or {}, "Ready")


def test_a_member_is_lost_and_found_and_the_next_step_undoes_it(lab: Lab) -> None:
    lab.at("client")
    lab.flag("karmada-controller-manager", *FASTER)
    lab.cut(FIRST)
    lab.wait(lambda: is_ready(lab) == "False", f"{FIRST} to be missed", timeout=20)
    assert lab.get("deployment/pipy", cluster=FIRST) is not None
    lab.mend(FIRST)
    lab.wait(CLUSTER, ready=True)
    lab.cut(FIRST)
    lab.at("client")
    assert is_ready(lab) == "True"
    assert lab.distribution("deployment/pipy")["ready"].sum() == 3
    manager = lab.get("deployments/karmada-controller-manager", "control-plane", "karmada-system")
    assert manager is not None
    command = manager["spec"]["template"]["spec"]["containers"][0]["command"]
    assert not set(FASTER) & set(command)


def test_the_articles_scheduler_moves_what_is_lost_and_the_next_step_moves_it_back(lab: Lab) -> None:
    lab.at("client")
    lab.flag("karmada-controller-manager", *FASTER)
    lab.cut(FIRST)
    # Three replicas of equal weights among two: one each, and what is left to the first by name.
    lab.wait(lambda: _wanted(lab) == [0, 2, 1], "the replicas to move", timeout=30)
    lab.wait("deployment/pipy", ready=3)
    assert lab.get("deployment/pipy", cluster=FIRST) is not None, "nobody can reach it, nobody stops it"
    lab.mend(FIRST)
    lab.wait(CLUSTER, ready=True)
    lab.wait("deployment/pipy", gone=True, cluster=FIRST)
    assert _wanted(lab) == [0, 2, 1], "nothing goes back by itself"
    lab.at("client")
    assert lab.distribution("deployment/pipy")["ready"].tolist() == [1, 1, 1]
    assert lab.get("service/pipy", cluster=FIRST) is not None


def test_without_the_gate_nothing_moves(lab: Lab) -> None:
    lab.at("client")
    lab.flag("karmada-controller-manager", *FASTER)
    lab.flag("karmada-scheduler", "--feature-gates=Failover=false")
    lab.cut(FIRST)
    lab.wait(lambda: is_ready(lab) == "False", f"{FIRST} to be missed", timeout=20)
    assert _wanted(lab) == [1, 1, 1]
    lab.unflag("karmada-scheduler", "--feature-gates=Failover=false")
    lab.wait(lambda: _wanted(lab) == [0, 2, 1], "the replicas to move", timeout=30)
    lab.at("client")


def _wanted(lab: Lab) -> list[int]:
    """What the scheduler has decided for each member."""
    binding = lab.get("rb/pipy-deployment")
    assert binding is not None
    chosen = {target["name"]: target.get("replicas", 0) for target in binding["spec"]["clusters"]}
    return [chosen.get(name, 0) for name in lab.members()]


def test_clusters_of_others_are_left_alone(lab: Lab) -> None:
    lab.at("deploy")
    members: dict[str, str | Path] = {name: lab.kubeconfig(name) for name in lab.members()}
    attached = Lab.attach(lab.kubeconfig(), members)
    with pytest.raises(LabError, match="nothing was cut"):
        attached.cut(FIRST)
    attached.stop()
