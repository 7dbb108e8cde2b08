"""Pods whose node is gone for good. Follows pkg/controller/podgc/gc_controller.go."""

from collections.abc import Iterable
from typing import Final

from karmada_nb.engine import meta
from karmada_nb.engine.controllers.context import NODES, PODS, Context
from karmada_nb.engine.controllers.nodelifecycle.controller import NODE_INDEX, by_node
from karmada_nb.engine.errors import StatusError
from karmada_nb.engine.meta import Key
from karmada_nb.engine.runtime.controller import DONE, Result, Watch
from karmada_nb.engine.runtime.informer import Event

QUARANTINE: Final = 40.0
"""Seconds for which a node may be away before its pods go."""


class PodGarbageCollector:
    """Keys are nodes."""

    name = "pod-garbage-collector"

    def __init__(self, context: Context) -> None:
        self._client = context.client_as(self.name)
        self._clock = context.clock
        self._nodes = context.informers(*NODES)
        self._pods = context.informers(*PODS)
        self._pods.add_index(NODE_INDEX, by_node)
        self._missing: dict[str, float] = {}

    def watches(self) -> Iterable[Watch]:
        yield Watch(self._nodes, _gone)
        yield Watch(self._pods, self._stray)

    def _stray(self, event: Event) -> Iterable[Key]:
        """The node of a pod, where there is no such node."""
        pod = event.new
        name = meta.dig(pod, "spec", "nodeName", default="") if pod is not None else ""
        return (Key("", name),) if name and self._nodes.get(Key("", name)) is None else ()

    async def reconcile(self, key: Key) -> Result:
        pods = self._pods.by_index(NODE_INDEX, key.name)
        if self._nodes.get(key) is not None or not pods:
            self._missing.pop(key.name, None)
            return DONE
        now = self._clock.monotonic()
        left = self._missing.setdefault(key.name, now) + QUARANTINE - now
        if left > 0:
            return Result(after=left)
        for pod in pods:
            try:
                await self._client.delete(
                    PODS, meta.name(pod), meta.namespace(pod), uid=meta.uid(pod), grace_seconds=0
                )
            except StatusError as error:
                if error.code not in (404, 409):
                    raise
        return DONE


def _gone(event: Event) -> Iterable[Key]:
    return (meta.key(event.object),) if event.new is None else ()
