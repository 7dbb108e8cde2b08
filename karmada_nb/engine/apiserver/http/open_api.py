"""The answers below ``/openapi``: which document, in which form, and how long a client may keep it.

Follows k8s.io/kube-openapi pkg/handler and pkg/handler3: a document that was asked for by its hash never
changes, one that was asked for by an old hash has moved.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import orjson
from aiohttp import web

from karmada_nb.engine.apiserver import openapi
from karmada_nb.engine.apiserver.http.aggregation.aggregator import Aggregator
from karmada_nb.engine.apiserver.http.aggregation.services import root_of
from karmada_nb.engine.apiserver.http.exchange import Exchange
from karmada_nb.engine.apiserver.openapi import protobuf
from karmada_nb.engine.apiserver.resource import Registry
from karmada_nb.engine.apiserver.schema import builtin
from karmada_nb.engine.apiserver.schema.catalogue import ResourceInfo
from karmada_nb.engine.apiserver.schema.schema import Schema
from karmada_nb.engine.meta import Object

_ROOT: Final = "/openapi/v3"
_YEAR: Final = "public, immutable, max-age=31536000"


@dataclass(frozen=True, slots=True)
class _Acting:
    """A resource that only acts, such as a review: described, not stored."""

    info: ResourceInfo
    schema: Schema | None
    custom: bool = False


class OpenApiDocuments:
    """One a server. ``infos`` gives all that is served, also what is not in the registry."""

    def __init__(
        self,
        registry: Registry,
        infos: Callable[[], Sequence[ResourceInfo]],
        server_version: str,
        aggregator: Aggregator,
    ) -> None:
        self._registry = registry
        self._infos = infos
        self._version = server_version
        self._aggregator = aggregator

    def _served(self) -> Iterator[openapi.Served]:
        for info in self._infos():
            stored = self._registry.find(info.group, info.version, info.plural)
            yield stored or _Acting(info, builtin.resource(info.group, info.version, info.kind))

    async def respond(self, exchange: Exchange) -> web.StreamResponse | None:
        """The answer to a path below ``/openapi``; ``None`` if there is no such document."""
        path = exchange.target.path.rstrip("/")
        if path == "/openapi/v2":
            return self._second(exchange.request.headers.get("Accept", ""))
        if path == _ROOT:
            headers = {"Content-Type": "text/plain; charset=utf-8"}
            return web.Response(body=orjson.dumps(self._index()), headers=headers)
        return await self._third(path.removeprefix(_ROOT + "/"), exchange.query.get("hash", ""))

    def _index(self) -> Object:
        paths = openapi.index(self._served())["paths"]
        for service in self._aggregator.services:
            for path, url in self._aggregator.services.heard(service).index.items():
                paths[path] = {"serverRelativeURL": url}
        return {"paths": dict(sorted(paths.items()))}

    def _second(self, accept: str) -> web.Response:
        services = self._aggregator.services
        own = openapi.document_v2(self._served(), self._version)
        heard = [(root_of(service), services.heard(service).swagger) for service in services]
        document = openapi.merged(own, [(root, told) for root, told in heard if told is not None])
        if "proto-openapi.spec.v2" in accept:
            return web.Response(body=protobuf.encode(document), headers={"Content-Type": protobuf.MEDIA_TYPE})
        return web.Response(body=orjson.dumps(document), headers={"Content-Type": "application/json"})

    async def _third(self, path: str, known: str) -> web.Response | None:
        match path.split("/"):
            case ["api", version]:
                group = ""
            case ["apis", group, version]:
                pass
            case _:
                return None
        service = self._aggregator.services.find(group, version)
        if service is not None:
            told = await self._aggregator.document(service, f"{_ROOT}/{path}")
            return None if told is None else web.json_response(body=orjson.dumps(told))
        document = openapi.document_v3(self._served(), group, version, self._version)
        if document is None:
            return None
        headers = {"Content-Type": "application/json"}
        if known:
            current = openapi.index(self._served())["paths"][path]["serverRelativeURL"]
            if not current.endswith(f"?hash={known}"):
                return web.Response(status=301, headers={"Location": current})
            headers |= {"Cache-Control": _YEAR, "ETag": f'"{known}"'}
        return web.Response(body=orjson.dumps(document), headers=headers)
