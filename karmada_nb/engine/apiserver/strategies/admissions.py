"""Webhook configurations, admission policies and their bindings.

Follows pkg/apis/admissionregistration/v1/defaults.go and the validation beside it.
"""

from __future__ import annotations

import json
import re
from typing import Any, Final

from karmada_nb.engine.apiserver.strategies.base import Builtin, StatusBuiltin
from karmada_nb.engine.apiserver.strategies.filling import complete, completer, each, filler, within
from karmada_nb.engine.apiserver.validation import admission, field
from karmada_nb.engine.apiserver.validation.names import dns_subdomain
from karmada_nb.engine.apiserver.validation.selector import validate_selector
from karmada_nb.engine.errors import Cause
from karmada_nb.engine.meta import Object

_WEBHOOK: Final[dict[str, Any]] = {
    "failurePolicy": "Fail",
    "matchPolicy": "Equivalent",
    "namespaceSelector": {},
    "objectSelector": {},
    "timeoutSeconds": 10,
}
_MATCH: Final[dict[str, Any]] = {
    "namespaceSelector": {},
    "objectSelector": {},
    "matchPolicy": "Equivalent",
}
_ANY_SCOPE: Final = completer({"scope": "*"})
_PORT: Final = filler({"port": 443})
_AGAIN: Final = ("IfNeeded", "Never")
_PATCHES: Final = {"ApplyConfiguration": "applyConfiguration", "JSONPatch": "jsonPatch"}
_RESULTS: Final = {"applyConfiguration": "Object", "jsonPatch": "list(JSONPatch)"}
_ACTIONS: Final = ("Audit", "Deny", "Warn")
_IDENTIFIER: Final = re.compile("[_a-zA-Z][_a-zA-Z0-9]*")
_RESERVED: Final = frozenset(
    (
        "true", "false", "null", "in", "as", "break", "const", "continue", "else", "for", "function", "if",
        "import", "let", "loop", "package", "namespace", "return", "var", "void", "while",
    )
)  # fmt: skip
"""Words that are no names in CEL."""
_NEITHER: Final = "validations or auditAnnotations must contain at least one item"


class ValidatingWebhookConfiguration(Builtin):
    generational = True
    allow_unconditional_update = False
    judged = "webhooks"
    webhook: dict[str, Any] = _WEBHOOK

    def default(self, obj: Object) -> Object:
        return each(obj, "webhooks", self._default_webhook)

    def validate(self, obj: Object) -> list[Cause]:
        causes: list[Cause] = []
        seen: set[str] = set()
        for index, webhook in enumerate(obj.get("webhooks") or []):
            path, name = f"webhooks[{index}]", webhook.get("name", "")
            causes += admission.validate_webhook(webhook, path)
            if name in seen:
                causes.append(field.duplicate(f"{path}.name", name))
            seen |= {name} if name else set()
        return causes

    def _default_webhook(self, webhook: Object) -> Object:
        webhook = each(webhook, "rules", _ANY_SCOPE)
        webhook = within(webhook, "clientConfig", lambda client: within(client, "service", _PORT))
        return complete(webhook, self.webhook)


class MutatingWebhookConfiguration(ValidatingWebhookConfiguration):
    webhook = {**_WEBHOOK, "reinvocationPolicy": "Never"}


class _Policy(Builtin):
    judged = "spec"

    def default(self, obj: Object) -> Object:
        return within(obj, "spec", _default_policy)

    def validate(self, obj: Object) -> list[Cause]:
        spec = obj.get("spec") or {}
        causes: list[Cause] = []
        policy = spec.get("failurePolicy")
        if policy not in admission.FAILURE_POLICIES:
            causes.append(field.not_supported("spec.failurePolicy", policy, admission.FAILURE_POLICIES))
        if spec.get("paramKind") is not None:
            causes += admission.validate_param_kind(spec["paramKind"], "spec.paramKind")
        match = spec.get("matchConstraints")
        if match is None:
            causes.append(field.required("spec.matchConstraints"))
        else:
            causes += admission.validate_match(match, "spec.matchConstraints")
            if not match.get("resourceRules"):
                causes.append(field.required("spec.matchConstraints.resourceRules"))
        causes += admission.validate_conditions(spec.get("matchConditions") or (), "spec.matchConditions")
        for index, variable in enumerate(spec.get("variables") or ()):
            causes += _variable(variable, f"spec.variables[{index}]")
        return causes + self.rest(spec)

    def rest(self, spec: Object) -> list[Cause]:
        """What only this kind of policy says."""
        raise NotImplementedError


class ValidatingAdmissionPolicy(_Policy, StatusBuiltin):
    def rest(self, spec: Object) -> list[Cause]:
        causes: list[Cause] = []
        validations, notes = spec.get("validations") or (), spec.get("auditAnnotations") or ()
        if not validations and not notes:
            named = ("validations", "auditAnnotations")
            causes += [field.required(f"spec.{name}", _NEITHER) for name in named]
        for index, validation in enumerate(validations):
            causes += admission.validate_validation(validation, f"spec.validations[{index}]")
        return causes


class MutatingAdmissionPolicy(_Policy):
    generational = True

    def rest(self, spec: Object) -> list[Cause]:
        mutations = spec.get("mutations") or ()
        causes: list[Cause] = []
        if not mutations:
            causes.append(field.required("spec.mutations", "mutations must contain at least one item"))
        for index, mutation in enumerate(mutations):
            causes += _mutation(mutation, f"spec.mutations[{index}]")
        again = spec.get("reinvocationPolicy")
        if not again:
            causes.append(field.required("spec.reinvocationPolicy"))
        elif again not in _AGAIN:
            causes.append(field.not_supported("spec.reinvocationPolicy", again, _AGAIN))
        return causes


class MutatingAdmissionPolicyBinding(Builtin):
    generational = True
    judged = "spec"

    def default(self, obj: Object) -> Object:
        return within(obj, "spec", lambda spec: within(spec, "matchResources", _default_match))

    def validate(self, obj: Object) -> list[Cause]:
        spec = obj.get("spec") or {}
        name = spec.get("policyName", "")
        if name:
            causes = field.each("spec.policyName", name, dns_subdomain(name))
        else:
            causes = [field.required("spec.policyName")]
        causes += _param_ref(spec.get("paramRef"), "spec.paramRef")
        if spec.get("matchResources") is not None:
            causes += admission.validate_match(spec["matchResources"], "spec.matchResources")
        return causes


class ValidatingAdmissionPolicyBinding(MutatingAdmissionPolicyBinding):
    def validate(self, obj: Object) -> list[Cause]:
        actions = (obj.get("spec") or {}).get("validationActions") or []
        return super().validate(obj) + _actions(actions, "spec.validationActions")


def _default_policy(spec: Object) -> Object:
    return within(complete(spec, {"failurePolicy": "Fail"}), "matchConstraints", _default_match)


def _default_match(match: Object) -> Object:
    for name in ("resourceRules", "excludeResourceRules"):
        match = each(match, name, _ANY_SCOPE)
    return complete(match, _MATCH)


def _variable(variable: Object, path: str) -> list[Cause]:
    name, text = variable.get("name", ""), variable.get("expression", "").strip()
    causes: list[Cause] = []
    if not name.strip():
        causes.append(field.required(f"{path}.name", "name is not specified"))
    elif not _IDENTIFIER.fullmatch(name) or name in _RESERVED:
        causes.append(field.invalid(f"{path}.name", name, "must be a valid CEL identifier"))
    if not text:
        return [*causes, field.required(f"{path}.expression", "expression is not specified")]
    return causes + admission.validate_expression(text, f"{path}.expression")


def _mutation(mutation: Object, path: str) -> list[Cause]:
    kind = mutation.get("patchType")
    if not kind:
        return [field.required(f"{path}.patchType")]
    if kind not in _PATCHES:
        return [field.not_supported(f"{path}.patchType", kind, tuple(_PATCHES))]
    causes: list[Cause] = []
    for name in sorted(_PATCHES.values(), key=lambda name: name != _PATCHES[kind]):
        said = mutation.get(name)
        if name != _PATCHES[kind]:
            if said is not None:
                why = f"must not be specified when patchType is {kind}"
                causes.append(field.invalid(f"{path}.{name}", f"{{{name}}}", why))
        elif said is None:
            causes.append(field.required(f"{path}.{name}", f"must be specified when patchType is {kind}"))
        elif not said.get("expression", "").strip():
            causes.append(field.required(f"{path}.{name}.expression"))
        else:
            text, at = said["expression"], f"{path}.{name}.expression"
            found = _literal_type(text)
            if found:
                why = f"must evaluate to {_RESULTS[name]} but got {found}"
                causes.append(field.invalid(at, text, why))
            causes += admission.validate_expression(text, at)
    return causes


def _literal_type(text: str) -> str:
    """CEL's type of an expression that is JSON; empty for any other."""
    try:
        return _type_of(json.loads(text))
    except ValueError:
        return ""


def _type_of(value: Any) -> str:
    match value:
        case list():
            found = {_type_of(item) for item in value}
            return f"list({found.pop() if len(found) == 1 else 'dyn'})"
        case dict():
            found = {_type_of(item) for item in value.values()}
            keys, values = ("string" if value else "dyn"), (found.pop() if len(found) == 1 else "dyn")
            return f"map({keys}, {values})"
        case None:
            return "null_type"
    return {bool: "bool", int: "int", float: "double"}.get(type(value), "string")


def _param_ref(ref: Object | None, path: str) -> list[Cause]:
    if ref is None:
        return []
    name, selector = ref.get("name", ""), ref.get("selector")
    causes: list[Cause] = []
    if name:
        causes += field.each(f"{path}.name", name, dns_subdomain(name))
        if selector is not None:
            causes.append(field.forbidden(f"{path}.name", "name and selector are mutually exclusive"))
    elif selector is None:
        causes.append(field.required(path, "one of name or selector must be specified"))
    if selector is not None:
        causes += validate_selector(selector, f"{path}.selector")
    action, at = ref.get("parameterNotFoundAction"), f"{path}.parameterNotFoundAction"
    if action is None:
        causes.append(field.required(at))
    elif action not in ("Allow", "Deny"):
        causes.append(field.not_supported(at, action, ("Deny", "Allow")))
    return causes


def _actions(actions: list[str], path: str) -> list[Cause]:
    causes: list[Cause] = []
    for index, action in enumerate(actions):
        if action not in _ACTIONS:
            causes.append(field.not_supported(f"{path}[{index}]", action, _ACTIONS))
        if action in actions[:index]:
            causes.append(field.duplicate(f"{path}[{index}]", action))
    if {"Deny", "Warn"} <= set(actions):
        why = (
            "must not contain both Deny and Warn (repeating the same validation failure information in the "
            "API response and headers serves no purpose)"
        )
        causes.append(field.invalid(path, actions, why))
    if not actions:
        causes.append(field.required(path, "at least one validation action is required"))
    return causes
