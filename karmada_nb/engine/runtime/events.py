"""Recording events, with the aggregation that client-go does.

Follows k8s.io/client-go tools/record: recording never waits for the API and never fails its caller; the same
event (object, component, type, reason, message) again raises ``count`` and ``lastTimestamp`` of the one there
is, and what repeats within ``FLUSH_SECONDS`` is one write.
"""

import asyncio
import hashlib
import logging
import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Final

from karmada_nb.engine import meta
from karmada_nb.engine.errors import StatusError
from karmada_nb.engine.runtime.client import Client, Resource, Unreachable
from karmada_nb.engine.runtime.clock import Clock

log: Final = logging.getLogger(__name__)
EVENTS: Final = Resource("", "v1", "events")
FLUSH_SECONDS: Final = 0.05
_REMEMBERED: Final = 4096
_REFERRED: Final = ("namespace", "uid", "resourceVersion")
_NAME: Final = re.compile(r"[a-z0-9]([-a-z0-9.]*[a-z0-9])?")

Same = tuple[str, ...]


@dataclass(slots=True)
class _Pending:
    """An event that is not written yet."""

    reference: Mapping[str, str]
    kind: str
    reason: str
    message: str
    first: datetime
    last: datetime
    count: int = 1


class Recorder:
    """Writes events as one component (``source.component``) to one cluster."""

    _latest_stamp: ClassVar[int] = 0
    """Nanoseconds in the name of the newest event; no two events of one moment share a name."""

    def __init__(self, client: Client, clock: Clock, component: str, host: str = "") -> None:
        self._client = client
        self._clock = clock
        self._source = {"component": component, **({"host": host} if host else {})}
        self._pending: dict[Same, _Pending] = {}
        self._written: dict[bytes, tuple[str, int]] = {}
        """Name and count of each event that was written, by a digest of what makes it the same."""
        self._writing: asyncio.Task[None] | None = None

    async def event(self, obj: Mapping[str, Any], kind: str, reason: str, message: str) -> None:
        """Record ``kind`` (Normal or Warning) about ``obj``."""
        metadata = meta.metadata(obj)
        reference = {"kind": obj["kind"], "apiVersion": obj["apiVersion"], "name": metadata["name"]}
        reference.update({name: metadata[name] for name in _REFERRED if metadata.get(name)})
        await self.about(reference, kind, reason, message)

    async def about(self, reference: Mapping[str, str], kind: str, reason: str, message: str) -> None:
        """The same for an ObjectReference; ``fieldPath`` in it names a container."""
        now = self._clock.now()
        same = (
            reference.get("uid", ""),
            reference["kind"],
            reference.get("namespace", ""),
            reference["name"],
            reference.get("fieldPath", ""),
            kind,
            reason,
            message,
        )
        standing = self._pending.get(same)
        if standing is not None:
            standing.count += 1
            standing.last = now
            return
        if not self._pending:
            self._clock.call_later(FLUSH_SECONDS, self._flush)
        self._pending[same] = _Pending(reference, kind, reason, message, now, now)

    def _flush(self) -> None:
        if self._writing is not None and not self._writing.done():
            self._clock.call_later(FLUSH_SECONDS, self._flush)
            return
        pending, self._pending = self._pending, {}
        self._writing = asyncio.get_running_loop().create_task(self._write(pending))

    async def _write(self, pending: dict[Same, _Pending]) -> None:
        for same, event in pending.items():
            try:
                await self._write_one(same, event)
            except (StatusError, Unreachable) as error:
                log.info("an event about %s was not recorded: %s", event.reference["name"], error)
        while len(self._written) > _REMEMBERED:
            del self._written[next(iter(self._written))]

    async def _write_one(self, same: Same, event: _Pending) -> None:
        namespace = event.reference.get("namespace") or "default"
        digest = hashlib.blake2b("\0".join(same).encode(), digest_size=16).digest()
        known = self._written.pop(digest, None)
        if known is not None:
            name, count = known[0], known[1] + event.count
            try:
                await self._client.patch(
                    EVENTS,
                    name,
                    {"count": count, "lastTimestamp": meta.rfc3339(event.last)},
                    namespace=namespace,
                )
            except StatusError as error:
                if error.code != 404:
                    raise
            else:
                self._written[digest] = (name, count)
                return
        made = await self._client.create(EVENTS, self._fresh(event, namespace), namespace)
        self._written[digest] = (meta.name(made), event.count)

    def _fresh(self, event: _Pending, namespace: str) -> meta.Object:
        Recorder._latest_stamp = max(int(event.first.timestamp() * 1_000_000_000), Recorder._latest_stamp + 1)
        return {
            "apiVersion": "v1",
            "kind": "Event",
            "metadata": {
                "name": event_name(event.reference["name"], Recorder._latest_stamp),
                "namespace": namespace,
            },
            "involvedObject": dict(event.reference),
            "reason": event.reason,
            "message": event.message,
            "source": self._source,
            "firstTimestamp": meta.rfc3339(event.first),
            "lastTimestamp": meta.rfc3339(event.last),
            "count": event.count,
            "type": event.kind,
            "eventTime": None,
            "reportingComponent": self._source["component"],
            "reportingInstance": self._source.get("host", ""),
        }


def event_name(about: str, stamp: int) -> str:
    """``GenerateEventName``: the object's name and the nanosecond; a UUID where that would be no name."""
    name = f"{about}.{stamp:x}"
    return name if _NAME.fullmatch(name) and len(name) <= 253 else str(uuid.uuid4())
