"""Which requests for a reschedule have been served, where the API's stamps cannot say.

``spec.rescheduleTriggeredAt`` and ``status.lastScheduledTime`` count whole seconds, so a request made after
a schedule within the same second looks like one that was already served.
"""

from __future__ import annotations

from datetime import timedelta
from typing import NamedTuple

from karmada_nb.engine import meta
from karmada_nb.engine.meta import Key, Object


class Served(NamedTuple):
    """The binding that was scheduled, and the request that stood in it then, None for none."""

    uid: str
    triggered: str | None


class Triggers:
    """What the last schedule of each binding has seen. Lost with a restart: then the stamps decide alone."""

    def __init__(self) -> None:
        self._served: dict[Key, Served] = {}

    def served(self, binding: Object) -> None:
        """A schedule that read ``binding`` has succeeded."""
        self._served[meta.key(binding)] = _request(binding)

    def forget(self, key: Key) -> None:
        self._served.pop(key, None)

    def ordered(self, binding: Object) -> Object:
        """The binding with stamps that tell the order in which things happened.

        Where a request came in the second of the last schedule, but after it, ``lastScheduledTime`` reads
        one second earlier; any other binding is returned as it is.
        """
        known, request = self._served.get(meta.key(binding)), _request(binding)
        last = meta.dig(binding, "status", "lastScheduledTime")
        if known is None or known.uid != request.uid or known == request:
            return binding
        if last is None or request.triggered != last:
            return binding
        before = meta.rfc3339(meta.parse_time(last) - timedelta(seconds=1))
        return meta.replace(binding, ("status", "lastScheduledTime"), before)


def _request(binding: Object) -> Served:
    return Served(meta.uid(binding), meta.dig(binding, "spec", "rescheduleTriggeredAt"))
