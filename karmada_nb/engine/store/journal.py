"""Where changes go to outlive the process. The store calls ``append`` in revision order."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from karmada_nb.engine.store.types import Record, StoreKey


class Journal(Protocol):
    """The driver behind a store."""

    def load(self) -> tuple[int, Iterable[Record]]:
        """The revision to go on from (never one that was handed out before) and every live record."""

    def append(self, key: StoreKey, revision: int, record: Record | None) -> None:
        """Take note of a write (``record`` None: a deletion). Never blocks.

        Raises StatusError (507), with nothing noted, while the journal cannot accept writes.
        """

    async def durable(self, revision: int) -> None:
        """Return when everything up to ``revision`` is on disk. Raises StatusError (507) if that failed."""

    async def close(self) -> None:
        """Write what is pending and let go of the files."""


class NullJournal:
    """Keeps nothing: a store that lives and dies with its process."""

    def load(self) -> tuple[int, Iterable[Record]]:
        return 0, ()

    def append(self, key: StoreKey, revision: int, record: Record | None) -> None:
        return None

    async def durable(self, revision: int) -> None:
        return None

    async def close(self) -> None:
        return None
