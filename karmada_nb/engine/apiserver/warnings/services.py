"""Services. Follows pkg/api/service/warnings.go."""

from __future__ import annotations

from typing import Final

from karmada_nb.engine import meta
from karmada_nb.engine.apiserver.warnings import addresses
from karmada_nb.engine.meta import Object

_HINTS: Final = "service.kubernetes.io/topology-aware-hints"
_MODE: Final = "service.kubernetes.io/topology-mode"
_EXTERNAL: Final = "ExternalName"


def of_service(service: Object) -> list[str]:
    spec = service.get("spec") or {}
    kind = spec.get("type")
    headless = kind == "ClusterIP" and spec.get("clusterIP") == "None"
    outside = spec.get("externalIPs") or []
    found: list[str] = []
    if _HINTS in meta.annotations(service):
        found.append(f"annotation {_HINTS} is deprecated, please use {_MODE} instead")
    if spec.get("clusterIP") not in (None, "", "None"):
        for index, address in enumerate(spec.get("clusterIPs") or ()):
            found += addresses.of_ip(address, f"spec.clusterIPs[{index}]")
    if headless:
        ignored = {
            "loadBalancerIP": bool(spec.get("loadBalancerIP")),
            "externalIPs": bool(outside),
            "SessionAffinity": spec.get("sessionAffinity") != "None",
        }
        found += [f"spec.{name} is ignored for headless services" for name, set_ in ignored.items() if set_]
    for index, address in enumerate(outside):
        found += addresses.of_ip(address, f"spec.externalIPs[{index}]")
    if outside and not headless and kind != _EXTERNAL:
        found.append("spec.externalIPs is deprecated and may no longer be implemented in some clusters")
    found += addresses.of_ip(spec.get("loadBalancerIP", ""), "spec.loadBalancerIP")
    for index, block in enumerate(spec.get("loadBalancerSourceRanges") or ()):
        found += addresses.of_cidr(block, f"spec.loadBalancerSourceRanges[{index}]")
    if kind == _EXTERNAL and outside:
        found.append(f'spec.externalIPs is ignored when spec.type is "{_EXTERNAL}"')
    if kind != _EXTERNAL and spec.get("externalName"):
        found.append(f'spec.externalName is ignored when spec.type is not "{_EXTERNAL}"')
    if spec.get("trafficDistribution") == "PreferClose":
        found.append('spec.trafficDistribution: "PreferClose" is deprecated; use "PreferSameZone"')
    return found
