"""``python -m benchmarks.binder``: what a Binder session needs, Jupyter and engine together.

Memory is PSS, memory shared between processes counted once, after the first notebook ran; CPU is of ten idle
seconds. A session begins by ``binder/start``, as it does there. Memory and CPU are asked of the processes
that this script has started and of all they start. CPU until the notebook is usable does not depend on what
else the machine does, as the seconds do.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path
from typing import Any

import nbformat
import psutil
from jupyter_client import BlockingKernelClient

from benchmarks.processes import usage
from karmada_nb.backends.embedded import Embedded

ROOT = Path(__file__).parents[1]
NOTEBOOK = ROOT / "notebooks" / "00_start_here.ipynb"
LIMITS = {"memory, MB (PSS)": 450.0, "CPU when idle, % of a core": 2.0, "first notebook usable, s": 10.0}
IDLE_SECONDS = 10.0


def ask(port: int, path: str, body: dict[str, Any] | None = None) -> Any:
    """The answer of Jupyter Server's API, once it answers."""
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}/{path}", data=json.dumps(body).encode() if body else None
    )
    deadline = time.monotonic() + 60
    while True:
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return json.load(answer)
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)


def answers(client: BlockingKernelClient) -> None:
    """Wait for a kernel that may not have begun to listen. Raises RuntimeError after a minute."""
    deadline = time.monotonic() + 60
    while True:
        try:
            client.wait_for_ready(timeout=60)
            return
        except RuntimeError:
            if time.monotonic() > deadline:
                raise


def run(runtime: Path, kernel: str, cells: list[str]) -> None:
    """Run cells in a kernel that Jupyter Server has started. Raises RuntimeError where one fails."""
    client = BlockingKernelClient(connection_file=str(runtime / f"kernel-{kernel}.json"))
    client.load_connection_file()
    client.start_channels()
    try:
        answers(client)
        for source in cells:
            said = client.execute_interactive(source, timeout=120, output_hook=lambda message: None)
            if said["content"]["status"] != "ok":
                raise RuntimeError(
                    f"expected this cell to run:\n{source}\nfound: {said['content']['evalue']}"
                )
    finally:
        client.stop_channels()


def measure(folder: Path, port: int) -> dict[str, float]:
    """The three figures, and the memory of each part."""
    environment = {
        **os.environ,
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}",
        "KARMADA_NB_STATE": str(folder / "lab"),
        "KARMADA_NB_PROGRESS": str(folder / "progress.json"),
        "JUPYTER_RUNTIME_DIR": str(folder / "runtime"),
        "JUPYTER_CONFIG_DIR": str(folder / "config"),
    }
    command = [
        str(ROOT / "binder" / "start"),
        sys.executable,
        "-m",
        "jupyterlab",
        "--no-browser",
        "--allow-root",
    ]
    command += [
        f"--ServerApp.port={port}",
        "--ServerApp.ip=127.0.0.1",
        "--IdentityProvider.token=",
        "--ServerApp.disable_check_xsrf=True",
    ]
    cells = [c.source for c in nbformat.read(NOTEBOOK, 4).cells if c.cell_type == "code"]
    setup = next(place for place, source in enumerate(cells) if "Lab.open(" in source)
    engine = Embedded(folder / "lab")
    began = time.monotonic()
    server = subprocess.Popen(
        [*command, str(NOTEBOOK.parent)],
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        ask(port, "api/status")
        kernel = ask(port, "api/kernels", {"name": "python3"})["id"]
        run(folder / "runtime", kernel, cells[: setup + 1])
        usable = time.monotonic() - began
        pid = engine.folder.running()
        assert pid
        spent = usage([server.pid, pid]).cpu
        run(folder / "runtime", kernel, cells[setup + 1 :])
        kernels = [
            child.pid for child in psutil.Process(server.pid).children(recursive=True) if child.pid != pid
        ]
        time.sleep(2.0)
        before = usage([server.pid, pid])
        time.sleep(IDLE_SECONDS)
        after = usage([server.pid, pid])
        parts = {"  of which the engine, MB": usage([pid]).pss / 2**20}
        own = sum(psutil.Process(kernel).memory_full_info().pss for kernel in kernels)
        parts["  of which kernels, MB"] = own / 2**20
        parts["  of which Jupyter Server, MB"] = (usage([server.pid]).pss - own) / 2**20
        return {
            "memory, MB (PSS)": after.pss / 2**20,
            **parts,
            "CPU when idle, % of a core": (after.cpu - before.cpu) / IDLE_SECONDS * 100,
            "first notebook usable, s": usable,
            "  CPU of it, s": spent,
        }
    finally:
        server.terminate()
        server.wait(20)
        engine.down()


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.binder")
    parser.add_argument("--port", type=int, default=28899)
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        figures = measure(Path(folder), wanted.port)
    for name, value in figures.items():
        limit = f"  limit {LIMITS[name]:g}" if name in LIMITS else ""
        print(f"{name:30} {value:8.1f}{limit}")


if __name__ == "__main__":
    main()
