"""A lab as a user has it: the command line, its process, and clients that know only the kubeconfigs."""

import os
import signal
import ssl
import subprocess
import sys
from pathlib import Path
from typing import Any

import aiohttp
import yaml

from karmada_nb.engine.pki import write_private
from karmada_nb.engine.state import StateFolder


def karmada_nb(*words: str, check: bool = True, **more: Any) -> "subprocess.CompletedProcess[str]":
    """Run the command line; its output is kept."""
    done = subprocess.run(
        [sys.executable, "-m", "karmada_nb", *words], capture_output=True, text=True, timeout=90, **more
    )
    assert not check or done.returncode == 0, done.stderr
    return done


class LabProcess:
    """One state folder and whatever runs in it."""

    def __init__(self, path: Path, base_port: int) -> None:
        self.folder = StateFolder(path)
        self.base_port = base_port

    def up(self, *words: str) -> str:
        """Start it; returns what was said."""
        where = ["--state-dir", str(self.folder.path), "--base-port", str(self.base_port)]
        return karmada_nb("up", *where, *words).stdout

    def down(self) -> None:
        karmada_nb("down", "--state-dir", str(self.folder.path))

    def kill(self) -> None:
        """End the engine as a power cut would: it gets no chance to do anything."""
        pid = self.folder.running()
        if pid:
            os.kill(pid, signal.SIGKILL)
            while self.folder.running() is not None:
                pass

    def kubeconfig(self, index: int) -> Path:
        return self.folder.kubeconfig(index)

    def session(self, kubeconfig: Path) -> aiohttp.ClientSession:
        """A client with the credentials of a kubeconfig."""
        return session(kubeconfig, self.folder.path)


def session(kubeconfig: Path, scratch: Path) -> aiohttp.ClientSession:
    import base64

    config = yaml.safe_load(kubeconfig.read_text())
    cluster, user = config["clusters"][0]["cluster"], config["users"][0]["user"]
    tls = ssl.create_default_context(cadata=base64.b64decode(cluster["certificate-authority-data"]).decode())
    pair = scratch / f"client-{kubeconfig.name}.pem"
    write_private(
        pair,
        base64.b64decode(user["client-certificate-data"]) + base64.b64decode(user["client-key-data"]),
    )
    tls.load_cert_chain(pair)
    return aiohttp.ClientSession(cluster["server"], connector=aiohttp.TCPConnector(ssl=tls))
