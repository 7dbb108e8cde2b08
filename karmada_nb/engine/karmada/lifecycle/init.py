"""``karmadactl init``: what stands for a Karmada control plane in its host cluster, and what it begins with.

Follows pkg/karmadactl/cmdinit/kubernetes/deploy.go and pkg/karmadactl/cmdinit/karmada/deploy.go, and the
same at v1.2.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from karmada_nb.engine import meta
from karmada_nb.engine.karmada.api import custom_resource_definitions
from karmada_nb.engine.karmada.constants import ARTICLE, Edition
from karmada_nb.engine.karmada.lifecycle.common import (
    CLUSTER_NAMESPACE,
    CommandError,
    ensure,
    find,
    metadata,
    namespace,
    put,
)
from karmada_nb.engine.karmada.lifecycle.components import (
    API_SERVER_DEPLOYMENT,
    CERTIFICATES,
    CONFIGURED,
    LABELS,
    NODE_PORT,
    SYSTEM_NAMESPACE,
    components,
    etcd,
    service,
    workload,
)
from karmada_nb.engine.karmada.lifecycle.karmada_objects import RESOURCES, karmada_objects
from karmada_nb.engine.karmada.plane import NAMESPACES, SECRETS
from karmada_nb.engine.meta import Object
from karmada_nb.engine.runtime.client import Client, Resource

__all__ = ["API_SERVER_DEPLOYMENT", "SYSTEM_NAMESPACE", "Files", "install_host", "install_karmada"]

DEPLOYMENTS: Final = Resource("apps", "v1", "deployments")
STATEFUL_SETS: Final = Resource("apps", "v1", "statefulsets")
SERVICES: Final = Resource("", "v1", "services")
DEFINITIONS: Final = Resource("apiextensions.k8s.io", "v1", "customresourcedefinitions")
Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Files:
    """``certificates``: file name (``ca.crt``) to PEM; ``kubeconfig``: of Karmada, as text."""

    certificates: Mapping[str, str] = field(default_factory=dict)
    kubeconfig: str = ""


NO_FILES: Final = Files()


async def install_host(
    host: Client,
    edition: Edition,
    files: Files = NO_FILES,
    place: str = SYSTEM_NAMESPACE,
    progress: Progress = lambda line: None,
) -> None:
    """Lay out the control plane in the host cluster; ``progress`` gets a line before each step.

    Raises CommandError where another Karmada has the port, StatusError.
    """
    await _check_node_port(host, place)
    await ensure(host, NAMESPACES, namespace(place))
    for secret in secrets(edition, files, place):
        await put(host, SECRETS, secret)
    store = etcd(edition)
    await ensure(host, SERVICES, service(store, place))
    progress("create etcd StatefulSets")
    await ensure(host, STATEFUL_SETS, workload(store, place, "StatefulSet"))
    for component in components(edition):
        progress(f"create {_told(component.name, edition)} Deployment")
        if component.service_port:
            await ensure(host, SERVICES, service(component, place))
        await ensure(host, DEPLOYMENTS, workload(component, place))


async def install_karmada(
    karmada: Client,
    edition: Edition,
    ca: str = "",
    place: str = SYSTEM_NAMESPACE,
    progress: Progress = lambda line: None,
) -> None:
    """Bring a fresh Karmada API to where its controllers can start. What is there already stays.

    ``ca`` is the PEM of the authority that the webhooks' certificates come from.
    """
    for name in (place, CLUSTER_NAMESPACE):
        await ensure(karmada, NAMESPACES, namespace(name))
    progress("Initialize karmada bases crd resource")
    for definition in custom_resource_definitions(edition):
        await ensure(karmada, DEFINITIONS, definition)
    for obj in karmada_objects(edition, base64.b64encode(ca.encode()).decode(), place):
        await ensure(karmada, RESOURCES[obj["kind"]], obj)


def secrets(edition: Edition, files: Files, place: str) -> list[Object]:
    """The kubeconfigs and certificates of the components."""
    article = edition == ARTICLE
    names = ["kubeconfig"] if article else [f"{name}-config" for name in CONFIGURED]
    config = {"kubeconfig" if article else "karmada.config": files.kubeconfig}
    given = files.certificates
    own = {f"tls.{end}": given.get(f"karmada.{end}", "") for end in ("crt", "key")}
    return [
        *(_secret(name, config, place) for name in names),
        _secret("etcd-cert", _pairs(given, ("ca" if article else "etcd-ca", "etcd-server")), place),
        _secret("karmada-cert", _pairs(given, CERTIFICATES[edition]), place),
        _secret("karmada-webhook-cert", own, place),
    ]


def _pairs(given: Mapping[str, str], names: tuple[str, ...]) -> dict[str, str]:
    files = [f"{name}.{end}" for name in names for end in ("crt", "key")]
    return {file: given.get(file, "") for file in files}


def _secret(name: str, texts: Mapping[str, str], place: str) -> Object:
    return {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": metadata(name, place, dict(LABELS)),
        "type": "Opaque",
        "data": {file: base64.b64encode(text.encode()).decode() for file, text in texts.items()},
    }


def _told(name: str, edition: Edition) -> str:
    """The name of a component as the command's progress has it."""
    if name == API_SERVER_DEPLOYMENT:
        return "karmada ApiServer" if edition == ARTICLE else "Karmada APIServer"
    words = name.removeprefix("karmada-").replace("-", " ")
    return f"karmada {words}"


async def _check_node_port(host: Client, place: str) -> None:
    if await find(host, SERVICES, API_SERVER_DEPLOYMENT, place) is not None:
        return
    for found in (await host.list(SERVICES)).items:
        for port in meta.dig(found, "spec", "ports", default=[]):
            if port.get("nodePort") == NODE_PORT:
                raise CommandError(f"nodePort of karmada apiserver {NODE_PORT} already exist")
