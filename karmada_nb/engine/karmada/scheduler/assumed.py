"""What was sent to clusters and is not seen there yet: workloads that the scheduler counts as running.

Follows ``AssigningResourceBindingCache`` in pkg/scheduler/cache/cache.go, ``updateAssumptionsCache`` in
pkg/scheduler/scheduler.go and ``newlyHealthyClusters`` in pkg/scheduler/event_handler.go. It plays a part
with the feature gate SchedulingOvercommitProtection only.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from karmada_nb.engine import meta
from karmada_nb.engine.karmada.scheduler.targets import TargetCluster
from karmada_nb.engine.meta import Key, Object

TTL: Final = 300.0
"""Seconds for which an assumption holds that nothing confirms."""


class AssumedWorkload(NamedTuple):
    """One set of ``components``, as ``spec.components`` of a binding has them."""

    namespace: str
    components: Sequence[Object]


@dataclass(slots=True)
class _Assumption:
    expires: float
    by_cluster: dict[str, AssumedWorkload] = field(default_factory=dict)


class Assumptions:
    """By binding and cluster. ``now`` is in seconds of a monotonic clock."""

    def __init__(self) -> None:
        self._held: dict[Key, _Assumption] = {}

    def scheduled(self, before: Object, targets: Iterable[TargetCluster], now: float) -> None:
        """A binding got this result: all of it is on its way, and nothing to the clusters it has left."""
        key = meta.key(before)
        footprints = _footprints(before, targets)
        for old in meta.dig(before, "spec", "clusters", default=()):
            if old["name"] not in footprints:
                self.arrived(key, old["name"])
        if footprints:
            held = self._held.setdefault(key, _Assumption(now))
            held.by_cluster |= footprints
            held.expires = now + TTL

    def arrived(self, binding: Key, cluster: str) -> None:
        """The cluster runs the workload, or has none of it: its own figures tell."""
        held = self._held.get(binding)
        if held is not None:
            held.by_cluster.pop(cluster, None)
            if not held.by_cluster:
                del self._held[binding]

    def forget(self, binding: Key) -> None:
        """The binding is gone."""
        self._held.pop(binding, None)

    def on(self, cluster: str, now: float) -> list[AssumedWorkload]:
        """What is on its way to a cluster."""
        for key in [key for key, held in self._held.items() if now > held.expires]:
            del self._held[key]
        found = (held.by_cluster.get(cluster) for held in self._held.values())
        return [workload for workload in found if workload is not None]


def newly_healthy(old: Object, new: Object) -> set[str]:
    """The clusters in which a binding's workload has become Healthy."""
    return _healthy(new) - _healthy(old)


def _healthy(binding: Object) -> set[str]:
    items = meta.dig(binding, "status", "aggregatedStatus", default=())
    return {item["clusterName"] for item in items if item.get("health") == "Healthy"}


def _footprints(binding: Object, targets: Iterable[TargetCluster]) -> dict[str, AssumedWorkload]:
    spec: Mapping[str, Any] = binding["spec"]
    resource = spec["resource"]
    namespace = resource.get("namespace", "")
    components = spec.get("components")
    if components:
        return {target.name: AssumedWorkload(namespace, components) for target in targets}
    requirements = spec.get("replicaRequirements")
    if not (spec.get("replicas") or 0) > 0 and requirements is None:
        return {}
    found = {}
    for target in targets:
        component = {"name": resource.get("name", ""), "replicas": target.replicas}
        if requirements is not None:
            named = ("nodeClaim", "resourceRequest", "priorityClassName")
            component["replicaRequirements"] = {f: requirements[f] for f in named if f in requirements}
        found[target.name] = AssumedWorkload(namespace, [component])
    return found
