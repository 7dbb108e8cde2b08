"""``Client`` over a ``Session``: what join and unjoin are written against, for a command that ends soon."""

from collections.abc import AsyncIterator, Mapping
from typing import Any

from karmada_nb.engine.meta import Object, metadata, name
from karmada_nb.engine.runtime.client import MERGE_PATCH, ObjectList, Resource, WatchEvent
from karmada_nb.karmadactl.session import Session


class SessionClient:
    """Requests block: a command has nothing else to do meanwhile."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def get(self, resource: Resource, name: str, namespace: str = "") -> Object:
        return self._session.get(path(resource, namespace, name))

    async def list(
        self, resource: Resource, namespace: str = "", label_selector: str = "", field_selector: str = ""
    ) -> ObjectList:
        said = {"labelSelector": label_selector, "fieldSelector": field_selector}
        found = self._session.get(path(resource, namespace), **{k: v for k, v in said.items() if v})
        return ObjectList(found.get("items") or [], metadata(found).get("resourceVersion", ""))

    def watch(
        self, resource: Resource, namespace: str = "", revision: str = "", label_selector: str = ""
    ) -> AsyncIterator[WatchEvent]:
        raise NotImplementedError("a command lists, it does not watch")

    async def create(
        self, resource: Resource, obj: Mapping[str, Any], namespace: str = "", subresource: str = ""
    ) -> Object:
        where = path(resource, namespace, name(obj) if subresource else "", subresource)
        return self._session.request("POST", where, obj)

    async def update(self, resource: Resource, obj: Mapping[str, Any], subresource: str = "") -> Object:
        where = path(resource, metadata(obj).get("namespace", ""), name(obj), subresource)
        return self._session.request("PUT", where, obj)

    async def patch(
        self,
        resource: Resource,
        name: str,
        patch: Any,
        kind: str = MERGE_PATCH,
        namespace: str = "",
        subresource: str = "",
    ) -> Object:
        where = path(resource, namespace, name, subresource)
        return self._session.request("PATCH", where, patch, content_type=kind)

    async def delete(
        self,
        resource: Resource,
        name: str,
        namespace: str = "",
        *,
        uid: str = "",
        propagation: str = "",
        grace_seconds: int | None = None,
    ) -> None:
        options: Object = {"kind": "DeleteOptions", "apiVersion": "v1"}
        if uid:
            options["preconditions"] = {"uid": uid}
        if propagation:
            options["propagationPolicy"] = propagation
        if grace_seconds is not None:
            options["gracePeriodSeconds"] = grace_seconds
        self._session.request("DELETE", path(resource, namespace, name), options)


def path(resource: Resource, namespace: str = "", name: str = "", subresource: str = "") -> str:
    """Where a resource is, or one object of it."""
    root = f"/apis/{resource.group}/{resource.version}" if resource.group else f"/api/{resource.version}"
    place = f"/namespaces/{namespace}" if namespace else ""
    tail = "".join(f"/{part}" for part in (name, subresource) if part)
    return f"{root}{place}/{resource.plural}{tail}"
