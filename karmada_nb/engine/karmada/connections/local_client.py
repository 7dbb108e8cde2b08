"""``Client`` of a cluster in this process, as a request over the wire would fare: link, token, RBAC."""

from collections.abc import AsyncIterator, Mapping
from typing import Any, Final

from karmada_nb.engine import meta
from karmada_nb.engine.apiserver.verbs.call import User
from karmada_nb.engine.karmada.connections.credentials import Credentials
from karmada_nb.engine.karmada.connections.link import Link
from karmada_nb.engine.meta import Object
from karmada_nb.engine.runtime.client import MERGE_PATCH, ObjectList, Resource, WatchEvent
from karmada_nb.engine.runtime.local import LocalClient

FIELD_MANAGER: Final = "karmada-controller-manager"


class CheckedClient:
    """Every verb: over the link, authenticated, authorized, and only then done in process."""

    def __init__(self, link: Link, endpoint: str, credentials: Credentials) -> None:
        self._link = link
        self._endpoint = endpoint
        self._credentials = credentials
        self._known: tuple[User, LocalClient] | None = None

    async def get(self, resource: Resource, name: str, namespace: str = "") -> Object:
        client = await self._pass("get", resource, namespace, name)
        return await client.get(resource, name, namespace)

    async def list(
        self, resource: Resource, namespace: str = "", label_selector: str = "", field_selector: str = ""
    ) -> ObjectList:
        client = await self._pass("list", resource, namespace)
        return await client.list(resource, namespace, label_selector, field_selector)

    async def watch(
        self, resource: Resource, namespace: str = "", revision: str = "", label_selector: str = ""
    ) -> AsyncIterator[WatchEvent]:
        client = await self._pass("watch", resource, namespace)
        async for event in client.watch(resource, namespace, revision, label_selector):
            await self._link.travel(self._endpoint)
            yield event

    async def create(
        self, resource: Resource, obj: Mapping[str, Any], namespace: str = "", subresource: str = ""
    ) -> Object:
        place = namespace or meta.namespace(obj)
        client = await self._pass(
            "create", resource, place, meta.name(obj) if subresource else "", subresource
        )
        return await client.create(resource, obj, namespace, subresource)

    async def update(self, resource: Resource, obj: Mapping[str, Any], subresource: str = "") -> Object:
        client = await self._pass("update", resource, meta.namespace(obj), meta.name(obj), subresource)
        return await client.update(resource, obj, subresource)

    async def patch(
        self,
        resource: Resource,
        name: str,
        patch: Any,
        kind: str = MERGE_PATCH,
        namespace: str = "",
        subresource: str = "",
    ) -> Object:
        client = await self._pass("patch", resource, namespace, name, subresource)
        return await client.patch(resource, name, patch, kind, namespace, subresource)

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
        client = await self._pass("delete", resource, namespace, name)
        await client.delete(
            resource, name, namespace, uid=uid, propagation=propagation, grace_seconds=grace_seconds
        )

    async def _pass(
        self, verb: str, resource: Resource, namespace: str = "", name: str = "", subresource: str = ""
    ) -> LocalClient:
        await self._link.travel(self._endpoint)
        user = self._credentials.check(verb, resource, namespace, name, subresource)
        if self._known is None or self._known[0] is not user:
            self._known = user, LocalClient(self._link.cluster.api, user, FIELD_MANAGER)
        return self._known[1]
