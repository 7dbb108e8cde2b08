"""A JupyterLab of the tests' own: its settings, its copy of the course and its lab lie in one folder."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from karmada_nb.backends.embedded import Embedded

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
START_SECONDS = 60
SETTINGS = {
    # Every cell is in the page, whether it is scrolled into view or not.
    "notebook-extension/tracker": {"windowingMode": "none"},
    # Nobody asks anybody for news.
    "apputils-extension/notification": {"fetchNews": "false", "checkForUpdates": False},
}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def environment(folder: Path) -> dict[str, str]:
    """Where Jupyter, IPython and the lab keep what they keep: all of it in ``folder``."""
    homes = {
        "JUPYTER_CONFIG_DIR": "config",
        "JUPYTER_RUNTIME_DIR": "runtime",
        "JUPYTERLAB_SETTINGS_DIR": "settings",
        "JUPYTERLAB_WORKSPACES_DIR": "workspaces",
        "IPYTHONDIR": "ipython",
        "KARMADA_NB_STATE": "lab",
        "KARMADA_NB_PROGRESS": "progress.json",
    }
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}"
    return {**os.environ, "PATH": path, **{name: str(folder / home) for name, home in homes.items()}}


def wait_for(url: str, process: subprocess.Popen[bytes], log: Path) -> str:
    """What ``url`` answers, as soon as it does."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=5) as answer:
                return str(answer.read().decode())
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.1)
    raise AssertionError(f"expected {url} to answer within {START_SECONDS} s, found:\n{log.read_text()}")


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """A JupyterLab on a copy of the course, as its address; it and the lab's engine end with the block."""
    shutil.copytree(NOTEBOOKS, folder / "notebooks")
    for name, values in SETTINGS.items():
        extension, plugin = name.split("/")
        kept = folder / "settings" / "@jupyterlab" / extension / f"{plugin}.jupyterlab-settings"
        kept.parent.mkdir(parents=True)
        kept.write_text(json.dumps(values))
    port, log = free_port(), folder / "jupyter.log"
    command = [sys.executable, "-m", "jupyterlab", str(folder / "notebooks"), "--no-browser", "--allow-root"]
    command += [f"--ServerApp.port={port}", "--ServerApp.port_retries=0", "--IdentityProvider.token="]
    command += ["--ServerApp.ip=127.0.0.1", "--LabApp.expose_app_in_browser=True"]
    with log.open("wb") as said:
        process = subprocess.Popen(command, env=environment(folder), stdout=said, stderr=subprocess.STDOUT)
    try:
        wait_for(f"http://127.0.0.1:{port}/api/status", process, log)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(20)
        Embedded(folder / "lab").down()
