"""Rules of webhooks and of admission policies.

Follows pkg/apis/admissionregistration/validation/validation.go, and pkg/util/webhook/validation.go of
k8s.io/apiserver.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final
from urllib.parse import urlsplit

from karmada_nb.engine.apiserver.crd.cel import CelSyntaxError, compile_text
from karmada_nb.engine.apiserver.validation import field
from karmada_nb.engine.apiserver.validation.names import (
    dns_1035_label,
    dns_subdomain,
    path_segment,
    port_number,
    qualified_name,
)
from karmada_nb.engine.apiserver.validation.selector import validate_selector
from karmada_nb.engine.errors import Cause
from karmada_nb.engine.meta import Object

FAILURE_POLICIES: Final = ("Fail", "Ignore")
_MATCH_POLICIES: Final = ("Equivalent", "Exact")
_EFFECTS: Final = ("None", "NoneOnDryRun")
_REINVOCATIONS: Final = ("IfNeeded", "Never")
_OPERATIONS: Final = ("*", "CONNECT", "CREATE", "DELETE", "UPDATE")
_SCOPES: Final = ("*", "Cluster", "Namespaced")
_REVIEWS: Final = ("v1", "v1beta1")
_FORM: Final = "; desired format: https://host[/path]"
_MOST_CONDITIONS: Final = 64
_LONGEST_WAIT: Final = 30
_SEGMENTS: Final = 3
_LINE_BREAK: Final = re.compile(r"[\n\r]")


def validate_webhook(webhook: Object, path: str) -> list[Cause]:
    """One webhook of a configuration, but for the uniqueness of its name."""
    causes = _full_name(webhook.get("name", ""), f"{path}.name")
    for index, rule in enumerate(webhook.get("rules") or ()):
        causes += validate_rule(rule, f"{path}.rules[{index}]")
    causes += field.optional(f"{path}.failurePolicy", webhook.get("failurePolicy"), FAILURE_POLICIES)
    causes += field.optional(f"{path}.matchPolicy", webhook.get("matchPolicy"), _MATCH_POLICIES)
    if webhook.get("sideEffects") is None:
        causes.append(field.required(f"{path}.sideEffects", f"must specify one of {', '.join(_EFFECTS)}"))
    causes += field.optional(f"{path}.sideEffects", webhook.get("sideEffects"), _EFFECTS)
    seconds = webhook.get("timeoutSeconds")
    if seconds is not None and not 1 <= seconds <= _LONGEST_WAIT:
        why = f"the timeout value must be between 1 and {_LONGEST_WAIT} seconds"
        causes.append(field.invalid(f"{path}.timeoutSeconds", seconds, why))
    for name in ("namespaceSelector", "objectSelector"):
        causes += validate_selector(webhook.get(name), f"{path}.{name}")
    causes += field.optional(f"{path}.reinvocationPolicy", webhook.get("reinvocationPolicy"), _REINVOCATIONS)
    causes += validate_client(webhook.get("clientConfig") or {}, f"{path}.clientConfig")
    causes += validate_conditions(webhook.get("matchConditions") or (), f"{path}.matchConditions")
    return causes + _versions(webhook.get("admissionReviewVersions") or (), f"{path}.admissionReviewVersions")


def validate_client(client: Object, path: str) -> list[Cause]:
    """Who is called: a URL or a service."""
    url, service = client.get("url"), client.get("service")
    if (url is None) == (service is None):
        return [field.required(path, "exactly one of url or service is required")]
    if url is not None:
        return _url(url, f"{path}.url")
    assert service is not None
    at = f"{path}.service"
    # Upstream mistakes the one for the other.
    swapped = {"name": "namespace", "namespace": "name"}
    causes = [field.required(f"{at}.{said}") for said, name in swapped.items() if not service.get(name)]
    port = service.get("port", 443)
    if bad := port_number(port):
        causes.append(field.invalid(f"{at}.port", port, "port is not valid: " + ", ".join(bad)))
    return causes + _service_path(service.get("path"), f"{at}.path")


def validate_match(match: Object, path: str) -> list[Cause]:
    """``matchConstraints`` of a policy, ``matchResources`` of a binding."""
    causes = field.optional(f"{path}.matchPolicy", match.get("matchPolicy"), _MATCH_POLICIES)
    for name in ("namespaceSelector", "objectSelector"):
        causes += validate_selector(match.get(name), f"{path}.{name}")
    for kind in ("resourceRules", "excludeResourceRules"):
        for index, rule in enumerate(match.get(kind) or ()):
            at = f"{path}.{kind}[{index}]"
            seen: set[str] = set()
            for number, name in enumerate(rule.get("resourceNames") or ()):
                causes += field.each(f"{at}.resourceNames[{number}]", name, path_segment(name))
                if name in seen:
                    causes.append(field.duplicate(f"{at}.resourceNames[{number}]", name))
                seen.add(name)
            causes += validate_rule(rule, at)
    return causes


def validate_rule(rule: Object, path: str) -> list[Cause]:
    """Which operations on which resources."""
    causes = _listed(rule.get("operations") or (), f"{path}.operations", "operations")
    for index, operation in enumerate(rule.get("operations") or ()):
        if operation not in _OPERATIONS:
            causes.append(field.not_supported(f"{path}.operations[{index}]", operation, _OPERATIONS))
    causes += _listed(rule.get("apiGroups") or (), f"{path}.apiGroups", "API groups")
    versions = rule.get("apiVersions") or ()
    causes += _listed(versions, f"{path}.apiVersions", "API versions")
    for index, version in enumerate(versions):
        if not version:
            causes.append(field.required(f"{path}.apiVersions[{index}]"))
    causes += _resources(rule.get("resources") or (), f"{path}.resources")
    return causes + field.optional(f"{path}.scope", rule.get("scope"), _SCOPES)


def validate_conditions(conditions: Sequence[Object], path: str) -> list[Cause]:
    causes: list[Cause] = []
    if len(conditions) > _MOST_CONDITIONS:
        causes.append(field.too_many(path, len(conditions), _MOST_CONDITIONS))
    seen: set[str] = set()
    for index, condition in enumerate(conditions):
        at, name = f"{path}[{index}]", condition.get("name", "")
        text = condition.get("expression", "").strip()
        required = [field.required(f"{at}.expression")]
        causes += validate_expression(text, f"{at}.expression") if text else required
        causes += field.checked(f"{at}.name", name, qualified_name)
        if name and name in seen:
            causes.append(field.duplicate(f"{at}.name", name))
        seen.add(name)
    return causes


def validate_expression(text: str, path: str) -> list[Cause]:
    """An expression that can be compiled."""
    try:
        compile_text(text)
    except CelSyntaxError as error:
        return [field.invalid(path, text, f"compilation failed: ERROR: <input>:1:1: {error}")]
    return []


def validate_param_kind(kind: Object, path: str) -> list[Cause]:
    version, name = kind.get("apiVersion", ""), kind.get("kind", "")
    causes: list[Cause] = []
    group, _, number = version.rpartition("/")
    if not version:
        causes.append(field.required(f"{path}.apiVersion"))
    elif version.count("/") > 1:
        why = f"unexpected GroupVersion string: {version}"
        causes.append(field.invalid(f"{path}.apiVersion", version, why))
    else:
        if group and (bad := dns_subdomain(group)):
            causes.append(field.invalid(f"{path}.apiVersion", group, ",".join(bad)))
        if not number:
            causes.append(field.invalid(f"{path}.apiVersion", version, "version must be specified"))
        elif bad := dns_1035_label(number):
            causes.append(field.invalid(f"{path}.apiVersion", number, ",".join(bad)))
    if not name:
        causes.append(field.required(f"{path}.kind"))
    elif bad := dns_1035_label(name.lower()):
        why = "may have mixed case, but should otherwise match: " + ",".join(bad)
        causes.append(field.invalid(f"{path}.kind", name, why))
    return causes


def validate_validation(validation: Object, path: str) -> list[Cause]:
    """One expression of a policy, and what is said when it does not hold."""
    text, message = validation.get("expression", ""), validation.get("message", "")
    spoken = validation.get("messageExpression", "")
    causes: list[Cause] = []
    if text.strip():
        causes += validate_expression(text, f"{path}.expression")
    else:
        causes.append(field.required(f"{path}.expression", "expression is not specified"))
    if spoken and not spoken.strip():
        why = "must be non-empty if specified"
        causes.append(field.invalid(f"{path}.messageExpression", spoken, why))
    elif spoken:
        causes += validate_expression(spoken, f"{path}.messageExpression")
    if message and not message.strip():
        causes.append(field.invalid(f"{path}.message", message, "message must be non-empty if specified"))
    elif _LINE_BREAK.search(message.strip()):
        causes.append(field.invalid(f"{path}.message", message, "message must not contain line breaks"))
    reasons = ("Forbidden", "Invalid", "RequestEntityTooLarge")
    return causes + field.optional(f"{path}.reason", validation.get("reason"), reasons)


def _full_name(name: str, path: str) -> list[Cause]:
    if not name:
        return [field.required(path)]
    if bad := dns_subdomain(name):
        return [field.invalid(path, name, ",".join(bad))]
    if len(name.split(".")) < _SEGMENTS:
        why = "should be a domain with at least three segments separated by dots"
        return [field.invalid(path, name, why)]
    return []


def _url(url: str, path: str) -> list[Cause]:
    try:
        found = urlsplit(url)
    except ValueError as error:
        return [field.required(path, f"url must be a valid URL: {error}{_FORM}")]
    causes: list[Cause] = []
    if found.scheme != "https":
        why = f"'https' is the only allowed URL scheme{_FORM}"
        causes.append(field.invalid(path, found.scheme, why))
    user, _, host = found.netloc.rpartition("@")
    if not host:
        causes.append(field.invalid(path, host, f"host must be specified{_FORM}"))
    if user:
        causes.append(field.invalid(path, user, "user information is not permitted in the URL"))
    if found.fragment:
        causes.append(field.invalid(path, found.fragment, "fragments are not permitted in the URL"))
    if found.query:
        causes.append(field.invalid(path, found.query, "query parameters are not permitted in the URL"))
    return causes


def _service_path(place: str | None, path: str) -> list[Cause]:
    if place is None:
        return []
    if len(place) == 0:
        return []
    if place == "/":
        return []
    causes = [] if place.startswith("/") else [field.invalid(path, place, "must start with a '/'")]
    steps = place[1:].removesuffix("/").split("/")
    for index, step in enumerate(steps):
        if not step:
            causes.append(field.invalid(path, place, f"segment[{index}] may not be empty"))
        elif bad := dns_subdomain(step):
            causes += [field.invalid(path, place, f"segment[{index}]: {why}") for why in bad]
    return causes


def _listed(items: Sequence[str], path: str, of: str) -> list[Cause]:
    if not items:
        return [field.required(path)]
    if len(items) > 1 and "*" in items:
        why = f"if '*' is present, must not specify other {of}"
        return [field.invalid(path, list(items), why)]
    return []


def _resources(resources: Sequence[str], path: str) -> list[Cause]:
    causes: list[Cause] = []
    if not resources:
        causes.append(field.required(path))
    whole: set[str] = set()
    everywhere: set[str] = set()
    for index, item in enumerate(resources):
        at = f"{path}[{index}]"
        if not item:
            causes.append(field.required(at))
            continue
        name, slash, part = item.partition("/")
        if not slash:
            continue
        if name in whole:
            causes.append(field.invalid(at, item, f"if '{name}/*' is present, must not specify {item}"))
        if part in everywhere:
            causes.append(field.invalid(at, item, f"if '*/{part}' is present, must not specify {item}"))
        whole |= {name} if part == "*" else set()
        everywhere |= {part} if name == "*" else set()
    if len(resources) > 1 and "*/*" in resources:
        why = "if '*/*' is present, must not specify other resources"
        causes.append(field.invalid(path, list(resources), why))
    if "*" in resources and any(item and item != "*" and "/" not in item for item in resources):
        why = "if '*' is present, must not specify other resources without subresources"
        causes.append(field.invalid(path, list(resources), why))
    return causes


def _versions(versions: Sequence[str], path: str) -> list[Cause]:
    if not versions:
        return [field.required(path, f"must specify one of {', '.join(_REVIEWS)}")]
    causes: list[Cause] = []
    seen: set[str] = set()
    for index, version in enumerate(versions):
        if version in seen:
            causes.append(field.invalid(f"{path}[{index}]", version, "duplicate version"))
            continue
        seen.add(version)
        causes += field.each(f"{path}[{index}]", version, dns_1035_label(version))
    if not seen & set(_REVIEWS):
        why = f"must include at least one of {', '.join(_REVIEWS)}"
        causes.append(field.invalid(path, list(versions), why))
    return causes
