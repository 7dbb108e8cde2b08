"""``Member`` for a cluster of this process."""

from typing import Any, Final

from karmada_nb.engine import errors, meta
from karmada_nb.engine.apiserver.http import metrics, target
from karmada_nb.engine.errors import StatusError
from karmada_nb.engine.karmada.connections.credentials import Credentials
from karmada_nb.engine.karmada.connections.enablements import enablements
from karmada_nb.engine.karmada.connections.held import HeldInformer
from karmada_nb.engine.karmada.connections.link import Link
from karmada_nb.engine.karmada.connections.local_client import CheckedClient
from karmada_nb.engine.karmada.members import Health
from karmada_nb.engine.meta import Object
from karmada_nb.engine.runtime.client import Client, Resource, Unreachable
from karmada_nb.engine.runtime.clock import Clock
from karmada_nb.engine.runtime.informer import Informer, Informers

METRICS_GROUP: Final = "metrics.k8s.io"


class HeldInformers:
    """One held informer a resource. An unknown resource raises the API's 404, a bad token its 401 or 403."""

    def __init__(self, link: Link, credentials: Credentials) -> None:
        self._link = link
        self._credentials = credentials
        self._made: dict[Resource, HeldInformer] = {}

    def __call__(self, group: str, version: str, plural: str) -> Informer:
        wanted = Resource(group, version, plural)
        informer = self._made.get(wanted)
        if informer is None:
            self._credentials.check("list", wanted)
            informer = HeldInformer(self._link.cluster.informers(*wanted), self._link)
            self._made[wanted] = informer
        return informer

    def close(self) -> None:
        for informer in self._made.values():
            informer.close()
        self._made.clear()


class LocalMember:
    """Answers come from the cluster's own parts: authenticator, authorizer, verbs, health checks."""

    client: Client
    informers: Informers

    def __init__(self, link: Link, endpoint: str, token: str, clock: Clock) -> None:
        self._link = link
        self._endpoint = endpoint
        self._credentials = Credentials(link.cluster, token, clock)
        self._informers = HeldInformers(link, self._credentials)
        self.client = CheckedClient(link, endpoint, self._credentials)
        self.informers = self._informers
        self._enablements: tuple[int, list[Object]] = (-1, [])

    async def travel(self) -> None:
        """Raises Unreachable while the way to the cluster is cut."""
        await self._link.travel(self._endpoint)

    async def health(self) -> Health:
        try:
            await self.travel()
            self._credentials.user()
        except (StatusError, Unreachable):
            return Health(online=False, healthy=False)
        ready = self._link.cluster.server.paths.health.respond("readyz").status == 200
        return Health(online=ready, healthy=ready)

    async def version(self) -> str:
        await self._link.travel(self._endpoint)
        return self._link.cluster.settings.version

    async def api_enablements(self) -> tuple[list[Object], bool]:
        await self._link.travel(self._endpoint)
        self._credentials.user()
        generation = self._link.cluster.api.registry.generation
        if self._enablements[0] != generation:
            self._enablements = generation, enablements(self._link.cluster.server.infos())
        return self._enablements[1], True

    def of_kind(self, api_version: str, kind: str) -> Resource | None:
        found = self._link.cluster.api.registry.of_kind(api_version, kind)
        return None if found is None else Resource(found.group, found.version, found.plural)

    def namespaced(self, resource: Resource) -> bool:
        found = self._link.cluster.api.registry.find(*resource)
        return found is not None and found.namespaced

    async def request(self, method: str, path: str, body: Any = None) -> Object:
        at = target.parse(path.partition("?")[0])
        resource = Resource(at.group, at.version, at.resource)
        verb = target.verb(at, method, {})
        if not at.resource:
            raise StatusError(404, "NotFound", "the server could not find the requested resource", {})
        match verb:
            case "list" if resource.group == METRICS_GROUP:
                await self.travel()
                self._credentials.check("list", resource, at.namespace)
                return {"items": metrics.measured(self._link.cluster.api, resource.plural, at.namespace)}
            case "get" if not at.subresource:
                return await self.client.get(resource, at.name, at.namespace)
            case "list":
                found = await self.client.list(resource, at.namespace)
                return {"metadata": {"resourceVersion": found.revision}, "items": found.items}
            case "create":
                named = meta.with_metadata(body, name=at.name) if at.subresource else body
                return await self.client.create(resource, named, at.namespace, at.subresource)
            case "update":
                return await self.client.update(resource, body, at.subresource)
            case "delete":
                await self.client.delete(resource, at.name, at.namespace)
                return {"kind": "Status", "apiVersion": "v1", "status": "Success"}
        raise errors.method_not_allowed(at.group, at.resource, verb)

    async def close(self) -> None:
        self._informers.close()
        self._credentials.close()
