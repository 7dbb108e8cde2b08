"""HTTP/1.1 over streams of the pod network, for programs that speak it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import format_datetime
from http import HTTPStatus

import h11

from karmada_nb.engine.network.stream import Stream

Headers = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Request:
    """``target`` is what stands in the request line."""

    method: str
    target: str
    headers: Headers
    body: bytes = b""

    @property
    def path(self) -> str:
        return self.target.partition("?")[0]


@dataclass(frozen=True, slots=True)
class Response:
    status: int
    headers: Headers = field(default_factory=list)
    body: bytes = b""
    reason: str = ""
    version: str = "1.1"

    def header(self, name: str) -> str:
        """The value of a header, ``""`` without it."""
        return next((v for k, v in self.headers if k.lower() == name.lower()), "")


class EmptyReply(ConnectionError):
    """The server closed the connection without an answer."""


class NotHttp(ConnectionError):
    """What the server sent is no HTTP."""


async def exchange(stream: Stream, request: Request) -> Response:
    """Send ``request`` and read its response. Raises EmptyReply, NotHttp, ConnectionError."""
    connection = h11.Connection(h11.CLIENT)
    headers = list(request.headers)
    names = {name.lower() for name, _ in headers}
    if request.body and "content-length" not in names:
        headers.append(("Content-Length", str(len(request.body))))
    head = h11.Request(method=request.method, target=request.target, headers=headers)
    await stream.write(connection.send(head) or b"")
    if request.body:
        await stream.write(connection.send(h11.Data(data=request.body)) or b"")
    await stream.write(connection.send(h11.EndOfMessage()) or b"")
    found: h11.Response | None = None
    body = bytearray()
    received = False
    while True:
        try:
            event = connection.next_event()
        except h11.RemoteProtocolError as error:
            if not received:
                raise EmptyReply("Empty reply from server") from None
            raise NotHttp(str(error)) from None
        if event is h11.NEED_DATA:
            data = await stream.read()
            received = received or bool(data)
            if not data and not received:
                raise EmptyReply("Empty reply from server")
            connection.receive_data(data)
        elif isinstance(event, h11.Response):
            found = event
        elif isinstance(event, h11.Data):
            body += event.data
        elif isinstance(event, h11.EndOfMessage | h11.ConnectionClosed):
            break
    if found is None:
        raise EmptyReply("Empty reply from server")
    return Response(
        found.status_code,
        [(name.decode("latin-1"), value.decode("latin-1")) for name, value in found.headers.raw_items()],
        bytes(body),
        bytes(found.reason).decode("latin-1"),
        found.http_version.decode("ascii"),
    )


async def serve(stream: Stream, respond: Callable[[Request], Awaitable[Response]]) -> None:
    """Answer the requests of one connection until it ends."""
    connection = h11.Connection(h11.SERVER)
    while True:
        request = await _receive(connection, stream)
        if request is None:
            return
        response = await respond(request)
        reason = response.reason or _reason(response.status)
        names = {name.lower() for name, _ in response.headers}
        headers = list(response.headers)
        if not names & {"content-length", "transfer-encoding"}:
            headers.append(("Content-Length", str(len(response.body))))
        head = h11.Response(status_code=response.status, headers=headers, reason=reason.encode("latin-1"))
        data = connection.send(head) or b""
        if request.method != "HEAD" and response.body:
            data += connection.send(h11.Data(data=response.body)) or b""
        await stream.write(data + (connection.send(h11.EndOfMessage()) or b""))
        if connection.our_state is h11.MUST_CLOSE or connection.their_state is not h11.DONE:
            return
        connection.start_next_cycle()


async def _receive(connection: h11.Connection, stream: Stream) -> Request | None:
    head: h11.Request | None = None
    body = bytearray()
    while True:
        try:
            event = connection.next_event()
        except h11.RemoteProtocolError:
            await stream.write(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
            return None
        if event is h11.NEED_DATA:
            if connection.they_are_waiting_for_100_continue:
                going_on = h11.InformationalResponse(status_code=100, headers=[])
                await stream.write(connection.send(going_on) or b"")
            connection.receive_data(await stream.read())
        elif isinstance(event, h11.Request):
            head = event
        elif isinstance(event, h11.Data):
            body += event.data
        elif isinstance(event, h11.EndOfMessage) and head is not None:
            headers = [(n.decode("latin-1"), v.decode("latin-1")) for n, v in head.headers.raw_items()]
            return Request(head.method.decode(), head.target.decode("latin-1"), headers, bytes(body))
        else:
            return None


def _reason(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""


def http_date(moment: datetime) -> str:
    """A ``Date`` header."""
    return format_datetime(moment, usegmt=True)
