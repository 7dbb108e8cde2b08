"""The magics: what they run, what they show, what they keep."""

import json
import os
import stat
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output

import karmada_nb
from karmada_nb import Lab, LabError, kubectl
from karmada_nb.manifests import Object

FAKE = """#!{python}
import json, os, sys
if sys.argv[1:3] == ["version", "--client"]:
    print(json.dumps({{"clientVersion": {{"major": "1", "minor": "{minor}", "gitVersion": "v1.{minor}.0"}}}}))
    sys.exit()
if "fail" in sys.argv:
    print("it failed", file=sys.stderr)
    sys.exit(3)
stdin = "" if sys.stdin.isatty() else sys.stdin.read()
print(json.dumps({{"arguments": sys.argv[1:], "stdin": stdin, "KUBECONFIG": os.environ.get("KUBECONFIG")}}))
"""


def fake_kubectl(folder: Path, minor: int) -> Path:
    path = folder / "kubectl"
    path.write_text(FAKE.format(python=sys.executable, minor=minor))
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path


@pytest.fixture
def shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """IPython with the magics, a lab of two attached members, and a kubectl that says what it was told."""
    monkeypatch.setenv("KUBECTL", str(fake_kubectl(tmp_path, 37)))
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    kubectl.checked_kubectl.cache_clear()
    for name in ("karmada", "one", "two", "host"):
        (tmp_path / name).write_text("")
    Lab.attach(
        tmp_path / "karmada", {"one": tmp_path / "one", "two": tmp_path / "two"}, host=tmp_path / "host"
    )
    shell = InteractiveShell()
    karmada_nb.load_ipython_extension(shell)
    yield shell
    kubectl.checked_kubectl.cache_clear()


def ran(shell: Any, cell: str) -> Object:
    """What the fake kubectl was told by a cell."""
    with capture_output() as shown:
        result = shell.run_cell(cell)
    result.raise_error()
    told: Object = json.loads(shown.stdout)
    return told


def test_karmadactl_speaks_to_karmada_unless_it_is_told_otherwise(lab: Lab, lab_dir: Path) -> None:
    Lab.open(state_dir=lab_dir).at("deploy")
    shell = InteractiveShell()
    karmada_nb.load_ipython_extension(shell)
    shell.run_cell("said = %karmadactl cordon k3d-cluster-1").raise_error()
    assert shell.user_ns["said"].out == "k3d-cluster-1 cluster cordoned\n"
    cluster = lab.get("clusters.cluster.karmada.io/k3d-cluster-1")
    assert cluster is not None
    assert [taint["key"] for taint in cluster["spec"]["taints"]] == ["cluster.karmada.io/unschedulable"]


def test_kmd_speaks_to_karmada(shell: Any, tmp_path: Path) -> None:
    told = ran(shell, "%kmd get cluster -o wide")
    assert told["arguments"] == ["--kubeconfig", str(tmp_path / "karmada"), "get", "cluster", "-o", "wide"]


@pytest.mark.parametrize(("magic", "config"), [("k0", "host"), ("k1", "one"), ("k2", "two")])
def test_each_magic_speaks_to_its_cluster(shell: Any, tmp_path: Path, magic: str, config: str) -> None:
    assert ran(shell, f"%{magic} get pods")["arguments"][1] == str(tmp_path / config)


def test_the_rest_of_a_cell_is_the_manifest(shell: Any) -> None:
    told = ran(shell, "%%kmd apply -f -\nkind: ConfigMap\nmetadata: {name: a}\n")
    assert told["stdin"] == "kind: ConfigMap\nmetadata: {name: a}\n"


def test_variables_are_python_s_and_jsonpath_stays(shell: Any) -> None:
    shell.user_ns["curl_client"] = "curl-1"
    told = ran(shell, "%k2 exec $curl_client -- curl -s http://{curl_client}:8080")
    assert told["arguments"][2:] == ["exec", "curl-1", "--", "curl", "-s", "http://curl-1:8080"]
    told = ran(shell, "%k2 get po -o jsonpath='{.items[0].metadata.name}' -l app=$curl_client")
    assert told["arguments"][4:] == ["-o", "jsonpath={.items[0].metadata.name}", "-l", "app=curl-1"]


def test_an_answer_can_be_kept_and_then_does_not_show(shell: Any) -> None:
    with capture_output() as shown:
        shell.run_cell("answer = %kmd get pods").raise_error()
    assert shown.stdout == ""
    answer = shell.user_ns["answer"]
    assert json.loads(answer)["arguments"][-2:] == ["get", "pods"]
    assert (answer.code, answer.err, answer.out) == (0, "", answer + "\n")


def test_a_result_shows_once(shell: Any) -> None:
    with capture_output() as shown:
        shell.run_cell("%kmd get pods").raise_error()
    assert shown.stdout.count("arguments") == 1
    assert shown.outputs == []


def test_a_command_that_fails_shows_why_and_the_cell_goes_on(shell: Any) -> None:
    with capture_output() as shown:
        shell.run_cell("%kmd fail\nafter = _exit_code").raise_error()
    assert shown.stderr == "it failed\n"
    assert shell.user_ns["after"] == 3


def test_a_line_is_a_shell_s(shell: Any) -> None:
    with capture_output() as shown:
        shell.run_cell("%kmd fail || true\n%kmd get 'a b' | tr a-z A-Z").raise_error()
    assert "A B" in shown.stdout
    assert shell.user_ns["_exit_code"] == 0


def test_the_article_s_members_are_this_lab_s(shell: Any, tmp_path: Path) -> None:
    assert "two" in ran(shell, "%kmd get cluster k3d-cluster-2")["arguments"]
    told = ran(shell, "%kubectl --kubeconfig /tmp/c2.kubeconfig get po")
    assert told["arguments"][:2] == ["--kubeconfig", str(tmp_path / "two")]
    assert told["KUBECONFIG"].split(":")[0] == str(tmp_path / "karmada")


def test_a_cluster_that_is_not_there_is_named(shell: Any) -> None:
    with capture_output():
        result = shell.run_cell("%k7 get pods")
    with pytest.raises(LabError, match="'k7'"):
        result.raise_error()


def test_an_old_kubectl_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KUBECTL", str(fake_kubectl(tmp_path, 20)))
    kubectl.checked_kubectl.cache_clear()
    with pytest.raises(LabError, match=r"1\.27 or newer, found v1\.20\.0"):
        kubectl.checked_kubectl()


def test_no_kubectl_says_how_to_get_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KUBECTL", str(tmp_path / "nothing"))
    kubectl.checked_kubectl.cache_clear()
    with pytest.raises(LabError, match="KUBECTL is set to"):
        kubectl.checked_kubectl()


def test_magics_need_ipython() -> None:
    assert os.environ.get("IPYTHON") is None
    with pytest.raises(LabError, match="plain Python"):
        kubectl.register()
