"""``pods/log``: a container's output as text, to its end or for as long as the client stays.

Follows pkg/registry/core/pod/rest/log.go and pkg/apis/core/validation (ValidatePodLogOptions).
"""

from __future__ import annotations

import base64
from collections.abc import AsyncIterator, Mapping
from datetime import datetime, timedelta
from typing import Final

from aiohttp import web

from karmada_nb.engine import errors, golang, meta
from karmada_nb.engine.apiserver.http.exchange import Exchange
from karmada_nb.engine.apiserver.http.streams import pods, upgrade
from karmada_nb.engine.apiserver.http.target import truthy
from karmada_nb.engine.apiserver.validation import field
from karmada_nb.engine.errors import Cause
from karmada_nb.engine.nodes.runtime import LogOptions, PodRuntime
from karmada_nb.engine.runtime.clock import Clock
from karmada_nb.engine.store import Store

_BINARY, _BASE64 = "binary.k8s.io", "base64.binary.k8s.io"
_HEADERS: Final = {"Content-Type": "text/plain", "Cache-Control": "no-cache, private"}


class Logs:
    """The handler of one cluster."""

    def __init__(self, store: Store, runtime: PodRuntime, clock: Clock) -> None:
        self._store = store
        self._runtime = runtime
        self._clock = clock

    async def handle(self, exchange: Exchange) -> web.StreamResponse:
        target, query = exchange.target, exchange.query
        wanted = log_options(query, target.name, self._clock.now())
        pod = pods.find(self._store, target.namespace, target.name)
        container = query.get("container", "")
        if container:
            pods.container_of(pod, container)
        if not pods.on_a_node(pod):
            return web.Response(status=204)
        lines = self._runtime.logs(target.namespace, target.name, container, wanted)
        if upgrade.wants_websocket(exchange.request):
            await self._first(target.namespace, target.name, container)
            return await _over_websocket(exchange.request, lines)
        response = web.StreamResponse(headers=_HEADERS)
        response.enable_chunked_encoding()
        if wanted.follow:
            await self._first(target.namespace, target.name, container)
            await response.prepare(exchange.request)
        async for line in lines:
            if not response.prepared:
                await response.prepare(exchange.request)
            await response.write(line)
        if not response.prepared:
            await response.prepare(exchange.request)
        return response

    async def _first(self, namespace: str, name: str, container: str) -> None:
        """Raise what a request for the same log would: a stream that has begun can tell no error."""
        async for _ in self._runtime.logs(namespace, name, container, LogOptions(tail=1)):
            return


async def _over_websocket(request: web.BaseRequest, lines: AsyncIterator[bytes]) -> web.StreamResponse:
    """A message for each piece, as bytes or in base64."""
    socket = await upgrade.websocket(request, (_BINARY, _BASE64))
    async for line in lines:
        if socket.ws_protocol == _BASE64:
            await socket.send_str(base64.b64encode(line).decode())
        else:
            await socket.send_bytes(line)
    await upgrade.finish(socket)
    return socket


def log_options(query: Mapping[str, str], pod: str, now: datetime) -> LogOptions:
    """``PodLogOptions`` from a query. Raises 400 and 422."""
    causes: list[Cause] = []
    tail = _number(query, "tailLines")
    if tail is not None and tail < 0:
        causes.append(field.invalid("tailLines", tail, field.NEGATIVE))
    limit = _number(query, "limitBytes")
    if limit is not None and limit < 1:
        causes.append(field.invalid("limitBytes", limit, "must be greater than 0"))
    seconds, moment = _number(query, "sinceSeconds"), query.get("sinceTime", "")
    if seconds is not None and moment:
        detail = "at most one of `sinceTime` or `sinceSeconds` may be specified"
        causes.append(field.forbidden("[]", detail))
    elif seconds is not None and seconds < 1:
        causes.append(field.invalid("sinceSeconds", seconds, "must be greater than 0"))
    if query.get("stream"):
        causes.append(field.forbidden("stream", "may not be specified"))
    if causes:
        raise errors.invalid("", "PodLogOptions", pod, causes)
    since = now - timedelta(seconds=seconds) if seconds is not None else None
    if moment:
        try:
            since = meta.parse_time(moment)
        except ValueError:
            raise errors.bad_request(f'parsing time "{moment}" as "2006-01-02T15:04:05Z07:00"') from None
    return LogOptions(
        follow=truthy(query.get("follow", "")),
        previous=truthy(query.get("previous", "")),
        timestamps=truthy(query.get("timestamps", "")),
        since=since,
        tail=tail,
        limit_bytes=limit,
    )


def _number(query: Mapping[str, str], name: str) -> int | None:
    if not query.get(name):
        return None
    try:
        return golang.parse_int(query[name])
    except ValueError as error:
        raise errors.bad_request(str(error)) from None
