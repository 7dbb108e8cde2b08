"""What can be made to go wrong in one cluster, at any time, and back."""

from __future__ import annotations

import fnmatch
from collections.abc import Callable
from typing import Final

UNPULLABLE: Final = (
    *("fake/*", "invalid/*", "*.invalid/*", "invalid.*", "*:does-not-exist"),
    *("*:non-existent", "*:nonexistent", "*:invalid", "*:404"),
)
"""Images whose names say that no registry has them, whatever the switches say."""


class Faults:
    """The switches. Patterns are shell patterns; pods are named ``namespace/name``."""

    def __init__(self) -> None:
        self._unpullable: set[str] = set()
        self._crashing: set[str] = set()
        self._dead: set[str] = set()
        self._listeners: list[Callable[[], None]] = []
        self.pull_seconds = 0.0
        self.network_cut = False

    def on_change(self, listener: Callable[[], None]) -> None:
        """Call ``listener`` after every change."""
        self._listeners.append(listener)

    def unpullable(self, pattern: str) -> None:
        """From now on images like this cannot be pulled."""
        self._unpullable.add(pattern)
        self._tell()

    def crash_loop(self, pattern: str) -> None:
        """From now on the containers of pods like this end with exit code 1 as soon as they run."""
        self._crashing.add(pattern)
        self._tell()

    def slow_start(self, seconds: float) -> None:
        """From now on each image takes this long to pull."""
        self.pull_seconds = seconds
        self._tell()

    def kill_node(self, node: str) -> None:
        """The node stops: no heartbeat, no answer, nothing reaches its pods."""
        self._dead.add(node)
        self._tell()

    def revive_node(self, node: str) -> None:
        self._dead.discard(node)
        self._tell()

    def cut_network(self, cut: bool = True) -> None:
        """Lose every packet between pods, or stop doing so."""
        self.network_cut = cut
        self._tell()

    def clear(self) -> None:
        """Everything works again."""
        self._unpullable.clear()
        self._crashing.clear()
        self._dead.clear()
        self.pull_seconds = 0.0
        self.network_cut = False
        self._tell()

    def pulls(self, image: str) -> bool:
        """Whether the image can be pulled."""
        return not any(fnmatch.fnmatchcase(image, p) for p in (*UNPULLABLE, *self._unpullable))

    def crashes(self, namespace: str, pod: str) -> bool:
        return any(fnmatch.fnmatchcase(f"{namespace}/{pod}", p) for p in self._crashing)

    def dead(self, node: str) -> bool:
        return node in self._dead

    def _tell(self) -> None:
        for listener in self._listeners:
            listener()
