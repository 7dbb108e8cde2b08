"""The image's simple servers: names, files, what the environment says, health that ends.

Follows test/images/agnhost: serve-hostname, test-webserver, porter, liveness.
"""

from __future__ import annotations

import mimetypes
import ssl
from collections.abc import Awaitable, Callable
from html import escape
from typing import Final
from urllib.parse import parse_qs, unquote, urlsplit

import orjson

from karmada_nb.engine.images.agnhost import certificates
from karmada_nb.engine.images.agnhost.answers import (
    NOT_FOUND,
    error,
    forever,
    greet,
    listen,
    redirect,
    text,
)
from karmada_nb.engine.images.agnhost.flags import Flags, first, log
from karmada_nb.engine.images.commands.basic import path_of
from karmada_nb.engine.images.http import Request, Response, serve
from karmada_nb.engine.images.process import Process
from karmada_nb.engine.images.servers.web import serve_forever
from karmada_nb.engine.network import tls
from karmada_nb.engine.network.stream import Stream

_ALIVE: Final = 10.0
"""Seconds that ``liveness`` is well."""


async def serve_hostname(process: Process) -> int:
    flags = Flags(process.args, frozenset(("tcp", "udp", "http", "close")))
    port, tcp, udp = flags.number("port", 9376), flags.switch("tcp"), flags.switch("udp")
    if flags.switch("http", not (tcp or udp)):
        if tcp or udp:
            await log(process, "Can't server TCP/UDP mode and HTTP mode at the same time")
            return 1
        return await serve_forever(process, port, lambda request, stream: _name(process, stream))

    async def name(data: str, peer: tuple[str, int]) -> str:
        await log(process, f"UDP request from {peer[0]}:{peer[1]}")
        return process.hostname

    if tcp:
        greet(process, port, process.hostname)
    if udp:
        listen(process, port, name)
    return await forever()


async def _name(process: Process, stream: Stream) -> Response:
    await log(process, f"HTTP request from {stream.peer[0]}:{stream.peer[1]}")
    return text(process.hostname)


async def web_server(process: Process) -> int:
    """``test-webserver``: every file of the container."""

    async def respond(request: Request, stream: Stream) -> Response:
        path = "/" + unquote(request.path).lstrip("/")
        found = _file(process, path)
        allowed = [("Cache-Control", "private"), ("Access-Control-Allow-Origin", "*")]
        return Response(found.status, [*found.headers, *allowed], found.body)

    return await serve_forever(process, Flags(process.args).number("port", 80), respond)


def _file(process: Process, path: str) -> Response:
    if process.files.is_directory(path):
        if not path.endswith("/"):
            return redirect(path.rpartition("/")[2] + "/", 301)
        links = "".join(
            f'<a href="{escape(n)}">{escape(n)}</a>\n'
            for n in (
                name + "/" if process.files.is_directory(path + name) else name
                for name in process.files.entries(path)
            )
        )
        page = f'<!doctype html>\n<meta name="viewport" content="width=device-width">\n<pre>\n{links}</pre>\n'
        return Response(200, [("Content-Type", "text/html; charset=utf-8")], page.encode())
    try:
        data = process.files.read(path)
    except OSError:
        return NOT_FOUND
    kind = mimetypes.guess_type(path)[0] or "text/plain; charset=utf-8"
    return Response(200, [("Content-Type", kind)], data)


async def porter(process: Process) -> int:
    """Serves what ``SERVE_PORT_NNN`` and ``SERVE_TLS_PORT_NNN`` of the environment say, each on its port."""
    in_json = Flags(process.args, frozenset(("json-response",))).switch("json-response")

    def answering(value: str) -> Callable[[Request], Awaitable[Response]]:
        async def respond(request: Request) -> Response:
            if in_json:
                body = orjson.dumps({"Method": request.method, "Body": value})
                return Response(200, [("Content-Type", "application/json")], body)
            return Response(200, [("Content-Type", _sniffed(value))], value.encode())

        return respond

    stops = []
    try:
        for name, value in process.env.items():
            plain, secure = name.removeprefix("SERVE_PORT_"), name.removeprefix("SERVE_TLS_PORT_")
            if plain != name:
                stops.append(process.network.listen(int(plain), _plain(answering(value))))
            elif secure != name:
                handler = _secured(_context(process), answering(value))
                stops.append(process.network.listen(int(secure), handler))
        return await forever()
    finally:
        for stop in stops:
            stop()


def _context(process: Process) -> ssl.SSLContext:
    """The certificate that the environment names, or the image's own."""
    paths = process.env.get("CERT_FILE"), process.env.get("KEY_FILE")
    if not all(paths):
        return certificates.context(*certificates.localhost())
    certificate, key = (process.files.read(path_of(process, path or "")) for path in paths)
    return certificates.context(certificate, key)


def _plain(respond: Callable[[Request], Awaitable[Response]]) -> Callable[[Stream], Awaitable[None]]:
    async def handle(stream: Stream) -> None:
        await serve(stream, respond)

    return handle


def _secured(
    context: ssl.SSLContext, respond: Callable[[Request], Awaitable[Response]]
) -> Callable[[Stream], Awaitable[None]]:
    async def handle(stream: Stream) -> None:
        try:
            await serve(await tls.accept(stream, context), respond)
        except ssl.SSLError as failure:
            raise ConnectionAbortedError(str(failure)) from None

    return handle


def _sniffed(text: str) -> str:
    """The type that Go's servers find in what they send."""
    page = text.lstrip().lower().startswith(("<!doctype html", "<html", "<head", "<body", "<a ", "<p>"))
    return "text/html; charset=utf-8" if page else "text/plain; charset=utf-8"


async def liveness(process: Process) -> int:
    """Well for ten seconds, ill from then on."""
    started = process.clock.monotonic()

    async def respond(request: Request, stream: Stream) -> Response:
        passed = process.clock.monotonic() - started
        match request.path:
            case "/started":
                return text(f"{passed:.9f}s")
            case "/healthz":
                return text("ok") if passed <= _ALIVE else text(f"error: {passed:.6f}", 500)
            case "/redirect":
                where = first(parse_qs(urlsplit(request.target).query), "loc")
                return redirect(unquote(where), 302) if where else error('invalid redirect: ""', 400)
        return NOT_FOUND

    return await serve_forever(process, 8080, respond)
