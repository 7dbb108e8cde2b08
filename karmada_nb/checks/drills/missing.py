"""Drills orders, shop and stock: nothing runs where it should."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from karmada_nb.checks.drills.standing import as_left, begin_first, by_hand, spread, still
from karmada_nb.checks.verdict import Exercise, Finding, not_attempted, wrong
from karmada_nb.connection import NotThere
from karmada_nb.drills.missing import stray
from karmada_nb.manifests import Object, replica_count

if TYPE_CHECKING:
    from karmada_nb.lab import Lab


def judge_orders(lab: Lab) -> Finding:
    """orders in Karmada and in every member, and no longer where it was applied by mistake."""
    template, lost = lab.get("deployments/orders"), stray(lab)
    mistaken = lab.get("deployments/orders", cluster=lost) if lost not in lab.members() else None
    hand = by_hand(lab, "orders")
    if template is None:
        others = [member for member in hand if member != lost]
        if others:
            return wrong(
                "orders is in {clusters} by hand now, and Karmada still has no template: the policy has "
                "nothing to propagate. Apply it once, to Karmada.",
                clusters=", ".join(others),
            )
        if mistaken is None and lost not in hand:
            if lab.get("propagationpolicies/orders") is None:
                return begin_first("orders")
            return wrong(
                "That was the only copy of orders, and Karmada has none. Apply it, to Karmada this time."
            )
        return not_attempted("Karmada has no Deployment orders. One was created, the report says: where?")
    if replica_count(template) != len(lab.members()):
        return wrong("orders is to have {count} replicas, one for each cluster.", count=len(lab.members()))
    if mistaken is not None or lost in hand:
        return wrong(
            "Karmada has orders now, and {cluster} still has the one that was applied there by mistake. "
            "Nobody manages it; delete it there.",
            cluster=lost,
        )
    return spread(lab, "orders") or still(lab, "orders")


def judge_shop(lab: Lab) -> Finding:
    """shop in namespace shop of every member."""
    template, moved = _shop(lab), lab.get("deployments/shop")
    if template is None:
        if moved is not None:
            return wrong(
                "You moved the Deployment. The team's namespace is shop, and its rights and quotas are "
                "there: bring the policy to it, not it to the policy."
            )
        return begin_first("shop")
    if moved is not None:
        return wrong(
            "There are two now: the team's in namespace shop, and yours in default. It was to be one."
        )
    verdict = spread(lab, "shop", "shop")
    if verdict is not None:
        return verdict
    policy = lab.get("propagationpolicies/shop")
    near = lab.list("propagationpolicies.policy.karmada.io", namespace="shop")
    wide = [
        found
        for found in lab.list("clusterpropagationpolicies.policy.karmada.io", namespace=None)
        if any(said.get("name") == "shop" for said in found["spec"]["resourceSelectors"])
    ]
    if near or wide:
        return wrong(
            "There is a policy that could see namespace shop, {name}, and still nothing runs. Does its "
            "selector mean apps/v1, Deployment, shop, in namespace shop?",
            name=(near or wide)[0]["metadata"]["name"],
        )
    if not as_left(policy):
        return wrong(
            "The policy in namespace default was changed. A PropagationPolicy sees its own namespace only, "
            "whatever its selectors say."
        )
    if not as_left(template):
        return wrong("You changed the Deployment. No policy selects it, so nothing of it goes anywhere.")
    return not_attempted("shop has no replica in any cluster. Which objects can a policy see?")


def _shop(lab: Lab) -> Object | None:
    try:
        return lab.get("deployments/shop", namespace="shop")
    except NotThere:
        return None


def judge_stock(lab: Lab) -> Finding:
    """Deployment and Service stock in every member."""
    template, policy = lab.get("deployments/stock"), lab.get("propagationpolicies/stock")
    if template is None and policy is None:
        return begin_first("stock")
    verdict = spread(lab, "stock")
    without = [member for member in lab.members() if lab.get("services/stock", cluster=member) is None]
    if verdict is not None and without:
        return wrong("The Service stock is missing in {clusters}; it was there.", clusters=", ".join(without))
    if verdict is not None:
        return verdict
    meant = [
        (said["apiVersion"], said["kind"])
        for found in lab.list("propagationpolicies.policy.karmada.io")
        for said in found["spec"]["resourceSelectors"]
        if said.get("name") in ("stock", "", None)
    ]
    if as_left(template, policy):
        return not_attempted(
            "The Service stock is in the members and the Deployment is not. What does the policy mean?"
        )
    if ("apps/v1", "Deployment") not in meant:
        return wrong(
            "Policies select {found}; the Deployment is of apps/v1. A selector compares apiVersion, kind and "
            "name, and what it does not find it does not mind.",
            found=", ".join(f"{version} {kind}" for version, kind in meant) or "-",
        )
    return still(lab, "stock")


EXERCISES: Final[dict[str, Exercise]] = {
    "drill-orders": Exercise(
        judge_orders,
        (
            "kubectl said created, so somewhere it is. Ask every cluster you have a kubeconfig of.",
            "%k0 speaks to the cluster in which Karmada's components run. That is not Karmada.",
            "Delete it behind %k0, and create it behind %kmd with one replica for each cluster.",
        ),
        "%k0 delete deployment orders\n%kmd create deployment orders --image nginx --replicas 3",
    ),
    "drill-shop": Exercise(
        judge_shop,
        (
            "Look at both objects with -A, or -o yaml: what beside kind and name do they have?",
            "A PropagationPolicy selects in its own namespace only.",
            "Have the policy in namespace shop, or a ClusterPropagationPolicy whose selector names it.",
        ),
        'policy = lab.get("propagationpolicy/shop")\n'
        'del policy["spec"]["resourceSelectors"][0]["namespace"]\n'
        'policy["metadata"] = {"name": "shop", "namespace": "shop"}\n'
        "lab.apply(policy)",
    ),
    "drill-stock": Exercise(
        judge_stock,
        (
            "Only one of the policy's two selectors finds something.",
            "Compare apiVersion in the selector with %kmd get deployment stock -o yaml.",
            "A Deployment is of apps/v1. Where Karmada forbids changing a selector, make a new policy.",
        ),
        'policy = lab.get("propagationpolicy/stock")\n'
        'policy["spec"]["resourceSelectors"][0]["apiVersion"] = "apps/v1"\n'
        'policy["metadata"] = {"name": "stock-again", "namespace": "default"}\n'
        'lab.delete("propagationpolicy/stock")\n'
        "lab.apply(policy)",
    ),
}
