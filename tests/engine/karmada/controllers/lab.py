"""A Karmada API with the controllers under test, on virtual time, and clusters that the test joins.

A joined member is a Cluster object with the status that a healthy one has; nothing runs behind it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from karmada_nb.engine import bootstrap, meta
from karmada_nb.engine.apiserver.auth.jwt import Signer
from karmada_nb.engine.apiserver.verbs.call import Call
from karmada_nb.engine.cluster import Cluster, Settings
from karmada_nb.engine.karmada.addons import Addons
from karmada_nb.engine.karmada.api import custom_resource_definitions
from karmada_nb.engine.karmada.api.resource import cluster_resource
from karmada_nb.engine.karmada.constants import Edition
from karmada_nb.engine.karmada.control_plane import DISABLED_PLUGINS
from karmada_nb.engine.karmada.controllers.channel import Channel
from karmada_nb.engine.karmada.controllers.policy_side import policy_side
from karmada_nb.engine.karmada.gates import POLICY_PREEMPTION, FeatureGates
from karmada_nb.engine.karmada.interpretation import ResourceInterpreter
from karmada_nb.engine.karmada.members import Member
from karmada_nb.engine.karmada.options import Options
from karmada_nb.engine.karmada.plane import BINDINGS, CLUSTERS, POLICIES, WORKS, Plane, Served
from karmada_nb.engine.karmada.webhooks import Webhooks
from karmada_nb.engine.meta import Key, Object
from karmada_nb.engine.pki import SigningKey
from karmada_nb.engine.runtime.client import Resource
from karmada_nb.engine.runtime.clock import VirtualClock

DEPLOYMENTS = Resource("apps", "v1", "deployments")
SERVICES = Resource("", "v1", "services")
EVENTS = Resource("", "v1", "events")
SIGNING_KEY = SigningKey()
MEMBERS = ("k3d-cluster-1", "k3d-cluster-2", "k3d-cluster-3")
ENABLED = [
    {"groupVersion": "apps/v1", "resources": [{"kind": "Deployment", "name": "deployments"}]},
    {
        "groupVersion": "v1",
        "resources": [
            {"kind": "Service", "name": "services"},
            {"kind": "ConfigMap", "name": "configmaps"},
            {"kind": "Secret", "name": "secrets"},
            {"kind": "Namespace", "name": "namespaces"},
        ],
    },
]


class NoMembers:
    """No connections: what the controllers under test need none for."""

    def get(self, cluster: str) -> Member | None:
        return None

    def on_change(self, listener: Any) -> None:
        return None


class Lab:
    """``settle`` lets everything happen that needs no time; the verbs settle by themselves."""

    def __init__(self, edition: Edition, *, preemption: bool = False) -> None:
        self.clock = VirtualClock()
        settings = Settings(
            "karmada-apiserver",
            "v1.36.2",
            dns=False,
            disabled_plugins=DISABLED_PLUGINS,
            plugins=(Webhooks(edition),),
        )
        self.cluster = Cluster(settings, self.clock, Signer(SIGNING_KEY), "")
        self.cluster.registry.add(cluster_resource(edition, self.clock))
        self.plane = Plane(
            client_as=lambda component: self.cluster.client_as(component, component),
            informers=self.cluster.informers,
            served=Served(
                self.cluster.of_kind,
                self.cluster.resources,
                self.cluster.is_namespaced,
                self.cluster.registry.on_change,
            ),
            members=NoMembers(),
            interpreter=ResourceInterpreter(self.cluster.informers, self.cluster.caller, self.clock, edition),
            clock=self.clock,
            edition=edition,
            addons=Addons(Channel()),
            options=Options(FeatureGates({POLICY_PREEMPTION: preemption})),
        )
        self.client = self.cluster.client_as("tester", "kubectl")

    async def start(self, members: Iterable[str] = MEMBERS) -> Lab:
        self.cluster.start()
        bootstrap.ensure(
            self.cluster.api, custom_resource_definitions(self.plane.edition), Call(manager="test")
        )
        self.cluster.add(*policy_side(self.plane))
        for name in members:
            await self.join(name)
        await self.clock.advance(1)
        return self

    async def stop(self) -> None:
        await self.cluster.stop()

    async def join(self, name: str, labels: Mapping[str, str] | None = None) -> None:
        """A healthy member, as the cluster controllers leave its object."""
        namespace = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": f"karmada-es-{name}"}}
        await self.client.create(Resource("", "v1", "namespaces"), namespace)
        cluster: Object = {
            "apiVersion": "cluster.karmada.io/v1alpha1",
            "kind": "Cluster",
            "metadata": {"name": name, "labels": dict(labels or {})},
            "spec": {"apiEndpoint": f"https://{name}.example", "syncMode": "Push"},
        }
        made = await self.client.create(CLUSTERS, cluster)
        ready = meta.set_condition((), "Ready", "True", "ClusterReady", "ok", self.clock.now())
        status = {"kubernetesVersion": "v1.36.2", "apiEnablements": ENABLED, "conditions": ready}
        await self.client.update(CLUSTERS, {**made, "status": status}, "status")
        await self.settle()

    async def settle(self, seconds: float = 0.1) -> None:
        """Let ``seconds`` pass: enough for one retry."""
        await self.clock.advance(seconds)

    async def create(self, resource: Resource, obj: Object) -> Object:
        made = await self.client.create(resource, obj, meta.namespace(obj))
        await self.settle()
        return made

    async def patch(
        self, resource: Resource, name: str, body: Object, namespace: str = "default", subresource: str = ""
    ) -> Object:
        found = await self.client.patch(resource, name, body, namespace=namespace, subresource=subresource)
        await self.settle()
        return found

    async def delete(self, resource: Resource, name: str, namespace: str = "default") -> None:
        await self.client.delete(resource, name, namespace)
        await self.settle()

    def get(self, resource: Resource, name: str, namespace: str = "default") -> Object | None:
        return self.plane.informers(*resource).get(Key(namespace, name))

    def must(self, resource: Resource, name: str, namespace: str = "default") -> Object:
        found = self.get(resource, name, namespace)
        assert found is not None, f"expected {resource} {namespace}/{name}, found none"
        return found

    def binding(self, name: str) -> Object:
        return self.must(BINDINGS, name)

    def targets(self, name: str) -> dict[str, int]:
        """Where a binding's replicas are."""
        clusters = self.binding(name)["spec"].get("clusters") or []
        return {target["name"]: target.get("replicas", 0) for target in clusters}

    def works(self, cluster: str) -> list[Object]:
        return self.plane.informers(*WORKS).items(f"karmada-es-{cluster}")

    def manifests(self, kind: str) -> dict[str, Object]:
        """By cluster, the manifest of this kind that its Works carry."""
        found: dict[str, Object] = {}
        for work in self.plane.informers(*WORKS).items():
            for manifest in work["spec"]["workload"]["manifests"]:
                if manifest["kind"] == kind and not meta.deleting(work):
                    found[meta.namespace(work).removeprefix("karmada-es-")] = manifest
        return found

    def events(self, kind: str, name: str) -> set[tuple[str, str, str, str]]:
        """Type, reason, component and message of what was told about an object."""
        return {
            (e["type"], e["reason"], e["source"]["component"], e["message"])
            for e in self.plane.informers(*EVENTS).items()
            if (e["involvedObject"]["kind"], e["involvedObject"]["name"]) == (kind, name)
        }

    def revision(self) -> int:
        """The number of writes so far."""
        return self.cluster.store.revision


def deployment(name: str = "pipy", replicas: int = 2, **spec: Any) -> Object:
    """The article's Deployment."""
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": name, "namespace": "default", "labels": {"app": name}},
        "spec": {
            "replicas": replicas,
            "selector": {"matchLabels": {"app": name}},
            "template": {
                "metadata": {"labels": {"app": name}},
                "spec": {"containers": [{"name": name, "image": "flomesh/pipy"}], **spec},
            },
        },
    }


def service(name: str = "pipy") -> Object:
    """The article's Service."""
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": name, "namespace": "default", "labels": {"app": name}},
        "spec": {"selector": {"app": name}, "ports": [{"port": 8080, "protocol": "TCP", "targetPort": 8080}]},
    }


def weights(*values: int) -> Object:
    """The article's placement over its three members."""
    return {
        "clusterAffinity": {"clusterNames": list(MEMBERS)},
        "replicaScheduling": {
            "replicaDivisionPreference": "Weighted",
            "replicaSchedulingType": "Divided",
            "weightPreference": {
                "staticWeightList": [
                    {"targetCluster": {"clusterNames": [name]}, "weight": weight}
                    for name, weight in zip(MEMBERS, values, strict=True)
                ]
            },
        },
    }


def selectors(name: str = "pipy") -> list[Object]:
    return [
        {"apiVersion": "apps/v1", "kind": "Deployment", "name": name},
        {"apiVersion": "v1", "kind": "Service", "name": name},
    ]


def policy(name: str = "pipy-propagation", **spec: Any) -> Object:
    """The article's PropagationPolicy, or with other fields of the spec."""
    wanted = {"resourceSelectors": selectors(), "placement": weights(10, 10, 10), **spec}
    return {
        "apiVersion": "policy.karmada.io/v1alpha1",
        "kind": "PropagationPolicy",
        "metadata": {"name": name, "namespace": "default"},
        "spec": wanted,
    }


async def scale(lab: Lab, name: str, replicas: int) -> None:
    await lab.patch(DEPLOYMENTS, name, {"spec": {"replicas": replicas}})


async def place(lab: Lab, name: str, placement: Object) -> None:
    """Give a policy another placement."""
    found = lab.must(POLICIES, name)
    await lab.client.update(POLICIES, meta.replace(found, ("spec", "placement"), placement))
    await lab.settle()
