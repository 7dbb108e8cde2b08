"""One lab for all tests that need clusters, and the objects recorded from real ones."""

import gzip
import os
import random
import shutil
import socket
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest
import yaml

from karmada_nb import Lab

# A slow machine is no failure.
hypothesis.settings.register_profile("untimed", deadline=None)
hypothesis.settings.load_profile("untimed")

# Verdicts in tests are no learner's; kernels that tests start inherit this.
PROGRESS = Path(tempfile.mkdtemp(prefix="karmada-nb-"))
os.environ["KARMADA_NB_PROGRESS"] = str(PROGRESS / "progress.json")


def pytest_unconfigure() -> None:
    """Leave nothing behind. Workers of xdist end without the exit handlers that would do this."""
    shutil.rmtree(PROGRESS, ignore_errors=True)
    client = sys.modules.get("kubernetes.config.kube_config")
    if client is not None:
        client._cleanup_temp_files()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The files with the most slow tests come first: who got the last of them would work alone at the end."""
    slow = Counter(item.path for item in items if any(map(item.get_closest_marker, ("slow", "browser"))))
    items.sort(key=lambda item: -slow[item.path])


TRANSCRIPTS = Path(__file__).parent / "data" / "transcripts"


def free_base_port(count: int = 8) -> int:
    """The first of ``count`` ports in a row on which nobody listens."""
    while True:
        base = random.randrange(20000, 32000)
        try:
            for port in range(base, base + count):
                with socket.socket() as probe:
                    probe.bind(("127.0.0.1", port))
        except OSError:
            continue
        return base


@pytest.fixture(scope="session")
def lab_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The state folder of the lab that the tests share."""
    return tmp_path_factory.mktemp("lab") / "state"


@pytest.fixture(scope="session")
def lab(lab_dir: Path) -> Iterator[Lab]:
    """An embedded lab with bare clusters; a test brings it where it wants it with ``lab.at``."""
    with Lab.start(state_dir=lab_dir, base_port=free_base_port()) as made:
        yield made


Recorded = Callable[[str], Any]


@pytest.fixture(scope="session", params=["v1.2", "current"])
def recorded(request: pytest.FixtureRequest) -> Recorded:
    """Given a command, what a real Karmada (of v1.2, and of today) answered to it, read as YAML."""
    text = gzip.decompress((TRANSCRIPTS / f"article-{request.param}-objects.txt.gz").read_bytes()).decode()
    sections = {
        part.partition("\n")[0]: part.partition("\n")[2] for part in ("\n" + text).split("\n$ ") if part
    }

    def answer(command: str) -> Any:
        return yaml.safe_load(sections[command])

    return answer
