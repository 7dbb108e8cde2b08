"""Who holds which templates and bindings, and letting them go.

Follows pkg/detector/policy.go and ``handlePolicyDeletion`` of pkg/detector/detector.go, and
``HandlePropagationPolicyDeletion`` of v1.2. What a policy holds is found by an index on its marks.
"""

from __future__ import annotations

from collections.abc import Iterable

from karmada_nb.engine import meta
from karmada_nb.engine.karmada.constants import (
    ARTICLE_CLUSTER_PROPAGATION_POLICY_LABEL,
    ARTICLE_PROPAGATION_POLICY_NAME_LABEL,
    ARTICLE_PROPAGATION_POLICY_NAMESPACE_LABEL,
    CLUSTER_PROPAGATION_POLICY_PERMANENT_ID_LABEL,
    CURRENT,
    PROPAGATION_POLICY_PERMANENT_ID_LABEL,
)
from karmada_nb.engine.karmada.controllers.selecting import TemplateRef, ref_of, ref_of_resource
from karmada_nb.engine.karmada.controllers.templates import Templates
from karmada_nb.engine.karmada.names import generate_binding_name
from karmada_nb.engine.karmada.plane import BINDINGS, CLUSTER_BINDINGS, Plane
from karmada_nb.engine.karmada.policy.claim import (
    Claim,
    add_claim_metadata,
    cleanup_claim_metadata,
    marks_of,
    need_cleanup_claim_metadata,
)
from karmada_nb.engine.meta import Key, Object
from karmada_nb.engine.runtime.client import Resource
from karmada_nb.engine.runtime.informer import Event

INDEX = "claim"
CONTROLLER_MANAGER = "karmada-controller-manager"

_ID_LABELS = (PROPAGATION_POLICY_PERMANENT_ID_LABEL, CLUSTER_PROPAGATION_POLICY_PERMANENT_ID_LABEL)


class Claims:
    """``observe`` must be given every event of a template."""

    def __init__(self, plane: Plane, templates: Templates) -> None:
        self._edition = plane.edition
        self._client = plane.client_as(CONTROLLER_MANAGER)
        self._templates = templates
        self._bindings = {BINDINGS: plane.informers(*BINDINGS)}
        self._bindings[CLUSTER_BINDINGS] = plane.informers(*CLUSTER_BINDINGS)
        for informer in self._bindings.values():
            informer.add_index(INDEX, self._texts)
        self._held: dict[str, dict[TemplateRef, None]] = {}

    def observe(self, event: Event) -> None:
        """Take note of whom a template belongs to."""
        before = self._texts(event.old) if event.old is not None else ()
        after = self._texts(event.new) if event.new is not None else ()
        if before == after:
            return
        ref = ref_of(event.object)
        for text in before:
            held = self._held.get(text, {})
            held.pop(ref, None)
            if not held:
                self._held.pop(text, None)
        for text in after:
            self._held.setdefault(text, {})[ref] = None

    def bindings_of(self, policy: Object) -> list[Object]:
        """The bindings that carry the policy's marks."""
        text = self._texts(self._marked(policy))
        return [b for informer in self._bindings.values() for t in text for b in informer.by_index(INDEX, t)]

    def templates_of(self, policy: Object) -> list[TemplateRef]:
        """Templates that carry the policy's marks, or whose binding does."""
        found = {ref_of_resource(b["spec"]["resource"]): None for b in self.bindings_of(policy)}
        for text in self._texts(self._marked(policy)):
            found |= self._held.get(text, {})
        return list(found)

    async def release(self, ref: TemplateRef, policy: Object) -> None:
        """Take the policy's marks off the binding, then off the template; other policies' marks stay.

        The binding goes first: the scheduler has to leave it alone from then on, and a template without
        marks would not be found again.
        """
        target = meta.labels(self._marked(policy))
        resource = BINDINGS if ref.namespace else CLUSTER_BINDINGS
        name = generate_binding_name(ref.kind, ref.name)
        binding = self._bindings[resource].get(Key(ref.namespace, name))
        await self._clean(resource, binding, policy["kind"], target)
        of_kind = self._templates.resource(ref.api_version, ref.kind)
        if of_kind is not None:
            await self._clean(of_kind, self._templates.get(ref), policy["kind"], target)

    async def _clean(self, resource: Resource, obj: Object | None, kind: str, target: dict[str, str]) -> None:
        if obj is not None and need_cleanup_claim_metadata(obj, target):
            await self._client.update(resource, cleanup_claim_metadata(obj, kind, self._edition))

    def _marked(self, policy: Object) -> Object:
        """An object with nothing but the labels that this policy writes."""
        marked = add_claim_metadata({"metadata": {}}, policy, self._edition)
        return {"metadata": {"labels": meta.labels(marked)}}

    def _texts(self, obj: Object) -> tuple[str, ...]:
        labels = meta.labels(obj)
        if self._edition == CURRENT:
            return tuple(f"{label}={labels[label]}" for label in _ID_LABELS if labels.get(label))
        return tuple(_article_texts(labels))


def policy_of(claim: Claim) -> Object:
    """As much of the policy behind a claim as the claim tells; for policies that are gone."""
    labels = {marks_of(claim.kind).labels[0]: claim.id} if claim.id else {}
    return stand_in(claim.kind, Key(claim.namespace, claim.name), labels)


def stand_in(kind: str, key: Key, labels: dict[str, str]) -> Object:
    """A policy of which only its place and its marks are known."""
    place = {"namespace": key.namespace} if key.namespace else {}
    return {"kind": kind, "metadata": {"name": key.name, **place, "labels": labels}}


def _article_texts(labels: dict[str, str]) -> Iterable[str]:
    name = labels.get(ARTICLE_PROPAGATION_POLICY_NAME_LABEL)
    if name:
        yield f"{labels.get(ARTICLE_PROPAGATION_POLICY_NAMESPACE_LABEL, '')}/{name}"
    cluster_policy = labels.get(ARTICLE_CLUSTER_PROPAGATION_POLICY_LABEL)
    if cluster_policy:
        yield cluster_policy
