"""``karmadactl addons``: optional components are laid out in the host cluster, and announced in Karmada.

Follows pkg/karmadactl/addons.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import Final

from karmada_nb.engine import meta
from karmada_nb.engine.karmada.addons import DESCHEDULER, METRICS_ADAPTER, SEARCH
from karmada_nb.engine.karmada.aggregated import API_SERVICES
from karmada_nb.engine.karmada.lifecycle.common import ensure, find, metadata, remove
from karmada_nb.engine.karmada.lifecycle.components import (
    KARMADA_RELEASES,
    Component,
    service,
    workload,
)
from karmada_nb.engine.karmada.lifecycle.init import DEPLOYMENTS, SERVICES
from karmada_nb.engine.karmada.names import generate_estimator_deployment_name
from karmada_nb.engine.karmada.plane import SECRETS
from karmada_nb.engine.meta import Object
from karmada_nb.engine.runtime.client import Client, Resource

ESTIMATOR: Final = "karmada-scheduler-estimator"
NAMES: Final = (DESCHEDULER, METRICS_ADAPTER, ESTIMATOR, SEARCH)
"""In the order in which they are listed."""
ENABLED, DISABLED, UNHEALTHY, UNKNOWN = "enabled", "disabled", "unhealthy", "unknown"
_GROUPS: Final = {SEARCH: ("search.karmada.io", "v1alpha1"), METRICS_ADAPTER: ("metrics.k8s.io", "v1beta1")}
"""What aggregated components serve."""
_CONFIG: Final = "--kubeconfig=/etc/karmada/config/karmada.config"
_CERTIFICATES: Final = ("karmada-cert", "/etc/karmada/pki")
_TLS: Final = (
    "--tls-cert-file=/etc/karmada/pki/karmada.crt",
    "--tls-private-key-file=/etc/karmada/pki/karmada.key",
)
_ESTIMATOR_PORT: Final = 10352


@dataclass(frozen=True, slots=True)
class Addon:
    """One of ``NAMES``; ``cluster`` is the member that an estimator is for. ``place``: the namespace."""

    name: str
    place: str
    cluster: str = ""
    replicas: int = 1

    @property
    def deployment(self) -> str:
        """The name of its deployment."""
        return generate_estimator_deployment_name(self.cluster) if self.name == ESTIMATOR else self.name


async def install(host: Client, addon: Addon, kubeconfig: str = "") -> None:
    """Lay it out in the host cluster. ``kubeconfig`` leads to the member of an estimator."""
    component = _component(addon)
    if addon.name == ESTIMATOR:
        name = f"{addon.cluster}-kubeconfig"
        data = {name: base64.b64encode(kubeconfig.encode()).decode()}
        named = {"apiVersion": "v1", "kind": "Secret", "metadata": metadata(name, addon.place)}
        await _apply(host, SECRETS, {**named, "type": "Opaque", "data": data})
    if component.service_port:
        await ensure(host, SERVICES, service(component, addon.place))
    await _apply(host, DEPLOYMENTS, workload(component, addon.place, replicas=addon.replicas))


async def _apply(client: Client, resource: Resource, obj: Object) -> None:
    """Make it, or bring what is there to it."""
    if await find(client, resource, meta.name(obj), meta.namespace(obj)) is None:
        await client.create(resource, obj, meta.namespace(obj))
    else:
        await client.patch(resource, meta.name(obj), obj, namespace=meta.namespace(obj))


async def announce(karmada: Client, addon: Addon, ca_bundle: str) -> None:
    """Lead Karmada to what an aggregated component serves. ``ca_bundle`` is base64 of PEM."""
    if addon.name not in _GROUPS:
        return
    group, version = _GROUPS[addon.name]
    external = f"{addon.name}.{addon.place}.svc.cluster.local"
    place = {"metadata": metadata(addon.name, addon.place)}
    named = {"type": "ExternalName", "externalName": external}
    await ensure(karmada, SERVICES, {"apiVersion": "v1", "kind": "Service", **place, "spec": named})
    labels = {"app": addon.name, "apiserver": "true"}
    announced = {
        "apiVersion": "apiregistration.k8s.io/v1",
        "kind": "APIService",
        "metadata": metadata(f"{version}.{group}", "", labels),
        "spec": {
            "caBundle": ca_bundle,
            "group": group,
            "groupPriorityMinimum": 2000,
            "service": {"name": addon.name, "namespace": addon.place},
            "version": version,
            "versionPriority": 10,
        },
    }
    await _apply(karmada, API_SERVICES, announced)


async def uninstall(host: Client, karmada: Client, addon: Addon) -> None:
    """Take away what ``install`` and ``announce`` made."""
    await remove(host, DEPLOYMENTS, addon.deployment, addon.place)
    if _component(addon).service_port:
        await remove(host, SERVICES, addon.deployment, addon.place)
    if addon.name == ESTIMATOR:
        await remove(host, SECRETS, f"{addon.cluster}-kubeconfig", addon.place)
    if addon.name in _GROUPS:
        group, version = _GROUPS[addon.name]
        await remove(karmada, SERVICES, addon.name, addon.place)
        await remove(karmada, API_SERVICES, f"{version}.{group}")


async def status(host: Client, addon: Addon) -> str:
    """One of ``ENABLED`` and its like; an estimator is unknown where no cluster is named."""
    if addon.name == ESTIMATOR and not addon.cluster:
        return UNKNOWN
    deployment = await find(host, DEPLOYMENTS, addon.deployment, addon.place)
    if deployment is None:
        return DISABLED
    return ENABLED if is_available(deployment) else UNHEALTHY


def is_available(deployment: Object) -> bool:
    """Whether all of its pods are ready and have been for long enough."""
    said = (meta.dig(deployment, "status", f, default=0) for f in ("readyReplicas", "availableReplicas"))
    return all(count == meta.dig(deployment, "status", "replicas", default=0) for count in said)


def _component(addon: Addon) -> Component:
    image = f"docker.io/karmada/{addon.name}:{KARMADA_RELEASES['current']}"
    program = f"/bin/{addon.name}"
    if addon.name == ESTIMATOR:
        secret, path = f"{addon.cluster}-kubeconfig", f"/etc/{addon.cluster}-kubeconfig"
        flags: tuple[str, ...] = (f"--kubeconfig={path}/{secret}", f"--cluster-name={addon.cluster}")
        secrets, port = (_CERTIFICATES, (secret, path)), _ESTIMATOR_PORT
    else:
        flags = (_CONFIG, *(_TLS if addon.name in _GROUPS else ()))
        secrets = ((f"{addon.name}-config", "/etc/karmada/config"), _CERTIFICATES)
        port = 443 if addon.name in _GROUPS else 0
    return Component(addon.deployment, image, (program, *flags), port, service_port=port, secrets=secrets)
