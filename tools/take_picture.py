"""``python tools/take_picture.py``: takes the README's picture from the running thing.

Runs the notebook on propagation policies in JupyterLab, on a lab of its own, and sets its sliders. Needs
Chromium.
"""

import contextlib
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from playwright.sync_api import Page, TimeoutError, sync_playwright

ROOT: Final = Path(__file__).parents[1]
PICTURE: Final = ROOT / "docs" / "pictures" / "distribution.png"
NOTEBOOK: Final = "06_propagation_policy.ipynb"
WIDTH, HEIGHT = 1280, 860
WEIGHTS: Final = (3, 2, 1)
REPLICAS: Final = 6


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextlib.contextmanager
def jupyter(folder: Path) -> Iterator[str]:
    """JupyterLab on a copy of the notebooks; gives its address."""
    port = free_port()
    command = [sys.executable, "-m", "jupyter", "lab", "--allow-root", "--no-browser", f"--port={port}"]
    command += ["--IdentityProvider.token=", f"--ServerApp.root_dir={folder}", "--LabApp.news_url=None"]
    environment = {**os.environ, "KARMADA_NB_STATE": str(folder / ".lab"), "HOME": str(folder)}
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as server:
        try:
            address = f"http://127.0.0.1:{port}"
            for _ in range(300):
                with contextlib.suppress(OSError), urllib.request.urlopen(f"{address}/api"):
                    break
                time.sleep(0.2)
            yield address
        finally:
            server.terminate()


def run_all(page: Page) -> None:
    """Run every cell up to the sliders, and wait for them."""
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.locator('[data-command="runmenu:run-all"]').click()
    page.locator(".widget-hslider").first.wait_for(timeout=180_000)
    page.locator(".jp-Notebook-ExecutionIndicator[data-status=idle]").first.wait_for(timeout=180_000)


def set_sliders(page: Page) -> None:
    """Type the numbers beside the sliders: weights, then replicas."""
    readouts = page.locator(".widget-hslider .widget-readout")
    for place, value in enumerate((*WEIGHTS, REPLICAS)):
        readouts.nth(place).click()
        page.keyboard.press("Control+A")
        page.keyboard.type(str(value))
        page.keyboard.press("Enter")
        page.wait_for_timeout(700)


def photograph(address: str) -> None:
    """Open the notebook, play with it, and keep what is seen."""
    with sync_playwright() as tools:
        browser = tools.chromium.launch(
            executable_path=shutil.which("chromium") or shutil.which("google-chrome"), args=["--no-sandbox"]
        )
        page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT}, device_scale_factor=1.5)
        page.goto(f"{address}/lab/tree/{NOTEBOOK}?reset")
        page.locator(".jp-Notebook").first.wait_for(timeout=60_000)
        page.get_by_text("No Kernel").first.wait_for(state="detached", timeout=60_000)
        run_all(page)
        with contextlib.suppress(TimeoutError):
            page.get_by_role("button", name="No", exact=True).click(timeout=5_000)
        page.keyboard.press("Control+B")
        set_sliders(page)
        page.get_by_role("heading", name=re.compile("Move the weights yourself")).click()
        page.wait_for_timeout(2_000)
        PICTURE.parent.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=PICTURE)
        browser.close()


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        shutil.copy(ROOT / "notebooks" / NOTEBOOK, folder)
        with jupyter(folder) as address:
            try:
                photograph(address)
            finally:
                down = [sys.executable, "-m", "karmada_nb", "down", "--state-dir", str(folder / ".lab")]
                subprocess.run(down, check=True)
    print(PICTURE.relative_to(ROOT))


if __name__ == "__main__":
    main()
