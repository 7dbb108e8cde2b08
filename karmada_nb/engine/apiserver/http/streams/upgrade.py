"""Taking over a connection: WebSocket by aiohttp, SPDY by hand."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any, Final

from aiohttp import WSCloseCode, WSMsgType, web

from karmada_nb.engine.apiserver.http.streams.spdy import ProtocolError, Session
from karmada_nb.engine.errors import StatusError, bad_request

PROTOCOL_HEADER: Final = "X-Stream-Protocol-Version"
TUNNEL: Final = "SPDY/3.1+portforward.k8s.io"


def wants_websocket(request: web.BaseRequest) -> bool:
    return request.headers.get("Upgrade", "").lower() == "websocket"


def wants_spdy(request: web.BaseRequest) -> bool:
    return request.headers.get("Upgrade", "").lower() == "spdy/3.1"


def required() -> StatusError:
    """The 400 for a plain request."""
    return bad_request("Upgrade request required")


def offered(request: web.BaseRequest) -> list[str]:
    """The subprotocols of a WebSocket request."""
    header = request.headers.get("Sec-WebSocket-Protocol", "")
    return [protocol.strip() for protocol in header.split(",") if protocol.strip()]


async def websocket(request: web.BaseRequest, protocols: Sequence[str]) -> web.WebSocketResponse:
    """Open a WebSocket; of ``protocols`` the first that the client offers is agreed on."""
    socket = web.WebSocketResponse(protocols=protocols, max_msg_size=0, autoping=True)
    await socket.prepare(request)
    return socket


async def finish(socket: web.WebSocketResponse) -> None:
    """Close a WebSocket in order, if the client is still there."""
    if not socket.closed:
        await socket.close(code=WSCloseCode.OK)


class _Feeder:
    """Takes a connection's bytes in the place of aiohttp's WebSocket reader."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def feed_data(self, data: bytes) -> tuple[bool, bytes]:
        try:
            self._session.feed(data)
        except ProtocolError:
            self._session.close()
        return False, b""

    def feed_eof(self) -> None:
        self._session.close()


@asynccontextmanager
async def spdy(request: web.BaseRequest, protocols: Sequence[str]) -> AsyncIterator[tuple[Session, str]]:
    """Switch a connection to SPDY; the stream protocol agreed on comes with it. Closes it at the end."""
    asked = [p.strip() for h in request.headers.getall(PROTOCOL_HEADER, []) for p in h.split(",")]
    agreed = next((p for p in protocols if p in asked), "")
    transport = request.transport
    if asked and not agreed:
        raise StatusError(403, "Forbidden", f"unable to upgrade: unable to negotiate protocol: {asked}")
    if transport is None:
        raise ConnectionResetError("Connection lost")

    async def send(data: bytes) -> None:
        if transport.is_closing():
            raise ConnectionResetError("Connection lost")
        transport.write(data)
        await request.writer.drain()

    session = Session(send)
    lines = ["HTTP/1.1 101 Switching Protocols", "Connection: Upgrade", "Upgrade: SPDY/3.1"]
    if agreed:
        lines.append(f"{PROTOCOL_HEADER}: {agreed}")
    feeder: Any = _Feeder(session)
    request.protocol.set_parser(feeder)
    transport.write("\r\n".join([*lines, "", ""]).encode())
    try:
        yield session, agreed
    finally:
        session.close()
        transport.close()


@asynccontextmanager
async def tunnel(request: web.BaseRequest) -> AsyncIterator[Session]:
    """A SPDY session inside a WebSocket's binary messages."""
    socket = await websocket(request, [TUNNEL])
    session = Session(socket.send_bytes)

    async def pump() -> None:
        try:
            async for message in socket:
                if message.type is WSMsgType.BINARY:
                    session.feed(message.data)
        except ConnectionError:
            pass
        finally:
            session.close()

    reader = asyncio.get_running_loop().create_task(pump())
    try:
        yield session
    finally:
        reader.cancel()
        await finish(socket)
