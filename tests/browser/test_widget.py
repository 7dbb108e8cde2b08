"""The distribution widget under a reader's hands: sliders move, pods follow, errors show, and it ends."""

import re
import time
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import expect

from karmada_nb import Lab
from tests.browser.conftest import Site
from tests.browser.page import Notebook, Sliders

pytestmark = [pytest.mark.browser, pytest.mark.slow]

WIDGET = "lab.distribution_widget("
MEMBERS = ("k3d-cluster-1", "k3d-cluster-2", "k3d-cluster-3")


@pytest.fixture(scope="module")
def notebook(site: Site) -> Iterator[Notebook]:
    """The notebook about policies, run to its end: three replicas, equal weights."""
    opened = site.open("06_propagation_policy")
    opened.run_all()
    opened.hide_files()
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def lab(notebook: Notebook, site: Site) -> Lab:
    return site.lab()


@pytest.fixture(scope="module")
def sliders(notebook: Notebook) -> Sliders:
    return Sliders(notebook.output(WIDGET).locator(".widget-vbox").first)


def eventually(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def running(lab: Lab) -> list[int]:
    """How many pods of the application each member runs."""
    frame = lab.distribution("deployment/pipy", by="pod")
    ready = frame.groupby("cluster")["ready"].sum()
    return [int(ready.get(name, 0)) for name in MEMBERS]


def test_its_numbers_are_in_sight_in_a_narrow_page(notebook: Notebook, sliders: Sliders) -> None:
    """What does not fit beside the sliders stands below them; it takes no room from the numbers."""
    wide = notebook.page.viewport_size
    assert wide is not None
    notebook.page.set_viewport_size({"width": 700, "height": 900})
    readout = sliders.root.locator(".widget-readout").first
    hidden = """readout => {
        const edge = readout.getBoundingClientRect().right;
        let box = readout.parentElement;
        for (; !box.classList.contains("jp-OutputArea"); box = box.parentElement) {
            const cuts = getComputedStyle(box).overflowX !== "visible";
            if (cuts && box.getBoundingClientRect().right < edge) return true;
        }
        return false;
    }"""
    assert readout.evaluate(hidden) is False
    notebook.page.set_viewport_size(wide)


def test_it_opens_as_the_objects_are(sliders: Sliders) -> None:
    assert {name: sliders.value(name) for name in (*MEMBERS, "replicas")} == {
        **dict.fromkeys(MEMBERS, 10),
        "replicas": 3,
    }
    expect(sliders.root).to_contain_text("3 of 3 replicas are ready in 3 clusters.")


def test_the_replicas_slider_scales(sliders: Sliders, lab: Lab) -> None:
    sliders.press("replicas", "ArrowRight", 3)
    expect(sliders.root).to_contain_text("%kmd scale deployment/pipy --replicas 6")
    expect(sliders.root).to_contain_text("6 of 6 replicas are ready in 3 clusters.")
    eventually(lambda: running(lab) == [2, 2, 2])


def test_a_weight_moves_pods(notebook: Notebook, sliders: Sliders, lab: Lab) -> None:
    # 6 replicas by weights 20, 10, 10: shares of 3, 1.5, 1.5, the odd one to the first by weight.
    sliders.press("k3d-cluster-1", "End")
    expect(sliders.root).to_contain_text('{"targetCluster":{"clusterNames":["k3d-cluster-1"]},"weight":20}')
    expect(sliders.root).to_contain_text(re.compile(r"- k3d-cluster-1\s+weight: 20"))
    for cells in (["k3d-cluster-1", "4/4"], ["k3d-cluster-2", "1/1"], ["k3d-cluster-3", "1/1"]):
        expect(sliders.root.locator("tr", has_text=cells[0])).to_contain_text(cells[1])
    eventually(lambda: running(lab) == [4, 1, 1])
    policy = lab.get("propagationpolicy/pipy-propagation")
    assert policy
    rules = policy["spec"]["placement"]["replicaScheduling"]["weightPreference"]["staticWeightList"]
    assert [rule["weight"] for rule in rules] == [20, 10, 10]
    notebook.show(notebook.heading("Move the weights yourself"), below=20)
    notebook.screenshot("distribution")


def test_bars_are_as_long_as_they_say(sliders: Sliders) -> None:
    wide = [bar["width"] for name in MEMBERS if (bar := sliders.bar(name).bounding_box())]
    assert wide[0] == pytest.approx(4 * wide[1], rel=0.1)
    assert wide[1] == wide[2]


def test_a_value_can_be_typed(sliders: Sliders, lab: Lab) -> None:
    sliders.type("k3d-cluster-3", "0")
    # 6 replicas by weights 20, 10: exactly 4 and 2.
    eventually(lambda: running(lab) == [4, 2, 0])
    expect(sliders.root.locator("pre").first).not_to_contain_text("k3d-cluster-3")


def test_it_shows_what_others_do(notebook: Notebook, sliders: Sliders, lab: Lab) -> None:
    lab.connect().patch("deployments", "pipy", {"spec": {"replicas": 3}})
    expect(sliders.root).to_contain_text("3 of 3 replicas are ready in 3 clusters.")
    assert sliders.value("replicas") == 3
    notebook.show(notebook.cell(WIDGET))
    notebook.screenshot("widget")


def test_what_goes_wrong_shows_in_the_widget(notebook: Notebook, sliders: Sliders, lab: Lab) -> None:
    lab.delete("propagationpolicy/pipy-propagation")
    sliders.press("k3d-cluster-2", "ArrowRight")
    expect(sliders.trouble()).to_be_visible()
    expect(sliders.trouble()).to_contain_text('"pipy-propagation" not found')
    notebook.show(notebook.cell(WIDGET))
    notebook.screenshot("widget-error")


def test_it_ends_cleanly(notebook: Notebook, sliders: Sliders) -> None:
    notebook.add_cell(
        "import threading\nlab.close_widgets()\n"
        "print([t.name for t in threading.enumerate() if 'distribution' in t.name])"
    )
    expect(notebook.page.locator(".jp-OutputArea").last).to_contain_text("[]")
    expect(sliders.root).to_have_count(0)
