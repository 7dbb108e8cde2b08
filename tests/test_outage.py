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


def test_clusters_of_others_are_left_alone(lab: Lab) -> None:
    lab.at("deploy")
    members: dict[str, str | Path] = {name: lab.kubeconfig(name) for name in lab.members()}
    attached = Lab.attach(lab.kubeconfig(), members)
    with pytest.raises(LabError, match="nothing was cut"):
        attached.cut(FIRST)
    attached.stop()
