"""``karmadactl join``: Karmada gets an account in a cluster, and the cluster a place in Karmada.

Follows pkg/karmadactl/join/join.go and pkg/util/credential.go; pkg/karmadactl/join.go at v1.2.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from karmada_nb.engine import meta
from karmada_nb.engine.errors import StatusError
from karmada_nb.engine.karmada.admission.cluster import cluster_name_complaints
from karmada_nb.engine.karmada.constants import ARTICLE, CLUSTER_API_VERSION, CURRENT, Edition
from karmada_nb.engine.karmada.lifecycle.common import (
    CLUSTER_NAMESPACE,
    CommandError,
    ensure,
    find,
    metadata,
    namespace,
    put,
    system_labels,
)
from karmada_nb.engine.karmada.lifecycle.credentials import obtain_credentials
from karmada_nb.engine.karmada.names import generate_impersonation_secret_name
from karmada_nb.engine.karmada.plane import CLUSTERS, NAMESPACES, SECRETS
from karmada_nb.engine.meta import Object
from karmada_nb.engine.runtime.client import Client
from karmada_nb.engine.runtime.clock import Clock

_SYSTEM: Final = "kube-system"


@dataclass(frozen=True, slots=True)
class Joining:
    """The cluster and how its API server is reached; ``zones`` and ``region`` only today."""

    name: str
    endpoint: str
    edition: Edition = CURRENT
    namespace: str = CLUSTER_NAMESPACE
    insecure: bool = False
    proxy: str = ""
    provider: str = ""
    region: str = ""
    zones: tuple[str, ...] = ()
    dry_run: bool = False


async def join(karmada: Client, member: Client, wanted: Joining, clock: Clock) -> str:
    """Register a member in Push mode; returns what the command prints. Raises CommandError, StatusError."""
    check_name(wanted.name)
    article = wanted.edition == ARTICLE
    labels = system_labels(wanted.edition)
    cluster_id = ""
    if article:
        if not wanted.dry_run:
            await ensure(karmada, NAMESPACES, namespace(wanted.namespace))
    else:
        cluster_id = meta.uid(await member.get(NAMESPACES, _SYSTEM))
        await _check_unknown(karmada, wanted.name, cluster_id)
    if wanted.dry_run:
        return ""
    own, impersonator = await obtain_credentials(member, wanted.name, wanted.namespace, wanted.edition, clock)
    if not article:
        await ensure(karmada, NAMESPACES, namespace(wanted.namespace, labels))
    secrets = [
        await _put_secret(karmada, secret, what)
        for secret, what in (
            (impersonator_secret(wanted, impersonator, labels), "impersonator secret"),
            (cluster_secret(wanted, own, labels), "secret"),
        )
    ]
    cluster = await _create_cluster(karmada, cluster_object(wanted, cluster_id))
    for secret in secrets:
        await _own(karmada, secret, cluster)
    return f"cluster({wanted.name}) is joined successfully\n"


def check_name(name: str) -> None:
    """Raises CommandError for what cannot be the name of a cluster."""
    if not name:
        raise CommandError("cluster name is required")
    complaints = cluster_name_complaints(name)
    if complaints:
        raise CommandError(f"invalid cluster name({name}): {';'.join(complaints)}")


def cluster_secret(wanted: Joining, token: Object, labels: dict[str, str]) -> Object:
    """Karmada's credentials for the member, from the token secret that the member made."""
    data = token.get("data") or {}
    return {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": metadata(wanted.name, wanted.namespace, labels),
        "data": {"caBundle": data.get("ca.crt", ""), "token": data.get("token", "")},
    }


def impersonator_secret(wanted: Joining, token: Object, labels: dict[str, str]) -> Object:
    """The credentials with which Karmada acts as its users in the member."""
    name = generate_impersonation_secret_name(wanted.name)
    return {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": metadata(name, wanted.namespace, labels),
        "data": {"token": (token.get("data") or {}).get("token", "")},
    }


def cluster_object(wanted: Joining, cluster_id: str) -> Object:
    """The Cluster as the command creates it."""
    spec: Object = {
        "syncMode": "Push",
        "apiEndpoint": wanted.endpoint,
        "secretRef": {"namespace": wanted.namespace, "name": wanted.name},
        "impersonatorSecretRef": {
            "namespace": wanted.namespace,
            "name": generate_impersonation_secret_name(wanted.name),
        },
    }
    optional: Object = {
        "id": cluster_id,
        "provider": wanted.provider,
        "insecureSkipTLSVerification": wanted.insecure,
        "proxyURL": wanted.proxy,
    }
    if wanted.edition != ARTICLE:
        optional |= {"region": wanted.region, "zones": list(wanted.zones)}
    spec |= {field: value for field, value in optional.items() if value}
    return {
        "apiVersion": CLUSTER_API_VERSION,
        "kind": "Cluster",
        "metadata": {"name": wanted.name},
        "spec": spec,
    }


async def _check_unknown(karmada: Client, name: str, cluster_id: str) -> None:
    known = await karmada.list(CLUSTERS)
    for cluster in known.items:
        if meta.name(cluster) == name or meta.dig(cluster, "spec", "id") == cluster_id:
            raise CommandError(f"the cluster ID {cluster_id} or the cluster name {name} has been registered")


async def _put_secret(karmada: Client, secret: Object, what: str) -> Object:
    try:
        return await put(karmada, SECRETS, secret)
    except StatusError as error:
        raise CommandError(f"failed to create {what} in control plane. error: {error.message}") from error


async def _create_cluster(karmada: Client, cluster: Object) -> Object:
    name = meta.name(cluster)
    failed = f"failed to create cluster({name}) object. error: "
    if await find(karmada, CLUSTERS, name) is not None:
        raise CommandError(f"{failed}cluster({name}) already exist")
    try:
        return await karmada.create(CLUSTERS, cluster)
    except StatusError as error:
        raise CommandError(failed + error.message) from error


async def _own(karmada: Client, secret: Object, cluster: Object) -> None:
    """Let the secret go when the Cluster goes."""
    owner = meta.owner_reference({**cluster, "apiVersion": CLUSTER_API_VERSION, "kind": "Cluster"})
    patch = {"metadata": {"ownerReferences": [owner]}}
    try:
        await karmada.patch(SECRETS, meta.name(secret), patch, namespace=meta.namespace(secret))
    except StatusError as error:
        raise CommandError(f"failed to patch secret {meta.key(secret)}, error: {error.message}") from error
