"""What the lessons about modes, weights and remainders show."""

from collections.abc import Callable

from tests.notebooks.conftest import Ran
from tests.notebooks.seen.languages import says


def duplicated_or_divided(ran: Ran) -> None:
    assert ran.found("copies-compare") == "[2, 2, 2]"
    assert ran.found("sum-look") == "6/2"
    assert "{'k3d-cluster-1': 2, 'k3d-cluster-2': 2, 'k3d-cluster-3': 2}" in ran.text("sum-binding")
    assert ran.found("grow-compare") == "3"
    assert [row[1:] for row in ran.rows("switch-wait")] == [["3", "1", "-2"]] * 3
    assert ran.pictures("switch-wait") == 1
    assert ran.found("switch-compare") == "0"
    assert ran.found("service-compare") == "3"
    assert ran.text("service-binding") == "['whole', 'whole', 'whole']"
    assert ran.found("daemon-compare") == "[2, 2, 2]"
    assert ran.text("daemon-sum").splitlines()[-1].split()[:4] == ["agent", "6", "6", "6"]


def weights_and_remainders(ran: Ran) -> None:
    rounded = "{name}: weight {weight} gives {share} rounded down"
    assert says(ran.text("start-explain"), rounded, name="k3d-cluster-3", weight=10, share=1)
    assert ran.found("three-run") == "[4, 3, 1]"
    more = f"{rounded}, and {{extra}} of the remainder"
    assert says(ran.text("three-explain"), more, name="k3d-cluster-2", weight=3, share=2, extra=1)
    assert ran.rows("claims-order")[0] == ["1", "2", "3"]
    assert [row[2] for row in ran.rows("claims-order")] == ["3", "7", "11", "12"]
    assert ran.rows("fractions-table")[2] == ["1.78", "1.0", "0.78"]
    # 32/9, 24/9 and 16/9 rounded down make 6; the two that are left go to the greatest weights.
    assert [row[:2] for row in ran.rows("three-chart")] == [
        ["k3d-cluster-1", "3"],
        ["k3d-cluster-2", "2"],
        ["k3d-cluster-3", "1"],
        ["k3d-cluster-1", "1"],
        ["k3d-cluster-2", "1"],
    ]
    assert [row[1:] for row in ran.rows("steady-chart")] == [
        ["2", "3", "1"],
        ["2", "1", "-1"],
        ["0", "1", "1"],
    ]
    assert ran.pictures("three-chart") == ran.pictures("steady-chart") == 1
    assert ran.found("steady-run") == "1"
    assert ran.found("tie-run") == "[2, 1, 1]"
    assert ran.found("room-run") == "[2, 1, 1]"
    assert ran.found("grow-run") == "[0, 3, 3]"
    assert says(ran.text("grow-explain"), "{count} are assigned already, nothing to divide", count=10)


SEEN: dict[str, Callable[[Ran], None]] = {
    "11_duplicated_or_divided": duplicated_or_divided,
    "12_weights_and_remainders": weights_and_remainders,
}
