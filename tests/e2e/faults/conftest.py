"""Faults break the environment: each has one of its own."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable

import pytest_asyncio

from karmada_nb.engine.store.types import Record, StoreKey
from tests.e2e.suite import Suite


class MemoryJournal:
    """Outlives a control plane, not the process."""

    def __init__(self) -> None:
        self._records: dict[StoreKey, Record] = {}
        self._revision = 0

    def load(self) -> tuple[int, Iterable[Record]]:
        return self._revision, list(self._records.values())

    def append(self, key: StoreKey, revision: int, record: Record | None) -> None:
        self._revision = revision
        if record is None:
            self._records.pop(key, None)
        else:
            self._records[key] = record

    async def durable(self, revision: int) -> None:
        return None

    async def close(self) -> None:
        return None


@pytest_asyncio.fixture(loop_scope="session")
async def suite() -> AsyncIterator[Suite]:
    made = await Suite(journal=MemoryJournal()).start()
    yield made
    await made.stop()
