"""Exercises about which clusters are chosen: every_edge, spare."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from karmada_nb.checks.clusters import holders
from karmada_nb.checks.sharing import selects
from karmada_nb.checks.verdict import Exercise, Finding, not_attempted, right, wrong
from karmada_nb.clusters import CLUSTERS
from karmada_nb.language import say
from karmada_nb.manifests import Object

if TYPE_CHECKING:
    from karmada_nb.lab import Lab


def judge_every_edge(lab: Lab) -> Finding:
    """The ConfigMap menu in every cluster with tier=edge, by label."""
    begun = _begun(lab, "menu")
    if begun is not None:
        return begun
    affinity = _placement(_policies(lab, "menu")[0]).get("clusterAffinity") or {}
    edge = {name for name, cluster in _joined(lab).items() if _labels(cluster).get("tier") == "edge"}
    if not edge:
        return not_attempted("No cluster has the label tier=edge; run the cell above the exercise.")
    if affinity.get("clusterNames"):
        return wrong(
            "Your policy names clusters: right today, and an edge cluster that joins next month is left out."
        )
    if "labelSelector" not in affinity:
        return wrong("Your policy has no labelSelector, so that labels play no part in it.")
    selector = _written(affinity["labelSelector"] or {})
    chosen = {one["metadata"]["name"] for one in lab.list(CLUSTERS, namespace=None, labels=selector)}
    if chosen != edge:
        # Not what has menu: a scheduler that finds no cluster may leave what an earlier policy placed.
        return wrong(
            "Your selector chooses {chosen}, and the label tier=edge is on {edge}. "
            "Try it: %kmd get clusters -l '{selector}'",
            chosen=", ".join(sorted(chosen)) or say("no cluster"),
            edge=", ".join(sorted(edge)),
            selector=selector,
        )
    found = set(holders(lab, "configmaps/menu", lab.members()))
    if not found:
        return wrong(
            "No cluster has menu. Try your selector: %kmd get clusters -l tier=edge, and look at the binding."
        )
    if found != edge:
        return wrong(
            "menu is in {found}, and the label is on {edge}.",
            found=", ".join(sorted(found)),
            edge=", ".join(sorted(edge)),
        )
    return right("Every cluster that says it is at the edge has menu, and those to come will have it.")


def _written(selector: Mapping[str, Any]) -> str:
    """A label selector as ``kubectl get -l`` takes it."""
    terms = [f"{key}={value}" for key, value in (selector.get("matchLabels") or {}).items()]
    for one in selector.get("matchExpressions") or ():
        key, values = one["key"], ",".join(one.get("values") or ())
        match one["operator"]:
            case "Exists":
                terms.append(key)
            case "DoesNotExist":
                terms.append(f"!{key}")
            case operator:
                terms.append(f"{key} {operator.lower()} ({values})")
    return ",".join(terms)


def judge_spare(lab: Lab) -> Finding:
    """The first member tainted with spare=yes:NoSchedule, and the ConfigMap monitor everywhere."""
    spare = lab.members()[0]
    taints = {
        name: [taint for taint in cluster["spec"].get("taints") or () if taint["key"] == "spare"]
        for name, cluster in _joined(lab).items()
    }
    tainted = [name for name, found in taints.items() if found]
    if not tainted:
        nodes = [node for name in lab.cluster_names() for node in lab.list("nodes", cluster=name)]
        if any(taint["key"] == "spare" for node in nodes for taint in node["spec"].get("taints") or ()):
            return wrong(
                "You tainted a node. A cluster is to Karmada what a node is to a cluster: taint the cluster."
            )
        return not_attempted("No cluster has a taint with the key spare yet.")
    if tainted != [spare]:
        return wrong(
            "The taint is on {found}; it should be on {spare} only.", found=", ".join(tainted), spare=spare
        )
    taint = taints[spare][0]
    if (taint.get("value"), taint["effect"]) != ("yes", "NoSchedule"):
        told = f"{taint['key']}={taint.get('value', '')}:{taint['effect']}"
        return wrong("The taint is {told}; it should be spare=yes:NoSchedule.", told=told)
    begun = _begun(lab, "monitor")
    if begun is not None:
        return begun
    missing = set(lab.members()) - set(holders(lab, "configmaps/monitor", lab.members()))
    tolerations = _placement(_policies(lab, "monitor")[0]).get("clusterTolerations") or []
    if not missing and not tolerations:
        return wrong(
            "monitor was there before the taint, and stays. Work that comes later would not: the policy "
            "tolerates nothing."
        )
    if not tolerations:
        return wrong("The taint keeps monitor out of {spare}: its policy tolerates nothing.", spare=spare)
    if missing == {spare}:
        return wrong(
            "{spare} still refuses it: the toleration does not fit the taint. Without operator: Exists it "
            "needs the same value.",
            spare=spare,
        )
    if missing:
        return wrong(
            "{missing} has no monitor. Which clusters does the policy choose?",
            missing=", ".join(sorted(missing)),
        )
    return right("The spare cluster keeps work away, and what tolerates its taint comes in.")


def _begun(lab: Lab, name: str) -> Finding | None:
    """What is missing before anything can be judged: the template, or a policy for it."""
    if lab.get(f"configmaps/{name}") is None:
        strays = holders(lab, f"configmaps/{name}", lab.cluster_names())
        if strays:
            return wrong(
                "{name} is in {clusters}, and not in Karmada: no policy can place it.",
                name=name,
                clusters=", ".join(strays),
            )
        return not_attempted("Karmada has no ConfigMap {name} yet.", name=name)
    if not _policies(lab, name):
        return not_attempted("No policy selects the ConfigMap {name} yet.", name=name)
    return None


def _policies(lab: Lab, name: str) -> list[Object]:
    return [policy for policy in lab.list("propagationpolicies") if selects(policy, ("ConfigMap", name))]


def _placement(policy: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = policy["spec"].get("placement") or {}
    return found


def _joined(lab: Lab) -> dict[str, Object]:
    return {cluster["metadata"]["name"]: cluster for cluster in lab.list(CLUSTERS, namespace=None)}


def _labels(cluster: Mapping[str, Any]) -> dict[str, str]:
    found: dict[str, str] = cluster["metadata"].get("labels") or {}
    return found


def _solution(name: str, placement: str) -> str:
    return (
        f"%kmd create configmap {name} --from-literal=version=1\n"
        f'selector = {{"apiVersion": "v1", "kind": "ConfigMap", "name": "{name}"}}\n'
        f"placement = {placement}\n"
        "lab.apply({\n"
        '    "apiVersion": "policy.karmada.io/v1alpha1",\n'
        '    "kind": "PropagationPolicy",\n'
        f'    "metadata": {{"name": "{name}", "namespace": "default"}},\n'
        '    "spec": {"resourceSelectors": [selector], "placement": placement},\n'
        "})"
    )


EXERCISES: Final[dict[str, Exercise]] = {
    "every_edge": Exercise(
        judge_every_edge,
        (
            "A list of names is right today only: let the policy ask for what clusters say of themselves.",
            "clusterAffinity has a labelSelector, and that has matchLabels.",
        ),
        _solution("menu", '{"clusterAffinity": {"labelSelector": {"matchLabels": {"tier": "edge"}}}}'),
    ),
    "spare": Exercise(
        judge_spare,
        (
            "karmadactl taint clusters NAME key=value:Effect gives the taint.",
            "The policy of monitor needs clusterTolerations; with operator: Exists no value is needed.",
        ),
        "%karmadactl --kubeconfig /etc/karmada/karmada-apiserver.config taint clusters k3d-cluster-1 "
        "spare=yes:NoSchedule\n"
        + _solution("monitor", '{"clusterTolerations": [{"key": "spare", "operator": "Exists"}]}'),
    ),
}
