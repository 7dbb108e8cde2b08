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


SEEN: dict[str, Callable[[Ran], None]] = {
    "11_duplicated_or_divided": duplicated_or_divided,
}
