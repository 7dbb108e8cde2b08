"""TLS over streams of the pod network, for programs that serve HTTPS and for who calls them."""

from __future__ import annotations

import ssl
from collections.abc import Callable
from contextlib import suppress
from typing import TypeVar

from karmada_nb.engine.network.stream import LIMIT, Stream

T = TypeVar("T")


async def connect(stream: Stream, context: ssl.SSLContext, name: str | None) -> Stream:
    """The client's end, once the server has shown a certificate for ``name`` (None: whichever it has).

    Raises SSLError, OSError.
    """
    return await _shake(SecureStream(stream, context, server=False, name=name))


async def accept(stream: Stream, context: ssl.SSLContext) -> Stream:
    """The server's end of a connection that a client opened. Raises SSLError, OSError."""
    return await _shake(SecureStream(stream, context, server=True, name=None))


async def _shake(secure: SecureStream) -> Stream:
    try:
        await secure.handshake()
    except ssl.SSLError:
        secure.close()
        raise
    return secure


class SecureStream(Stream):
    """What is read and written is plain; what goes over the stream below is not."""

    def __init__(self, below: Stream, context: ssl.SSLContext, *, server: bool, name: str | None) -> None:
        self._below = below
        self._received, self._to_send = ssl.MemoryBIO(), ssl.MemoryBIO()
        self._tls = context.wrap_bio(self._received, self._to_send, server_side=server, server_hostname=name)
        self.local, self.peer = below.local, below.peer

    async def handshake(self) -> None:
        await self._run(self._tls.do_handshake)

    async def read(self, limit: int = LIMIT) -> bytes:
        try:
            return await self._run(lambda: self._tls.read(limit))
        except (ssl.SSLZeroReturnError, ssl.SSLEOFError):
            return b""

    async def write(self, data: bytes) -> None:
        if data:
            await self._run(lambda: self._tls.write(data))

    def close_write(self) -> None:
        self._below.close_write()

    def close(self) -> None:
        self._below.close()

    def abort(self) -> None:
        self._below.abort()

    async def _run(self, step: Callable[[], T]) -> T:
        """Take a step of the protocol, with as much from below as it needs."""
        while True:
            try:
                done = step()
            except ssl.SSLWantReadError:
                await self._flush()
                data = await self._below.read()
                if data:
                    self._received.write(data)
                else:
                    self._received.write_eof()
            except ssl.SSLError:
                with suppress(ConnectionError):
                    await self._flush()
                raise
            else:
                await self._flush()
                return done

    async def _flush(self) -> None:
        """Send what the protocol has to say."""
        data = self._to_send.read()
        if data:
            await self._below.write(data)
