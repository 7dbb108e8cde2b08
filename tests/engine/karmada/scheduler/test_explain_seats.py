"""The seat table: what each cluster claimed in each round, and who got the replica."""

import pytest

from karmada_nb.engine.karmada.scheduler.explain import AttemptView, Explanation
from karmada_nb.engine.karmada.scheduler.explain_seats import (
    EARLIER_NAME,
    FEWER,
    GREATEST,
    LATER_NAME,
    REMAINDER,
    Seat,
    seats,
)
from karmada_nb.engine.karmada.scheduler.trace import Division, Portion
from karmada_nb.engine.karmada.scheduler.webster import allocate_webster_seats


def of(division: Division) -> list[Seat]:
    attempt = AttemptView("", [], [], None, [division], [], "")
    return seats(Explanation("b", "t", division.replicas, "StaticWeight", "current", None, [], [attempt]))


def by_claims(replicas: int, weights: dict[str, int], *, later: bool = False) -> list[Seat]:
    division = Division("static weight", replicas, weights, later_name_first=later)
    allocate_webster_seats(replicas, weights, descending=later, record=division.awards.append)
    return of(division)


def winners(found: list[Seat]) -> list[tuple[int, str, str]]:
    return [(seat.round, seat.cluster, seat.why) for seat in found if seat.gets]


def test_claims_fall_with_every_seat() -> None:
    # Weights 5 and 3. Claims of a: 5/1, 5/3, 5/5; of b: 3/1, 3/3.
    found = by_claims(3, {"a": 5, "b": 3})
    assert winners(found) == [(1, "a", GREATEST), (2, "b", GREATEST), (3, "a", GREATEST)]
    assert [seat.claim for seat in found if seat.round == 3] == pytest.approx([5 / 3, 1.0])


def test_a_tie_says_by_what_it_was_broken() -> None:
    assert winners(by_claims(1, {"a": 1, "b": 1})) == [(1, "a", EARLIER_NAME)]
    assert winners(by_claims(1, {"a": 1, "b": 1}, later=True)) == [(1, "b", LATER_NAME)]
    # a has one seat and claims 3/3 for its second, as b claims 1/1 for its first.
    assert winners(by_claims(2, {"a": 3, "b": 1}))[1] == (2, "b", FEWER)


def test_what_v12_rounds_down_comes_first_and_then_the_remainder() -> None:
    # 7 replicas by 10, 10, 10: 2.33 each, rounded down to 2; the seventh to the first on the list.
    portions = [Portion("a", 10, 2, 1), Portion("b", 10, 2, 0), Portion("c", 10, 2, 0)]
    found = of(Division("static weight", 7, dict.fromkeys("abc", 10), portions=portions))
    assert [seat.gets for seat in found if seat.round == 0] == [2, 2, 2]
    assert found[0].claim == pytest.approx(7 / 3)
    assert winners(found)[-1] == (7, "a", REMAINDER)
    assert sum(seat.gets for seat in found) == 7
