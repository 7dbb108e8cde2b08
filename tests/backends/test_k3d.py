"""The k3d backend's commands and messages; the programs are small scripts that say what they were told."""

import stat
from pathlib import Path

import pytest

from karmada_nb.backends.base import BackendError
from karmada_nb.backends.k3d import K3d

ARTICLE = (
    "k3d cluster create cluster-1 --image rancher/k3s:v1.23.8-k3s2 --api-port 10.0.0.8:6445 "
    "--servers-memory 2g --k3s-arg --disable=traefik@server:0 --network multi-clusters --timeout 120s --wait"
)


def script(folder: Path, name: str, body: str) -> None:
    path = folder / name
    path.write_text(f"#!/bin/sh\necho {name} \"$@\" >> '{folder}/calls'\n{body}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)


def test_a_cluster_is_made_by_the_article_s_command() -> None:
    assert " ".join(K3d().create_command("cluster-1", "10.0.0.8", 6445)) == ARTICLE
    ranges = " ".join(K3d(own_pod_ranges=True).create_command("cluster-1", "10.0.0.8", 6445))
    assert "--k3s-arg --cluster-cidr=10.45.0.0/16@server:0" in ranges
    assert "--agents 1" in " ".join(K3d(nodes=2).create_command("cluster-1", "10.0.0.8", 6445))


@pytest.mark.parametrize("missing", ["docker", "k3d"])
def test_a_program_that_is_missing_is_named(
    missing: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in {"docker", "k3d"} - {missing}:
        script(tmp_path, name, "true")
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(BackendError, match=f"expected the program {missing} .*backend='embedded'"):
        K3d(tmp_path / "state").up(lambda step: None)


def test_docker_that_does_not_run_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    script(tmp_path, "docker", "echo 'Cannot connect to the Docker daemon' >&2; exit 1")
    script(tmp_path, "k3d", "true")
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    with pytest.raises(BackendError, match=r"Cannot connect to the Docker daemon.*is it started"):
        K3d(tmp_path / "state").up(lambda step: None)


def test_what_stands_is_kept_and_what_is_stopped_is_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script(tmp_path, "docker", "true")
    listed = "case \"$2\" in list) echo 'control-plane 1/1 0/0 true'; echo 'cluster-1 0/1 0/0 true';; esac"
    script(tmp_path, "k3d", listed)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    state = tmp_path / "state"
    found = K3d(state, members=2).up(lambda step: None)
    calls = (tmp_path / "calls").read_text()
    assert "create control-plane" not in calls
    assert "cluster start cluster-1" in calls
    assert "cluster create cluster-2" in calls
    assert list(found.members) == ["k3d-cluster-1", "k3d-cluster-2"]
    assert stat.S_IMODE((state / "c1.kubeconfig").stat().st_mode) == 0o600
    assert found.karmada == state / "karmada" / "karmada-apiserver.config"


def test_karmada_s_files_go_where_no_root_is_needed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    script(tmp_path, "karmadactl", "true")
    monkeypatch.setenv("PATH", str(tmp_path))
    assert K3d(tmp_path).karmadactl().init == ("--karmada-data", str(tmp_path / "karmada"))
    assert "--karmada-pki" in K3d(tmp_path, edition="current").karmadactl().init
