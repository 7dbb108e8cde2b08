"""port-forward: SPDY streams (tunnelled in a WebSocket or not), or a WebSocket's channels.

Follows k8s.io/kubelet pkg/cri/streaming/portforward (httpstream.go, websocket.go).
"""

from __future__ import annotations

import asyncio
import struct
from collections.abc import Awaitable, Callable
from typing import Final
from urllib.parse import parse_qs

from aiohttp import WSMsgType, web

from karmada_nb.engine import errors, golang
from karmada_nb.engine.apiserver.http.exchange import Exchange, Hijacked
from karmada_nb.engine.apiserver.http.streams import pods, upgrade
from karmada_nb.engine.apiserver.http.streams.remote_command import V4
from karmada_nb.engine.apiserver.http.streams.spdy import Session, SpdyStream
from karmada_nb.engine.errors import StatusError
from karmada_nb.engine.network.stream import Stream
from karmada_nb.engine.nodes.runtime import PodRuntime
from karmada_nb.engine.store import Store

PROTOCOL: Final = "portforward.k8s.io"

Dial = Callable[[int], Awaitable[Stream]]
Write = Callable[[bytes], Awaitable[None]]
Read = Callable[[], Awaitable[bytes]]


class PortForward:
    """The handler of one cluster."""

    def __init__(self, store: Store, runtime: PodRuntime) -> None:
        self._store = store
        self._runtime = runtime

    async def handle(self, exchange: Exchange) -> web.StreamResponse:
        """Serve ``pods/portforward``. Raises 400 and 404 before the connection is taken over."""
        target, request = exchange.target, exchange.request
        pod = pods.find(self._store, target.namespace, target.name)
        pods.require_node(pod)

        async def dial(port: int) -> Stream:
            return await self._runtime.port_forward(target.namespace, target.name, port)

        if upgrade.wants_spdy(request):
            async with upgrade.spdy(request, (PROTOCOL,)) as (session, _):
                await _serve(session, target.name, dial)
            return Hijacked()
        if not upgrade.wants_websocket(request):
            raise upgrade.required()
        if upgrade.TUNNEL in upgrade.offered(request):
            async with upgrade.tunnel(request) as session:
                await _serve(session, target.name, dial)
            return Hijacked()
        ports = _ports(request.raw_path.partition("?")[2])
        socket = await upgrade.websocket(request, (V4, PROTOCOL))
        await _channels(socket, ports, target.name, dial)
        return socket


def _ports(query: str) -> list[int]:
    """``ports=80&ports=81`` or ``ports=80,81``. Raises 400."""
    texts = [text for value in parse_qs(query).get("ports", []) for text in value.split(",")]
    if not texts:
        raise errors.bad_request('query parameter "ports" is required')
    try:
        return [int(text) for text in texts]
    except ValueError:
        raise errors.bad_request(f"invalid ports: {', '.join(texts)}") from None


async def _serve(session: Session, pod: str, dial: Dial) -> None:
    """Pairs of streams with one request id: ``error`` and ``data``."""
    waiting: dict[str, SpdyStream] = {}
    tasks: set[asyncio.Task[None]] = set()
    try:
        while (stream := await session.accept()) is not None:
            identity = stream.headers.get("requestid", stream.headers.get("port", ""))
            if stream.headers.get("streamtype") == "error":
                waiting[identity] = stream
                continue
            failures = waiting.pop(identity, None)
            port = stream.headers.get("port", "")
            if failures is None or not golang.is_number(port):
                await stream.close()
                continue
            task = asyncio.get_running_loop().create_task(_pair(stream, failures, int(port), pod, dial))
            tasks.add(task)
            task.add_done_callback(tasks.discard)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _pair(data: SpdyStream, failures: SpdyStream, port: int, pod: str, dial: Dial) -> None:
    try:
        why = await _forward(data.read, data.write, data.close, port, pod, dial)
        if why:
            await failures.write(why.encode())
        await data.close()
        await failures.close()
    except ConnectionError:
        return


async def _forward(
    read: Read, write: Write, close: Callable[[], Awaitable[None]], port: int, pod: str, dial: Dial
) -> str:
    """Copy both ways until the pod's side is at its end; what went wrong, or ``""``."""
    try:
        stream = await dial(port)
    except StatusError as error:
        return f"error forwarding port {port} to pod {pod}, uid : {error.message}"
    except ConnectionError:
        return (
            f"error forwarding port {port} to pod {pod}, uid : failed to connect to localhost:{port} inside "
            f"namespace, IPv4: dial tcp4 127.0.0.1:{port}: connect: connection refused IPv6 dial tcp6: "
            f"address localhost: no suitable address found"
        )

    async def upward() -> None:
        while chunk := await read():
            await stream.write(chunk)
        stream.close_write()

    async def downward() -> None:
        while chunk := await stream.read():
            await write(chunk)
        await close()

    loop = asyncio.get_running_loop()
    up, down = loop.create_task(upward()), loop.create_task(downward())
    try:
        await asyncio.wait((up, down), return_when=asyncio.FIRST_COMPLETED)
        if up.done():
            up.result()
        await down
    except ConnectionError as error:
        return f"error forwarding port {port} to pod {pod}, uid : {error}"
    finally:
        up.cancel()
        down.cancel()
        stream.close()
    return ""


async def _channels(socket: web.WebSocketResponse, ports: list[int], pod: str, dial: Dial) -> None:
    """Two channels a port, data and error; the first message on each says which port it is."""
    incoming: list[asyncio.Queue[bytes]] = [asyncio.Queue(64) for _ in ports]

    def sender(channel: int) -> Write:
        async def send(data: bytes) -> None:
            await socket.send_bytes(bytes([channel]) + data)

        return send

    async def nothing() -> None:
        return None

    async def one(index: int, port: int) -> None:
        try:
            why = await _forward(incoming[index].get, sender(2 * index), nothing, port, pod, dial)
            if why:
                await socket.send_bytes(bytes([2 * index + 1]) + why.encode())
        except ConnectionError:
            return

    for index, port in enumerate(ports):
        for channel in (2 * index, 2 * index + 1):
            await socket.send_bytes(bytes([channel]) + struct.pack("<H", port))

    async def receive() -> None:
        async for message in socket:
            if message.type is WSMsgType.BINARY and len(message.data) > 1 and message.data[0] % 2 == 0:
                index = message.data[0] // 2
                if index < len(ports):
                    await incoming[index].put(message.data[1:])

    loop = asyncio.get_running_loop()
    forwards = asyncio.gather(*(one(index, port) for index, port in enumerate(ports)))
    receiving = loop.create_task(receive())
    try:
        await asyncio.wait((forwards, receiving), return_when=asyncio.FIRST_COMPLETED)
        await upgrade.finish(socket)
    finally:
        forwards.cancel()
        receiving.cancel()
        await asyncio.gather(forwards, receiving, return_exceptions=True)
