"""Chromium, and a JupyterLab for each file of tests. Where there is no Chromium the tests are skipped."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from karmada_nb import Lab
from tests.browser.jupyter import served
from tests.browser.page import Notebook

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--no-first-run",
    "--disable-component-update",
    "--disable-sync",
]


@dataclass(frozen=True)
class Site:
    """A JupyterLab that runs, the folder of the lab that its notebooks use, and a browser to see them in."""

    url: str
    state: Path
    browser: Browser

    def open(self, name: str) -> Notebook:
        page: Page = self.browser.new_page(viewport={"width": 1400, "height": 900})
        return Notebook.open(page, self.url, name)

    def lab(self) -> Lab:
        """The lab that a notebook started, for asking its clusters; it must not be stopped."""
        return Lab.open(state_dir=self.state)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Of a module and not of the session: playwright's event loop must be gone before other tests' begin."""
    path = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
    if path is None:
        pytest.skip(
            f"expected Chromium, found none of {', '.join(NAMES)}: apt-get install chromium, or set CHROMIUM"
        )
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def site(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("jupyter")
    with served(folder) as url:
        yield Site(url, folder / "lab", browser)
