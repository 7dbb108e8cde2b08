"""Nodes that fall silent are marked, and their pods with them.

Follows pkg/controller/nodelifecycle/node_lifecycle_controller.go. Only nodes that hold a lease in
kube-node-lease are looked after: others have no kubelet whose silence could mean anything.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from karmada_nb.engine import meta
from karmada_nb.engine.controllers.context import NODES, PODS, Context
from karmada_nb.engine.controllers.nodelifecycle import health
from karmada_nb.engine.errors import StatusError
from karmada_nb.engine.meta import Key, Object
from karmada_nb.engine.runtime.client import Resource
from karmada_nb.engine.runtime.controller import DONE, Result, Watch
from karmada_nb.engine.runtime.informer import Event

LEASES: Final = Resource("coordination.k8s.io", "v1", "leases")
LEASE_NAMESPACE: Final = "kube-node-lease"
NODE_INDEX: Final = "node"


def by_node(pod: Object) -> Iterable[str]:
    """Index: the node that a pod is on."""
    name = meta.dig(pod, "spec", "nodeName")
    return (name,) if name else ()


class NodeLifecycleController:
    name = "node-controller"

    def __init__(self, context: Context) -> None:
        self._client = context.client_as(self.name)
        self._events = context.recorder(self.name)
        self._clock = context.clock
        self._nodes = context.informers(*NODES)
        self._leases = context.informers(*LEASES)
        self._pods = context.informers(*PODS)
        self._pods.add_index(NODE_INDEX, by_node)
        self._known: dict[str, datetime] = {}
        """When each node was first seen: silence before that was nobody's to hear."""

    def watches(self) -> Iterable[Watch]:
        yield Watch(self._nodes, _changed)
        yield Watch(self._leases, _first_lease)

    async def reconcile(self, key: Key) -> Result:
        node = self._nodes.get(key)
        if node is None:
            self._known.pop(key.name, None)
            return DONE
        if key.name not in self._known:
            self._known[key.name] = self._clock.now()
            text = f"Node {key.name} event: Registered Node {key.name} in Controller"
            await self._events.about(_reference(node), "Normal", "RegisteredNode", text)
        lease = self._leases.get(Key(LEASE_NAMESPACE, key.name))
        if lease is None:
            return DONE
        now = self._clock.now()
        silence = health.silent_for(lease, self._known[key.name], now)
        if silence > health.GRACE:
            node = await self._lose(node)
        await self._taint(node)
        return Result(after=max(0.5, health.GRACE - silence + 0.5)) if silence <= health.GRACE else DONE

    async def _lose(self, node: Object) -> Object:
        conditions = health.lost(node, self._clock.now())
        if conditions == meta.dig(node, "status", "conditions", default=[]):
            return node
        status = {**(node.get("status") or {}), "conditions": conditions}
        node = await self._client.update(NODES, {**node, "status": status}, "status")
        name = meta.name(node)
        text = f"Node {name} status is now: NodeNotReady"
        await self._events.about(_reference(node), "Normal", "NodeNotReady", text)
        for pod in self._pods.by_index(NODE_INDEX, name):
            await self._unready(pod)
        return node

    async def _unready(self, pod: Object) -> None:
        """A pod whose node is lost is not ready, as far as anybody can tell."""
        known = meta.condition(pod, "Ready")
        if known is None or known["status"] != "True":
            return
        conditions = [
            {**c, "status": "False", "lastTransitionTime": meta.rfc3339(self._clock.now())}
            if c["type"] == "Ready"
            else c
            for c in pod["status"]["conditions"]
        ]
        try:
            changed = meta.replace(pod, ["status", "conditions"], conditions)
            await self._client.update(PODS, changed, "status")
        except StatusError as error:
            if error.code != 404:
                raise
            return
        await self._events.event(pod, "Warning", "NodeNotReady", "Node is not ready")

    async def _taint(self, node: Object) -> None:
        wanted = health.taints(node, self._clock.now())
        if wanted == meta.dig(node, "spec", "taints", default=[]):
            return
        spec = {k: v for k, v in node["spec"].items() if k != "taints"}
        await self._client.update(NODES, {**node, "spec": {**spec, **({"taints": wanted} if wanted else {})}})


def _reference(node: Object) -> dict[str, str]:
    """Events of this controller name a node by its uid."""
    return {"kind": "Node", "apiVersion": "v1", "name": meta.name(node), "uid": meta.uid(node)}


def _changed(event: Event) -> Iterable[Key]:
    old, new = event.old, event.new
    if old is not None and new is not None and _health(old) == _health(new):
        return ()
    return (meta.key(event.object),)


def _health(node: Object) -> tuple[object, ...]:
    verdicts = [(c["type"], c["status"]) for c in meta.dig(node, "status", "conditions", default=[])]
    return verdicts, meta.dig(node, "spec", "taints"), meta.dig(node, "spec", "unschedulable")


def _first_lease(event: Event) -> Iterable[Key]:
    """A node's lease that appeared or went; renewals are looked at when their time is over."""
    if event.old is not None and event.new is not None:
        return ()
    lease = event.object
    return (Key("", meta.name(lease)),) if meta.namespace(lease) == LEASE_NAMESPACE else ()
