"""A cluster for other people's clients: they get its kubeconfig, and a namespace of their own."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from karmada_nb.tools import kubectl_path
from tests.conftest import free_base_port
from tests.engine.lab_process import LabProcess


@pytest.fixture(scope="session")
def member(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LabProcess]:
    lab = LabProcess(tmp_path_factory.mktemp("clients") / "lab", free_base_port())
    lab.up("--clusters-only", "--members", "1")
    yield lab
    lab.kill()
    assert "Traceback" not in lab.folder.log.read_text()


@pytest.fixture(scope="session")
def kubeconfig(member: LabProcess) -> Path:
    return member.kubeconfig(1)


@pytest.fixture
def namespace(kubeconfig: Path, request: pytest.FixtureRequest) -> str:
    """A namespace named after the test."""
    name = request.node.name.removeprefix("test_").split("[")[0].replace("_", "-")[:50].rstrip("-")
    command = [kubectl_path(), "--kubeconfig", str(kubeconfig), "create", "namespace", name]
    subprocess.run(command, check=True, capture_output=True)
    return str(name)
