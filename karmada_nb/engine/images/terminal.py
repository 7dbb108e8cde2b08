"""A terminal's line discipline: echo, editing of the line, end of input and interrupt."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from karmada_nb.engine.images.process import Reader, Write

_INTERRUPT, _END, _ERASE_LINE = 0x03, 0x04, 0x15
_BACKSPACES = (0x08, 0x7F)


class Terminal:
    """Standard input by lines. ``pump`` must run beside the program; it ends with the input.

    ``on_interrupt`` is called for Ctrl-C while nobody waits for a line.
    """

    def __init__(self, source: Reader, echo: Write) -> None:
        self._source = source
        self._echo = echo
        self._lines: asyncio.Queue[bytes] = asyncio.Queue()
        self._line = bytearray()
        self._waiting = False
        self.on_interrupt: Callable[[], object] | None = None

    async def read(self) -> bytes:
        """The next line with its end; ``b""`` at the end of input."""
        self._waiting = True
        try:
            return await self._lines.get()
        finally:
            self._waiting = False

    async def pump(self) -> None:
        """Take in what is typed."""
        while data := await self._source.read():
            for byte in data:
                await self._type(byte)
        self._lines.put_nowait(b"")

    async def _type(self, byte: int) -> None:
        if byte in (0x0D, 0x0A):
            await self._echo(b"\n")
            self._lines.put_nowait(bytes(self._line) + b"\n")
            self._line.clear()
        elif byte in _BACKSPACES:
            if self._line:
                del self._line[-1]
                await self._echo(b"\b \b")
        elif byte == _ERASE_LINE:
            await self._echo(b"\b \b" * len(self._line))
            self._line.clear()
        elif byte == _INTERRUPT:
            await self._echo(b"^C\n")
            self._line.clear()
            if self._waiting:
                self._lines.put_nowait(b"\n")
            elif self.on_interrupt is not None:
                self.on_interrupt()
        elif byte == _END:
            if not self._line:
                self._lines.put_nowait(b"")
        else:
            self._line.append(byte)
            await self._echo(bytes([byte]))


class Feed:
    """Standard input of a container that keeps it open: what is attached writes, the program reads."""

    def __init__(self) -> None:
        self._chunks: asyncio.Queue[bytes] = asyncio.Queue()

    async def read(self) -> bytes:
        return await self._chunks.get()

    def put(self, data: bytes) -> None:
        """``b""`` is the end."""
        self._chunks.put_nowait(data)
