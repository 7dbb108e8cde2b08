"""The work queue: keys wait once, are handed out one at a time each, and come back after a delay.

Follows k8s.io/client-go util/workqueue: a key added while it is being worked on is handed out again
afterwards, never twice at the same time.
"""

import asyncio
from collections import deque
from collections.abc import Hashable
from typing import Generic, TypeVar

from karmada_nb.engine.runtime.clock import Clock, Timer

K = TypeVar("K", bound=Hashable)


class WorkQueue(Generic[K]):
    """``base`` and ``limit`` are the seconds of exponential back-off for keys that failed."""

    def __init__(self, clock: Clock, base: float = 0.005, limit: float = 1000.0) -> None:
        self._clock = clock
        self._base = base
        self._limit = limit
        self._ready: deque[K] = deque()
        self._waiting: set[K] = set()
        self._active: set[K] = set()
        self._again: set[K] = set()
        self._settling: set[K] = set()
        self._failures: dict[K, int] = {}
        self._timers: dict[K, tuple[float, Timer]] = {}
        self._wake = asyncio.Event()

    def add(self, key: K) -> None:
        """Hand out ``key`` as soon as possible."""
        if key in self._active:
            self._again.add(key)
        elif key not in self._waiting:
            self._waiting.add(key)
            self._ready.append(key)
            self._wake.set()

    def add_settled(self, key: K, turns: int) -> None:
        """Hand out ``key`` when the event loop has gone round so many times; what comes meanwhile is one."""
        if turns <= 0:
            self.add(key)
        elif key not in self._waiting and key not in self._settling:
            self._settling.add(key)
            asyncio.get_running_loop().call_soon(self._turn, key, turns)

    def _turn(self, key: K, left: int) -> None:
        if key not in self._settling:
            return
        if left > 1:
            asyncio.get_running_loop().call_soon(self._turn, key, left - 1)
        else:
            self._settling.discard(key)
            self.add(key)

    def add_after(self, key: K, seconds: float) -> None:
        """Hand out ``key`` in ``seconds``; of several such orders the earliest counts."""
        if seconds <= 0:
            self.add(key)
            return
        due = self._clock.monotonic() + seconds
        standing = self._timers.get(key)
        if standing is not None:
            if standing[0] <= due:
                return
            standing[1].cancel()
        self._timers[key] = (due, self._clock.call_later(seconds, lambda: self._due(key)))

    def add_failed(self, key: K) -> float:
        """Hand out ``key`` after its back-off, which doubles with each failure; returns the seconds."""
        failures = self._failures.get(key, 0)
        self._failures[key] = failures + 1
        delay: float = min(self._base * 2.0 ** min(failures, 60), self._limit)
        self.add_after(key, delay)
        return delay

    def forget(self, key: K) -> None:
        """The key succeeded: its next failure starts from the shortest back-off."""
        self._failures.pop(key, None)

    def failures(self, key: K) -> int:
        return self._failures.get(key, 0)

    async def get(self) -> K:
        """The next key; ``done`` must follow."""
        while not self._ready:
            self._wake.clear()
            await self._wake.wait()
        key = self._ready.popleft()
        self._waiting.discard(key)
        self._active.add(key)
        return key

    def done(self, key: K) -> None:
        self._active.discard(key)
        if key in self._again:
            self._again.discard(key)
            self.add(key)

    def close(self) -> None:
        """Cancel what was ordered for later."""
        for _, timer in self._timers.values():
            timer.cancel()
        self._timers.clear()
        self._settling.clear()

    def __len__(self) -> int:
        return len(self._ready)

    def _due(self, key: K) -> None:
        self._timers.pop(key, None)
        self.add(key)
