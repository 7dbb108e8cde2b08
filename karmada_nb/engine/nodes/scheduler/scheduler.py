"""The controller that gives pods their nodes.

Follows pkg/scheduler/schedule_one.go. A pod that fits nowhere is tried again when a node, a claim, a storage
class or a pod that takes room changes.
"""

from __future__ import annotations

from collections.abc import Iterable

from karmada_nb.engine import meta
from karmada_nb.engine.errors import StatusError
from karmada_nb.engine.meta import Key, Object
from karmada_nb.engine.nodes.kubelet.node import PODS
from karmada_nb.engine.nodes.scheduler import filters, preemption, scores, volumes
from karmada_nb.engine.nodes.scheduler.cache import Cache
from karmada_nb.engine.runtime.client import Client
from karmada_nb.engine.runtime.clock import Clock
from karmada_nb.engine.runtime.controller import DONE, Result, Watch
from karmada_nb.engine.runtime.events import Recorder
from karmada_nb.engine.runtime.informer import Event, Informers

SCHEDULER = "default-scheduler"


class PodScheduler:
    """Pods of other schedulers are left alone."""

    name = SCHEDULER

    def __init__(self, client: Client, informers: Informers, clock: Clock, recorder: Recorder) -> None:
        self._client = client
        self._clock = clock
        self._recorder = recorder
        self._pods = informers("", "v1", "pods")
        self._nodes = informers("", "v1", "nodes")
        self._claims = informers("", "v1", "persistentvolumeclaims")
        self._classes = informers("storage.k8s.io", "v1", "storageclasses")
        self._cache = Cache()
        self._waiting: dict[Key, None] = {}

    def watches(self) -> Iterable[Watch]:
        yield Watch(self._nodes, self._node_changed)
        yield Watch(self._pods, self._pod_changed)
        yield Watch(self._claims, self._storage_changed)
        yield Watch(self._classes, self._storage_changed)

    async def reconcile(self, key: Key) -> Result:
        pod = self._pods.get(key)
        if pod is None or not _ours(pod):
            self._waiting.pop(key, None)
            return DONE
        infos = self._cache.nodes()
        why = volumes.hindrance(pod, lambda name: self._claims.get(Key(key.namespace, name)), self._class)
        if why and infos:
            self._waiting[key] = None
            await self._refuse(pod, filters.explain_all(why, len(infos)), "")
            return DONE
        failed: dict[str, list[str]] = {}
        possible = []
        for info in infos:
            found = filters.reasons(pod, info, infos)
            if found:
                failed[info.name] = found
            else:
                possible.append(info)
        if possible:
            await self._bind(pod, scores.best(pod, possible, infos).name)
            return DONE
        self._waiting[key] = None
        chosen = preemption.choose(pod, failed, infos)
        await self._refuse(pod, filters.explain(failed, len(infos)), chosen.node if chosen else "")
        if chosen is not None:
            await self._preempt(pod, chosen)
        return DONE

    def _class(self, name: str) -> Object | None:
        return self._classes.get(Key("", name))

    async def _bind(self, pod: Object, node: str) -> None:
        key = meta.key(pod)
        self._waiting.pop(key, None)
        self._cache.place(pod, node)
        binding = {
            "apiVersion": "v1",
            "kind": "Binding",
            "metadata": {"name": key.name, "namespace": key.namespace, "uid": meta.uid(pod)},
            "target": {"kind": "Node", "name": node},
        }
        try:
            await self._client.create(PODS, binding, key.namespace, "binding")
        except StatusError:
            self._cache.drop(key)
            raise
        text = f"Successfully assigned {key.namespace}/{key.name} to {node}"
        await self._recorder.event(pod, "Normal", "Scheduled", text)

    async def _refuse(self, pod: Object, why: str, nominated: str) -> None:
        """Say on the pod, and in an event, why it fits nowhere; once for each reason."""
        known = meta.condition(pod, "PodScheduled") or {}
        if known.get("status") == "False" and known.get("message") == why:
            return
        conditions = meta.set_condition(
            meta.dig(pod, "status", "conditions", default=[]),
            "PodScheduled",
            "False",
            "Unschedulable",
            why,
            self._clock.now(),
            lastProbeTime=None,
        )
        status = {**(pod.get("status") or {}), "conditions": conditions}
        if nominated:
            status["nominatedNodeName"] = nominated
        await self._client.update(PODS, {**pod, "status": status}, "status")
        await self._recorder.event(pod, "Warning", "FailedScheduling", why)

    async def _preempt(self, pod: Object, chosen: preemption.Preemption) -> None:
        for victim in chosen.victims:
            text = f"Preempted by pod {meta.uid(pod)} on node {chosen.node}"
            await self._recorder.event(victim, "Normal", "Preempted", text)
            try:
                await self._client.delete(
                    PODS, meta.name(victim), meta.namespace(victim), uid=meta.uid(victim)
                )
            except StatusError as error:
                if error.code not in (404, 409):
                    raise

    def _pod_changed(self, event: Event) -> Iterable[Key]:
        pod, key = event.object, meta.key(event.object)
        node = meta.dig(pod, "spec", "nodeName", default="")
        over = event.new is None or meta.dig(pod, "status", "phase") in ("Succeeded", "Failed")
        if node and not over:
            self._cache.place(pod, node)
            return ()
        if over:
            self._waiting.pop(key, None)
            return tuple(self._waiting) if self._cache.drop(key) else ()
        if event.old is not None and event.new is not None and key in self._waiting:
            changed = event.old["spec"] != event.new["spec"] or meta.labels(event.old) != meta.labels(
                event.new
            )
            return (key,) if changed else ()
        return (key,)

    def _node_changed(self, event: Event) -> Iterable[Key]:
        name = meta.name(event.object)
        self._cache.set_node(name, event.new)
        if event.new is None or (event.old is not None and _capacity(event.old) == _capacity(event.new)):
            return ()
        return tuple(self._waiting)

    def _storage_changed(self, event: Event) -> Iterable[Key]:
        return tuple(self._waiting)


def _ours(pod: Object) -> bool:
    spec = pod["spec"]
    return (
        not spec.get("nodeName")
        and not spec.get("schedulingGates")
        and not meta.deleting(pod)
        and spec.get("schedulerName", SCHEDULER) == SCHEDULER
    )


def _capacity(node: Object) -> tuple[object, ...]:
    """What of a node decides whether a pod fits."""
    return (
        meta.labels(node),
        meta.dig(node, "spec", "taints"),
        meta.dig(node, "spec", "unschedulable"),
        meta.dig(node, "status", "allocatable"),
    )
