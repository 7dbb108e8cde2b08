"""Clusters, bindings and surroundings for the tests of the scheduler."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from karmada_nb.engine.karmada.constants import CURRENT, Edition
from karmada_nb.engine.karmada.scheduler.flow import Surroundings

NOW = datetime(2030, 5, 6, 7, 8, 9, tzinfo=UTC)
Object = dict[str, Any]


def cluster(name: str, *, ready: bool = True, **spec: Any) -> Object:
    """A member that serves Deployments."""
    apis = [{"groupVersion": "apps/v1", "resources": [{"kind": "Deployment", "name": "deployments"}]}]
    condition = {"type": "Ready", "status": "True" if ready else "False"}
    return {
        "apiVersion": "cluster.karmada.io/v1alpha1",
        "kind": "Cluster",
        "metadata": {"name": name},
        "spec": {"syncMode": "Push", **spec},
        "status": {"apiEnablements": apis, "conditions": [condition]},
    }


MEMBERS = [cluster("member1"), cluster("member2"), cluster("member3")]


def static(**weights: int) -> Object:
    """Divided by these static weights."""
    rules = [
        {"targetCluster": {"clusterNames": [name]}, "weight": weight} for name, weight in weights.items()
    ]
    return divided("Weighted", staticWeightList=rules)


def divided(preference: str, **weight_preference: Any) -> Object:
    strategy: Object = {"replicaSchedulingType": "Divided", "replicaDivisionPreference": preference}
    if weight_preference:
        strategy["weightPreference"] = weight_preference
    return {"replicaScheduling": strategy}


DYNAMIC = divided("Weighted", dynamicWeight="AvailableReplicas")
AGGREGATED = divided("Aggregated")


def binding(placement: Object | None, replicas: int, *, uid: str = "", **spec: Any) -> Object:
    """The ResourceBinding of Deployment default/nginx, never scheduled yet."""
    resource = {"apiVersion": "apps/v1", "kind": "Deployment", "namespace": "default", "name": "nginx"}
    body: Object = {"replicas": replicas, "resource": {**resource, "uid": uid}, **spec}
    if placement is not None:
        body["placement"] = placement
    return {
        "apiVersion": "work.karmada.io/v1alpha2",
        "kind": "ResourceBinding",
        "metadata": {"namespace": "default", "name": "nginx-deployment", "generation": 1},
        "spec": body,
        "status": {},
    }


def around(
    room: Mapping[str, int] | None = None,
    clusters: list[Object] | None = None,
    edition: Edition = CURRENT,
) -> Surroundings:
    answers = dict(room or {})
    members = MEMBERS if clusters is None else clusters
    return Surroundings(members, lambda asked, spec: answers, NOW, edition)


def replicas_of(found: Object) -> dict[str, int]:
    """``spec.clusters`` of a binding as a map."""
    return {t["name"]: t.get("replicas", 0) for t in found["spec"].get("clusters") or ()}
