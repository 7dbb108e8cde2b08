"""What the commands share: making sure that objects are there, and gone."""

from __future__ import annotations

from typing import Final

from karmada_nb.engine import meta
from karmada_nb.engine.errors import StatusError
from karmada_nb.engine.karmada.constants import (
    ARTICLE,
    KARMADA_SYSTEM_LABEL,
    KARMADA_SYSTEM_LABEL_VALUE,
    Edition,
)
from karmada_nb.engine.meta import Object
from karmada_nb.engine.runtime.client import Client, Resource

CLUSTER_NAMESPACE: Final = "karmada-cluster"
_RBAC: Final = "rbac.authorization.k8s.io"
SERVICE_ACCOUNTS: Final = Resource("", "v1", "serviceaccounts")
CLUSTER_ROLES: Final = Resource(_RBAC, "v1", "clusterroles")
CLUSTER_ROLE_BINDINGS: Final = Resource(_RBAC, "v1", "clusterrolebindings")


class CommandError(Exception):
    """A command cannot go on; the text is what the command prints after ``error: ``."""


def system_labels(edition: Edition) -> dict[str, str]:
    """The labels of what a command makes; v1.2 put none on."""
    return {} if edition == ARTICLE else {KARMADA_SYSTEM_LABEL: KARMADA_SYSTEM_LABEL_VALUE}


def metadata(name: str, namespace: str = "", labels: dict[str, str] | None = None) -> Object:
    """Metadata without what is empty."""
    out: Object = {"name": name}
    if namespace:
        out["namespace"] = namespace
    if labels:
        out["labels"] = labels
    return out


def namespace(name: str, labels: dict[str, str] | None = None) -> Object:
    return {"apiVersion": "v1", "kind": "Namespace", "metadata": metadata(name, "", labels)}


async def find(client: Client, resource: Resource, name: str, namespace: str = "") -> Object | None:
    """The object, or None. Raises StatusError for anything but its absence."""
    try:
        return await client.get(resource, name, namespace)
    except StatusError as error:
        if error.code != 404:
            raise
        return None


async def ensure(client: Client, resource: Resource, obj: Object) -> Object:
    """The object as it is there, made if it was not."""
    found = await find(client, resource, meta.name(obj), meta.namespace(obj))
    if found is not None:
        return found
    try:
        return await client.create(resource, obj, meta.namespace(obj))
    except StatusError as error:
        if error.reason != "AlreadyExists":
            raise
    return await client.get(resource, meta.name(obj), meta.namespace(obj))


async def put(client: Client, resource: Resource, obj: Object) -> Object:
    """The object, made or brought to what ``obj`` says beside its metadata."""
    found = await ensure(client, resource, obj)
    wanted = {**found, **{field: value for field, value in obj.items() if field != "metadata"}}
    return found if wanted == found else await client.update(resource, wanted)


async def remove(client: Client, resource: Resource, name: str, namespace: str = "") -> None:
    """Delete; what is gone already is no error."""
    try:
        await client.delete(resource, name, namespace)
    except StatusError as error:
        if error.code != 404:
            raise
