"""``kr8s`` and ``lightkube``, each as its documentation uses it, against a member cluster."""

from pathlib import Path
from typing import Any

import httpx
import kr8s
import lightkube
import pytest
from kr8s.objects import ConfigMap as Kr8sConfigMap
from kr8s.objects import Deployment as Kr8sDeployment
from kr8s.objects import Pod as Kr8sPod
from lightkube import codecs
from lightkube.core.exceptions import ApiError
from lightkube.models.autoscaling_v1 import ScaleSpec
from lightkube.models.meta_v1 import ObjectMeta
from lightkube.resources.apps_v1 import Deployment
from lightkube.resources.core_v1 import ConfigMap, Node, Pod
from lightkube.types import PatchType

DEPLOYMENT = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: {{ name }}}
spec:
  replicas: 2
  selector: {matchLabels: {app: {{ name }}}}
  template:
    metadata: {labels: {app: {{ name }}}}
    spec: {containers: [{name: nginx, image: nginx}]}
"""


def deployment(name: str) -> Any:
    return next(iter(codecs.load_all_yaml(DEPLOYMENT, context={"name": name})))


@pytest.fixture(scope="module")
def api(kubeconfig: Path) -> Any:
    return kr8s.api(kubeconfig=str(kubeconfig))


@pytest.mark.filterwarnings("ignore:Kubernetes version:UserWarning")
def test_kr8s_pods(api: Any, namespace: str) -> None:
    spec = {"containers": [{"name": "c", "image": "busybox", "args": ["sh", "-c", "echo hello; sleep 300"]}]}
    pod = Kr8sPod({"metadata": {"name": "p", "namespace": namespace}, "spec": spec}, api=api)
    pod.create()
    pod.wait("condition=Ready", timeout=20)
    assert pod.ready()
    assert "hello" in list(pod.logs())
    done = pod.exec(["sh", "-c", "echo out; echo err >&2"])
    assert (done.returncode, done.stdout, done.stderr) == (0, b"out\n", b"err\n")
    pod.label({"a": "b"})
    assert [p.name for p in api.get("pods", namespace=namespace, label_selector="a=b")] == ["p"]
    pod.delete()
    pod.wait("delete", timeout=40)
    assert not pod.exists()


def test_kr8s_deployments(api: Any, namespace: str) -> None:
    made = Kr8sDeployment(
        {**deployment("d").to_dict(), "metadata": {"name": "d", "namespace": namespace}}, api=api
    )
    made.create()
    made.wait("condition=Available", timeout=20)
    made.scale(3)
    assert made.replicas == 3
    made.patch({"metadata": {"annotations": {"x": "y"}}})
    made.refresh()
    assert made.annotations["x"] == "y"
    pod = next(iter(made.pods()))
    with pod.portforward(80) as port:
        assert "Welcome to nginx!" in httpx.get(f"http://localhost:{port}").text


def test_kr8s_watches(api: Any, namespace: str) -> None:
    for name in ("one", "two"):
        Kr8sConfigMap({"metadata": {"name": name, "namespace": namespace}}, api=api).create()
    seen = []
    for kind, obj in api.watch("configmaps", namespace=namespace):
        if obj.name != "kube-root-ca.crt":
            seen.append((kind, obj.name))
        if len(seen) == 2:
            break
    assert sorted(seen) == [("ADDED", "one"), ("ADDED", "two")]
    assert api.version()["gitVersion"] == "v1.23.8+k3s2"
    assert api.whoami() == "system:admin"


@pytest.fixture(scope="module")
def client(kubeconfig: Path) -> lightkube.Client:
    return lightkube.Client(config=lightkube.KubeConfig.from_file(str(kubeconfig)), field_manager="test")


def test_lightkube_deployments(client: lightkube.Client, namespace: str) -> None:
    client.create(deployment("d"), namespace=namespace)
    client.wait(Deployment, "d", for_conditions=["Available"], namespace=namespace)
    client.replace(
        Deployment.Scale(metadata=ObjectMeta(name="d", namespace=namespace), spec=ScaleSpec(replicas=4))
    )
    assert client.get(Deployment.Scale, "d", namespace=namespace).spec.replicas == 4
    applied = client.apply(
        ConfigMap(
            apiVersion="v1",
            kind="ConfigMap",
            metadata=ObjectMeta(name="c", namespace=namespace),
            data={"a": "b"},
        )
    )
    assert applied.metadata.managedFields[0].manager == "test"
    client.delete(Deployment, "d", namespace=namespace)
    with pytest.raises(ApiError) as caught:
        client.get(Deployment, "d", namespace=namespace)
    assert (caught.value.status.code, caught.value.status.reason) == (404, "NotFound")


def test_lightkube_patches_and_watches(client: lightkube.Client, namespace: str) -> None:
    listed = client.list(ConfigMap, namespace=namespace)
    assert {c.metadata.name for c in listed} <= {"kube-root-ca.crt"}
    start = listed.resourceVersion
    client.create(ConfigMap(metadata=ObjectMeta(name="c", namespace=namespace), data={"a": "1", "b": "2"}))
    patches = (
        (PatchType.MERGE, {"data": {"a": None}}),
        (PatchType.STRATEGIC, {"data": {"c": "3"}}),
        (PatchType.JSON, [{"op": "replace", "path": "/data/b", "value": "4"}]),
    )
    for kind, change in patches:
        client.patch(ConfigMap, "c", change, namespace=namespace, patch_type=kind)
    seen = []
    for event, obj in client.watch(ConfigMap, namespace=namespace, resource_version=start):
        if obj.metadata.name == "c":
            seen.append((event, obj.data))
        if len(seen) == 4:
            break
    assert seen == [
        ("ADDED", {"a": "1", "b": "2"}),
        ("MODIFIED", {"b": "2"}),
        ("MODIFIED", {"b": "2", "c": "3"}),
        ("MODIFIED", {"b": "4", "c": "3"}),
    ]


def test_lightkube_lists_in_pages_and_reads_logs(client: lightkube.Client, namespace: str) -> None:
    for number in range(5):
        client.create(
            ConfigMap(metadata=ObjectMeta(name=f"n{number}", namespace=namespace, labels={"a": "b"}))
        )
    listed = client.list(ConfigMap, namespace=namespace, chunk_size=2, labels={"a": "b"})
    assert [c.metadata.name for c in listed] == [f"n{number}" for number in range(5)]
    assert len(list(client.list(Node))) == 2
    spec = {
        "containers": [{"name": "c", "image": "busybox", "args": ["echo", "one two"]}],
        "restartPolicy": "Never",
    }
    client.create(Pod.from_dict({"metadata": {"name": "p", "namespace": namespace}, "spec": spec}))
    assert [line.strip() for line in client.log("p", namespace=namespace, follow=True)] == ["one two"]
