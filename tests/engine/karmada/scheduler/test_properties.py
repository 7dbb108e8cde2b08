"""What holds for every division of replicas, whatever the numbers."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from karmada_nb.engine.karmada.scheduler.flow import schedule_binding
from karmada_nb.engine.karmada.scheduler.schedule import ScheduleResult
from karmada_nb.engine.karmada.scheduler.webster import Award, allocate_webster_seats
from tests.engine.karmada.scheduler.samples import AGGREGATED, DYNAMIC, around, binding, static

NAMES = ("member1", "member2", "member3")
weights = st.fixed_dictionaries({name: st.integers(1, 1000) for name in NAMES})
rooms = st.fixed_dictionaries({name: st.integers(0, 50) for name in NAMES})
uids = st.uuids().map(str) | st.just("")
electorates = st.dictionaries(st.text("abcdef", min_size=1, max_size=3), st.integers(1, 10_000), min_size=1)
votes = st.dictionaries(st.text("abcdef", min_size=1, max_size=3), st.integers(0, 10_000), min_size=1)


def scheduled(bound: dict[str, Any], room: dict[str, int] | None = None) -> ScheduleResult:
    result = schedule_binding(bound, around(room)).result
    assert result is not None
    return result


@given(votes, st.integers(0, 300), st.booleans())
def test_every_seat_is_given(votes: dict[str, int], seats: int, descending: bool) -> None:
    parties = allocate_webster_seats(seats, votes, descending=descending)
    assert sum(p.seats for p in parties) == seats
    assert [p.name for p in parties] == sorted(votes)
    assert all(p.seats >= 0 for p in parties)


@given(electorates, st.integers(0, 2000), st.booleans())
def test_filling_in_bulk_changes_nothing(votes: dict[str, int], seats: int, descending: bool) -> None:
    one_by_one: list[Award] = []
    slow = allocate_webster_seats(seats, votes, descending=descending, record=one_by_one.append)
    assert allocate_webster_seats(seats, votes, descending=descending) == slow
    assert len(one_by_one) == seats


@given(votes, st.integers(0, 200), st.integers(1, 50))
def test_a_larger_house_takes_no_seat_away(votes: dict[str, int], seats: int, more: int) -> None:
    small = allocate_webster_seats(seats, votes)
    large = allocate_webster_seats(seats + more, votes)
    assert all(a.seats <= b.seats for a, b in zip(small, large, strict=True))


@given(votes, st.integers(0, 200), st.integers(1, 5000), st.data())
def test_more_votes_never_cost_a_seat(votes: dict[str, int], seats: int, more: int, data: Any) -> None:
    name = data.draw(st.sampled_from(sorted(votes)))
    before = {p.name: p.seats for p in allocate_webster_seats(seats, votes)}
    after = {p.name: p.seats for p in allocate_webster_seats(seats, {**votes, name: votes[name] + more})}
    assert after[name] >= before[name]


@given(weights, st.integers(1, 500), uids)
def test_static_weights_divide_everything(weights: dict[str, int], replicas: int, uid: str) -> None:
    targets = scheduled(binding(static(**weights), replicas, uid=uid)).targets
    assert sum(t.replicas for t in targets) == replicas
    got = {t.name: t.replicas for t in targets}
    for heavy in NAMES:
        for light in NAMES:
            if weights[heavy] > weights[light]:
                assert got.get(heavy, 0) >= got.get(light, 0)


@given(rooms, st.integers(1, 150), st.sampled_from([DYNAMIC, AGGREGATED]), uids)
def test_room_is_never_exceeded(
    room: dict[str, int], replicas: int, placement: dict[str, Any], uid: str
) -> None:
    result = scheduled(binding(placement, replicas, uid=uid), room)
    if sum(room.values()) < replicas:
        assert result.error is not None
        return
    assert sum(t.replicas for t in result.targets) == replicas
    assert all(0 < t.replicas <= room[t.name] for t in result.targets)


@given(rooms, st.integers(1, 150))
def test_aggregated_uses_as_few_clusters_as_will_do(room: dict[str, int], replicas: int) -> None:
    result = scheduled(binding(AGGREGATED, replicas), room)
    if result.error is None:
        largest = sorted(room.values(), reverse=True)
        assert sum(largest[: len(result.targets) - 1]) < replicas


@given(rooms, rooms, st.integers(1, 60), st.sampled_from([DYNAMIC, AGGREGATED]))
def test_scaling_up_moves_nothing(
    room: dict[str, int], before: dict[str, int], more: int, placement: dict[str, Any]
) -> None:
    clusters = [{"name": name, "replicas": count} for name, count in before.items() if count]
    wanted = sum(before.values()) + more
    result = scheduled(binding(placement, wanted, clusters=clusters), room)
    if result.error is None:
        got = {t.name: t.replicas for t in result.targets}
        assert sum(got.values()) == wanted
        assert all(got.get(name, 0) >= count for name, count in before.items())


@given(rooms, rooms, st.data(), st.sampled_from([DYNAMIC, AGGREGATED]))
def test_scaling_down_adds_nowhere(
    room: dict[str, int], before: dict[str, int], data: Any, placement: dict[str, Any]
) -> None:
    total = sum(before.values())
    if total < 2:
        return
    wanted = data.draw(st.integers(1, total - 1))
    clusters = [{"name": name, "replicas": count} for name, count in before.items() if count]
    targets = scheduled(binding(placement, wanted, clusters=clusters), room).targets
    assert sum(t.replicas for t in targets) == wanted
    assert all(t.replicas <= before[t.name] for t in targets)


@given(rooms, st.integers(1, 100), st.sampled_from([DYNAMIC, AGGREGATED]), uids)
def test_a_second_turn_writes_nothing(
    room: dict[str, int], replicas: int, placement: dict[str, Any], uid: str
) -> None:
    bound = binding(placement, replicas, uid=uid)
    first = schedule_binding(bound, around(room))
    if first.error is None:
        assert schedule_binding(first.applied_to(bound), around(room)).patches == []


@given(weights, st.integers(1, 500))
def test_the_article_divides_everything_too(weights: dict[str, int], replicas: int) -> None:
    result = schedule_binding(binding(static(**weights), replicas), around(edition="article")).result
    assert result is not None
    got = {t.name: t.replicas for t in result.targets}
    assert sum(got.values()) == replicas
    total = sum(weights.values())
    for name, weight in weights.items():
        assert weight * replicas // total <= got[name] <= weight * replicas // total + 1
