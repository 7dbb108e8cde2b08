"""Karmada's own karmadactl against a lab: the same program that manages a real Karmada.

Runs where the environment variable KARMADACTL names one (of the line that docs/editions.md calls current).
"""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from karmada_nb.backends.embedded import Embedded
from karmada_nb.karmadactl import main
from karmada_nb.tools import kubectl_path
from tests.conftest import free_base_port

PROGRAM = os.environ.get("KARMADACTL", "")
pytestmark = pytest.mark.skipif(not PROGRAM, reason="KARMADACTL names no real karmadactl")
MEMBERS = FIRST, SECOND = "k3d-cluster-1", "k3d-cluster-2"


class Real:
    """``call`` runs the real program at the lab's Karmada."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.karmada = str(folder / "karmada-apiserver.config")

    def member(self, index: int) -> str:
        return str(self.folder / f"c{index}.kubeconfig")

    def call(self, *words: str) -> subprocess.CompletedProcess[str]:
        line = [PROGRAM, "--kubeconfig", self.karmada, *words]
        return subprocess.run(line, capture_output=True, text=True, check=False, timeout=60)

    def said(self, *words: str) -> str:
        done = self.call(*words)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def kubectl(self, config: str, *words: str) -> str:
        line = [kubectl_path(), "--kubeconfig", config, *words]
        done = subprocess.run(line, capture_output=True, text=True, check=False, timeout=90)
        assert done.returncode == 0, done.stderr
        return done.stdout


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Real]:
    """A lab with Karmada and two members, which the real program has joined."""
    folder = tmp_path_factory.mktemp("real")
    lab = Embedded(folder, edition="current", members=2, nodes=1, base_port=free_base_port())
    lab.up(lambda step: None)
    try:
        with (folder / "init").open("w") as told:
            assert main(("--kubeconfig", str(folder / "cp.kubeconfig"), "init"), told, told) == 0
        made = Real(folder)
        for index, name in enumerate(MEMBERS, 1):
            out = made.said("join", name, f"--cluster-kubeconfig={made.member(index)}")
            assert out == f"cluster({name}) is joined successfully\n"
        yield made
    finally:
        lab.down()


def test_clusters_are_shown(real: Real) -> None:
    real.kubectl(real.karmada, "wait", "cluster", "--all", "--for=condition=Ready", "--timeout=60s")
    header, *rows = (line.split() for line in real.said("get", "clusters").splitlines())
    assert header == ["NAME", "CLUSTER", "VERSION", "MODE", "READY", "AGE", "ADOPTION"]
    assert [(row[0], row[3], row[4]) for row in rows] == [(name, "Push", "True") for name in MEMBERS]


def test_a_cluster_has_one_name(real: Real) -> None:
    again = real.call("join", "another", f"--cluster-kubeconfig={real.member(1)}")
    assert again.returncode == 1
    assert "the cluster ID" in again.stderr


def test_cordon_and_taint(real: Real) -> None:
    assert real.said("cordon", FIRST) == f"{FIRST} cluster cordoned\n"
    assert real.said("taint", "clusters", FIRST, "zone=a:NoSchedule") == f"cluster/{FIRST} tainted\n"
    found = real.kubectl(real.karmada, "get", "cluster", FIRST, "-o", "jsonpath={.spec.taints[*].key}")
    assert found.split() == ["zone", "cluster.karmada.io/unschedulable"]
    assert real.said("taint", "clusters", FIRST, "zone-") == f"cluster/{FIRST} untainted\n"
    assert real.said("uncordon", FIRST) == f"{FIRST} cluster uncordoned\n"


def test_what_runs_is_promoted_and_looked_at(real: Real) -> None:
    real.kubectl(real.member(1), "create", "deployment", "web", "--image=nginx")
    real.kubectl(real.member(1), "rollout", "status", "deployment/web", "--timeout=60s")
    promoted = real.said("promote", "deployment", "web", "-C", FIRST)
    assert promoted.splitlines()[-1].endswith("(default/web) is promoted successfully")
    real.kubectl(real.karmada, "wait", "deployment/web", "--for=jsonpath={.status.readyReplicas}=1")
    rows = [line.split() for line in real.said("get", "deployments", "-s", "all").splitlines()]
    assert [(row[0], row[1], row[-1]) for row in rows[1:]] == [("web", "Karmada", "-"), ("web", FIRST, "Y")]
    name = real.said("get", "pods", "-s", "members", "-C", FIRST, "-o", "name").strip()
    where = ("--operation-scope=members", f"--cluster={FIRST}")
    assert real.said("exec", name, *where, "--", "echo", "hello") == "hello\n"
    assert "nginx" in real.said("logs", name, "-C", FIRST)
    assert f"Name:{' ' * 13}{name.removeprefix('pod/')}" in real.said("describe", name, *where)
    assert real.said("top", "pod", "-C", FIRST).splitlines()[1].split()[1] == FIRST


def test_a_cluster_leaves(real: Real) -> None:
    assert real.call("unjoin", SECOND, f"--cluster-kubeconfig={real.member(2)}").returncode == 0
    assert SECOND not in real.kubectl(real.karmada, "get", "clusters", "-o", "name")
    assert "karmada" not in real.kubectl(real.member(2), "get", "clusterroles", "-o", "name")


def test_its_addons_serve_and_go(real: Real) -> None:
    """An estimator, and what is announced in Karmada: all by manifests of the real program."""
    sides = ("--kubeconfig", str(real.folder / "cp.kubeconfig"), "--karmada-kubeconfig", real.karmada)

    def addons(*words: str) -> subprocess.CompletedProcess[str]:
        line = [PROGRAM, "addons", *words, *sides]
        return subprocess.run(line, capture_output=True, text=True, check=False, timeout=90)

    member = ("--member-kubeconfig", real.member(1), "--member-context", FIRST)
    names = (
        "karmada-search",
        "karmada-descheduler",
        "karmada-scheduler-estimator",
    )
    enabled = addons("enable", *names, "-C", FIRST, *member)
    assert enabled.returncode == 0, enabled.stderr
    listed = [
        line.split("|")[1:3] for line in addons("list", "-C", FIRST).stdout.splitlines() if "karmada-" in line
    ]
    known = {name.strip(): status.strip() for name, status in listed}
    assert {name: known[name] for name in names} == dict.fromkeys(names, "enabled")
    assert real.kubectl(real.karmada, "get", "resourceregistries") == ""
    disabled = addons("disable", *names, "-C", FIRST, "--force")
    assert disabled.returncode == 0, disabled.stderr
    assert "search.karmada.io" not in real.kubectl(real.karmada, "api-versions")
