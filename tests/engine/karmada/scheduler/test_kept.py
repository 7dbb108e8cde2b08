"""What follows from an object is found once for that object, and anew for any other."""

from __future__ import annotations

from karmada_nb.engine.karmada.scheduler.kept import Kept


def test_an_object_is_asked_once_and_its_equal_is_another() -> None:
    asked: list[list[int]] = []

    def total(numbers: list[int]) -> int:
        asked.append(numbers)
        return sum(numbers)

    kept = Kept(total)
    first, equal = [1, 2], [1, 2]
    assert [kept(first), kept(first), kept(equal)] == [3, 3, 3]
    assert len(asked) == 2


def total_of(numbers: list[int]) -> int:
    return sum(numbers)


def test_answers_stay_right_when_more_objects_come_than_are_kept() -> None:
    kept = Kept(total_of)
    numbers = [[n, 1] for n in range(3000)]
    for _ in range(2):
        assert [kept(item) for item in numbers] == [n + 1 for n in range(3000)]
    assert [kept([n]) for n in range(3000)] == list(range(3000)), "an address that is used again is no memory"
