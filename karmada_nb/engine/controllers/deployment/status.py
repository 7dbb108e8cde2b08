"""A Deployment's status: counts and conditions. Pure. Follows sync.go and progress.go."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from karmada_nb.engine import meta
from karmada_nb.engine.controllers.deployment.rolling import bounds, wanted
from karmada_nb.engine.meta import Object

AVAILABLE: Final = "NewReplicaSetAvailable"
TIMED_OUT: Final = "ProgressDeadlineExceeded"
PAUSED: Final = "DeploymentPaused"


def _sum(sets: Sequence[Object], field: str) -> int:
    return sum(meta.dig(rs, "status", field, default=0) for rs in sets)


def counts(deployment: Object, new: Object | None, sets: Sequence[Object]) -> Object:
    """The numbers; zeros are left out as Go leaves them out."""
    have, available = _sum(sets, "replicas"), _sum(sets, "availableReplicas")
    numbers = {
        "observedGeneration": meta.generation(deployment),
        "replicas": have,
        "updatedReplicas": _sum([new], "replicas") if new is not None else 0,
        "readyReplicas": _sum(sets, "readyReplicas"),
        "availableReplicas": available,
        "unavailableReplicas": max(0, sum(map(wanted, sets)) - available),
        "terminatingReplicas": _sum(sets, "terminatingReplicas"),
        "collisionCount": meta.dig(deployment, "status", "collisionCount", default=0),
    }
    return {k: v for k, v in numbers.items() if v or k == "terminatingReplicas"}


def complete(deployment: Object, status: Object) -> bool:
    """All pods are of the new template, and available."""
    size = wanted(deployment)
    return bool(
        status.get("updatedReplicas", 0) == size
        and status.get("replicas", 0) == size
        and status.get("availableReplicas", 0) == size
        and status.get("observedGeneration", 0) >= meta.generation(deployment)
    )


def progressing(before: Object, status: Object) -> bool:
    """Whether the numbers got better."""

    def old(field: str) -> int:
        return int(before.get(field, 0))

    fewer_old = status.get("replicas", 0) - status.get("updatedReplicas", 0) < old("replicas") - old(
        "updatedReplicas"
    )
    return bool(
        status.get("updatedReplicas", 0) > old("updatedReplicas")
        or fewer_old
        or status.get("readyReplicas", 0) > old("readyReplicas")
        or status.get("availableReplicas", 0) > old("availableReplicas")
    )


def condition(
    conditions: list[Object], kind: str, status: str, reason: str, message: str, now: datetime
) -> list[Object]:
    """Set a condition that also keeps ``lastUpdateTime``; the same status and reason change nothing."""
    found = next((c for c in conditions if c["type"] == kind), None)
    if found and found["status"] == status and found["reason"] == reason:
        return conditions
    moved = found["lastTransitionTime"] if found and found["status"] == status else meta.rfc3339(now)
    fresh = {
        "type": kind,
        "status": status,
        "lastUpdateTime": meta.rfc3339(now),
        "lastTransitionTime": moved,
        "reason": reason,
        "message": message,
    }
    return [*(c for c in conditions if c["type"] != kind), fresh]


def next_status(
    deployment: Object, new: Object | None, sets: Sequence[Object], now: datetime, created: bool = False
) -> Object:
    """The status after looking at the sets. ``created``: the new set was made in this pass."""
    before = deployment.get("status") or {}
    status = counts(deployment, new, sets)
    conditions = _paused(deployment, list(before.get("conditions") or []), now)
    if status.get("availableReplicas", 0) >= wanted(deployment) - bounds(deployment)[1]:
        text = "Deployment has minimum availability."
        conditions = condition(conditions, "Available", "True", "MinimumReplicasAvailable", text, now)
    else:
        text = "Deployment does not have minimum availability."
        conditions = condition(conditions, "Available", "False", "MinimumReplicasUnavailable", text, now)
    if deployment["spec"].get("progressDeadlineSeconds") is not None and not deployment["spec"].get("paused"):
        conditions = _progress(deployment, new, status, before, conditions, now, created)
    conditions = _failures(conditions, sets)
    return {**status, "conditions": conditions}


def _paused(deployment: Object, conditions: list[Object], now: datetime) -> list[Object]:
    """A deployment says when it was paused, and when it goes on; one that is stuck stays stuck."""
    current = next((c for c in conditions if c["type"] == "Progressing"), None)
    reason = current["reason"] if current else ""
    if deployment["spec"].get("progressDeadlineSeconds") is None or reason == TIMED_OUT:
        return conditions
    paused = bool(deployment["spec"].get("paused"))
    if paused and reason != PAUSED:
        return condition(conditions, "Progressing", "Unknown", PAUSED, "Deployment is paused", now)
    if not paused and reason == PAUSED:
        text = "Deployment is resumed"
        return condition(conditions, "Progressing", "Unknown", "DeploymentResumed", text, now)
    return conditions


def _progress(
    deployment: Object,
    new: Object | None,
    status: Object,
    before: Object,
    conditions: list[Object],
    now: datetime,
    created: bool,
) -> list[Object]:
    subject = f'ReplicaSet "{meta.name(new)}"' if new is not None else f'Deployment "{meta.name(deployment)}"'
    current = next((c for c in conditions if c["type"] == "Progressing"), None)
    if created and new is not None:
        text = f'Created new replica set "{meta.name(new)}"'
        return condition(conditions, "Progressing", "True", "NewReplicaSetCreated", text, now)
    settled = status.get("replicas", 0) == status.get("updatedReplicas", 0)
    if settled and current is not None and current["reason"] == AVAILABLE:
        return conditions
    if complete(deployment, status):
        text = f"{subject} has successfully progressed."
        return condition(conditions, "Progressing", "True", AVAILABLE, text, now)
    if progressing(before, status):
        text = f"{subject} is progressing."
        if current is not None and current["status"] == "True" and current["reason"] == "ReplicaSetUpdated":
            updated = {**current, "lastUpdateTime": meta.rfc3339(now), "message": text}
            return [updated if c["type"] == "Progressing" else c for c in conditions]
        return condition(conditions, "Progressing", "True", "ReplicaSetUpdated", text, now)
    left = deadline_in(deployment, conditions, now)
    if left is not None and left <= 0:
        text = f"{subject} has timed out progressing."
        return condition(conditions, "Progressing", "False", TIMED_OUT, text, now)
    return conditions


def _failures(conditions: list[Object], sets: Sequence[Object]) -> list[Object]:
    """A set's ReplicaFailure is the deployment's too."""
    failed = next((c for rs in sets if (c := meta.condition(rs, "ReplicaFailure"))), None)
    others = [c for c in conditions if c["type"] != "ReplicaFailure"]
    if failed is None:
        return others
    return [*others, {"lastUpdateTime": failed["lastTransitionTime"], **failed}]


def deadline_in(deployment: Object, conditions: Sequence[Object], now: datetime) -> float | None:
    """Seconds until the rollout counts as stuck; None when nothing is being waited for."""
    seconds = deployment["spec"].get("progressDeadlineSeconds")
    current = next((c for c in conditions if c["type"] == "Progressing"), None)
    if seconds is None or current is None or current["reason"] in (AVAILABLE, TIMED_OUT, PAUSED):
        return None
    since = meta.parse_time(current["lastUpdateTime"])
    return float(seconds - (now - since).total_seconds())
