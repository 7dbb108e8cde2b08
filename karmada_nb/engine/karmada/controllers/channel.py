"""A way for a controller to put keys into its own queue, from wherever it hears news."""

from collections.abc import Callable

from karmada_nb.engine.meta import Key, Object
from karmada_nb.engine.runtime.informer import Event, Handler, Index


class Channel:
    """An ``Informer`` without objects whose events are keys that somebody sent."""

    def __init__(self) -> None:
        self._handlers: list[Handler] = []

    def send(self, key: Key) -> None:
        """Hand the key to every controller that watches the channel."""
        event = Event(None, {"metadata": {"namespace": key.namespace, "name": key.name}})
        for handler in tuple(self._handlers):
            handler(event)

    def get(self, key: Key) -> Object | None:
        return None

    def items(self, namespace: str = "") -> list[Object]:
        return []

    def add_index(self, name: str, index: Index) -> None:
        return None

    def by_index(self, name: str, value: str) -> list[Object]:
        return []

    def add_handler(self, handler: Handler) -> Callable[[], None]:
        self._handlers.append(handler)
        return lambda: self._handlers.remove(handler) if handler in self._handlers else None

    async def synced(self) -> None:
        return None
