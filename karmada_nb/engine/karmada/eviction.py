"""Leaving a cluster: because of its taints, and without a gap in the service.

Follows pkg/controllers/cluster/taint_manager.go, pkg/util/helper/taint.go and ``GracefulEvictCluster`` of
pkg/apis/work/v1alpha2/binding_types_helper.go. Whether an eviction has come to its end is decided in
``graceful_eviction``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta

import orjson

from karmada_nb.engine import meta
from karmada_nb.engine.karmada.constants import POLICY_PLACEMENT_ANNOTATION
from karmada_nb.engine.karmada.scheduler.taints import tolerates
from karmada_nb.engine.meta import Object, dig


@dataclass(frozen=True, slots=True)
class TaintVerdict:
    """``evict``: leave now. ``recheck_after``: look again then; None: nothing to wait for."""

    evict: bool
    recheck_after: timedelta | None = None


def applied_placement(binding: Object) -> Object | None:
    """The placement that the scheduler last worked by, from the binding's annotation.

    Raises ValueError where the annotation is no JSON.
    """
    text = meta.annotations(binding).get(POLICY_PLACEMENT_ANNOTATION, "")
    placement: Object | None = orjson.loads(text) if text else None
    return placement


def no_execute_taints(cluster: Object) -> list[Object]:
    taints: list[Object] = dig(cluster, "spec", "taints", default=[])
    return [taint for taint in taints if taint.get("effect") == "NoExecute"]


def taint_verdict(
    placement: Object | None, cluster: Object | None, now: datetime, *, enabled: bool
) -> TaintVerdict:
    """Whether what runs on the cluster by this applied placement must leave it.

    ``enabled`` is the flag --enable-no-execute-taint-eviction; ``cluster`` is None where it is gone. Raises
    ValueError where there is no applied placement.
    """
    if placement is None:
        raise ValueError("the applied placement for ResourceBining can not be empty")
    taints = no_execute_taints(cluster) if cluster is not None else []
    if not enabled or not taints:
        return TaintVerdict(False)
    used = matching_tolerations(taints, placement.get("clusterTolerations") or [])
    if used is None:
        return TaintVerdict(True)
    left = min_toleration_time(taints, used, now)
    return TaintVerdict(True) if left == timedelta(0) else TaintVerdict(False, left)


def matching_tolerations(taints: Sequence[Object], tolerations: Sequence[Object]) -> list[Object] | None:
    """For each taint the first toleration that covers it; None where a taint is not tolerated."""
    used: list[Object] = []
    for taint in taints:
        covering = next((t for t in tolerations if tolerates(t, taint)), None)
        if covering is None:
            return None
        used.append(covering)
    return used


def min_toleration_time(taints: Sequence[Object], used: Sequence[Object], now: datetime) -> timedelta | None:
    """The time until the first toleration runs out, zero where one has; None: they hold forever."""
    ends = [
        meta.parse_time(taint["timeAdded"]) + timedelta(seconds=toleration["tolerationSeconds"])
        for toleration in used
        if toleration.get("tolerationSeconds") is not None
        for taint in taints
        if taint.get("timeAdded") is not None and tolerates(toleration, taint)
    ]
    return max(min(ends) - now, timedelta(0)) if ends else None


def purge_mode_for_taint(failover: Object | None, flag: str) -> str:
    """How a cluster is left for its taints: as the policy says, or the flag
    --no-execute-taint-eviction-purge-mode.
    """
    of_cluster = dig(failover, "cluster") if failover is not None else None
    if of_cluster is not None:
        return str(of_cluster.get("purgeMode") or "Gracefully")
    return "Directly" if flag == "Directly" else "Gracefully"


@dataclass(frozen=True, slots=True)
class TaskOptions:
    """What a graceful eviction task says beside its cluster; None is not written."""

    producer: str
    reason: str
    purge_mode: str = ""
    message: str = ""
    grace_period_seconds: int | None = None
    suppress_deletion: bool | None = None
    preserved_label_state: Mapping[str, str] | None = None
    clusters_before_failover: Sequence[str] | None = None

    def to_task(self) -> Object:
        """The fields as the API has them."""
        out: Object = {}
        for item in fields(self):
            value = getattr(self, item.name)
            if value is None or value in ("", [], {}):
                continue
            head, *rest = item.name.split("_")
            out[head + "".join(part.title() for part in rest)] = value
        return out


def cluster_in_graceful_eviction(spec: Object, cluster: str) -> bool:
    tasks = spec.get("gracefulEvictionTasks") or []
    return any(task.get("fromCluster") == cluster for task in tasks)


def graceful_evict_cluster(spec: Object, cluster: str, options: TaskOptions) -> Object:
    """A binding's spec with the cluster moved from the schedule to the eviction tasks.

    The same spec where the cluster is not in the schedule. A cluster that is being left already gets no
    second task.
    """
    targets: list[Object] = spec.get("clusters") or []
    leaving = next((target for target in targets if target.get("name") == cluster), None)
    if leaving is None:
        return spec
    out = {**spec, "clusters": [target for target in targets if target is not leaving]}
    if cluster_in_graceful_eviction(spec, cluster):
        return out
    task = {"fromCluster": cluster, **options.to_task()}
    if leaving.get("replicas"):
        task["replicas"] = leaving["replicas"]
    out["gracefulEvictionTasks"] = [*(spec.get("gracefulEvictionTasks") or []), task]
    return out
