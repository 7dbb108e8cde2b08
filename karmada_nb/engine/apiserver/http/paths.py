"""Everything outside the resource API: discovery, OpenAPI, version, health, metrics, OpenID."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import orjson
from aiohttp import web

from karmada_nb.engine.apiserver import discovery
from karmada_nb.engine.apiserver.auth.service_accounts import ServiceAccountTokens
from karmada_nb.engine.apiserver.http import health, negotiation, routes
from karmada_nb.engine.apiserver.http.aggregation.aggregator import Aggregator
from karmada_nb.engine.apiserver.http.exchange import Exchange, encode, page_not_found, respond
from karmada_nb.engine.apiserver.http.negotiation import JSON, Accepted
from karmada_nb.engine.apiserver.http.open_api import OpenApiDocuments
from karmada_nb.engine.apiserver.resource import Registry
from karmada_nb.engine.apiserver.schema.catalogue import ResourceInfo
from karmada_nb.engine.meta import Object

_OF_A_VERSION: Final = 3
"""Slashes in ``/apis/<group>/<version>``."""
_NAMED: Final = (
    "/.well-known/openid-configuration",
    "/healthz",
    "/livez",
    "/metrics",
    "/openapi/v2",
    "/openapi/v3",
    "/openid/v1/jwks",
    "/readyz",
    "/version",
)


class PathHandler:
    """One a server. ``infos`` gives all that is served, in the order of discovery."""

    def __init__(
        self,
        registry: Registry,
        infos: Callable[[], Sequence[ResourceInfo]],
        version: Mapping[str, Any],
        tokens: ServiceAccountTokens,
        address: Callable[[], str],
        counts: Callable[[], Mapping[str, int]],
        aggregator: Aggregator,
    ) -> None:
        self._counts = counts
        self._infos = infos
        self._version = dict(version)
        self._tokens = tokens
        self._address = address
        self._open_api = OpenApiDocuments(registry, infos, str(version["gitVersion"]), aggregator)
        self._documents: dict[tuple[str, Accepted], bytes | None] = {}
        self.health = health.Health(int(version["minor"]))
        self._services = aggregator.services
        registry.on_change(self._documents.clear)
        self._services.on_change(self._documents.clear)

    async def handle(self, exchange: Exchange) -> web.StreamResponse:
        path = exchange.target.path
        trimmed = path.rstrip("/") or "/"
        first, _, rest = trimmed[1:].partition("/")
        if first in ("api", "apis"):
            return self._discovery(exchange, trimmed)
        if first in health.ENDPOINTS:
            return self.health.respond(first, rest, exchange.request.raw_path.partition("?")[2])
        if first == "openapi":
            found = await self._open_api.respond(exchange)
            return found if found is not None else web.Response(status=404)
        if trimmed == "/version":
            return self._told_version(exchange)
        method = exchange.request.method
        document = self._document(trimmed) if method in ("GET", "HEAD") else None
        if document is None:
            return self._metrics() if path == "/metrics" else page_not_found()
        return respond(encode(document, exchange.accepted), exchange.accepted)

    def _told_version(self, exchange: Exchange) -> web.Response:
        if exchange.request.method != "GET":
            raise routes.not_allowed()
        if not negotiation.routed(exchange.request.headers.get("Accept", ""), JSON):
            raise negotiation.no_route(JSON)
        return respond(orjson.dumps(self._version, option=orjson.OPT_INDENT_2), negotiation.DEFAULT)

    def _document(self, path: str) -> Object | None:
        if path == "/":
            return {"paths": self._paths()}
        if path == "/.well-known/openid-configuration":
            issuer = self._tokens.issuer
            return {
                "issuer": issuer,
                "jwks_uri": f"https://{self._address()}/openid/v1/jwks",
                "response_types_supported": ["id_token"],
                "subject_types_supported": ["public"],
                "id_token_signing_alg_values_supported": ["RS256"],
            }
        return self._tokens.signer.jwks() if path == "/openid/v1/jwks" else None

    def _paths(self) -> list[str]:
        found = {"/api", "/apis", *_NAMED, *(f"/{name}/ping" for name in health.ENDPOINTS)}
        for info in self._infos():
            if info.group:
                found |= {f"/apis/{info.group}", f"/apis/{info.group}/{info.version}"}
            else:
                found.add(f"/api/{info.version}")
        for other in self._services.told():
            found |= {f"/apis/{other.group}", f"/apis/{other.group}/{other.version}"}
        return sorted(found)

    def _discovery(self, exchange: Exchange, path: str) -> web.Response:
        header, whole = exchange.request.headers.get("Accept", ""), path in ("/api", "/apis")
        accepted = negotiation.accept(header, "discovery")
        if accepted is not None and accepted.kind and whole:
            return self._aggregated(exchange, path, accepted)
        data = self._encoded(path, negotiation.DEFAULT)
        if data is None:
            if path.startswith("/api/"):
                raise routes.not_found()
            return page_not_found()
        if path.startswith("/apis") and path.count("/") < _OF_A_VERSION:
            if accepted is None or accepted.kind:
                raise negotiation.not_acceptable(*negotiation.SUPPORTED)
        else:
            if exchange.request.method != "GET":
                raise routes.not_allowed()
            if not negotiation.routed(header, *negotiation.SUPPORTED):
                raise negotiation.no_route(*negotiation.SUPPORTED)
            accepted = negotiation.accept(header, "discovery")
            if accepted is None or accepted.kind:
                raise negotiation.not_acceptable(*negotiation.SUPPORTED)
        data = self._encoded(path, accepted)
        assert data is not None
        return respond(data, accepted)

    def _aggregated(self, exchange: Exchange, path: str, accepted: Accepted) -> web.Response:
        """Everything in one document, which a client that has it by its tag is not sent again."""
        data = self._encoded(path, accepted)
        assert data is not None
        kind = f"g={accepted.group};v={accepted.version};as={accepted.kind}"
        tag = f'"{hashlib.sha512(data).hexdigest().upper()}"'
        headers = {"Cache-Control": "public", "ETag": tag, "Vary": "Accept"}
        if exchange.request.headers.get("If-None-Match", "") == tag:
            return web.Response(status=304, headers=headers)
        return web.Response(body=data, headers={"Content-Type": f"{JSON};{kind}", **headers})

    def _encoded(self, path: str, accepted: Accepted) -> bytes | None:
        key = (path, accepted)
        if key not in self._documents:
            made = self._discovered(path, accepted)
            self._documents[key] = None if made is None else encode(made, accepted)
        return self._documents[key]

    def _discovered(self, path: str, accepted: Accepted) -> Object | None:
        infos, others = self._infos(), self._services.told()
        parts = path[1:].split("/")
        if accepted.kind:
            core = parts[0] == "api"
            return discovery.aggregated(infos, others, core=core, version=accepted.version)
        match parts:
            case ["api"]:
                return discovery.api_versions(self._address())
            case ["api", version]:
                return discovery.api_resource_list(infos, "", version)
            case ["apis"]:
                return discovery.api_group_list(infos, others)
            case ["apis", group]:
                return discovery.api_group(infos, group, others)
            case ["apis", group, version]:
                return discovery.api_resource_list(infos, group, version)
        return None

    def _metrics(self) -> web.Response:
        lines = [
            "# HELP apiserver_storage_objects Number of stored objects by resource.",
            "# TYPE apiserver_storage_objects gauge",
            *(f'apiserver_storage_objects{{resource="{n}"}} {c}' for n, c in sorted(self._counts().items())),
        ]
        headers = {"Content-Type": "text/plain; version=0.0.4; charset=utf-8"}
        return web.Response(body=("\n".join(lines) + "\n").encode(), headers=headers)
