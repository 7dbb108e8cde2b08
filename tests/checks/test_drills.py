"""Drills: broken, misunderstood, and mended in more than one way."""

from collections.abc import Callable

import pytest

from karmada_nb import Lab, LabError, check, drill
from karmada_nb.checks import EXERCISES
from karmada_nb.checks.drills.standing import as_left
from karmada_nb.clusters import CLUSTERS
from karmada_nb.course import deployment
from karmada_nb.drills import DRILLS
from karmada_nb.drills.objects import app, copies, policy
from tests.checks.judging import becomes, judged

pytestmark = pytest.mark.slow


def patch(lab: Lab, word: str, name: str, spec: dict[str, object], namespace: str | None = "default") -> None:
    lab.connect().patch(word, name, {"spec": spec}, namespace)


def test_every_drill_has_a_judge_and_three_hints() -> None:
    assert {f"drill-{name}" for name in DRILLS} == {name for name in EXERCISES if name.startswith("drill-")}
    assert all(len(EXERCISES[f"drill-{name}"].hints) == 3 for name in DRILLS)


@pytest.mark.parametrize(
    ("kind", "generation", "claim", "left"),
    [
        ("Deployment", 1, "labels", True),
        ("Deployment", 2, "labels", False),
        ("Deployment", 2, "annotations", True),
        ("Deployment", 3, "annotations", False),
        ("PropagationPolicy", 2, "annotations", False),
    ],
)
def test_being_claimed_is_no_change(kind: str, generation: int, claim: str, left: bool) -> None:
    metadata = {"generation": generation, claim: {"propagationpolicy.karmada.io/name": "shop"}}
    assert as_left({"kind": kind, "metadata": metadata}) is left


def test_an_unknown_drill_is_named(lab: Lab) -> None:
    with pytest.raises(LabError, match="found 'nothing'"):
        drill("nothing", lab=lab)


@pytest.mark.parametrize("name", DRILLS)
def test_before_anything_is_done(lab: Lab, name: str) -> None:
    report = drill(name, lab=lab)
    assert report.seen
    assert report.told in repr(report)
    judged(lab, f"drill-{name}", "not attempted")


def test_orders(lab: Lab) -> None:
    drill("orders", lab=lab)
    lab.apply(app("orders", 1), cluster="k3d-cluster-1")
    judged(lab, "drill-orders", "wrong", "by hand")
    lab.delete("deployment/orders", cluster="k3d-cluster-1")
    lab.apply(app("orders", 3))
    judged(lab, "drill-orders", "wrong", "by mistake")
    lab.delete("deployment/orders", cluster="control-plane")
    becomes(lab, "drill-orders", "right")


def test_shop(lab: Lab) -> None:
    drill("shop", lab=lab)
    lab.apply(app("shop", 3))
    judged(lab, "drill-shop", "wrong", "two now")
    lab.delete("deployment/shop")
    patch(lab, "deployments", "shop", {"replicas": 6}, "shop")
    judged(lab, "drill-shop", "wrong", "changed the Deployment")
    patch(lab, "deployments", "shop", {"replicas": 3}, "shop")
    wide = policy("shop", lab.members())
    wide = {**wide, "kind": "ClusterPropagationPolicy", "metadata": {"name": "wide"}}
    wide["spec"]["resourceSelectors"][0]["namespace"] = "default"
    lab.apply(wide)
    judged(lab, "drill-shop", "wrong", "could see namespace shop, wide")
    lab.delete("clusterpropagationpolicy/wide")
    own = policy("shop", lab.members())
    lab.apply({**own, "metadata": {"name": "mine", "namespace": "shop"}})
    becomes(lab, "drill-shop", "right")


def test_stock(lab: Lab) -> None:
    drill("stock", lab=lab)
    patch(lab, "deployments", "stock", {"replicas": 6})
    judged(lab, "drill-stock", "wrong", "of apps/v1")
    patch(lab, "deployments", "stock", {"replicas": 3})
    lab.apply(app("stock", 1), cluster="k3d-cluster-2")
    judged(lab, "drill-stock", "wrong", "by hand")
    lab.delete("deployment/stock", cluster="k3d-cluster-2")
    second = policy("stock", lab.members())
    lab.apply({**second, "metadata": {"name": "stock-pods", "namespace": "default"}})
    becomes(lab, "drill-stock", "right")


def test_prices(lab: Lab) -> None:
    drill("prices", lab=lab)
    patch(lab, "deployments", "prices", {"replicas": 1})
    judged(lab, "drill-prices", "wrong", "asks for 1")
    patch(lab, "deployments", "prices", {"replicas": 3})
    patch(
        lab,
        "propagationpolicies",
        "prices",
        {"placement": {"clusterAffinity": {"clusterNames": ["k3d-cluster-1"]}}},
    )
    becomes(lab, "drill-prices", "wrong", "Fewer clusters")
    lab.connect().replace(policy("prices", lab.members()))
    becomes(lab, "drill-prices", "right")


def test_news(lab: Lab) -> None:
    drill("news", lab=lab)
    patch(lab, "deployments", "news", {"replicas": 6})
    judged(lab, "drill-news", "wrong", "k3d-cluster2, k3d-cluster3")
    patch(lab, "deployments", "news", {"replicas": 3})
    lab.connect().replace(copies("news", {"clusterNames": lab.members()}))
    becomes(lab, "drill-news", "wrong", "copies")
    lab.connect().replace(policy("news", lab.members(), dict.fromkeys(lab.members(), 7)))
    becomes(lab, "drill-news", "right")
    patch(lab, "deployments", "news", {"replicas": 6})
    becomes(lab, "drill-news", "wrong", "asks for 6 now; it asked for 3")


def test_quiet(lab: Lab) -> None:
    drill("quiet", lab=lab)
    lab.connect().replace(policy("quiet", lab.members(), {"k3d-cluster-1": 1, "k3d-cluster-3": 5}))
    becomes(lab, "drill-quiet", "wrong", "whatever the weights")
    lab.connect().replace(copies("quiet", {"clusterNames": lab.members()}))
    becomes(lab, "drill-quiet", "right")


def test_banner(lab: Lab) -> None:
    container = {"name": "web", "image": "nginx"}
    by_hand = {"spec": {"template": {"spec": {"containers": [container]}}}}
    drill("banner", lab=lab)
    lab.connect("k3d-cluster-2").patch("deployments", "banner", by_hand)
    becomes(lab, "drill-banner", "wrong", "because you changed the member")
    lab.apply(app("banner", 3, image="nginx:1.28"))
    becomes(lab, "drill-banner", "wrong", "rewrites it")
    lab.connect().replace(policy("banner", lab.members(), {"k3d-cluster-1": 1, "k3d-cluster-3": 1}))
    becomes(lab, "drill-banner", "wrong", "went around")
    lab.connect().replace(policy("banner", lab.members()))
    patch(lab, "overridepolicies", "nearby-registry", {"overrideRules": []})
    becomes(lab, "drill-banner", "right")


def test_ledger(lab: Lab) -> None:
    drill("ledger", lab=lab)
    lab.apply(deployment("ledger", 1, {"name": "web", "image": "nginx:1.28"}), cluster="k3d-cluster-2")
    becomes(lab, "drill-ledger", "wrong", "behind again")
    patch(lab, "deployments", "ledger", {"replicas": 6})
    lab.connect("k3d-cluster-2").patch("deployments", "ledger", {"spec": {"replicas": 2}})
    becomes(lab, "drill-ledger", "wrong", "behind again")
    patch(lab, "deployments", "ledger", {"replicas": 3})
    lab.delete("deployment/ledger", cluster="k3d-cluster-2")
    lab.connect().patch("deployments", "ledger", {"metadata": {"annotations": {"try": "again"}}})
    becomes(lab, "drill-ledger", "right")


def test_maps(lab: Lab) -> None:
    drill("maps", lab=lab)
    patch(lab, "deployments", "maps", {"replicas": 3})
    judged(lab, "drill-maps", "wrong", "no other cluster is chosen")
    for name, site in (("k3d-cluster-2", "City"), ("k3d-cluster-3", "city")):
        lab.connect().patch(CLUSTERS, name, {"metadata": {"labels": {"site": site}}}, None)
    judged(lab, "drill-maps", "wrong", "letter by letter")
    lab.connect().replace(copies("maps", {"clusterNames": lab.members()}))
    becomes(lab, "drill-maps", "right")


def test_photos(lab: Lab) -> None:
    drill("photos", lab=lab)
    patch(lab, "deployments", "photos", {"replicas": 2})
    judged(lab, "drill-photos", "wrong", "overlook a taint")
    other = [{"key": "disk", "operator": "Exists"}]
    patch(lab, "propagationpolicies", "photos", {"placement": {"clusterTolerations": other}})
    judged(lab, "drill-photos", "wrong", "not this taint")
    patch(lab, CLUSTERS, "k3d-cluster-2", {"taints": None}, None)
    lab.connect().replace(copies("photos", {"clusterNames": lab.members()}))
    becomes(lab, "drill-photos", "right")


def test_radio(lab: Lab) -> None:
    drill("radio", lab=lab)
    patch(lab, "deployments", "radio", {"replicas": 6})
    judged(lab, "drill-radio", "wrong", "neither the template")
    lab.apply(app("radio", 1), cluster="k3d-cluster-2")
    judged(lab, "drill-radio", "wrong", "by hand")
    lab.delete("deployment/radio", cluster="k3d-cluster-2")
    patch(lab, CLUSTERS, "k3d-cluster-2", {"apiEndpoint": lab.connect("k3d-cluster-2").endpoint}, None)
    becomes(lab, "drill-radio", "right")


def test_joining(lab: Lab) -> None:
    drill("joining", lab=lab)
    patched: Callable[[object], None] = lambda insecure: patch(  # noqa: E731
        lab, CLUSTERS, "k3d-cluster-3", {"insecureSkipTLSVerification": insecure}, None
    )
    lab.join("k3d-cluster-3", show=False)
    becomes(lab, "drill-joining", "right")
    patched(True)
    judged(lab, "drill-joining", "wrong", "insecureSkipTLSVerification")
    lab.at("deploy")
    assert not (lab.get(f"{CLUSTERS}/k3d-cluster-3") or {})["spec"].get("insecureSkipTLSVerification")


def test_nothing_is_left_of_drills(lab: Lab) -> None:
    for name in ("radio", "maps", "photos"):
        drill(name, lab=lab)
    lab.at("deploy")
    for cluster in lab.list(CLUSTERS):
        assert cluster["spec"]["apiEndpoint"] == lab.connect(cluster["metadata"]["name"]).endpoint
        assert "site" not in (cluster["metadata"].get("labels") or {})
    assert lab.list("deployments") == []
    assert (
        check("drill-radio", lab=lab).message
        == 'There is nothing of this drill yet. Begin it with: drill("radio")'
    )
