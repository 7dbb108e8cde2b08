"""The article, typed into bash line by line."""

import gzip
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import free_base_port

DATA = Path(__file__).parent / "data"
ARTICLE = DATA / "article" / "article.sh"
RECORDED = DATA / "transcripts" / "article-v1.2.txt.gz"
TOOL = (sys.executable, "-m", "karmada_nb")


def sections(text: str) -> dict[str, str]:
    """What each command printed, the first time it was given."""
    found: dict[str, str] = {}
    for part in f"\n{text}".split("\n$ ")[1:]:
        command, _, output = part.partition("\n")
        found.setdefault(command, output.strip("\n"))
    return found


def settled(table: str) -> str:
    """A table without what differs from run to run: ages, versions, ports, and the spaces between columns."""
    text = re.sub(r"\b\d+[smh](\d+s)?\b", "AGE", table)
    text = re.sub(r"v1\.\d+\.\d+(\+k3s\d)?", "VERSION", text)
    text = re.sub(r"127\.0\.0\.1:\d+", "ADDRESS", text)
    text = re.sub(r"(CreationTimestamp: +).*", r"\1TIME", text)
    return re.sub(r"[ -]{2,}", "  ", text)


@pytest.fixture(scope="module")
def typed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """The article's outputs, on a lab of its own."""
    folder = tmp_path_factory.mktemp("article")
    state = folder / "state"
    up = [*TOOL, "up", "--state-dir", state, "--clusters-only", "--base-port", str(free_base_port())]
    subprocess.run(up, check=True, capture_output=True)
    lines = subprocess.run(
        [*TOOL, "env", "--state-dir", state], check=True, capture_output=True, text=True
    ).stdout
    script = ARTICLE.read_text().replace("/tmp/", f"{folder}/")
    environment = {name: value for name, value in os.environ.items() if name != "KUBECONFIG"}
    try:
        done = subprocess.run(
            ["bash", "-c", f"{lines}\n{script}"],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=120,
            env={**environment, "HOME": str(folder)},
            check=False,
        )
        assert done.returncode == 0, done.stdout
        yield sections(done.stdout)
    finally:
        subprocess.run([*TOOL, "down", "--state-dir", state], check=True, capture_output=True)


@pytest.fixture(scope="module")
def recorded() -> dict[str, str]:
    return sections(gzip.decompress(RECORDED.read_bytes()).decode())


def test_init_says_that_karmada_is_installed(typed: dict[str, str]) -> None:
    assert "Karmada is installed successfully." in typed["init"]


def test_every_member_joins(typed: dict[str, str]) -> None:
    joined = [line for line in typed["join"].splitlines() if line.startswith("cluster(")]
    assert joined == [f"cluster(k3d-cluster-{i}) is joined successfully" for i in (1, 2, 3)]


@pytest.mark.parametrize(
    "command",
    [
        "kmd get cluster -o wide",
        "kmd apply -f pipy.yaml",
        "kmd get deployment",
        "kmd describe deployment pipy",
        "kmd apply -f pp.yaml",
        "k1 get deployment",
        "k2 get deployment",
        "k3 get deployment",
        "kmd scale deploy pipy --replicas 3",
    ],
)
def test_prints_what_real_karmada_printed(
    command: str, typed: dict[str, str], recorded: dict[str, str]
) -> None:
    assert settled(typed[command]) == settled(recorded[command])


def test_third_cluster_gets_the_third_pod(typed: dict[str, str]) -> None:
    header, pod = typed["k3 get po"].splitlines()
    assert header.split() == ["NAME", "READY", "STATUS", "RESTARTS", "AGE"]
    assert re.fullmatch(r"pipy-[a-z0-9]+-[a-z0-9]{5} +1/1 +Running +0 +\d+s", pod)


def test_client_is_answered_by_the_pod_of_its_own_cluster(typed: dict[str, str]) -> None:
    pod = typed["k3 get po"].splitlines()[1].split()[0]
    assert typed["curl"] == pod


def test_client_fails_when_its_own_cluster_has_no_pod(typed: dict[str, str]) -> None:
    assert typed["curl after scaling down"].splitlines()[-1] == "exit code 7"
