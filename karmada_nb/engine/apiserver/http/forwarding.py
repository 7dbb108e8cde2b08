"""A request passed on to another server over HTTPS, and its answer passed back as it comes.

Follows k8s.io/apimachinery pkg/util/proxy/upgradeaware.go.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Mapping
from typing import Any, Final, NamedTuple
from urllib.parse import urlsplit

import aiohttp
from aiohttp import web
from multidict import CIMultiDict
from yarl import URL

from karmada_nb.engine.apiserver.http import body
from karmada_nb.engine.apiserver.http.exchange import Hijacked

_HOP_BY_HOP: Final = frozenset({"connection", "keep-alive", "te", "trailer", "upgrade", "transfer-encoding"})
_CHUNK: Final = 1 << 16


class Goal(NamedTuple):
    """Where a request goes, and with which headers. ``name``: of the certificate, if it is not the host."""

    url: str
    headers: CIMultiDict[str]
    tls: ssl.SSLContext
    name: str | None = None


async def forward(request: web.BaseRequest, goal: Goal, data: bytes | None = None) -> web.StreamResponse:
    """Pass a request on. Raises OSError or aiohttp.ClientError where the other server is not reached.

    ``data``: a body in the place of the request's own.
    """
    if "upgrade" in request.headers.get("Connection", "").lower():
        return await _tunnel(request, goal)
    return await _pass_on(request, goal, await body.read(request) if data is None else data)


async def _pass_on(request: web.BaseRequest, goal: Goal, data: bytes) -> web.StreamResponse:
    """An exchange of request and answer; the answer is passed on as it comes, for watches never end."""
    headers = _without(goal.headers, _HOP_BY_HOP)
    connector = aiohttp.TCPConnector(ssl=goal.tls, force_close=True)
    async with (
        aiohttp.ClientSession(
            connector=connector, auto_decompress=False, timeout=aiohttp.ClientTimeout(total=None)
        ) as session,
        session.request(
            request.method,
            URL(goal.url, encoded=True),
            headers=headers,
            data=data or None,
            allow_redirects=False,
            server_hostname=goal.name,
            skip_auto_headers=("User-Agent", "Content-Type", "Accept", "Accept-Encoding"),
        ) as answer,
    ):
        passed = _without(answer.headers, _HOP_BY_HOP)
        response = web.StreamResponse(status=answer.status, headers=passed)
        if "Content-Length" not in passed and answer.status not in (204, 304):
            response.enable_chunked_encoding()
        await response.prepare(request)
        async for chunk in answer.content.iter_any():
            await response.write(chunk)
        return response


def _without(headers: Mapping[str, str], names: frozenset[str]) -> CIMultiDict[str]:
    kept: CIMultiDict[str] = CIMultiDict()
    for name, value in headers.items():
        if name.lower() not in names:
            kept.add(name, value)
    return kept


class _Relay:
    """Takes what the client sends from the moment its connection is a tunnel."""

    def __init__(self, writer: asyncio.StreamWriter) -> None:
        self._writer = writer

    def feed_data(self, data: bytes) -> tuple[bool, bytes]:
        self._writer.write(data)
        return False, b""

    def feed_eof(self) -> None:
        self._writer.close()


async def _tunnel(request: web.BaseRequest, goal: Goal) -> web.StreamResponse:
    """An upgraded connection (exec, attach, port-forward): bytes both ways until one side ends it."""
    parts = urlsplit(goal.url)
    reader, writer = await asyncio.open_connection(
        parts.hostname, parts.port or 443, ssl=goal.tls, server_hostname=goal.name or parts.hostname
    )
    transport = request.transport
    if transport is None:
        writer.close()
        raise ConnectionResetError("Connection lost")
    path = f"{parts.path}?{parts.query}" if parts.query else parts.path
    lines = [f"{request.method} {path} HTTP/1.1", f"Host: {parts.netloc}"]
    lines += [f"{name}: {value}" for name, value in goal.headers.items()]
    writer.write("\r\n".join([*lines, "", ""]).encode("latin-1"))
    relay: Any = _Relay(writer)
    request.protocol.set_parser(relay)
    try:
        while data := await reader.read(_CHUNK):
            if transport.is_closing():
                break
            transport.write(data)
            await request.writer.drain()
    finally:
        writer.close()
        transport.close()
    return Hijacked()
