"""Exercises about which clusters are chosen: which misconception is named."""

from typing import Any

from karmada_nb import Lab
from karmada_nb.manifests import Object
from tests.checks.judging import becomes, judged

CLUSTERS = "clusters.cluster.karmada.io"
FIRST, SECOND, THIRD = (f"k3d-cluster-{number}" for number in (1, 2, 3))


def config(name: str) -> Object:
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name, "namespace": "default"}}


def placed(name: str, **placement: Any) -> Object:
    selector = {"apiVersion": "v1", "kind": "ConfigMap", "name": name}
    return {
        "apiVersion": "policy.karmada.io/v1alpha1",
        "kind": "PropagationPolicy",
        "metadata": {"name": name, "namespace": "default"},
        "spec": {"resourceSelectors": [selector], "placement": placement},
    }


def change(lab: Lab, cluster: str, **changes: Any) -> None:
    lab.connect().patch(CLUSTERS, cluster, changes, None)


def tainted(lab: Lab, cluster: str, *taints: Object) -> None:
    change(lab, cluster, spec={"taints": list(taints) or None})


def test_every_edge(lab: Lab) -> None:
    lab.at("deploy")
    judged(lab, "every_edge", "not attempted", "no ConfigMap menu")
    lab.apply(config("menu"), cluster=SECOND)
    judged(lab, "every_edge", "wrong", "not in Karmada")
    lab.delete("configmap/menu", cluster=SECOND)
    lab.apply(config("menu"))
    judged(lab, "every_edge", "not attempted", "No policy selects")
    lab.apply(placed("menu", clusterAffinity={"clusterNames": [SECOND, THIRD]}))
    judged(lab, "every_edge", "not attempted", "tier=edge")
    for name, tier in ((FIRST, "core"), (SECOND, "edge"), (THIRD, "edge")):
        change(lab, name, metadata={"labels": {"tier": tier}})
    judged(lab, "every_edge", "wrong", "joins next month")
    lab.delete("propagationpolicy/menu")
    lab.apply(placed("menu", clusterAffinity={"exclude": [FIRST]}))
    judged(lab, "every_edge", "wrong", "no labelSelector")
    lab.delete("propagationpolicy/menu")
    lab.apply(placed("menu", clusterAffinity={"labelSelector": {"matchLabels": {"tier": "core"}}}))
    becomes(lab, "every_edge", "wrong", f"Your selector chooses {FIRST}, ")
    edge = {"key": "tier", "operator": "In", "values": ["edge"]}
    lab.apply(placed("menu", clusterAffinity={"labelSelector": {"matchExpressions": [edge]}}))
    becomes(lab, "every_edge", "right", "those to come")
    # Nobody fits now, and v1.2 leaves menu where it was.
    lab.apply(placed("menu", clusterAffinity={"labelSelector": {"matchLabels": {"tier": "Edge"}}}))
    judged(lab, "every_edge", "wrong", "chooses no cluster")
    lab.apply(placed("menu", clusterAffinity={"labelSelector": {"matchLabels": {"tier": "edge"}}}))
    becomes(lab, "every_edge", "right", "those to come")


def test_spare(lab: Lab) -> None:
    lab.at("deploy")
    judged(lab, "spare", "not attempted", "key spare")
    taint = {"key": "spare", "value": "yes", "effect": "NoSchedule"}
    lab.connect(FIRST).patch("nodes", f"{FIRST}-server-0", {"spec": {"taints": [taint]}}, None)
    judged(lab, "spare", "wrong", "tainted a node")
    tainted(lab, SECOND, taint)
    judged(lab, "spare", "wrong", f"on {SECOND}")
    tainted(lab, SECOND)
    tainted(lab, FIRST, {**taint, "effect": "NoExecute"})
    judged(lab, "spare", "wrong", "spare=yes:NoExecute")
    tainted(lab, FIRST, taint)
    judged(lab, "spare", "not attempted", "no ConfigMap monitor")
    lab.apply([config("monitor"), placed("monitor", clusterAffinity={"clusterNames": lab.members()})])
    becomes(lab, "spare", "wrong", "tolerates nothing")
    wrong = {"key": "spare", "value": "no", "effect": "NoSchedule"}
    lab.apply(placed("monitor", clusterTolerations=[wrong]))
    becomes(lab, "spare", "wrong", "does not fit the taint")
    lab.apply(placed("monitor", clusterTolerations=[{"key": "spare", "operator": "Exists"}]))
    becomes(lab, "spare", "right", "comes in")


def test_a_step_takes_away_where_clusters_are(lab: Lab) -> None:
    lab.at("deploy")
    change(lab, THIRD, spec={"provider": "acme", "region": "south"})
    lab.at("deploy")
    spec = lab.connect().get(CLUSTERS, THIRD, None)
    assert spec is not None
    assert not {"provider", "region"} & set(spec["spec"])
