"""The course as JupyterLab lays it out: lesson and map as tabs, the dashboard beside, in either language."""

import subprocess
import sys

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Site
from tests.browser.jupyter import environment
from tests.browser.page import Notebook

pytestmark = [pytest.mark.browser, pytest.mark.slow]

COURSES = {
    "course": ("notebooks", "Start here", "The course", "Beside the lessons", "Create clusters"),
    "course-zh": ("notebooks/zh", "从这里开始", "课程", "课程旁边的一页", "创建集群"),
}


def laid_out(site: Site, course: str) -> str:
    """The name of the workspace that the command has written."""
    folder = site.state.parent
    command = [sys.executable, "-m", "karmada_nb", "workspace", "--root", "notebooks", "--course", course]
    done = subprocess.run(
        command, cwd=folder, env=environment(folder), capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


def place(shown: Locator) -> dict[str, float]:
    expect(shown).to_be_visible(timeout=60_000)
    found = shown.bounding_box()
    assert found
    return dict(found)


@pytest.mark.parametrize("name", COURSES)
def test_lesson_and_map_stand_beside_the_dashboard(name: str, site: Site) -> None:
    course, lesson, heading, beside, second = COURSES[name]
    assert laid_out(site, course) == name
    page: Page = site.browser.new_page(viewport={"width": 1600, "height": 950})
    page.goto(f"{site.url}/lab/workspaces/{name}")
    left = place(page.get_by_role("heading", name=lesson, exact=True).first)
    expect(page.locator("#jp-left-stack")).to_be_hidden()
    right = place(page.get_by_role("heading", name=beside, exact=True))
    assert left["x"] < right["x"]
    Notebook(page, lesson).screenshot(f"workspace-{name}")
    page.locator(".lm-TabBar-tab", has_text="map.md").click()
    chart = page.locator(".jp-MarkdownViewer")
    above = place(chart.get_by_role("heading", name=heading, exact=True))
    assert above["x"] + above["width"] < right["x"]
    chart.get_by_role("link", name=second, exact=True).click()
    opened = place(page.get_by_role("heading", name=second, exact=True).first)
    assert opened["x"] + opened["width"] < right["x"], "a lesson opens where lessons are"
    Notebook(page, lesson).close()
