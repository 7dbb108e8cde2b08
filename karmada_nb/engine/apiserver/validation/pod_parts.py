"""Parts of a pod's spec that stand for themselves: DNS, aliases, claims, resources of the whole pod.

Follows validatePodDNSConfig, ValidateHostAliases, validatePodResourceClaims and validatePodResources in
pkg/apis/core/validation/validation.go.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Final

from karmada_nb.engine import meta, quantity
from karmada_nb.engine.apiserver.validation import field, names
from karmada_nb.engine.apiserver.validation.network import validate_ip
from karmada_nb.engine.apiserver.validation.resources import resource_name, validate_requirements
from karmada_nb.engine.errors import Cause
from karmada_nb.engine.meta import Object

_SERVERS: Final = 3
_SEARCHES: Final = 32
_SEARCH_TEXT: Final = 2048
_CLAIM_FIELDS: Final = ("name", "resourceClaimName", "resourceClaimTemplateName")
_OF_A_POD: Final = frozenset({"cpu", "memory"})


def validate_dns(spec: Object, path: str) -> list[Cause]:
    """``spec.dnsConfig``, which ``dnsPolicy: None`` needs."""
    config = spec.get("dnsConfig")
    servers = (config or {}).get("nameservers") or []
    if spec.get("dnsPolicy") == "None":
        if config is None:
            return [field.required(path, "must provide `dnsConfig` when `dnsPolicy` is None")]
        if not servers:
            why = "must provide at least one DNS nameserver when `dnsPolicy` is None"
            return [field.required(f"{path}.nameservers", why)]
    if config is None:
        return []
    causes: list[Cause] = []
    if len(servers) > _SERVERS:
        why = f"must not have more than {_SERVERS} nameservers"
        causes.append(field.invalid(f"{path}.nameservers", servers, why))
    for index, server in enumerate(servers):
        causes += validate_ip(server, f"{path}.nameservers[{index}]")
    searches = config.get("searches") or []
    if len(searches) > _SEARCHES:
        why = f"must not have more than {_SEARCHES} search paths"
        causes.append(field.invalid(f"{path}.searches", searches, why))
    if len(" ".join(searches)) > _SEARCH_TEXT:
        why = f"must not have more than {_SEARCH_TEXT} characters (including spaces) in the search list"
        causes.append(field.invalid(f"{path}.searches", searches, why))
    for index, search in enumerate(searches):
        if search != ".":
            domain = search.removesuffix(".")
            causes += field.each(f"{path}.searches[{index}]", domain, names.dns_search(domain))
    for index, option in enumerate(config.get("options") or []):
        if not option.get("name"):
            causes.append(field.required(f"{path}.options[{index}]", "must not be empty"))
    return causes


def validate_host_aliases(aliases: list[Object], path: str) -> list[Cause]:
    causes: list[Cause] = []
    for index, alias in enumerate(aliases):
        at = f"{path}[{index}]"
        causes += validate_ip(alias.get("ip", ""), f"{at}.ip")
        for number, host in enumerate(alias.get("hostnames") or []):
            causes += field.each(f"{at}.hostnames[{number}]", host, names.dns_subdomain(host))
    return causes


def validate_claims(claims: list[Object], path: str) -> list[Cause]:
    """Devices that the pod asks for by claims or by templates of claims."""
    causes: list[Cause] = []
    seen: set[str] = set()
    for index, claim in enumerate(claims):
        at, name = f"{path}[{index}]", claim.get("name", "")
        if not name:
            causes.append(field.required(f"{at}.name"))
        elif name in seen:
            causes.append(field.duplicate(f"{at}.name", name))
        else:
            causes += field.each(f"{at}.name", name, names.dns_label(name))
            seen.add(name)
        given = [key for key in _CLAIM_FIELDS[1:] if claim.get(key) is not None]
        if len(given) != 1:
            choice = "`resourceClaimName`, `resourceClaimTemplateName`"
            why = f"must specify one of: {choice}"
            if given:
                why = f"at most one of {choice.replace(', ', ' or ')} may be specified"
            causes.append(field.invalid(at, _internal(claim), why))
        for key in given:
            causes += field.each(f"{at}.{key}", claim[key], names.dns_subdomain(claim[key]))
    return causes


def validate_pod_resources(spec: Object, path: str) -> list[Cause]:
    """``spec.resources``: an amount for all containers together."""
    resources = spec.get("resources")
    if not resources:
        return []
    causes: list[Cause] = []
    if resources.get("claims") is not None:
        causes.append(field.forbidden(f"{path}.claims", "claims may not be set for Resources at pod-level"))
    known = frozenset(claim.get("name", "") for claim in spec.get("resourceClaims") or ())
    causes += validate_requirements(resources, path, known, resource_name)
    requests, limits = resources.get("requests") or {}, resources.get("limits") or {}
    for name in sorted(_OF_A_POD):
        asked = [meta.dig(item, "resources", "requests", name) for item in spec.get("containers") or ()]
        total = sum(quantity.milli(amount) for amount in asked if amount is not None)
        if name in requests and total > quantity.milli(requests[name]):
            shown = quantity.render(Decimal(total) / 1000)
            why = f"must be greater than or equal to aggregate container requests of {shown}"
            causes.append(field.invalid(f"{path}.requests[{name}]", str(requests[name]), why))
    for index, container in enumerate(spec.get("containers") or []):
        for name, amount in ((container.get("resources") or {}).get("limits") or {}).items():
            if name in limits and quantity.parse(amount) > quantity.parse(limits[name]):
                why = f"must be less than or equal to pod limits of {limits[name]}"
                at = f"{path}.containers[{index}][{name}].limits"
                causes.append(field.invalid(at, str(amount), why))
    return causes


def _internal(claim: Object) -> Any:
    return {f"{name[0].upper()}{name[1:]}": claim.get(name) for name in _CLAIM_FIELDS}
