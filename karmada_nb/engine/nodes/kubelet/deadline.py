"""How long a pod may be active. Pure. Follows pkg/kubelet/active_deadline.go."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from karmada_nb.engine import meta
from karmada_nb.engine.meta import Object

REASON: Final = "DeadlineExceeded"
MESSAGE: Final = "Pod was active on the node longer than the specified deadline"


def left(pod: Object, since: str, now: datetime) -> float | None:
    """Seconds until ``activeDeadlineSeconds`` are over, None without a limit.

    ``since`` is when the node saw a pod that has no ``startTime`` yet.
    """
    limit = pod["spec"].get("activeDeadlineSeconds")
    if limit is None:
        return None
    started = meta.parse_time(meta.dig(pod, "status", "startTime", default=since))
    return float(limit) - (now - started).total_seconds()


def exceeded(pod: Object) -> Object:
    """The status of a pod whose time is over; its containers are told of once they have ended."""
    return {**pod["status"], "phase": "Failed", "reason": REASON, "message": MESSAGE}
