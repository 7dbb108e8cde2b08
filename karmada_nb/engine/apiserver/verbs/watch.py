"""watch: the log of one resource as a stream, through the eyes of one watcher's selectors."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final

import orjson

from karmada_nb.engine import errors
from karmada_nb.engine.apiserver.resource import Resource
from karmada_nb.engine.apiserver.verbs.call import ListOptions
from karmada_nb.engine.apiserver.verbs.read import converted, parse_revision, too_large
from karmada_nb.engine.apiserver.verbs.select import predicate
from karmada_nb.engine.errors import Cause, StatusError
from karmada_nb.engine.store import Change, Expired, Record, Store, StoreKey
from karmada_nb.engine.store.types import event_line

BACKLOG: Final = 16384
"""A watcher that lets so many events pile up is cut off; it will resume or list again."""

INITIAL_EVENTS_END: Final = "k8s.io/initial-events-end"
_NEEDLESS: Final = (
    "Forbidden: resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided"
)
_NOWHERE: Final = StoreKey("", "", "")


@dataclass(frozen=True, slots=True)
class WatchItem:
    """``record`` is in the watched version. ``line`` is the JSON event, made once for all watchers."""

    type: str
    record: Record
    line: bytes


class WatchStream:
    """Events in order, none twice, none missing, from the moment of its making on. Close it."""

    def __init__(self, store: Store, resource: Resource, namespace: str, options: ListOptions) -> None:
        self._store = store
        self._resource = resource
        self._namespace = namespace
        self._holds = predicate(resource, options.label_selector, options.field_selector)
        self._pending: deque[WatchItem] = deque()
        self._wake = asyncio.Event()
        self._ended = False
        self._after = 0
        self.revision = store.revision
        self._start(options)
        self._stop = store.subscribe(resource.storage, self._take)

    async def next(self) -> list[WatchItem]:
        """What has happened since the last call; waits for something. Empty: there is no more to come."""
        while not self._pending and not self._ended:
            self._wake.clear()
            await self._wake.wait()
        items = list(self._pending)
        self._pending.clear()
        return items

    def ready(self) -> bool:
        return bool(self._pending)

    def bookmark(self) -> WatchItem:
        """Tells how far the watcher has seen, though nothing of its own happened."""
        return self._bookmark(self._store.revision, {})

    def end(self) -> None:
        """Let nothing follow what has happened already."""
        self._ended = True
        self.close()

    def close(self) -> None:
        self._stop()
        self._wake.set()

    def _start(self, options: ListOptions) -> None:
        _check(options)
        text = options.resource_version
        try:
            after = parse_revision(text) if text else 0
        except ValueError as error:
            raise StatusError(500, "", str(error)) from None
        if after > self._store.revision:
            if options.send_initial_events:
                raise too_large(after, self._store.revision)
            self._after = after
            return
        if options.send_initial_events or (options.send_initial_events is None and not after):
            for record in self._store.items(self._resource.storage, self._namespace):
                self._add("ADDED", converted(self._resource, record), None)
            if options.send_initial_events and options.bookmarks:
                ended = {INITIAL_EVENTS_END: "true"}
                self._pending.append(self._bookmark(self._store.revision, ended))
            return
        if not after:
            return
        try:
            for change in self._store.changes(self._resource.storage, after):
                self._take(change)
        except Expired as error:
            raise errors.expired(str(error)) from None

    def _take(self, change: Change) -> None:
        if change.revision <= self._after:
            return
        self.revision = change.revision
        if self._namespace and change.record.key.namespace != self._namespace:
            return
        if self._holds is None:
            kind = change.type
        else:
            before = (
                self._holds(self._resource.read(change.previous.object))
                if change.previous is not None
                else False
            )
            after = not change.deleted and self._holds(self._resource.read(change.record.object))
            if not before and not after:
                return
            kind = "DELETED" if not after else "MODIFIED" if before else "ADDED"
        if kind == "DELETED" and not change.deleted and change.previous is not None:
            left = {**change.previous.object}
            left["metadata"] = {**left["metadata"], "resourceVersion": str(change.revision)}
            gone = Record(change.record.key, change.revision, left)
            self._push(self._item(kind, converted(self._resource, gone), None))
            return
        shared = change if self._resource.from_storage is None else None
        self._push(self._item(kind, converted(self._resource, change.record), shared))

    def _add(self, kind: str, record: Record, change: Change | None) -> None:
        if self._holds is None or self._holds(record.object):
            self._pending.append(self._item(kind, record, change))

    def _item(self, kind: str, record: Record, change: Change | None) -> WatchItem:
        line = change.line(kind) if change is not None else event_line(kind, record.encoded)
        return WatchItem(kind, record, line)

    def _push(self, item: WatchItem) -> None:
        if len(self._pending) >= BACKLOG:
            self._pending.clear()
            self.end()
        elif not self._ended:
            self._pending.append(item)
            self._wake.set()

    def _bookmark(self, revision: int, annotations: dict[str, str]) -> WatchItem:
        metadata: dict[str, object] = {"resourceVersion": str(revision)}
        if annotations:
            metadata["annotations"] = annotations
        obj = {
            "kind": self._resource.kind,
            "apiVersion": self._resource.api_version,
            "metadata": metadata,
        }
        record = Record(_NOWHERE, revision, obj)
        return WatchItem("BOOKMARK", record, event_line("BOOKMARK", orjson.dumps(obj)))


class AskingStream:
    """A watch on objects whose version a webhook converts: a change is converted when it is read.

    ``convert`` waits for the answer. Selectors see the stored form.
    """

    def __init__(self, stored: WatchStream, convert: Callable[[Record], Awaitable[Record]]) -> None:
        self._stored = stored
        self._convert = convert

    @property
    def revision(self) -> int:
        return self._stored.revision

    async def next(self) -> list[WatchItem]:
        return [await self._item(item) for item in await self._stored.next()]

    def ready(self) -> bool:
        return self._stored.ready()

    def bookmark(self) -> WatchItem:
        return self._stored.bookmark()

    def close(self) -> None:
        self._stored.close()

    async def _item(self, item: WatchItem) -> WatchItem:
        if item.type == "BOOKMARK":
            return item
        record = await self._convert(item.record)
        return WatchItem(item.type, record, event_line(item.type, record.encoded))


def _check(options: ListOptions) -> None:
    """Follows k8s.io/apimachinery pkg/apis/meta/internalversion/validation (validateWatchOptions)."""
    match, initial = options.match, options.send_initial_events
    found = []
    if initial is not None and match != "NotOlderThan":
        found.append("Forbidden: sendInitialEvents requires setting resourceVersionMatch to NotOlderThan")
    if match and initial is None:
        found.append(_NEEDLESS)
    causes = [Cause("resourceVersionMatch", "FieldValueForbidden", text) for text in found]
    if match and match != "NotOlderThan":
        text = f'Unsupported value: "{match}": supported values: "NotOlderThan"'
        causes.append(Cause("resourceVersionMatch", "FieldValueNotSupported", text))
    if match and options.token:
        text = "Forbidden: resourceVersionMatch is forbidden when continue is provided"
        causes.append(Cause("resourceVersionMatch", "FieldValueForbidden", text))
    if causes:
        raise errors.invalid("meta.k8s.io", "ListOptions", "", causes)
