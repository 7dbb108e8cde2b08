"""JupyterLab as a reader uses it: menus, cells, outputs, sliders."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

SCREENSHOTS = Path(__file__).parents[2] / "results" / "screenshots"
OPEN_SECONDS = 60
RUN_SECONDS = 150

_KERNEL_IDLE = """async () => {
    const context = window.jupyterapp?.shell.currentWidget?.sessionContext;
    if (!context) return false;
    await context.ready;
    return context.session?.kernel?.status === 'idle';
}"""
_ALL_RAN = """() => [...document.querySelectorAll('.jp-CodeCell')].every(cell =>
    /\\[\\d+\\]/.test(cell.querySelector('.jp-InputArea-prompt').textContent))"""


@dataclass(frozen=True)
class Notebook:
    """A notebook that is open in JupyterLab."""

    page: Page
    name: str

    @classmethod
    def open(cls, page: Page, url: str, name: str) -> Notebook:
        """Open a notebook alone in the window, and wait for its kernel."""
        page.goto(f"{url}/lab/tree/{name}.ipynb?reset")
        page.locator(".jp-Notebook").wait_for(timeout=OPEN_SECONDS * 1000)
        page.wait_for_function(_KERNEL_IDLE, timeout=OPEN_SECONDS * 1000)
        return cls(page, name)

    def menu(self, *path: str) -> None:
        """Choose from the menu bar: ``menu("Run", "Run All Cells")``."""
        for title in path:
            self.page.get_by_role("menuitem", name=title, exact=True).click(timeout=10_000)

    def theme(self, name: str) -> None:
        """Change JupyterLab's theme."""
        change = "name => window.jupyterapp.commands.execute('apputils:change-theme', {theme: name})"
        self.page.evaluate(change, name)
        light = str("Light" in name).lower()
        expect(self.page.locator("body")).to_have_attribute("data-jp-theme-light", light)

    def run_all(self) -> None:
        """Run all cells; an assertion fails if a cell shows an error or is never done."""
        self.menu("Run", "Run All Cells")
        done = f"() => document.querySelector('{ERROR}') || ({_ALL_RAN})()"
        self.page.wait_for_function(done, timeout=RUN_SECONDS * 1000, polling=100)
        expect(self.page.locator(ERROR)).to_have_count(0)

    def cell(self, source: str) -> Locator:
        """The code cell with this in its source."""
        return self.page.locator(".jp-CodeCell").filter(
            has=self.page.locator(".jp-InputArea-editor", has_text=source)
        )

    def output(self, source: str) -> Locator:
        """What that cell shows."""
        return self.cell(source).first.locator(".jp-OutputArea")

    def hide_files(self) -> None:
        """Give the notebook the whole width."""
        self.page.keyboard.press("Control+b")
        expect(self.page.locator("#jp-left-stack")).to_be_hidden()

    def show(self, locator: Locator, below: int = 90) -> None:
        """Scroll so that something stands ``below`` pixels under the toolbar."""
        locator.evaluate(
            """(element, below) => {
                const panel = document.querySelector('.jp-WindowedPanel-outer');
                const offset = element.getBoundingClientRect().top - panel.getBoundingClientRect().top;
                panel.scrollBy(0, offset - below);
            }""",
            below,
        )

    def heading(self, title: str) -> Locator:
        return self.page.locator(".jp-MarkdownCell").get_by_role("heading", name=title)

    def add_cell(self, source: str) -> None:
        """Write a new last cell and run it."""
        self.page.locator(".jp-Cell").last.click(position={"x": 5, "y": 5})
        self.page.keyboard.press("Escape")
        self.page.keyboard.press("b")
        self.page.keyboard.press("Enter")
        self.page.keyboard.insert_text(source)
        self.page.keyboard.press("Control+Enter")

    def close(self) -> None:
        """End the kernel and leave."""
        address = f"{self.page.url.partition('/lab')[0]}/api/sessions"
        for session in self.page.request.get(address).json():
            self.page.request.delete(f"{address}/{session['id']}")
        self.page.close()

    def screenshot(self, name: str) -> Path:
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        path = SCREENSHOTS / f"{name}.png"
        self.page.screenshot(path=path)
        return path


ERROR = '.jp-RenderedText[data-mime-type="application/vnd.jupyter.error"]'


@dataclass(frozen=True)
class Sliders:
    """The distribution widget on the page."""

    root: Locator

    def slider(self, title: str) -> Locator:
        return self._row(title).get_by_role("slider")

    def _row(self, title: str) -> Locator:
        return self.root.locator(".widget-slider").filter(has_text=re.compile(rf"^{re.escape(title)}"))

    def value(self, title: str) -> int:
        return int(float(self.slider(title).get_attribute("aria-valuenow") or "nan"))

    def press(self, title: str, key: str, times: int = 1) -> None:
        """Move a slider by the keyboard, a step each time."""
        for _ in range(times):
            self.slider(title).press(key)

    def type(self, title: str, value: str) -> None:
        """Write a value into the readout beside a slider."""
        readout = self._row(title).locator(".widget-readout")
        readout.fill(value)
        readout.press("Enter")

    def bar(self, title: str) -> Locator:
        """The filled part of a cluster's bar."""
        return self.root.locator("tr", has_text=title).locator("div div")

    def trouble(self) -> Locator:
        return self.root.get_by_role("alert")
