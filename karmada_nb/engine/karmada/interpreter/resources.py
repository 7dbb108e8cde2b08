"""What one replica needs: resources and nodes, read from a pod template.

Follows ``GenerateReplicaRequirements`` of pkg/util/helper/binding.go and ``AddPodTemplateRequest`` of
pkg/util/resource.go: requests default to limits; a pod asks for the sum of its containers or the largest of
its init containers, whichever is more, and its overhead on top.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from karmada_nb.engine import quantity
from karmada_nb.engine.karmada.interpreter.base import InterpreterError
from karmada_nb.engine.karmada.interpreter.fields import items, mapping
from karmada_nb.engine.meta import Object

_STANDARD: Final = ("cpu", "memory", "ephemeral-storage", "pods")
_BINARY: Final = ("memory", "ephemeral-storage")
_NAME: Final = re.compile(r"([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]")
_SUBDOMAIN: Final = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*")


def is_scalar_resource_name(name: str) -> bool:
    """Extended, huge-page, native-prefixed and attachable-volume resources."""
    return (
        is_extended_resource_name(name)
        or name.startswith(("hugepages-", "attachable-volumes-"))
        or "kubernetes.io/" in name
    )


def is_extended_resource_name(name: str) -> bool:
    """A resource with a domain of its own, as devices have."""
    if "/" not in name or "kubernetes.io/" in name or name.startswith("requests."):
        return False
    prefix, _, base = f"requests.{name}".partition("/")
    return (
        len(prefix) <= 253
        and _SUBDOMAIN.fullmatch(prefix) is not None
        and 0 < len(base) <= 63
        and _NAME.fullmatch(base) is not None
    )


def _amount(name: str, text: Any) -> int:
    """Thousandths for ``cpu``, whole units for everything else."""
    try:
        return quantity.milli(text) if name == "cpu" else quantity.value(text)
    except ValueError as error:
        raise InterpreterError(str(error)) from None


def _requests(container: Mapping[str, Any]) -> dict[str, Any]:
    resources = mapping(container, "resources")
    return {**mapping(resources, "limits"), **mapping(resources, "requests")}


def _counted(requests: Mapping[str, Any]) -> dict[str, int]:
    return {
        name: _amount(name, text)
        for name, text in requests.items()
        if name in _STANDARD or is_scalar_resource_name(name)
    }


def _add(total: dict[str, int], requests: Mapping[str, Any]) -> None:
    for name, amount in _counted(requests).items():
        total[name] = total.get(name, 0) + amount


def pod_request(spec: Object) -> dict[str, str]:
    """The effective request of a pod, only what is above zero; empty where it asks for nothing."""
    total: dict[str, int] = {}
    for container in items(spec, "containers"):
        _add(total, _requests(container))
    for container in items(spec, "initContainers"):
        for name, amount in _counted(_requests(container)).items():
            total[name] = max(total.get(name, 0), amount)
    _add(total, mapping(spec, "overhead"))
    return {name: _render(name, amount) for name, amount in total.items() if amount > 0}


def _render(name: str, amount: int) -> str:
    if name == "cpu":
        return quantity.render(Decimal(amount).scaleb(-3))
    form = "binary" if name in _BINARY or name.startswith("hugepages-") else "decimal"
    return quantity.render(Decimal(amount), form)


def node_claim(spec: Object) -> Object | None:
    """``NodeClaim``: selector, tolerations and required node affinity; ``None`` where there is none."""
    affinity = mapping(mapping(spec, "affinity"), "nodeAffinity")
    hard = affinity.get("requiredDuringSchedulingIgnoredDuringExecution")
    selector = spec.get("nodeSelector")
    tolerations = spec.get("tolerations")
    if hard is None and selector is None and not tolerations:
        return None
    claim: Object = {}
    if hard is not None:
        claim["hardNodeAffinity"] = hard
    if selector:
        claim["nodeSelector"] = selector
    if tolerations:
        claim["tolerations"] = tolerations
    return claim


def generate_replica_requirements(spec: Object) -> Object | None:
    """``ReplicaRequirements`` of a pod spec; ``None`` where a replica needs nothing in particular."""
    requirements: Object = {}
    claim = node_claim(spec)
    if claim is not None:
        requirements["nodeClaim"] = claim
    request = pod_request(spec)
    if request:
        requirements["resourceRequest"] = request
    return requirements or None
