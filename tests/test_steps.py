"""Any step from any state, and nothing left of what came between."""

import pytest

from karmada_nb import Lab, LabError
from karmada_nb.steps import STEPS

pytestmark = pytest.mark.slow


def state(lab: Lab) -> tuple[bool, int, list[str], list[str]]:
    """Whether Karmada is there, how many joined, and the deployments and policies in it."""
    if not lab.installed():
        return False, 0, [], []
    names = [
        sorted(obj["metadata"]["name"] for obj in lab.list(kind))
        for kind in ("deployments", "propagationpolicies")
    ]
    return True, len(lab.joined()), names[0], names[1]


WANTED = {
    "start": (False, 0, [], []),
    "clusters": (False, 0, [], []),
    "install": (False, 0, [], []),
    "join": (True, 0, [], []),
    "deploy": (True, 3, [], []),
    "propagation": (True, 3, ["pipy"], []),
    "scale": (True, 3, ["pipy"], ["pipy-propagation"]),
    "client": (True, 3, ["pipy"], ["pipy-propagation"]),
    "traffic": (True, 3, ["curl", "pipy"], ["curl-propagation", "pipy-propagation"]),
    "summary": (True, 3, ["curl", "pipy"], ["curl-propagation", "pipy-propagation"]),
}
REPLICAS = {"scale": [1, 1, 0], "client": [1, 1, 1], "traffic": [1, 1, 1]}


@pytest.mark.parametrize("step", [*STEPS, *reversed(STEPS), "summary", "join", "scale"])
def test_every_step_can_be_reached(lab: Lab, step: str) -> None:
    lab.at(step)
    assert state(lab) == WANTED[step]
    if step in REPLICAS:
        assert lab.distribution("deployment/pipy")["ready"].tolist() == REPLICAS[step]


def test_a_second_time_changes_nothing(lab: Lab) -> None:
    lab.at("join")
    lab.at("traffic")
    before = [(obj or {})["metadata"]["resourceVersion"] for obj in _objects(lab)]
    lab.at("traffic")
    assert [(obj or {})["metadata"]["resourceVersion"] for obj in _objects(lab)] == before


def test_what_exercises_and_experiments_left_is_gone(lab: Lab) -> None:
    lab.at("client")
    lab.apply("{apiVersion: v1, kind: ConfigMap, metadata: {name: left}}")
    lab.apply("{apiVersion: v1, kind: Namespace, metadata: {name: left}}", cluster="k3d-cluster-1")
    lab.apply("{apiVersion: v1, kind: ConfigMap, metadata: {name: left}}", cluster="control-plane")
    clusters = "clusters.cluster.karmada.io"
    lab.connect().patch(clusters, "k3d-cluster-3", {"metadata": {"labels": {"location": "edge"}}}, None)
    weight = {"targetCluster": {"clusterNames": ["k3d-cluster-1"]}, "weight": 1}
    scheduling = {"weightPreference": {"staticWeightList": [weight]}}
    lab.connect().patch(
        "propagationpolicies",
        "pipy-propagation",
        {"spec": {"priority": 7, "placement": {"replicaScheduling": scheduling}}},
    )
    lab.wait(lambda: lab.distribution("deployment/pipy")["ready"].tolist() == [3, 0, 0], "all in one")
    lab.at("client")
    assert lab.distribution("deployment/pipy")["ready"].tolist() == [1, 1, 1]
    assert lab.get("configmap/left") is None
    assert lab.get("configmap/left", cluster="control-plane") is None
    lab.wait("namespace/left", gone=True, cluster="k3d-cluster-1")
    cluster = lab.get(f"{clusters}/k3d-cluster-3") or {}
    assert "location" not in (cluster["metadata"].get("labels") or {})
    policy = lab.get("propagationpolicy/pipy-propagation") or {}
    assert policy["spec"].get("priority", 0) == 0


def test_an_unknown_step_is_named(lab: Lab) -> None:
    with pytest.raises(LabError, match=r"expected a step \(start, clusters.*found 'nowhere'"):
        lab.at("nowhere")


def _objects(lab: Lab) -> list[dict[str, object] | None]:
    names = ("deployment/pipy", "service/pipy", "deployment/curl", "propagationpolicy/pipy-propagation")
    return [lab.get(name) for name in names]


def test_a_step_lifts_cordons(lab: Lab) -> None:
    lab.at("client")
    last = lab.members()[-1]
    lab.karmadactl("--kubeconfig", str(lab.kubeconfig()), "cordon", last, show=False)
    lab.at("client")
    cluster = lab.get(f"clusters.cluster.karmada.io/{last}")
    assert cluster
    assert not cluster["spec"].get("taints")
