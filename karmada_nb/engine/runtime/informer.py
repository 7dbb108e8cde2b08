"""A live, indexed view of one resource of one cluster, and the events that changed it.

Two implementations stand behind the same face: ``local.py`` reads the store directly (no copy),
``remote.py`` lists and watches over HTTP. Handlers are called in order, on the event loop, after the view
has changed; they must not block (they put keys into queues).
"""

from collections.abc import Callable, Iterable
from typing import NamedTuple, Protocol

from karmada_nb.engine.meta import Key, Object


class Event(NamedTuple):
    """``old`` is None for an object that appeared, ``new`` is None for one that went."""

    old: Object | None
    new: Object | None

    @property
    def object(self) -> Object:
        """The newest version known."""
        found = self.new if self.new is not None else self.old
        assert found is not None
        return found


Handler = Callable[[Event], None]
Index = Callable[[Object], Iterable[str]]


class Informer(Protocol):
    """Objects are read only, as everywhere."""

    def get(self, key: Key) -> Object | None: ...

    def items(self, namespace: str = "") -> list[Object]:
        """By namespace, then name."""
        ...

    def add_index(self, name: str, index: Index) -> None:
        """Keep ``by_index(name, value)`` up to date: ``index`` gives the values of one object."""
        ...

    def by_index(self, name: str, value: str) -> list[Object]: ...

    def add_handler(self, handler: Handler) -> Callable[[], None]:
        """Call ``handler`` for every object there is and for each change; returns the way to stop."""
        ...

    async def synced(self) -> None:
        """Return once the view has been filled."""
        ...


class Informers(Protocol):
    """The informers of one cluster, one a resource, shared by all controllers."""

    def __call__(self, group: str, version: str, plural: str) -> Informer: ...


class Indices:
    """The bookkeeping behind ``add_index``: name -> value -> keys."""

    def __init__(self) -> None:
        self._functions: dict[str, Index] = {}
        self._entries: dict[str, dict[str, dict[Key, None]]] = {}

    def __bool__(self) -> bool:
        return bool(self._functions)

    def add(self, name: str, index: Index, existing: Iterable[tuple[Key, Object]]) -> None:
        if name in self._functions:
            return
        self._functions[name] = index
        entries = self._entries[name] = {}
        for key, obj in existing:
            for value in index(obj):
                entries.setdefault(value, {})[key] = None

    def update(self, key: Key, old: Object | None, new: Object | None) -> None:
        for name, index in self._functions.items():
            entries = self._entries[name]
            before = set(index(old)) if old is not None else set()
            after = set(index(new)) if new is not None else set()
            for value in before - after:
                keys = entries.get(value)
                if keys is not None:
                    keys.pop(key, None)
                    if not keys:
                        del entries[value]
            for value in after - before:
                entries.setdefault(value, {})[key] = None

    def keys(self, name: str, value: str) -> list[Key]:
        return list(self._entries[name].get(value, ()))
