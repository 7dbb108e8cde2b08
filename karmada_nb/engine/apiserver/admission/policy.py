"""ValidatingAdmissionPolicy: expressions that judge writes, and the bindings that bring them into force.

Follows k8s.io/apiserver pkg/admission/plugin/policy/validating (dispatcher.go, validator.go).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from karmada_nb.engine import errors, meta, selectors
from karmada_nb.engine.apiserver.admission.chain import Attributes, Plugin, Reader
from karmada_nb.engine.apiserver.admission.conditions import Composed, Variables, evaluated, unmet
from karmada_nb.engine.apiserver.admission.matching import (
    Equivalents,
    Seen,
    exempt,
    matching,
    namespace_of,
    selected,
)
from karmada_nb.engine.apiserver.admission.webhooks.review import request_of
from karmada_nb.engine.apiserver.crd.cel import CelError
from karmada_nb.engine.apiserver.resource import Resource
from karmada_nb.engine.errors import StatusError
from karmada_nb.engine.meta import Object

_GROUP: Final = "admissionregistration.k8s.io"
_POLICIES: Final = f"validatingadmissionpolicies.{_GROUP}"
_BINDINGS: Final = f"validatingadmissionpolicybindings.{_GROUP}"
_CODES: Final = {"Unauthorized": 401, "Forbidden": 403, "RequestEntityTooLarge": 413}
_INVALID: Final = 422
KindFinder = Callable[[str, str], Resource | None]
"""From an apiVersion and a kind to the resource; None if it is not served."""


@dataclass(frozen=True, slots=True)
class Denied:
    """One expression that did not hold. ``reason`` is that of the answer."""

    message: str
    reason: str = "Invalid"


class Misconfigured(Exception):
    """A policy or binding that cannot be evaluated."""


class ValidatingAdmissionPolicy(Plugin):
    """Refuses, or warns of, what a bound policy does not allow."""

    def __init__(self, equivalents: Equivalents, of_kind: KindFinder) -> None:
        self._equivalents = equivalents
        self._of_kind = of_kind

    def validate(self, attributes: Attributes, reader: Reader) -> None:
        policies = reader.items(_POLICIES)
        if not policies or exempt(attributes):
            return
        bindings = reader.items(_BINDINGS)
        for policy in sorted(policies, key=meta.name):
            own = [b for b in bindings if (b.get("spec") or {}).get("policyName") == meta.name(policy)]
            if own:
                self._judge(policy, sorted(own, key=meta.name), attributes, reader)

    def _judge(self, policy: Object, bindings: list[Object], attributes: Attributes, reader: Reader) -> None:
        spec = policy.get("spec") or {}
        resource = self._matched(spec.get("matchConstraints"), attributes, reader)
        if resource is None:
            return
        for binding in bindings:
            said = binding.get("spec") or {}
            constraints = said.get("matchResources")
            if constraints and self._matched(constraints, attributes, reader) is None:
                continue
            try:
                found = list(self._denials(spec, said, Seen(resource, attributes), reader))
            except Misconfigured as error:
                if spec.get("failurePolicy", "Fail") == "Fail":
                    raise _refused(
                        policy, binding, Denied(f"failed to configure binding: {error}"), attributes
                    ) from None
                continue
            actions = said.get("validationActions") or ()
            names = f"'{meta.name(policy)}' with binding '{meta.name(binding)}'"
            for denied in found:
                if "Warn" in actions:
                    attributes.warn(
                        f"Validation failed for ValidatingAdmissionPolicy {names}: {denied.message}"
                    )
                if "Deny" in actions:
                    raise _refused(policy, binding, denied, attributes)

    def _matched(self, constraints: Object | None, attributes: Attributes, reader: Reader) -> Resource | None:
        """The version to evaluate in; None if the policy or binding is not about this write."""
        said = constraints or {}
        if not selected(said, attributes, reader):
            return None
        policy = said.get("matchPolicy") or "Equivalent"
        excluded = said.get("excludeResourceRules") or ()
        if excluded and matching(excluded, policy, attributes, self._equivalents) is not None:
            return None
        rules = said.get("resourceRules") or ()
        if not rules:
            return attributes.resource
        return matching(rules, policy, attributes, self._equivalents)

    def _denials(self, spec: Object, binding: Object, seen: Seen, reader: Reader) -> Iterator[Denied]:
        request = request_of(seen)
        namespace = namespace_of(seen.attributes, reader)
        for params in self._params(spec.get("paramKind"), binding.get("paramRef"), seen.attributes, reader):
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

    def _params(
        self, kind: Object | None, ref: Object | None, attributes: Attributes, reader: Reader
    ) -> list[Object | None]:
        """The objects that a binding gives to its policy; one None where it takes none."""
        if kind is None:
            return [None]
        resource = self._of_kind(kind.get("apiVersion", ""), kind.get("kind", ""))
        if resource is None:
            shown = f"{kind.get('apiVersion', '')}, Kind={kind.get('kind', '')}"
            raise Misconfigured(f"failed to find resource referenced by paramKind: '{shown}'")
        if ref is None:
            return [None]
        namespace = ""
        if resource.namespaced:
            namespace = ref.get("namespace") or attributes.namespace
            if not namespace:
                raise Misconfigured(
                    "cannot use namespaced paramRef in policy binding that matches cluster-scoped resources"
                )
        found: list[Object | None] = []
        if ref.get("name"):
            one = reader.find(resource.storage, namespace, ref["name"])
            found = [] if one is None else [resource.read(one)]
        elif ref.get("selector") is not None:
            wanted = selectors.from_label_selector(ref["selector"])
            every = reader.items(resource.storage, namespace)
            found = [resource.read(item) for item in every if wanted.matches(meta.labels(item))]
        if not found and ref.get("parameterNotFoundAction", "Deny") != "Allow":
            raise Misconfigured("no params found for policy binding with `Deny` parameterNotFoundAction")
        return found


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


def _refused(policy: Object, binding: Object, denied: Denied, attributes: Attributes) -> StatusError:
    message = (
        f"ValidatingAdmissionPolicy '{meta.name(policy)}' with binding '{meta.name(binding)}' "
        f"denied request: {denied.message}"
    )
    resource = attributes.resource
    error = errors.forbidden(resource.group, resource.plural, attributes.name, message)
    details = {**(error.details or {}), "causes": [{"message": message}]}
    return StatusError(_CODES.get(denied.reason, _INVALID), denied.reason, error.message, details)
