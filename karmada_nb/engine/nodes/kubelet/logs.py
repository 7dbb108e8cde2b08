"""The log of one run of a container: lines with their times, bounded, and followers."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime
from typing import Final

from karmada_nb.engine.nodes.runtime import LogOptions
from karmada_nb.engine.runtime.clock import Clock

LIMIT: Final = 1024 * 1024
"""Bytes that are kept; the oldest lines go first."""


class Log:
    """Written by the container's streams, read by many."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lines: list[tuple[datetime, bytes]] = []
        self._size = 0
        self._dropped = 0
        self._partial: dict[str, bytes] = {}
        self._closed = False
        self._waiting: list[asyncio.Future[None]] = []

    def write(self, stream: str, data: bytes) -> None:
        """``stream`` is stdout or stderr; lines of the two do not mix."""
        text = self._partial.pop(stream, b"") + data
        *lines, rest = text.split(b"\n")
        if rest:
            self._partial[stream] = rest
        now = self._clock.now()
        for line in lines:
            self._lines.append((now, line + b"\n"))
            self._size += len(line) + 1
        if self._size > LIMIT:
            self._drop()
        if lines:
            self._notify()

    def _drop(self) -> None:
        """Forget the older half of what may be kept."""
        count = 0
        while self._size > LIMIT // 2:
            self._size -= len(self._lines[count][1])
            count += 1
        del self._lines[:count]
        self._dropped += count

    def close(self) -> None:
        """Nothing more comes; an unfinished line becomes one."""
        now = self._clock.now()
        self._lines.extend((now, rest) for rest in self._partial.values())
        self._partial.clear()
        self._closed = True
        self._notify()

    async def read(self, options: LogOptions) -> AsyncIterator[bytes]:
        """The lines that ``options`` select; with ``follow`` until the log is closed."""
        since = options.since
        chosen = [line for line in self._lines if since is None or line[0] >= since]
        if options.tail is not None:
            chosen = chosen[max(0, len(chosen) - options.tail) :]
        left = options.limit_bytes
        position = self._dropped + len(self._lines)
        while True:
            for moment, line in chosen:
                text = _stamped(moment, line) if options.timestamps else line
                if left is not None and len(text) >= left:
                    yield text[:left]
                    return
                left = None if left is None else left - len(text)
                yield text
            if not options.follow:
                return
            while position >= self._dropped + len(self._lines):
                if self._closed:
                    return
                await self._wait()
            fresh = max(0, position - self._dropped)
            chosen = [self._lines[i] for i in range(fresh, len(self._lines))]
            position = self._dropped + len(self._lines)

    def tail_bytes(self, count: int) -> bytes:
        """The last bytes, for a termination message."""
        return b"".join(line for _, line in self._lines[-80:])[-count:]

    async def _wait(self) -> None:
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append(future)
        await future

    def _notify(self) -> None:
        waiting, self._waiting = self._waiting, []
        for future in waiting:
            if not future.done():
                future.set_result(None)


def _stamped(moment: datetime, line: bytes) -> bytes:
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond:06d}000Z ".encode() + line
