"""Byte streams in memory: two ends of one connection.

Each direction holds at most ``LIMIT`` bytes; a writer waits until the reader took some. Closing one
direction lets the peer read to the end (FIN); ``abort`` makes it fail (RST).
"""

from __future__ import annotations

import asyncio
from collections import deque
from typing import Final

LIMIT: Final = 64 * 1024


class _Pipe:
    """One direction."""

    def __init__(self) -> None:
        self.chunks: deque[bytes] = deque()
        self.size = 0
        self.closed = False
        self.reset = False
        self._changed: list[asyncio.Future[None]] = []

    async def wait(self) -> None:
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._changed.append(future)
        try:
            await future
        finally:
            if future in self._changed:
                self._changed.remove(future)

    def notify(self) -> None:
        waiting, self._changed = self._changed, []
        for future in waiting:
            if not future.done():
                future.set_result(None)


class Stream:
    """One end of a connection. ``peer`` is the address (``ip``, ``port``) of the other end."""

    def __init__(
        self, incoming: _Pipe, outgoing: _Pipe, local: tuple[str, int], peer: tuple[str, int]
    ) -> None:
        self._in = incoming
        self._out = outgoing
        self.local = local
        self.peer = peer

    async def read(self, limit: int = LIMIT) -> bytes:
        """Up to ``limit`` bytes as soon as there are any; ``b""`` at the end. Raises ConnectionResetError."""
        pipe = self._in
        while not pipe.chunks:
            if pipe.reset:
                raise ConnectionResetError("Connection reset by peer")
            if pipe.closed:
                return b""
            await pipe.wait()
        chunk = pipe.chunks.popleft()
        if len(chunk) > limit:
            pipe.chunks.appendleft(chunk[limit:])
            chunk = chunk[:limit]
        pipe.size -= len(chunk)
        pipe.notify()
        return chunk

    async def write(self, data: bytes) -> None:
        """Send ``data``; waits while the peer has not read. Raises BrokenPipeError, ConnectionResetError."""
        pipe = self._out
        while pipe.size >= LIMIT and not (pipe.closed or pipe.reset):
            await pipe.wait()
        if pipe.reset:
            raise ConnectionResetError("Connection reset by peer")
        if pipe.closed:
            raise BrokenPipeError("Broken pipe")
        if data:
            pipe.chunks.append(bytes(data))
            pipe.size += len(data)
            pipe.notify()

    def close_write(self) -> None:
        """Send nothing more; the peer reads what was sent, then the end."""
        self._out.closed = True
        self._out.notify()

    def close(self) -> None:
        """Neither send nor read any more."""
        self.close_write()
        self._in.closed = True
        self._in.chunks.clear()
        self._in.size = 0
        self._in.notify()

    def abort(self) -> None:
        """Break the connection: both ends fail with a reset."""
        for pipe in (self._in, self._out):
            pipe.reset = True
            pipe.notify()


def connection(client: tuple[str, int], server: tuple[str, int]) -> tuple[Stream, Stream]:
    """The client's and the server's end of a new connection between two addresses."""
    up, down = _Pipe(), _Pipe()
    return Stream(down, up, client, server), Stream(up, down, server, client)
