"""Informers that keep what they last knew while their cluster cannot be reached."""

from collections.abc import Callable

from karmada_nb.engine import meta
from karmada_nb.engine.karmada.connections.link import Link
from karmada_nb.engine.meta import Key, Object
from karmada_nb.engine.runtime.informer import Event, Handler, Index, Informer


class HeldInformer:
    """``inner`` while the link is up. While it is cut: what there was at that moment, and silence.

    When the link is back, handlers hear the difference as if they had listened all the time.
    """

    def __init__(self, inner: Informer, link: Link) -> None:
        self._inner = inner
        self._handlers: list[Handler] = []
        self._indices: dict[str, Index] = {}
        self._held: dict[Key, Object] | None = None if link.up else {}
        self._ends: list[Callable[[], None]] = [link.on_change(self._switched)]
        self._listening = False
        self._replaying = False

    def get(self, key: Key) -> Object | None:
        return self._inner.get(key) if self._held is None else self._held.get(key)

    def items(self, namespace: str = "") -> list[Object]:
        if self._held is None:
            return self._inner.items(namespace)
        return [obj for key, obj in self._held.items() if not namespace or key.namespace == namespace]

    def add_index(self, name: str, index: Index) -> None:
        self._indices[name] = index
        self._inner.add_index(name, index)

    def by_index(self, name: str, value: str) -> list[Object]:
        if self._held is None:
            return self._inner.by_index(name, value)
        index = self._indices[name]
        return [obj for obj in self._held.values() if value in index(obj)]

    def add_handler(self, handler: Handler) -> Callable[[], None]:
        for obj in self.items():
            handler(Event(None, obj))
        self._handlers.append(handler)
        if not self._listening:
            self._listening = self._replaying = True
            self._ends.append(self._inner.add_handler(self._changed))
            self._replaying = False
        return lambda: self._handlers.remove(handler) if handler in self._handlers else None

    async def synced(self) -> None:
        await self._inner.synced()

    def close(self) -> None:
        """Hear no more of the cluster."""
        self._handlers.clear()
        while self._ends:
            self._ends.pop()()

    def _changed(self, event: Event) -> None:
        if not self._replaying and self._held is None:
            self._tell(event)

    def _switched(self, up: bool) -> None:
        now = {meta.key(obj): obj for obj in self._inner.items()}
        if not up:
            self._held = now
            return
        before, self._held = self._held or {}, None
        for key, obj in now.items():
            old = before.get(key)
            if old is None or meta.resource_version(old) != meta.resource_version(obj):
                self._tell(Event(old, obj))
        for key, obj in before.items():
            if key not in now:
                self._tell(Event(obj, None))

    def _tell(self, event: Event) -> None:
        for handler in tuple(self._handlers):
            handler(event)
