"""MutatingAdmissionPolicy: expressions that change writes, and the bindings that bring them into force.

Follows k8s.io/apiserver pkg/admission/plugin/policy/mutating (dispatcher.go, patch/smd.go, json_patch.go).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from karmada_nb.engine import errors, meta
from karmada_nb.engine.apiserver.admission.binding import GROUP, Misconfigured, PolicyPlugin
from karmada_nb.engine.apiserver.admission.chain import Attributes, Reader
from karmada_nb.engine.apiserver.admission.conditions import Composed, Variables, evaluated, unmet
from karmada_nb.engine.apiserver.admission.matching import Seen, namespace_of
from karmada_nb.engine.apiserver.admission.webhooks.plugin import read_patched
from karmada_nb.engine.apiserver.admission.webhooks.review import request_of
from karmada_nb.engine.apiserver.crd.cel import CelError
from karmada_nb.engine.apiserver.patch import json_patch
from karmada_nb.engine.apiserver.patch.check import check, problems_text
from karmada_nb.engine.apiserver.patch.combine import combine
from karmada_nb.engine.apiserver.patch.shape import UnnamedElementError, rooted
from karmada_nb.engine.apiserver.resource import Resource
from karmada_nb.engine.apiserver.schema.schema import Kind, Schema
from karmada_nb.engine.errors import StatusError
from karmada_nb.engine.meta import Object


@dataclass(frozen=True, slots=True)
class _Invocation:
    """One policy by one binding with one parameter."""

    policy: Object
    binding: Object
    resource: Resource
    params: Object | None

    @property
    def spec(self) -> Object:
        return self.policy.get("spec") or {}

    @property
    def fails(self) -> bool:
        return bool(self.spec.get("failurePolicy", "Fail") == "Fail")


class MutatingAdmissionPolicy(PolicyPlugin):
    """Changes what a bound policy says; again where another changed it since and the policy asks for it."""

    policies = f"mutatingadmissionpolicies.{GROUP}"
    bindings = f"mutatingadmissionpolicybindings.{GROUP}"

    def admit(self, attributes: Attributes, reader: Reader) -> Object | None:
        first = attributes.obj
        if first is None:
            return None
        invoked: list[_Invocation] = []
        again: list[_Invocation] = []
        for invocation in self._invocations(attributes, reader):
            changed = self._mutated(invocation, attributes, reader)
            if changed is not None:
                attributes = attributes._replace(obj=changed)
                again = list(invoked)
            if invocation.spec.get("reinvocationPolicy") == "IfNeeded":
                invoked.append(invocation)
        for invocation in again:
            changed = self._mutated(invocation, attributes, reader)
            if changed is not None:
                attributes = attributes._replace(obj=changed)
        return None if attributes.obj is first else attributes.obj

    def _invocations(self, attributes: Attributes, reader: Reader) -> Iterator[_Invocation]:
        for policy, bindings, resource in self.bound(attributes, reader):
            for binding in bindings:
                spec, said = policy.get("spec") or {}, binding.get("spec") or {}
                try:
                    found = self.params(spec.get("paramKind"), said.get("paramRef"), attributes, reader)
                except Misconfigured as error:
                    if spec.get("failurePolicy", "Fail") == "Fail":
                        raise _misconfigured(policy, binding, attributes, error) from None
                    continue
                for params in found:
                    yield _Invocation(policy, binding, resource, params)

    def _mutated(self, invocation: _Invocation, attributes: Attributes, reader: Reader) -> Object | None:
        """The object after the policy; None if it leaves it as it is."""
        spec, before = invocation.spec, attributes.obj
        namespace = namespace_of(attributes, reader)
        try:
            for index, mutation in enumerate(spec.get("mutations") or ()):
                seen = Seen(invocation.resource, attributes)
                variables = Variables(request_of(seen), attributes, invocation.params, namespace)
                variables.also("variables", Composed(spec.get("variables") or (), variables))
                conditions = spec.get("matchConditions") or ()
                if not index and unmet(conditions, variables, fails=invocation.fails):
                    return None
                after = _patched(mutation, invocation.resource, seen.object or {}, variables)
                if after is not None:
                    attributes = attributes._replace(obj=read_patched(attributes, after, strict=True))
        except (CelError, ValueError) as error:
            if invocation.fails:
                raise _refused(invocation, attributes, str(error)) from None
            return None
        return attributes.obj if attributes.obj != before else None


def _patched(mutation: Object, resource: Resource, obj: Object, variables: Variables) -> Object | None:
    """The object after one mutation. Raises CelError, or ValueError with upstream's words."""
    if mutation.get("patchType") == "JSONPatch":
        patch = evaluated(mutation["jsonPatch"]["expression"], variables)
        if not isinstance(patch, list):
            raise ValueError("type mismatch: JSONPatchType.expression should evaluate to array")
        try:
            after: Object = json_patch.run(obj, patch)
        except json_patch.DoesNotApplyError as error:
            if error.tested:
                return None
            raise ValueError(f"JSON Patch: {error}") from None
        return after
    said = evaluated(mutation["applyConfiguration"]["expression"], variables)
    if not isinstance(said, dict):
        raise ValueError(f"unsupported return type from ApplyConfiguration expression: {said!r}")
    applied = {**said, "apiVersion": resource.api_version, "kind": resource.kind}
    return _merged(resource, obj, applied)


def _merged(resource: Resource, obj: Object, applied: Object) -> Object:
    root = rooted(resource.schema)
    problems = check(root, applied)
    if problems:
        why = f"failed to convert patch object to typed object: {problems_text(problems)}"
        raise ValueError(f"error applying patch: {why}")
    atomics = list(_atomics(root, applied, ""))
    if atomics:
        why = f"may not mutate atomic arrays, maps or structs: {', '.join(atomics)}"
        raise ValueError(f"error applying patch: invalid ApplyConfiguration: {why}")
    try:
        merged: Object = combine(root, obj, applied)
    except UnnamedElementError as wrong:
        raise ValueError(f"error applying patch: failed to merge patch: {wrong}") from None
    return merged


def _atomics(schema: Schema | None, value: Any, path: str) -> Iterator[str]:
    """What a configuration names that can only be replaced as a whole."""
    if schema is None:
        return
    if isinstance(value, dict):
        if schema.map_type == "atomic":
            yield path
        for name, item in value.items():
            yield from _atomics(schema.properties.get(name) or schema.additional, item, f"{path}.{name}")
    elif isinstance(value, list) and schema.kind is Kind.ARRAY:
        if schema.list_type in ("", "atomic"):
            yield path
        for index, item in enumerate(value if schema.list_type == "map" else ()):
            yield from _atomics(schema.items, item, f"{path}[{index}]")


def _refused(invocation: _Invocation, attributes: Attributes, why: str) -> StatusError:
    names = f"'{meta.name(invocation.policy)}' with binding '{meta.name(invocation.binding)}'"
    return _denied(attributes, "Invalid", f"policy {names} denied request: {why}")


def _misconfigured(
    policy: Object, binding: Object, attributes: Attributes, error: Misconfigured
) -> StatusError:
    names = f'policy "{meta.name(policy)}"'
    what = "policy"
    if not error.of_policy:
        names = f"policy '{meta.name(policy)}' with binding '{meta.name(binding)}'"
        what = "binding"
    return _denied(attributes, "Forbidden", f"{names} denied request: failed to configure {what}: {error}")


def _denied(attributes: Attributes, reason: str, message: str) -> StatusError:
    resource = attributes.resource
    error = errors.forbidden(resource.group, resource.plural, attributes.name, message)
    details = {**(error.details or {}), "causes": [{"message": message}]}
    return StatusError(error.code, reason, message, details)
