"""exec and attach, over WebSocket channels or SPDY streams.

Follows k8s.io/kubelet pkg/cri/streaming/remotecommand: stdin, stdout, stderr, and a channel on which the
outcome is told as a Status.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qs

import orjson
from aiohttp import WSMsgType, web

from karmada_nb.engine import errors
from karmada_nb.engine.apiserver.http.exchange import Exchange, Hijacked
from karmada_nb.engine.apiserver.http.streams import pods, upgrade
from karmada_nb.engine.apiserver.http.streams.spdy import Session, SpdyStream
from karmada_nb.engine.errors import StatusError
from karmada_nb.engine.meta import Object
from karmada_nb.engine.nodes.runtime import ExecFailed, PodRuntime, Streams
from karmada_nb.engine.store import Store

V4: Final = "v4.channel.k8s.io"
V5: Final = "v5.channel.k8s.io"
V1: Final = "channel.k8s.io"
"""The first protocol: it tells of failures only, as text."""
_STDIN, _STDOUT, _STDERR, _STATUS, _CLOSE = 0, 1, 2, 3, 255  # the channels of a WebSocket

Run = Callable[[Streams], Awaitable[int]]


@dataclass(frozen=True, slots=True)
class Asked:
    """``PodExecOptions`` and ``PodAttachOptions``."""

    container: str
    command: list[str]
    stdin: bool
    stdout: bool
    stderr: bool
    tty: bool


class RemoteCommand:
    """The handlers of one cluster."""

    def __init__(self, store: Store, runtime: PodRuntime) -> None:
        self._store = store
        self._runtime = runtime

    async def handle(self, exchange: Exchange) -> web.StreamResponse:
        """Serve ``pods/exec`` or ``pods/attach``. Raises 400 and 404 before the connection is taken over."""
        target, request = exchange.target, exchange.request
        asked = _asked(request.raw_path.partition("?")[2])
        pod = pods.find(self._store, target.namespace, target.name)
        pods.require_node(pod)
        container = pods.container_of(pod, asked.container) if asked.container else ""
        if not (asked.stdin or asked.stdout or asked.stderr):
            raise errors.bad_request("you must specify at least 1 of stdin, stdout, stderr")
        if target.subresource == "exec" and not asked.command:
            raise errors.bad_request("you must specify at least one command for the container")

        async def run(streams: Streams) -> int:
            place = (target.namespace, target.name, container)
            if target.subresource == "exec":
                return await self._runtime.exec(*place, asked.command, streams)
            return await self._runtime.attach(*place, streams)

        if upgrade.wants_websocket(request):
            return await _over_websocket(request, asked, run)
        if upgrade.wants_spdy(request):
            async with upgrade.spdy(request, (V4,)) as (session, _):
                await _over_spdy(session, asked, run)
            return Hijacked()
        raise upgrade.required()


def _asked(query: str) -> Asked:
    found = parse_qs(query, keep_blank_values=True)

    def yes(name: str) -> bool:
        return found.get(name, [""])[0].lower() in ("1", "true", "t")

    tty = yes("tty")
    return Asked(
        found.get("container", [""])[0],
        found.get("command", []),
        yes("stdin"),
        yes("stdout"),
        yes("stderr") and not tty,
        tty,
    )


class _Stdin:
    """Bytes from a client, as they come."""

    def __init__(self) -> None:
        self._chunks: deque[bytes] = deque()
        self._ended = False
        self._changed = asyncio.Event()

    def put(self, data: bytes) -> None:
        self._chunks.append(data)
        self._changed.set()

    def end(self) -> None:
        self._ended = True
        self._changed.set()

    async def read(self) -> bytes:
        while not self._chunks:
            if self._ended:
                return b""
            self._changed.clear()
            await self._changed.wait()
        return self._chunks.popleft()


async def _over_websocket(request: web.BaseRequest, asked: Asked, run: Run) -> web.StreamResponse:
    socket = await upgrade.websocket(request, (V5, V4, V1))
    stdin = _Stdin()

    def sink(channel: int, wanted: bool) -> Callable[[bytes], Awaitable[None]]:
        head = bytes([channel])

        async def send(data: bytes) -> None:
            if wanted and data:
                await socket.send_bytes(head + data)

        return send

    streams = Streams(
        sink(_STDOUT, asked.stdout), sink(_STDERR, asked.stderr), stdin if asked.stdin else None, asked.tty
    )
    command = asyncio.get_running_loop().create_task(outcome(run, streams))
    reader = asyncio.get_running_loop().create_task(_read_channels(socket, stdin))
    try:
        await asyncio.wait((command, reader), return_when=asyncio.FIRST_COMPLETED)
        if command.done() and not socket.closed:
            told = _told(socket.ws_protocol, command.result())
            if told:
                await socket.send_bytes(bytes([_STATUS]) + told)
            await upgrade.finish(socket)
    except ConnectionError:
        return socket
    finally:
        command.cancel()
        reader.cancel()
        await asyncio.gather(command, reader, return_exceptions=True)
    return socket


def _told(protocol: str | None, status: Object) -> bytes:
    """How the end of a command is told in a protocol."""
    if protocol in (V4, V5):
        return orjson.dumps(status)
    return b"" if status["status"] == "Success" else str(status["message"]).encode()


async def _read_channels(socket: web.WebSocketResponse, stdin: _Stdin) -> None:
    """Until the client closes the connection."""
    try:
        async for message in socket:
            data: bytes = message.data.encode() if message.type is WSMsgType.TEXT else message.data
            if not data:
                continue
            if data[0] == _STDIN:
                stdin.put(data[1:])
            elif data[0] == _CLOSE and data[1:2] == bytes([_STDIN]):
                stdin.end()
    finally:
        stdin.end()


async def _over_spdy(session: Session, asked: Asked, run: Run) -> None:
    wanted = {"error"}
    wanted |= {n for n in ("stdin", "stdout", "stderr") if getattr(asked, n)}
    if asked.tty:
        wanted.add("resize")
    found: dict[str, SpdyStream] = {}
    while not wanted <= found.keys():
        stream = await session.accept()
        if stream is None:
            return
        found[stream.headers.get("streamtype", "")] = stream

    async def nowhere(data: bytes) -> None:
        return None

    streams = Streams(
        found["stdout"].write if "stdout" in found else nowhere,
        found["stderr"].write if "stderr" in found else nowhere,
        found.get("stdin"),
        asked.tty,
    )
    command = asyncio.get_running_loop().create_task(outcome(run, streams))
    gone = asyncio.get_running_loop().create_task(_until_gone(session))
    try:
        await asyncio.wait((command, gone), return_when=asyncio.FIRST_COMPLETED)
        if command.done():
            await found["error"].write(orjson.dumps(command.result()))
            for name in ("stdout", "stderr", "error"):
                if name in found:
                    await found[name].close()
    except ConnectionError:
        return
    finally:
        command.cancel()
        gone.cancel()
        await asyncio.gather(command, gone, return_exceptions=True)


async def _until_gone(session: Session) -> None:
    while await session.accept() is not None:
        continue


async def outcome(run: Run, streams: Streams) -> Object:
    """Run a command; its end as the Status that the client reads."""
    try:
        code = await run(streams)
    except StatusError as error:
        return error.to_status()
    except ExecFailed as failed:
        return errors.internal(failed.message).to_status()
    if code == 0:
        return {"metadata": {}, "status": "Success"}
    return {
        "metadata": {},
        "status": "Failure",
        "message": f"command terminated with non-zero exit code: exit status {code}",
        "reason": "NonZeroExitCode",
        "details": {"causes": [{"reason": "ExitCode", "message": str(code)}]},
    }
