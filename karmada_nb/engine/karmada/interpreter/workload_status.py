"""The fields of the four workload statuses: which are summed over clusters, which the API always writes.

Follows the types of k8s.io/api apps/v1 and pkg/resourceinterpreter/default/native/status_type.go.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class WorkloadStatus:
    """``summed``: counts that add up over clusters. ``always``: written even when 0. ``kept``: other
    fields of the type, which aggregation leaves as they are. ``observed``: whether a member reports its
    ``observedGeneration``. ``empty_is_none``: whether a status without any field counts as not there."""

    summed: tuple[str, ...]
    always: frozenset[str] = frozenset()
    kept: tuple[str, ...] = ("conditions", "collisionCount")
    observed: bool = True
    empty_is_none: bool = False

    @property
    def reported(self) -> tuple[str, ...]:
        """What is read of a member's status."""
        return (*self.summed, "observedGeneration") if self.observed else self.summed


DEPLOYMENT: Final = WorkloadStatus(
    summed=("replicas", "updatedReplicas", "readyReplicas", "availableReplicas", "unavailableReplicas"),
    kept=("terminatingReplicas", "conditions", "collisionCount"),
    empty_is_none=True,
)
REPLICA_SET: Final = WorkloadStatus(
    summed=("replicas", "readyReplicas", "availableReplicas"),
    always=frozenset({"replicas"}),
    kept=("fullyLabeledReplicas", "terminatingReplicas", "conditions"),
    empty_is_none=True,
)
STATEFUL_SET: Final = WorkloadStatus(
    summed=("availableReplicas", "currentReplicas", "readyReplicas", "replicas", "updatedReplicas"),
    always=frozenset({"replicas", "availableReplicas"}),
    kept=("currentRevision", "updateRevision", "collisionCount", "conditions"),
    observed=False,
)
DAEMON_SET: Final = WorkloadStatus(
    summed=(
        "currentNumberScheduled",
        "desiredNumberScheduled",
        "numberAvailable",
        "numberMisscheduled",
        "numberReady",
        "updatedNumberScheduled",
        "numberUnavailable",
    ),
    always=frozenset(
        {"currentNumberScheduled", "desiredNumberScheduled", "numberMisscheduled", "numberReady"}
    ),
)
