"""The resource-detector: finds the policy of each template, claims the template, and makes its binding.

Follows ``Reconcile`` and ``propagateResource`` of pkg/detector, and pkg/detector/detector.go of v1.2. A
template is looked at when its specification changes, also in the article's edition: v1.2 looked at status
changes too, only to copy the template's new resourceVersion into the binding.
"""

from __future__ import annotations

from collections.abc import Iterable

from karmada_nb.engine import meta
from karmada_nb.engine.errors import StatusError
from karmada_nb.engine.karmada.constants import (
    EVENT_REASON_APPLY_POLICY_FAILED,
    EVENT_REASON_APPLY_POLICY_SUCCEED,
    RESOURCE_DETECTOR,
)
from karmada_nb.engine.karmada.controllers.bindings_of_policy import BindingWriter
from karmada_nb.engine.karmada.controllers.claims import CONTROLLER_MANAGER, Claims, policy_of
from karmada_nb.engine.karmada.controllers.policy_book import PolicyBook, lazy
from karmada_nb.engine.karmada.controllers.selecting import TemplateRef, ref_from_key, ref_of
from karmada_nb.engine.karmada.controllers.templates import (
    Templates,
    Trigger,
    changed_by_karmada,
    specification_changed,
)
from karmada_nb.engine.karmada.controllers.waiting import Waiting
from karmada_nb.engine.karmada.interpreter import InterpreterError
from karmada_nb.engine.karmada.plane import Plane
from karmada_nb.engine.karmada.policy.claim import (
    Claim,
    article_claim_policy_for_object,
    claim_of,
    claim_policy_for_object,
)
from karmada_nb.engine.karmada.policy.event import Event as Told
from karmada_nb.engine.karmada.policy.match import policy_matches
from karmada_nb.engine.karmada.policy.propagatable import is_claimed_elsewhere, is_propagatable
from karmada_nb.engine.meta import Key, Object
from karmada_nb.engine.runtime.controller import DONE, Result, Retry, Watch
from karmada_nb.engine.runtime.informer import Event


class Detector:
    """Keys are ``TemplateRef.to_key``."""

    name = RESOURCE_DETECTOR

    def __init__(
        self, plane: Plane, templates: Templates, claims: Claims, waiting: Waiting, policies: PolicyBook
    ) -> None:
        self._plane = plane
        self._client = plane.client_as(CONTROLLER_MANAGER)
        self._recorder = plane.recorder(RESOURCE_DETECTOR)
        self._templates = templates
        self._claims = claims
        self._waiting = waiting
        self._policies = policies
        self._bindings = BindingWriter(plane)
        self._requeue = Trigger()
        self._by_karmada: dict[TemplateRef, bool] = {}
        self._settled: dict[TemplateRef, tuple[str, str]] = {}
        """resourceVersions of template and policy of the last pass that found nothing left to do."""

    def watches(self) -> Iterable[Watch]:
        return [Watch(self._templates, self._changed), Watch(self._requeue, self._requeued)]

    def requeue(self, template: Object, policy: Object) -> None:
        """Look at a template again because the policy changed; a lazy policy waits for a user's change."""
        if lazy(policy):
            self._by_karmada.setdefault(ref_of(template), True)
        self._requeue([template])

    def _requeued(self, event: Event) -> Iterable[Key]:
        return (ref_of(event.object).to_key(),)

    def _changed(self, event: Event) -> Iterable[Key]:
        self._claims.observe(event)
        if not is_propagatable(event.object, self._plane.edition):
            return ()
        ref = ref_of(event.object)
        if event.old is None or event.new is None:
            self._by_karmada[ref] = False
            return (ref.to_key(),)
        if not specification_changed(event.old, event.new):
            return ()
        if self._held_lazily(event.new):
            if changed_by_karmada(event.old, event.new):
                self._by_karmada.setdefault(ref, True)
            else:
                self._by_karmada[ref] = False
        return (ref.to_key(),)

    def _held_lazily(self, template: Object) -> bool:
        claim = claim_of(template, self._plane.edition)
        policy = self._policies.get(claim) if claim is not None else None
        return policy is not None and lazy(policy)

    async def reconcile(self, key: Key) -> Result:
        ref = ref_from_key(key)
        by_karmada = self._by_karmada.pop(ref, False)
        template = self._templates.get(ref)
        if template is None:
            self._waiting.discard(ref)
            self._settled.pop(ref, None)
            return DONE
        if not self._plane.article and is_claimed_elsewhere(template):
            self._waiting.discard(ref)
            return DONE
        claim = None if self._plane.article else claim_of(template)
        if claim is not None:
            policy = await self._holder(claim, template, ref)
            if policy is None:
                return DONE
        else:
            policy = self._policies.look_up(template, ref)
            if policy is None:
                return await self._wait(template, ref)
        if not self._policies.overrides_present(policy):
            raise Retry("waiting for dependent overrides")
        self._waiting.discard(ref)
        if self._settled.get(ref) == _versions(template, policy) and self._bindings.exists(ref):
            return DONE
        template = await self._apply(template, policy, by_karmada=by_karmada)
        self._settled[ref] = _versions(template, policy)
        return DONE

    async def _holder(self, claim: Claim, template: Object, ref: TemplateRef) -> Object | None:
        """The policy that holds the template; None where there is nothing more to do."""
        policy = self._policies.get(claim)
        if policy is None:
            await self._claims.release(ref, policy_of(claim))
            return None
        if meta.deleting(policy):
            raise Retry("the policy is being deleted")
        return policy if policy_matches(template, policy) else None

    async def _wait(self, template: Object, ref: TemplateRef) -> Result:
        """No policy: v1.2 tries once more, for a policy that comes at the same time, and then says so."""
        self._settled.pop(ref, None)
        if ref not in self._waiting:
            self._waiting.add(ref)
            if self._plane.article:
                raise Retry("no matched propagation policy")
        elif self._plane.article:
            await self._recorder.event(
                template, "Warning", EVENT_REASON_APPLY_POLICY_FAILED, "No policy match for resource"
            )
        return DONE

    async def _apply(self, template: Object, policy: Object, *, by_karmada: bool) -> Object:
        """Claim the template and bring its binding up to date; returns the template as it is then."""
        told: list[Told] = []
        changed = False
        try:
            template = await self._claim(template, policy)
            if not (by_karmada and lazy(policy)):
                changed = await self._bindings.write(template, policy, told)
        except (StatusError, InterpreterError, ValueError) as error:
            told.append(self._failed(policy, error))
            await self._tell(template, told)
            raise Retry(str(error)) from error
        if changed or self._plane.article:
            told.append(self._succeeded(policy))
        await self._tell(template, told)
        return template

    async def _claim(self, template: Object, policy: Object) -> Object:
        claim = article_claim_policy_for_object if self._plane.article else claim_policy_for_object
        claimed = claim(template, policy)
        if claimed is template:
            return template
        resource = self._templates.resource(template["apiVersion"], template["kind"])
        assert resource is not None
        return await self._client.update(resource, claimed)

    async def _tell(self, template: Object, told: list[Told]) -> None:
        for event in told:
            await self._recorder.event(template, *event)

    def _failed(self, policy: Object, error: Exception) -> Told:
        why = "" if self._plane.article else f": {error}"
        return Told("Warning", EVENT_REASON_APPLY_POLICY_FAILED, f"Apply {_named(policy)} failed{why}")

    def _succeeded(self, policy: Object) -> Told:
        what = _named(policy)
        if self._plane.article and not meta.namespace(policy):
            # v1.2 formats a namespace that it does not pass.
            what = f"policy({meta.name(policy)}/%!s(MISSING))"
        return Told("Normal", EVENT_REASON_APPLY_POLICY_SUCCEED, f"Apply {what} succeed")


def _named(policy: Object) -> str:
    return f"{'policy' if meta.namespace(policy) else 'cluster policy'}({meta.key(policy)})"


def _versions(template: Object, policy: Object) -> tuple[str, str]:
    return meta.resource_version(template), meta.resource_version(policy)
