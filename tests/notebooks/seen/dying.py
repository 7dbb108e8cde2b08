"""What the lesson about a dying cluster shows."""

from collections.abc import Callable

from tests.notebooks.conftest import Ran


def dying(ran: Ran) -> None:
    first, *living = (line.split() for line in ran.text("cut-clusters").splitlines()[1:])
    assert (first[0], "False" in first) == ("k3d-cluster-1", True)
    assert all("True" in row for row in living)
    assert "There is      {'pods': 1, 'template': '2/3'}" in ran.text("cut-compare")
    assert "Running" in ran.text("pods-look")
    assert "has ['cluster.karmada.io/not-ready:NoExecute']" in ran.text("taint-compare")
    assert ran.text("taint-decided") == "The scheduler still wants [1, 1, 1]"
    assert "There is      {'decided': [0, 3, 3], 'template': '6/6'}" in ran.text("scale-compare")
    assert ran.placement("return-compare") == ["0/0", "3/3", "3/3"]


SEEN: dict[str, Callable[[Ran], None]] = {"16_when_a_cluster_dies": dying}
