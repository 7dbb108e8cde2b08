"""Bare labs of both editions, and karmadactl to call on them."""

import io
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from karmada_nb.backends.embedded import Embedded
from karmada_nb.karmadactl import main
from karmada_nb.tools import kubectl_path
from tests.conftest import free_base_port


@dataclass(frozen=True)
class Said:
    """What a command said, and how it ended."""

    code: int
    out: str
    err: str


@dataclass(frozen=True)
class Site:
    """One lab. ``call`` is karmadactl at its Karmada, ``kubectl`` is kubectl at one of its clusters."""

    folder: Path
    edition: str

    @property
    def karmada(self) -> str:
        return str(self.folder / "karmada-apiserver.config")

    def member(self, index: int) -> str:
        return str(self.folder / f"c{index}.kubeconfig")

    def call(self, *words: str) -> Said:
        return self.bare("--kubeconfig", self.karmada, *words)

    def bare(self, *words: str) -> Said:
        out, err = io.StringIO(), io.StringIO()
        code = main(words, out, err)
        return Said(code, out.getvalue(), err.getvalue())

    def kubectl(self, config: str, *words: str, given: str = "") -> str:
        done = subprocess.run(
            [kubectl_path(), "--kubeconfig", config, *words],
            input=given,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout


def _site(folder: Path, edition: str) -> Iterator[Site]:
    lab = Embedded(folder, edition=edition, nodes=1, base_port=free_base_port())
    lab.up(lambda step: None)
    try:
        yield Site(folder, edition)
    finally:
        lab.down()


@pytest.fixture(scope="module", params=["article", "current"])
def site(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A lab of each edition, with bare clusters; the tests of a module build on each other's work."""
    yield from _site(tmp_path_factory.mktemp(request.param), request.param)


@pytest.fixture(scope="module")
def joined(site: Site) -> Site:
    """The same with Karmada and two members."""
    if not Path(site.karmada).exists():
        assert site.bare("--kubeconfig", str(site.folder / "cp.kubeconfig"), "init").code == 0
    for index in (1, 2):
        words = ("join", f"k3d-cluster-{index}", f"--cluster-kubeconfig={site.member(index)}")
        said = site.call(*words)
        assert said.code == 0, said.err
    site.kubectl(site.karmada, "wait", "cluster", "--all", "--for=condition=Ready", "--timeout=30s")
    return site
