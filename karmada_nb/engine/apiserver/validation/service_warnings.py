"""What a server says of services that it takes all the same.

Follows pkg/api/service/warnings.go.
"""

from __future__ import annotations

from typing import Final

from karmada_nb.engine import meta
from karmada_nb.engine.apiserver.validation.network import cidr_warnings, ip_warnings
from karmada_nb.engine.apiserver.validation.service_addresses import NONE
from karmada_nb.engine.meta import Object

_HINTS: Final = "service.kubernetes.io/topology-aware-hints"
_MODE: Final = "service.kubernetes.io/topology-mode"


def service_warnings(obj: Object) -> list[str]:
    spec = obj.get("spec") or {}
    kind, outside = spec.get("type"), spec.get("externalIPs") or []
    headless = kind == "ClusterIP" and spec.get("clusterIP") == NONE
    found: list[str] = []
    if _HINTS in meta.annotations(obj):
        found.append(f"annotation {_HINTS} is deprecated, please use {_MODE} instead")
    if kind != "ExternalName" and spec.get("clusterIP") not in (None, "", NONE):
        found += _each(spec, "clusterIPs")
    if headless:
        found += _ignored(spec)
    found += _each(spec, "externalIPs")
    if outside and not headless and kind != "ExternalName":
        found.append("spec.externalIPs is deprecated and may no longer be implemented in some clusters")
    if spec.get("loadBalancerIP"):
        found += ip_warnings(spec["loadBalancerIP"], "spec.loadBalancerIP")
    for index, block in enumerate(spec.get("loadBalancerSourceRanges") or []):
        found += cidr_warnings(block, f"spec.loadBalancerSourceRanges[{index}]")
    if kind == "ExternalName" and outside:
        found.append('spec.externalIPs is ignored when spec.type is "ExternalName"')
    if kind != "ExternalName" and spec.get("externalName"):
        found.append('spec.externalName is ignored when spec.type is not "ExternalName"')
    if spec.get("trafficDistribution") == "PreferClose":
        found.append('spec.trafficDistribution: "PreferClose" is deprecated; use "PreferSameZone"')
    return found


def _each(spec: Object, name: str) -> list[str]:
    addresses = enumerate(spec.get(name) or [])
    return [text for index, address in addresses for text in ip_warnings(address, f"spec.{name}[{index}]")]


def _ignored(spec: Object) -> list[str]:
    """What a service without an address of its own has no use for."""
    names = [name for name in ("loadBalancerIP", "externalIPs") if spec.get(name)]
    if spec.get("sessionAffinity") != "None":
        names.append("SessionAffinity")
    return [f"spec.{name} is ignored for headless services" for name in names]
