"""Moving an application away from the clusters where it stays unhealthy.

Follows pkg/controllers/applicationfailover and ``injectReservedLabelState`` of
pkg/controllers/binding/common.go.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeAlias

from karmada_nb.engine import meta
from karmada_nb.engine.karmada.constants import (
    EVICTION_REASON_APPLICATION_FAILURE,
    RESOURCE_HEALTHY,
    RESOURCE_UNHEALTHY,
    RESOURCE_UNKNOWN,
)
from karmada_nb.engine.karmada.eviction import TaskOptions, cluster_in_graceful_eviction
from karmada_nb.engine.meta import Object, dig

ReadPath: TypeAlias = Callable[[Object, str], str]
"""The text that a JSONPath template makes of a status. Raises ValueError where it finds nothing."""


@dataclass(frozen=True, slots=True)
class Failures:
    """``evict`` are the clusters to leave; ``recheck_after`` is when another may be ripe, None: no time.

    ``unhealthy_since`` is to be handed to the next ``detect_failures`` of the same binding.
    """

    evict: list[str]
    recheck_after: timedelta | None
    unhealthy_since: Mapping[str, datetime]


def detect_failures(binding: Object, unhealthy_since: Mapping[str, datetime], now: datetime) -> Failures:
    """Which clusters have been unhealthy for as long as the policy puts up with."""
    spec = binding["spec"]
    seconds = dig(spec, "failover", "application", "decisionConditions", "tolerationSeconds", default=0)
    tolerated = timedelta(seconds=seconds)
    since = dict(unhealthy_since)
    evict: list[str] = []
    waits: list[timedelta] = []
    for cluster in unhealthy_clusters(binding):
        began = since.setdefault(cluster, now)
        if now >= began + tolerated:
            evict.append(cluster)
        else:
            waits.append(tolerated - timedelta(seconds=int((now - began).total_seconds())))
    healthy = {
        item.get("clusterName")
        for item in dig(binding, "status", "aggregatedStatus", default=[])
        if item.get("health") in (RESOURCE_HEALTHY, RESOURCE_UNKNOWN)
    }
    staying = {target["name"] for target in spec.get("clusters") or []} - set(evict) - healthy
    kept = {cluster: began for cluster, began in since.items() if cluster in staying}
    return Failures(evict, min(waits, default=None), kept)


def unhealthy_clusters(binding: Object) -> list[str]:
    """Clusters that report the resource unhealthy and are not being left yet."""
    return [
        item["clusterName"]
        for item in dig(binding, "status", "aggregatedStatus", default=[])
        if item.get("health") == RESOURCE_UNHEALTHY
        and not cluster_in_graceful_eviction(binding["spec"], item["clusterName"])
    ]


def failover_task(
    binding: Object, cluster: str, producer: str, read: ReadPath, *, stateful: bool = False
) -> TaskOptions:
    """The eviction task for a cluster where the application failed.

    ``stateful`` is the feature gate StatefulFailoverInjection. Raises ValueError where a state is to be
    preserved and cannot be read.
    """
    behaviour = binding["spec"]["failover"]["application"]
    mode = behaviour.get("purgeMode") or ""
    state = preserved_label_state(behaviour, binding, cluster, read) if stateful else None
    before = [target["name"] for target in binding["spec"].get("clusters") or []]
    return TaskOptions(
        producer=producer,
        reason=EVICTION_REASON_APPLICATION_FAILURE,
        purge_mode=mode,
        grace_period_seconds=behaviour.get("gracePeriodSeconds") if mode == "Gracefully" else None,
        suppress_deletion=True if mode == "Never" else None,
        preserved_label_state=state,
        clusters_before_failover=before if state is not None else None,
    )


def preserved_label_state(
    behaviour: Object, binding: Object, cluster: str, read: ReadPath
) -> dict[str, str] | None:
    """What the policy wants kept of the failed copy's status, by label; None where it wants nothing.

    Raises ValueError where the cluster has reported no status, or ``read`` finds nothing in it.
    """
    rules: Sequence[Object] = dig(behaviour, "statePreservation", "rules", default=[])
    if not rules:
        return None
    for item in dig(binding, "status", "aggregatedStatus", default=[]):
        if item.get("clusterName") == cluster and item.get("status") is not None:
            status = item["status"]
            return {rule["aliasLabelName"]: read(status, rule["jsonPath"]) for rule in rules}
    raise ValueError(f"the application status has not yet been collected from Cluster({cluster})")


def inject_preserved_label_state(spec: Object, target: str, workload: Object, targets: int) -> Object:
    """The workload for its new cluster, with the state of the old copy as labels.

    Only an application of one cluster that was purged directly carries its state over; ``targets`` is the
    number of clusters that get the workload.
    """
    tasks: list[Object] = spec.get("gracefulEvictionTasks") or []
    if targets > 1 or not tasks:
        return workload
    last = tasks[-1]
    if last.get("purgeMode") != "Directly" or target in (last.get("clustersBeforeFailover") or []):
        return workload
    state = last.get("preservedLabelState") or {}
    if not state:
        return workload
    return meta.with_metadata(workload, labels={**meta.labels(workload), **state})
