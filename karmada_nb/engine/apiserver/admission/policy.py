"""ValidatingAdmissionPolicy: expressions that judge writes, and the bindings that bring them into force.

Follows k8s.io/apiserver pkg/admission/plugin/policy/validating (dispatcher.go, validator.go).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from karmada_nb.engine import errors, meta
from karmada_nb.engine.apiserver.admission.binding import GROUP, Misconfigured, PolicyPlugin
from karmada_nb.engine.apiserver.admission.chain import Attributes, Reader
from karmada_nb.engine.apiserver.admission.conditions import Composed, Variables, evaluated, unmet
from karmada_nb.engine.apiserver.admission.matching import (
    Seen,
    namespace_of,
)
from karmada_nb.engine.apiserver.admission.webhooks.review import request_of
from karmada_nb.engine.apiserver.crd.cel import CelError
from karmada_nb.engine.errors import StatusError
from karmada_nb.engine.meta import Object

_CODES: Final = {"Unauthorized": 401, "Forbidden": 403, "RequestEntityTooLarge": 413}
_INVALID: Final = 422


@dataclass(frozen=True, slots=True)
class Denied:
    """One expression that did not hold. ``reason`` is that of the answer."""

    message: str
    reason: str = "Invalid"


class ValidatingAdmissionPolicy(PolicyPlugin):
    """Refuses, or warns of, what a bound policy does not allow."""

    policies = f"validatingadmissionpolicies.{GROUP}"
    bindings = f"validatingadmissionpolicybindings.{GROUP}"

    def validate(self, attributes: Attributes, reader: Reader) -> None:
        for policy, bindings, resource in self.bound(attributes, reader):
            self._judge(policy, bindings, Seen(resource, attributes), reader)

    def _judge(self, policy: Object, bindings: list[Object], seen: Seen, reader: Reader) -> None:
        spec, attributes = policy.get("spec") or {}, seen.attributes
        for binding in bindings:
            said = binding.get("spec") or {}
            try:
                found = list(self._denials(spec, said, seen, reader))
            except Misconfigured as error:
                if spec.get("failurePolicy", "Fail") == "Fail":
                    raise _misconfigured(policy, binding, error, attributes) from None
                continue
            actions = said.get("validationActions") or ()
            names = _names(policy, binding)
            for denied in found:
                if "Warn" in actions:
                    attributes.warn(
                        f"Validation failed for ValidatingAdmissionPolicy {names}: {denied.message}"
                    )
                if "Deny" in actions:
                    raise _refused(policy, binding, denied, attributes)

    def _denials(self, spec: Object, binding: Object, seen: Seen, reader: Reader) -> Iterator[Denied]:
        request = request_of(seen)
        namespace = namespace_of(seen.attributes, reader)
        for params in self.params(spec.get("paramKind"), binding.get("paramRef"), seen.attributes, reader):
            variables = Variables(request, seen.attributes, params, namespace)
            variables.also("variables", Composed(spec.get("variables") or (), variables))
            fails = spec.get("failurePolicy", "Fail") == "Fail"
            try:
                if unmet(spec.get("matchConditions") or (), variables, fails=fails):
                    continue
            except ValueError as error:
                yield Denied(str(error))
                continue
            for validation in spec.get("validations") or ():
                denied = _validated(validation, variables, fails=fails)
                if denied is not None:
                    yield denied


def _validated(validation: Object, variables: Variables, *, fails: bool) -> Denied | None:
    try:
        if evaluated(validation["expression"], variables) is True:
            return None
    except CelError as error:
        return Denied(str(error)) if fails else None
    reason = validation.get("reason") or "Invalid"
    return Denied(_message(validation, variables), reason)


def _message(validation: Object, variables: Variables) -> str:
    expression = validation.get("messageExpression")
    if expression:
        try:
            said = evaluated(expression, variables)
        except CelError:
            said = None
        if isinstance(said, str) and said.strip() and "\n" not in said.strip():
            return said.strip()
    said = str(validation.get("message") or "").strip()
    return said or f"failed expression: {validation['expression'].strip()}"


def _misconfigured(
    policy: Object, binding: Object, error: Misconfigured, attributes: Attributes
) -> StatusError:
    if error.of_policy:
        names, what = f"'{meta.name(policy)}'", "policy"
    else:
        names, what = _names(policy, binding), "binding"
    return _denied(names, Denied(f"failed to configure {what}: {error}"), attributes)


def _refused(policy: Object, binding: Object, denied: Denied, attributes: Attributes) -> StatusError:
    return _denied(_names(policy, binding), denied, attributes)


def _names(policy: Object, binding: Object) -> str:
    return f"'{meta.name(policy)}' with binding '{meta.name(binding)}'"


def _denied(names: str, denied: Denied, attributes: Attributes) -> StatusError:
    message = f"ValidatingAdmissionPolicy {names} denied request: {denied.message}"
    resource = attributes.resource
    error = errors.forbidden(resource.group, resource.plural, attributes.name, message)
    details = {**(error.details or {}), "causes": [{"message": message}]}
    return StatusError(_CODES.get(denied.reason, _INVALID), denied.reason, error.message, details)
