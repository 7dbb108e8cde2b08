"""Whether an object does its work in the member cluster.

Follows pkg/resourceinterpreter/default/native/healthy.go. v1.2 knew no health.
"""

from __future__ import annotations

from itertools import pairwise

from karmada_nb.engine import meta
from karmada_nb.engine.karmada.interpreter.base import HealthHandler
from karmada_nb.engine.karmada.interpreter.fields import items, mapping, number, text
from karmada_nb.engine.meta import Object


def _observed(obj: Object, status: Object) -> bool:
    return number(status, "observedGeneration") == meta.generation(obj)


def _rolled_out(*counts: str) -> HealthHandler:
    """Each of ``counts`` must have reached the one before it; the first one ``spec.replicas`` where set."""

    def healthy(obj: Object) -> bool:
        status = mapping(obj, "status")
        if not _observed(obj, status):
            return False
        reached = [number(status, count) for count in counts]
        spec = mapping(obj, "spec")
        if spec.get("replicas") is not None:
            reached.insert(0, number(spec, "replicas"))
        return all(after >= before for before, after in pairwise(reached))

    return healthy


interpret_deployment_health = _rolled_out("updatedReplicas", "availableReplicas")
interpret_stateful_set_health = _rolled_out("updatedReplicas", "availableReplicas")
interpret_replica_set_health = _rolled_out("availableReplicas")


def interpret_daemon_set_health(obj: Object) -> bool:
    status = mapping(obj, "status")
    desired, updated, available = (
        number(status, f) for f in ("desiredNumberScheduled", "updatedNumberScheduled", "numberAvailable")
    )
    return _observed(obj, status) and desired <= updated <= available


def interpret_ingress_health(obj: Object) -> bool:
    """Any address at all."""
    entries = items(mapping(mapping(obj, "status"), "loadBalancer"), "ingress")
    return any(entry.get("hostname") or entry.get("ip") for entry in entries)


def interpret_service_health(obj: Object) -> bool:
    """A Service that is no load balancer is always healthy."""
    return text(mapping(obj, "spec"), "type") != "LoadBalancer" or interpret_ingress_health(obj)


def interpret_persistent_volume_claim_health(obj: Object) -> bool:
    return text(mapping(obj, "status"), "phase") == "Bound"


def interpret_pod_health(obj: Object) -> bool:
    """Succeeded, or running and ready."""
    status = mapping(obj, "status")
    phase = text(status, "phase")
    if phase != "Running":
        return phase == "Succeeded"
    first = next((c for c in items(status, "conditions") if c.get("type") == "Ready"), None)
    return first is not None and first.get("status") == "True"


def interpret_pod_disruption_budget_health(obj: Object) -> bool:
    status = mapping(obj, "status")
    return number(status, "currentHealthy") >= number(status, "desiredHealthy")
