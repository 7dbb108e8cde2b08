"""What the lesson about a dying cluster shows."""

from collections.abc import Callable

from tests.notebooks.conftest import Ran


def dying(ran: Ran) -> None:
    first, *living = (line.split() for line in ran.text("cut-clusters").splitlines()[1:])
    assert (first[0], "False" in first) == ("k3d-cluster-1", True)
    assert all("True" in row for row in living)
    assert ran.found("cut-compare") == "{'pods': 1, 'template': '2/3'}"
    assert "Running" in ran.text("pods-look")
    assert "['cluster.karmada.io/not-ready:NoExecute']" in ran.text("taint-compare")
    assert ran.found("taint-compare") == "NoExecute"
    assert ran.text("taint-decided") == "[1, 1, 1]"
    assert ran.found("scale-compare") == "{'decided': [0, 3, 3], 'template': '6/6'}"
    assert ran.found("return-compare") == "[0, 3, 3]"
    # Three among two living members: one each, and what is left to the first by name.
    assert ran.found("move-run") == "[0, 2, 1]"
    assert ran.pictures("move-chart") == 1
    assert [row[-1] for row in _ends(ran)] == ["1", "2", "1"], (
        "the lost member's pod is given up, not stopped"
    )
    assert ran.found("home-run") == "[0, 2, 1]"


def _ends(ran: Ran) -> list[list[str]]:
    """The last row of each member in the table beside the chart: seconds, cluster, desired, ready."""
    last = {row[-3]: row for row in ran.rows("move-chart")}
    return [last[name] for name in sorted(last)]


SEEN: dict[str, Callable[[Ran], None]] = {"16_when_a_cluster_dies": dying}
