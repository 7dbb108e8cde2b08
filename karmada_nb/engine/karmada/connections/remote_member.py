"""``Member`` for a cluster that is reached over HTTPS."""

from __future__ import annotations

import asyncio
from typing import Any, Final

from karmada_nb.engine import meta
from karmada_nb.engine.errors import StatusError
from karmada_nb.engine.karmada.connections.access import Access
from karmada_nb.engine.karmada.connections.enablements import from_discovery
from karmada_nb.engine.karmada.connections.local_client import FIELD_MANAGER
from karmada_nb.engine.karmada.members import Health, Member
from karmada_nb.engine.meta import Object
from karmada_nb.engine.runtime.client import Client, Resource, Unreachable
from karmada_nb.engine.runtime.clock import Clock
from karmada_nb.engine.runtime.endpoint import Endpoint, tls_context
from karmada_nb.engine.runtime.informer import Event, Informers
from karmada_nb.engine.runtime.remote import RemoteClient
from karmada_nb.engine.runtime.remote_informer import RemoteInformers

_DEFINITIONS: Final = ("apiextensions.k8s.io", "v1", "customresourcedefinitions")
_DISCOVERY_SECONDS: Final = 300.0


class RemoteMember:
    """What it serves is asked again when a custom resource definition changed, and every few minutes."""

    client: Client
    informers: Informers

    def __init__(self, access: Access, clock: Clock) -> None:
        tls = None if access.insecure else tls_context(access.ca.encode())
        endpoint = Endpoint(
            access.endpoint.rstrip("/"),
            tls,
            access.token,
            proxy=access.proxy,
            headers=access.proxy_headers,
        )
        self._client = RemoteClient(endpoint, FIELD_MANAGER)
        self._informers = RemoteInformers(self._client, clock)
        self._clock = clock
        self.client = self._client
        self.informers = self._informers
        self._lists: list[Object] = []
        self._complete = False
        self._asked: float | None = None
        self._listening = False

    async def health(self) -> Health:
        try:
            code = await self._client.probe("/readyz")
            if code == 404:
                code = await self._client.probe("/healthz")
        except Unreachable:
            return Health(online=False, healthy=False)
        return Health(online=code < 300, healthy=code == 200)

    async def version(self) -> str:
        return str((await self._client.raw("/version")).get("gitVersion", ""))

    async def api_enablements(self) -> tuple[list[Object], bool]:
        now = self._clock.monotonic()
        if self._asked is None or now >= self._asked + _DISCOVERY_SECONDS:
            await self._discover()
            self._asked = now
        return from_discovery(self._lists), self._complete

    def of_kind(self, api_version: str, kind: str) -> Resource | None:
        group, version = meta.group_version(api_version)
        for document in self._lists:
            if document["groupVersion"] == api_version:
                for item in document.get("resources") or ():
                    if item["kind"] == kind and "/" not in item["name"]:
                        return Resource(group, version, item["name"])
        return None

    def namespaced(self, resource: Resource) -> bool:
        version = meta.api_version(resource.group, resource.version)
        for document in self._lists:
            if document["groupVersion"] == version:
                for item in document.get("resources") or ():
                    if item["name"] == resource.plural:
                        return bool(item.get("namespaced"))
        return False

    async def request(self, method: str, path: str, body: Any = None) -> Object:
        return await self._client.raw(path, method, body)

    async def close(self) -> None:
        await self._informers.close()
        await self._client.close()

    async def _discover(self) -> None:
        self._listen()
        groups = (await self._client.raw("/apis")).get("groups") or []
        paths = ["/api/v1"]
        paths += [f"/apis/{v['groupVersion']}" for group in groups for v in group.get("versions") or ()]
        found = await asyncio.gather(*(self._document(path) for path in paths))
        self._lists = [document for document in found if document is not None]
        self._complete = len(self._lists) == len(found)

    async def _document(self, path: str) -> Object | None:
        try:
            return await self._client.raw(path)
        except StatusError:
            return None

    def _listen(self) -> None:
        if not self._listening:
            self._listening = True
            self._informers(*_DEFINITIONS).add_handler(self._changed)

    def _changed(self, event: Event) -> None:
        self._asked = None


def connect(access: Access, clock: Clock) -> Member:
    """A connection that is made when it is first used."""
    return RemoteMember(access, clock)
