"""Node objects: how a node makes itself known, and how it stays alive in the eyes of others.

Follows pkg/kubelet/kubelet_node_status.go, pkg/kubelet/nodestatus/setters.go and k8s.io/component-helpers
apimachinery/lease. The object's parts are pure; ``Heart`` writes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from karmada_nb.engine import meta
from karmada_nb.engine.errors import StatusError
from karmada_nb.engine.meta import Key, Object
from karmada_nb.engine.nodes.kubelet.status import image_id
from karmada_nb.engine.runtime.client import Client, Resource
from karmada_nb.engine.runtime.clock import Clock
from karmada_nb.engine.runtime.informer import Informer

NODES: Final = Resource("", "v1", "nodes")
LEASES: Final = Resource("coordination.k8s.io", "v1", "leases")
LEASE_NAMESPACE: Final = "kube-node-lease"
LEASE_SECONDS: Final = 40
HEARTBEAT_SECONDS: Final = 10.0
STATUS_SECONDS: Final = 300.0
CONTROL_PLANE: Final = "node-role.kubernetes.io/control-plane"
_PRESSURES: Final = (
    ("MemoryPressure", "KubeletHasSufficientMemory", "kubelet has sufficient memory available"),
    ("DiskPressure", "KubeletHasNoDiskPressure", "kubelet has no disk pressure"),
    ("PIDPressure", "KubeletHasSufficientPID", "kubelet has sufficient PID available"),
)


@dataclass(frozen=True, slots=True)
class NodeSpec:
    """What sets one node apart. ``version`` is its kubelet's."""

    name: str
    ip: str
    cidr: str
    version: str
    control_plane: bool = False
    cpu: str = "4"
    memory: str = "8Gi"
    pods: int = 110

    @property
    def resources(self) -> dict[str, str]:
        """How much the node has of each."""
        return {
            "cpu": self.cpu,
            "ephemeral-storage": "100Gi",
            "hugepages-1Gi": "0",
            "hugepages-2Mi": "0",
            "memory": self.memory,
            "pods": str(self.pods),
        }


def node_object(spec: NodeSpec, now: datetime) -> Object:
    """A node that has just registered and is ready."""
    labels = {
        "beta.kubernetes.io/arch": "amd64",
        "beta.kubernetes.io/os": "linux",
        "kubernetes.io/arch": "amd64",
        "kubernetes.io/hostname": spec.name,
        "kubernetes.io/os": "linux",
    }
    if spec.control_plane:
        labels[CONTROL_PLANE] = "true"
        labels["node-role.kubernetes.io/master"] = "true"
    return {
        "apiVersion": "v1",
        "kind": "Node",
        "metadata": {"name": spec.name, "labels": labels},
        "spec": {
            "podCIDR": spec.cidr,
            "podCIDRs": [spec.cidr],
            "providerID": f"k3s://{spec.name}",
        },
        "status": node_status(spec, {}, (), now),
    }


def node_status(spec: NodeSpec, old: Object, images: Iterable[str], now: datetime) -> Object:
    """The status of a healthy node; conditions keep the time of their last change."""
    resources = capacity(spec, old)
    return {
        **old,
        "addresses": [
            {"type": "InternalIP", "address": spec.ip},
            {"type": "Hostname", "address": spec.name},
        ],
        "capacity": resources,
        "allocatable": resources,
        "conditions": _conditions(old.get("conditions") or (), now),
        "daemonEndpoints": {"kubeletEndpoint": {"Port": 10250}},
        "nodeInfo": _info(spec),
        "images": [
            {"names": [image_id(image), image], "sizeBytes": _size(image)} for image in sorted(images)
        ],
    }


def capacity(spec: NodeSpec, status: Object) -> dict[str, str]:
    """What the node has, with the extended resources that somebody has added to its status."""
    added = {k: v for k, v in (status.get("capacity") or {}).items() if k not in spec.resources}
    return {**added, **spec.resources}


def _conditions(before: Iterable[Object], now: datetime) -> list[Object]:
    known = {c["type"]: c for c in before}
    wanted = [(kind, "False", reason, f"{message}") for kind, reason, message in _PRESSURES]
    wanted.append(("Ready", "True", "KubeletReady", "kubelet is posting ready status"))
    stamp = meta.rfc3339(now)
    out = []
    for kind, status, reason, message in wanted:
        was = known.get(kind, {})
        since = was["lastTransitionTime"] if was.get("status") == status else stamp
        out.append(
            {
                "type": kind,
                "status": status,
                "lastHeartbeatTime": stamp,
                "lastTransitionTime": since,
                "reason": reason,
                "message": message,
            }
        )
    return out


_ARTICLE: Final = 23
_PROXY_UNTOLD: Final = 33
"""Since this minor version a kubelet does not tell of kube-proxy, about which it knows nothing."""


def _info(spec: NodeSpec) -> Object:
    machine = hashlib.md5(spec.name.encode(), usedforsecurity=False).hexdigest()
    minor = int(spec.version.split(".")[1])
    runtime = "containerd://1.5.13-k3s1" if minor == _ARTICLE else "containerd://2.1.4-k3s1"
    return {
        "machineID": machine,
        "systemUUID": machine,
        "bootID": machine,
        "kernelVersion": "5.15.0-generic",
        "osImage": "K3s dev",
        "containerRuntimeVersion": runtime,
        "kubeletVersion": spec.version,
        "kubeProxyVersion": spec.version if minor < _PROXY_UNTOLD else "",
        "operatingSystem": "linux",
        "architecture": "amd64",
    }


def _size(image: str) -> int:
    return 5_000_000 + int(hashlib.sha256(image.encode()).hexdigest()[:6], 16)


class Heart:
    """Registers one node, renews its lease, and keeps its status."""

    def __init__(self, spec: NodeSpec, client: Client, nodes: Informer, clock: Clock) -> None:
        self.spec = spec
        self._client = client
        self._nodes = nodes
        self._clock = clock
        self._posted = float("-inf")
        self._lease: Object | None = None

    async def register(self) -> None:
        """Make the node known, or take over what is known of it."""
        if self._nodes.get(Key("", self.spec.name)) is None:
            try:
                await self._client.create(NODES, node_object(self.spec, self._clock.now()))
                self._posted = self._clock.monotonic()
            except StatusError as error:
                if error.code != 409:
                    raise

    async def beat(self, images: Iterable[str]) -> None:
        """Renew the lease; and now and then, when somebody thought the node dead, or when
        its resources were changed, the status.
        """
        await self.register()
        await self._renew()
        node = self._nodes.get(Key("", self.spec.name))
        if node is None:
            return
        ready = (meta.condition(node, "Ready") or {}).get("status") == "True"
        now = self._clock.monotonic()
        old = node.get("status") or {}
        told = old.get("allocatable") == capacity(self.spec, old) == old.get("capacity")
        if ready and told and now - self._posted < STATUS_SECONDS:
            return
        status = node_status(self.spec, old, images, self._clock.now())
        self._posted = now
        await self._client.update(NODES, {**node, "status": status}, "status")

    async def _renew(self) -> None:
        stamp = meta.rfc3339_micro(self._clock.now())
        try:
            if self._lease is not None:
                patch = {"spec": {"renewTime": stamp}}
                await self._client.patch(LEASES, self.spec.name, patch, namespace=LEASE_NAMESPACE)
                return
            lease = self._new_lease(stamp)
            try:
                self._lease = await self._client.create(LEASES, lease, LEASE_NAMESPACE)
            except StatusError as error:
                if error.code != 409:
                    raise
                self._lease = lease
                await self._renew()
        except StatusError as error:
            if error.code != 404:
                raise
            self._lease = None

    def _new_lease(self, stamp: str) -> Object:
        node = self._nodes.get(Key("", self.spec.name))
        metadata: Object = {"name": self.spec.name, "namespace": LEASE_NAMESPACE}
        if node is not None:
            reference = meta.owner_reference(node, controller=False)
            metadata["ownerReferences"] = [
                {k: v for k, v in reference.items() if k not in ("controller", "blockOwnerDeletion")}
            ]
        return {
            "apiVersion": "coordination.k8s.io/v1",
            "kind": "Lease",
            "metadata": metadata,
            "spec": {
                "holderIdentity": self.spec.name,
                "leaseDurationSeconds": LEASE_SECONDS,
                "renewTime": stamp,
            },
        }
