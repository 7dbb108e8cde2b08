"""Recording how replicas move: a sample whenever a member's numbers change, as its watch tells."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Final

from karmada_nb import frames
from karmada_nb.connection import Connection
from karmada_nb.manifests import Object
from karmada_nb.watching import Watching

if TYPE_CHECKING:
    import pandas as pd

HISTORY: Final = ("seconds", "cluster", "desired", "ready")


class Recorder:
    """Samples of one workload in all members, from when it is made until ``close``."""

    def __init__(
        self, members: Mapping[str, Connection], word: str, name: str, namespace: str = "default"
    ) -> None:
        self._began = time.monotonic()
        self._lock = threading.Lock()
        self._rows: list[tuple[float, str, int, int]] = []
        self._last: dict[str, tuple[int, int]] = {}
        for cluster, connection in members.items():
            self._note(cluster, connection.get(word, name, namespace))
        self._watching = Watching()
        for cluster, connection in members.items():
            self._watching.add(connection, word, name, namespace, partial(self._note, cluster))

    @property
    def frame(self) -> pd.DataFrame:
        """All samples so far: seconds since the start, cluster, desired, ready."""
        with self._lock:
            return frames.frame(self._rows, HISTORY)

    def close(self) -> None:
        """Stop recording; the last sample of each cluster is repeated, so that lines reach the end."""
        self._watching.close()
        with self._lock:
            now = round(time.monotonic() - self._began, 3)
            self._rows += [(now, cluster, *counts) for cluster, counts in self._last.items()]

    def _note(self, cluster: str, obj: Object | None) -> None:
        desired = frames.desired_replicas(obj) if obj else 0
        ready = frames.ready_replicas(obj) if obj else 0
        with self._lock:
            if self._last.get(cluster) != (desired, ready):
                self._last[cluster] = (desired, ready)
                self._rows.append((round(time.monotonic() - self._began, 3), cluster, desired, ready))
