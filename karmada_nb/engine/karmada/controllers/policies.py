"""What happens to templates and bindings when a propagation policy comes, changes or goes.

Follows ``ReconcilePropagationPolicy``, ``ReconcileClusterPropagationPolicy`` and what they call in
pkg/detector/detector.go, and pkg/detector/preemption.go. A policy that goes leaves bindings and Works where
they are.
"""

from __future__ import annotations

from collections.abc import Iterable

from karmada_nb.engine import meta
from karmada_nb.engine.errors import StatusError
from karmada_nb.engine.karmada.constants import (
    CLUSTER_PROPAGATION_POLICY_CONTROLLER_FINALIZER,
    PROPAGATION_POLICY_CONTROLLER_FINALIZER,
    RESOURCE_DETECTOR,
)
from karmada_nb.engine.karmada.controllers.claims import CONTROLLER_MANAGER, Claims, stand_in
from karmada_nb.engine.karmada.controllers.detector import Detector
from karmada_nb.engine.karmada.controllers.policy_book import POLICY, PolicyBook
from karmada_nb.engine.karmada.controllers.selecting import TemplateRef, ref_of_resource, selectors_of
from karmada_nb.engine.karmada.controllers.templates import Templates
from karmada_nb.engine.karmada.controllers.waiting import Waiting
from karmada_nb.engine.karmada.gates import POLICY_PREEMPTION
from karmada_nb.engine.karmada.plane import CLUSTER_POLICIES, POLICIES, Plane
from karmada_nb.engine.karmada.policy.match import explicit_priority, policy_matches
from karmada_nb.engine.karmada.policy.preempt import policies_to_requeue, preempt, preemption_enabled
from karmada_nb.engine.meta import Key, Object
from karmada_nb.engine.runtime.controller import DONE, Result, Retry, Watch
from karmada_nb.engine.runtime.informer import Event


class PolicyController:
    """For one kind of policy."""

    name = RESOURCE_DETECTOR

    def __init__(
        self,
        plane: Plane,
        kind: str,
        detector: Detector,
        templates: Templates,
        claims: Claims,
        waiting: Waiting,
        policies: PolicyBook,
    ) -> None:
        namespaced = kind == POLICY
        self._article = plane.article
        self._client = plane.client_as(CONTROLLER_MANAGER)
        self._recorder = plane.recorder(RESOURCE_DETECTOR)
        self._kind = kind
        self._resource = POLICIES if namespaced else CLUSTER_POLICIES
        self._finalizer = (
            PROPAGATION_POLICY_CONTROLLER_FINALIZER
            if namespaced
            else CLUSTER_PROPAGATION_POLICY_CONTROLLER_FINALIZER
        )
        self._informer = policies.policies if namespaced else policies.cluster_policies
        self._detector = detector
        self._templates = templates
        self._claims = claims
        self._waiting = waiting
        self._policies = policies
        self._preemption = plane.gate(POLICY_PREEMPTION) and not plane.article

    def watches(self) -> Iterable[Watch]:
        return [Watch(self._informer, self._changed)]

    def _changed(self, event: Event) -> Iterable[Key]:
        key = meta.key(event.object)
        if event.old is None:
            return (key,)
        if event.new is None:
            # Without a finalizer, v1.2 learns of a deletion only now.
            return (key,) if self._article else ()
        if self._article or meta.generation(event.old) == meta.generation(event.new):
            # In v1.2 selectors never change, and the scheduler reads the placement from the policy.
            return (key,) if meta.deleting(event.new) and not meta.deleting(event.old) else ()
        keys = {key: None}
        if self._preemption and explicit_priority(event.new) < explicit_priority(event.old):
            rivals = self._informer.items(key.namespace)
            keys |= {meta.key(p): None for p in policies_to_requeue(event.old, event.new, rivals)}
        return keys

    async def reconcile(self, key: Key) -> Result:
        policy = self._informer.get(key)
        if policy is None:
            if self._article:
                await self._release_all(stand_in(self._kind, key, {}))
        elif meta.deleting(policy):
            await self._release_all(policy)
            await self._remove_finalizer(policy)
        else:
            if not self._article:
                await self._refresh_held(policy)
            self._take_waiting(policy)
            if preemption_enabled(policy, gate=self._preemption):
                await self._preempt(policy)
        return DONE

    async def _release_all(self, policy: Object) -> None:
        for ref in self._claims.templates_of(policy):
            await self._claims.release(ref, policy)

    async def _remove_finalizer(self, policy: Object) -> None:
        held = meta.finalizers(policy)
        left = [finalizer for finalizer in held if finalizer != self._finalizer]
        if left != held:
            await self._client.update(self._resource, meta.with_metadata(policy, finalizers=left or None))

    async def _refresh_held(self, policy: Object) -> None:
        """Let go what the selectors do not point at any more; bring the rest up to date."""
        for binding in self._claims.bindings_of(policy):
            ref = ref_of_resource(binding["spec"]["resource"])
            template = self._templates.get(ref)
            if template is None:
                continue
            if policy_matches(template, policy):
                self._detector.requeue(template, policy)
            else:
                await self._claims.release(ref, policy)

    def _take_waiting(self, policy: Object) -> None:
        matched: list[tuple[TemplateRef, Object]] = []
        for ref in self._waiting.matching(selectors_of(policy)):
            template = self._templates.get(ref)
            if template is not None and policy_matches(template, policy):
                matched.append((ref, template))
        if matched and not self._policies.overrides_present(policy):
            raise Retry("waiting for dependent overrides")
        for ref, template in matched:
            self._waiting.discard(ref)
            self._detector.requeue(template, policy)

    async def _preempt(self, policy: Object) -> None:
        for selector in selectors_of(policy):
            template = self._templates.get(ref_of_resource(selector)) if selector.get("name") else None
            if template is not None:
                await self._preempt_one(policy, template)

    async def _preempt_one(self, policy: Object, template: Object) -> None:
        resource = self._templates.resource(template["apiVersion"], template["kind"])
        assert resource is not None
        for step in preempt(policy, template, self._policies.find):
            try:
                claimed = await self._client.update(
                    resource,
                    meta.with_metadata(
                        step.template, resourceVersion=meta.resource_version(template) or None
                    ),
                )
            except StatusError as error:
                await self._recorder.event(template, *step.failed(error))
                raise
            await self._recorder.event(claimed, *step.succeeded())
            template = claimed
