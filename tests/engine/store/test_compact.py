"""History that was given up is gone; the present is not."""

import pytest

from karmada_nb.engine.store import Expired, Store, StoreKey


def test_compaction_forgets_the_past_only() -> None:
    store = Store()
    key = StoreKey("configmaps", "default", "a")
    for value in ("1", "2"):
        store.put(key, {"metadata": {"name": "a"}, "data": {"v": value}})
    store.compact()
    with pytest.raises(Expired):
        store.changes("configmaps", 1)
    with pytest.raises(Expired):
        store.items_at("configmaps", "", 1)
    assert [r.object["data"] for r in store.items("configmaps")] == [{"v": "2"}]
    assert list(store.changes("configmaps", store.revision)) == []
    store.put(key, {"metadata": {"name": "a"}, "data": {"v": "3"}})
    assert [c.revision for c in store.changes("configmaps", 2)] == [3]
