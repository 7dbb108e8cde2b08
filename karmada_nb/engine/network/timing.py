"""Deadlines on the engine's clock."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

from karmada_nb.engine.runtime.clock import Clock

T = TypeVar("T")


async def within(clock: Clock, seconds: float | None, work: Coroutine[Any, Any, T]) -> T:
    """The result of ``work``; TimeoutError, and its end, when it takes longer. None waits for ever."""
    if seconds is None:
        return await work
    task = asyncio.ensure_future(work)
    late = False

    def expire() -> None:
        nonlocal late
        late = True
        task.cancel()

    timer = clock.call_later(seconds, expire)
    try:
        return await task
    except asyncio.CancelledError:
        if late:
            raise TimeoutError(f"not done within {seconds:g} s") from None
        task.cancel()
        raise
    finally:
        timer.cancel()
