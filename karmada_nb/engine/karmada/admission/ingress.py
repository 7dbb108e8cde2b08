"""MultiClusterIngress, and the load balancer status it shares with services.

Follows pkg/webhook/multiclusteringress, pkg/util/lifted/validatingmci.go and validatingmcs.go.
"""

from __future__ import annotations

import ipaddress
from typing import Final

from karmada_nb.engine.apiserver.validation import field, names
from karmada_nb.engine.apiserver.validation.metadata import validate_metadata, validate_metadata_update
from karmada_nb.engine.errors import Cause
from karmada_nb.engine.karmada.admission.request import Request
from karmada_nb.engine.meta import Object, dig

_BAD_SEQUENCES: Final = ("//", "/./", "/../", "%2f", "%2F")
_BAD_SUFFIXES: Final = ("/..", "/.")


def validate_multi_cluster_ingress(request: Request) -> list[Cause]:
    ingress, old = request.object, request.old
    if request.operation != "UPDATE" or old is None:
        return _validate(ingress)
    out = validate_metadata_update(ingress, old, builtin=False, versioned=True) + _validate(ingress)
    points = dig(ingress, "status", "loadBalancer", "ingress", default=[])
    return out + validate_load_balancer_status(points, "status.loadBalancer")


def validate_load_balancer_status(points: list[Object], path: str) -> list[Cause]:
    out: list[Cause] = []
    for index, point in enumerate(points):
        where, address, host = f"{path}.ingress[{index}]", point.get("ip", ""), point.get("hostname", "")
        if address and not _is_ip(address):
            out.append(field.invalid(f"{where}.ip", address, "must be a valid IP address"))
        if host:
            out += field.each(f"{where}.hostname", host, names.dns_subdomain(host))
            if _is_ip(host):
                detail = "must be a DNS name, not an IP address"
                out.append(field.invalid(f"{where}.hostname", host, detail))
    return out


def _is_ip(text: str) -> bool:
    """As Go's sloppy parser: leading zeros in a number are let pass."""
    parts = text.split(".")
    if len(parts) == 4 and all(part.isdigit() for part in parts):
        return all(int(part) <= 255 for part in parts)
    try:
        ipaddress.IPv6Address(text)
    except ValueError:
        return False
    return "%" not in text


def _validate(ingress: Object) -> list[Cause]:
    out = validate_metadata(ingress, True, names.dns_subdomain, builtin=False)
    spec = ingress.get("spec") or {}
    rules, backend = spec.get("rules"), spec.get("defaultBackend")
    if not rules and backend is None:
        detail = "either `defaultBackend` or `rules` must be specified"
        out.append(field.invalid("spec", rules, detail))
    if backend is not None:
        out += _backend(backend, "spec.defaultBackend")
    for index, rule in enumerate(rules or []):
        out += _rule(rule, f"spec.rules[{index}]")
    for index, tls in enumerate(spec.get("tls") or []):
        out += _tls(tls, f"spec.tls[{index}]")
    class_name = spec.get("ingressClassName")
    if class_name is not None:
        out += field.each("spec.ingressClassName", class_name, names.dns_subdomain(class_name))
    return out


def _host(host: str, path: str) -> list[Cause]:
    rule = names.wildcard_subdomain if "*" in host else names.dns_subdomain
    return field.each(path, host, rule(host))


def _rule(rule: Object, path: str) -> list[Cause]:
    out: list[Cause] = []
    host = rule.get("host", "")
    if host:
        if _is_ip(host):
            out.append(field.invalid(f"{path}.host", host, "must be a DNS name, not an IP address"))
        out += _host(host, f"{path}.host")
    http = rule.get("http")
    if http is None:
        return out
    if not http.get("paths"):
        out.append(field.required(f"{path}.http.paths"))
    for index, item in enumerate(http.get("paths") or []):
        out += _path(item, f"{path}.http.paths[{index}]")
    return out


def _path(item: Object, path: str) -> list[Cause]:
    kind, text = item.get("pathType"), item.get("path", "")
    where = f"{path}.path"
    if kind is None:
        return [field.required(f"{path}.pathType", "pathType must be specified")]
    out: list[Cause] = []
    if kind in ("Exact", "Prefix"):
        if not text.startswith("/"):
            out.append(field.invalid(where, text, "must be an absolute path"))
        out += [
            field.invalid(where, text, f"must not contain '{bad}'") for bad in _BAD_SEQUENCES if bad in text
        ]
        out += [
            field.invalid(where, text, f"cannot end with '{bad}'")
            for bad in _BAD_SUFFIXES
            if text.endswith(bad)
        ]
    elif kind == "ImplementationSpecific":
        if text and not text.startswith("/"):
            out.append(field.invalid(where, text, "must be an absolute path"))
    else:
        supported = ("Exact", "ImplementationSpecific", "Prefix")
        out.append(field.not_supported(f"{path}.pathType", kind, supported))
    return out + _backend(item.get("backend") or {}, f"{path}.backend")


def _backend(backend: Object, path: str) -> list[Cause]:
    resource, service = backend.get("resource"), backend.get("service")
    if resource is not None and service is not None:
        return [field.invalid(path, "", "cannot set both resource and service backends")]
    if resource is not None:
        return _resource(resource, f"{path}.resource")
    if service is None:
        return [field.invalid(path, "", "resource or service backend is required")]
    out: list[Cause] = []
    name = service.get("name", "")
    if not name:
        out.append(field.required(f"{path}.service.name"))
    else:
        out += field.each(f"{path}.service.name", name, names.dns_1035_label(name))
    port_name, number = dig(service, "port", "name"), dig(service, "port", "number")
    where = f"{path}.service.port"
    if port_name and number:
        out.append(field.invalid(path, "", "cannot set both port name & port number"))
    elif port_name:
        out += field.each(f"{where}.name", port_name, names.port_name(port_name))
    elif number:
        out += field.each(f"{where}.number", number, names.port_number(number))
    else:
        out.append(field.required(path, "port name or number is required"))
    return out


def _resource(reference: Object, path: str) -> list[Cause]:
    out: list[Cause] = []
    group = reference.get("apiGroup")
    if group is not None:
        out += field.each(f"{path}.apiGroup", group, names.dns_subdomain(group))
    for name in ("kind", "name"):
        value = reference.get(name, "")
        if not value:
            out.append(field.required(f"{path}.{name}", f"{name} is required"))
        else:
            out += field.each(f"{path}.{name}", value, names.path_segment(value))
    return out


def _tls(tls: Object, path: str) -> list[Cause]:
    out: list[Cause] = []
    for index, host in enumerate(tls.get("hosts") or []):
        out += _host(host, f"{path}.hosts[{index}]")
    secret = tls.get("secretName", "")
    if secret:
        out += field.each(f"{path}.secretName", secret, names.dns_subdomain(secret))
    return out
