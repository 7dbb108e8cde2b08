"""Passes requests on to extension API servers, asks them how they are, and learns what they serve.

Follows kube-aggregator pkg/apiserver/handler_proxy.go, handler_discovery.go and
pkg/controllers/status/remote/remote_available_controller.go.
"""

from __future__ import annotations

from typing import Any, Final

import aiohttp
import orjson
from aiohttp import web
from yarl import URL

from karmada_nb.engine.apiserver.discovery import AGGREGATED, discovered
from karmada_nb.engine.apiserver.http.aggregation.dialing import Dialer, in_the_name_of, server_name
from karmada_nb.engine.apiserver.http.aggregation.services import Heard, Services, available, root_of
from karmada_nb.engine.apiserver.http.asking import said
from karmada_nb.engine.apiserver.http.exchange import Exchange, text
from karmada_nb.engine.apiserver.http.forwarding import Goal, forward
from karmada_nb.engine.meta import Object

_ACCEPT: Final = ",".join(AGGREGATED.format(version=version) for version in ("v2", "v2beta1"))
_DROPPED: Final = frozenset({"host", "authorization", "content-length", "transfer-encoding", "expect"})
_GOOD: Final = range(200, 300)
_NOT_MODIFIED: Final = 304
FAILURES: Final = (OSError, aiohttp.ClientError, TimeoutError)


class Aggregator:
    """What one API server does for the groups and versions that others serve."""

    def __init__(self, services: Services, dialer: Dialer) -> None:
        self.services = services
        self.dialer = dialer

    async def handle(self, exchange: Exchange, service: Object) -> web.StreamResponse:
        """The server's own answer; 503 while it is not available."""
        if not available(service):
            return _unavailable("service unavailable")
        try:
            place = self.dialer.place(service)
        except LookupError:
            return _unavailable("service unavailable")
        try:
            tls = self.dialer.tls(service)
        except ValueError as error:
            return text(f"{error}\n", 500)
        request = exchange.request
        headers = in_the_name_of(exchange.user, request.headers.copy())
        for name in _DROPPED & {name.lower() for name in headers}:
            headers.popall(name)
        goal = Goal(place + request.raw_path, headers, tls, server_name(service))
        try:
            return await forward(request, goal)
        except FAILURES as error:
            return _unavailable(f"error trying to reach service: {said(error, URL(place))}")

    async def probe(self, service: Object) -> str:
        """Why the server is not available; "" if it is. What it serves is learned on the way."""
        try:
            place = self.dialer.place(service)
        except LookupError as error:
            return str(error.args[0])
        path = root_of(service)
        heard = self.services.heard(service)
        try:
            status, _, _ = await self.dialer.fetch(service, path)
            if status in _GOOD:
                await self._learn(service, heard)
                return ""
            why = f"bad status from {place}{path}: {status}"
        except TimeoutError:
            why = f'Get "{place}{path}": context deadline exceeded'
        except FAILURES as error:
            why = f'Get "{place}{path}": {said(error, URL(place))}'
        except ValueError as error:
            why = str(error)
        if heard.fresh:
            heard.fresh = False
            self.services.tell()
        return f"failing or missing response from {place}{path}: {why}"

    async def document(self, service: Object, path: str) -> Object | None:
        """An OpenAPI document of the server; None if it cannot be had."""
        try:
            status, data, _ = await self.dialer.fetch(service, path)
        except (*FAILURES, LookupError, ValueError):
            return None
        return _object(data) if status in _GOOD else None

    async def _learn(self, service: Object, heard: Heard) -> None:
        before = (heard.discovery, heard.fresh, heard.swagger, heard.index)
        heard.discovery = await self._discover(service) or heard.discovery
        heard.fresh = heard.discovery is not None
        swagger = await self._changed(service, heard, "/openapi/v2")
        if swagger is not None:
            heard.swagger = swagger
        index = await self._changed(service, heard, "/openapi/v3")
        if index is not None:
            root = root_of(service).strip("/")
            heard.index = {
                name: said["serverRelativeURL"]
                for name, said in (index.get("paths") or {}).items()
                if name == root
            }
        if before != (heard.discovery, heard.fresh, heard.swagger, heard.index):
            self.services.tell()

    async def _discover(self, service: Object) -> Object | None:
        """The ``APIVersionDiscovery`` of the server's group and version, from whichever form it speaks."""
        spec = service["spec"]
        status, data, headers = await self.dialer.fetch(service, "/apis", _ACCEPT)
        if status in _GOOD and "as=APIGroupDiscoveryList" in headers.get("Content-Type", ""):
            for group in (_object(data) or {}).get("items") or ():
                if group["metadata"].get("name", "") != spec.get("group", ""):
                    continue
                for version in group.get("versions") or ():
                    if version.get("version") == spec["version"]:
                        return {k: v for k, v in version.items() if k != "freshness"}
            return None
        status, data, _ = await self.dialer.fetch(service, root_of(service))
        listed = _object(data) if status in _GOOD else None
        if listed is None:
            return None
        return {"version": spec["version"], "resources": discovered(listed.get("resources") or ())}

    async def _changed(self, service: Object, heard: Heard, path: str) -> Object | None:
        """A document of the server's, unless it is the one that was read before."""
        try:
            status, data, headers = await self.dialer.fetch(service, path, etag=heard.tags.get(path, ""))
        except FAILURES:
            return None
        if status == _NOT_MODIFIED or status not in _GOOD:
            return None
        heard.tags[path] = headers.get("ETag", "")
        return _object(data)


def _object(data: bytes) -> Object | None:
    try:
        found: Any = orjson.loads(data)
    except orjson.JSONDecodeError:
        return None
    return found if isinstance(found, dict) else None


def _unavailable(why: str) -> web.Response:
    return text(f"{why}\n", 503)
