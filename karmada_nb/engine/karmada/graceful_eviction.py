"""When a cluster that is being left may be left for good.

Follows pkg/controllers/gracefuleviction/evictiontask.go.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from karmada_nb.engine import meta
from karmada_nb.engine.karmada.constants import RESOURCE_HEALTHY
from karmada_nb.engine.meta import Object, dig


@dataclass(frozen=True, slots=True)
class Assessment:
    """``kept`` are the tasks to go on with, ``evicted`` the clusters that are left for good.

    ``next_retry``: when to assess again if nothing happens; None: not by time.
    """

    kept: list[Object]
    evicted: list[str]
    next_retry: timedelta | None


def assess_binding(binding: Object, timeout: timedelta, now: datetime) -> Assessment:
    """The tasks of a binding, judged by its schedule and its observed status.

    ``timeout`` is the flag --graceful-eviction-timeout.
    """
    observed = dig(binding, "status", "schedulerObservedGeneration", default=0)
    return assess_eviction_tasks(
        binding.get("spec") or {},
        dig(binding, "status", "aggregatedStatus", default=[]),
        timeout,
        now,
        has_scheduled=observed == meta.generation(binding),
    )


def assess_eviction_tasks(
    spec: Object, aggregated: list[Object], timeout: timedelta, now: datetime, *, has_scheduled: bool
) -> Assessment:
    """``has_scheduled``: the scheduler has dealt with the binding as it is now, so its status can be trusted.

    A task without a time of creation is new: it gets one and is kept.
    """
    kept: list[Object] = []
    evicted: list[str] = []
    replaced = has_scheduled and _all_healthy(spec.get("clusters") or [], aggregated)
    for task in spec.get("gracefulEvictionTasks") or []:
        if task.get("creationTimestamp") is None:
            kept.append({**task, "creationTimestamp": meta.rfc3339(now)})
        elif _goes_on(task, timeout, now, replaced=replaced):
            kept.append(task)
        else:
            evicted.append(task.get("fromCluster", ""))
    return Assessment(kept, evicted, next_retry(kept, timeout, now))


def _goes_on(task: Object, timeout: timedelta, now: datetime, *, replaced: bool) -> bool:
    suppressed = task.get("suppressDeletion")
    if suppressed is not None:
        return bool(suppressed)
    return now < _deadline(task, timeout) and not replaced


def _deadline(task: Object, timeout: timedelta) -> datetime:
    grace = task.get("gracePeriodSeconds")
    return meta.parse_time(task["creationTimestamp"]) + (
        timeout if grace is None else timedelta(seconds=grace)
    )


def _all_healthy(targets: list[Object], aggregated: list[Object]) -> bool:
    health: dict[str, str] = {}
    for item in aggregated:
        health.setdefault(item.get("clusterName", ""), item.get("health", ""))
    return all(health.get(target.get("name", "")) == RESOURCE_HEALTHY for target in targets)


def next_retry(tasks: list[Object], timeout: timedelta, now: datetime) -> timedelta | None:
    """The time until the first deadline. What users keep by hand (suppressDeletion) has none."""
    waits = [_deadline(task, timeout) - now for task in tasks if task.get("suppressDeletion") is None]
    return min(waits, default=None)
