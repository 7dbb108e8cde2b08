"""Starting and stopping the engine's process, whoever started it."""

import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from karmada_nb.backends.embedded import STOP_SECONDS, Embedded
from tests.conftest import free_base_port

STARTER = """
import sys, time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from karmada_nb.backends.embedded import Embedded

Embedded(Path(sys.argv[1]), base_port=int(sys.argv[2])).up(lambda step: None)
print("up", flush=True)
sys.stdin.read()
"""


def test_down_ends_an_engine_whose_starter_lives_on(tmp_path: Path) -> None:
    command = [sys.executable, "-c", STARTER, str(tmp_path), str(free_base_port())]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as starter:
        assert starter.stdout is not None
        assert starter.stdout.readline() == "up\n"
        lab = Embedded(tmp_path)
        assert lab.status()["running"]
        began = time.monotonic()
        lab.down()
        assert time.monotonic() - began < STOP_SECONDS
        assert not lab.status()["running"]
        assert starter.poll() is None
        starter.communicate("")


def test_down_leaves_alone_what_does_not_run(tmp_path: Path) -> None:
    Embedded(tmp_path / "none").down()
    assert not (tmp_path / "none").exists()


def test_labs_that_start_at_once_have_ports_of_their_own(tmp_path: Path) -> None:
    labs = [Embedded(tmp_path / name, members=1, nodes=1) for name in ("a", "b", "c")]
    with ThreadPoolExecutor(len(labs)) as pool:
        list(pool.map(lambda lab: lab.up(lambda step: None), labs))
    try:
        ports = [port for lab in labs for port in lab.status()["clusters"].values()]
        assert len(set(ports)) == 2 * len(labs)
    finally:
        for lab in labs:
            lab.down()
