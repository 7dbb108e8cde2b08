"""Asking estimators for the room of clusters: in replicas, or in complete sets of several pod templates.

Follows ``calAvailableReplicas`` in pkg/scheduler/core/util.go and pkg/scheduler/core/estimation.go.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, Protocol

from karmada_nb.engine.karmada.scheduler.assumed import AssumedWorkload
from karmada_nb.engine.karmada.scheduler.cluster_details import Estimate, least_of
from karmada_nb.engine.karmada.scheduler.estimator import (
    general_estimate,
    max_available_component_sets,
    max_available_replicas,
)
from karmada_nb.engine.meta import Object

Rooms = Mapping[str, int]
"""Cluster -> room. One that cannot be judged is left out."""
Assumed = Callable[[str], Sequence[AssumedWorkload]]
"""Cluster -> what is on its way there."""


class Estimator(Protocol):
    """Judges many clusters at once. An answer that lacks clusters says nothing of these."""

    def replicas(self, clusters: Sequence[Object], spec: Object, assumed: Assumed) -> Rooms:
        """How many more replicas each cluster takes."""
        ...

    def component_sets(self, clusters: Sequence[Object], spec: Object, assumed: Assumed) -> Rooms:
        """How many complete sets of the components of ``spec`` each cluster takes."""
        ...


class GeneralEstimator:
    """By the summaries that clusters report."""

    def replicas(self, clusters: Sequence[Object], spec: Object, assumed: Assumed) -> Rooms:
        """See ``Estimator``."""
        if assumed is nothing_assumed:
            return general_estimate(clusters, spec)
        requirements = spec.get("replicaRequirements")
        return {name: max_available_replicas(c, requirements, assumed(name)) for name, c in _named(clusters)}

    def component_sets(self, clusters: Sequence[Object], spec: Object, assumed: Assumed) -> Rooms:
        """See ``Estimator``."""
        parts = spec["components"]
        return {name: max_available_component_sets(c, parts, assumed(name)) for name, c in _named(clusters)}


GENERAL: Final = GeneralEstimator()


def nothing_assumed(cluster: str) -> Sequence[AssumedWorkload]:
    """What is assumed while the gate SchedulingOvercommitProtection is off."""
    return ()


def estimate_by(estimators: Sequence[Estimator], *, multiple_templates: bool, assumed: Assumed) -> Estimate:
    """The smallest answer of the estimators. ``multiple_templates`` is the gate of that name."""

    def asking(estimator: Estimator) -> Estimate:
        def ask(clusters: Sequence[Object], spec: Object) -> Rooms:
            if multiple_templates and goes_in_sets(spec):
                return estimator.component_sets(clusters, spec, assumed)
            return estimator.replicas(clusters, spec, assumed)

        return ask

    if len(estimators) == 1:
        return asking(estimators[0])
    return least_of(*map(asking, estimators))


def goes_in_sets(spec: Mapping[str, Any]) -> bool:
    """Whether a workload of components goes to exactly one cluster, by its spread constraints."""
    if not spec.get("components"):
        return False
    constraints = (spec.get("placement") or {}).get("spreadConstraints") or ()
    return any(
        c.get("spreadByField") == "cluster" and c.get("minGroups") == 1 and c.get("maxGroups") == 1
        for c in constraints
    )


def _named(clusters: Sequence[Object]) -> list[tuple[str, Object]]:
    return [(cluster["metadata"]["name"], cluster) for cluster in clusters]
