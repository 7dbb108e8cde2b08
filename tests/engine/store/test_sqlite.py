"""The journal: what was answered is there after the process is gone, however it went."""

import asyncio
import os
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from karmada_nb.engine.errors import StatusError
from karmada_nb.engine.store import Store, StoreKey
from karmada_nb.engine.store.sqlite import FormatError, SqliteJournal

WRITER = """
import asyncio, sys
from pathlib import Path
from karmada_nb.engine.store import Store, StoreKey
from karmada_nb.engine.store.sqlite import SqliteJournal

async def main():
    store = Store(SqliteJournal(Path(sys.argv[1])))
    n = 0
    while True:
        n += 1
        key = StoreKey("configmaps", "x", f"n{n % 50}")
        record = store.put(key, {"metadata": {"name": "n"}, "data": {"n": n}})
        await store.durable(record.revision)
        print(n, record.revision, flush=True)

asyncio.run(main())
"""


def put(store: Store, name: str, value: int = 0) -> int:
    return store.put(
        StoreKey("configmaps", "x", name), {"metadata": {"name": name}, "data": {"n": value}}
    ).revision


async def test_reads_back_what_was_written(tmp_path: Path) -> None:
    store = Store(SqliteJournal(tmp_path / "c.db"))
    for step in range(20):
        put(store, f"n{step % 7}", step)
    store.remove(StoreKey("configmaps", "x", "n3"))
    before = {r.key: r.object for r in store.items("configmaps")}
    last = store.revision
    await store.close()
    again = Store(SqliteJournal(tmp_path / "c.db"))
    assert {r.key: r.object for r in again.items("configmaps")} == before
    assert again.revision >= last
    await again.close()


def test_kill_9_loses_nothing_that_was_answered(tmp_path: Path) -> None:
    path = tmp_path / "c.db"
    process = subprocess.Popen([sys.executable, "-c", WRITER, str(path)], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    answered: list[tuple[int, int]] = []
    for line in process.stdout:
        n, revision = line.split()
        answered.append((int(n), int(revision)))
        if len(answered) == 300:
            os.kill(process.pid, signal.SIGKILL)
            break
    process.wait()
    answered += [
        (int(a), int(b)) for a, b in (line.split() for line in process.stdout if line.count(" ") == 1)
    ]

    async def check() -> None:
        store = Store(SqliteJournal(path))
        found = {r.key.name: r.object["data"]["n"] for r in store.items("configmaps")}
        for n, _ in answered[-50:]:
            assert found[f"n{n % 50}"] >= n
        assert store.revision > answered[-1][1]
        await store.close()

    asyncio.run(check())


async def test_a_disk_that_is_full_refuses_writes_and_then_goes_on(tmp_path: Path) -> None:
    journal = SqliteJournal(tmp_path / "c.db")
    store = Store(journal)
    await store.durable(put(store, "a"))
    journal._connection.execute("PRAGMA max_page_count = 1")
    doomed = store.put(
        StoreKey("configmaps", "x", "big"), {"metadata": {"name": "big"}, "data": {"n": "y" * 100_000}}
    )
    with pytest.raises(StatusError, match=r"cannot write .*c\.db: database or disk is full"):
        await store.durable(doomed.revision)
    with pytest.raises(StatusError, match="disk is full"):
        put(store, "b")
    journal._connection.execute("PRAGMA max_page_count = 100000")
    while True:
        try:
            revision = put(store, "c")
            break
        except StatusError:
            await asyncio.get_running_loop().run_in_executor(None, journal._thread.join, 0.05)
    await store.durable(revision)
    await store.close()
    again = Store(SqliteJournal(tmp_path / "c.db"))
    assert [r.key.name for r in again.items("configmaps")] == ["a", "big", "c"]
    await again.close()


def test_a_folder_of_a_newer_release_is_refused_with_what_to_do(tmp_path: Path) -> None:
    path = tmp_path / "c.db"
    asyncio.run(SqliteJournal(path).close())
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE meta SET value = 99 WHERE key = 'format'")
    with pytest.raises(FormatError, match="has format 99; this release reads up to 1"):
        SqliteJournal(path)


def test_a_file_that_is_no_journal_says_so(tmp_path: Path) -> None:
    (tmp_path / "c.db").write_text("not a database, but long enough to have a header " * 10)
    with pytest.raises(FormatError, match="cannot be read as a cluster's data"):
        SqliteJournal(tmp_path / "c.db")


def test_the_file_is_private(tmp_path: Path) -> None:
    path = tmp_path / "state" / "c.db"
    asyncio.run(SqliteJournal(path).close())
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700
