"""Services.

Follows ValidateService and ValidateServiceUpdate in pkg/apis/core/validation/validation.go.
"""

from __future__ import annotations

from typing import Final

from karmada_nb.engine import meta
from karmada_nb.engine.apiserver.validation import field
from karmada_nb.engine.apiserver.validation.containers import PROTOCOLS
from karmada_nb.engine.apiserver.validation.metadata import validate_labels
from karmada_nb.engine.apiserver.validation.names import (
    dns_label,
    dns_subdomain,
    port_number,
    qualified_name,
)
from karmada_nb.engine.apiserver.validation.network import (
    validate_cidr,
    validate_endpoint_ip,
    validate_ip,
)
from karmada_nb.engine.apiserver.validation.probes import port_or_name
from karmada_nb.engine.apiserver.validation.service_addresses import headless, validate_addresses_change
from karmada_nb.engine.apiserver.validation.service_traffic import validate_traffic, validate_traffic_change
from karmada_nb.engine.errors import Cause
from karmada_nb.engine.meta import Object

TYPES: Final = ("ClusterIP", "ExternalName", "LoadBalancer", "NodePort")
_AFFINITIES: Final = ("ClientIP", "None")
_BALANCERS_ONLY: Final = "may only be used when `type` is 'LoadBalancer'"
_HINTS: Final = "service.kubernetes.io/topology-aware-hints"
_MODE: Final = "service.kubernetes.io/topology-mode"
_RANGES: Final = "service.beta.kubernetes.io/load-balancer-source-ranges"


def validate_service(obj: Object, old: Object | None = None) -> list[Cause]:
    """A service whose addresses are in order; what ``old`` had is not held against ``obj``."""
    spec, before = obj.get("spec") or {}, (old or {}).get("spec") or {}
    causes = _topology(obj)
    kind, ports = spec.get("type", ""), spec.get("ports") or []
    if not ports and not headless(spec) and kind != "ExternalName":
        causes.append(field.required("spec.ports"))
    if kind == "ExternalName":
        causes += _external_name(spec)
    if kind in ("LoadBalancer", "NodePort") and headless(spec):
        why = f"may not be set to 'None' for {kind} services"
        causes.append(field.invalid("spec.clusterIPs[0]", "None", why))
    causes += _ports(ports)
    causes += validate_labels(spec.get("selector"), "spec.selector")
    causes += field.one_of("spec.sessionAffinity", spec.get("sessionAffinity"), _AFFINITIES)
    causes += _affinity_config(spec)
    causes += _external_addresses(spec, before)
    causes += field.one_of("spec.type", kind, TYPES)
    causes += _node_ports(spec)
    causes += _duplicate_ports(ports)
    return causes + _source_ranges(obj, old) + _balancing(spec) + validate_traffic(spec)


def validate_service_change(spec: Object, before: Object) -> list[Cause]:
    """What may not change while a service is what it is."""
    causes = validate_addresses_change(spec, before)
    if spec.get("type") == before.get("type") == "LoadBalancer":
        balancer = spec.get("loadBalancerClass")
        if balancer != before.get("loadBalancerClass"):
            causes.append(field.invalid("spec.loadBalancerClass", balancer, "may not change once set"))
        causes += _balancer_class(spec)
        causes += validate_traffic_change(spec, before)
    else:
        causes += _balancer_class(spec)
    return causes


def _topology(obj: Object) -> list[Cause]:
    said = meta.annotations(obj)
    if _HINTS not in said or _MODE not in said or said[_HINTS] == said[_MODE]:
        return []
    why = f"must match annotations[{_HINTS}] when both are specified"
    return [field.invalid(f"metadata.annotations[{_MODE}]", said[_MODE], why)]


def _external_name(spec: Object) -> list[Cause]:
    causes: list[Cause] = []
    why = "may not be set for ExternalName services"
    for name in ("clusterIPs", "ipFamilies", "ipFamilyPolicy"):
        if spec.get(name) not in (None, []):
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


def _external_addresses(spec: Object, before: Object) -> list[Cause]:
    known = before.get("externalIPs") or ()
    causes: list[Cause] = []
    for index, address in enumerate(spec.get("externalIPs") or []):
        at = f"spec.externalIPs[{index}]"
        causes += validate_ip(address, at, known) or validate_endpoint_ip(address, at)
    return causes


def _source_ranges(obj: Object, old: Object | None) -> list[Cause]:
    """Who may reach the load balancer: in the field, or in the annotation that came before it."""
    spec, before = obj.get("spec") or {}, (old or {}).get("spec") or {}
    blocks, said = spec.get("loadBalancerSourceRanges") or [], meta.annotations(obj).get(_RANGES)
    if not blocks and said is None:
        return []
    path = "spec.LoadBalancerSourceRanges" if blocks else f"metadata.annotations[{_RANGES}]"
    causes: list[Cause] = []
    if spec.get("type") != "LoadBalancer":
        causes.append(field.forbidden(path, _BALANCERS_ONLY))
    if blocks:
        known = [text.strip() for text in before.get("loadBalancerSourceRanges") or ()]
        for index, text in enumerate(blocks):
            causes += validate_cidr(text.strip(), f"{path}[{index}]", known)
    elif said and said.strip() and (old is None or meta.annotations(old).get(_RANGES) != said):
        causes += [cause for text in said.split(",") for cause in validate_cidr(text.strip(), path)]
    return causes


def _balancing(spec: Object) -> list[Cause]:
    causes: list[Cause] = []
    if spec.get("allocateLoadBalancerNodePorts") is not None and spec.get("type") != "LoadBalancer":
        causes.append(field.forbidden("spec.allocateLoadBalancerNodePorts", _BALANCERS_ONLY))
    return causes + _balancer_class(spec)


def _balancer_class(spec: Object) -> list[Cause]:
    balancer = spec.get("loadBalancerClass")
    if balancer is None:
        return []
    if spec.get("type") != "LoadBalancer":
        return [field.forbidden("spec.loadBalancerClass", _BALANCERS_ONLY)]
    return field.each("spec.loadBalancerClass", balancer, qualified_name(balancer))


def _node_ports(spec: Object) -> list[Cause]:
    causes: list[Cause] = []
    for index, port in enumerate(spec.get("ports") or []):
        if port.get("nodePort") and spec.get("type") == "ClusterIP":
            why = "may not be used when `type` is 'ClusterIP'"
            causes.append(field.forbidden(f"spec.ports[{index}].nodePort", why))
    seen: set[tuple[str, int]] = set()
    for index, port in enumerate(spec.get("ports") or []):
        number, path = port.get("nodePort", 0), f"spec.ports[{index}].nodePort"
        if not number:
            continue
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
