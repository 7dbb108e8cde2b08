"""``agnhost netexec``: answers over HTTP and UDP, asks others, runs commands.

Follows test/images/agnhost/netexec/netexec.go.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Final
from urllib.parse import parse_qs, urlsplit

from karmada_nb.engine.images.agnhost.answers import (
    datagram,
    document,
    error,
    fetch,
    listen,
    redirect,
    text,
)
from karmada_nb.engine.images.agnhost.flags import Flags, first, log, seconds
from karmada_nb.engine.images.agnhost.upload import upload
from karmada_nb.engine.images.http import Request, Response
from karmada_nb.engine.images.process import Process, run
from karmada_nb.engine.images.servers.web import serve_forever
from karmada_nb.engine.network.stream import Stream

Query = dict[str, list[str]]
_HEEDED: Final = {
    "/dial": ("host", "protocol", "port", "request", "tries"),
    "/echo": ("msg", "code"),
    "/exit": ("code", "timeout", "wait"),
    "/redirect": ("location", "code"),
    "/shell": ("cmd",),
}


async def netexec(process: Process) -> int:
    flags = Flags(process.args)
    server = _Netexec(process, flags.text("http-override"))
    port, udp = flags.number("http-port", 8080), flags.number("udp-port", 8081)
    await log(process, f"Started HTTP server on port {port}")
    try:
        stop = listen(process, udp, server.talk)
    except OSError as failure:
        await log(process, f"failed to create listener for UDP address :{udp}: {failure.strerror}")
        return 1
    await log(process, f"Started UDP server on port {udp}")
    serving = asyncio.ensure_future(serve_forever(process, port, server))
    try:
        await asyncio.wait((serving, server.exit), return_when=asyncio.FIRST_COMPLETED)
        return server.exit.result() if server.exit.done() else serving.result()
    finally:
        stop()
        serving.cancel()


class _Netexec:
    """``override`` is the request that is answered whatever is asked; ``exit`` the code to end with."""

    def __init__(self, process: Process, override: str) -> None:
        self._process = process
        self._override = override
        self.exit: asyncio.Future[int] = asyncio.get_running_loop().create_future()

    async def __call__(self, request: Request, stream: Stream) -> Response:
        if self._override:
            request = Request("GET", self._override, request.headers)
        query = parse_qs(urlsplit(request.target).query, keep_blank_values=True)
        peer = f"{stream.peer[0]}:{stream.peer[1]}"
        await log(self._process, f"GET {_told(request.path, query)}")
        match request.path:
            case "/hostname" | "/hostName":
                return text(self._process.hostname)
            case "/clientip":
                return text(peer)
            case "/echo":
                return _echo(query)
            case "/header":
                wanted = first(query, "key").lower()
                return text(next((v for k, v in request.headers if k.lower() == wanted), ""))
            case "/healthz" | "/readyz":
                return text("")
            case "/dial":
                return await self._dial(query)
            case "/exit":
                return self._exit(query)
            case "/shutdown":
                self._end(0)
                return text("")
            case "/redirect":
                return _redirect(query)
            case "/shell":
                return await self._shell(first(query, "shellCommand") or first(query, "cmd"))
            case "/upload":
                return upload(self._process, request)
        # Go's mux hands what nobody else takes to "/".
        return self._now()

    def _now(self) -> Response:
        return text(f"NOW: {self._process.clock.now():%Y-%m-%d %H:%M:%S.%f %z UTC}")

    async def talk(self, data: str, peer: tuple[str, int]) -> str:
        """The UDP server."""
        command, _, rest = data.strip().lower().partition(" ")
        match command:
            case "hostname":
                await log(self._process, "Sending udp hostName response")
                return self._process.hostname
            case "echo":
                await log(self._process, f"Echoing {rest} to UDP client {peer[0]}:{peer[1]}")
                return rest
            case "clientip":
                await log(self._process, f"Sending clientip back to UDP client {peer[0]}:{peer[1]}")
                return f"{peer[0]}:{peer[1]}"
        await log(
            self._process, f"Unknown UDP command received from {peer[0]}:{peer[1]}: {data.strip().lower()}"
        )
        return ""

    async def _dial(self, query: Query) -> Response:
        """Ask somebody else, as often as told, and tell the answers."""
        host, port, asked = first(query, "host"), first(query, "port"), first(query, "request")
        protocol, tries = first(query, "protocol").lower(), first(query, "tries") or "1"
        if not tries.isdigit():
            return error(f'tries parameter is invalid. strconv.Atoi: parsing "{tries}": invalid syntax', 400)
        if not asked:
            return error("request parameter not specified. <nil>", 400)
        if protocol not in ("", "http", "udp"):
            return error(f"unsupported protocol. {protocol}", 400)
        try:
            self._process.network.resolve(host)
            number = int(port)
        except (OSError, ValueError) as failure:
            return error(f"host and/or port param are invalid. {failure}", 400)
        responses: list[str] = []
        errors: list[str] = []
        for _ in range(int(tries)):
            try:
                if protocol == "udp":
                    responses.append(await datagram(self._process, host, number, asked))
                else:
                    responses.append(await fetch(self._process, host, number, f"/{asked}"))
            except OSError as failure:
                errors.append(_failure(failure, protocol, host, number, asked))
        found = {"responses": responses} if responses else {}
        return document({**found, **({"errors": errors} if errors else {})})

    def _exit(self, query: Query) -> Response:
        try:
            code, wait = int(first(query, "code") or 0), seconds(first(query, "wait") or "0")
        except ValueError as failure:
            return text(f"{failure}\n")
        self._process.clock.call_later(wait, lambda: self._end(code))
        return text("")

    def _end(self, code: int) -> None:
        if not self.exit.done():
            self.exit.set_result(code)

    async def _shell(self, command: str) -> Response:
        """Run a command in the container."""
        output: list[bytes] = []

        async def keep(data: bytes) -> None:
            output.append(data)

        child = replace(self._process.child("sh", "-c", command), stdout=keep, stderr=keep)
        code = await run(self._process.commands["sh"], child)
        said = b"".join(output).decode(errors="replace")
        result = {**({"output": said} if said else {}), **({"error": f"exit status {code}"} if code else {})}
        return document(result)


def _told(path: str, query: Query) -> str:
    """A request as the log has it: with the parameters that it heeds."""
    names = _HEEDED.get(path, ())
    values = (first(query, name) or (first(query, "shellCommand") if name == "cmd" else "") for name in names)
    told = "&".join(f"{name}={value}" for name, value in zip(names, values, strict=True))
    return f"{path}?{told}" if told else path


def _echo(query: Query) -> Response:
    code = first(query, "code")
    if code and not code.isdigit():
        return text(f"argument 'code' must be an integer or empty, got \"{code}\"\n")
    return text(first(query, "msg"), int(code or 200))


def _redirect(query: Query) -> Response:
    code = first(query, "code")
    if code and not code.isdigit():
        return text(f"argument 'code' must be an integer or empty, got \"{code}\"\n")
    return redirect(first(query, "location"), int(code or 302))


def _failure(failure: OSError, protocol: str, host: str, port: int, asked: str) -> str:
    if protocol == "udp":
        return f"reading from udp connection failed. err:'{failure}'"
    why = "connect: connection refused" if isinstance(failure, ConnectionRefusedError) else "i/o timeout"
    return f'Get "http://{host}:{port}/{asked}": dial tcp {host}:{port}: {why}'
