"""The dashboard under a reader's hands: a weight moves pods, undo brings them back, errors show."""

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, expect

from tests.browser.conftest import Site
from tests.browser.page import Notebook, Sliders
from tests.browser.test_looks import NOT_OURS, THEMES, WCAG

pytestmark = [pytest.mark.browser, pytest.mark.slow]

FIRST = "k3d-cluster-1"


@pytest.fixture(scope="module")
def notebook(site: Site) -> Iterator[Notebook]:
    site.lab().at("client")
    opened = site.open("pages/dashboard")
    opened.run_all()
    opened.hide_files()
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def board(notebook: Notebook) -> Locator:
    return notebook.output("lab.dashboard(").locator(".widget-vbox").first


def test_a_weight_moves_pods_and_undo_brings_them_back(
    notebook: Notebook, board: Locator, site: Site
) -> None:
    card = board.locator(f'section[aria-label^="{FIRST}"]')
    expect(card).to_contain_text("●")
    expect(board).to_contain_text("3 of 3 replicas are ready in 3 clusters.")
    # 3 replicas by weights 20, 0 and 0: all of them go to the first.
    sliders = Sliders(board)
    for name in ("k3d-cluster-2", "k3d-cluster-3"):
        sliders.type(name, "0")
    expect(card).to_have_attribute("aria-label", f"{FIRST}: Ready, 2 nodes, 3 ready.")
    undo = board.get_by_role("button", name="Undo: the weight of k3d-cluster-3, 0 → 10")
    expect(undo).to_be_enabled()
    for theme in THEMES:
        notebook.theme(theme)
        notebook.screenshot(f"dashboard-{'dark' if theme.endswith('Dark') else 'light'}")
    undo.click()
    board.get_by_role("button", name="Undo: the weight of k3d-cluster-2, 0 → 10").click()
    expect(board.get_by_role("button", name="Nothing to undo")).to_be_disabled()
    expect(board).to_contain_text("3 of 3 replicas are ready in 3 clusters.")


def test_it_passes_axe(notebook: Notebook) -> None:
    options = {
        "runOnly": {"type": "tag", "values": WCAG},
        "rules": {rule: {"enabled": False} for rule in NOT_OURS},
    }
    found = Axe().run(notebook.page, context=".jp-OutputArea-output", options=options)
    assert found.violations_count == 0, found.generate_report()


def test_what_goes_wrong_shows(board: Locator, site: Site) -> None:
    site.lab().delete("propagationpolicy/pipy-propagation")
    sliders = Sliders(board)
    sliders.press(FIRST, "ArrowRight")
    expect(sliders.trouble()).to_contain_text("not found")
