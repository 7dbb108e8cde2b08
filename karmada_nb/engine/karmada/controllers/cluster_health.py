"""The health monitor: a cluster whose agent has fallen silent is Unknown.

Follows ``monitorClusterHealth`` of pkg/controllers/cluster/cluster_controller.go. Clusters in Push mode are
asked by Karmada itself and need no monitor; the agents of the others renew a lease.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from karmada_nb.engine import meta
from karmada_nb.engine.karmada import constants as words
from karmada_nb.engine.karmada.controllers.writing import update
from karmada_nb.engine.karmada.plane import CLUSTERS, Plane
from karmada_nb.engine.meta import Key, Object
from karmada_nb.engine.runtime.client import Resource
from karmada_nb.engine.runtime.controller import DONE, Result, Watch, itself
from karmada_nb.engine.runtime.informer import Event

LEASES: Final = Resource("coordination.k8s.io", "v1", "leases")
LEASE_NAMESPACE: Final = "karmada-cluster"
GRACE_PERIOD: Final = 40.0
"""``--cluster-monitor-grace-period``"""
STARTUP_GRACE_PERIOD: Final = 60.0
"""``--cluster-startup-grace-period``"""


class ClusterHealthMonitor:
    """Remembers when each agent was last heard of: a new Ready condition, or a renewed lease."""

    name = "cluster-health-monitor"

    def __init__(self, plane: Plane) -> None:
        self._plane = plane
        self._client = plane.client_as(words.CLUSTER_CONTROLLER)
        self._clusters = plane.informers(*CLUSTERS)
        self._leases = plane.informers(*LEASES)
        self._heard: dict[Key, tuple[Object, float]] = {}

    def watches(self) -> Iterable[Watch]:
        yield Watch(self._clusters, _in_pull_mode)
        yield Watch(self._leases, self._renewed)

    async def reconcile(self, key: Key) -> Result:
        cluster = self._clusters.get(key)
        if cluster is None or not _pulls(cluster):
            self._heard.pop(key, None)
            return DONE
        now = self._plane.clock.monotonic()
        ready = meta.condition(cluster, words.CLUSTER_CONDITION_READY)
        lease = self._leases.get(Key(LEASE_NAMESPACE, key.name)) or {}
        sign = {"ready": ready, "renewed": meta.dig(lease, "spec", "renewTime")}
        known = self._heard.get(key)
        if known is None or known[0] != sign:
            known = self._heard[key] = sign, now
        left = known[1] + (GRACE_PERIOD if ready else STARTUP_GRACE_PERIOD) - now
        if left > 0:
            return Result(left)
        await update(self._client, CLUSTERS, self._clusters, key, self._unknown, "status")
        return DONE

    def _unknown(self, cluster: Object) -> Object:
        standing = meta.condition(cluster, words.CLUSTER_CONDITION_READY)
        if standing is None:
            said = words.CLUSTER_STATUS_NEVER_UPDATED_REASON, words.CLUSTER_STATUS_NEVER_UPDATED_MESSAGE
        elif standing.get("status") == "Unknown":
            return cluster
        else:
            said = words.CLUSTER_STATUS_UNKNOWN_REASON, words.CLUSTER_STATUS_UNKNOWN_MESSAGE
        conditions = meta.dig(cluster, "status", "conditions", default=[])
        told = meta.set_condition(
            conditions, words.CLUSTER_CONDITION_READY, "Unknown", *said, self._plane.clock.now()
        )
        return meta.replace(cluster, ("status", "conditions"), told)

    def _renewed(self, event: Event) -> Iterable[Key]:
        key = meta.key(event.object)
        if key.namespace != LEASE_NAMESPACE:
            return ()
        cluster = self._clusters.get(Key("", key.name))
        return (Key("", key.name),) if cluster is not None and _pulls(cluster) else ()


def _pulls(cluster: Object) -> bool:
    return bool(meta.dig(cluster, "spec", "syncMode") == "Pull")


def _in_pull_mode(event: Event) -> Iterable[Key]:
    return itself(event) if _pulls(event.object) else ()
