"""``karmada-nb`` from a terminal, on a lab of its own."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
import yaml

from karmada_nb.tools import kubectl_path
from tests.conftest import free_base_port


class Terminal:
    """Calls karmada-nb as a user does, with the lab's folder said by the environment."""

    def __init__(self, state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.state = state
        monkeypatch.setenv("KARMADA_NB_STATE", str(state))

    def __call__(self, *words: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [sys.executable, "-m", "karmada_nb", *words],
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )

    def good(self, *words: str) -> str:
        done = self(*words)
        assert done.returncode == 0, done.stderr
        return done.stdout


@pytest.fixture(scope="module")
def state(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("cli") / "lab"
    with pytest.MonkeyPatch.context() as patch:
        terminal = Terminal(folder, patch)
        terminal.good("up", "--members", "2", "--nodes", "1", "--base-port", str(free_base_port()))
        yield folder
        terminal.good("down")
        assert terminal("status").returncode == 3


@pytest.fixture
def terminal(state: Path, monkeypatch: pytest.MonkeyPatch) -> Terminal:
    return Terminal(state, monkeypatch)


@pytest.fixture
def nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """A terminal before there is any lab."""
    return Terminal(tmp_path / "none", monkeypatch)


def test_every_command_is_in_the_help(nowhere: Terminal) -> None:
    shown = nowhere.good("--help")
    for name in ("up", "down", "status", "env", "kubeconfig", "karmadactl", "k3d", "explain", "tutorial"):
        assert f"\n  {name} " in shown
        assert "Usage:" in nowhere.good(name, "--help")


def test_up_again_finds_the_lab_that_runs(terminal: Terminal) -> None:
    assert f"The lab runs in {terminal.state}" in terminal.good("up")


def test_status_names_every_cluster(terminal: Terminal) -> None:
    found = json.loads(terminal.good("status", "--json"))
    assert found["running"] is True
    assert list(found["clusters"]) == ["control-plane", "k3d-cluster-1", "k3d-cluster-2"]


def test_kubeconfigs_are_listed_printed_and_merged(terminal: Terminal) -> None:
    listed = [line.split()[0] for line in terminal.good("kubeconfig").splitlines()]
    assert listed == ["control-plane", "k3d-cluster-1", "k3d-cluster-2", "karmada"]
    printed = terminal.good("kubeconfig", "cluster-1")
    assert printed == (terminal.state / "c1.kubeconfig").read_text()
    merged = yaml.safe_load(terminal.good("kubeconfig", "--merged"))
    assert [context["name"] for context in merged["contexts"]] == [
        *("k3d-control-plane", "k3d-cluster-1", "k3d-cluster-2", "karmada-apiserver")
    ]


def test_an_unknown_kubeconfig_is_answered_with_those_there_are(terminal: Terminal) -> None:
    done = terminal("kubeconfig", "cluster-9")
    assert done.returncode == 1
    assert (
        "expected one of control-plane, k3d-cluster-1, k3d-cluster-2, karmada, found cluster-9" in done.stderr
    )


def test_before_there_is_a_lab_it_says_how_to_start_one(nowhere: Terminal) -> None:
    done = nowhere("kubeconfig")
    assert done.returncode == 1
    assert "karmada-nb up" in done.stderr


def test_k3d_prints_a_kubeconfig_as_the_article_wants_it(terminal: Terminal) -> None:
    config = terminal.good("k3d", "kubeconfig", "get", "cluster-2")
    assert yaml.safe_load(config)["current-context"] == "k3d-cluster-2"


def test_k3d_finds_clusters_that_run(terminal: Terminal) -> None:
    created = terminal("k3d", "cluster", "create", "cluster-1", "--image", "k3s", "--wait")
    assert created.stdout.startswith("Cluster 'cluster-1' runs at https://127.0.0.1:")
    assert "no effect" in created.stderr
    listed = [line.split()[0] for line in terminal.good("k3d", "cluster", "list").splitlines()]
    assert listed == ["NAME", "control-plane", "cluster-1", "cluster-2"]


@pytest.mark.parametrize("words", [("node", "list"), ("cluster", "start"), ("cluster", "create", "other")])
def test_k3d_says_what_it_does_not_do(terminal: Terminal, words: tuple[str, ...]) -> None:
    done = terminal("k3d", *words)
    assert done.returncode == 1
    assert "use the real k3d" in done.stderr


def test_karmadactl_gets_every_word(terminal: Terminal) -> None:
    config = str(terminal.state / "karmada-apiserver.config")
    shown = terminal.good("karmadactl", "--kubeconfig", config, "get", "clusters", "-s", "karmada")
    assert [line.split()[0] for line in shown.splitlines()] == ["NAME", "k3d-cluster-1", "k3d-cluster-2"]
    assert "karmadactl join CLUSTER_NAME" in terminal.good("karmadactl", "join", "--help")


def test_explain_tells_where_replicas_go(terminal: Terminal, tmp_path: Path) -> None:
    config = str(terminal.state / "karmada-apiserver.config")
    manifest = tmp_path / "web.yaml"
    policy = {
        "apiVersion": "policy.karmada.io/v1alpha1",
        "kind": "PropagationPolicy",
        "metadata": {"name": "web"},
        "spec": {
            "resourceSelectors": [{"apiVersion": "apps/v1", "kind": "Deployment", "name": "web"}],
            "placement": {
                "replicaScheduling": {
                    "replicaSchedulingType": "Divided",
                    "replicaDivisionPreference": "Weighted",
                }
            },
        },
    }
    manifest.write_text(yaml.safe_dump(policy))
    at = ("karmadactl", "--kubeconfig", config)
    terminal.good(*at, "create", "deployment", "web", "--image=nginx", "--replicas=3")
    terminal.good(*at, "apply", "-f", str(manifest))
    for reached in ("create", "jsonpath={.spec.clusters[0].name}"):
        wait = ("wait", "rb/web-deployment", f"--for={reached}", "--timeout=30s")
        subprocess.run([kubectl_path(), "--kubeconfig", config, *wait], check=True, capture_output=True)
    page = terminal.good("explain", "placement", "web")
    assert page.startswith("Binding default/web-deployment of Deployment web\n3 replicas, ")
    assert "1. Filter: which clusters fit?" in page
    assert page.splitlines()[-1].startswith("Result: ")


def test_explain_of_what_has_no_binding(terminal: Terminal) -> None:
    done = terminal("explain", "placement", "nothing")
    assert done.returncode == 1
    assert "expected a binding nothing-deployment in default, found " in done.stderr


def test_doctor_finds_what_a_lab_needs(terminal: Terminal) -> None:
    shown = terminal.good("doctor")
    assert "ok       kubectl" in shown
    assert "MISSING" not in shown
    assert f"the lab in {terminal.state} has" in shown


def test_doctor_says_what_to_do_without_kubectl(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KUBECTL", "no-such-kubectl")
    done = terminal("doctor")
    assert done.returncode == 1
    assert "MISSING  kubectl" in done.stdout
    assert "Unset it" in done.stdout


def test_doctor_asks_dockers_engine(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A command without its engine runs no cluster."""
    program = tmp_path / "docker"
    program.write_text("#!/bin/sh\nexit 1\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    shown = terminal.good("doctor")
    assert f"absent   docker       {program} is there, and its engine does not answer" in shown
    program.write_text("#!/bin/sh\n")
    assert f"ok       docker       {program}\n" in terminal.good("doctor")


def _notebook(path: Path, *cells: str) -> None:
    made = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell(cell) for cell in cells],
        metadata={"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}},
    )
    nbformat.write(made, path)


def test_tutorial_runs_every_notebook_and_names_the_cell_that_fails(
    nowhere: Terminal, tmp_path: Path
) -> None:
    folder, out = tmp_path / "notebooks", tmp_path / "results"
    folder.mkdir()
    _notebook(folder / "01_bad.ipynb", "a = 1", "a / 0")
    _notebook(folder / "02_good.ipynb", "print('done')")
    done = nowhere("tutorial", "--notebooks-dir", str(folder), "--out", str(out))
    assert done.returncode == 1
    assert (
        "01_bad failed in\n  cell In [2]\n    a / 0\n  ZeroDivisionError: division by zero\n" in done.stderr
    )
    assert f"1 of 2 notebooks ran to the end. The results are in {out}/" in done.stdout
    assert "done" in (out / "02_good.ipynb").read_text()


def test_tutorial_in_chinese_is_judged_in_chinese(nowhere: Terminal, tmp_path: Path) -> None:
    folder, out = tmp_path / "notebooks", tmp_path / "results"
    (folder / "zh").mkdir(parents=True)
    _notebook(folder / "01_english.ipynb", "1 / 0")
    _notebook(folder / "zh" / "01_chinese.ipynb", "from karmada_nb import check", "check('why')")
    nowhere.good("tutorial", "--notebooks-dir", str(folder), "--language", "zh", "--out", str(out))
    assert "还没有做: 请给出两个数" in (out / "01_chinese.ipynb").read_text(encoding="utf-8")


def test_tutorial_refuses_a_notebook_that_is_not_there(nowhere: Terminal) -> None:
    done = nowhere("tutorial", "--notebook", "99_none")
    assert done.returncode == 1
    assert "00_start_here" in done.stderr
    assert done.stderr.endswith("found 99_none\n")
