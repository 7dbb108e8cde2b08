"""Legible on a dark page as on a light one, and to those who do not see it."""

import io
from collections.abc import Iterator

import matplotlib.image
import numpy as np
import numpy.typing as npt
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator

from tests.browser.conftest import Site
from tests.browser.page import Notebook

pytestmark = [pytest.mark.browser, pytest.mark.slow]

TEXT = 4.5
"""The contrast that WCAG 2.2 asks of text (1.4.3)."""
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
NOT_OURS = ["aria-input-field-name"]
"""ipywidgets gives the handles of its sliders no name; the label stands before each."""
THEMES = ("JupyterLab Light", "JupyterLab Dark")


@pytest.fixture(scope="module")
def notebook(site: Site) -> Iterator[Notebook]:
    opened = site.open("06_propagation_policy")
    opened.run_all()
    opened.hide_files()
    yield opened
    opened.close()


@pytest.fixture(params=THEMES)
def theme(request: pytest.FixtureRequest, notebook: Notebook) -> str:
    name = str(request.param)
    notebook.theme(name)
    return name


def luminance(pixels: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Relative luminance, as WCAG 2.2 defines it, of sRGB values from 0 to 1."""
    linear = np.where(pixels <= 0.04045, pixels / 12.92, ((pixels + 0.055) / 1.055) ** 2.4)
    return linear @ np.array([0.2126, 0.7152, 0.0722])


def contrast(picture: Locator) -> float:
    """Of the writing beside the bars of a chart, against the page that shows through."""
    shot = matplotlib.image.imread(io.BytesIO(picture.screenshot()))[..., :3].astype(np.float64)
    names = luminance(shot[:, : shot.shape[1] // 10])
    ground = float(np.median(names))
    return max((max(ink, ground) + 0.05) / (min(ink, ground) + 0.05) for ink in (names.min(), names.max()))


def test_charts_are_legible(theme: str, notebook: Notebook) -> None:
    picture = notebook.output("lab.chart_distribution(").locator("svg").first
    notebook.show(picture)
    assert contrast(picture) >= TEXT
    shade = "dark" if theme.endswith("Dark") else "light"
    notebook.show(notebook.cell("lab.chart_objects("))
    notebook.screenshot(f"chain-{shade}")
    notebook.show(notebook.heading("Move the weights yourself"), below=20)
    notebook.screenshot(f"distribution-{shade}")


def test_outputs_pass_axe(theme: str, notebook: Notebook) -> None:
    """Of our outputs only: what JupyterLab puts around them is its own."""
    options = {
        "runOnly": {"type": "tag", "values": WCAG},
        "rules": {rule: {"enabled": False} for rule in NOT_OURS},
    }
    found = Axe().run(notebook.page, context=".jp-OutputArea-output", options=options)
    assert found.violations_count == 0, found.generate_report()


def test_every_picture_says_in_words_what_it_shows(notebook: Notebook) -> None:
    pictures = notebook.page.locator(".jp-OutputArea figure svg")
    assert pictures.count() == 3
    for picture in pictures.all():
        assert (picture.get_attribute("aria-label") or "").endswith(".")


def test_every_slider_has_a_label(notebook: Notebook) -> None:
    rows = notebook.page.locator(".jp-OutputArea .widget-slider")
    labels = rows.locator("label").all_inner_texts()
    assert labels == ["k3d-cluster-1", "k3d-cluster-2", "k3d-cluster-3", "replicas"]
    titles = [label.get_attribute("title") for label in rows.locator("label").all()]
    assert titles == [
        *(f"the weight of {name}" for name in labels[:3]),
        "how many replicas in all",
    ]
