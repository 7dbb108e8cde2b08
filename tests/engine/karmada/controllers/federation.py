"""A whole federation in one process, on virtual time and without HTTP: Karmada, members, nodes, pods."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import Any

from karmada_nb.engine import meta
from karmada_nb.engine.apiserver.auth.jwt import Signer
from karmada_nb.engine.cluster import Cluster, Settings
from karmada_nb.engine.controllers import workload_controllers
from karmada_nb.engine.karmada import control_plane
from karmada_nb.engine.karmada.connections import Link
from karmada_nb.engine.karmada.constants import Edition
from karmada_nb.engine.karmada.control_plane import ControlPlane
from karmada_nb.engine.karmada.lifecycle.join import Joining, join
from karmada_nb.engine.karmada.lifecycle.unjoin import Unjoining, unjoin
from karmada_nb.engine.karmada.names import generate_estimator_deployment_name
from karmada_nb.engine.karmada.options import Options
from karmada_nb.engine.karmada.plane import BINDINGS, CLUSTERS, POLICIES, WORKS
from karmada_nb.engine.meta import Key, Object
from karmada_nb.engine.network.routes import Wire
from karmada_nb.engine.nodes import Nodes, Place
from karmada_nb.engine.pki import SigningKey
from karmada_nb.engine.runtime.client import Resource
from karmada_nb.engine.runtime.clock import VirtualClock
from karmada_nb.engine.store import Journal

DEPLOYMENTS = Resource("apps", "v1", "deployments")
SERVICES = Resource("", "v1", "services")
CONFIGMAPS = Resource("", "v1", "configmaps")
NAMESPACES = Resource("", "v1", "namespaces")
EVENTS = Resource("", "v1", "events")
SECRETS = Resource("", "v1", "secrets")
MEMBERS = ("member1", "member2", "member3")
SYSTEM = "karmada-system"
_KEY = SigningKey()


class Federation:
    """``await Federation(edition).start()`` gives three members, joined and Ready, with two nodes each."""

    def __init__(
        self,
        edition: Edition,
        members: Iterable[str] = MEMBERS,
        options: Options | None = None,
        journal: Journal | None = None,
    ) -> None:
        self.edition = edition
        self.clock = VirtualClock()
        self._signer = Signer(_KEY)
        self.members: dict[str, Cluster] = {}
        self.nodes: dict[str, Nodes] = {}
        self._wire = Wire()
        for at, name in enumerate(members):
            self._add(name, 16443 + at)
        self._options = options or Options()
        self._journal = journal
        self.host = Cluster(Settings("host", "v1.36.2", port=15442), self.clock, self._signer, "CA")
        """Where Karmada's optional components are deployed; it has no nodes, and starts with the others."""
        self._make_plane()

    def _make_plane(self) -> None:
        settings = control_plane.settings(self.edition, "v1.36.2", "127.0.0.1", 15443, self._options)
        self.plane = ControlPlane(
            settings,
            self.clock,
            self._signer,
            "CA",
            self.edition,
            self._find,
            self._journal,
            self._options,
            self.host.informers(*DEPLOYMENTS),
        )
        self.karmada = self.plane.cluster.client_as("tester", "kubectl")

    def _add(self, name: str, port: int) -> None:
        cluster = Cluster(Settings(name, "v1.36.2", port=port), self.clock, self._signer, "CA")
        self.members[name] = cluster
        index = len(self.nodes)
        place = Place(f"10.{44 + index}", 3 + 2 * index, self._wire)
        self.nodes[name] = Nodes(cluster, [f"{name}-server-0", f"{name}-agent-0"], place)

    def _find(self, endpoint: str) -> Cluster | None:
        return next((c for c in self.members.values() if endpoint.endswith(f":{c.settings.port}")), None)

    async def start(self, *, joined: bool = True) -> Federation:
        for name, cluster in self.members.items():
            cluster.start()
            cluster.add(*workload_controllers(cluster.context()))
            self.nodes[name].start()
        self.host.start()
        await self.plane.start()
        await self.clock.advance(1)
        for name in self.members if joined else ():
            await self.join(name)
        if joined:
            await self.clock.advance(25)
        return self

    async def stop(self) -> None:
        await self.plane.stop()
        await self.host.stop()
        for name, cluster in self.members.items():
            await self.nodes[name].stop()
            await cluster.stop()

    async def restart(self, down: float = 0.0) -> None:
        """Stop the control plane, and start it again from its journal ``down`` seconds later."""
        await self.plane.stop()
        await self.clock.advance(down)
        self._make_plane()
        await self.plane.start()
        await self.clock.advance(1)

    async def run(self, coroutine: Any) -> Any:
        """Await something that waits for time to pass."""
        task = asyncio.ensure_future(coroutine)
        while not task.done():
            await self.clock.advance(0.05)
        return task.result()

    async def join(self, name: str, **options: Any) -> str:
        cluster = self.members[name]
        wanted = Joining(name, f"https://127.0.0.1:{cluster.settings.port}", self.edition, **options)
        said: str = await self.run(join(self.karmada, self.member(name), wanted, self.clock))
        return said

    async def deploy(self, name: str, *flags: str, available: bool = True) -> None:
        """An optional component: its deployment in the host cluster, available as its pods would make it."""
        client = self.host.client_as("admin", "kubectl")
        if self.host.informers(*NAMESPACES).get(Key("", SYSTEM)) is None:
            await client.create(NAMESPACES, {"metadata": {"name": SYSTEM}})
        made = meta.with_metadata(deployment(name, 1), namespace=SYSTEM)
        container = {"name": name, "image": name, "command": [f"/bin/{name}", *flags]}
        made = meta.replace(made, ("spec", "template", "spec", "containers"), [container])
        deployed = await client.create(DEPLOYMENTS, made, SYSTEM)
        status = {"replicas": 1}
        if available:
            status |= {"readyReplicas": 1, "availableReplicas": 1}
        await client.update(DEPLOYMENTS, {**deployed, "status": status}, "status")
        await self.settle()

    async def undeploy(self, name: str) -> None:
        """Take the deployment of a component away."""
        await self.host.client_as("admin", "kubectl").delete(DEPLOYMENTS, name, SYSTEM)
        await self.settle()

    async def deploy_estimators(self) -> None:
        """A karmada-scheduler-estimator for each member there is."""
        for member in self.members:
            await self.deploy(generate_estimator_deployment_name(member))

    async def grow(self, name: str) -> None:
        """One more cluster, running and not joined."""
        self._add(name, 16443 + len(self.members))
        cluster = self.members[name]
        cluster.start()
        cluster.add(*workload_controllers(cluster.context()))
        self.nodes[name].start()
        await self.clock.advance(1)

    async def unjoin(self, name: str, **options: Any) -> None:
        wanted = Unjoining(name, self.edition, **options)
        await self.run(unjoin(self.karmada, self.member(name), wanted, self.clock))

    def member(self, name: str) -> Any:
        """A client of a member, as its administrator."""
        return self.members[name].client_as("admin", "kubectl")

    def link(self, name: str) -> Link:
        return self.plane.connections.link(self.members[name])

    async def settle(self, seconds: float = 0.1) -> None:
        await self.clock.advance(seconds)

    async def create(self, resource: Resource, obj: Object) -> Object:
        made = await self.karmada.create(resource, obj, meta.namespace(obj))
        await self.settle()
        return made

    def find(self, resource: Resource, name: str, namespace: str = "default", at: str = "") -> Object | None:
        """An object of Karmada, or of the member ``at``."""
        cluster = self.members[at] if at else self.plane.cluster
        return cluster.informers(*resource).get(Key(namespace, name))

    def must(self, resource: Resource, name: str, namespace: str = "default", at: str = "") -> Object:
        found = self.find(resource, name, namespace, at)
        assert found is not None, f"expected {resource} {namespace}/{name} in {at or 'Karmada'}, found none"
        return found

    def cluster(self, name: str) -> Object:
        return self.must(CLUSTERS, name, "")

    def condition(self, name: str, kind: str = "Ready") -> Object:
        return meta.condition(self.cluster(name), kind) or {}

    def binding(self, name: str) -> Object:
        return self.must(BINDINGS, name)

    def works(self, member: str) -> list[Object]:
        return self.plane.cluster.informers(*WORKS).items(f"karmada-es-{member}")

    def work(self, member: str, kind: str, name: str) -> Object:
        for work in self.works(member):
            manifest = work["spec"]["workload"]["manifests"][0]
            if (manifest["kind"], meta.name(manifest)) == (kind, name):
                return work
        raise AssertionError(f"expected a Work of {kind} {name} for {member}, found none")

    def events(self, kind: str, name: str) -> set[tuple[str, str, str]]:
        """Component, reason and message of the events about an object of Karmada."""
        found = self.plane.cluster.informers(*EVENTS).items()
        return {
            (event["source"]["component"], event["reason"], event["message"])
            for event in found
            if (event["involvedObject"]["kind"], event["involvedObject"]["name"]) == (kind, name)
        }

    async def propagate(
        self, name: str, resource: Resource, kind: str, members: Iterable[str] = (), **spec: Any
    ) -> None:
        """A policy for one template, by default Duplicated to every member."""
        api_version = f"{resource.group}/{resource.version}" if resource.group else resource.version
        placement = spec.pop(
            "placement", {"clusterAffinity": {"clusterNames": list(members or self.members)}}
        )
        selector = {"apiVersion": api_version, "kind": kind, "name": name}
        policy = {
            "apiVersion": "policy.karmada.io/v1alpha1",
            "kind": "PropagationPolicy",
            "metadata": {"name": f"{name}-propagation", "namespace": "default"},
            "spec": {"resourceSelectors": [selector], "placement": placement, **spec},
        }
        await self.create(POLICIES, policy)


def deployment(name: str = "pipy", replicas: int = 2) -> Object:
    labels = {"app": name}
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": name, "namespace": "default", "labels": labels},
        "spec": {
            "replicas": replicas,
            "selector": {"matchLabels": labels},
            "template": {
                "metadata": {"labels": labels},
                "spec": {"containers": [{"name": "main", "image": "nginx"}]},
            },
        },
    }


def configmap(name: str = "settings", **data: str) -> Object:
    return {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": name, "namespace": "default"},
        "data": data or {"colour": "blue"},
    }


def divided(members: Iterable[str]) -> Object:
    """Equal static weights, as the article's policy has them."""
    weights = [{"targetCluster": {"clusterNames": [m]}, "weight": 10} for m in members]
    return {
        "clusterAffinity": {"clusterNames": list(members)},
        "replicaScheduling": {
            "replicaDivisionPreference": "Weighted",
            "replicaSchedulingType": "Divided",
            "weightPreference": {"staticWeightList": weights},
        },
    }
