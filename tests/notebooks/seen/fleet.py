"""What the lesson about real fleets shows."""

from collections.abc import Callable

from tests.notebooks.conftest import Ran
from tests.notebooks.seen.languages import says


def to_a_real_fleet(ran: Ran) -> None:
    assert len(ran.rows("start-clusters")) == 4
    assert says(ran.text("machine-doctor"), "A lab can run here. Start one with: karmada-nb up")
    head, *rows = ran.text("ready-clusters").splitlines()
    assert head.split()[:4] == ["NAME", "VERSION", "MODE", "READY"]
    assert [row.split()[3] for row in rows] == ["True"] * 3
    assert ran.text("ready-taints").count("<none>") == 3
    assert "{'HorizontalPodAutoscaler': 3, 'PropagationPolicy': 0}" in ran.text("serves-compare")
    assert [(int(cores) > 0, pods) for cores, _, pods, *_ in ran.rows("room-look")] == [(True, "220")] * 3
    for number in (1, 2, 3):
        assert f"k3d-cluster-{number}-impersonator" in ran.text("rights-secrets")
    assert ran.text("rights-list").endswith("yes")


SEEN: dict[str, Callable[[Ran], None]] = {"19_to_a_real_fleet": to_a_real_fleet}
