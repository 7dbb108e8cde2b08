"""What the servers of the image answer with, and how they ask one another."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from html import escape
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import urlsplit

import orjson

from karmada_nb.engine.images.http import Request, Response, exchange
from karmada_nb.engine.images.process import Process
from karmada_nb.engine.network.network import TCP
from karmada_nb.engine.network.stream import Stream
from karmada_nb.engine.network.timing import within

PLAIN: Final = "text/plain; charset=utf-8"
UDP: Final = "UDP"
_SECONDS: Final = 5.0
"""How long a request to another may take."""

Talk = Callable[[str, tuple[str, int]], Awaitable[str]]


def text(body: str, status: int = 200) -> Response:
    return Response(status, [("Content-Type", PLAIN)], body.encode())


def document(value: Mapping[str, Any], status: int = 200) -> Response:
    return text(orjson.dumps(value).decode(), status)


def error(body: str, status: int) -> Response:
    """As Go's http.Error says it."""
    return Response(
        status, [("Content-Type", PLAIN), ("X-Content-Type-Options", "nosniff")], f"{body}\n".encode()
    )


NOT_FOUND: Final = error("404 page not found", 404)


def redirect(location: str, status: int) -> Response:
    """As Go's http.Redirect answers a GET."""
    try:
        phrase = HTTPStatus(status).phrase
    except ValueError:
        phrase = ""
    page = f'<a href="{escape(location)}">{phrase}</a>.\n\n'
    headers = [("Location", location), ("Content-Type", "text/html; charset=utf-8")]
    return Response(status, headers, page.encode())


async def fetch(process: Process, host: str, port: int, target: str) -> str:
    """The body that another server answers with, whatever its status. Raises OSError."""
    for _ in range(10):
        stream = await within(process.clock, _SECONDS, process.network.dial(host, port))
        try:
            headers = [("Host", f"{host}:{port}"), ("User-Agent", "Go-http-client/1.1")]
            response = await within(
                process.clock, _SECONDS, exchange(stream, Request("GET", target, headers))
            )
        finally:
            stream.close()
        where = response.header("Location")
        if response.status not in (301, 302, 303, 307, 308) or not where:
            return response.body.decode(errors="replace")
        parts = urlsplit(where)
        host, port = parts.hostname or host, parts.port or (80 if parts.hostname else port)
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    raise OSError("stopped after 10 redirects")


async def datagram(process: Process, host: str, port: int, data: str) -> str:
    """What somebody answers to one datagram. Raises OSError."""
    stream = await within(process.clock, _SECONDS, process.network.dial(host, port, UDP))
    try:
        await stream.write(data.encode())
        return (await within(process.clock, _SECONDS, stream.read())).decode(errors="replace")
    finally:
        stream.close()


def listen(process: Process, port: int, talk: Talk, protocol: str = UDP) -> Callable[[], None]:
    """Answer each message that comes to ``port``, those with an answer. Raises OSError."""

    async def serve(stream: Stream) -> None:
        while data := await stream.read():
            answer = await talk(data.decode(errors="replace"), stream.peer)
            if answer:
                await stream.write(answer.encode())

    return process.network.listen(port, serve, protocol)


def greet(process: Process, port: int, body: str) -> Callable[[], None]:
    """Say ``body`` to everyone who connects, and hang up. Raises OSError."""

    async def serve(stream: Stream) -> None:
        await stream.write(body.encode())
        stream.close_write()

    return process.network.listen(port, serve, TCP)


async def forever() -> int:
    await asyncio.get_running_loop().create_future()
    return 0
