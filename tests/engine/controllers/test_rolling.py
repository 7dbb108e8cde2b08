"""The arithmetic of rollouts: laws that hold whatever the numbers."""

from hypothesis import given
from hypothesis import strategies as st

from karmada_nb.engine.controllers.deployment import rolling
from karmada_nb.engine.controllers.deployment.replicasets import MAXIMUM
from karmada_nb.engine.meta import Object

SIZES = st.integers(0, 20)


def replica_set(name: str, wanted: int, available: int, age: int) -> Object:
    return {
        "metadata": {"name": name, "creationTimestamp": f"2026-01-01T00:00:{age:02}Z"},
        "spec": {"replicas": wanted},
        "status": {"replicas": wanted, "availableReplicas": min(available, wanted)},
    }


def deployment(size: int, surge: int | str, unavailable: int | str) -> Object:
    update = {"maxSurge": surge, "maxUnavailable": unavailable}
    return {"metadata": {"name": "d"}, "spec": {"replicas": size, "strategy": {"rollingUpdate": update}}}


AMOUNT = st.one_of(st.integers(0, 5), st.sampled_from(["0%", "25%", "50%", "100%"]))


@given(SIZES, AMOUNT, AMOUNT, st.lists(st.tuples(SIZES, SIZES), min_size=1, max_size=4))
def test_a_step_keeps_within_the_bounds(
    size: int, surge: int | str, unavailable: int | str, sets: list[tuple[int, int]]
) -> None:
    wanted = deployment(size, surge, unavailable)
    made = [replica_set(f"r{i}", w, a, i) for i, (w, a) in enumerate(sets)]
    new, old = made[-1], made[:-1]
    targets = rolling.roll(wanted, new, old)
    after = {rs["metadata"]["name"]: targets.get(rs["metadata"]["name"], rolling.wanted(rs)) for rs in made}
    assert all(replicas >= 0 for replicas in after.values())
    if sum(after.values()) > rolling.total(made):
        assert sum(after.values()) <= rolling.maximum(wanted)
    lost = sum(max(0, rolling.available(rs) - after[rs["metadata"]["name"]]) for rs in old)
    had = sum(map(rolling.available, made))
    least = size - rolling.bounds(wanted)[1]
    if lost and rolling.wanted(new) <= size:
        assert had - lost >= least


@given(SIZES, AMOUNT, AMOUNT, st.integers(1, 20))
def test_a_rollout_whose_pods_become_ready_comes_to_its_end(
    size: int, surge: int | str, unavailable: int | str, before: int
) -> None:
    wanted = deployment(size, surge, unavailable)
    sizes = {"old": before, "new": 0}
    for _ in range(200):
        old, new = (replica_set(n, sizes[n], sizes[n], i) for i, n in enumerate(("old", "new")))
        targets = rolling.roll(wanted, new, [old])
        if not targets:
            break
        sizes |= targets
    assert sizes == {"old": 0, "new": size}


@given(st.lists(st.integers(1, 20), min_size=2, max_size=4), SIZES)
def test_rescaling_in_the_middle_of_a_rollout_adds_up(sets: list[int], after: int) -> None:
    made = [replica_set(f"r{i}", w, 0, i) for i, w in enumerate(sets)]
    for rs in made:
        rs["metadata"]["annotations"] = {MAXIMUM: str(sum(sets))}
    targets = rolling.rescale(deployment(after, 0, 1), made[-1], made[:-1])
    sizes = [targets.get(rs["metadata"]["name"], rolling.wanted(rs)) for rs in made]
    # What rounding leaves over falls to one set, which cannot go below zero: as in Kubernetes.
    assert sum(sizes) == after or (sum(sizes) > after and 0 in sizes)


def test_percentages_round_up_for_surge_and_down_for_unavailability() -> None:
    assert rolling.bounds(deployment(10, "25%", "25%")) == (3, 2)
    assert rolling.bounds(deployment(1, "25%", "25%")) == (1, 0)
    assert rolling.bounds(deployment(4, 0, 0)) == (0, 1)
