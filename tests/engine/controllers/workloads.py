"""A cluster with nodes and the workload controllers, on virtual time."""

from typing import Any

from karmada_nb.engine import meta
from karmada_nb.engine.controllers import workload_controllers
from karmada_nb.engine.meta import Object
from karmada_nb.engine.runtime.client import Resource
from tests.engine.nodes.lab import Lab

DEPLOYMENTS = Resource("apps", "v1", "deployments")
REPLICASETS = Resource("apps", "v1", "replicasets")
PODS = Resource("", "v1", "pods")
SERVICES = Resource("", "v1", "services")
SLICES = Resource("discovery.k8s.io", "v1", "endpointslices")
ENDPOINTS = Resource("", "v1", "endpoints")
CONFIGMAPS = Resource("", "v1", "configmaps")
NAMESPACES = Resource("", "v1", "namespaces")


class Workloads(Lab):
    """``Lab`` with everything that brings deployments to life."""

    async def __aenter__(self) -> "Workloads":
        await super().__aenter__()
        self.cluster.add(*workload_controllers(self.cluster.context()))
        await self.clock.advance(1)
        return self

    async def deploy(
        self, name: str = "web", replicas: int = 3, image: str = "nginx:1", **spec: Any
    ) -> Object:
        """Create a deployment; returns it a second later."""
        template = {
            "metadata": {"labels": {"app": name}},
            "spec": {"containers": [{"name": "main", "image": image}]},
        }
        body = {
            "apiVersion": "apps/v1",
            "kind": "Deployment",
            "metadata": {"name": name, "namespace": "default"},
            "spec": {
                "replicas": replicas,
                "selector": {"matchLabels": {"app": name}},
                "template": template,
                **spec,
            },
        }
        await self.client.create(DEPLOYMENTS, body, "default")
        await self.clock.advance(1)
        return await self.deployment(name)

    async def deployment(self, name: str = "web") -> Object:
        return await self.client.get(DEPLOYMENTS, name, "default")

    async def change(self, name: str, spec: Object, seconds: float = 1) -> Object:
        """Merge ``spec`` into a deployment's; returns it ``seconds`` later."""
        await self.client.patch(DEPLOYMENTS, name, {"spec": spec}, namespace="default")
        await self.clock.advance(seconds)
        return await self.deployment(name)

    async def image(self, name: str, image: str, seconds: float = 1) -> Object:
        containers = [{"name": "main", "image": image}]
        return await self.change(name, {"template": {"spec": {"containers": containers}}}, seconds)

    async def sets(self) -> dict[str, int]:
        """Replicas wanted of each ReplicaSet, by its image."""
        found = (await self.client.list(REPLICASETS, "default")).items
        return {
            rs["spec"]["template"]["spec"]["containers"][0]["image"]: rs["spec"].get("replicas", 0)
            for rs in found
        }

    async def pods(self) -> list[Object]:
        return (await self.client.list(PODS, "default")).items

    async def names(self, resource: Resource, namespace: str = "default") -> list[str]:
        return [meta.name(obj) for obj in (await self.client.list(resource, namespace)).items]
