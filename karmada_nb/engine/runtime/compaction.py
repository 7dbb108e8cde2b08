"""Forgetting history in time, so that a cluster at rest holds only the present.

Follows k8s.io/apiserver pkg/storage/etcd3/compact.go, which compacts to where the store was five minutes ago.
"""

from typing import Final

from karmada_nb.engine.runtime.clock import Clock, Timer
from karmada_nb.engine.store import Store

INTERVAL_SECONDS: Final = 300.0


class Compactor:
    """From ``start`` to ``stop``: every interval, forget what was history at the last one."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._noted = store.revision
        self._timer: Timer | None = None

    def start(self) -> None:
        self._noted = self._store.revision
        self._timer = self._clock.call_later(INTERVAL_SECONDS, self._compact)

    def stop(self) -> None:
        if self._timer is not None:
            self._timer.cancel()

    def _compact(self) -> None:
        self._store.compact(self._noted)
        self.start()
