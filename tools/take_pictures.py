"""``python -m tools.take_pictures``: takes the README's pictures from the running thing, in both languages.

Named with a language, ``en`` or ``zh``, only its own. The course's workspace is opened in JupyterLab, on a
lab of its own, with the notebook on propagation policies in it and the dashboard beside. Weights are moved
there, and what is seen becomes ``course.png`` and the moving picture ``weights.gif`` in ``docs/pictures``
(``course-zh.png`` in Chinese). Needs Chromium.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
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

from PIL import Image
from playwright.sync_api import Locator, Page, sync_playwright

from karmada_nb.backends.embedded import Embedded

ROOT: Final = Path(__file__).parents[1]
PICTURES: Final = ROOT / "docs" / "pictures"
LESSON: Final = "06_propagation_policy.ipynb"
WIDTH, HEIGHT = 1700, 1240
MOVES: Final = (("replicas", 6), ("k3d-cluster-1", 20), ("k3d-cluster-3", 0), ("k3d-cluster-3", 10))
"""What is typed beside the sliders, one after the other."""
REPLICAS: Final = {"en": "replicas", "zh": "副本"}
FRAME_MS, LAST_MS = 900, 2600
COLOURS: Final = 64
SETTINGS: Final = {
    # Every cell is in the page, whether it is scrolled into view or not; nobody asks for news.
    "notebook-extension/tracker": {"windowingMode": "none"},
    "apputils-extension/notification": {"fetchNews": "false", "checkForUpdates": False},
}


def environment(folder: Path) -> dict[str, str]:
    """Where Jupyter and the lab keep what they keep: all of it in ``folder``."""
    names = ("CONFIG_DIR", "RUNTIME_DIR", "LAB_WORKSPACES_DIR", "LAB_SETTINGS_DIR")
    places = {f"JUPYTER{name}" if "LAB" in name else f"JUPYTER_{name}": str(folder / name) for name in names}
    return {**os.environ, **places, "KARMADA_NB_STATE": str(folder / "lab")}


@contextlib.contextmanager
def jupyter(folder: Path, language: str) -> Iterator[str]:
    """JupyterLab on a copy of the course, as the address of its workspace."""
    shutil.copytree(ROOT / "notebooks", folder / "notebooks")
    for name, values in SETTINGS.items():
        extension, plugin = name.split("/")
        kept = folder / "LAB_SETTINGS_DIR" / "@jupyterlab" / extension / f"{plugin}.jupyterlab-settings"
        kept.parent.mkdir(parents=True)
        kept.write_text(json.dumps(values))
    course = folder / "notebooks" / ("zh" if language == "zh" else "")
    # The workspace opens with its first lesson; here that is the one with the sliders.
    command = [sys.executable, "-m", "karmada_nb", "workspace", "--root", str(folder / "notebooks")]
    asked = [*command, "--course", str(course)]
    name = subprocess.run(asked, env=environment(folder), check=True, capture_output=True, text=True).stdout
    [kept] = (folder / "LAB_WORKSPACES_DIR").iterdir()
    kept.write_text(kept.read_text().replace("00_start_here.ipynb", LESSON))
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = [sys.executable, "-m", "jupyterlab", str(folder / "notebooks"), "--allow-root", "--no-browser"]
    server += [f"--ServerApp.port={port}", "--IdentityProvider.token=", "--LabApp.news_url=None"]
    with subprocess.Popen(
        server, env=environment(folder), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        try:
            address = f"http://127.0.0.1:{port}"
            for _ in range(600):
                with contextlib.suppress(OSError), urllib.request.urlopen(f"{address}/api"):
                    break
                time.sleep(0.1)
            yield f"{address}/lab/workspaces/{name.strip()}"
        finally:
            process.terminate()
            Embedded(folder / "lab").down()


def run(page: Page, panel: Locator) -> None:
    """Run all cells of one of the notebooks that are open."""
    panel.locator(".jp-Cell").first.click(position={"x": 5, "y": 5})
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.locator('[data-command="runmenu:run-all"]').click()


def until_idle(page: Page) -> None:
    """Wait until both notebooks have a kernel, and neither has anything to do."""
    address = f"{page.url.partition('/lab')[0]}/api/sessions"
    states: list[str] = []
    while states != ["idle", "idle"]:
        page.wait_for_timeout(500)
        states = [session["kernel"]["execution_state"] for session in page.request.get(address).json()]


def scroll(panel: Locator, shown: Locator) -> None:
    """Bring something to the top of a notebook."""
    shown.evaluate(
        """element => {
            const panel = element.closest('.jp-WindowedPanel-outer');
            panel.scrollBy(0, element.getBoundingClientRect().top - panel.getBoundingClientRect().top - 8);
        }"""
    )


def photograph(page: Page, language: str) -> list[bytes]:
    """The workspace after each move."""
    panels = page.locator(".jp-NotebookPanel")
    panels.nth(1).locator(".jp-Notebook").wait_for(timeout=90_000)
    until_idle(page)
    lesson = panels.filter(has=page.locator(".jp-Cell", has_text="staticWeightList")).first
    beside = panels.filter(has_text="24 * 3600").first
    run(page, lesson)
    lesson.locator(".widget-hslider").first.wait_for(timeout=240_000)
    run(page, beside)
    beside.locator(".widget-hslider").first.wait_for(timeout=120_000)
    until_idle(page)
    scroll(beside, beside.locator("section").first)
    scroll(lesson, lesson.locator("figure").last)
    frames = [page.screenshot()]
    for title, value in MOVES:
        said = REPLICAS[language] if title == "replicas" else title
        readout = beside.locator(".widget-slider").filter(has_text=said).first.locator(".widget-readout")
        readout.fill(str(value))
        readout.press("Enter")
        page.wait_for_timeout(1_500)
        frames.append(page.screenshot())
    return frames


def animate(frames: list[bytes], path: Path) -> None:
    """The frames as a moving picture of few colours."""
    pictures = [Image.open(io.BytesIO(frame)).convert("RGB") for frame in frames]
    small = [
        picture.resize((WIDTH * 2 // 3, HEIGHT * 2 // 3), Image.Resampling.LANCZOS) for picture in pictures
    ]
    first, *others = (picture.quantize(COLOURS, dither=Image.Dither.NONE) for picture in small)
    times = [FRAME_MS] * len(others) + [LAST_MS]
    first.save(path, save_all=True, append_images=others, duration=times, loop=0, optimize=True)


def main() -> None:
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    PICTURES.mkdir(parents=True, exist_ok=True)
    for language in sys.argv[1:] or ("en", "zh"):
        with (
            tempfile.TemporaryDirectory() as name,
            jupyter(Path(name), language) as address,
            sync_playwright() as tools,
        ):
            browser = tools.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
            page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT})
            page.goto(address)
            frames = photograph(page, language)
            browser.close()
        suffix = "" if language == "en" else f"-{language}"
        (PICTURES / f"course{suffix}.png").write_bytes(frames[-2])
        if language == "en":
            animate(frames, PICTURES / "weights.gif")
    print(*sorted(path.relative_to(ROOT) for path in PICTURES.iterdir()), sep="\n")


if __name__ == "__main__":
    main()
