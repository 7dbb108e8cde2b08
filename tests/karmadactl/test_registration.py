"""init, join, unjoin and deinit on labs of both editions."""

from pathlib import Path

import pytest

from tests.conftest import free_base_port
from tests.karmadactl.conftest import Site


@pytest.fixture(scope="module")
def installed(site: Site) -> Site:
    said = site.bare("--kubeconfig", str(site.folder / "cp.kubeconfig"), "init")
    assert said.code == 0, said.err
    assert "Karmada is installed successfully." in said.out
    assert f"karmadactl --kubeconfig {site.karmada} join" in said.out
    return site


def test_init_brings_up_every_component(installed: Site) -> None:
    host = str(installed.folder / "cp.kubeconfig")
    shown = installed.kubectl(host, "get", "deploy", "-n", "karmada-system", "--no-headers").splitlines()
    assert {line.split()[0] for line in shown} >= {"karmada-apiserver", "karmada-scheduler"}
    assert {line.split()[1] for line in shown} == {"1/1"}


def test_v12_knows_no_addons(installed: Site) -> None:
    said = installed.bare("addons", "list", "--kubeconfig", str(installed.folder / "cp.kubeconfig"))
    unknown = 'error: unknown command "addons" for "karmadactl"'
    assert (unknown in said.err) == (installed.edition == "article")


def test_init_again_changes_nothing(installed: Site) -> None:
    assert installed.bare("init", "--kubeconfig", str(installed.folder / "cp.kubeconfig")).code == 0


def test_init_on_a_cluster_that_is_no_host_of_a_lab_is_refused(installed: Site) -> None:
    said = installed.bare("init", "--kubeconfig", installed.member(1))
    assert said.code == 1
    assert "expected the host cluster of a lab" in said.err
    assert "use the real karmadactl" in said.err


def test_init_can_put_the_kubeconfig_elsewhere(installed: Site, tmp_path: Path) -> None:
    host = str(installed.folder / "cp.kubeconfig")
    assert installed.bare("--kubeconfig", host, "init", "-d", str(tmp_path / "karmada")).code == 0
    copy = tmp_path / "karmada" / "karmada-apiserver.config"
    assert copy.read_text() == Path(installed.karmada).read_text()
    assert copy.stat().st_mode & 0o077 == 0


def test_a_cluster_joins_and_becomes_ready(installed: Site) -> None:
    said = installed.call("join", "k3d-cluster-1", f"--cluster-kubeconfig={installed.member(1)}")
    assert (said.code, said.out) == (0, "cluster(k3d-cluster-1) is joined successfully\n")
    wait = ("wait", "cluster", "k3d-cluster-1", "--for=condition=Ready", "--timeout=30s")
    installed.kubectl(installed.karmada, *wait)


def test_a_cluster_cannot_join_twice(installed: Site) -> None:
    installed.call("join", "k3d-cluster-1", f"--cluster-kubeconfig={installed.member(1)}")
    said = installed.call("join", "k3d-cluster-1", f"--cluster-kubeconfig={installed.member(1)}")
    assert said.code == 1
    if installed.edition == "article":
        expected = (
            "error: failed to create cluster(k3d-cluster-1) object. error: cluster(k3d-cluster-1) already"
        )
        assert said.err.startswith(expected)
    else:
        assert said.err.startswith("error: the cluster ID ")
        assert "or the cluster name k3d-cluster-1 has been registered" in said.err
    assert "See it with: kubectl" in said.err


def test_a_cluster_cannot_join_under_a_second_name_today(installed: Site) -> None:
    if installed.edition == "article":
        pytest.skip("v1.2 did not look at the cluster's id")
    installed.call("join", "k3d-cluster-1", f"--cluster-kubeconfig={installed.member(1)}")
    said = installed.call("join", "second", f"--cluster-kubeconfig={installed.member(1)}")
    assert said.code == 1
    assert "or the cluster name second has been registered" in said.err
    assert "joined already, as k3d-cluster-1" in said.err


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (["join"], "error: cluster name is required"),
        (["join", "a", "b"], "error: only the cluster name is allowed as an argument"),
        (["join", "Not_a_name", "--cluster-kubeconfig=x"], "error: invalid cluster name(Not_a_name): "),
        (["join", "m", "--cluster-kubeconfig=/none"], "error: failed to get joining cluster config. error: "),
        (["join", "m", "--flag"], "error: unknown flag: --flag\nSee 'karmadactl join --help' for usage.\n"),
        (["unjoin"], "error: cluster name is required"),
        (["unjoin", "m", "--wait=0s"], "error:  --wait 0s  must be a positive duration, e.g. 1m0s "),
    ],
)
def test_a_command_that_is_wrong_says_how(installed: Site, words: list[str], complaint: str) -> None:
    said = installed.call(*words)
    assert said.code == 1
    assert said.err.startswith(complaint)


def test_a_context_that_is_not_there_is_answered_with_those_that_are(installed: Site) -> None:
    said = installed.call(
        "join", "m", f"--cluster-kubeconfig={installed.member(2)}", "--cluster-context=nowhere"
    )
    assert said.code == 1
    assert 'context "nowhere" does not exist' in said.err
    assert "k3d-cluster-2" in said.err


def test_a_cluster_that_does_not_answer_is_named(installed: Site, tmp_path: Path) -> None:
    dead = tmp_path / "dead"
    said = Path(installed.member(2)).read_text()
    line = next(line for line in said.splitlines() if "server:" in line)
    host = f"127.0.0.1:{free_base_port(1)}"
    dead.write_text(said.replace(line, line[: line.index("server:")] + f"server: https://{host}"))
    answer = installed.call("join", "m", f"--cluster-kubeconfig={dead}", "--cluster-context=k3d-cluster-2")
    assert answer.code == 1
    assert f"The connection to the server {host} was refused" in answer.err
    assert f"kubectl --kubeconfig {dead} get --raw /readyz" in answer.err


def test_an_unknown_cluster_cannot_leave(installed: Site) -> None:
    said = installed.call("unjoin", "nobody")
    assert "no cluster object nobody found in karmada control Plane" in said.err
    assert said.code == (0 if installed.edition == "article" else 1)


def test_a_cluster_leaves_without_a_trace(installed: Site) -> None:
    installed.call("join", "k3d-cluster-2", f"--cluster-kubeconfig={installed.member(2)}")
    said = installed.call("unjoin", "k3d-cluster-2", f"--cluster-kubeconfig={installed.member(2)}")
    assert (said.code, said.out) == (0, "")
    clusters = installed.kubectl(installed.karmada, "get", "clusters", "-o", "name")
    assert "k3d-cluster-2" not in clusters
    roles = installed.kubectl(installed.member(2), "get", "clusterroles", "-o", "name")
    assert "karmada-controller-manager" not in roles


def test_a_dry_run_joins_nothing(installed: Site) -> None:
    said = installed.call("join", "k3d-cluster-3", f"--cluster-kubeconfig={installed.member(3)}", "--dry-run")
    assert (said.code, said.out) == (0, "")
    assert "k3d-cluster-3" not in installed.kubectl(installed.karmada, "get", "clusters", "-o", "name")


def test_pull_mode_is_refused_with_the_way_out(installed: Site) -> None:
    said = installed.call("register", "127.0.0.1:5443", "--token", "x")
    assert said.code == 1
    assert "Pull mode" in said.err
    assert "karmadactl join" in said.err


def test_deinit_takes_karmada_away(installed: Site) -> None:
    host = str(installed.folder / "cp.kubeconfig")
    said = installed.bare("deinit", "--kubeconfig", host, "--force")
    assert said.code == 0
    assert 'delete deployment "karmada-apiserver"' in said.out
    before, line, after = said.out.partition("remove Karmada from Kubernetes successfully.\n")
    assert before.startswith("removes Karmada from Kubernetes\ndelete deployment")
    assert before.endswith('node not found by label "karmada.io/etcd"\n')
    assert line
    assert after.startswith("\ndeinit will not delete etcd data")
    assert ("/var/lib/karmada-etcd" in after) is (installed.edition == "current")
    assert "karmada-apiserver" not in installed.kubectl(host, "get", "deploy", "-A", "-o", "name")
