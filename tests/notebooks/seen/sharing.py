"""What the lessons about modes, weights and remainders show."""

from collections.abc import Callable

from tests.notebooks.conftest import Ran


def duplicated_or_divided(ran: Ran) -> None:
    assert "Karmada decided [2, 2, 2]" in ran.text("copies-compare")
    assert ran.text("sum-look").splitlines()[-1].split()[:2] == ["pipy", "6/2"]
    assert "{'k3d-cluster-1': 2, 'k3d-cluster-2': 2, 'k3d-cluster-3': 2}" in ran.text("sum-binding")
    assert "and 3 were started" in ran.text("grow-compare")
    assert ran.placement("switch-wait") == ["1/1", "1/1", "1/1"]
    assert "and 0 are new" in ran.text("switch-compare")
    assert "and 3 members have the Service" in ran.text("service-compare")
    assert ran.text("service-binding") == "['whole', 'whole', 'whole']"
    assert "There are     [2, 2, 2]" in ran.text("daemon-compare")
    assert ran.text("daemon-sum").splitlines()[-1].split()[:4] == ["agent", "6", "6", "6"]


def weights_and_remainders(ran: Ran) -> None:
    assert "weight 10 gives 1 rounded down" in ran.text("start-explain")
    assert "Karmada decided [4, 3, 1]" in ran.text("three-run")
    assert "k3d-cluster-2: weight 3 gives 2 rounded down, and 1 of the remainder" in ran.text("three-explain")
    assert ran.rows("claims-order")[0] == ["1", "2", "3"]
    assert [row[2] for row in ran.rows("claims-order")] == ["3", "7", "11", "12"]
    assert ran.rows("fractions-table")[2] == ["1.78", "1.0", "0.78"]
    assert "[2, 2, 0] became [3, 1, 1]" in ran.text("steady-run")
    assert "and 1 had to stop" in ran.text("steady-run")
    assert "Karmada decided [2, 1, 1]" in ran.text("tie-run")
    assert "Karmada decided [2, 1, 1]" in ran.text("room-run")
    assert "Karmada decided [0, 3, 3]" in ran.text("grow-run")
    assert "10 are assigned already" in ran.text("grow-explain")


SEEN: dict[str, Callable[[Ran], None]] = {
    "11_duplicated_or_divided": duplicated_or_divided,
    "12_weights_and_remainders": weights_and_remainders,
}
