"""Whether a cluster is Ready, by what was observed and for how long.

Follows pkg/controllers/status/cluster_condition_cache.go and ``generateReadyCondition`` of
cluster_status_controller.go. v1.2 had no threshold for recovery.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from karmada_nb.engine import meta
from karmada_nb.engine.karmada import constants as words
from karmada_nb.engine.karmada.members import Health
from karmada_nb.engine.karmada.options import Timers
from karmada_nb.engine.meta import Object


class Condition(NamedTuple):
    """Status, reason and message."""

    status: str
    reason: str
    message: str


def observed_condition(health: Health) -> Condition:
    if not health.online:
        return Condition("False", words.CLUSTER_NOT_REACHABLE_REASON, words.CLUSTER_NOT_REACHABLE_MESSAGE)
    if not health.healthy:
        return Condition("False", words.CLUSTER_NOT_READY_REASON, words.CLUSTER_NOT_READY_MESSAGE)
    return Condition("True", words.CLUSTER_READY_REASON, words.CLUSTER_READY_MESSAGE)


def collection_failed(error: str) -> Condition:
    message = f"failed to create a ClusterClient: {error}"
    return Condition("False", words.STATUS_COLLECTION_FAILED_REASON, message)


@dataclass(slots=True)
class _Seen:
    status: str
    since: float


class Thresholds:
    """Remembers since when each cluster has been observed as it is."""

    def __init__(self, timers: Timers, *, article: bool) -> None:
        self._failure = timers.failure_threshold
        self._success = 0.0 if article else timers.success_threshold
        self._seen: dict[str, _Seen] = {}

    def adjust(self, cluster: Object, observed: Condition, now: float) -> Condition:
        """The condition to publish: the standing one until the other has lasted. ``now`` in seconds."""
        name = meta.name(cluster)
        seen = self._seen.get(name)
        if seen is None:
            self._seen[name] = _Seen(observed.status, now - self._failure)
            return observed
        standing = meta.condition(cluster, words.CLUSTER_CONDITION_READY)
        if standing is None:
            return observed
        if seen.status != observed.status:
            seen.status, seen.since = observed.status, now
        good = observed.status == "True"
        threshold = self._success if good else self._failure
        if good != (standing["status"] == "True") and now < seen.since + threshold:
            return Condition(standing["status"], standing["reason"], standing["message"])
        return observed

    def forget(self, cluster: str) -> None:
        self._seen.pop(cluster, None)
