"""Services: defaults, and what follows from the type of a service.

Follows pkg/apis/core/v1/defaults.go and pkg/registry/core/service/{strategy,storage/storage,
storage/alloc}.go. Addresses and node ports themselves are allocated in admission.
"""

from __future__ import annotations

from typing import Final

from karmada_nb.engine.apiserver.strategies.base import StatusBuiltin
from karmada_nb.engine.apiserver.strategies.filling import drop, each, fill, put, within
from karmada_nb.engine.apiserver.validation.load_balancers import validate_service_status
from karmada_nb.engine.apiserver.validation.names import dns_label
from karmada_nb.engine.apiserver.validation.service import validate_service, validate_service_change
from karmada_nb.engine.apiserver.validation.service_addresses import validate_addresses
from karmada_nb.engine.apiserver.warnings.services import of_service
from karmada_nb.engine.errors import Cause
from karmada_nb.engine.meta import Object

_AFFINITY_SECONDS: Final = 10800
_NODE_PORT_TYPES: Final = ("NodePort", "LoadBalancer")


class Service(StatusBuiltin):
    generational = False
    returns_deleted = True
    blank_status = {"loadBalancer": {}}
    selectable = ("spec.clusterIP", "spec.type")

    def default(self, obj: Object) -> Object:
        obj = within(obj, "spec", _default_spec)
        if (obj.get("spec") or {}).get("type") != "LoadBalancer":
            return obj
        return within(obj, "status", lambda status: within(status, "loadBalancer", _ip_modes))

    def prepare_create(self, obj: Object) -> Object:
        return within(super().prepare_create(obj), "spec", with_families)

    def prepare_update(self, obj: Object, old: Object) -> Object:
        before = old.get("spec") or {}
        obj = super().prepare_update(obj, old)
        return within(obj, "spec", lambda spec: with_families(_dropped(_patched(spec, before), before)))

    def validate_name(self, name: str) -> list[str]:
        return dns_label(name)

    def validate(self, obj: Object) -> list[Cause]:
        return validate_addresses(obj.get("spec") or {}) or validate_service(obj)

    def validate_update(self, obj: Object, old: Object) -> list[Cause]:
        spec, before = obj.get("spec") or {}, old.get("spec") or {}
        refused = validate_addresses(spec, before.get("clusterIPs") or ())
        return refused or validate_service_change(spec, before) + validate_service(obj, old)

    def warnings(self, obj: Object, old: Object | None) -> list[str]:
        return of_service(obj)

    def validate_status(self, obj: Object, old: Object) -> list[Cause]:
        return validate_service_status(obj, old)


def needs_cluster_ip(spec: Object) -> bool:
    return spec.get("type") in ("ClusterIP", *_NODE_PORT_TYPES)


def needs_node_port(spec: Object) -> bool:
    kind = spec.get("type")
    return kind == "NodePort" or (
        kind == "LoadBalancer" and spec.get("allocateLoadBalancerNodePorts") is not False
    )


def needs_health_check_port(spec: Object) -> bool:
    return spec.get("type") == "LoadBalancer" and spec.get("externalTrafficPolicy") == "Local"


def with_families(spec: Object) -> Object:
    """Address families of a single-stack IPv4 cluster, and ``clusterIPs`` to go with ``clusterIP``."""
    if spec.get("clusterIP") and not spec.get("clusterIPs"):
        spec = {**spec, "clusterIPs": [spec["clusterIP"]]}
    if not needs_cluster_ip(spec):
        return spec
    anywhere = spec.get("clusterIP") == "None" and not spec.get("selector")
    policy = spec.get("ipFamilyPolicy")
    if policy is None:
        policy = "RequireDualStack" if anywhere else "SingleStack"
        spec = {**spec, "ipFamilyPolicy": policy}
    families = spec.get("ipFamilies") or _families(spec.get("clusterIPs") or [])
    if anywhere and policy != "SingleStack" and len(families) == 1:
        families = [*families, "IPv6" if families[0] == "IPv4" else "IPv4"]
    return put(spec, "ipFamilies", families) if families else spec


def _families(addresses: list[str]) -> list[str]:
    """The cluster's family, unless addresses of another are asked for."""
    return [] if any(":" in address for address in addresses) else ["IPv4"]


def _default_spec(spec: Object) -> Object:
    spec = fill(spec, {"sessionAffinity": "None", "type": "ClusterIP"})
    kind = spec["type"]
    if spec["sessionAffinity"] == "None":
        spec = drop(spec, "sessionAffinityConfig")
    elif spec["sessionAffinity"] == "ClientIP" and _timeout(spec) is None:
        config = {"clientIP": {"timeoutSeconds": _AFFINITY_SECONDS}}
        spec = {**spec, "sessionAffinityConfig": config}
    spec = each(spec, "ports", _default_port)
    if kind in _NODE_PORT_TYPES or (kind == "ClusterIP" and spec.get("externalIPs")):
        spec = fill(spec, {"externalTrafficPolicy": "Cluster"})
    if kind in ("ClusterIP", *_NODE_PORT_TYPES):
        inside = spec.get("internalTrafficPolicy")
        spec = {**spec, "internalTrafficPolicy": "Cluster"} if inside is None else spec
    return fill(spec, {"allocateLoadBalancerNodePorts": True}) if kind == "LoadBalancer" else spec


def _timeout(spec: Object) -> int | None:
    config = (spec.get("sessionAffinityConfig") or {}).get("clientIP") or {}
    seconds: int | None = config.get("timeoutSeconds")
    return seconds


def _default_port(port: Object) -> Object:
    port = fill(port, {"protocol": "TCP"})
    return port if port.get("targetPort") else put(port, "targetPort", port.get("port", 0))


def _ip_modes(balancer: Object) -> Object:
    return each(
        balancer, "ingress", lambda point: fill(point, {"ipMode": "VIP"}) if point.get("ip") else point
    )


def _patched(spec: Object, before: Object) -> Object:
    """What was allocated stays, where the client left it out."""
    if needs_cluster_ip(spec) and needs_cluster_ip(before):
        spec = _patched_addresses(spec, before)
    if needs_node_port(spec) and needs_node_port(before):
        spec = _old_ports(spec, before)
    if needs_health_check_port(spec) and needs_health_check_port(before):
        spec = fill(spec, {"healthCheckNodePort": before.get("healthCheckNodePort", 0)})
    return spec


def _patched_addresses(spec: Object, before: Object) -> Object:
    """``clusterIP`` and ``clusterIPs`` say the same, whichever of them the client changed."""
    old, all_old = before.get("clusterIP"), before.get("clusterIPs")
    if not spec.get("clusterIP") and old:
        spec = {**spec, "clusterIP": old}
    if spec.get("clusterIP") != old:
        return drop(spec, "clusterIPs") if spec.get("clusterIPs") == all_old else spec
    return fill(spec, {"clusterIPs": all_old}) if all_old and not spec.get("clusterIPs") else spec


def _old_ports(spec: Object, before: Object) -> Object:
    used = {port["nodePort"] for port in spec.get("ports") or [] if port.get("nodePort")}
    standing = {
        (port.get("protocol"), port.get("port")): port["nodePort"]
        for port in before.get("ports") or []
        if port.get("nodePort") and port["nodePort"] not in used
    }

    def keep(port: Object) -> Object:
        old = standing.get((port.get("protocol"), port.get("port")))
        return {**port, "nodePort": old} if old and not port.get("nodePort") else port

    return each(spec, "ports", keep)


def _dropped(spec: Object, before: Object) -> Object:
    """What the new type has no use for goes, if the client did not touch it."""
    gone: list[str] = []
    if needs_cluster_ip(before) and not needs_cluster_ip(spec):
        gone += ["clusterIP", "clusterIPs", "ipFamilies", "ipFamilyPolicy", "internalTrafficPolicy"]
    if needs_health_check_port(before) and not needs_health_check_port(spec):
        gone.append("healthCheckNodePort")
    if before.get("type") == "LoadBalancer" and spec.get("type") != "LoadBalancer":
        gone += ["allocateLoadBalancerNodePorts", "loadBalancerClass"]
    if spec.get("type") not in _NODE_PORT_TYPES and not spec.get("externalIPs"):
        gone.append("externalTrafficPolicy")
    spec = drop(spec, *(name for name in gone if spec.get(name) == before.get(name)))
    if needs_node_port(before) and not needs_node_port(spec) and _ports(spec) == _ports(before):
        spec = each(spec, "ports", lambda port: drop(port, "nodePort"))
    return spec


def _ports(spec: Object) -> set[int]:
    return {port.get("nodePort", 0) for port in spec.get("ports") or []} - {0}
