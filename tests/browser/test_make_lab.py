"""``make lab`` brings a reader to the course, and starts the clusters meanwhile."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import orjson
import pytest

from karmada_nb.backends.embedded import Embedded
from tests.browser.jupyter import environment, free_port, wait_for

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]


@pytest.mark.skipif(shutil.which("make") is None, reason="expected make, found none")
@pytest.mark.parametrize(("words", "place"), [([], "course"), (["NOTEBOOKS=notebooks/zh"], "course-zh")])
def test_it_opens_the_course(words: list[str], place: str, tmp_path: Path) -> None:
    port, log, config = free_port(), tmp_path / "log", tmp_path / "config" / "jupyter_server_config.json"
    config.parent.mkdir()
    server = {"open_browser": False, "port": port, "port_retries": 0, "allow_root": True, "ip": "127.0.0.1"}
    config.write_text(json.dumps({"ServerApp": server, "IdentityProvider": {"token": ""}}))
    # The environment is there already: make is told not to set it up again.
    command = ["make", "-o", f"{sys.prefix}/.ready", f"VENV={sys.prefix}", "lab", *words]
    with log.open("wb") as said:
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            env=environment(tmp_path),
            stdout=said,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        wait_for(f"http://127.0.0.1:{port}/api/status", process, log)
        [opening] = (tmp_path / "runtime").glob("jpserver-*-open.html")
        address = re.search(r'href="([^"]+)"', opening.read_text())
        assert address
        assert urlsplit(address[1]).path == f"/lab/workspaces/{place}"
        [kept] = (tmp_path / "workspaces").glob("*.jupyterlab-workspace")
        assert orjson.loads(kept.read_bytes())["metadata"]["id"] == place
        assert "jupyter-config-data" in wait_for(address[1], process, log)
        settings = f"http://127.0.0.1:{port}/lab/api/settings/@jupyterlab"
        tracker = orjson.loads(wait_for(f"{settings}/notebook-extension:tracker", process, log))
        assert tracker["schema"]["properties"]["codeCellConfig"]["default"]["lineWrap"] is True
        news = orjson.loads(wait_for(f"{settings}/apputils-extension:notification", process, log))
        assert news["schema"]["properties"]["fetchNews"]["default"] == "false"
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(20)
        lab = Embedded(tmp_path / "lab")
        assert lab.folder.path.exists(), "the clusters were started"
        lab.down()
