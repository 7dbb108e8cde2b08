"""What the lessons about choosing clusters show."""

from collections.abc import Callable

from tests.notebooks.conftest import Ran


def affinity_labels_taints(ran: Ran) -> None:
    assert [line.split()[-1] for line in ran.text("labels-show").splitlines() if line][1:] == [
        "core",
        "core",
        "edge",
    ]
    assert ran.found("exclude-run") == "[2, 0, 1]"
    assert ran.found("select-run") == "[2, 1, 0]"
    assert ran.text("moved-label").endswith("[2, 1, 0]")
    assert ran.found("moved-scale") == "[4, 0, 0]"
    assert "no clusters fit" in ran.text("nobody-look")
    assert ran.found("nobody-look") == "[4, 0, 0]"
    assert ran.text("field-run") == "[0, 0, 4]"
    assert "{'tainted': [1, 1, 1], 'scaled': [3, 0, 3]}" in ran.text("taint-scale")
    assert "TaintToleration: cluster had taint {repair: soon}" in ran.text("taint-explain")
    assert ran.found("tolerate-run") == "[2, 2, 2]"
    assert "cluster.karmada.io/unschedulable" in ran.text("cordon-run")
    assert ran.text("choice-wait") == "away"
    assert "{'cordoned': [0, 1, 1], 'uncordoned': [0, 1, 1]}" in ran.text("choice-back")


def spread_constraints(ran: Ran) -> None:
    assert "'k3d-cluster-2': 'north', 'k3d-cluster-3': 'south'" in ran.text("start-look")
    assert ran.found("clusters-run") == "[1, 1, 0]"
    assert ran.found("regions-run") == "[1, 0, 1]"
    assert ran.found("unmet-run") == "[1, 0, 1]"
    assert "feasible region is less than spreadConstraint.MinGroups" in ran.text("unmet-condition")
    assert ran.rows("unmet-condition")[0][:2] == ["Warning", "ScheduleBindingFailed"]
    assert ran.text("unmet-met").endswith("[1, 1, 1]")
    assert ran.found("static-run") == "[1, 1, 1]"


SEEN: dict[str, Callable[[Ran], None]] = {
    "13_affinity_labels_taints": affinity_labels_taints,
    "14_spread_constraints": spread_constraints,
}
