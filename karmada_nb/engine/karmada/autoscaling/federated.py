"""FederatedHPAs: the binding of the target, and what its members' pods use.

Follows pkg/controllers/federatedhpa/federatedhpa_controller.go.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import NamedTuple

from karmada_nb.engine import meta, quantity
from karmada_nb.engine.karmada.constants import (
    CLUSTER_PROPAGATION_POLICY_PERMANENT_ID_LABEL,
    PROPAGATION_POLICY_PERMANENT_ID_LABEL,
)
from karmada_nb.engine.meta import Object
from karmada_nb.engine.usage import Usage

_IDS = (PROPAGATION_POLICY_PERMANENT_ID_LABEL, CLUSTER_PROPAGATION_POLICY_PERMANENT_ID_LABEL)


class Unscalable(Exception):
    """What is missing: ``event`` and ``reason`` are what the event and the condition call it."""

    def __init__(self, event: str, reason: str, what: str, why: str) -> None:
        super().__init__(why)
        self.event, self.reason, self.why = event, reason, why
        self.message = f"the HPA controller was unable to get {what}: {why}"


class Gathered(NamedTuple):
    """The target in all of its clusters: replicas asked for, pods, and the usage of containers by pod uid."""

    replicas: int
    pods: list[Object]
    usage: Mapping[str, Mapping[str, Usage]]

    def measure(self, pod: Object) -> Mapping[str, Usage]:
        return self.usage.get(meta.uid(pod), {})


def target_clusters(template: Object, binding: Object | None) -> list[str]:
    """The clusters that the target is scheduled to. Raises Unscalable."""
    labels = meta.labels(template)
    why = ""
    if not labels:
        why = "target resource has no label"
    elif not any(label in labels for label in _IDS):
        why = "no label of policy permanent-id found"
    elif binding is None:
        why = "no binding matches the target resource"
    if why:
        raise Unscalable("FailedGetBindings", "FailedGetBinding", "the binding by scaleTargetRef", why)
    clusters = meta.dig(binding, "spec", "clusters", default=[])
    if not clusters:
        reason = "FailedGetTargetClusters"
        raise Unscalable(
            reason, reason, "the target clusters from binding", "binding has no schedulable clusters"
        )
    return [target["name"] for target in clusters]


def usage_of(pods: Iterable[Object], measured: Iterable[Object]) -> dict[str, Mapping[str, Usage]]:
    """By pod uid, what the PodMetrics of one cluster say of its pods."""
    by_name = {meta.key(metrics): metrics for metrics in measured}
    return {
        meta.uid(pod): {
            container["name"]: _amounts(container["usage"])
            for container in by_name[meta.key(pod)].get("containers") or ()
        }
        for pod in pods
        if meta.key(pod) in by_name
    }


def calibration(gathered: int, replicas: int) -> Decimal:
    """How many replicas in clusters one replica of the template stands for: 3 where it is in three, whole."""
    return Decimal(gathered) / replicas if replicas else Decimal(1)


def _amounts(said: Mapping[str, str]) -> Usage:
    return {name: quantity.parse(text) for name, text in said.items()}
