"""``agnhost``: the parts of Kubernetes' test image that serve names and echoes.

Follows test/images/agnhost/netexec/netexec.go and serve-hostname.
"""

from __future__ import annotations

import asyncio
from urllib.parse import parse_qs, urlsplit

from karmada_nb.engine.images.http import Request, Response, http_date
from karmada_nb.engine.images.process import Process
from karmada_nb.engine.images.servers.web import serve_forever
from karmada_nb.engine.network.stream import Stream


async def agnhost(process: Process) -> int:
    """``agnhost [pause | netexec | serve-hostname]``."""
    command, options = (process.args or ("pause",))[0], process.args[1:]
    if command == "netexec":
        return await serve_forever(process, _port(options, "--http-port", 8080), _Netexec(process))
    if command == "serve-hostname":
        return await serve_forever(process, _port(options, "--port", 9376), _Hostname(process))
    if command == "pause":
        await process.out("Paused\n")
        await asyncio.get_running_loop().create_future()
    await process.err(f'Error: unknown command "{command}" for "app"\n')
    return 1


def _port(options: tuple[str, ...], name: str, default: int) -> int:
    for index, option in enumerate(options):
        if option.startswith(name + "="):
            return int(option.partition("=")[2])
        if option == name and index + 1 < len(options):
            return int(options[index + 1])
    return default


class _Netexec:
    def __init__(self, process: Process) -> None:
        self._process = process

    async def __call__(self, request: Request, stream: Stream) -> Response:
        query = parse_qs(urlsplit(request.target).query)
        match request.path:
            case "/":
                return _text(f"NOW: {http_date(self._process.clock.now())}")
            case "/hostname" | "/hostName":
                return _text(self._process.hostname)
            case "/clientip":
                return _text(f"{stream.peer[0]}:{stream.peer[1]}")
            case "/echo":
                status = int(query.get("code", ["200"])[0])
                return Response(status, [], query.get("msg", [""])[0].encode())
            case "/header":
                wanted = query.get("key", [""])[0].lower()
                return _text(next((v for k, v in request.headers if k.lower() == wanted), ""))
            case "/healthz" | "/readyz":
                return _text("OK")
        return Response(404, [("Content-Type", "text/plain; charset=utf-8")], b"404 page not found\n")


class _Hostname:
    def __init__(self, process: Process) -> None:
        self._process = process

    async def __call__(self, request: Request, stream: Stream) -> Response:
        return _text(self._process.hostname)


def _text(text: str) -> Response:
    return Response(200, [("Content-Type", "text/plain; charset=utf-8")], text.encode())
