"""Any writes, acknowledged or not, and crashes at any moment: the journal against a model of what it owes."""

import asyncio
import tempfile
import threading
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from karmada_nb.engine.store import Store, StoreKey, sqlite
from karmada_nb.engine.store.sqlite import Entry, SqliteJournal

pytestmark = pytest.mark.slow

Model = dict[str, int]


class Mortal(SqliteJournal):
    """Commits only while the test lets it, and can die with everything that it has not committed."""

    def __init__(self, path: Path) -> None:
        self.gate = threading.Event()
        self.alive = True
        super().__init__(path)

    def _commit(self, batch: list[Entry]) -> None:
        self.gate.wait()
        if self.alive:
            super()._commit(batch)

    async def crash(self) -> None:
        self.alive = False
        self.gate.set()
        await self.close()


def key(name: str) -> StoreKey:
    return StoreKey("configmaps", "x", name)


def contents(store: Store) -> Model:
    return {r.key.name: r.object["data"]["n"] for r in store.items("configmaps")}


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["put", "put", "put", "remove", "acknowledge", "crash"]), st.sampled_from("abcdef")
    ),
    max_size=40,
)


@pytest.fixture(autouse=True)
def few_reserved_revisions(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that blocks of reserved revisions are used up many times in one example."""
    monkeypatch.setattr(sqlite, "RESERVE", 100)


@given(STEPS)
@settings(max_examples=60, deadline=None, database=None, derandomize=True)
def test_acknowledged_writes_stay_and_revisions_never_return(steps: list[tuple[str, str]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(_drive(Path(folder) / "c.db", steps))


async def _drive(path: Path, steps: list[tuple[str, str]]) -> None:
    journal = Mortal(path)
    store = Store(journal)
    owed: Model = {}
    told: set[int] = set()
    for number, (step, name) in enumerate([*steps, ("crash", "")]):
        match step:
            case "put":
                obj: dict[str, Any] = {"metadata": {"name": name}, "data": {"n": number}}
                _tell(told, store.put(key(name), obj).revision)
            case "remove" if store.get(key(name)) is not None:
                _tell(told, store.remove(key(name)).revision)
            case "acknowledge":
                journal.gate.set()
                await store.durable(store.revision)
                journal.gate.clear()
                owed = contents(store)
            case "crash":
                await journal.crash()
                journal = Mortal(path)
                store = Store(journal)
                assert contents(store) == owed
                assert store.revision >= max(told, default=0)
                assert all(r.revision == int(r.object["metadata"]["resourceVersion"]) for r in _all(store))
    journal.gate.set()
    await store.close()


def _all(store: Store) -> list[Any]:
    return store.items("configmaps")


def _tell(told: set[int], revision: int) -> None:
    """Note a revision that somebody may have seen, acknowledged or not."""
    assert revision > max(told, default=0)
    told.add(revision)
