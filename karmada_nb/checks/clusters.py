"""Exercises about which cluster holds what: start, why, clusters, install, join."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from karmada_nb.chain import KARMADA
from karmada_nb.checks.verdict import Finding, not_attempted, right, wrong
from karmada_nb.clusters import CLUSTERS

if TYPE_CHECKING:
    from karmada_nb.lab import Lab


def holders(lab: Lab, resource: str, clusters: list[str]) -> list[str]:
    """Those of the clusters that have an object."""
    return [cluster for cluster in clusters if lab.get(resource, cluster=cluster) is not None]


def counted(per: Mapping[str, int]) -> str:
    """A number for each cluster, as verdicts tell them."""
    return ", ".join(f"{name}: {count}" for name, count in per.items())


def in_other_namespace(lab: Lab, word: str, name: str) -> Finding | None:
    """What to say of an object that is in another namespace than default; None where there is none."""
    for cluster in [*_karmada(lab), *lab.cluster_names()]:
        found = lab.connect(cluster).list(word, None, fields=f"metadata.name={name}")
        if found:
            return wrong(
                "{name} is in {cluster}, in namespace {namespace}. Without -n a command means the namespace "
                "default.",
                name=name,
                cluster=cluster,
                namespace=found[0]["metadata"]["namespace"],
            )
    return None


def judge_start(lab: Lab) -> Finding:
    """A ConfigMap hello in the first member."""
    members = lab.members()
    found = holders(lab, "configmaps/hello", [*lab.cluster_names(), *_karmada(lab)])
    if members[0] in found:
        return right("The ConfigMap hello is in {cluster}.", cluster=members[0])
    if found:
        return wrong(
            "hello is in {clusters}, and not in {wanted}. Each magic speaks to one cluster only: %k1 to the "
            "first member, %k0 to the control plane's host.",
            clusters=", ".join(found),
            wanted=members[0],
        )
    return in_other_namespace(lab, "configmaps", "hello") or not_attempted(
        "No cluster has a ConfigMap called hello yet; {cluster} should have one.", cluster=members[0]
    )


def judge_why(_: None, deployments: Any = None, pods: Any = None) -> Finding:
    """Ten replicas over two clusters by 4 and 1: Deployment objects in all, pods in the heavier cluster."""
    if deployments is None or pods is None:
        return not_attempted("Give both numbers, deployments and pods.")
    if deployments == 2:
        return wrong(
            "You counted the members' Deployments. Karmada keeps the template as an object of its own."
        )
    if deployments in (10, 11):
        return wrong("You counted pods. A Deployment is one object in each cluster, whatever its replicas.")
    if deployments == 1:
        return wrong("Karmada has one, and makes another of the same name in each cluster that it chooses.")
    if pods == 5:
        return wrong("Five would be an equal share; the weights are 4 and 1.")
    if pods in (4, 10):
        return wrong(
            "A weight is a share of the sum of all weights, not a number of pods; nor does each cluster "
            "get ten."
        )
    if (deployments, pods) == (3, 8):
        return right("One template and two Deployments in members; eight pods here and two there.")
    return wrong("Count the template too, and give the heavier cluster 4/(4+1) of the ten replicas.")


def judge_clusters(lab: Lab) -> Finding:
    """A Deployment by-hand, one replica of nginx, in members 1 and 2 only."""
    members = lab.members()
    wanted, found = members[:2], holders(lab, "deployments/by-hand", lab.cluster_names())
    if not found:
        return in_other_namespace(lab, "deployments", "by-hand") or not_attempted(
            "No cluster has a Deployment called by-hand yet."
        )
    if set(found) - set(wanted):
        return wrong(
            "by-hand is in {clusters}; it should be in {first} and {second} only. The number in the magic is "
            "the cluster: %k0 is the host, %k3 the third member.",
            clusters=", ".join(found),
            first=wanted[0],
            second=wanted[-1],
        )
    if len(found) < len(wanted):
        missing = next(name for name in wanted if name not in found)
        return wrong(
            "by-hand is in {cluster}, and {missing} knows nothing of it. Clusters do not copy from each "
            "other: it takes a command for each.",
            cluster=found[0],
            missing=missing,
        )
    for cluster in wanted:
        spec = (lab.get("deployments/by-hand", cluster=cluster) or {})["spec"]
        image = spec["template"]["spec"]["containers"][0]["image"]
        if image.partition(":")[0].rpartition("/")[2] != "nginx" or spec["replicas"] != 1:
            return wrong(
                "In {cluster} by-hand runs {count} of {image}, not one of nginx. Two that are kept alike by "
                "hand drift apart; that is the burden.",
                cluster=cluster,
                count=spec["replicas"],
                image=image,
            )
    return right("Two clusters, two commands, and from now on two things to keep alike.")


def judge_install(lab: Lab) -> Finding:
    """A ConfigMap note in Karmada's API server and not in its host."""
    if not lab.installed():
        return not_attempted("Karmada is not installed yet, so it cannot keep anything.")
    found = holders(lab, "configmaps/note", [KARMADA, *lab.cluster_names()])
    if not found:
        return in_other_namespace(lab, "configmaps", "note") or not_attempted(
            "Neither Karmada's API server nor any cluster has a ConfigMap called note."
        )
    others = [name for name in found if name != KARMADA]
    if KARMADA not in found:
        return wrong(
            "note is in {clusters}, and not in Karmada. Karmada runs in the host cluster, but its API server "
            "is another one with a store of its own: %kmd, not %k0.",
            clusters=", ".join(others),
        )
    if others:
        return wrong(
            "Karmada has note, and so has {clusters}. Delete it there: it belongs in one place.",
            clusters=", ".join(others),
        )
    return right("note is in Karmada's API server only; its host cluster knows nothing of it.")


def judge_join(lab: Lab) -> Finding:
    """The label location=edge on the third member's Cluster object, and on no other."""
    joined = lab.joined()
    if not joined:
        return not_attempted("No cluster has joined yet.")
    wanted = lab.members()[-1]
    labelled = {
        cluster["metadata"]["name"]: cluster["metadata"]["labels"]["location"]
        for cluster in lab.list(CLUSTERS)
        if "location" in (cluster["metadata"].get("labels") or {})
    }
    edge = [cluster for cluster, value in labelled.items() if value == "edge"]
    if edge == [wanted]:
        return right(
            "Karmada's Cluster object {cluster} has location=edge: policies can now ask for it.",
            cluster=wanted,
        )
    if not labelled:
        for cluster in lab.cluster_names():
            for node in lab.list("nodes", cluster=cluster):
                if "location" in (node["metadata"].get("labels") or {}):
                    return wrong(
                        "You labelled a node of {cluster}. A member does not know that it is one: the "
                        "Cluster object is in Karmada, behind %kmd.",
                        cluster=cluster,
                    )
        return not_attempted("No Cluster object has a label location yet.")
    if wanted not in labelled:
        return wrong(
            "The label is on {clusters}; it should be on {wanted}.",
            clusters=", ".join(labelled),
            wanted=wanted,
        )
    if wanted in edge:
        return wrong(
            "{clusters} have the label: a policy that asks for it would choose all of them.",
            clusters=", ".join(edge),
        )
    return wrong(
        "{cluster} has location={value}; policies compare exactly, so it must be edge.",
        cluster=wanted,
        value=labelled[wanted],
    )


def _karmada(lab: Lab) -> list[str]:
    return [KARMADA] if lab.installed() else []
