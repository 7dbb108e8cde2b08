"""When things go wrong: each message says what was found and what to do next, and nothing stays broken."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from karmada_nb.tools import kubectl_path
from tests.conftest import free_base_port
from tests.engine.lab_process import LabProcess, karmada_nb

POLICY = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: lost}
spec:
  replicas: 1
  selector: {matchLabels: {app: lost}}
  template:
    metadata: {labels: {app: lost}}
    spec: {containers: [{name: c, image: nginx}]}
---
apiVersion: policy.karmada.io/v1alpha1
kind: PropagationPolicy
metadata: {name: lost}
spec:
  resourceSelectors: [{apiVersion: apps/v1, kind: Deployment, name: lost}]
  placement: {clusterAffinity: {clusterNames: [no-such-cluster]}}
"""


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LabProcess]:
    made = LabProcess(tmp_path_factory.mktemp("trouble") / "lab", free_base_port())
    made.up("--members", "1", "--nodes", "1")
    yield made
    made.kill()


def refused(*words: str, env: dict[str, str] | None = None) -> str:
    """What a command says that fails."""
    done = karmada_nb(*words, check=False, env={**os.environ, **(env or {})})
    assert done.returncode not in (0, 3), done.stdout
    assert "Traceback" not in done.stderr
    return done.stderr


def where(lab: LabProcess) -> tuple[str, str]:
    return "--state-dir", str(lab.folder.path)


def on_karmada(lab: LabProcess, *words: str, stdin: str = "") -> "subprocess.CompletedProcess[str]":
    command = [kubectl_path(), "--kubeconfig", str(lab.folder.karmada_config), *words]
    return subprocess.run(command, input=stdin, capture_output=True, text=True, timeout=60, check=False)


def test_a_port_in_use(tmp_path: Path) -> None:
    base = free_base_port()
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", base + 1))
        taken.listen()
        said = refused("up", "--state-dir", str(tmp_path / "lab"), "--base-port", str(base))
        assert f"port {base + 1} is in use on 127.0.0.1. Choose others with --base-port" in said
        assert f"ss -ltnp 'sport = :{base + 1}'" in said
    assert not (tmp_path / "lab" / "plan.json").exists()


def test_a_port_of_a_stopped_lab_taken_by_another(lab: LabProcess) -> None:
    lab.down()
    with socket.socket() as taken:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        taken.bind(("127.0.0.1", lab.base_port))
        taken.listen()
        said = refused("up", *where(lab))
        assert f"port {lab.base_port}, where this lab's clusters were, is in use now" in said
        assert "--state-dir" in said
    lab.up()


def test_an_engine_that_died(lab: LabProcess) -> None:
    lab.kill()
    done = karmada_nb("status", *where(lab), check=False)
    assert done.returncode == 3
    assert "Start one with: karmada-nb up" in done.stdout
    assert "was refused" in on_karmada(lab, "get", "clusters").stderr
    lab.up()
    assert "k3d-cluster-1" in on_karmada(lab, "get", "clusters").stdout


@pytest.mark.parametrize(
    "text", ["", '{"members": 3, "no', "[]", '{"format": 1}', '{"format": 1, "ports": 5}']
)
def test_a_folder_left_half_written(tmp_path: Path, text: str) -> None:
    (tmp_path / "plan.json").write_text(text)
    for command in ("up", "kubeconfig"):
        said = refused(command, "--state-dir", str(tmp_path))
        assert "plan.json cannot be read" in said
        assert f"Start afresh with: rm -r {tmp_path}" in said


def test_a_folder_of_a_newer_release(tmp_path: Path) -> None:
    (tmp_path / "plan.json").write_text('{"format": 99}')
    said = refused("up", "--state-dir", str(tmp_path))
    assert "was made by a newer release (format 99)" in said
    assert "another --state-dir" in said


def test_data_that_is_none(tmp_path: Path) -> None:
    made = LabProcess(tmp_path / "lab", free_base_port())
    made.up("--clusters-only", "--members", "1", "--nodes", "1")
    made.down()
    database = made.folder.database("k3d-cluster-1")
    database.with_name(database.name + "-wal").unlink(missing_ok=True)
    database.write_bytes(b"half a page of nothing" * 50)
    said = refused("up", *where(made))
    assert "cannot be read as a cluster's data" in said
    assert f"rm -r {database.parent}" in said


def test_a_second_engine_in_the_same_folder(lab: LabProcess) -> None:
    command = [sys.executable, "-m", "karmada_nb.engine.server", *where(lab)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 1
    assert f"another engine already runs in {lab.folder.path}" in done.stderr
    assert f"karmada-nb status --state-dir {lab.folder.path}" in done.stderr


def test_up_twice_at_once_makes_one_lab(lab: LabProcess) -> None:
    lab.down()
    command = [sys.executable, "-m", "karmada_nb", "up", *where(lab)]
    both = [
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) for _ in "12"
    ]
    said = [process.communicate(timeout=90) for process in both]
    assert [process.returncode for process in both] == [0, 0], said


def test_a_manifest_that_does_not_parse(lab: LabProcess) -> None:
    done = on_karmada(lab, "apply", "-f", "-", stdin="apiVersion: v1\nkind: ConfigMap\n  metadata: x\n")
    assert "mapping values are not allowed in this context" in done.stderr
    done = on_karmada(lab, "apply", "-f", "-", stdin=POLICY.replace("placement:", "placment:"))
    assert 'unknown field "spec.placment"' in done.stderr


def test_a_policy_that_names_an_unknown_cluster(lab: LabProcess) -> None:
    done = on_karmada(lab, "apply", "-f", "-", stdin=POLICY)
    assert done.returncode == 0, done.stderr
    condition = "jsonpath={.status.conditions[?(@.type=='Scheduled')].status}"
    rb = "resourcebinding/lost-deployment"
    deadline = time.monotonic() + 20
    while on_karmada(lab, "get", rb, "-o", condition).stdout != "False":
        assert time.monotonic() < deadline
    shown = on_karmada(lab, "describe", rb).stdout
    assert "no clusters fit" in shown, shown
    on_karmada(lab, "delete", "deployment/lost", "propagationpolicy/lost")


def test_joining_twice(lab: LabProcess) -> None:
    karmadactl = ("karmadactl", "--kubeconfig", str(lab.folder.karmada_config))
    said = refused(
        *karmadactl,
        "join",
        "k3d-cluster-1",
        f"--cluster-kubeconfig={lab.kubeconfig(1)}",
        env={"KARMADA_NB_STATE": str(lab.folder.path)},
    )
    assert "k3d-cluster-1" in said
    assert "already exist" in said or "has been registered" in said or "already joined" in said


def test_a_wrong_kubeconfig(lab: LabProcess, tmp_path: Path) -> None:
    missing = tmp_path / "missing.config"
    said = refused("karmadactl", "--kubeconfig", str(missing), "get", "clusters")
    assert str(missing) in said
    said = refused("kubeconfig", "nowhere", *where(lab))
    assert "expected one of control-plane, k3d-cluster-1, karmada, found nowhere" in said


def test_no_lab_at_all(tmp_path: Path) -> None:
    said = refused("kubeconfig", "--state-dir", str(tmp_path / "none"))
    assert f"Start one with: karmada-nb up --state-dir {tmp_path / 'none'}" in said
    assert "was not running" in karmada_nb("down", "--state-dir", str(tmp_path / "none")).stdout


@pytest.mark.parametrize("seconds", [0.3, 1.0])
def test_interrupted_while_it_waits_the_next_up_works(tmp_path: Path, seconds: float) -> None:
    made = LabProcess(tmp_path / "lab", free_base_port())
    where_ = ["--state-dir", str(made.folder.path), "--base-port", str(made.base_port), "--members", "1"]
    command = [sys.executable, "-m", "karmada_nb", "up", *where_]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    time.sleep(seconds)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=30)
    assert "Traceback" not in said
    try:
        made.up("--members", "1")
        assert "is ready" in karmada_nb("status", "--state-dir", str(made.folder.path)).stdout
    finally:
        made.kill()
