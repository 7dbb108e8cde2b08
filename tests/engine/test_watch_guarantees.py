"""Watches keep their guarantees, and the checks of these find every kind of breach."""

import asyncio
from pathlib import Path

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from karmada_nb.engine.apiserver.verbs.call import Call, DeleteOptions, ListOptions
from karmada_nb.engine.apiserver.verbs.watch import WatchItem
from tests.engine import watch_validators as check
from tests.engine.apiserver.http.serving import Serving, serving
from tests.engine.watch_validators import Told, Write

pytestmark = pytest.mark.slow

WRITES = [
    Write(1, "ADDED", "a", 1),
    Write(2, "ADDED", "b", 1),
    Write(3, "MODIFIED", "a", 2),
    Write(4, "DELETED", "b", 1),
    Write(5, "MODIFIED", "a", 3),
]
GOOD = [Told(w.kind, w.revision, w.name, w.value) for w in WRITES]


def test_a_faultless_watch_passes() -> None:
    assert not check.all_of(GOOD, WRITES, 0)
    assert not check.all_of([*GOOD[:3], Told("BOOKMARK", 3), *GOOD[3:], Told("BOOKMARK", 9)], WRITES, 0)
    assert not check.resumable(GOOD[:2], GOOD[2:], WRITES, 0)


@pytest.mark.parametrize(
    ("guarantee", "told"),
    [
        (check.ordered, [GOOD[1], GOOD[0], *GOOD[2:]]),
        (check.unique, [*GOOD[:2], GOOD[1], *GOOD[2:]]),
        (lambda told: check.atomic(told, WRITES), [GOOD[0]._replace(value=2), *GOOD[1:]]),
        (lambda told: check.atomic(told, WRITES), [GOOD[0]._replace(kind="MODIFIED"), *GOOD[1:]]),
        (lambda told: check.atomic(told, WRITES), [*GOOD, Told("ADDED", 6, "ghost", 1)]),
        (lambda told: check.reliable(told, WRITES, 0), [*GOOD[:2], *GOOD[3:]]),
        (lambda told: check.reliable(told, WRITES, 0), [*GOOD[:2], Told("BOOKMARK", 4)]),
        (lambda told: check.resumable(told[:2], told[2:], WRITES, 0), [*GOOD[:2], *GOOD[3:]]),
        (lambda told: check.resumable(told[:2], told[2:], WRITES, 0), [*GOOD[:2], *GOOD[1:]]),
        (check.bookmarkable, [GOOD[0], Told("BOOKMARK", 3), *GOOD[1:]]),
        (check.bookmarkable, [*GOOD, Told("BOOKMARK", 2)]),
    ],
    ids=[
        "order",
        "twice",
        "value",
        "kind",
        "ghost",
        "gap",
        "gap before bookmark",
        "resumed late",
        "resumed early",
        "bookmark ahead",
        "bookmark behind",
    ],
)
def test_each_planted_breach_is_found(guarantee: object, told: list[Told]) -> None:
    assert callable(guarantee)
    assert guarantee(told)


def told_of(items: list[WatchItem]) -> list[Told]:
    found = []
    for item in items:
        event = orjson.loads(item.line)
        meta, data = event["object"]["metadata"], event["object"].get("data") or {}
        value = int(data.get("n", 0))
        found.append(Told(event["type"], int(meta["resourceVersion"]), meta.get("name", ""), value))
    return found


class Writer:
    """Writes ConfigMaps through the verbs, and knows what it wrote."""

    def __init__(self, at: Serving) -> None:
        self.api = at.api
        self.resource = at.api.registry.resource("", "v1", "configmaps")
        self.writes: list[Write] = []
        self.present: dict[str, int] = {}

    def change(self, name: str, value: int) -> None:
        if name in self.present and value % 3 == 0:
            self.api.delete(self.resource, "default", name, DeleteOptions(), Call())
            self.writes.append(Write(self.api.store.revision, "DELETED", name, self.present.pop(name)))
            return
        obj = {"metadata": {"name": name}, "data": {"n": str(value)}}
        if name in self.present:
            self.api.update(self.resource, "default", name, obj, Call())
        else:
            self.api.create(self.resource, "default", obj, Call())
        kind = "MODIFIED" if name in self.present else "ADDED"
        self.present[name] = value
        self.writes.append(Write(self.api.store.revision, kind, name, value))


STEPS = st.lists(st.tuples(st.sampled_from("abc"), st.integers(1, 1000)), min_size=2, max_size=30)


@given(STEPS, st.data())
@settings(max_examples=40, deadline=None, database=None, derandomize=True)
def test_every_watch_from_any_revision_keeps_them(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[str, int]], data: st.DataObject
) -> None:
    asyncio.run(_any_watch(tmp_path_factory.getbasetemp() / "pki", steps, data))


async def _any_watch(folder: Path, steps: list[tuple[str, int]], data: st.DataObject) -> None:
    async with serving(folder) as at:
        writer = Writer(at)
        first = at.api.store.revision
        cut = data.draw(st.integers(0, len(steps)))
        distinct = [
            (name, 3 * number + 1 + (value % 3 == 0) * 2) for number, (name, value) in enumerate(steps)
        ]
        for name, value in distinct[:cut]:
            writer.change(name, value)
        start = data.draw(st.integers(first, at.api.store.revision))
        options = ListOptions(resource_version=str(start), bookmarks=True)
        stream = at.api.watch(writer.resource, "default", options)
        before = told_of(await stream.next()) if stream.ready() else []
        for name, value in distinct[cut:]:
            writer.change(name, value)
        later = told_of(await stream.next()) if stream.ready() else []
        later.append(told_of([stream.bookmark()])[0])
        stream.close()
        assert not check.all_of([*before, *later], writer.writes, start)
        assert max([start, *(w.revision for w in writer.writes)]) <= later[-1].revision
        middle = data.draw(st.integers(0, len(before + later)))
        seen = (before + later)[:middle]
        again_from = seen[-1].revision if seen else start
        again = at.api.watch(writer.resource, "default", ListOptions(resource_version=str(again_from)))
        rest = told_of(await again.next()) if again.ready() else []
        again.close()
        assert not check.resumable(seen, rest, writer.writes, start)
