"""The ``kubernetes`` client: what its documentation shows, against a member cluster."""

import contextlib
import socket
import threading
import time
import urllib.request
import uuid
from pathlib import Path
from typing import Any

import pytest
import yaml
from kubernetes import client, config, dynamic, utils, watch
from kubernetes.client.rest import ApiException
from kubernetes.leaderelection import electionconfig, leaderelection
from kubernetes.leaderelection.resourcelock.configmaplock import ConfigMapLock
from kubernetes.stream import portforward, stream

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def api(kubeconfig: Path) -> client.ApiClient:
    return config.new_client_from_config(str(kubeconfig))


def pod(name: str, image: str = "busybox", *command: str) -> dict[str, Any]:
    container = {"name": "c", "image": image, **({"args": list(command)} if command else {})}
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": name},
        "spec": {"containers": [container]},
    }


def running(core: client.CoreV1Api, namespace: str, name: str) -> Any:
    """Wait with a watch, as the documentation does, until a pod is ready."""
    for event in watch.Watch().stream(core.list_namespaced_pod, namespace, timeout_seconds=20):
        found = event["object"]
        statuses = found.status.container_statuses or []
        if found.metadata.name == name and statuses and statuses[0].ready:
            return found
    raise AssertionError(f"{name} never became ready")


def test_pods_are_created_listed_watched_and_deleted(api: client.ApiClient, namespace: str) -> None:
    core = client.CoreV1Api(api)
    core.create_namespaced_pod(namespace, pod("one", "busybox", "sleep", "60"))
    found = running(core, namespace, "one")
    assert found.status.phase == "Running"
    assert found.spec.node_name.startswith("k3d-cluster-1-")
    assert [p.metadata.name for p in core.list_namespaced_pod(namespace).items] == ["one"]
    assert "one" in [p.metadata.name for p in core.list_pod_for_all_namespaces().items]
    core.delete_namespaced_pod("one", namespace, grace_period_seconds=0)
    with pytest.raises(ApiException) as caught:
        core.read_namespaced_pod("one", namespace)
    assert (caught.value.status, '"reason":"NotFound"' in caught.value.body) == (404, True)


def test_deployments_are_created_changed_restarted_and_deleted(api: client.ApiClient, namespace: str) -> None:
    apps = client.AppsV1Api(api)
    template = client.V1PodTemplateSpec(
        metadata=client.V1ObjectMeta(labels={"app": "nginx"}),
        spec=client.V1PodSpec(
            containers=[
                client.V1Container(
                    name="nginx",
                    image="nginx:1.15.4",
                    ports=[client.V1ContainerPort(container_port=80)],
                    resources=client.V1ResourceRequirements(
                        requests={"cpu": "100m", "memory": "200Mi"}, limits={"cpu": "500m", "memory": "500Mi"}
                    ),
                )
            ]
        ),
    )
    deployment = client.V1Deployment(
        api_version="apps/v1",
        kind="Deployment",
        metadata=client.V1ObjectMeta(name="nginx-deployment"),
        spec=client.V1DeploymentSpec(
            replicas=3, template=template, selector={"matchLabels": {"app": "nginx"}}
        ),
    )
    apps.create_namespaced_deployment(body=deployment, namespace=namespace)
    deployment.spec.template.spec.containers[0].image = "nginx:1.16.0"
    patched = apps.patch_namespaced_deployment("nginx-deployment", namespace, deployment)
    assert patched.metadata.generation == 2
    for event in watch.Watch().stream(apps.list_namespaced_deployment, namespace, timeout_seconds=20):
        status = event["object"].status
        if status.observed_generation == 2 and status.updated_replicas == 3 == status.ready_replicas:
            break
    else:
        raise AssertionError("the rollout never ended")
    name = ("nginx-deployment", namespace)
    assert apps.patch_namespaced_deployment_scale(*name, {"spec": {"replicas": 1}}).spec.replicas == 1
    assert apps.read_namespaced_deployment_scale(*name).status.selector == "app=nginx"
    options = client.V1DeleteOptions(propagation_policy="Foreground", grace_period_seconds=5)
    apps.delete_namespaced_deployment("nginx-deployment", namespace, body=options)


def test_exec_once_and_interactively(api: client.ApiClient, namespace: str) -> None:
    core = client.CoreV1Api(api)
    core.create_namespaced_pod(namespace, pod("box", "busybox", "sleep", "300"))
    running(core, namespace, "box")
    where = (core.connect_get_namespaced_pod_exec, "box", namespace)
    channels = {"stderr": True, "stdin": False, "stdout": True, "tty": False}
    said = stream(*where, command=["/bin/sh", "-c", "echo This message goes to stdout"], **channels)
    assert said == "This message goes to stdout\n"
    shell = stream(*where, command=["/bin/sh"], **{**channels, "stdin": True}, _preload_content=False)
    shell.write_stdin("echo first\n")
    assert shell.readline_stdout(timeout=5) == "first"
    shell.write_stdin("echo second >&2\n")
    assert shell.readline_stderr(timeout=5) == "second"
    shell.write_stdin("exit 3\n")
    shell.run_forever(timeout=5)
    assert shell.returncode == 3
    shell.close()


def test_port_forward_as_a_socket(api: client.ApiClient, namespace: str) -> None:
    core = client.CoreV1Api(api)
    core.create_namespaced_pod(namespace, pod("web", "nginx"))
    running(core, namespace, "web")
    forward = portforward(core.connect_get_namespaced_pod_portforward, "web", namespace, ports="80")
    http = forward.socket(80)
    http.setblocking(True)
    http.settimeout(5)
    http.sendall(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
    response = b""
    while chunk := http.recv(1024):
        response += chunk
    http.close()
    assert response.startswith(b"HTTP/1.1 200 OK")
    assert b"Welcome to nginx!" in response
    assert forward.error(80) is None


def test_port_forward_under_urllib(
    api: client.ApiClient, namespace: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The documentation's other example: any library's connections go through the API server."""
    core = client.CoreV1Api(api)
    core.create_namespaced_pod(namespace, pod("web", "nginx"))
    running(core, namespace, "web")
    connect = socket.create_connection

    def through(address: tuple[str, int], *rest: Any, **more: Any) -> Any:
        name = address[0].split(".")
        if name[-1] != "kubernetes":
            return connect(address, *rest, **more)
        port = address[1]
        forward = portforward(
            core.connect_get_namespaced_pod_portforward, name[0], namespace, ports=str(port)
        )
        return forward.socket(port)

    monkeypatch.setattr(socket, "create_connection", through)
    with urllib.request.urlopen("http://web.pod.kubernetes:80", timeout=5) as response:
        assert response.code == 200
        assert b"Welcome to nginx!" in response.read()


def test_a_watch_resumes_at_a_resource_version_and_ends_with_its_timeout(
    api: client.ApiClient, namespace: str
) -> None:
    core = client.CoreV1Api(api)
    start = core.list_namespaced_config_map(namespace).metadata.resource_version
    for name in ("a", "b"):
        core.create_namespaced_config_map(namespace, {"metadata": {"name": name}})
    core.delete_namespaced_config_map("a", namespace)

    def told(revision: str) -> list[tuple[str, str, str]]:
        events = watch.Watch().stream(
            core.list_namespaced_config_map, namespace, resource_version=revision, timeout_seconds=1
        )
        return [
            (e["type"], e["object"].metadata.name, e["object"].metadata.resource_version)
            for e in events
            if e["object"].metadata.name != "kube-root-ca.crt"
        ]

    began = time.monotonic()
    seen = told(start)
    assert 0.9 < time.monotonic() - began < 6
    assert [(kind, name) for kind, name, _ in seen] == [("ADDED", "a"), ("ADDED", "b"), ("DELETED", "a")]
    assert told(seen[0][2]) == seen[1:]


def test_custom_resources(api: client.ApiClient, namespace: str) -> None:
    extensions, custom = client.ApiextensionsV1Api(api), client.CustomObjectsApi(api)
    schema = {
        "type": "object",
        "properties": {
            "spec": {
                "type": "object",
                "properties": {"cronSpec": {"type": "string"}, "replicas": {"type": "integer"}},
            }
        },
    }
    version = {"name": "v1", "served": True, "storage": True, "schema": {"openAPIV3Schema": schema}}
    names = {"plural": "crontabs", "singular": "crontab", "kind": "CronTab", "shortNames": ["ct"]}
    spec = {"group": "stable.example.com", "versions": [version], "scope": "Namespaced", "names": names}
    definition = {"metadata": {"name": "crontabs.stable.example.com"}, "spec": spec}
    extensions.create_custom_resource_definition(
        {"apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition", **definition}
    )
    place = ("stable.example.com", "v1", namespace, "crontabs")
    body = {
        "apiVersion": "stable.example.com/v1",
        "kind": "CronTab",
        "metadata": {"name": "my-new-cron-object"},
        "spec": {"cronSpec": "* * * * */5", "unknown": 1},
    }
    made = custom.create_namespaced_custom_object(*place, body)
    assert made["spec"] == {"cronSpec": "* * * * */5"}
    patch = {"spec": {"cronSpec": "* * * * */10", "replicas": 2}}
    custom.patch_namespaced_custom_object(*place, "my-new-cron-object", patch)
    assert custom.get_namespaced_custom_object(*place, "my-new-cron-object")["spec"] == patch["spec"]
    with pytest.raises(ApiException) as caught:
        custom.patch_namespaced_custom_object(*place, "my-new-cron-object", {"spec": {"replicas": "two"}})
    assert caught.value.status == 422
    assert "spec.replicas: Invalid value" in caught.value.body
    custom.delete_namespaced_custom_object(*place, "my-new-cron-object")
    assert custom.list_namespaced_custom_object(*place)["items"] == []
    extensions.delete_custom_resource_definition("crontabs.stable.example.com")


def test_dynamic_client(api: client.ApiClient, namespace: str, tmp_path: Path) -> None:
    found = dynamic.DynamicClient(api, cache_file=str(tmp_path / "discovery.json"))
    services = found.resources.get(api_version="v1", kind="Service")
    body = {
        "kind": "Service",
        "apiVersion": "v1",
        "metadata": {"name": "frontend"},
        "spec": {"selector": {"name": "frontend"}, "ports": [{"port": 8080, "targetPort": 8080}]},
    }
    created = services.create(body=body, namespace=namespace)
    assert created.spec.clusterIP.startswith("10.43.")
    applied = services.server_side_apply(
        body={**body, "metadata": {"name": "frontend", "labels": {"a": "b"}}},
        namespace=namespace,
        field_manager="test",
        force_conflicts=True,
    )
    assert applied.metadata.labels.a == "b"
    patched = services.patch(
        body={"metadata": {"name": "frontend", "annotations": {"x": "y"}}},
        name="frontend",
        namespace=namespace,
    )
    assert patched.metadata.annotations.x == "y"
    assert [s.metadata.name for s in services.get(namespace=namespace, label_selector="a=b").items] == [
        "frontend"
    ]
    services.delete(name="frontend", namespace=namespace)
    assert services.get(namespace=namespace).items == []
    nodes = found.resources.get(api_version="v1", kind="Node")
    assert {node.status.nodeInfo.kubeletVersion for node in nodes.get().items} == {"v1.23.8+k3s2"}


def test_create_from_yaml(api: client.ApiClient, namespace: str, tmp_path: Path) -> None:
    service = {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": "s"},
        "spec": {"ports": [{"port": 80}], "selector": {"a": "b"}},
    }
    path = tmp_path / "all.yaml"
    path.write_text(yaml.safe_dump_all([pod("p", "nginx"), service]))
    utils.create_from_yaml(api, str(path), namespace=namespace)
    with pytest.raises(utils.FailToCreateError) as caught:
        utils.create_from_yaml(api, str(path), namespace=namespace)
    assert "AlreadyExists" in str(caught.value)


def test_leader_election(kubeconfig: Path, namespace: str) -> None:
    config.load_kube_config(str(kubeconfig))
    leading, over = threading.Event(), threading.Event()

    class Over(Exception):
        pass

    class Lock(ConfigMapLock):  # type: ignore[misc]
        """The elector has no way to stop but to end its thread."""

        def update(self, *arguments: Any) -> Any:
            if over.is_set():
                raise Over
            return super().update(*arguments)

    def lead() -> None:
        leading.set()

    lock = Lock("election", namespace, uuid.uuid4())
    election = electionconfig.Config(
        lock,
        lease_duration=3,
        renew_deadline=2,
        retry_period=1,
        onstarted_leading=lead,
        onstopped_leading=None,
    )

    def elect() -> None:
        with contextlib.suppress(Over):
            leaderelection.LeaderElection(election).run()

    elector = threading.Thread(target=elect)
    elector.start()
    assert leading.wait(10)
    held = client.CoreV1Api().read_namespaced_config_map("election", namespace)
    assert str(lock.identity) in held.metadata.annotations["control-plane.alpha.kubernetes.io/leader"]
    over.set()
    elector.join(10)
    assert not elector.is_alive()


def test_errors_are_those_of_kubernetes(api: client.ApiClient, namespace: str) -> None:
    core = client.CoreV1Api(api)
    core.create_namespaced_config_map(namespace, {"metadata": {"name": "a"}})
    stale = core.read_namespaced_config_map("a", namespace)
    core.patch_namespaced_config_map("a", namespace, {"data": {"x": "1"}})
    stale.data = {"x": "2"}
    for call, code, reason in (
        (lambda: core.replace_namespaced_config_map("a", namespace, stale), 409, "Conflict"),
        (
            lambda: core.create_namespaced_config_map(namespace, {"metadata": {"name": "a"}}),
            409,
            "AlreadyExists",
        ),
        (lambda: core.create_namespaced_config_map(namespace, {"metadata": {"name": "A_"}}), 422, "Invalid"),
        (lambda: core.create_namespaced_config_map("absent", {"metadata": {"name": "a"}}), 404, "NotFound"),
        (lambda: core.list_namespaced_config_map(namespace, resource_version="x"), 400, "BadRequest"),
    ):
        with pytest.raises(ApiException) as caught:
            call()
        assert (caught.value.status, f'"reason":"{reason}"' in caught.value.body) == (code, True)
