"""Webhooks that run in pods of the cluster and are asked over its network, by TLS."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from karmada_nb.engine import pki
from karmada_nb.engine.controllers import workload_controllers
from karmada_nb.engine.errors import StatusError
from karmada_nb.engine.runtime.client import Resource
from tests.engine.nodes.lab import PODS, Lab

SECRETS = Resource("", "v1", "secrets")
SERVICES = Resource("", "v1", "services")
MAPS = Resource("", "v1", "configmaps")
HOOKS = Resource("admissionregistration.k8s.io", "v1", "validatingwebhookconfigurations")
MUTATING = Resource("admissionregistration.k8s.io", "v1", "mutatingwebhookconfigurations")
CRDS = Resource("apiextensions.k8s.io", "v1", "customresourcedefinitions")
CERTIFICATES = "/certificates"


class Hooked(Lab):
    """A lab with ``agnhost``'s webhook behind the service ``hook``."""

    def __init__(self, folder: Path, without: tuple[str, ...] = ("ServiceAccount",)) -> None:
        super().__init__(without=without)
        self._state = pki.State(folder, self.clock.now())
        self.cluster.caller.network = self.nodes.network

    async def serve(self, program: str) -> None:
        pair = self._state.server("hook", ["hook.default.svc"])
        files = {"tls.crt": pair.certificate, "tls.key": pair.key}
        data = {name: base64.b64encode(content).decode() for name, content in files.items()}
        await self.client.create(SECRETS, {"metadata": {"name": "pair"}, "data": data}, "default")
        self.cluster.add(*workload_controllers(self.cluster.context()))
        said = [f"--tls-cert-file={CERTIFICATES}/tls.crt", f"--tls-private-key-file={CERTIFICATES}/tls.key"]
        pod = await self.run(
            "hook",
            image="registry.k8s.io/e2e-test-images/agnhost:2.21",
            args=[program, *said, "--port=8444"],
            volumeMounts=[{"name": "pair", "mountPath": CERTIFICATES}],
            volumes=[{"name": "pair", "secret": {"secretName": "pair"}}],
            readinessProbe={"httpGet": {"scheme": "HTTPS", "port": 8444, "path": "/readyz"}},
            metadata={"labels": {"app": "hook"}},
            seconds=3,
        )
        assert pod["status"]["containerStatuses"][0]["ready"]
        ports = [{"port": 443, "targetPort": 8444}]
        spec = {"selector": {"app": "hook"}, "ports": ports}
        await self.client.create(SERVICES, {"metadata": {"name": "hook"}, "spec": spec}, "default")
        await self.clock.advance(2)

    def way(self, path: str) -> dict[str, Any]:
        bundle = base64.b64encode(self._state.authority.certificate).decode()
        return {"service": {"name": "hook", "namespace": "default", "path": path}, "caBundle": bundle}

    async def register(self, kind: Resource, path: str, plural: str, **more: Any) -> None:
        rule = {
            "operations": ["CREATE", "UPDATE"],
            "apiGroups": [""],
            "apiVersions": ["v1"],
            "resources": [plural],
        }
        webhook = {
            "name": f"{plural}.example.com",
            "rules": [rule],
            "clientConfig": self.way(path),
            "sideEffects": "None",
            "admissionReviewVersions": ["v1"],
            **more,
        }
        await self.client.create(kind, {"metadata": {"name": plural}, "webhooks": [webhook]})


@pytest.fixture
async def lab(tmp_path: Path) -> AsyncIterator[Hooked]:
    async with Hooked(tmp_path / "pki") as found:
        yield found


def _pod(**labels: str) -> dict[str, Any]:
    spec = {"containers": [{"name": "c", "image": "pause"}]}
    return {"metadata": {"name": "p", "labels": labels}, "spec": spec}


async def test_a_webhook_in_a_pod_denies_and_one_that_never_answers_is_given_up(lab: Hooked) -> None:
    await lab.serve("webhook")
    await lab.register(HOOKS, "/pods", "pods", timeoutSeconds=1)
    denied = r'admission webhook "pods\.example\.com" denied the request: the pod contains unwanted label'
    with pytest.raises(StatusError, match=denied):
        await lab.client.create(PODS, _pod(**{"webhook-e2e-test": "webhook-disallow"}), "default")
    with pytest.raises(StatusError, match="context deadline exceeded"):
        await lab.client.create(PODS, _pod(**{"webhook-e2e-test": "wait-forever"}), "default")
    await lab.client.create(PODS, _pod(), "default")


async def test_a_certificate_for_another_name_is_not_believed(lab: Hooked) -> None:
    await lab.serve("webhook")
    other = {
        "metadata": {"name": "other"},
        "spec": {"selector": {"app": "hook"}, "ports": [{"port": 443, "targetPort": 8444}]},
    }
    await lab.client.create(SERVICES, other, "default")
    await lab.clock.advance(2)
    way = lab.way("/always-deny")
    way["service"]["name"] = "other"
    await lab.register(HOOKS, "", "configmaps", clientConfig=way)
    with pytest.raises(
        StatusError, match="tls: failed to verify certificate: x509: certificate is not valid"
    ):
        await lab.client.create(MAPS, {"metadata": {"name": "m"}}, "default")


async def test_who_is_asked_is_asked_once_about_what_is_given_by_chance(tmp_path: Path) -> None:
    """The volume of a pod's token and the addresses of a service stay until the answers are there."""
    async with Hooked(tmp_path / "pki", without=()) as lab:
        await lab.serve("webhook")
        await lab.register(MUTATING, "/add-label", "pods")
        await lab.register(MUTATING, "/add-label", "services")
        async with asyncio.timeout(20):
            pod = await lab.client.create(PODS, _pod(), "default")
            spec = {"type": "NodePort", "ports": [{"port": 80}]}
            await lab.client.create(SERVICES, {"metadata": {"name": "s"}, "spec": spec}, "default")
        assert pod["metadata"]["labels"] == {"added-label": "yes"}
        assert pod["spec"]["volumes"][0]["name"].startswith("kube-api-access-")


async def test_what_a_webhook_in_a_pod_changes(lab: Hooked) -> None:
    await lab.serve("webhook")
    await lab.register(MUTATING, "/mutating-configmaps", "configmaps")
    made = await lab.client.create(
        MAPS, {"metadata": {"name": "m"}, "data": {"mutation-start": "yes"}}, "default"
    )
    assert made["data"] == {"mutation-start": "yes", "mutation-stage-1": "yes"}


async def test_what_a_webhook_adds_to_a_custom_resource_is_pruned(lab: Hooked) -> None:
    await lab.serve("webhook")
    text = {"type": "string"}
    data = {"type": "object", "properties": {"mutation-start": text}}
    schema = {"openAPIV3Schema": {"type": "object", "properties": {"data": data}}}
    spec = {
        "group": "example.com",
        "scope": "Namespaced",
        "names": {"plural": "gears", "singular": "gear", "kind": "Gear", "listKind": "GearList"},
        "versions": [{"name": "v1", "served": True, "storage": True, "schema": schema}],
    }
    await lab.client.create(CRDS, {"metadata": {"name": "gears.example.com"}, "spec": spec})
    rule = {
        "operations": ["CREATE"],
        "apiGroups": ["example.com"],
        "apiVersions": ["v1"],
        "resources": ["gears"],
    }
    await lab.register(MUTATING, "/mutating-custom-resource", "gears", rules=[rule])
    gear = {"metadata": {"name": "g"}, "data": {"mutation-start": "yes"}}
    made = await lab.client.create(Resource("example.com", "v1", "gears"), gear, "default")
    assert made["data"] == {"mutation-start": "yes"}


async def test_versions_are_converted_in_a_pod(lab: Hooked) -> None:
    await lab.serve("crd-conversion-webhook")
    schema = {"openAPIV3Schema": {"type": "object", "x-kubernetes-preserve-unknown-fields": True}}
    versions = [{"name": v, "served": True, "storage": v == "v1", "schema": schema} for v in ("v1", "v2")]
    hook = {"clientConfig": lab.way("/crdconvert"), "conversionReviewVersions": ["v1"]}
    spec = {
        "group": "stable.example.com",
        "scope": "Namespaced",
        "names": {"plural": "gears", "singular": "gear", "kind": "Gear", "listKind": "GearList"},
        "versions": versions,
        "conversion": {"strategy": "Webhook", "webhook": hook},
    }
    await lab.client.create(CRDS, {"metadata": {"name": "gears.stable.example.com"}, "spec": spec})
    old = Resource("stable.example.com", "v1", "gears")
    await lab.client.create(old, {"metadata": {"name": "g"}, "hostPort": "localhost:8080"}, "default")
    read = await lab.client.get(Resource("stable.example.com", "v2", "gears"), "g", "default")
    assert (read["host"], read["port"]) == ("localhost", "8080")
