"""Which policies are in force for a write, and with which parameters: what both kinds have in common.

Follows k8s.io/apiserver pkg/admission/plugin/policy/generic (policy_dispatcher.go, CollectParams).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from karmada_nb.engine import meta, selectors
from karmada_nb.engine.apiserver.admission.chain import Attributes, Plugin, Reader
from karmada_nb.engine.apiserver.admission.matching import Equivalents, exempt, matching, selected
from karmada_nb.engine.apiserver.resource import Resource
from karmada_nb.engine.meta import Object

GROUP: Final = "admissionregistration.k8s.io"
KindFinder = Callable[[str, str], Resource | None]
"""From an apiVersion and a kind to the resource; None if it is not served."""


class Misconfigured(Exception):
    """A policy or binding that cannot be evaluated."""

    def __init__(self, why: str, *, of_policy: bool = False) -> None:
        super().__init__(why)
        self.of_policy = of_policy


class PolicyPlugin(Plugin):
    """``policies`` and ``bindings`` are the storage names of the kinds."""

    policies: str
    bindings: str

    def __init__(self, equivalents: Equivalents, of_kind: KindFinder) -> None:
        self._equivalents = equivalents
        self._of_kind = of_kind

    def bound(
        self, attributes: Attributes, reader: Reader
    ) -> Iterator[tuple[Object, list[Object], Resource]]:
        """Each policy about this write, with its bindings and the version to evaluate in."""
        policies = reader.items(self.policies)
        if not policies or exempt(attributes):
            return
        bindings = reader.items(self.bindings)
        for policy in sorted(policies, key=meta.name):
            own = [b for b in bindings if (b.get("spec") or {}).get("policyName") == meta.name(policy)]
            if not own:
                continue
            resource = self._matched((policy.get("spec") or {}).get("matchConstraints"), attributes, reader)
            if resource is None:
                continue
            found = [b for b in sorted(own, key=meta.name) if self._binds(b, attributes, reader)]
            if found:
                yield policy, found, resource

    def _binds(self, binding: Object, attributes: Attributes, reader: Reader) -> bool:
        constraints = (binding.get("spec") or {}).get("matchResources")
        return not constraints or self._matched(constraints, attributes, reader) is not None

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

    def params(
        self, kind: Object | None, ref: Object | None, attributes: Attributes, reader: Reader
    ) -> list[Object | None]:
        """The objects that a binding gives to its policy; one None where it takes none."""
        if kind is None:
            return [None]
        resource = self._of_kind(kind.get("apiVersion", ""), kind.get("kind", ""))
        if resource is None:
            shown = f"{kind.get('apiVersion', '')}, Kind={kind.get('kind', '')}"
            why = f"failed to find resource referenced by paramKind: '{shown}'"
            raise Misconfigured(why, of_policy=True)
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
