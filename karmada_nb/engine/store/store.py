"""The objects of one cluster: current state, one revision counter, one bounded log of changes.

All of it is synchronous and belongs to one event loop: a read followed by a write with no ``await``
between them is atomic. That is the whole concurrency model; verbs rely on it.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from itertools import islice
from typing import Final

from karmada_nb.engine.meta import Object
from karmada_nb.engine.store.journal import Journal, NullJournal
from karmada_nb.engine.store.types import Change, Expired, Record, StoreKey

WINDOW: Final = 8192
"""How many changes the log keeps: as far back as a watch or a continue token may reach."""
_WARM: Final = 32
"""So many of the newest cold records are kept as objects: whoever wrote them is given them back."""

Subscriber = Callable[[Change], None]
Place = tuple[str, str]  # namespace, name


class Store:
    """See the module. Every write takes the next revision and is told to subscribers at once, in order."""

    def __init__(self, journal: Journal | None = None, window: int = WINDOW) -> None:
        self._journal: Journal = journal or NullJournal()
        self._log: deque[Change] = deque(maxlen=window)
        self._objects: dict[str, dict[Place, Record]] = {}
        self._sorted: dict[tuple[str, str], list[Place]] = {}
        self._namespaces: dict[tuple[str, str], set[str]] = {}
        self._subscribers: dict[str, list[Subscriber]] = {}
        self._cooling: deque[Record] = deque()
        start, records = self._journal.load()
        self._start = self.revision = start
        for record in records:
            self._insert(record)

    @property
    def oldest(self) -> int:
        """The oldest revision a watch may start from: every change after it is still in the log."""
        return self._log[0].revision - 1 if self._log else self._start

    def get(self, key: StoreKey) -> Record | None:
        records = self._objects.get(key.resource)
        return records.get((key.namespace, key.name)) if records else None

    def items(self, resource: str, namespace: str = "") -> list[Record]:
        """All records of a resource (of one namespace, where given) by namespace, then name."""
        records = self._objects.get(resource)
        if not records:
            return []
        return [records[place] for place in self._places(resource, namespace)]

    def items_at(self, resource: str, namespace: str, revision: int) -> list[Record]:
        """The same as it stood at ``revision``. Raises Expired where the log does not reach so far."""
        if revision == self.revision:
            return self.items(resource, namespace)
        if revision < self.oldest:
            raise Expired(revision, self.oldest)
        then: dict[Place, Record] = dict(self._objects.get(resource, {}))
        for change in reversed(self._log):
            if change.revision <= revision:
                break
            if change.record.key.resource != resource:
                continue
            place = change.record.key[1:]
            if change.previous is None:
                then.pop(place, None)
            else:
                then[place] = change.previous
        return [then[place] for place in sorted(then) if not namespace or place[0] == namespace]

    def count(self, resource: str) -> int:
        return len(self._objects.get(resource, ()))

    def resources(self) -> list[str]:
        """The storage names that have at least one object."""
        return [resource for resource, records in self._objects.items() if records]

    def put(self, key: StoreKey, obj: Object, *, cold: bool = False) -> Record:
        """Write a new version; its ``metadata.resourceVersion`` is the revision taken.

        ``cold``: it is hardly ever read, so when it is not among the newest any more it is packed.
        """
        revision = self.revision + 1
        record = Record(key, revision, stamped(obj, revision))
        self._journal.append(key, revision, record)
        previous = self.get(key)
        self.revision = revision
        self._insert(record)
        self._tell(Change(record, previous, deleted=False))
        if cold:
            self._cooling.append(record)
            if len(self._cooling) > _WARM:
                self._cooling.popleft().pack()
        return record

    def remove(self, key: StoreKey, last: Object | None = None) -> Record:
        """Delete. The event carries ``last`` (or the current version) with the deletion's revision.

        Raises KeyError if there is nothing there.
        """
        previous = self._objects.get(key.resource, {})[key.namespace, key.name]
        revision = self.revision + 1
        record = Record(key, revision, stamped(last or previous.object, revision))
        self._journal.append(key, revision, None)
        self.revision = revision
        del self._objects[key.resource][key.namespace, key.name]
        self._forget(key)
        self._tell(Change(record, previous, deleted=True))
        return record

    def changes(self, resource: str, after: int) -> Iterator[Change]:
        """The logged changes of a resource with a revision above ``after``, oldest first."""
        if after < self.oldest:
            raise Expired(after, self.oldest)
        if not self._log:
            return iter(())
        skip = max(0, after + 1 - self._log[0].revision)
        return (c for c in islice(self._log, skip, None) if c.record.key.resource == resource)

    def compact(self, revision: int | None = None) -> None:
        """Forget how things came to be as they were at ``revision`` (None: now).

        Nothing before it can be watched or listed any more, and versions that only the log held are freed.
        """
        until = self.revision if revision is None else revision
        while self._log and self._log[0].revision <= until:
            self._log.popleft()
        self._start = max(self._start, until)

    def subscribe(self, resource: str, subscriber: Subscriber) -> Callable[[], None]:
        """Call ``subscriber`` for each change from now on; returns the way to stop. Must not block."""
        listeners = self._subscribers.setdefault(resource, [])
        listeners.append(subscriber)
        return lambda: listeners.remove(subscriber) if subscriber in listeners else None

    async def durable(self, revision: int) -> None:
        """Wait until a write is safe."""
        await self._journal.durable(revision)

    async def close(self) -> None:
        await self._journal.close()

    def _tell(self, change: Change) -> None:
        self._log.append(change)
        for subscriber in tuple(self._subscribers.get(change.record.key.resource, ())):
            subscriber(change)

    def _insert(self, record: Record) -> None:
        resource, namespace, name = record.key
        records = self._objects.setdefault(resource, {})
        if (namespace, name) not in records:
            self._sorted.pop((resource, ""), None)
            self._sorted.pop((resource, namespace), None)
            self._namespaces.setdefault((resource, namespace), set()).add(name)
        records[namespace, name] = record

    def _forget(self, key: StoreKey) -> None:
        self._sorted.pop((key.resource, ""), None)
        self._sorted.pop((key.resource, key.namespace), None)
        names = self._namespaces[key.resource, key.namespace]
        names.discard(key.name)
        if not names:
            del self._namespaces[key.resource, key.namespace]

    def _places(self, resource: str, namespace: str) -> list[Place]:
        places = self._sorted.get((resource, namespace))
        if places is None:
            if namespace:
                places = [(namespace, n) for n in sorted(self._namespaces.get((resource, namespace), ()))]
            else:
                places = sorted(self._objects[resource])
            self._sorted[resource, namespace] = places
        return places


def stamped(obj: Object, revision: int) -> Object:
    """The object with ``metadata.resourceVersion`` set; everything else is shared."""
    return {**obj, "metadata": {**obj["metadata"], "resourceVersion": str(revision)}}
