"""What a request needs to cross: right, wrong, and wrong for which reason."""

from pathlib import Path
from typing import Any

import pytest

from karmada_nb import Lab, check
from karmada_nb.manifests import Object
from tests.checks.judging import becomes, judged

ROUTE, NAME, ADDRESS, ENDPOINTS = "route", "name", "address", "endpoints"


def said(a: str, b: str, c: str, d: str) -> dict[str, str]:
    return {"a": a, "b": b, "c": c, "d": d}


@pytest.mark.parametrize(
    ("answer", "outcome", "words"),
    [
        (None, "not attempted", "Put your words"),
        ({"a": ROUTE}, "wrong", "Expected one of"),
        (said("cable", NAME, ADDRESS, ENDPOINTS), "wrong", "Expected one of"),
        (said(NAME, ROUTE, ADDRESS, ENDPOINTS), "wrong", "no address to send to"),
        (said(ENDPOINTS, NAME, ADDRESS, ROUTE), "wrong", "a refusal is an answer"),
        (said(ROUTE, NAME, ENDPOINTS, ADDRESS), "wrong", "nobody is listed"),
        (said(ENDPOINTS, NAME, ADDRESS, ENDPOINTS), "wrong", "ready over there"),
        (said(ADDRESS, NAME, ROUTE, ENDPOINTS), "wrong", "there and back"),
        (said(ADDRESS, NAME, ADDRESS, ENDPOINTS), "wrong", "Which of them had a route"),
        (said(ROUTE, NAME, ADDRESS, ENDPOINTS), "right", "No route: silence"),
    ],
)
def test_errors(answer: Any, outcome: str, words: str) -> None:
    found = check("crossing_errors", answer=answer)
    assert (found.outcome, words in found.message) == (outcome, True), found


def place(lab: Lab, chosen: list[str], weights: dict[str, int]) -> None:
    rules = [
        {"targetCluster": {"clusterNames": [cluster]}, "weight": weight}
        for cluster, weight in weights.items()
    ]
    scheduling: Object = {"weightPreference": {"staticWeightList": rules}}
    placement: Object = {"clusterAffinity": {"clusterNames": chosen}, "replicaScheduling": scheduling}
    change: Object = {"spec": {"placement": placement}}
    lab.connect().patch("propagationpolicies", "pipy-propagation", change)


@pytest.mark.slow
def test_weights(lab: Lab) -> None:
    lab.at("traffic")
    members = lab.members()
    *near, last = members
    place(lab, near, dict.fromkeys(near, 10))
    judged(lab, "crossing_weights", "not attempted", f"leaves {last} out")
    place(lab, members, dict.fromkeys(near, 10))
    becomes(lab, "crossing_weights", "not attempted", f"no weight for {last}")
    place(lab, members, {**dict.fromkeys(near, 10), last: 1})
    becomes(lab, "crossing_weights", "wrong", "1 of 21 of the weight")
    place(lab, [last], dict.fromkeys(members, 10))
    becomes(lab, "crossing_weights", "wrong", f"chooses {last} only")
    place(lab, members, dict.fromkeys(members, 10))
    lab.connect().patch("deployments", "pipy", {"spec": {"replicas": 4}})
    judged(lab, "crossing_weights", "wrong", "asks for 4 replicas")
    lab.connect().patch("deployments", "pipy", {"spec": {"replicas": 3}})
    becomes(lab, "crossing_weights", "right", f"{last} has a server again")
    judged(lab, "crossing_provider", "not attempted", "no MultiClusterService")


@pytest.mark.slow
def test_what_the_lesson_makes_in_a_member_goes_with_the_next_start(lab: Lab) -> None:
    lab.at("traffic")
    last = lab.members()[-1]
    named = {"name": "pipy-far", "namespace": "default"}
    lab.apply(
        {"apiVersion": "v1", "kind": "Service", "metadata": named, "spec": {"ports": [{"port": 8080}]}}, last
    )
    labels = {"kubernetes.io/service-name": "pipy-far"}
    lab.apply(
        {
            "apiVersion": "discovery.k8s.io/v1",
            "kind": "EndpointSlice",
            "metadata": {"name": "pipy-far-1", "namespace": "default", "labels": labels},
            "addressType": "IPv4",
            "ports": [{"port": 8080}],
            "endpoints": [{"addresses": ["10.52.0.9"]}],
        },
        last,
    )
    lab.at("traffic")
    assert lab.get("service/pipy-far", cluster=last) is None
    assert lab.get("endpointslice/pipy-far-1", cluster=last) is None
    assert lab.get("endpointslice/kubernetes", cluster=last) is not None
    assert lab.list("endpointslices", last, labels="kubernetes.io/service-name=pipy")


@pytest.mark.slow
def test_provider(tmp_path: Path) -> None:
    with Lab.start(state_dir=tmp_path, edition="current", nodes=1, own_pod_ranges=True) as lab:
        lab.at("traffic")
        lab.flag("karmada-controller-manager", "--feature-gates=MultiClusterService=true")
        judged(lab, "crossing_provider", "not attempted", "pipy is not there")
        away, near, last = lab.members()
        place(lab, [away, near], {away: 10, near: 10})
        provide(lab, last, away, near)
        judged(lab, "crossing_provider", "not attempted", f"{away} still provides")
        provide(lab, last)
        judged(lab, "crossing_provider", "wrong", "every member is one")
        provide(lab, last, away)
        judged(lab, "crossing_provider", "wrong", f"It is to be {near} alone")
        provide(lab, last, near)
        becomes(lab, "crossing_provider", "wrong", "Are the routes there?")
        lab.apply(router(lab.list("nodes", near, namespace=None)), cluster=last)
        becomes(lab, "crossing_provider", "right", f"All answers are from {near}")
        place(lab, [near], {near: 10})
        becomes(lab, "crossing_provider", "wrong", f"{away} has no server any more")


def provide(lab: Lab, last: str, *providers: str) -> None:
    metadata = {"name": "pipy", "namespace": "default"}
    named = [{"name": name} for name in providers]
    spec = {"types": ["CrossCluster"], "providerClusters": named, "consumerClusters": [{"name": last}]}
    kind = "MultiClusterService"
    lab.apply(
        {"apiVersion": "networking.karmada.io/v1alpha1", "kind": kind, "metadata": metadata, "spec": spec}
    )


def router(nodes: list[Object]) -> Object:
    """A pod that adds routes to its node, to the pods of these."""
    lines = [
        f"ip route replace {node['spec']['podCIDR']} via {node['status']['addresses'][0]['address']}"
        for node in nodes
    ]
    container = {
        "name": "route",
        "image": "busybox",
        "securityContext": {"privileged": True},
        "command": ["sh", "-c", " && ".join(lines)],
    }
    spec = {"hostNetwork": True, "restartPolicy": "Never", "containers": [container]}
    metadata = {"name": "router", "namespace": "default"}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": spec}
