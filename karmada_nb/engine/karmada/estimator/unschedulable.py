"""Replicas of a Deployment that found no node in their cluster.

Follows pkg/estimator/server/replica/replica.go.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from karmada_nb.engine import meta
from karmada_nb.engine.controllers.deployment.replicasets import split
from karmada_nb.engine.meta import Object


def unschedulable_replicas(
    deployment: Object, sets: Iterable[Object], pods: Iterable[Object], now: datetime, threshold: timedelta
) -> int:
    """How many pods of its newest ReplicaSet have been unschedulable for longer than ``threshold``.

    ``sets`` and ``pods`` are those of the deployment's namespace.
    """
    newest, _ = split(deployment, (rs for rs in sets if _owned(rs, deployment)))
    if newest is None:
        return 0
    return sum(_owned(pod, newest) and _unschedulable(pod, now, threshold) for pod in pods)


def _owned(obj: Object, owner: Object) -> bool:
    references = obj["metadata"].get("ownerReferences") or ()
    return any(ref.get("controller") and ref.get("uid") == meta.uid(owner) for ref in references)


def _unschedulable(pod: Object, now: datetime, threshold: timedelta) -> bool:
    said = meta.condition(pod, "PodScheduled")
    if said is None or (said.get("status"), said.get("reason")) != ("False", "Unschedulable"):
        return False
    return meta.parse_time(said["lastTransitionTime"]) + threshold < now
