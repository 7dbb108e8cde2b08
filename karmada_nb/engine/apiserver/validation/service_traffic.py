"""Where a service's traffic may go: policies, health checks, preferences.

Follows validateServiceExternalTrafficPolicy and its neighbours in pkg/apis/core/validation/validation.go.
"""

from __future__ import annotations

from typing import Final

from karmada_nb.engine.apiserver.validation import field
from karmada_nb.engine.apiserver.validation.names import between
from karmada_nb.engine.errors import Cause
from karmada_nb.engine.meta import Object

_DISTRIBUTIONS: Final = ("PreferClose", "PreferSameZone", "PreferSameNode")
_TRAFFIC: Final = ("Cluster", "Local")


def validate_traffic(spec: Object) -> list[Cause]:
    inside, way = spec.get("internalTrafficPolicy"), spec.get("trafficDistribution")
    causes = _outside(spec) + _health(spec)
    causes += field.optional("spec.internalTrafficPolicy", inside, _TRAFFIC)
    return causes + field.optional("spec.trafficDistribution", way, _DISTRIBUTIONS)


def validate_traffic_change(spec: Object, before: Object) -> list[Cause]:
    """The port of health checks stays while there are any."""
    if not _checked(spec) or not _checked(before):
        return []
    if spec.get("healthCheckNodePort", 0) == before.get("healthCheckNodePort", 0):
        return []
    return [field.forbidden("spec.healthCheckNodePort", field.IMMUTABLE)]


def _outside(spec: Object) -> list[Cause]:
    policy, path = spec.get("externalTrafficPolicy"), "spec.externalTrafficPolicy"
    kind = spec.get("type")
    reachable = kind in ("NodePort", "LoadBalancer") or (
        kind == "ClusterIP" and bool(spec.get("externalIPs"))
    )
    if reachable:
        return field.one_of(path, policy, _TRAFFIC)
    if not policy:
        return []
    return [field.invalid(path, policy, "may only be set for externally-accessible services")]


def _checked(spec: Object) -> bool:
    return spec.get("type") == "LoadBalancer" and spec.get("externalTrafficPolicy") == "Local"


def _health(spec: Object) -> list[Cause]:
    port, path = spec.get("healthCheckNodePort", 0), "spec.healthCheckNodePort"
    if not _checked(spec):
        why = "may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'"
        return [field.invalid(path, port, why)] if port else []
    return [] if 0 <= port <= 65535 else [field.invalid(path, port, between(1, 65535))]
