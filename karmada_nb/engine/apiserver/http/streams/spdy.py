"""SPDY/3.1: many streams over one connection, as kubectl tunnels them.

Follows the SPDY draft 3 and the part of it that github.com/moby/spdystream speaks: no flow control, headers
compressed with the draft's dictionary. The server's side only; transport is whoever calls ``feed``.
"""

from __future__ import annotations

import asyncio
import struct
import zlib
from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from typing import Final

_NAMES: Final = (
    "options head post put delete trace accept accept-charset accept-encoding accept-language accept-ranges "
    "age allow authorization cache-control connection content-base content-encoding content-language "
    "content-length content-location content-md5 content-range content-type date etag expect expires from "
    "host if-match if-modified-since if-none-match if-range if-unmodified-since last-modified location "
    "max-forwards pragma proxy-authenticate proxy-authorization range referer retry-after server te trailer "
    "transfer-encoding upgrade user-agent vary via warning www-authenticate method get status"
)
_MORE: Final = ("200 OK", "version", "HTTP/1.1", "url", "public", "set-cookie", "keep-alive", "origin")
_TAIL: Final = (
    b"100101201202205206300302303304305306307402405406407408409410411412413414415416417502504505"
    b"203 Non-Authoritative Information204 No Content301 Moved Permanently400 Bad Request401 Unauthorized"
    b"403 Forbidden404 Not Found500 Internal Server Error501 Not Implemented503 Service Unavailable"
    b"Jan Feb Mar Apr May Jun Jul Aug Sept Oct Nov Dec 00:00:00 Mon, Tue, Wed, Thu, Fri, Sat, Sun, GMT"
    b"chunked,text/html,image/png,image/jpg,image/gif,application/xml,application/xhtml+xml,text/plain,"
    b"text/javascript,publicprivatemax-age=gzip,deflate,sdchcharset=utf-8charset=iso-8859-1,utf-,*,enq=0."
)
DICTIONARY: Final = (
    b"".join(struct.pack(">I", len(n)) + n.encode() for n in (*_NAMES.split(), *_MORE)) + _TAIL
)

_SYN_STREAM, _SYN_REPLY, _RST_STREAM, _PING, _GOAWAY = 1, 2, 3, 6, 7  # kinds of control frames
_CONTROL: Final = 0x8003
_FIN: Final = 0x01
LIMIT: Final = 16 * 1024 * 1024
"""A frame longer than this is refused."""

Send = Callable[[bytes], Awaitable[None]]


class ProtocolError(ConnectionError):
    """The peer does not speak SPDY."""


class SpdyStream:
    """One stream. ``headers`` are those it was opened with, names in lower case."""

    def __init__(self, session: Session, number: int, headers: Mapping[str, str]) -> None:
        self.headers = headers
        self._session = session
        self._number = number
        self._chunks: deque[bytes] = deque()
        self._ended = False
        self._changed = asyncio.Event()

    async def read(self) -> bytes:
        """The next bytes; ``b""`` once the peer has sent all."""
        while not self._chunks:
            if self._ended:
                return b""
            self._changed.clear()
            await self._changed.wait()
        return self._chunks.popleft()

    async def write(self, data: bytes) -> None:
        if data:
            await self._session.send_data(self._number, data, 0)

    async def close(self) -> None:
        """Send no more."""
        await self._session.send_data(self._number, b"", _FIN)

    def received(self, data: bytes) -> None:
        if data:
            self._chunks.append(data)
            self._changed.set()

    def ended(self) -> None:
        self._ended = True
        self._changed.set()


class Session:
    """The server's end. ``send`` takes bytes for the peer, in order."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._buffer = bytearray()
        self._streams: dict[int, SpdyStream] = {}
        self._opened: deque[SpdyStream] = deque()
        self._arrived = asyncio.Event()
        self._closed = False
        self._inflate = zlib.decompressobj(zdict=DICTIONARY)
        self._deflate = zlib.compressobj(zdict=DICTIONARY)
        self._replies: deque[bytes] = deque()

    async def accept(self) -> SpdyStream | None:
        """The next stream that the peer opens; None when the connection is over."""
        while not self._opened:
            if self._closed:
                return None
            self._arrived.clear()
            await self._arrived.wait()
            await self._flush()
        await self._flush()
        return self._opened.popleft()

    async def send_data(self, number: int, data: bytes, flags: int) -> None:
        await self._send(struct.pack(">I", number) + struct.pack(">I", flags << 24 | len(data)) + data)

    def feed(self, data: bytes) -> None:
        """Take bytes from the peer. Raises ProtocolError."""
        self._buffer += data
        while len(self._buffer) >= 8:
            first, second = struct.unpack_from(">II", self._buffer)
            length = second & 0xFFFFFF
            if length > LIMIT:
                raise ProtocolError(f"a frame of {length} bytes")
            if len(self._buffer) < 8 + length:
                return
            body = bytes(self._buffer[8 : 8 + length])
            del self._buffer[: 8 + length]
            if first & 0x80000000:
                self._control(first, second >> 24, body)
            else:
                self._data(first, second >> 24, body)

    def close(self) -> None:
        """The connection is over: everybody who waits is told."""
        self._closed = True
        for stream in self._streams.values():
            stream.ended()
        self._arrived.set()

    def _data(self, number: int, flags: int, body: bytes) -> None:
        stream = self._streams.get(number)
        if stream is None:
            return
        stream.received(body)
        if flags & _FIN:
            stream.ended()

    def _control(self, first: int, flags: int, body: bytes) -> None:
        if first >> 16 != _CONTROL:
            raise ProtocolError("not SPDY version 3")
        kind = first & 0xFFFF
        if kind == _SYN_STREAM:
            self._opened_stream(flags, body)
        elif kind == _RST_STREAM:
            (number,) = struct.unpack_from(">I", body)
            stream = self._streams.pop(number & 0x7FFFFFFF, None)
            if stream is not None:
                stream.ended()
        elif kind == _PING:
            self._replies.append(_frame(_PING, 0, body))
            self._arrived.set()
        elif kind == _GOAWAY:
            self.close()

    def _opened_stream(self, flags: int, body: bytes) -> None:
        (number,) = struct.unpack_from(">I", body)
        number &= 0x7FFFFFFF
        stream = SpdyStream(self, number, self._headers(body[10:]))
        if flags & _FIN:
            stream.ended()
        self._streams[number] = stream
        self._opened.append(stream)
        empty = self._deflate.compress(struct.pack(">I", 0)) + self._deflate.flush(zlib.Z_SYNC_FLUSH)
        self._replies.append(_frame(_SYN_REPLY, 0, struct.pack(">I", number) + empty))
        self._arrived.set()

    def _headers(self, block: bytes) -> dict[str, str]:
        try:
            data = self._inflate.decompress(block)
            (count,) = struct.unpack_from(">I", data)
            at = 4
            found: dict[str, str] = {}
            for _ in range(count):
                name, at = _text(data, at)
                value, at = _text(data, at)
                found[name.lower()] = value.partition("\0")[0]
        except (zlib.error, struct.error) as error:
            raise ProtocolError(f"headers: {error}") from None
        return found

    async def _flush(self) -> None:
        while self._replies:
            await self._send(self._replies.popleft())


def _frame(kind: int, flags: int, body: bytes) -> bytes:
    return struct.pack(">HHI", _CONTROL, kind, flags << 24 | len(body)) + body


def _text(data: bytes, at: int) -> tuple[str, int]:
    (length,) = struct.unpack_from(">I", data, at)
    end = at + 4 + length
    if end > len(data):
        raise struct.error("text beyond the end of the block")
    return data[at + 4 : end].decode("utf-8", "replace"), end
