"""What an object takes from a quota, and which of a quota's resources are about objects of its kind.

Follows pkg/quota/v1/evaluator/core, and k8s.io/apiserver pkg/quota/v1/generic/evaluator.go.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Final

from karmada_nb.engine import meta, quantity
from karmada_nb.engine.errors import qualified
from karmada_nb.engine.meta import Object

Usage = dict[str, Decimal]
"""Amounts by the names that a quota's ``hard`` has."""

_COMPUTE: Final = ("cpu", "memory", "ephemeral-storage")
_ENDED: Final = ("Succeeded", "Failed")
_HUGE: Final = "hugepages-"
_BY_CLASS: Final = ".storageclass.storage.k8s.io/"
_CLAIMS: Final = ("persistentvolumeclaims", "requests.storage")
_COUNTED: Final = frozenset({"configmaps", "replicationcontrollers", "resourcequotas", "secrets"})
"""Kinds that may be counted by their bare name, and by nothing else than their number."""
_NAMES: Final[dict[str, frozenset[str]]] = {
    "pods": frozenset({"pods", *(f"{p}{n}" for p in ("", "requests.", "limits.") for n in _COMPUTE)}),
    "services": frozenset({"services", "services.loadbalancers", "services.nodeports"}),
    "persistentvolumeclaims": frozenset(_CLAIMS),
    **{plural: frozenset({plural}) for plural in _COUNTED},
}
MUST_SAY: Final = frozenset(f"{p}{n}" for p in ("", "requests.", "limits.") for n in ("cpu", "memory"))
"""Under a quota of one of these, every container says how much of it it wants."""


def concerned(hard: Iterable[str], group: str, plural: str) -> list[str]:
    """Those of a quota's resources that objects of a kind may take from."""
    count, core = f"count/{qualified(group, plural)}", "" if group else plural
    return [name for name in hard if name == count or (core and _concerns(name, core))]


def _concerns(name: str, plural: str) -> bool:
    if name in _NAMES.get(plural, ()):
        return True
    if plural == "pods":
        extended = name.startswith("requests.") and "/" in name and "kubernetes.io/" not in name
        return extended or name.removeprefix("requests.").startswith(_HUGE)
    return plural == "persistentvolumeclaims" and name.partition(_BY_CLASS)[2] in _CLAIMS


def usage_of(obj: Object, group: str, plural: str) -> Usage:
    """What one object takes."""
    used: Usage = {f"count/{qualified(group, plural)}": Decimal(1)}
    if not group and plural in _NAMES and not (plural == "pods" and _ended(obj)):
        used[plural] = Decimal(1)
        measure = _MEASURES.get(plural)
        if measure is not None:
            used.update(measure(obj))
    return used


def pod_usage(pod: Object) -> Usage:
    """Requests and limits of a pod, under each name by which they may be bounded."""
    used: Usage = {}
    for name, amount in _total(pod, "requests").items():
        if name in _COMPUTE or name.startswith(_HUGE):
            used[name] = amount
        used[f"requests.{name}"] = amount
    for name, amount in _total(pod, "limits").items():
        if name in _COMPUTE:
            used[f"limits.{name}"] = amount
    return used


def _ended(pod: Object) -> bool:
    return meta.dig(pod, "status", "phase") in _ENDED


def _total(pod: Object, kind: str) -> Usage:
    """What containers need together or initialisation at a time, overhead, and what the pod says itself."""
    spec = pod.get("spec") or {}
    total, peak, sidecars = Usage(), Usage(), Usage()
    for container in spec.get("containers") or []:
        total = _sum(total, _said(container, kind))
    for container in spec.get("initContainers") or []:
        own = _said(container, kind)
        if container.get("restartPolicy") == "Always":
            sidecars = _sum(sidecars, own)
            peak = _max(peak, sidecars)
        else:
            peak = _max(peak, _sum(sidecars, own))
    total = {**_max(_sum(total, sidecars), peak), **_said(spec, kind)}
    overhead = {name: quantity.parse(text) for name, text in (spec.get("overhead") or {}).items()}
    if kind == "limits":
        overhead = {name: amount for name, amount in overhead.items() if total.get(name)}
    return _sum(total, overhead)


def _said(part: Object, kind: str) -> Usage:
    return {n: quantity.parse(text) for n, text in (meta.dig(part, "resources", kind) or {}).items()}


def _sum(a: Usage, b: Usage) -> Usage:
    return {name: a.get(name, Decimal(0)) + b.get(name, Decimal(0)) for name in {**a, **b}}


def _max(a: Usage, b: Usage) -> Usage:
    return {name: max(a.get(name, Decimal(0)), b.get(name, Decimal(0))) for name in {**a, **b}}


def _service_usage(service: Object) -> Usage:
    spec = service.get("spec") or {}
    kind, ports = spec.get("type"), spec.get("ports") or []
    exposed = len(ports) if kind in ("NodePort", "LoadBalancer") else 0
    if kind == "LoadBalancer" and spec.get("allocateLoadBalancerNodePorts") is False:
        exposed = sum(1 for port in ports if port.get("nodePort"))
    return {
        "services.loadbalancers": Decimal(kind == "LoadBalancer"),
        "services.nodeports": Decimal(exposed),
    }


def _claim_usage(claim: Object) -> Usage:
    spec = claim.get("spec") or {}
    named = meta.annotations(claim).get("volume.beta.kubernetes.io/storage-class")
    storage_class = named or spec.get("storageClassName") or ""
    asked = meta.dig(spec, "resources", "requests", "storage")
    used: Usage = {_CLAIMS[0]: Decimal(1)}
    if asked is not None:
        granted = meta.dig(claim, "status", "allocatedResources", "storage", default="0")
        used[_CLAIMS[1]] = max(quantity.parse(asked), quantity.parse(granted))
    if storage_class:
        used |= {f"{storage_class}{_BY_CLASS}{name}": amount for name, amount in used.items()}
    return used


_MEASURES: Final[dict[str, Callable[[Object], Usage]]] = {
    "pods": pod_usage,
    "services": _service_usage,
    "persistentvolumeclaims": _claim_usage,
}
