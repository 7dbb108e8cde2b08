"""Recording events, with the aggregation that client-go does.

Follows k8s.io/client-go tools/record: the same event (object, component, type, reason, message) again
raises ``count`` and ``lastTimestamp`` of the one there is.
"""

import re
import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar, Final

from karmada_nb.engine import meta
from karmada_nb.engine.errors import StatusError
from karmada_nb.engine.runtime.client import Client, Resource
from karmada_nb.engine.runtime.clock import Clock

EVENTS: Final = Resource("", "v1", "events")
_REMEMBERED: Final = 4096
_NAME: Final = re.compile(r"[a-z0-9]([-a-z0-9.]*[a-z0-9])?")


class Recorder:
    """Writes events as one component (``source.component``) to one cluster."""

    _latest_stamp: ClassVar[int] = 0
    """Nanoseconds in the name of the newest event; no two events of one moment share a name."""

    def __init__(self, client: Client, clock: Clock, component: str, host: str = "") -> None:
        self._client = client
        self._clock = clock
        self._source = {"component": component, **({"host": host} if host else {})}
        self._seen: dict[tuple[str, ...], meta.Object] = {}

    async def event(self, obj: Mapping[str, Any], kind: str, reason: str, message: str) -> None:
        """Record ``kind`` (Normal or Warning) about ``obj``. A cluster that refuses it is no error."""
        reference = {
            "kind": obj["kind"],
            "apiVersion": obj["apiVersion"],
            "name": meta.name(obj),
            **{k: v for k, v in (("namespace", meta.namespace(obj)), ("uid", meta.uid(obj))) if v},
        }
        if meta.resource_version(obj):
            reference["resourceVersion"] = meta.resource_version(obj)
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
        namespace = reference.get("namespace") or "default"
        known = self._seen.pop(same, None)
        try:
            if known is not None:
                patch = {"count": known["count"] + 1, "lastTimestamp": meta.rfc3339(now)}
                try:
                    self._seen[same] = await self._client.patch(
                        EVENTS, meta.name(known), patch, namespace=namespace
                    )
                    return
                except StatusError as error:
                    if error.code != 404:
                        raise
            self._seen[same] = await self._client.create(
                EVENTS, self._fresh(reference, namespace, kind, reason, message, now), namespace
            )
        except StatusError as error:
            if error.code not in (403, 404, 409):
                raise
        while len(self._seen) > _REMEMBERED:
            del self._seen[next(iter(self._seen))]

    def _fresh(
        self,
        reference: Mapping[str, str],
        namespace: str,
        kind: str,
        reason: str,
        message: str,
        now: datetime,
    ) -> meta.Object:
        Recorder._latest_stamp = max(int(now.timestamp() * 1_000_000_000), Recorder._latest_stamp + 1)
        return {
            "apiVersion": "v1",
            "kind": "Event",
            "metadata": {
                "name": event_name(reference["name"], Recorder._latest_stamp),
                "namespace": namespace,
            },
            "involvedObject": dict(reference),
            "reason": reason,
            "message": message,
            "source": self._source,
            "firstTimestamp": meta.rfc3339(now),
            "lastTimestamp": meta.rfc3339(now),
            "count": 1,
            "type": kind,
            "eventTime": None,
            "reportingComponent": self._source["component"],
            "reportingInstance": self._source.get("host", ""),
        }


def event_name(about: str, stamp: int) -> str:
    """``GenerateEventName``: the object's name and the nanosecond; a UUID where that would be no name."""
    name = f"{about}.{stamp:x}"
    return name if _NAME.fullmatch(name) and len(name) <= 253 else str(uuid.uuid4())
