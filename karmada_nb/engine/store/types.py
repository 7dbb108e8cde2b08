"""The contract of the store: what a key, a record and a change are."""

from __future__ import annotations

from typing import NamedTuple

import orjson

from karmada_nb.engine.meta import Object


class StoreKey(NamedTuple):
    """Where an object lives: ``resource`` is its storage name, ``deployments.apps``."""

    resource: str
    namespace: str
    name: str


class Record:
    """One version of one object. The object is never mutated; its bytes are made once, on first use."""

    __slots__ = ("_encoded", "_object", "key", "revision")

    def __init__(self, key: StoreKey, revision: int, obj: Object) -> None:
        self.key = key
        self.revision = revision
        self._object: Object | None = obj
        self._encoded: bytes | None = None

    @property
    def object(self) -> Object:
        """The object. Of a packed record it is another, equal one each time."""
        if self._object is None:
            found: Object = orjson.loads(self.encoded)
            return found
        return self._object

    def pack(self) -> None:
        """Keep the bytes alone: a fifth of the memory, and a read has to parse them."""
        _ = self.encoded
        self._object = None

    @property
    def encoded(self) -> bytes:
        """The object as JSON."""
        if self._encoded is None:
            # A copy: what orjson gives has room for several times its length.
            self._encoded = bytes(memoryview(orjson.dumps(self._object)))
        return self._encoded


class Change:
    """One entry of the log: what a write did.

    ``record`` is the new version, or for a deletion the last version with the deletion's own revision.
    ``previous`` is what was there before (None: the object was created).
    """

    __slots__ = ("_lines", "deleted", "previous", "record")

    def __init__(self, record: Record, previous: Record | None, deleted: bool) -> None:
        self.record = record
        self.previous = previous
        self.deleted = deleted
        self._lines: dict[str, bytes] | None = None

    @property
    def revision(self) -> int:
        return self.record.revision

    @property
    def type(self) -> str:
        """The watch event's type for a watcher that sees every object."""
        if self.deleted:
            return "DELETED"
        return "ADDED" if self.previous is None else "MODIFIED"

    def line(self, kind: str) -> bytes:
        """The watch event as it is sent, encoded once however many watch."""
        if self._lines is None:
            self._lines = {}
        line = self._lines.get(kind)
        if line is None:
            line = self._lines[kind] = event_line(kind, self.record.encoded)
        return line


def event_line(kind: str, encoded: bytes) -> bytes:
    """One line of a watch: ``{"type":"ADDED","object":{...}}``."""
    return b'{"type":"' + kind.encode() + b'","object":' + encoded + b"}\n"


class Expired(Exception):
    """The asked-for revision is behind the log's window; ``oldest`` is the first that could be served."""

    def __init__(self, asked: int, oldest: int) -> None:
        super().__init__(f"too old resource version: {asked} ({oldest})")
        self.asked = asked
        self.oldest = oldest
