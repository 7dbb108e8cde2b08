"""Short ways to make objects of other kinds than deployments."""

from typing import Any

from karmada_nb.engine.meta import Object
from karmada_nb.engine.runtime.client import Resource
from tests.engine.controllers.workloads import REPLICASETS, Workloads

STATEFULSETS = Resource("apps", "v1", "statefulsets")
DAEMONSETS = Resource("apps", "v1", "daemonsets")
REVISIONS = Resource("apps", "v1", "controllerrevisions")
JOBS = Resource("batch", "v1", "jobs")
CRONJOBS = Resource("batch", "v1", "cronjobs")
CLAIMS = Resource("", "v1", "persistentvolumeclaims")
VOLUMES = Resource("", "v1", "persistentvolumes")
NODES = Resource("", "v1", "nodes")
BUDGETS = Resource("policy", "v1", "poddisruptionbudgets")
QUOTAS = Resource("", "v1", "resourcequotas")
AUTOSCALERS = Resource("autoscaling", "v2", "horizontalpodautoscalers")
_KINDS = {
    REPLICASETS: "ReplicaSet",
    STATEFULSETS: "StatefulSet",
    DAEMONSETS: "DaemonSet",
    JOBS: "Job",
    CRONJOBS: "CronJob",
    CLAIMS: "PersistentVolumeClaim",
    VOLUMES: "PersistentVolume",
    BUDGETS: "PodDisruptionBudget",
    QUOTAS: "ResourceQuota",
    AUTOSCALERS: "HorizontalPodAutoscaler",
}


async def make(lab: Workloads, resource: Resource, name: str, seconds: float = 1, **spec: Any) -> Object:
    """Create an object; returns it ``seconds`` later."""
    group = f"{resource.group}/" if resource.group else ""
    body = {
        "apiVersion": f"{group}{resource.version}",
        "kind": _KINDS[resource],
        "metadata": {"name": name},
        "spec": spec,
    }
    namespace = "" if resource is VOLUMES else "default"
    await lab.client.create(resource, body, namespace)
    await lab.clock.advance(seconds)
    return await lab.client.get(resource, name, namespace)


async def get(lab: Workloads, resource: Resource, name: str) -> Object:
    return await lab.client.get(resource, name, "" if resource in (VOLUMES, NODES) else "default")


def template(name: str, *command: str, image: str = "curlimages/curl", **spec: Any) -> Object:
    """A pod template of one container, labelled ``app: name``."""
    container: Object = {"name": "main", "image": image}
    if command:
        container["command"] = list(command)
    return {"metadata": {"labels": {"app": name}}, "spec": {"containers": [container], **spec}}


def selecting(name: str) -> Object:
    return {"matchLabels": {"app": name}}
