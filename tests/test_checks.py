"""Exercises: begun or not, right or wrong, and wrong for which reason."""

from typing import Any

import pytest

from karmada_nb import Lab, LabError, check
from karmada_nb.checks import EXERCISES, verdict
from karmada_nb.course import curl, curl_policy, deployment
from karmada_nb.manifests import Object

CLUSTERS = "clusters.cluster.karmada.io"
NGINX = {"name": "nginx", "image": "nginx"}


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Judge once: what these tests change has arrived when they ask."""
    monkeypatch.setattr(verdict, "PATIENCE", {})


def config(name: str, namespace: str = "default") -> Object:
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name, "namespace": namespace}}


def judged(lab: Lab, name: str, outcome: str, words: str = "") -> None:
    found = check(name, lab=lab)
    assert found.outcome == outcome, found
    assert words in found.message


@pytest.mark.parametrize(
    ("answers", "outcome", "words"),
    [
        ({}, "not attempted", "both numbers"),
        ({"deployments": 3, "pods": 8}, "right", "One template and two"),
        ({"deployments": 2, "pods": 8}, "wrong", "the template as an object of its own"),
        ({"deployments": 10, "pods": 8}, "wrong", "You counted pods"),
        ({"deployments": 3, "pods": 5}, "wrong", "equal share"),
        ({"deployments": 3, "pods": 4}, "wrong", "not a number of pods"),
        ({"colour": 1}, "error", "could not be read"),
        ({"deployments": "3", "pods": " 8 "}, "right", "One template and two"),
    ],
)
def test_why(answers: dict[str, Any], outcome: str, words: str) -> None:
    found = check("why", **answers)
    assert (found.outcome, words in found.message) == (outcome, True), found


@pytest.mark.parametrize(
    ("seats", "outcome"),
    [
        ((None, 1, 1), "not attempted"),
        ((2, 1, 1), "right"),
        ((3, 1, 0), "wrong"),
        ((2, 2, 0), "wrong"),
        ((5, 3, 1), "wrong"),
    ],
)
def test_editions(seats: tuple[int | None, ...], outcome: str) -> None:
    names = ("k3d-cluster-1", "k3d-cluster-2", "k3d-cluster-3")
    assert check("editions", answer=dict(zip(names, seats, strict=True))).outcome == outcome


def test_an_answer_of_another_form_is_an_outcome() -> None:
    found = check("editions", answer=[2, 1, 1])
    assert found.outcome == "error"
    assert "found answer=[2, 1, 1]" in found.message


def test_a_verdict_has_hints_and_a_solution_and_is_escaped() -> None:
    verdict = check("why", deployments="<b>", pods=1)
    assert "Hint (1 of 2)" in repr(verdict.hint())
    assert verdict.hint(9) == verdict.hint(2)
    assert "pods = 8" in repr(verdict.solution())
    assert "&quot;" in check("editions").solution()._repr_html_()
    assert not verdict


def test_an_exercise_that_does_not_exist_is_named() -> None:
    with pytest.raises(LabError, match="found 'nothing'"):
        check("nothing")


def test_every_exercise_has_a_hint_and_a_solution() -> None:
    assert all(exercise.hints and exercise.solution for exercise in EXERCISES.values())


def test_without_karmada_it_is_not_a_traceback(lab: Lab) -> None:
    lab.at("install")
    judged(lab, "install", "not attempted", "not installed yet")
    judged(lab, "deploy", "error", "not installed yet")


def test_start(lab: Lab) -> None:
    lab.at("install")
    judged(lab, "start", "not attempted")
    lab.apply(config("hello", "kube-public"), cluster="k3d-cluster-1")
    judged(lab, "start", "wrong", "in namespace kube-public")
    lab.delete("configmap/hello", cluster="k3d-cluster-1", namespace="kube-public")
    lab.apply(config("hello"), cluster="control-plane")
    judged(lab, "start", "wrong", "%k0 to the control plane's host")
    lab.apply(config("hello"), cluster="k3d-cluster-1")
    judged(lab, "start", "right")


def test_clusters(lab: Lab) -> None:
    lab.at("clusters")
    judged(lab, "clusters", "not attempted")
    lab.apply(deployment("by-hand", 1, NGINX), cluster="k3d-cluster-1")
    judged(lab, "clusters", "wrong", "k3d-cluster-2 knows nothing of it")
    lab.apply(deployment("by-hand", 2, NGINX), cluster="k3d-cluster-2")
    judged(lab, "clusters", "wrong", "runs 2 of nginx")
    lab.apply(deployment("by-hand", 1, NGINX), cluster="k3d-cluster-2")
    judged(lab, "clusters", "right")
    lab.apply(deployment("by-hand", 1, NGINX), cluster="k3d-cluster-3")
    judged(lab, "clusters", "wrong", "only")


def test_install(lab: Lab) -> None:
    lab.at("join")
    judged(lab, "install", "not attempted")
    lab.apply(config("note"), cluster="control-plane")
    judged(lab, "install", "wrong", "%kmd, not %k0")
    lab.apply(config("note"))
    judged(lab, "install", "wrong", "Delete it there")
    lab.delete("configmap/note", cluster="control-plane")
    judged(lab, "install", "right")


def test_join(lab: Lab) -> None:
    lab.at("deploy")
    judged(lab, "join", "not attempted")
    label = {"metadata": {"labels": {"location": "edge"}}}
    lab.connect("k3d-cluster-3").patch("nodes", "k3d-cluster-3-server-0", label, None)
    judged(lab, "join", "wrong", "You labelled a node of k3d-cluster-3")
    lab.connect().patch(CLUSTERS, "k3d-cluster-1", label, None)
    judged(lab, "join", "wrong", "it should be on k3d-cluster-3")
    lab.connect().patch(CLUSTERS, "k3d-cluster-3", label, None)
    judged(lab, "join", "wrong", "choose all of them")
    lab.connect().patch(CLUSTERS, "k3d-cluster-1", {"metadata": {"labels": {"location": "cloud"}}}, None)
    judged(lab, "join", "right")


def test_deploy(lab: Lab) -> None:
    lab.at("deploy")
    judged(lab, "deploy", "not attempted")
    astray = deployment("web", 2, NGINX)
    lab.apply({**astray, "metadata": {**astray["metadata"], "namespace": "kube-public"}})
    judged(lab, "deploy", "wrong", "web is in karmada, in namespace kube-public")
    lab.delete("deployment/web", namespace="kube-public")
    lab.apply(deployment("web", 2, NGINX), cluster="k3d-cluster-2")
    judged(lab, "deploy", "wrong", "past Karmada")
    lab.apply(deployment("web", 3, NGINX))
    judged(lab, "deploy", "wrong", "replicas: 3")
    lab.apply(deployment("web", 2, NGINX))
    judged(lab, "deploy", "wrong", "by hand?")
    lab.delete("deployment/web", cluster="k3d-cluster-2")
    judged(lab, "deploy", "right")


def divided(lab: Lab, kind: str, weights: tuple[int, ...], replicas: int) -> None:
    """Change how pipy is spread, and wait until the binding says so."""
    rules = [
        {"targetCluster": {"clusterNames": [name]}, "weight": weight}
        for name, weight in zip(lab.members(), weights, strict=True)
    ]
    scheduling = {"replicaSchedulingType": kind, "weightPreference": {"staticWeightList": rules}}
    change = {"spec": {"placement": {"replicaScheduling": scheduling}}}
    lab.connect().patch("propagationpolicies", "pipy-propagation", change)
    lab.connect().patch("deployments", "pipy", {"spec": {"replicas": replicas}})


def becomes(lab: Lab, name: str, outcome: str, words: str = "") -> None:
    lab.wait(lambda: check(name, lab=lab).outcome == outcome, f"{name} to be {outcome}", timeout=20)
    judged(lab, name, outcome, words)


def test_propagation(lab: Lab) -> None:
    lab.at("client")
    judged(lab, "propagation", "not attempted", "still divides")
    divided(lab, "Divided", (10, 10, 10), 6)
    judged(lab, "propagation", "wrong", "wants copies")
    divided(lab, "Duplicated", (10, 10, 10), 3)
    becomes(lab, "propagation", "wrong", "set the template to 2")
    divided(lab, "Duplicated", (10, 10, 10), 2)
    becomes(lab, "propagation", "right")


def test_scale(lab: Lab) -> None:
    lab.at("client")
    judged(lab, "scale", "not attempted")
    divided(lab, "Divided", (10, 10, 10), 6)
    judged(lab, "scale", "wrong", "Equal weights give two each")
    divided(lab, "Divided", (3, 2, 1), 5)
    judged(lab, "scale", "wrong", "asks for 5 replicas")
    divided(lab, "Divided", (3, 2, 1), 6)
    becomes(lab, "scale", "right")


def test_client(lab: Lab) -> None:
    lab.at("client")
    judged(lab, "client", "not attempted", "not both there yet")
    lab.apply([curl(), curl_policy(lab.members())])
    lab.wait("deployment/curl", ready=1)
    judged(lab, "client", "not attempted", "to k3d-cluster-3 only")
    lab.connect().patch("deployments", "curl", {"spec": {"replicas": 2}})
    judged(lab, "client", "wrong", "no policy chooses")
    policy = curl_policy(lab.members())
    both = {"clusterAffinity": {"clusterNames": ["k3d-cluster-1", "k3d-cluster-3"]}}
    copies = {**both, "replicaScheduling": {"replicaSchedulingType": "Duplicated"}}
    lab.apply({**policy, "spec": {**policy["spec"], "placement": copies}})
    becomes(lab, "client", "right")


def test_closing(lab: Lab) -> None:
    lab.at("summary")
    judged(lab, "closing", "not attempted", "three replicas")
    divided(lab, "Divided", (10, 10, 10), 2)
    lab.wait(lambda: lab.distribution("deployment/pipy")["ready"].tolist() == [1, 1, 0], "two replicas")
    judged(lab, "closing", "not attempted", "has no server")
    divided(lab, "Divided", (10, 10, 30), 9)
    judged(lab, "closing", "wrong", "two must do")
    divided(lab, "Divided", (10, 10, 30), 2)
    becomes(lab, "closing", "right", "its client gets an answer")


def test_following(lab: Lab) -> None:
    lab.at("client")
    judged(lab, "following", "not attempted")
    lab.apply(config("colours"), cluster="k3d-cluster-2")
    judged(lab, "following", "wrong", "only copied")
    lab.delete("configmap/colours", cluster="k3d-cluster-2")
    lab.apply(config("colours"))
    judged(lab, "following", "wrong", "no policy selects")
    selector = {"apiVersion": "v1", "kind": "ConfigMap", "name": "colours"}
    policy = curl_policy(lab.members())
    policy = {**policy, "metadata": {"name": "colours", "namespace": "default"}}
    lab.apply({**policy, "spec": {"resourceSelectors": [selector], "placement": {}}})
    lab.wait(lambda: lab.get("configmap/colours", cluster="k3d-cluster-3"), "colours everywhere")
    lab.wait(lambda: lab.get("configmap/colours", cluster="k3d-cluster-1"), "colours everywhere")
    judged(lab, "following", "wrong", "chooses every member")
    for names, outcome, message in (
        (["k3d-cluster-1", "k3d-cluster-2"], "wrong", "k3d-cluster-2 alone should have it"),
        (["k3d-cluster-2"], "right", "Karmada's marks"),
    ):
        placement = {"clusterAffinity": {"clusterNames": names}}
        lab.apply({**policy, "spec": {"resourceSelectors": [selector], "placement": placement}})
        becomes(lab, "following", outcome, message)


def _status(lab: Lab, resource: str, cluster: str) -> Object:
    return (lab.get(resource, cluster=cluster) or {}).get("status") or {}


def test_following_says_what_the_member_refused(lab: Lab) -> None:
    """A quota in the member is in Karmada's way."""
    lab.at("client")
    quota = {
        "apiVersion": "v1",
        "kind": "ResourceQuota",
        "metadata": {"name": "none", "namespace": "default"},
    }
    lab.apply({**quota, "spec": {"hard": {"configmaps": "0"}}}, cluster="k3d-cluster-2")
    lab.wait(lambda: _status(lab, "quota/none", "k3d-cluster-2").get("hard"), "the quota to count")
    selector = {"apiVersion": "v1", "kind": "ConfigMap", "name": "colours"}
    placement = {"clusterAffinity": {"clusterNames": ["k3d-cluster-2"]}}
    policy = {**curl_policy(lab.members()), "metadata": {"name": "colours", "namespace": "default"}}
    spec = {"resourceSelectors": [selector], "placement": placement}
    lab.apply([config("colours"), {**policy, "spec": spec}])
    becomes(lab, "following", "wrong", "exceeded quota: none")
    lab.delete("quota/none", cluster="k3d-cluster-2")
    becomes(lab, "following", "right", "Karmada's marks")
