"""Ingresses, their classes, and NetworkPolicies.

Follows pkg/apis/networking/v1/defaults.go and pkg/apis/networking/validation/validation.go.
"""

from __future__ import annotations

from ipaddress import ip_network
from typing import Final

from karmada_nb.engine.apiserver.strategies.base import Builtin, StatusBuiltin
from karmada_nb.engine.apiserver.strategies.filling import completer, each, within
from karmada_nb.engine.apiserver.validation import field
from karmada_nb.engine.apiserver.validation.load_balancers import validate_ingress_status
from karmada_nb.engine.apiserver.validation.names import (
    dns_label,
    dns_subdomain,
    path_segment,
    port_name,
    port_number,
    wildcard_subdomain,
)
from karmada_nb.engine.apiserver.validation.network import parse_ip, validate_cidr
from karmada_nb.engine.apiserver.validation.paths import domain_prefixed_path
from karmada_nb.engine.apiserver.validation.selector import validate_selector
from karmada_nb.engine.errors import Cause
from karmada_nb.engine.meta import Object

_PATH_TYPES: Final = ("Exact", "ImplementationSpecific", "Prefix")
_PROTOCOLS: Final = ("TCP", "UDP", "SCTP")
_CLUSTER: Final = completer({"scope": "Cluster"})
_TCP: Final = completer({"protocol": "TCP"})
_LONGEST_CONTROLLER: Final = 250


class Ingress(StatusBuiltin):
    blank_status = {"loadBalancer": {}}
    judged = "spec"

    def validate(self, obj: Object) -> list[Cause]:
        spec = obj.get("spec") or {}
        causes: list[Cause] = []
        rules, backend = spec.get("rules") or [], spec.get("defaultBackend")
        if not rules and backend is None:
            why = "either `defaultBackend` or `rules` must be specified"
            causes.append(field.invalid("spec", None, why))
        if backend is not None:
            causes += _backend(backend, "spec.defaultBackend")
        for index, rule in enumerate(rules):
            causes += _rule(rule, f"spec.rules[{index}]")
        for index, item in enumerate(spec.get("tls") or []):
            for number, host in enumerate(item.get("hosts") or []):
                check = wildcard_subdomain if "*" in host else dns_subdomain
                causes += field.each(f"spec.tls[{index}].hosts[{number}]", host, check(host))
            secret = item.get("secretName", "")
            causes += (
                field.each(f"spec.tls[{index}].secretName", secret, dns_subdomain(secret)) if secret else []
            )
        name = spec.get("ingressClassName")
        if name is not None:
            causes += field.each("spec.ingressClassName", name, dns_subdomain(name))
        return causes

    def validate_status(self, obj: Object, old: Object) -> list[Cause]:
        return validate_ingress_status(obj, old)


class IngressClass(Builtin):
    generational = True

    def default(self, obj: Object) -> Object:
        return within(obj, "spec", lambda spec: within(spec, "parameters", _CLUSTER))

    def validate(self, obj: Object) -> list[Cause]:
        spec = obj.get("spec") or {}
        causes = _controller(spec.get("controller", ""), "spec.controller")
        return causes + _parameters(spec.get("parameters"), "spec.parameters")

    def validate_update(self, obj: Object, old: Object) -> list[Cause]:
        new, was = (obj.get("spec") or {}).get("controller"), (old.get("spec") or {}).get("controller")
        return field.immutable("spec.controller", new, was) + self.validate(obj)


class NetworkPolicy(Builtin):
    generational = True
    judged = "spec"

    def default(self, obj: Object) -> Object:
        return within(obj, "spec", _default_policy)

    def validate(self, obj: Object) -> list[Cause]:
        spec = obj.get("spec") or {}
        causes = validate_selector(spec.get("podSelector"), "spec.podSelector")
        for kind, peers in (("ingress", "from"), ("egress", "to")):
            for index, rule in enumerate(spec.get(kind) or []):
                path = f"spec.{kind}[{index}]"
                for number, port in enumerate(rule.get("ports") or []):
                    causes += _policy_port(port, f"{path}.ports[{number}]")
                for number, peer in enumerate(rule.get(peers) or []):
                    causes += _peer(peer, f"{path}.{peers}[{number}]")
        types = spec.get("policyTypes") or []
        if len(types) > 2:
            why = "may not specify more than two policyTypes"
            return [*causes, field.invalid("spec.policyTypes", types, why)]
        for index, kind in enumerate(types):
            if kind not in ("Ingress", "Egress"):
                supported = ("Ingress", "Egress")
                causes.append(field.not_supported(f"spec.policyTypes[{index}]", kind, supported))
        return causes


def _controller(name: str, path: str) -> list[Cause]:
    causes = [field.too_long(path, _LONGEST_CONTROLLER)] if len(name) > _LONGEST_CONTROLLER else []
    return causes + domain_prefixed_path(name, path)


def _parameters(parameters: Object | None, path: str) -> list[Cause]:
    """``validateIngressClassParametersReference``."""
    if parameters is None:
        return []
    causes = _reference(parameters, path)
    scope, namespace = parameters.get("scope"), parameters.get("namespace")
    at = f"{path}.namespace"
    if scope not in ("Cluster", "Namespace"):
        causes.append(field.not_supported(f"{path}.scope", scope, ("Cluster", "Namespace")))
    elif scope == "Cluster" and namespace is not None:
        causes.append(field.forbidden(at, "`parameters.scope` is set to 'Cluster'"))
    elif scope == "Namespace" and namespace is None:
        causes.append(field.required(at, "`parameters.scope` is set to 'Namespace'"))
    elif namespace is not None:
        causes += field.each(at, namespace, dns_label(namespace))
    return causes


def _default_policy(spec: Object) -> Object:
    for kind in ("ingress", "egress"):
        spec = each(spec, kind, lambda rule: each(rule, "ports", _TCP))
    types = ["Ingress", "Egress"] if spec.get("egress") else ["Ingress"]
    return spec if spec.get("policyTypes") else {**spec, "policyTypes": types}


def _policy_port(port: Object, path: str) -> list[Cause]:
    protocol, number, end = port.get("protocol"), port.get("port"), port.get("endPort")
    causes = field.optional(f"{path}.protocol", protocol, _PROTOCOLS)
    at = f"{path}.endPort"
    if number is None:
        why = "may not be specified when `port` is not specified"
        return causes + ([field.invalid(at, end, why)] if end is not None else [])
    if isinstance(number, int):
        causes += field.each(f"{path}.port", number, port_number(number))
        if end is not None:
            if end < number:
                causes.append(field.invalid(at, number, "must be greater than or equal to `port`"))
            causes += field.each(at, end, port_number(end))
        return causes
    if end is not None:
        why = "may not be specified when `port` is non-numeric"
        causes.append(field.invalid(at, end, why))
    return causes + field.each(f"{path}.port", number, port_name(number))


def _peer(peer: Object, path: str) -> list[Cause]:
    causes = validate_selector(peer.get("podSelector"), f"{path}.podSelector")
    causes += validate_selector(peer.get("namespaceSelector"), f"{path}.namespaceSelector")
    block = peer.get("ipBlock")
    if block is not None:
        causes += _block(block, f"{path}.ipBlock")
    if block is not None and len(peer) > 1:
        why = "may not specify both ipBlock and another peer"
        causes.append(field.forbidden(path, why))
    if not peer:
        causes.append(field.required(path, "must specify a peer"))
    return causes


def _block(block: Object, path: str) -> list[Cause]:
    cidr = block.get("cidr", "")
    if not cidr:
        return [field.required(f"{path}.cidr")]
    causes = validate_cidr(cidr, f"{path}.cidr")
    whole = None if causes else ip_network(cidr, strict=False)
    for index, item in enumerate(block.get("except") or []):
        at = f"{path}.except[{index}]"
        bad = validate_cidr(item, at)
        causes += bad
        part = None if bad else ip_network(item, strict=False)
        if whole is None or part is None:
            continue
        inside = part.version == whole.version and part.network_address in whole
        if not inside or part.prefixlen <= whole.prefixlen:
            why = "must be a strict subset of `cidr`"
            causes.append(field.invalid(at, item, why))
    return causes


def _rule(rule: Object, path: str) -> list[Cause]:
    causes: list[Cause] = []
    host = rule.get("host", "")
    if host:
        if parse_ip(host):
            causes.append(field.invalid(f"{path}.host", host, "must be a DNS name, not an IP address"))
        check = wildcard_subdomain if "*" in host else dns_subdomain
        causes += field.each(f"{path}.host", host, check(host))
    http = rule.get("http")
    if http is None:
        return causes
    paths = http.get("paths") or []
    if not paths:
        causes.append(field.required(f"{path}.http.paths"))
    for index, item in enumerate(paths):
        causes += _path(item, f"{path}.http.paths[{index}]")
    return causes


def _path(item: Object, path: str) -> list[Cause]:
    kind, place = item.get("pathType"), item.get("path", "")
    if kind is None:
        return [field.required(f"{path}.pathType", "pathType must be specified")]
    causes: list[Cause] = []
    if kind in ("Exact", "Prefix"):
        if not place.startswith("/"):
            causes.append(field.invalid(f"{path}.path", place, "must be an absolute path"))
        for sequence in ("//", "/./", "/../", "%2f", "%2F"):
            if sequence in place:
                causes.append(field.invalid(f"{path}.path", place, f"must not contain '{sequence}'"))
        for suffix in ("/..", "/."):
            if place.endswith(suffix):
                causes.append(field.invalid(f"{path}.path", place, f"cannot end with '{suffix}'"))
    elif kind == "ImplementationSpecific":
        if place and not place.startswith("/"):
            causes.append(field.invalid(f"{path}.path", place, "must be an absolute path"))
    else:
        causes.append(field.not_supported(f"{path}.pathType", kind, _PATH_TYPES))
    return causes + _backend(item.get("backend") or {}, f"{path}.backend")


def _backend(backend: Object, path: str) -> list[Cause]:
    service, resource = backend.get("service"), backend.get("resource")
    if service is not None and resource is not None:
        return [field.invalid(path, "", "cannot set both resource and service backends")]
    if resource is not None:
        return _reference(resource, f"{path}.resource")
    if service is None:
        return [field.invalid(path, "", "resource or service backend is required")]
    causes: list[Cause] = []
    name = service.get("name", "")
    causes += field.checked(f"{path}.service.name", name, dns_label)
    port = service.get("port") or {}
    word, number = port.get("name", ""), port.get("number", 0)
    if word and number:
        causes.append(field.invalid(path, "", "cannot set both port name & port number"))
    elif word:
        causes += field.each(f"{path}.service.port.name", word, port_name(word))
    elif number:
        causes += field.each(f"{path}.service.port.number", number, port_number(number))
    else:
        causes.append(field.required(path, "port name or number is required"))
    return causes


def _reference(reference: Object, path: str) -> list[Cause]:
    """``validateIngressTypedLocalObjectReference``: an object by group, kind and name."""
    causes: list[Cause] = []
    group = reference.get("apiGroup")
    if group is not None:
        causes += field.each(f"{path}.apiGroup", group, dns_subdomain(group))
    for name in ("kind", "name"):
        value = reference.get(name, "")
        causes += field.checked(f"{path}.{name}", value, path_segment)
    return causes
