"""Override policies: those that may change a template, and the bindings that a changed one touches.

Follows ``newOverridePolicyFunc`` of pkg/controllers/binding, without listing bindings or policies.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from karmada_nb.engine import meta
from karmada_nb.engine.karmada.controllers.selecting import (
    candidates,
    index_by_selectors,
    ref_of,
    ref_of_resource,
    selectors_of,
)
from karmada_nb.engine.karmada.controllers.templates import Templates
from karmada_nb.engine.karmada.plane import CLUSTER_OVERRIDES, OVERRIDES, Plane
from karmada_nb.engine.karmada.policy.match import policy_matches
from karmada_nb.engine.meta import Key, Object
from karmada_nb.engine.runtime.informer import Event, Informer

_INDEX: Final = "template"


class OverrideBook:
    """``bindings`` is the informer of the kind of binding that is asked about."""

    def __init__(self, plane: Plane, templates: Templates, bindings: Informer) -> None:
        self._article = plane.article
        self._templates = templates
        self._bindings = bindings
        self.policies = plane.informers(*OVERRIDES)
        self.cluster_policies = plane.informers(*CLUSTER_OVERRIDES)
        for informer in (self.policies, self.cluster_policies):
            index_by_selectors(informer)
        bindings.add_index(_INDEX, _texts)

    def of(self, template: Object) -> tuple[list[Object], list[Object]]:
        """The OverridePolicies and ClusterOverridePolicies that may be for this template."""
        ref = ref_of(template)
        own = candidates(self.policies, ref) if ref.namespace else []
        return own, candidates(self.cluster_policies, ref)

    def bindings_touched(self, event: Event) -> list[Key]:
        """The bindings whose template the policy points at, or pointed at before it changed."""
        keys: dict[Key, None] = {}
        for policy in event:
            for binding in self._pointed_at(policy) if policy is not None else ():
                keys[meta.key(binding)] = None
        return list(keys)

    def _pointed_at(self, policy: Object) -> Iterable[Object]:
        namespace = meta.namespace(policy)
        selectors = selectors_of(policy)
        if not selectors:
            # v1.2 forgot those without selectors, which are for all.
            return () if self._article else self._bindings.items(namespace)
        found: list[Object] = []
        for selector in selectors:
            for binding in self._bindings.by_index(_INDEX, _selected(selector, namespace)):
                template = self._templates.get(ref_of_resource(binding["spec"]["resource"]))
                if template is not None and policy_matches(template, policy):
                    found.append(binding)
        return found


def _selected(selector: Object, namespace: str) -> str:
    return _text(selector, selector.get("namespace") or namespace, selector.get("name", ""))


def _texts(binding: Object) -> Iterable[str]:
    """What a selector may say that points at the binding's template."""
    resource = binding["spec"]["resource"]
    namespaces = {resource.get("namespace", ""), ""}
    return [_text(resource, ns, name) for ns in namespaces for name in (resource.get("name", ""), "")]


def _text(about: Object, namespace: str, name: str) -> str:
    return f"{about.get('apiVersion', '')}|{about.get('kind', '')}|{namespace}|{name}"
