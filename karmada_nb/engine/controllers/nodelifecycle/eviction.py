"""Pods leave nodes whose NoExecute taints they do not tolerate, or tolerate no longer.

Follows pkg/controller/tainteviction/taint_eviction.go.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

from karmada_nb.engine import meta, placement
from karmada_nb.engine.controllers.context import NODES, PODS, Context
from karmada_nb.engine.controllers.nodelifecycle.controller import NODE_INDEX, by_node
from karmada_nb.engine.meta import Key, Object
from karmada_nb.engine.runtime.controller import DONE, Result, Watch
from karmada_nb.engine.runtime.informer import Event


class TaintEvictionController:
    name = "taint-eviction-controller"

    def __init__(self, context: Context) -> None:
        self._client = context.client_as(self.name)
        self._events = context.recorder(self.name)
        self._clock = context.clock
        self._nodes = context.informers(*NODES)
        self._pods = context.informers(*PODS)
        self._pods.add_index(NODE_INDEX, by_node)
        self._ordered: dict[Key, str] = {}
        """Pods whose eviction was ordered for later, by uid."""

    def watches(self) -> Iterable[Watch]:
        yield Watch(self._nodes, self._of_node)
        yield Watch(self._pods, self._of_pod)

    def _of_node(self, event: Event) -> Iterable[Key]:
        """The pods of a node whose taints have changed."""
        old, new = event.old, event.new
        if new is None or (old is not None and _no_execute(old) == _no_execute(new)):
            return ()
        if old is None and not _no_execute(new):
            return ()
        return [meta.key(pod) for pod in self._pods.by_index(NODE_INDEX, meta.name(new))]

    def _of_pod(self, event: Event) -> Iterable[Key]:
        """A pod that came to a node with taints, or that tolerates other things now."""
        old, new = event.old, event.new
        if new is None:
            self._ordered.pop(meta.key(event.object), None)
            return ()
        name = meta.dig(new, "spec", "nodeName", default="")
        if not name or (old is not None and old["spec"] is new["spec"]):
            return ()
        node = self._nodes.get(Key("", name))
        return (meta.key(new),) if node is not None and _no_execute(node) else ()

    async def reconcile(self, key: Key) -> Result:
        pod = self._pods.get(key)
        if pod is None or meta.deleting(pod):
            self._ordered.pop(key, None)
            return DONE
        node = self._nodes.get(Key("", meta.dig(pod, "spec", "nodeName", default="")))
        now = self._clock.now()
        left = seconds_left(pod, _no_execute(node) if node is not None else [], now)
        if left is None:
            if self._ordered.pop(key, None) == meta.uid(pod):
                text = f"Cancelling deletion of Pod {key}"
                await self._events.event(pod, "Normal", "TaintManagerEviction", text)
            return DONE
        if left > 0:
            self._ordered[key] = meta.uid(pod)
            return Result(after=left)
        self._ordered.pop(key, None)
        text = f"Marking for deletion Pod {key}"
        await self._events.event(pod, "Normal", "TaintManagerEviction", text)
        conditions = meta.set_condition(
            meta.dig(pod, "status", "conditions", default=[]),
            "DisruptionTarget",
            "True",
            "DeletionByTaintManager",
            "Taint manager: deleting due to NoExecute taint",
            now,
        )
        await self._client.update(PODS, meta.replace(pod, ["status", "conditions"], conditions), "status")
        await self._client.delete(PODS, key.name, key.namespace, uid=meta.uid(pod))
        return DONE


def seconds_left(pod: Object, taints: Sequence[Object], now: datetime) -> float | None:
    """How long a pod may stay under these NoExecute taints: None for ever, at most 0 not any longer."""
    tolerations = meta.dig(pod, "spec", "tolerations", default=[])
    waits: list[float] = []
    for taint in taints:
        matching = [t for t in tolerations if placement.toleration_matches(t, taint)]
        if not matching:
            return 0.0
        limits = [t["tolerationSeconds"] for t in matching if t.get("tolerationSeconds") is not None]
        if limits:
            since = meta.parse_time(taint["timeAdded"]) if taint.get("timeAdded") else now
            waits.append(max(0, min(limits)) - (now - since).total_seconds())
    return max(0.0, min(waits)) if waits else None


def _no_execute(node: Object) -> list[Object]:
    return [t for t in meta.dig(node, "spec", "taints", default=[]) if t.get("effect") == "NoExecute"]
