"""The objects that drills are made of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Final

from karmada_nb import course
from karmada_nb.frames import ready_replicas
from karmada_nb.manifests import Object, replica_count

if TYPE_CHECKING:
    from karmada_nb.lab import Lab

IMAGE: Final = "nginx"


def app(name: str, replicas: int, namespace: str = "default", image: str = IMAGE) -> Object:
    """A Deployment of a web server."""
    made = course.deployment(name, replicas, {"name": "web", "image": image})
    return {**made, "metadata": {**made["metadata"], "namespace": namespace}}


def selector(name: str) -> tuple[str, str, str]:
    """What a policy says to mean a drill's Deployment."""
    return ("apps/v1", "Deployment", name)


def policy(name: str, members: Iterable[str], weights: Mapping[str, int] | None = None) -> Object:
    """A policy for a drill's Deployment: divided among members, equally or as ``weights`` say."""
    members = list(members)
    made = course.policy(name, [selector(name)], weights or dict.fromkeys(members, 1))
    placement = {**made["spec"]["placement"], "clusterAffinity": {"clusterNames": members}}
    return {**made, "spec": {**made["spec"], "placement": placement}}


def copies(name: str, affinity: Object) -> Object:
    """A policy that has each cluster it chooses run the full number."""
    made = course.policy(name, [selector(name)], {})
    placement: dict[str, Any] = {"replicaScheduling": {"replicaSchedulingType": "Duplicated"}}
    if affinity:
        placement["clusterAffinity"] = affinity
    return {**made, "spec": {**made["spec"], "placement": placement}}


def counts(lab: Lab, name: str, namespace: str = "default") -> dict[str, tuple[int, int]]:
    """How many replicas each member wants and has ready."""
    found = {member: lab.get(f"deployments/{name}", member, namespace) for member in lab.members()}
    return {
        member: (replica_count(obj), ready_replicas(obj)) if obj else (0, 0) for member, obj in found.items()
    }


def running(lab: Lab, name: str, namespace: str = "default") -> list[int]:
    """The ready replicas of each member, where all that are wanted are ready; else nothing."""
    found = counts(lab, name, namespace)
    settled = all(wanted == ready for wanted, ready in found.values())
    return [ready for _, ready in found.values()] if settled else []
