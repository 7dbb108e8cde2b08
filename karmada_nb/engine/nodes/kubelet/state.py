"""The state of a container as the node knows it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Any, Final

from karmada_nb.engine.meta import Object

BACKOFF_FIRST: Final = 10.0
BACKOFF_LAST: Final = 300.0
BACKOFF_FORGET: Final = 600.0
"""Seconds; pkg/kubelet/kubelet.go: initial, maximum, and how long a container must run to start afresh."""


class Phase(Enum):
    WAITING = "waiting"
    RUNNING = "running"
    TERMINATED = "terminated"


@dataclass(frozen=True, slots=True)
class Container:
    """Times are RFC 3339 in ``*_at`` (for status) and monotonic seconds elsewhere.

    ``last`` is the ``terminated`` of the run before. ``failures`` counts the starts that back-off knows;
    ``retry`` is the moment before which the container is not started (or its image not pulled) again.
    """

    phase: Phase = Phase.WAITING
    reason: str = "ContainerCreating"
    message: str = ""
    exit_code: int = 0
    started_at: str = ""
    finished_at: str = ""
    began: float = 0.0
    identity: str = ""
    restarts: int = 0
    last: Object | None = None
    failures: int = 0
    retry: float = 0.0
    pulled: bool = False
    started: bool = False
    ready: bool = False

    @property
    def running(self) -> bool:
        return self.phase is Phase.RUNNING

    @property
    def terminated(self) -> bool:
        return self.phase is Phase.TERMINATED

    @property
    def succeeded(self) -> bool:
        return self.terminated and self.exit_code == 0

    @property
    def ran(self) -> bool:
        """Whether the container was ever started."""
        return self.phase is not Phase.WAITING or self.last is not None

    def termination(self) -> Object:
        """The ``terminated`` state."""
        fields: dict[str, Any] = {
            "exitCode": self.exit_code,
            "reason": self.reason,
            "message": self.message,
            "startedAt": self.started_at or None,
            "finishedAt": self.finished_at or None,
            "containerID": self.identity,
        }
        return {k: v for k, v in fields.items() if v not in ("",)}


def backoff(failures: int) -> float:
    """Seconds to wait before start number ``failures + 1``; the first restart is free."""
    if failures < 2:
        return 0.0
    return float(min(BACKOFF_FIRST * 2.0 ** min(failures - 2, 20), BACKOFF_LAST))


def pull_backoff(failures: int) -> float:
    """Seconds to wait after ``failures`` pulls that failed."""
    return float(min(BACKOFF_FIRST * 2.0 ** min(max(failures - 1, 0), 20), BACKOFF_LAST))
