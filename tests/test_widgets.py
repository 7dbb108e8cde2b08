"""The distribution widget, without a browser."""

import threading
import time
from collections.abc import Callable, Iterator

import pytest
import yaml

from karmada_nb import Lab, LabError
from karmada_nb.widgets import DistributionWidget, controls, view
from karmada_nb.widgets.view import Share


def test_weights_of_a_policy_and_back() -> None:
    change = controls.weighing({"a": 3, "b": 0, "c": 1})
    assert controls.weights(change, ["a", "b", "c"]) == {"a": 3, "b": 0, "c": 1}
    assert controls.weights(None, ["a"]) == {"a": 0}
    assert yaml.safe_load(controls.as_yaml(change)) == change


def test_the_command_of_a_control_is_what_one_would_type() -> None:
    assert (
        controls.scale_command("deployment/pipy", 3, "default") == "%kmd scale deployment/pipy --replicas 3"
    )
    typed = controls.patch_command("p", {"spec": {}}, "web")
    assert typed == "%kmd patch propagationpolicy p -n web --type merge -p '{\"spec\":{}}'"


def test_bars_are_escaped_and_fit() -> None:
    html = view.bars({"<b>": Share(1000, 500)})
    assert "<b>" not in html
    assert "width: 336px" in html
    assert "500 of 1000 replicas are ready in 1 clusters." in html
    assert "<i>" not in view.trouble("<i>")
    assert view.trouble("") == ""


@pytest.fixture
def widget(lab: Lab) -> Iterator[DistributionWidget]:
    lab.at("client")
    made = lab.distribution_widget("deployment/pipy", policy="pipy-propagation")
    yield made
    made.close()


def eventually(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def sliders(widget: DistributionWidget) -> dict[str, object]:
    left = widget.children[0].children[0]
    return {slider.description: slider for slider in left.children if slider.description}


def test_sliders_show_and_change_the_real_objects(lab: Lab, widget: DistributionWidget) -> None:
    found = sliders(widget)
    assert {name: slider.value for name, slider in found.items()} == {  # type: ignore[attr-defined]
        "k3d-cluster-1": 10,
        "k3d-cluster-2": 10,
        "k3d-cluster-3": 10,
        "replicas": 3,
    }
    for name, value in {"k3d-cluster-2": 5, "k3d-cluster-3": 5, "replicas": 4}.items():
        found[name].value = value  # type: ignore[attr-defined]
    eventually(lambda: lab.distribution("deployment/pipy")["ready"].tolist() == [2, 1, 1])
    eventually(lambda: "4 of 4 replicas are ready" in widget.html())
    assert "%kmd scale deployment/pipy --replicas 4" in widget.html()


def test_the_widget_follows_what_others_do(lab: Lab, widget: DistributionWidget) -> None:
    lab.connect().patch("deployments", "pipy", {"spec": {"replicas": 15}})
    eventually(lambda: "15 of 15 replicas are ready" in widget.html())
    assert sliders(widget)["replicas"].value == 15  # type: ignore[attr-defined]


def test_what_goes_wrong_is_shown_in_the_widget(lab: Lab, widget: DistributionWidget) -> None:
    for name in lab.members():
        sliders(widget)[name].value = 0  # type: ignore[attr-defined]
    assert "at least one cluster with a weight above 0" in widget.html()
    lab.delete("propagationpolicy/pipy-propagation")
    sliders(widget)["k3d-cluster-1"].value = 7  # type: ignore[attr-defined]
    assert "not found" in widget.html()


def test_closing_ends_every_thread(lab: Lab) -> None:
    lab.at("client")
    before = set(threading.enumerate())
    made = lab.distribution_widget("deployment/pipy", policy="pipy-propagation")
    assert len(set(threading.enumerate()) - before) == 6
    made.close()
    assert set(threading.enumerate()) == before


def test_a_policy_that_is_not_there_is_named(lab: Lab) -> None:
    lab.at("client")
    with pytest.raises(LabError, match="none-such in karmada, found none"):
        lab.distribution_widget("deployment/pipy", policy="none-such")


def test_running_the_cell_again_ends_the_widget_that_it_made_before(lab: Lab) -> None:
    lab.at("client")
    before = set(threading.enumerate())
    for _ in range(3):
        lab.distribution_widget("deployment/pipy", policy="pipy-propagation")
    assert len(set(threading.enumerate()) - before) == 6
    lab.close_widgets()
    assert set(threading.enumerate()) == before
