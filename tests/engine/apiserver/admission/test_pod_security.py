"""Namespaces that take some pods only, and classes of runtimes. Texts of a v1.36 API server."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from karmada_nb.engine.apiserver.admission.pod_standards import told, violations
from karmada_nb.engine.errors import StatusError
from karmada_nb.engine.runtime.client import Client, Resource
from tests.engine.apiserver.admission.hooks import cluster

PODS = Resource("", "v1", "pods")
NAMESPACES = Resource("", "v1", "namespaces")


@pytest.fixture
async def client(tmp_path: Path) -> AsyncIterator[Client]:
    async with cluster(tmp_path / "cluster") as found:
        made = found.client_as("test")
        yield made


def pod(name: str = "p", **spec: Any) -> dict[str, Any]:
    account = {"automountServiceAccountToken": False}
    base = {"containers": [{"name": "c", "image": "i"}], **account}
    return {"metadata": {"name": name, "namespace": "default"}, "spec": {**base, **spec}}


async def refused(client: Client, obj: dict[str, Any]) -> str:
    with pytest.raises(StatusError) as caught:
        await client.create(PODS, obj, "default")
    return caught.value.message


async def test_a_restricted_namespace_says_all_that_is_wrong(client: Client) -> None:
    labels = {"pod-security.kubernetes.io/enforce": "restricted"}
    await client.patch(NAMESPACES, "default", {"metadata": {"labels": labels}})
    assert await refused(client, pod()) == (
        'pods "p" is forbidden: violates PodSecurity "restricted:latest": allowPrivilegeEscalation != false '
        '(container "c" must set securityContext.allowPrivilegeEscalation=false), unrestricted capabilities '
        '(container "c" must set securityContext.capabilities.drop=["ALL"]), runAsNonRoot != true (pod or '
        'container "c" must set securityContext.runAsNonRoot=true), seccompProfile (pod or container "c" '
        'must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost")'
    )


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        ({}, ""),
        ({"hostNetwork": True, "hostPID": True}, "host namespaces (hostNetwork=true, hostPID=true)"),
        ({"volumes": [{"name": "v", "hostPath": {"path": "/"}}]}, 'hostPath volumes (volume "v")'),
        (
            {"containers": [{"name": n, "securityContext": {"privileged": True}} for n in "ab"]},
            'privileged (containers "a", "b" must not set securityContext.privileged=true)',
        ),
        (
            {"containers": [{"name": "a", "ports": [{"hostPort": 80}, {"hostPort": 443}]}]},
            'hostPort (container "a" uses hostPorts 80, 443)',
        ),
    ],
)
def test_what_the_baseline_forbids(spec: dict[str, Any], expected: str) -> None:
    assert told(violations("baseline", spec)) == expected


async def test_a_level_that_there_is_not_is_refused(client: Client) -> None:
    labels = {"pod-security.kubernetes.io/enforce": "strict"}
    with pytest.raises(StatusError) as caught:
        await client.patch(NAMESPACES, "default", {"metadata": {"labels": labels}})
    assert caught.value.message == (
        'Namespace "default" is invalid: metadata.labels[pod-security.kubernetes.io/enforce]: Invalid value: '
        '"strict": must be one of privileged, baseline, restricted'
    )


async def test_a_runtime_class_gives_its_overhead_and_must_exist(client: Client) -> None:
    missing = await refused(client, pod(runtimeClassName="kata"))
    assert missing == 'pods "p" is forbidden: pod rejected: RuntimeClass "kata" not found'
    kata = {
        "metadata": {"name": "kata"},
        "handler": "kata",
        "overhead": {"podFixed": {"cpu": "250m"}},
        "scheduling": {"nodeSelector": {"runtime": "kata"}},
    }
    await client.create(Resource("node.k8s.io", "v1", "runtimeclasses"), kata)
    made = await client.create(PODS, pod(runtimeClassName="kata"), "default")
    assert made["spec"]["overhead"] == {"cpu": "250m"}
    assert made["spec"]["nodeSelector"] == {"runtime": "kata"}
