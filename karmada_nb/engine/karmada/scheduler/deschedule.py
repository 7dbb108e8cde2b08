"""Taking back from clusters the replicas that found no place there.

Follows pkg/descheduler/core and ``updateScheduleResult`` in pkg/descheduler/descheduler.go. The scheduler
gives elsewhere what is taken back, as the targets then no longer add up to what the template wants.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import orjson

from karmada_nb.engine import meta
from karmada_nb.engine.karmada.constants import (
    DESCHEDULE_SUCCESS_MESSAGE,
    POLICY_PLACEMENT_ANNOTATION,
)
from karmada_nb.engine.karmada.scheduler.assignment import AGGREGATED, DYNAMIC_WEIGHT, strategy_type
from karmada_nb.engine.meta import Object

_UNKNOWN = -1


class Descheduled(NamedTuple):
    """The binding with fewer replicas, and what to tell of it."""

    binding: Object
    message: str


def may_be_descheduled(binding: Object) -> bool:
    """Deployments whose replicas were divided by what the clusters have room for."""
    resource = binding["spec"]["resource"]
    if (resource.get("apiVersion"), resource.get("kind")) != ("apps/v1", "Deployment"):
        return False
    try:
        placement = orjson.loads(meta.annotations(binding).get(POLICY_PLACEMENT_ANNOTATION) or "null")
    except orjson.JSONDecodeError:
        return False
    return isinstance(placement, dict) and strategy_type(placement) in (AGGREGATED, DYNAMIC_WEIGHT)


def undesired_clusters(binding: Object) -> list[str]:
    """The targets in which fewer replicas are ready than they were given; unknown counts as fewer."""
    ready = _ready(binding)
    targets = binding["spec"].get("clusters") or ()
    return [t["name"] for t in targets if ready.get(t["name"], _UNKNOWN) < (t.get("replicas") or 0)]


def deschedule(binding: Object, unschedulable: Mapping[str, int]) -> Descheduled | None:
    """``unschedulable``: how many replicas found no place, by cluster. None where nothing is to be done."""
    ready = _ready(binding)
    targets, told, total = [], DESCHEDULE_SUCCESS_MESSAGE, 0
    for target in binding["spec"].get("clusters") or ():
        given, lost = target.get("replicas") or 0, unschedulable.get(target["name"], 0)
        if lost <= 0 or lost > given:
            targets.append(target)
            continue
        running = ready.get(target["name"], _UNKNOWN)
        left = running if given - lost < running <= given else given - lost
        without = {k: v for k, v in target.items() if k != "replicas"}
        targets.append({**without, "replicas": left} if left else without)
        told += f", {given - left} replica(s) in cluster({target['name']})"
        total += given - left
    if total == 0:
        return None
    after = {**binding, "spec": {**binding["spec"], "clusters": targets}}
    return Descheduled(after, f"{told}, {total} total descheduled replica(s)")


def _ready(binding: Object) -> dict[str, int]:
    items = meta.dig(binding, "status", "aggregatedStatus", default=())
    return {
        item["clusterName"]: item["status"]["readyReplicas"]
        for item in items
        if "readyReplicas" in (item.get("status") or {})
    }
