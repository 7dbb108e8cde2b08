"""The controller that keeps the pods of a cluster's nodes in step: one worker a pod."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Final

from karmada_nb.engine import meta
from karmada_nb.engine.meta import Key, Object
from karmada_nb.engine.nodes.kubelet.admission import Refusal, refusal, refused_status
from karmada_nb.engine.nodes.kubelet.node import PODS, Node
from karmada_nb.engine.nodes.kubelet.worker import Worker
from karmada_nb.engine.nodes.scheduler.cache import NodeInfo
from karmada_nb.engine.runtime.controller import DONE, Result, Watch
from karmada_nb.engine.runtime.informer import Event, Handler, Informer

REFUSAL_SECONDS: Final = 0.2
"""Until a node says that it does not take a pod: who makes it again at once does so five times a second."""


class Pokes:
    """A source of keys: pods that something happened to on their node."""

    def __init__(self) -> None:
        self._handlers: list[Handler] = []

    def add_handler(self, handler: Handler) -> Callable[[], None]:
        self._handlers.append(handler)
        return lambda: self._handlers.remove(handler)

    def __call__(self, key: Key) -> None:
        event = Event(None, {"metadata": {"namespace": key.namespace, "name": key.name}})
        for handler in tuple(self._handlers):
            handler(event)


class Kubelet:
    """``nodes`` by name; they share ``pokes``. ``workers`` are the pods that live here, ``objects``
    the Node objects.
    """

    name = "kubelet"

    def __init__(self, pods: Informer, nodes: Mapping[str, Node], pokes: Pokes, objects: Informer) -> None:
        self._pods = pods
        self._nodes = nodes
        self._pokes = pokes
        self._objects = objects
        self._taken = {name: NodeInfo() for name in nodes}
        self._refusing: dict[Key, float] = {}
        self.workers: dict[Key, Worker] = {}
        self._stopped = False

    def watches(self) -> Iterable[Watch]:
        return (Watch(self._pods, self._touched), Watch(self._pokes, _key))

    async def reconcile(self, key: Key) -> Result:
        if self._stopped:
            return DONE
        pod = self._pods.get(key)
        worker = self.workers.get(key)
        if worker is not None and (pod is None or meta.uid(pod) != meta.uid(worker.pod)):
            del self.workers[key]
            self._taken[worker.node.name].remove(key)
            await worker.forget()
            worker = None
        if pod is None:
            self._refusing.pop(key, None)
            return DONE
        node = self._nodes.get(meta.dig(pod, "spec", "nodeName", default=""))
        if node is None:
            return DONE
        if worker is None:
            why = self._refusal(node, pod)
            if why is not None:
                return await self._refuse(node, pod, why)
            worker = self.workers[key] = Worker(node, pod)
        if meta.dig(pod, "status", "phase") in ("Succeeded", "Failed"):
            self._taken[node.name].remove(key)
        return Result(await worker.sync(pod))

    def _refusal(self, node: Node, pod: Object) -> Refusal | None:
        """Why the node does not take a pod that is new to it; one that it takes is counted."""
        info = self._taken[node.name]
        info.node = self._objects.get(Key("", node.name))
        new = not meta.dig(pod, "status", "startTime") and not meta.deleting(pod) and info.node is not None
        if meta.dig(pod, "status", "phase") in ("Succeeded", "Failed"):
            return None
        why = refusal(pod, info) if new else None
        if why is None:
            info.add(pod)
        return why

    async def _refuse(self, node: Node, pod: Object, why: Refusal) -> Result:
        now = node.clock.monotonic()
        due = self._refusing.setdefault(meta.key(pod), now + REFUSAL_SECONDS)
        if due > now:
            return Result(due - now)
        del self._refusing[meta.key(pod)]
        await node.client.update(PODS, {**pod, "status": refused_status(pod, why)}, "status")
        await node.recorder.event(pod, "Warning", why.reason, why.message)
        return DONE

    async def stop(self) -> None:
        """End every process, and start none again; no object is touched."""
        self._stopped = True
        for worker in tuple(self.workers.values()):
            await worker.forget()
        self.workers.clear()

    def _touched(self, event: Event) -> Iterable[Key]:
        """Pods of these nodes, but for the echo of what their node wrote itself."""
        pod = event.object
        node = self._nodes.get(meta.dig(pod, "spec", "nodeName", default=""))
        if node is None:
            return
        key = meta.key(pod)
        worker = self.workers.get(key)
        if worker is None and event.new is not None and meta.dig(pod, "status", "podIP"):
            node.addresses.claim(pod["status"]["podIP"])
        if worker is not None and event.new is not None and event.old is not None:
            ours = worker.written is not None and event.new.get("status") == worker.written
            if ours and _wanted(event.new) == _wanted(event.old) and not meta.deleting(event.new):
                return
        yield key


def _wanted(pod: Object) -> tuple[object, ...]:
    """What of a pod its node heeds, but for the status."""
    return pod["spec"], meta.labels(pod), meta.annotations(pod)


def _key(event: Event) -> Iterable[Key]:
    yield meta.key(event.object)
