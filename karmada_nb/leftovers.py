"""Taking away what a step does not start with: what earlier cells, exercises and experiments left."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from karmada_nb import course, outage, ownership
from karmada_nb.chain import KARMADA
from karmada_nb.clusters import CLUSTERS
from karmada_nb.connection import Connection
from karmada_nb.failures import LabError
from karmada_nb.manifests import Object

if TYPE_CHECKING:
    from karmada_nb.lab import Lab

_WORKLOADS: Final = (
    "deployments.apps",
    "statefulsets.apps",
    "daemonsets.apps",
    "replicasets.apps",
    "jobs.batch",
    "cronjobs.batch",
    "horizontalpodautoscalers.autoscaling",
    "services",
    "configmaps",
    "secrets",
    "pods",
)
_POLICIES: Final = (
    "propagationpolicies.policy.karmada.io",
    "clusterpropagationpolicies.policy.karmada.io",
    "overridepolicies.policy.karmada.io",
    "clusteroverridepolicies.policy.karmada.io",
)
_SLICES: Final = "endpointslices.discovery.k8s.io"
_IN_CLUSTERS: Final = (*_WORKLOADS, _SLICES)
_SYSTEM_NAMES: Final = frozenset(
    {("services", "kubernetes"), (_SLICES, "kubernetes"), ("configmaps", "kube-root-ca.crt")}
)
_CLAIMS: Final = ("propagationpolicy.karmada.io/name", "clusterpropagationpolicy.karmada.io/name")
_CORDON: Final = "cluster.karmada.io/unschedulable"
_PLACES: Final = ("provider", "region", "zone", "zones")


def clear(lab: Lab, wanted: list[Object]) -> None:
    """Delete at Karmada, and in the clusters, what is not wanted. Objects of others are left alone."""
    keep = {(obj["kind"], obj["metadata"]["name"]) for obj in wanted}
    policies = {obj["metadata"]["name"] for obj in wanted if obj["kind"] == "PropagationPolicy"}
    karmada = lab.connect(KARMADA)
    if lab.backend.disposable:
        # What is deleted has to reach the members.
        outage.over(lab)
        _delete_namespaces(karmada)
    gone = []
    # All are listed before any is deleted: with a policy go the claims on the templates that it placed.
    for word, obj in tuple(_found(lab, karmada)):
        known = (obj["kind"], obj["metadata"]["name"])
        if known in keep and _claimants(obj) <= policies:
            continue
        karmada.delete(word, obj["metadata"]["name"], obj["metadata"].get("namespace"))
        gone.append((word, obj))
    for word, obj in gone:
        _until_gone(lab, word, obj)
    if any(obj["kind"].endswith("OverridePolicy") for _, obj in gone):
        lab.wait(lambda: _as_written(lab), "the members to follow the templates again", timeout=120)
    if lab.backend.disposable:
        _plain_members(karmada)
        clear_clusters(lab)
    else:
        ownership.release(lab)
        for member in lab.members():
            for word, name in course.MADE_IN_MEMBERS:
                lab.connect(member).delete(word, name)


def clear_clusters(lab: Lab) -> None:
    """Delete in host and members what somebody made there by hand."""
    for cluster in lab.cluster_names():
        connection = lab.connect(cluster)
        _delete_namespaces(connection)
        for word in _IN_CLUSTERS:
            for obj in connection.list(word):
                if not _is_kept(word, obj):
                    connection.delete(word, obj["metadata"]["name"])
        for node in connection.list("nodes", None):
            taints = node["spec"].get("taints") or []
            system = [taint for taint in taints if "kubernetes.io/" in taint["key"]]
            if node["spec"].get("unschedulable") or system != taints:
                changes = {"spec": {"unschedulable": None, "taints": system or None}}
                connection.patch("nodes", node["metadata"]["name"], changes, None)


def _found(lab: Lab, karmada: Connection) -> Iterator[tuple[str, Object]]:
    """What may be deleted at Karmada: everything, or only what has a name of the course's."""
    if lab.backend.disposable:
        for word in _POLICIES:
            yield from ((word, obj) for obj in karmada.list(word, None) if not _managed(obj))
        for word in _WORKLOADS:
            for obj in karmada.list(word):
                if not _is_kept(word, obj):
                    yield word, obj
        return
    yield from ownership.owned(karmada)
    members, made = lab.members(), [*course.MADE_IN_LESSONS]
    for obj in (
        course.pipy_policy(members),
        course.curl_policy(members),
        course.pipy(2),
        course.pipy_service(),
        course.curl(),
    ):
        resource = karmada.discovery.kind(obj["apiVersion"], obj["kind"])
        made.append((f"{resource.plural}.{resource.group}".rstrip("."), obj["metadata"]["name"]))
    for word, name in made:
        standing = karmada.get(word, name)
        if standing is not None:
            yield word, standing


def _is_kept(word: str, obj: Object) -> bool:
    """Whether an object belongs to the system, or to Karmada, or goes with its owner."""
    metadata = obj["metadata"]
    if (word, metadata["name"]) in _SYSTEM_NAMES or metadata.get("ownerReferences"):
        return True
    if word == "secrets" and obj.get("type") == "kubernetes.io/service-account-token":
        return True
    marks = (metadata.get("labels") or {}) | (metadata.get("annotations") or {})
    marks.pop("work.karmada.io/conflict-resolution", None)  # readers write this one themselves
    return any(mark.startswith("work.karmada.io/") for mark in marks) or _managed(obj)


def _managed(obj: Object) -> bool:
    labels = obj["metadata"].get("labels") or {}
    return labels.get("karmada.io/managed") == "true" or "karmada.io/system" in labels


def _claimants(obj: Object) -> set[str]:
    """The policies that have claimed a template; a template that is to have none is made anew."""
    metadata = obj["metadata"]
    marks = (metadata.get("labels") or {}) | (metadata.get("annotations") or {})
    return {marks[mark] for mark in _CLAIMS if mark in marks}


def _namespaces(connection: Connection) -> Iterator[str]:
    """Those that somebody made."""
    for obj in connection.list("namespaces", None):
        name = obj["metadata"]["name"]
        if name != "default" and not name.startswith(("kube-", "karmada-")):
            yield name


def _delete_namespaces(connection: Connection) -> None:
    for name in _namespaces(connection):
        connection.delete("namespaces", name, None)


def _plain_members(karmada: Connection) -> None:
    """Clusters without the labels, taints and places that experiments gave them."""
    for cluster in karmada.list(CLUSTERS, None):
        metadata = cluster["metadata"]
        labels = [key for key in metadata.get("labels") or {} if not key.startswith("karmada.io/")]
        taints = [taint for taint in cluster["spec"].get("taints") or () if taint.get("effect")]
        ours = [taint for taint in taints if taint["key"] == _CORDON or not _of_karmada(taint["key"])]
        changes: Object = {}
        if labels:
            changes["metadata"] = {"labels": dict.fromkeys(labels)}
        if ours:
            changes["spec"] = {"taints": [taint for taint in taints if taint not in ours] or None}
        places = [key for key in _PLACES if cluster["spec"].get(key)]
        if places:
            changes["spec"] = {**changes.get("spec", {}), **dict.fromkeys(places)}
        if changes:
            karmada.patch(CLUSTERS, metadata["name"], changes, None)


def _of_karmada(key: str) -> bool:
    return key.startswith("cluster.karmada.io/")


def _until_gone(lab: Lab, word: str, obj: Object) -> None:
    name, namespace = obj["metadata"]["name"], obj["metadata"].get("namespace") or "default"
    lab.wait(f"{word}/{name}", gone=True, namespace=namespace, timeout=120)
    if word in _POLICIES:
        return
    for member in lab.joined():
        _gone_in_member(lab, member, word, obj, namespace)


def _as_written(lab: Lab) -> bool:
    """Whether every copy of a Deployment runs what its template says, and has rolled out."""
    for template in lab.list("deployments"):
        for member in lab.joined():
            copy = lab.get(f"deployments/{template['metadata']['name']}", cluster=member)
            if copy is None:
                continue
            status = copy.get("status") or {}
            if status.get("updatedReplicas", 0) != status.get("replicas", 0):
                return False
            if status.get("observedGeneration", 0) < copy["metadata"]["generation"]:
                return False
            if _programs(copy) != _programs(template):
                return False
    return True


def _programs(deployment: Object) -> list[tuple[object, ...]]:
    """What overrides of the course change in pods."""
    containers = deployment["spec"]["template"]["spec"]["containers"]
    return [(c["image"], c.get("command"), c.get("args")) for c in containers]


def _gone_in_member(lab: Lab, member: str, word: str, obj: Object, namespace: str) -> None:
    standing = lab.get(f"{word}/{obj['metadata']['name']}", cluster=member, namespace=namespace)
    if standing is not None and _is_kept(word, standing):
        try:
            lab.wait(
                f"{word}/{obj['metadata']['name']}",
                gone=True,
                cluster=member,
                namespace=namespace,
                timeout=60,
            )
        except LabError as error:
            raise LabError("{error} Karmada should have deleted it there.", error=error) from None


def own(lab: Lab) -> Iterator[tuple[str, Object]]:
    """What ``clear`` would take away, with its cluster. Taints are no objects of their own."""
    if lab.installed():
        karmada = lab.connect(KARMADA)
        if lab.backend.disposable:
            yield from ((KARMADA, obj) for obj in _made(karmada, (*_POLICIES, *_WORKLOADS)))
        else:
            yield from ((KARMADA, obj) for _, obj in _found(lab, karmada))
    if lab.backend.disposable:
        for cluster in lab.cluster_names():
            yield from ((cluster, obj) for obj in _made(lab.connect(cluster), _IN_CLUSTERS))


def _made(connection: Connection, words: tuple[str, ...]) -> Iterator[Object]:
    namespaces = list(_namespaces(connection))
    for name in namespaces:
        found = connection.get("namespaces", name, None)
        if found is not None and not _is_kept("namespaces", found):
            yield {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}}
    for word in words:
        if not word.startswith("cluster"):
            for namespace in ("default", *namespaces):
                yield from (obj for obj in connection.list(word, namespace) if not _is_kept(word, obj))
        else:
            yield from (obj for obj in connection.list(word, None) if not _managed(obj))
