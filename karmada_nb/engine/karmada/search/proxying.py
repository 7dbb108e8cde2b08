"""``proxying/karmada/proxy``: one API server in the place of all that ResourceRegistries name.

Follows pkg/search/proxy/controller.go and its plugins: what is registered is read from the members, written
to the member that has it, and everything else is answered by Karmada.
"""

from __future__ import annotations

from typing import Final

import orjson
from aiohttp import web

from karmada_nb.engine import errors
from karmada_nb.engine.apiserver.http import body, options, target
from karmada_nb.engine.apiserver.http.exchange import JSON_HEADERS, Exchange
from karmada_nb.engine.apiserver.http.negotiation import body_media
from karmada_nb.engine.apiserver.http.server import ApiServer
from karmada_nb.engine.apiserver.resource import Resource
from karmada_nb.engine.apiserver.verbs.call import ListOptions
from karmada_nb.engine.errors import StatusError
from karmada_nb.engine.karmada.plane import Plane
from karmada_nb.engine.karmada.proxy import ClusterProxy
from karmada_nb.engine.karmada.search import answers
from karmada_nb.engine.karmada.search.reading import Reader, Wanted, as_in_cluster
from karmada_nb.engine.karmada.search.registries import Registries
from karmada_nb.engine.network.timing import within
from karmada_nb.engine.runtime.client import Resource as Path
from karmada_nb.engine.store.types import event_line

WATCH_SECONDS: Final = 1800.0
"""How long a watch lasts for which no time is said."""
_READING: Final = ("get", "list", "watch")


class Proxying:
    """``handle`` is to be mounted as the subresource ``proxy`` of proxyings."""

    def __init__(
        self, plane: Plane, server: ApiServer, registries: Registries, clusters: ClusterProxy
    ) -> None:
        self._clock = plane.clock
        self._server = server
        self._registries = registries
        self._clusters = clusters
        self._reader = Reader(plane.members)

    async def handle(self, exchange: Exchange) -> web.StreamResponse:
        """The answer of the clusters, or of Karmada."""
        raw = exchange.request.raw_path
        _, _, beyond = raw.partition(f"/proxying/{exchange.target.name}/proxy")
        path = beyond if beyond.startswith("/") else f"/{beyond}"
        at = target.parse(path.partition("?")[0])
        resource = self._server.api.registry.find(at.group, at.version, at.resource)
        if resource is None or not self._registries.names(Path(at.group, at.version, at.resource)):
            return await self._server.again(exchange, path)
        verb = target.verb(at, exchange.request.method, exchange.query)
        if at.subresource or verb not in _READING:
            return await self._to_its_cluster(exchange, resource, at, verb, path)
        named = at.name if verb == "watch" else ""
        return await self._read(exchange, resource, at, options.list_options(exchange.query, named))

    async def _read(
        self, exchange: Exchange, resource: Resource, at: target.Target, wanted: ListOptions
    ) -> web.StreamResponse:
        asked = _asked(resource, at, wanted)
        verb = target.verb(at, exchange.request.method, exchange.query)
        if verb == "watch":
            return await self._watch(exchange, resource, asked, wanted)
        places = self._registries.places(asked.resource, resource.kind)
        if at.name:
            obj = await self._reader.get(places, asked, at.name)
            return answers.one(exchange, resource, obj, self._clock.now())
        listed = await self._reader.list(places, asked, wanted.limit, wanted.token, wanted.resource_version)
        return answers.many(exchange, resource, listed, self._clock.now())

    async def _watch(
        self, exchange: Exchange, resource: Resource, asked: Wanted, wanted: ListOptions
    ) -> web.StreamResponse:
        response = web.StreamResponse(headers=JSON_HEADERS)
        response.enable_chunked_encoding()
        await response.prepare(exchange.request)
        try:
            await within(
                self._clock,
                wanted.timeout_seconds or WATCH_SECONDS,
                self._send(response, exchange, resource, asked, wanted),
            )
        except StatusError as error:
            await response.write(event_line("ERROR", orjson.dumps(error.to_status())))
        except (TimeoutError, ConnectionError):
            pass
        return response

    async def _send(
        self,
        response: web.StreamResponse,
        exchange: Exchange,
        resource: Resource,
        asked: Wanted,
        wanted: ListOptions,
    ) -> None:
        places = self._registries.places(asked.resource, resource.kind)
        until = self._registries.added(places, asked.resource, resource.kind)
        initial, first = bool(wanted.send_initial_events), True
        version = wanted.resource_version
        try:
            async for event in self._reader.watch(places, asked, version, until, initial=initial):
                if event.type == "BOOKMARK" and not (wanted.bookmarks or initial):
                    continue
                now = self._clock.now()
                await response.write(answers.line(exchange, resource, event, now, first=first))
                first = False
        finally:
            until.cancel()

    async def _to_its_cluster(
        self, exchange: Exchange, resource: Resource, at: target.Target, verb: str, path: str
    ) -> web.StreamResponse:
        if verb == "create" and not at.name:
            raise errors.method_not_allowed(at.group, at.resource, verb)
        asked = _asked(resource, at, ListOptions())
        places = self._registries.places(asked.resource, resource.kind)
        cluster, _ = await self._reader.locate(places, asked, at.name)
        changed = None
        if verb == "update":
            data = await body.read(exchange.request)
            media = body_media(exchange.request.headers.get("Content-Type", ""))
            changed = as_in_cluster(body.parse(data, media, resource.kind), cluster)
        return await self._clusters.to(cluster, exchange, path.lstrip("/"), changed)


def _asked(resource: Resource, at: target.Target, wanted: ListOptions) -> Wanted:
    path = Path(resource.group, resource.version, resource.plural)
    namespace = at.namespace if resource.namespaced else ""
    return Wanted(path, namespace, wanted.label_selector, wanted.field_selector)
