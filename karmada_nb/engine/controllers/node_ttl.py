"""How long kubelets may keep secrets and settings, by the size of the cluster.

Follows pkg/controller/ttl/ttl_controller.go.
"""

from collections.abc import Iterable
from typing import Final

from karmada_nb.engine import meta
from karmada_nb.engine.controllers.context import NODES, Context
from karmada_nb.engine.meta import Key
from karmada_nb.engine.runtime.controller import DONE, Result, Watch
from karmada_nb.engine.runtime.informer import Event

ANNOTATION: Final = "node.alpha.kubernetes.io/ttl"
_STEPS: Final = ((100, 0), (500, 15), (1000, 30), (2000, 60))
_MOST: Final = 300


class NodeTTLController:
    name = "ttl-controller"

    def __init__(self, context: Context) -> None:
        self._client = context.client_as(self.name)
        self._nodes = context.informers(*NODES)
        self._names: set[str] = set()

    def watches(self) -> Iterable[Watch]:
        yield Watch(self._nodes, self._touched)

    def _touched(self, event: Event) -> Iterable[Key]:
        """The node itself, if it is new to this; all of them, where their number crosses a step."""
        name, before = meta.name(event.object), seconds(len(self._names))
        if event.new is None:
            self._names.discard(name)
        else:
            self._names.add(name)
        if seconds(len(self._names)) != before:
            return [Key("", other) for other in self._names]
        return [] if event.new is None or ANNOTATION in meta.annotations(event.new) else [Key("", name)]

    async def reconcile(self, key: Key) -> Result:
        node = self._nodes.get(key)
        wanted = str(seconds(len(self._names)))
        if node is None or meta.annotations(node).get(ANNOTATION) == wanted:
            return DONE
        said = {**meta.annotations(node), ANNOTATION: wanted}
        await self._client.update(NODES, meta.with_metadata(node, annotations=said))
        return DONE


def seconds(nodes: int) -> int:
    """The time for a cluster of so many nodes."""
    return next((ttl for most, ttl in _STEPS if nodes <= most), _MOST)
