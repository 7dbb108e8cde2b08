"""The durable journal: one SQLite file a cluster, WAL mode, group commit.

A writer thread takes whatever has been appended since its last commit and commits it as one transaction, so
that a hundred concurrent writers wait for one ``fsync``. Revisions are handed out in reserved blocks: after
a crash the store goes on from the end of the reserved block, so a revision that a watcher may have seen
before it was on disk is never given to something else.
"""

import asyncio
import logging
import sqlite3
import threading
from collections import deque
from collections.abc import Iterable
from pathlib import Path
from typing import Final

import orjson

from karmada_nb.engine.errors import StatusError, insufficient_storage
from karmada_nb.engine.store.types import Record, StoreKey

log: Final = logging.getLogger(__name__)
FORMAT: Final = 1
"""The version of the file's layout; a folder from a newer release is refused."""
RESERVE: Final = 100_000
"""More than can be written, and seen by watchers, while one commit is under way."""
LINGER_SECONDS: Final = 0.2
"""How long writes that nobody waits for gather before they are committed."""
_RETRY_SECONDS: Final = 0.5
_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS object (
  resource TEXT NOT NULL, namespace TEXT NOT NULL, name TEXT NOT NULL,
  revision INTEGER NOT NULL, body BLOB NOT NULL,
  PRIMARY KEY (resource, namespace, name)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
"""
_PUT: Final = "INSERT OR REPLACE INTO object VALUES (?, ?, ?, ?, ?)"
_REMOVE: Final = "DELETE FROM object WHERE resource = ? AND namespace = ? AND name = ?"
_NOTE: Final = "INSERT OR REPLACE INTO meta VALUES (?, ?)"

Entry = tuple[StoreKey, int, Record | None]


class FormatError(RuntimeError):
    """The file was written by a newer release, or is no journal at all."""


class SqliteJournal:
    """``Journal`` on one file. Belongs to the event loop that calls it; its thread only writes."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._pending: deque[Entry] = deque()
        self._waiters: deque[tuple[int, asyncio.Future[None]]] = deque()
        self._condition = threading.Condition()
        self._closing = False
        self._failure: StatusError | None = None
        self._durable = 0
        self._reserved = 0
        self._loop: asyncio.AbstractEventLoop | None = None
        self._connection = self._open()
        self._thread = threading.Thread(target=self._run, name=f"journal {path.stem}", daemon=True)
        self._thread.start()

    def load(self) -> tuple[int, Iterable[Record]]:
        rows = self._connection.execute(
            "SELECT resource, namespace, name, revision, body FROM object"
        ).fetchall()
        records = [Record(StoreKey(r, ns, n), rev, orjson.loads(body)) for r, ns, n, rev, body in rows]
        start = max(self._noted("reserved"), max((r.revision for r in records), default=0))
        self._durable = start
        self._reserved = start + RESERVE
        self._connection.execute(_NOTE, ("reserved", self._reserved))
        return start, records

    def append(self, key: StoreKey, revision: int, record: Record | None) -> None:
        if self._failure is not None:
            raise self._failure
        if record is not None:
            _ = record.encoded  # Made here: the writer thread must not race for it.
        with self._condition:
            self._pending.append((key, revision, record))
            if len(self._pending) == 1:
                self._condition.notify()

    async def durable(self, revision: int) -> None:
        if revision <= self._durable:
            return
        if self._failure is not None:
            raise self._failure
        self._loop = asyncio.get_running_loop()
        done = self._loop.create_future()
        with self._condition:
            self._waiters.append((revision, done))
            self._condition.notify()
        await done

    async def close(self) -> None:
        with self._condition:
            self._closing = True
            self._condition.notify()
        await asyncio.get_running_loop().run_in_executor(None, self._thread.join)
        self._connection.close()

    def _open(self) -> sqlite3.Connection:
        self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.path.touch(mode=0o600)
        try:
            connection = sqlite3.connect(self.path, isolation_level=None, check_same_thread=False)
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = FULL")
            connection.executescript(_SCHEMA)
            found = connection.execute("SELECT value FROM meta WHERE key = 'format'").fetchone()
            if found is None:
                connection.execute(_NOTE, ("format", FORMAT))
        except sqlite3.DatabaseError as error:
            raise FormatError(
                f"{self.path} cannot be read as a cluster's data ({error}). "
                f"Move its folder away, or remove it, to start afresh: rm -r {self.path.parent}"
            ) from None
        if found is not None and found[0] > FORMAT:
            raise FormatError(
                f"{self.path} has format {found[0]}; this release reads up to {FORMAT}. "
                "Use the newer karmada-nb that wrote it, or another --state-dir."
            )
        return connection

    def _noted(self, key: str) -> int:
        found = self._connection.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
        return int(found[0]) if found else 0

    def _run(self) -> None:
        while True:
            with self._condition:
                self._condition.wait_for(lambda: self._pending or self._closing or self._due())
                if self._pending and not self._urgent():
                    self._condition.wait_for(self._urgent, LINGER_SECONDS)
                batch = list(self._pending)
                self._pending.clear()
                if not batch and self._closing:
                    return
            if batch:
                self._commit_until_done(batch)
            self._release()

    def _urgent(self) -> bool:
        """Whether somebody waits: what only controllers wrote may gather for a moment."""
        return bool(self._waiters) or self._closing

    def _due(self) -> bool:
        return any(revision <= self._durable for revision, _ in self._waiters)

    def _commit_until_done(self, batch: list[Entry]) -> None:
        """A full disk stops new writes, not the engine: the batch is tried until there is room."""
        while True:
            try:
                self._commit(batch)
            except sqlite3.Error as error:
                if self._failure is None:
                    log.error("%s: %s; writes are refused until it works again", self.path, error)
                self._failure = insufficient_storage(
                    f"cannot write {self.path}: {error}. "
                    f"Writes work again once it can (see: df {self.path.parent})"
                )
                self._fail_waiters(self._failure)
                with self._condition:
                    if self._closing:
                        return
                    self._condition.wait(_RETRY_SECONDS)
            else:
                if self._failure is not None:
                    log.warning("%s can be written again", self.path)
                    self._failure = None
                return

    def _commit(self, batch: list[Entry]) -> None:
        # Only the last state of each key counts; few calls mean few times that this thread and the event
        # loop wait for each other.
        latest = {key: (revision, record) for key, revision, record in batch}
        put = [(*key, revision, r.encoded) for key, (revision, r) in latest.items() if r is not None]
        gone = [key for key, (_, record) in latest.items() if record is None]
        connection = self._connection
        connection.execute("BEGIN IMMEDIATE")
        try:
            connection.executemany(_PUT, put)
            connection.executemany(_REMOVE, gone)
            last = batch[-1][1]
            if last + RESERVE // 2 >= self._reserved:
                self._reserved = last + RESERVE
                connection.execute(_NOTE, ("reserved", self._reserved))
            connection.execute("COMMIT")
        except sqlite3.Error:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise
        self._durable = last

    def _release(self) -> None:
        with self._condition:
            ready = [done for revision, done in self._waiters if revision <= self._durable]
            self._waiters = deque(w for w in self._waiters if w[0] > self._durable)
        if ready and self._loop is not None:
            self._loop.call_soon_threadsafe(_resolve, ready)

    def _fail_waiters(self, failure: StatusError) -> None:
        with self._condition:
            failed = [done for _, done in self._waiters]
            self._waiters.clear()
        if failed and self._loop is not None:
            self._loop.call_soon_threadsafe(_reject, failed, failure)


def _resolve(futures: list[asyncio.Future[None]]) -> None:
    for future in futures:
        if not future.done():
            future.set_result(None)


def _reject(futures: list[asyncio.Future[None]], failure: StatusError) -> None:
    for future in futures:
        if not future.done():
            future.set_exception(failure)
