"""Services.

Follows ValidateService and ValidateServiceUpdate in pkg/apis/core/validation/validation.go.
"""

from __future__ import annotations

from typing import Final

from karmada_nb.engine.apiserver.validation import field
from karmada_nb.engine.apiserver.validation.containers import PROTOCOLS
from karmada_nb.engine.apiserver.validation.metadata import validate_labels
from karmada_nb.engine.apiserver.validation.names import (
    between,
    dns_label,
    dns_subdomain,
    port_number,
    qualified_name,
)
from karmada_nb.engine.apiserver.validation.network import validate_cidr, validate_ip
from karmada_nb.engine.apiserver.validation.probes import port_or_name
from karmada_nb.engine.errors import Cause
from karmada_nb.engine.meta import Object

TYPES: Final = ("ClusterIP", "ExternalName", "LoadBalancer", "NodePort")
_AFFINITIES: Final = ("ClientIP", "None")
_DISTRIBUTIONS: Final = ("PreferClose", "PreferSameNode", "PreferSameZone")
_TRAFFIC: Final = ("Cluster", "Local")


def validate_service(spec: Object) -> list[Cause]:
    causes: list[Cause] = []
    kind, headless = spec.get("type", ""), spec.get("clusterIP") == "None"
    ports = spec.get("ports") or []
    if not ports and not headless and kind != "ExternalName":
        causes.append(field.required("spec.ports"))
    if kind == "ExternalName":
        causes += _external_name(spec)
    if kind == "LoadBalancer" and headless:
        why = "may not be set to 'None' for LoadBalancer services"
        causes.append(field.invalid("spec.clusterIPs[0]", "None", why))
    causes += _ports(ports)
    causes += validate_labels(spec.get("selector"), "spec.selector")
    causes += field.one_of("spec.sessionAffinity", spec.get("sessionAffinity"), _AFFINITIES)
    causes += _affinity_config(spec)
    causes += _addresses(spec)
    causes += field.one_of("spec.type", kind, TYPES)
    causes += _node_ports(spec)
    causes += _duplicate_ports(ports)
    return causes + _policies(spec)


def validate_service_change(spec: Object, before: Object) -> list[Cause]:
    """An address, once given, stays while the service needs one."""
    old, new = before.get("clusterIPs") or [], spec.get("clusterIPs") or []
    if "ExternalName" in (spec.get("type"), before.get("type")) or not old:
        return []
    if not new:
        return [field.invalid("spec.clusterIPs[0]", new, "primary clusterIP can not be unset")]
    if new[0] != old[0]:
        return [field.invalid("spec.clusterIPs[0]", new, "may not change once set")]
    return []


def _external_name(spec: Object) -> list[Cause]:
    causes: list[Cause] = []
    why = "may not be set for ExternalName services"
    for name in ("clusterIPs", "ipFamilies"):
        if spec.get(name):
            causes.append(field.forbidden(f"spec.{name}", why))
    name = spec.get("externalName", "").removesuffix(".")
    if not name:
        return [*causes, field.required("spec.externalName")]
    return causes + field.each("spec.externalName", name, dns_subdomain(name))


def _ports(ports: list[Object]) -> list[Cause]:
    causes: list[Cause] = []
    names: set[str] = set()
    for index, port in enumerate(ports):
        at, name = f"spec.ports[{index}]", port.get("name", "")
        if name:
            causes += field.each(f"{at}.name", name, dns_label(name))
            if name in names:
                causes.append(field.duplicate(f"{at}.name", name))
            names.add(name)
        elif len(ports) > 1:
            causes.append(field.required(f"{at}.name"))
        number = port.get("port", 0)
        causes += field.each(f"{at}.port", number, port_number(number))
        causes += field.one_of(f"{at}.protocol", port.get("protocol"), PROTOCOLS)
        causes += port_or_name(port.get("targetPort", 0), f"{at}.targetPort")
        protocol = port.get("appProtocol")
        if protocol is not None:
            causes += field.each(f"{at}.appProtocol", protocol, qualified_name(protocol))
    return causes


def _affinity_config(spec: Object) -> list[Cause]:
    config = spec.get("sessionAffinityConfig")
    if config is None or spec.get("sessionAffinity") != "ClientIP":
        return []
    seconds = (config.get("clientIP") or {}).get("timeoutSeconds", 0)
    if 0 < seconds <= 86400:
        return []
    path = "spec.sessionAffinityConfig.clientIP.timeoutSeconds"
    return [field.invalid(path, seconds, "must be greater than 0 and less than 86400")]


def _addresses(spec: Object) -> list[Cause]:
    causes: list[Cause] = []
    for index, address in enumerate(spec.get("externalIPs") or []):
        causes += validate_ip(address, f"spec.externalIPs[{index}]")
    for index, block in enumerate(spec.get("loadBalancerSourceRanges") or []):
        causes += validate_cidr(block, f"spec.loadBalancerSourceRanges[{index}]")
    addresses = spec.get("clusterIPs") or []
    if spec.get("type") == "ExternalName":
        return causes
    if addresses and spec.get("clusterIP") != addresses[0]:
        why = "first value must match `clusterIP`"
        causes.append(field.invalid("spec.clusterIPs", addresses, why))
    if len(addresses) > 1 and "None" in addresses:
        why = "'None' must be the first and only value"
        causes.append(field.invalid("spec.clusterIPs[0]", addresses, why))
    for index, address in enumerate(addresses):
        if address != "None":
            causes += validate_ip(address, f"spec.clusterIPs[{index}]")
    return causes + _families(spec)


def _families(spec: Object) -> list[Cause]:
    causes: list[Cause] = []
    families = spec.get("ipFamilies") or []
    anywhere = spec.get("clusterIP") == "None" and not spec.get("selector")
    for index, family in enumerate(families):
        at = f"spec.ipFamilies[{index}]"
        if family not in ("IPv4", "IPv6"):
            causes.append(field.not_supported(at, family, ("IPv4", "IPv6")))
        elif family in families[:index]:
            causes.append(field.duplicate(at, family))
        elif family == "IPv6" and not causes and not anywhere:
            causes.append(field.invalid(at, family, "not configured on this cluster"))
    policy = spec.get("ipFamilyPolicy")
    supported = ("PreferDualStack", "RequireDualStack", "SingleStack")
    if policy and policy not in supported:
        causes.append(field.not_supported("spec.ipFamilyPolicy", policy, supported))
    elif policy == "RequireDualStack" and not causes and not anywhere:
        why = "this cluster is not configured for dual-stack services"
        causes.append(field.invalid("spec.ipFamilyPolicy", policy, why))
    return causes


def _node_ports(spec: Object) -> list[Cause]:
    causes: list[Cause] = []
    seen: set[tuple[str, int]] = set()
    for index, port in enumerate(spec.get("ports") or []):
        number, path = port.get("nodePort", 0), f"spec.ports[{index}].nodePort"
        if not number:
            continue
        if spec.get("type") in ("ClusterIP", "ExternalName"):
            why = f"may not be used when `type` is '{spec['type']}'"
            causes.append(field.forbidden(path, why))
        key = (port.get("protocol", ""), number)
        if key in seen:
            causes.append(field.duplicate(path, number))
        seen.add(key)
    return causes


def _duplicate_ports(ports: list[Object]) -> list[Cause]:
    causes: list[Cause] = []
    seen: set[tuple[str, int]] = set()
    for index, port in enumerate(ports):
        key = (port.get("protocol", ""), port.get("port", 0))
        if key in seen:
            shown = {
                "Name": "",
                "Protocol": key[0],
                "AppProtocol": None,
                "Port": key[1],
                "TargetPort": 0,
                "NodePort": 0,
            }
            causes.append(field.duplicate(f"spec.ports[{index}]", shown))
        seen.add(key)
    return causes


def _policies(spec: Object) -> list[Cause]:
    causes: list[Cause] = []
    outside, inside = spec.get("externalTrafficPolicy"), spec.get("internalTrafficPolicy")
    reachable = spec.get("type") in ("NodePort", "LoadBalancer") or bool(spec.get("externalIPs"))
    if outside and not reachable:
        why = "may only be set for externally-accessible services"
        causes.append(field.invalid("spec.externalTrafficPolicy", outside, why))
    elif outside and outside not in _TRAFFIC:
        causes.append(field.not_supported("spec.externalTrafficPolicy", outside, _TRAFFIC))
    if inside and inside not in _TRAFFIC:
        causes.append(field.not_supported("spec.internalTrafficPolicy", inside, _TRAFFIC))
    health = spec.get("healthCheckNodePort", 0)
    local = spec.get("type") == "LoadBalancer" and outside == "Local"
    if health > 0 and not local:
        why = "may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'"
        causes.append(field.invalid("spec.healthCheckNodePort", health, why))
    elif local and health and not 0 < health <= 65535:
        causes.append(field.invalid("spec.healthCheckNodePort", health, between(1, 65535)))
    way = spec.get("trafficDistribution")
    if way is not None and way not in _DISTRIBUTIONS:
        causes.append(field.not_supported("spec.trafficDistribution", way, _DISTRIBUTIONS))
    balancer = spec.get("loadBalancerClass")
    if balancer is not None:
        if spec.get("type") != "LoadBalancer":
            why = "may only be used when `type` is 'LoadBalancer'"
            causes.append(field.forbidden("spec.loadBalancerClass", why))
        causes += field.each("spec.loadBalancerClass", balancer, qualified_name(balancer))
    return causes
