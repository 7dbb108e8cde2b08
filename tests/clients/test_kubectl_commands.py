"""kubectl's commands against a member: what a user sees. The article's own are tested elsewhere."""

import http.client
import json
import os
import re
import signal
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import yaml

from karmada_nb.tools import kubectl_path

pytestmark = pytest.mark.slow

Kubectl = Callable[..., str]
NODE = "k3d-cluster-1-agent-0"
CONFIG_MAP = """
apiVersion: v1
kind: ConfigMap
metadata: {{name: {name}, labels: {{app: x}}}}
data: {{a: "{value}"}}
"""


class Failed(Exception):
    """What kubectl said on its way out, and the code."""


@pytest.fixture
def command(kubeconfig: Path, namespace: str) -> list[str]:
    return [kubectl_path(), "--kubeconfig", str(kubeconfig), "--namespace", namespace]


@pytest.fixture
def k(command: list[str]) -> Kubectl:
    """Run kubectl in the test's namespace; returns what it printed. Raises Failed."""

    def run(*words: str, stdin: str = "", **environment: str) -> str:
        done = subprocess.run(
            [*command, *words],
            input=stdin,
            capture_output=True,
            text=True,
            timeout=60,
            env={**os.environ, **environment},
        )
        if done.returncode:
            raise Failed(done.stderr.strip(), done.returncode)
        return done.stdout.strip()

    return run


@contextmanager
def running(command: list[str], *words: str) -> Iterator[Any]:
    """kubectl that goes on until it is interrupted; its first line is out when this returns."""
    process = subprocess.Popen([*command, *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        yield process
    finally:
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=20)


def deployed(k: Kubectl, name: str = "web", replicas: int = 2) -> None:
    k("create", "deployment", name, "--image=nginx:1.26", f"--replicas={replicas}")
    waited = k("wait", "--for=condition=Available", f"deployment/{name}", "--timeout=30s")
    assert waited == f"deployment.apps/{name} condition met"


def box(k: Kubectl, name: str = "box") -> None:
    k("run", name, "--image=busybox", "--", "sleep", "3600")
    k("wait", "--for=condition=Ready", f"pod/{name}", "--timeout=30s")


def test_rollouts(k: Kubectl) -> None:
    deployed(k)
    done = 'deployment "web" successfully rolled out'
    assert k("set", "image", "deployment/web", "nginx=nginx:1.27") == "deployment.apps/web image updated"
    assert k("rollout", "status", "deployment/web", "--timeout=30s").splitlines()[-1] == done
    history = "deployment.apps/web \nREVISION  CHANGE-CAUSE\n1         <none>\n2         <none>"
    assert k("rollout", "history", "deployment/web") == history
    assert k("rollout", "undo", "deployment/web") == "deployment.apps/web rolled back"
    assert k("rollout", "status", "deployment/web", "--timeout=30s").splitlines()[-1] == done
    image = "jsonpath={.spec.template.spec.containers[0].image}"
    assert k("get", "deployment/web", "-o", image) == "nginx:1.26"
    assert "nginx:1.27" in k("rollout", "history", "deployment/web", "--revision=2")
    assert k("rollout", "pause", "deployment/web") == "deployment.apps/web paused"
    assert k("set", "env", "deployment/web", "COLOUR=blue") == "deployment.apps/web env updated"
    assert len(k("get", "replicasets", "-o", "name").splitlines()) == 2
    assert k("rollout", "resume", "deployment/web") == "deployment.apps/web resumed"
    assert k("rollout", "status", "deployment/web", "--timeout=30s").splitlines()[-1] == done
    assert len(k("get", "replicasets", "-o", "name").splitlines()) == 3
    assert k("rollout", "restart", "deployment/web") == "deployment.apps/web restarted"
    assert k("rollout", "status", "deployment/web", "--timeout=30s").splitlines()[-1] == done


def test_nodes_are_cordoned_drained_and_tainted(k: Kubectl) -> None:
    deployed(k, replicas=3)
    assert k("cordon", NODE) == f"node/{NODE} cordoned"
    assert re.search(rf"{NODE} +Ready,SchedulingDisabled", k("get", "nodes"))
    drained = k("drain", NODE, "--ignore-daemonsets", "--force", "--timeout=60s")
    assert drained.splitlines()[-1] == f"node/{NODE} drained"
    assert k("wait", "--for=condition=Available", "deployment/web", "--timeout=30s")
    assert NODE not in k("get", "pods", "-o", "wide")
    assert k("uncordon", NODE) == f"node/{NODE} uncordoned"
    assert k("taint", "node", NODE, "a=b:NoSchedule") == f"node/{NODE} tainted"
    assert k("taint", "node", NODE, "a-") == f"node/{NODE} untainted"


def test_who_may_do_what(k: Kubectl, kubeconfig: Path, namespace: str) -> None:
    assert re.search(r"Username +system:admin", k("auth", "whoami"))
    assert re.search(r"\*\.\* +\[\] +\[\] +\[\*\]", k("auth", "can-i", "--list"))
    k("create", "serviceaccount", "robot")
    k("create", "role", "reader", "--verb=get,list", "--resource=pods")
    k("create", "rolebinding", "robots", "--role=reader", f"--serviceaccount={namespace}:robot")
    robot = f"--as=system:serviceaccount:{namespace}:robot"
    assert k("auth", "can-i", "list", "pods", robot) == "yes"
    with pytest.raises(Failed):
        k("auth", "can-i", "delete", "pods", robot)
    config = yaml.safe_load(kubeconfig.read_text())
    config["users"][0]["user"] = {"token": k("create", "token", "robot")}
    own = kubeconfig.with_name("robot.kubeconfig")
    own.write_text(yaml.safe_dump(config))
    assert f"system:serviceaccount:{namespace}:robot" in k("--kubeconfig", str(own), "auth", "whoami")
    with pytest.raises(Failed) as caught:
        k("--kubeconfig", str(own), "get", "secrets")
    assert caught.value.args[0] == (
        "Error from server (Forbidden): secrets is forbidden: User "
        f'"system:serviceaccount:{namespace}:robot" cannot list resource "secrets" in API group "" '
        f'in the namespace "{namespace}"'
    )


def test_files_are_copied_in_and_out(k: Kubectl, namespace: str, tmp_path: Path) -> None:
    box(k)
    folder = tmp_path / "folder"
    (folder / "deep").mkdir(parents=True)
    (folder / "deep" / "bytes").write_bytes(bytes(range(256)) * 100)
    (folder / "text").write_text("hello\n")
    k("cp", str(folder / "text"), f"{namespace}/box:/tmp/text")
    assert k("exec", "box", "--", "cat", "/tmp/text") == "hello"
    k("cp", str(folder), f"{namespace}/box:/tmp/folder")
    k("cp", f"{namespace}/box:/tmp/folder", str(tmp_path / "back"))
    assert (tmp_path / "back" / "deep" / "bytes").read_bytes() == bytes(range(256)) * 100
    assert (tmp_path / "back" / "text").read_text() == "hello\n"
    with pytest.raises(Failed, match="exit code 1"):
        k("cp", f"{namespace}/box:/tmp/absent", str(tmp_path / "nothing"))


def test_exec_run_attach_and_logs(k: Kubectl, command: list[str]) -> None:
    assert "one two" in k(
        "run", "once", "-i", "--rm", "--restart=Never", "--image=busybox", "--", "echo", "one two"
    )
    with pytest.raises(Failed) as caught:
        k("get", "pod", "once")
    assert caught.value.args[0] == 'Error from server (NotFound): pods "once" not found'
    assert k(
        "run", "sh", "-i", "--rm", "--restart=Never", "--image=busybox", "--", "cat", stdin="typed\n"
    ).startswith("typed")
    box(k)
    with pytest.raises(Failed) as caught:
        k("exec", "box", "--", "sh", "-c", "exit 3")
    assert caught.value.args == ("command terminated with exit code 3", 3)
    assert k("exec", "-i", "box", "--", "cat", stdin="through\n") == "through"
    k("run", "talker", "--image=busybox", "--", "sh", "-c", "while true; do echo tick; sleep 0.2; done")
    k("wait", "--for=condition=Ready", "pod/talker", "--timeout=30s")
    with running(command, "logs", "-f", "talker") as process:
        assert [process.stdout.readline() for _ in range(3)] == ["tick\n"] * 3
    with running(command, "attach", "talker") as process:
        assert process.stdout.readline() == "tick\n"
    assert k("logs", "talker", "--tail=2") == "tick\ntick"


def test_apply_diff_prune_and_edit(k: Kubectl, tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_text(CONFIG_MAP.format(name="one", value=1))
    assert k("apply", "-f", str(path)) == "configmap/one created"
    assert k("apply", "-f", str(path)) == "configmap/one unchanged"
    path.write_text(CONFIG_MAP.format(name="one", value=2))
    with pytest.raises(Failed) as caught:
        k("diff", "-f", str(path))
    assert caught.value.args[1] == 1
    assert k("apply", "-f", str(path)) == "configmap/one configured"
    assert k("diff", "-f", str(path)) == ""
    assert k("apply", "--server-side", "-f", str(path)) == "configmap/one serverside-applied"
    path.write_text(CONFIG_MAP.format(name="two", value=3))
    said = k("apply", "--prune", "-l", "app=x", "--prune-allowlist=core/v1/ConfigMap", "-f", str(path))
    assert said == "configmap/two created\nconfigmap/one pruned"
    editor = tmp_path / "editor"
    editor.write_text('#!/bin/sh\nsed -i \'s/a: "3"/a: "4"/\' "$1"\n')
    editor.chmod(0o755)
    assert k("edit", "configmap/two", KUBE_EDITOR=str(editor)) == "configmap/two edited"
    assert k("get", "configmap/two", "-o", "jsonpath={.data.a}") == "4"
    other = ("apply", "--server-side", "--field-manager=other", "-f", str(path))
    with pytest.raises(Failed) as caught:
        k(*other)
    assert "Apply failed with 1 conflict" in caught.value.args[0]
    assert ".data.a" in caught.value.args[0]
    assert k(*other, "--force-conflicts") == "configmap/two serverside-applied"


def test_labels_annotations_and_patches(k: Kubectl) -> None:
    k("create", "configmap", "c", "--from-literal=a=1")
    assert k("label", "configmap/c", "x=y") == "configmap/c labeled"
    with pytest.raises(Failed, match="'x' already has a value \\(y\\), and --overwrite is false"):
        k("label", "configmap/c", "x=z")
    assert k("label", "configmap/c", "x-") == "configmap/c unlabeled"
    assert k("annotate", "configmap/c", "note=hi") == "configmap/c annotated"
    for kind, change in (
        ("strategic", '{"data":{"b":"2"}}'),
        ("merge", '{"data":{"a":null}}'),
        ("json", '[{"op":"add","path":"/data/c","value":"3"}]'),
    ):
        assert k("patch", "configmap/c", f"--type={kind}", "-p", change) == "configmap/c patched"
    assert json.loads(k("get", "configmap/c", "-o", "jsonpath={.data}")) == {"b": "2", "c": "3"}
    assert k("patch", "configmap/c", "-p", "{}") == "configmap/c patched (no change)"


def test_replace_and_delete_in_every_way(k: Kubectl, tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_text(CONFIG_MAP.format(name="one", value=1))
    k("create", "-f", str(path))
    before = k("get", "configmap/one", "-o", "jsonpath={.metadata.uid}")
    assert k("replace", "--force", "-f", str(path)).splitlines()[-1] == "configmap/one replaced"
    assert k("get", "configmap/one", "-o", "jsonpath={.metadata.uid}") != before
    deployed(k, "orphans", 1)
    k("delete", "deployment/orphans", "--cascade=orphan")
    left = k("get", "replicasets,pods", "-o", "name").splitlines()
    assert [name.partition("/orphans")[0] for name in left] == ["replicaset.apps", "pod"]
    k("delete", "replicaset", "-l", "app=orphans")
    deployed(k, "foreground", 2)
    k("delete", "deployment/foreground", "--cascade=foreground")
    assert "foreground" not in k("get", "deployments,replicasets", "-o", "name")
    k("wait", "--for=delete", "pod", "-l", "app=foreground", "--timeout=40s")


def test_looking(k: Kubectl, command: list[str]) -> None:
    deployed(k, replicas=1)
    assert re.search(r"Normal +ScalingReplicaSet +Deployment/web +Scaled up", k("events"))
    assert "deployments                         deploy       apps/v1" in k("api-resources")
    assert "apps/v1" in k("api-versions").splitlines()
    explained = k("explain", "deployment.spec.strategy", "--recursive")
    assert "rollingUpdate\t<RollingUpdateDeployment>\n    maxSurge\t<IntOrString>" in explained
    assert "server: https://127.0.0.1:" in k("config", "view")
    assert "DATA+OMITTED" in k("config", "view")
    assert "Server Version: v1.23.8+k3s2" in k("version")
    assert re.search(r"^ +Image: +nginx:1.26$", k("describe", "pods"), re.MULTILINE)
    with running(command, "get", "pods", "-w", "--no-headers") as process:
        assert re.match(r"web-\S+ +1/1 +Running", process.stdout.readline())
        k("delete", "deployment/web", "--wait=false")
        lines = [process.stdout.readline()]
        assert re.match(r"web-\S+ +[01]/1 +(Terminating|Completed)", lines[0]), lines


def get(port: int, path: str) -> tuple[int, str]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request("GET", path)
    response = connection.getresponse()
    return response.status, response.read().decode()


def test_port_forward_and_proxy(k: Kubectl, command: list[str], namespace: str) -> None:
    deployed(k, replicas=1)
    k("expose", "deployment/web", "--port=80")
    with running(command, "port-forward", "deployment/web", ":80") as process:
        found = re.match(r"Forwarding from 127\.0\.0\.1:(\d+) -> 80", process.stdout.readline())
        assert found
        for _ in range(2):
            code, text = get(int(found[1]), "/")
            assert (code, "Welcome to nginx!" in text) == (200, True)
    with running(command, "proxy", "--port=0") as process:
        found = re.match(r"Starting to serve on 127\.0\.0\.1:(\d+)", process.stdout.readline())
        assert found
        assert (
            "Welcome to nginx!"
            in get(int(found[1]), f"/api/v1/namespaces/{namespace}/services/web/proxy/")[1]
        )
        code, text = get(int(found[1]), f"/api/v1/namespaces/{namespace}/pods")
        assert (code, len(json.loads(text)["items"])) == (200, 1)
