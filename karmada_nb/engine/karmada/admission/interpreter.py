"""ResourceInterpreterWebhookConfiguration and ResourceInterpreterCustomization.

Follows pkg/webhook/configuration and pkg/webhook/resourceinterpretercustomization.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from karmada_nb.engine import meta
from karmada_nb.engine.apiserver.validation import field, names
from karmada_nb.engine.errors import Cause
from karmada_nb.engine.karmada.admission.urls import validate_webhook_service, validate_webhook_url
from karmada_nb.engine.karmada.interpreter.base import Operation
from karmada_nb.engine.karmada.interpreter.declarative import compile_complaint
from karmada_nb.engine.karmada.interpreter.declarative.rules import FIELDS, script_of
from karmada_nb.engine.meta import Object, dig

_OPERATIONS: Final = (
    "*",
    "AggregateStatus",
    "InterpretComponent",
    "InterpretDependency",
    "InterpretHealth",
    "InterpretReplica",
    "InterpretStatus",
    "Retain",
    "ReviseReplica",
)


def validate_webhook_configuration(configuration: Object) -> list[Cause]:
    out: list[Cause] = []
    names: set[str] = set()
    for index, hook in enumerate(configuration.get("webhooks") or []):
        path, name = f"webhooks[{index}]", hook.get("name", "")
        out += _webhook(hook, path)
        if name in names:
            out.append(field.duplicate(f"{path}.name", name))
        names.add(name)
    return out


def _webhook(hook: Object, path: str) -> list[Cause]:
    out = _domain_name(hook.get("name", ""), f"{path}.name")
    for index, rule in enumerate(hook.get("rules") or []):
        out += _rule(rule, f"{path}.rules[{index}]")
    timeout = hook.get("timeoutSeconds")
    if timeout is not None and not 1 <= timeout <= 30:
        detail = "the timeout value must be between 1 and 30 seconds"
        out.append(field.invalid(f"{path}.timeoutSeconds", timeout, detail))
    url, service = dig(hook, "clientConfig", "url"), dig(hook, "clientConfig", "service")
    if (url is None) == (service is None):
        detail = "exactly one of url or service is required"
        out.append(field.required(f"{path}.clientConfig", detail))
    elif url is not None:
        out += validate_webhook_url(url, f"{path}.clientConfig.url")
    else:
        port = service.get("port")
        out += validate_webhook_service(
            service.get("namespace", ""),
            service.get("name", ""),
            service.get("path"),
            443 if port is None else port,
            f"{path}.clientConfig.service",
        )
    versions = hook.get("interpreterContextVersions") or []
    return out + _context_versions(versions, f"{path}.interpreterContextVersions")


def _domain_name(name: str, path: str) -> list[Cause]:
    if not name:
        return [field.required(path)]
    name = name.removesuffix(".")
    complaints = names.dns_subdomain(name)
    if complaints:
        return [field.invalid(path, name, ",".join(complaints))]
    labels = name.split(".")
    if len(labels) < 2:
        detail = "should be a domain with at least two segments separated by dots"
        return [field.invalid(path, name, detail)]
    for label in labels:
        complaints = names.dns_label(label)
        if complaints:
            return [field.invalid(path, label, ",".join(complaints))]
    return []


def _rule(rule: Object, path: str) -> list[Cause]:
    out: list[Cause] = []
    operations: list[str] = rule.get("operations") or []
    out += _listed(operations, f"{path}.operations", "operations")
    for index, operation in enumerate(operations):
        if operation not in _OPERATIONS:
            out.append(field.not_supported(f"{path}.operations[{index}]", operation, _OPERATIONS))
    for name, words in (("apiGroups", "API groups"), ("apiVersions", "API versions"), ("kinds", "kinds")):
        values: list[str] = rule.get(name) or []
        out += _listed(values, f"{path}.{name}", words)
        if name != "apiGroups":
            out += [field.required(f"{path}.{name}[{i}]") for i, value in enumerate(values) if not value]
    return out


def _listed(values: list[str], path: str, words: str) -> list[Cause]:
    if not values:
        return [field.required(path)]
    if len(values) > 1 and "*" in values:
        return [field.invalid(path, values, f"if '*' is present, must not specify other {words}")]
    return []


def _context_versions(versions: list[str], path: str) -> list[Cause]:
    if not versions:
        return [field.required(path, "must specify one of v1alpha1")]
    out: list[Cause] = []
    for index, version in enumerate(versions):
        where = f"{path}[{index}]"
        if version in versions[:index]:
            out.append(field.invalid(where, version, "duplicate version"))
        else:
            out += field.each(where, version, names.dns_1035_label(version))
    if "v1alpha1" not in versions:
        out.append(field.invalid(path, versions, "must include at least one of v1alpha1"))
    return out


def customization_complaint(customization: Object, existing: Iterable[Object]) -> str:
    """Why the customization is refused, empty where it is not: two scripts for one purpose, or no Lua."""
    for other in existing:
        if meta.name(other) == meta.name(customization) or not _same_target(other, customization):
            continue
        for operation in FIELDS:
            if operation == Operation.INTERPRET_DEPENDENCY:
                continue
            if script_of(other, operation) and script_of(customization, operation):
                return (
                    f"conflicting with InterpreterOperation({operation}) of existing "
                    f"ResourceInterpreterCustomization({meta.name(other)})"
                )
    for operation in FIELDS:
        script = script_of(customization, operation)
        complaint = compile_complaint(script) if script else ""
        if complaint:
            return f"InterpreterOperation({operation}) Lua script error: {complaint}"
    return ""


def _same_target(one: Object, other: Object) -> bool:
    return all(
        dig(one, "spec", "target", f) == dig(other, "spec", "target", f) for f in ("apiVersion", "kind")
    )
