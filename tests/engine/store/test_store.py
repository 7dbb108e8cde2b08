"""The store against a plain model, and the watch guarantees it gives."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from karmada_nb.engine.runtime.clock import VirtualClock
from karmada_nb.engine.runtime.compaction import INTERVAL_SECONDS, Compactor
from karmada_nb.engine.store import Change, Expired, Store, StoreKey

NAMES = st.sampled_from(["a", "b", "c", "d"])
NAMESPACES = st.sampled_from(["x", "y"])
OPERATIONS = st.lists(st.tuples(st.sampled_from(["put", "remove"]), NAMESPACES, NAMES), max_size=60)


def key(namespace: str, name: str) -> StoreKey:
    return StoreKey("configmaps", namespace, name)


def put(store: Store, namespace: str, name: str, **data: str) -> int:
    return store.put(key(namespace, name), {"metadata": {"name": name}, "data": data}).revision


@given(OPERATIONS)
def test_lists_what_a_dictionary_would_hold_at_every_revision(operations: list[tuple[str, str, str]]) -> None:
    store, model = Store(), {}
    history: dict[int, dict[tuple[str, str], str]] = {0: {}}
    for step, (operation, namespace, name) in enumerate(operations):
        if operation == "put":
            put(store, namespace, name, step=str(step))
            model[namespace, name] = str(step)
        elif (namespace, name) in model:
            store.remove(key(namespace, name))
            del model[namespace, name]
        history[store.revision] = dict(model)
    for revision, expected in history.items():
        found = store.items_at("configmaps", "", revision)
        assert [(r.key.namespace, r.key.name) for r in found] == sorted(expected)
        assert {(r.key.namespace, r.key.name): r.object["data"]["step"] for r in found} == expected


@given(OPERATIONS, st.integers(0, 60))
def test_replaying_changes_from_any_revision_leads_to_the_present(
    operations: list[tuple[str, str, str]], start: int
) -> None:
    store = Store()
    live: list[Change] = []
    store.subscribe("configmaps", live.append)
    for operation, namespace, name in operations:
        if operation == "put":
            put(store, namespace, name)
        elif store.get(key(namespace, name)) is not None:
            store.remove(key(namespace, name))
    start = min(start, store.revision)
    state = {r.key: r.revision for r in store.items_at("configmaps", "", start)}
    for change in store.changes("configmaps", start):
        if change.deleted:
            del state[change.record.key]
        else:
            state[change.record.key] = change.revision
    assert state == {r.key: r.revision for r in store.items("configmaps")}
    assert [c.revision for c in live] == sorted({c.revision for c in live})


def test_a_revision_behind_the_window_is_expired() -> None:
    store = Store(window=3)
    for step in range(5):
        put(store, "x", f"n{step}")
    assert [c.revision for c in store.changes("configmaps", 2)] == [3, 4, 5]
    with pytest.raises(Expired, match=r"too old resource version: 1 \(2\)"):
        store.changes("configmaps", 1)
    with pytest.raises(Expired):
        store.items_at("configmaps", "", 1)


def test_a_write_shares_what_did_not_change_and_leaves_its_input_alone() -> None:
    store = Store()
    given_ = {"metadata": {"name": "a"}, "data": {"k": "v"}}
    record = store.put(key("x", "a"), given_)
    assert given_ == {"metadata": {"name": "a"}, "data": {"k": "v"}}
    assert record.object["metadata"]["resourceVersion"] == "1"
    assert record.object["data"] is given_["data"]


def test_cold_records_read_as_they_were_written() -> None:
    store, versions = Store(), range(100)
    told: list[Change] = []
    store.subscribe("events", told.append)
    records = [
        store.put(
            StoreKey("events", "x", f"e{n % 50}"), {"metadata": {"name": f"e{n % 50}"}, "n": n}, cold=True
        )
        for n in versions
    ]
    wanted = [{"metadata": {"name": f"e{n % 50}", "resourceVersion": str(n + 1)}, "n": n} for n in versions]
    assert [record.object for record in records] == wanted
    assert [change.record.object["n"] for change in store.changes("events", 0)] == list(versions)
    assert [change.previous and change.previous.object["n"] for change in told] == [None] * 50 + [*range(50)]
    assert records[0].object is not records[0].object  # Packed: it is made of its bytes each time.
    assert records[-1].object is records[-1].object


async def test_history_older_than_five_minutes_is_forgotten() -> None:
    store, clock = Store(), VirtualClock()
    compactor = Compactor(store, clock)
    compactor.start()
    put(store, "x", "early")
    await clock.advance(INTERVAL_SECONDS)
    put(store, "x", "late")
    await clock.advance(INTERVAL_SECONDS)
    with pytest.raises(Expired):
        store.changes("configmaps", 0)
    assert [c.record.key.name for c in store.changes("configmaps", 1)] == ["late"]
    assert [r.key.name for r in store.items("configmaps")] == ["early", "late"]
    compactor.stop()
