"""What the lessons about overrides, dying clusters, observing, crossing and real fleets show."""

from collections.abc import Callable

from tests.notebooks.conftest import Ran


def overrides(ran: Ran) -> None:
    replicas = [[f"k3d-cluster-{number}", "spec.replicas", "3", "1"] for number in (1, 2, 3)]
    assert ran.rows("start-differences") == replicas
    assert ran.found("registry-compare") == "['k3d-cluster-2']"
    image = "spec.template.spec.containers[0].image"
    changed = ["k3d-cluster-2", image, "flomesh/pipy", "docker.io/flomesh/pipy"]
    assert changed in ran.rows("registry-differences")
    assert "docker.io" not in ran.text("registry-template-look")
    assert "docker.io/flomesh/pipy" in ran.text("registry-member-look")
    sets = [line.split()[1:4] for line in ran.text("rollout-wait").splitlines() if line.startswith("pipy-")]
    assert sets.count(["1", "1", "1"]) == 1
    assert sets.count(["0", "0", "0"]) == len(sets) - 1 > 0
    assert ran.found("twice-compare") == "[None, 'general', 'edge']"
    assert ran.found("order-compare") == "flomesh/pipy:latest"
    assert "labelsOverrider" not in ran.text("kinds-explain")
    assert ran.rows("away-look") == replicas


SEEN: dict[str, Callable[[Ran], None]] = {
    "15_overrides": overrides,
}
