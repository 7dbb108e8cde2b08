"""What the lessons about choosing clusters show."""

from collections.abc import Callable

from tests.notebooks.conftest import Ran


def affinity_labels_taints(ran: Ran) -> None:
    assert [line.split()[-1] for line in ran.text("labels-show").splitlines() if line][1:] == [
        "core",
        "core",
        "edge",
    ]
    assert "Karmada decided [2, 0, 1]" in ran.text("exclude-run")
    assert "Karmada decided [2, 1, 0]" in ran.text("select-run")
    assert "Karmada has decided [2, 1, 0]" in ran.text("moved-label")
    assert "Karmada decided [4, 0, 0]" in ran.text("moved-scale")
    assert "no clusters fit" in ran.text("nobody-look")
    assert "Karmada decided [4, 0, 0]" in ran.text("nobody-look")
    assert ran.text("field-run") == "[0, 0, 4]"
    assert "{'tainted': [1, 1, 1], 'scaled to six': [3, 0, 3]}" in ran.text("taint-scale")
    assert "TaintToleration: cluster had taint {repair: soon}" in ran.text("taint-explain")
    assert "Karmada decided [2, 2, 2]" in ran.text("tolerate-run")
    assert "cluster.karmada.io/unschedulable" in ran.text("cordon-run")
    assert ran.text("choice-wait") == "away"
    assert "{'cordoned': [0, 1, 1], 'uncordoned': [0, 1, 1]}" in ran.text("choice-back")


def spread_constraints(ran: Ran) -> None:
    assert "'k3d-cluster-2': 'north', 'k3d-cluster-3': 'south'" in ran.text("start-look")
    assert "Karmada decided [1, 1, 0]" in ran.text("clusters-run")
    assert "Karmada decided [1, 0, 1]" in ran.text("regions-run")
    assert "Karmada decided [1, 0, 1]" in ran.text("unmet-run")
    assert "feasible region is less than spreadConstraint.MinGroups" in ran.text("unmet-condition")
    assert ran.rows("unmet-condition")[0][:2] == ["Warning", "ScheduleBindingFailed"]
    assert ran.text("unmet-met").endswith("[1, 1, 1]")
    assert "Karmada decided [1, 1, 1]" in ran.text("static-run")


SEEN: dict[str, Callable[[Ran], None]] = {
    "13_affinity_labels_taints": affinity_labels_taints,
    "14_spread_constraints": spread_constraints,
}
