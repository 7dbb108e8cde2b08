"""Drills in which nothing runs where it should: orders, shop, stock."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from karmada_nb import course
from karmada_nb.backends.base import HOST
from karmada_nb.drills.fault import Drill, Values
from karmada_nb.drills.objects import app, policy
from karmada_nb.frames import ready_replicas

if TYPE_CHECKING:
    from karmada_nb.lab import Lab


def stray(lab: Lab) -> str:
    """The cluster in which orders is by mistake: the host, or the first member where the lab has no host."""
    return HOST if HOST in lab.cluster_names() else lab.members()[0]


def _orders(lab: Lab) -> Values:
    lab.apply(policy("orders", lab.members()))
    lab.apply(app("orders", len(lab.members())), cluster=stray(lab))
    return {"cluster": lab.members()[-1]}


def _orders_shows(lab: Lab) -> bool:
    found = lab.get("deployments/orders", cluster=stray(lab))
    return found is not None and ready_replicas(found) == len(lab.members())


def _shop(lab: Lab) -> Values:
    for cluster in ("karmada", *lab.members()):
        lab.wait("namespaces/shop", gone=True, cluster=cluster)
    lab.apply({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "shop"}})
    lab.apply([app("shop", len(lab.members()), "shop"), policy("shop", lab.members())])
    return {}


def _shop_shows(lab: Lab) -> bool:
    return all(lab.get("namespaces/shop", cluster=member) for member in lab.members())


def stock_service() -> dict[str, object]:
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": "stock", "namespace": "default"},
        "spec": {"ports": [{"port": 80}], "selector": {"app": "stock"}},
    }


def _stock(lab: Lab) -> Values:
    members = lab.members()
    selected = [("v1", "Deployment", "stock"), ("v1", "Service", "stock")]
    lab.apply([app("stock", len(members)), stock_service()])
    lab.apply(course.policy("stock", selected, dict.fromkeys(members, 1)))
    return {}


def _stock_shows(lab: Lab) -> bool:
    return all(lab.get("services/stock", cluster=member) for member in lab.members())


DRILLS: Final[dict[str, Drill]] = {
    "orders": Drill(
        "I applied orders.yaml this morning, and kubectl answered: deployment.apps/orders created. The "
        "policy has been there since yesterday. Now {cluster} has no orders, and Karmada says that "
        "there are none.",
        _orders,
        _orders_shows,
        ("%kmd get propagationpolicy orders", "%kmd get deployment orders"),
    ),
    "shop": Drill(
        "The Deployment of team shop runs nowhere. There is a policy for it; I have compared kind and name "
        "letter by letter, and they are right.",
        _shop,
        _shop_shows,
        ("%kmd get deployment shop -n shop", "%kmd get propagationpolicy shop"),
        namespace="shop",
    ),
    "stock": Drill(
        "The Service stock is in all clusters, and behind it is nothing: the Deployment of the same name "
        "runs nowhere. One policy is for both.",
        _stock,
        _stock_shows,
        ("%kmd get deployment stock", "%k1 get service stock"),
    ),
}
