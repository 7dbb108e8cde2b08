"""Exercises about how replicas are shared out: which misconception is named."""

from typing import Any

import pytest

from karmada_nb import Lab, check
from karmada_nb.course import deployment, policy
from karmada_nb.manifests import Object
from tests.checks.judging import becomes, judged

NGINX = {"name": "nginx", "image": "nginx"}
COPIES = {"replicaSchedulingType": "Duplicated"}


def config(name: str) -> Object:
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name, "namespace": "default"}}


@pytest.mark.parametrize(
    ("answers", "outcome", "words"),
    [
        ((None, 3, 15, "12/4"), "not attempted", "three numbers"),
        ((12, 3, 15, "12/4"), "right", "Twelve"),
        ((12, 3, 15, "12 / 4"), "right", "Twelve"),
        ((4, 3, 15, "12/4"), "wrong", "would be Divided"),
        ((12, 1, 15, "12/4"), "wrong", "gets its own"),
        ((12, 3, 12, "12/4"), "wrong", "one pod on each node"),
        ((12, 3, 5, "12/4"), "wrong", "Five is one cluster"),
        ((12, 3, 15, "12/12"), "wrong", "nobody changes what you wrote"),
        ((12, 3, 15, "4/4"), "wrong", "So says each member"),
        ((12, 3, 15, "yes"), "wrong", "In front of the stroke"),
    ],
)
def test_count(answers: tuple[Any, ...], outcome: str, words: str) -> None:
    found = check("count", **dict(zip(("pods", "services", "agents", "ready"), answers, strict=True)))
    assert (found.outcome, words in found.message) == (outcome, True), found


def shared(lab: Lab, selected: list[tuple[str, str, str]], **changes: Any) -> Object:
    made = policy("worker", selected, dict.fromkeys(lab.members(), 1))
    placement = {**made["spec"]["placement"], **changes}
    return {**made, "spec": {**made["spec"], "placement": placement}}


def test_together(lab: Lab) -> None:
    worker, settings = ("apps/v1", "Deployment", "worker"), ("v1", "ConfigMap", "settings")
    lab.at("deploy")
    judged(lab, "together", "not attempted", "neither a Deployment worker")
    lab.apply(config("settings"), cluster="k3d-cluster-1")
    judged(lab, "together", "wrong", "settings is in k3d-cluster-1")
    lab.delete("configmap/settings", cluster="k3d-cluster-1")
    lab.apply([config("settings"), deployment("worker", 2, NGINX)])
    judged(lab, "together", "not attempted", "no policy selects them")
    lab.apply(shared(lab, [worker], replicaScheduling=COPIES))
    judged(lab, "together", "wrong", "settings stay in Karmada")
    lab.delete("propagationpolicy/worker")
    lab.apply(shared(lab, [worker, settings], replicaScheduling=COPIES))
    judged(lab, "together", "wrong", "as copies")
    lab.apply(deployment("worker", 6, NGINX))
    judged(lab, "together", "wrong", "that makes 18")
    lab.apply(shared(lab, [worker, settings], clusterAffinity={"clusterNames": ["k3d-cluster-1"]}))
    judged(lab, "together", "wrong", "has no settings")
    lab.apply(shared(lab, [worker, settings]))
    becomes(lab, "together", "right", "one policy did both")
    lab.delete("propagationpolicy/worker")
    lab.apply(shared(lab, [worker]))
    lab.apply(policy("settings", [settings], dict.fromkeys(lab.members(), 1)))
    judged(lab, "together", "wrong", "one is enough")
