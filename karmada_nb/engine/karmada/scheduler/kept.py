"""What was worked out of an object, kept for as long as the very same object comes back.

Objects never change, so what follows from one has to be found only once: clusters are asked about for
every binding, and a policy's rules for every binding of the policy.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, Generic, TypeVar

Given = TypeVar("Given")
Found = TypeVar("Found")

_KEPT: Final = 1024


class Kept(Generic[Given, Found]):
    """A function of one dict or list, with its last answers. Forgets all of them once there are 1024."""

    def __init__(self, work_out: Callable[[Given], Found]) -> None:
        self._work_out = work_out
        self._held: dict[int, tuple[Given, Found]] = {}

    def __call__(self, given: Given) -> Found:
        held = self._held.get(id(given))
        # The entry keeps its object alive, so an id that is found belongs to the very object asked about.
        if held is not None and held[0] is given:
            return held[1]
        found = self._work_out(given)
        if len(self._held) >= _KEPT:
            self._held.clear()
        self._held[id(given)] = (given, found)
        return found
