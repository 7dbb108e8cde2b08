"""The scheduler's loop: which bindings are looked at when, and carrying out what the decision says.

Follows pkg/scheduler/event_handler.go and scheduler.go, and v1.2's. Keys are bindings of both kinds: a
ResourceBinding has a namespace, a ClusterResourceBinding has none.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import Final

from karmada_nb.engine import meta
from karmada_nb.engine.errors import StatusError
from karmada_nb.engine.karmada.constants import ARTICLE_SCHEDULER, DEFAULT_SCHEDULER
from karmada_nb.engine.karmada.controllers.claims import Claims
from karmada_nb.engine.karmada.gates import (
    MULTIPLE_POD_TEMPLATES_SCHEDULING,
    SCHEDULING_OVERCOMMIT_PROTECTION,
    WORKLOAD_AFFINITY,
)
from karmada_nb.engine.karmada.plane import (
    BINDINGS,
    CLUSTER_BINDINGS,
    CLUSTER_POLICIES,
    CLUSTERS,
    POLICIES,
    Plane,
)
from karmada_nb.engine.karmada.scheduler.assumed import AssumedWorkload, Assumptions, newly_healthy
from karmada_nb.engine.karmada.scheduler.estimation import GENERAL, Estimator, estimate_by, nothing_assumed
from karmada_nb.engine.karmada.scheduler.flow import Surroundings, schedule_binding
from karmada_nb.engine.karmada.scheduler.outcome import BindingEvent, Outcome, Patch, failed, refused
from karmada_nb.engine.karmada.scheduler.requeue import (
    affected_by,
    affected_by_lost_v12,
    cluster_changes,
    interested,
    interested_v12,
)
from karmada_nb.engine.karmada.scheduler.scheduling_errors import ScheduleError, UnschedulableError
from karmada_nb.engine.karmada.scheduler.targets import from_objects
from karmada_nb.engine.karmada.scheduler.triggers import Triggers
from karmada_nb.engine.karmada.scheduler.v12_flow import claimed_policy, not_ready
from karmada_nb.engine.meta import Key, Object
from karmada_nb.engine.runtime.controller import DONE, Result, Retry, Watch
from karmada_nb.engine.runtime.informer import Event

SCHEDULER: Final = "karmada-scheduler"
UNSCHEDULABLE_FLUSH: Final = 300.0
"""Seconds after which a binding that lacked room is tried again."""
INITIAL_BACKOFF: Final = 1.0
MAX_BACKOFF: Final = 10.0
_INTEREST: Final = "scheduler.clusters"
_TARGETS: Final = "scheduler.targets"
_GROUPS: Final = "scheduler.affinityGroups"
_ANY: Final = "*"


class Scheduler:
    """Schedules each binding that a policy made or changed, and again when clusters change.

    ``accurate``: the estimators of the clusters, where the scheduler is to ask them.
    """

    def __init__(self, plane: Plane, claims: Claims, accurate: Estimator | None = None) -> None:
        self.name = ARTICLE_SCHEDULER if plane.article else DEFAULT_SCHEDULER
        self._plane = plane
        self._claims = claims
        self._client = plane.client_as(SCHEDULER)
        self._recorder = plane.recorder(self.name)
        self._clusters = plane.informers(*CLUSTERS)
        self._bindings = (plane.informers(*BINDINGS), plane.informers(*CLUSTER_BINDINGS))
        self._policies = {r.plural: plane.informers(*r) for r in (POLICIES, CLUSTER_POLICIES)}
        for bindings in self._bindings:
            bindings.add_index(_INTEREST, _clusters_of_interest)
            bindings.add_index(_TARGETS, _targets)
            bindings.add_index(_GROUPS, _groups)
        self._failures: dict[Key, int] = {}
        self._settled: dict[Key, tuple[str, int]] = {}
        """uid and generation of the bindings whose last turn left nothing to do (v1.2)."""
        self._triggers = Triggers()
        self._multiple_templates = not plane.article and plane.gate(MULTIPLE_POD_TEMPLATES_SCHEDULING)
        self._assumptions: Assumptions | None = None
        if not plane.article and plane.gate(SCHEDULING_OVERCOMMIT_PROTECTION):
            self._assumptions = Assumptions()
        self._estimate = estimate_by(
            [GENERAL] if accurate is None else [GENERAL, accurate],
            multiple_templates=self._multiple_templates,
            assumed=nothing_assumed if self._assumptions is None else self._assumed,
        )
        self._turn = asyncio.Lock()
        """Held from a decision to what is assumed of it, while anything is assumed."""

    def _assumed(self, cluster: str) -> list[AssumedWorkload]:
        found = self._assumptions
        return [] if found is None else found.on(cluster, self._plane.clock.monotonic())

    def watches(self) -> Iterable[Watch]:
        yield from (Watch(bindings, self._binding_changed) for bindings in self._bindings)
        yield Watch(self._clusters, self._cluster_changed)
        if self._plane.article:
            yield from (Watch(policies, self._placement_changed) for policies in self._policies.values())

    def _binding_changed(self, event: Event) -> Iterable[Key]:
        old, new = event
        key = meta.key(event.object)
        if new is None:
            self._failures.pop(key, None)
            self._settled.pop(key, None)
            self._triggers.forget(key)
            if self._assumptions is not None:
                self._assumptions.forget(key)
            return ()
        if self._assumptions is not None and old is not None:
            for cluster in newly_healthy(old, new):
                self._assumptions.arrived(key, cluster)
        wanted = interested_v12 if self._plane.article else interested
        if not wanted(new):
            return ()
        if old is not None and wanted(old) and meta.generation(old) == meta.generation(new):
            return ()
        return (key,)

    def _cluster_changed(self, event: Event) -> Iterable[Key]:
        if self._plane.article:
            lost = event.new is None or (self._plane.options.scheduler_failover and not_ready(event.new))
            if not lost:
                return ()
            name = meta.name(event.object)
            found = [b for i in self._bindings for b in i.by_index(_TARGETS, name)]
            return self._again(b for b in found if affected_by_lost_v12(b, name))
        if event.old is None or event.new is None:
            return ()
        keys: dict[Key, None] = {}
        for cluster in cluster_changes(event.old, event.new):
            for text in (meta.name(cluster), _ANY):
                for bindings in self._bindings:
                    for binding in bindings.by_index(_INTEREST, text):
                        if affected_by(binding, cluster):
                            keys[meta.key(binding)] = None
        return keys

    def _placement_changed(self, event: Event) -> Iterable[Key]:
        """v1.2: the bindings of a policy whose placement changed."""
        if event.old is None or event.new is None:
            return ()
        if meta.dig(event.old, "spec", "placement") == meta.dig(event.new, "spec", "placement"):
            return ()
        return self._again(self._claims.bindings_of(event.new))

    def _again(self, bindings: Iterable[Object]) -> Iterable[Key]:
        keys = [meta.key(binding) for binding in bindings]
        for key in keys:
            self._settled.pop(key, None)
        return keys

    def _get(self, key: Key) -> Object | None:
        return self._bindings[0 if key.namespace else 1].get(key)

    async def reconcile(self, key: Key) -> Result:
        if self._assumptions is None:
            return await self._schedule(key)
        async with self._turn:
            return await self._schedule(key)

    async def _schedule(self, key: Key) -> Result:
        binding = self._get(key)
        if binding is None or (self._plane.article and not interested_v12(binding)):
            return DONE
        state = (meta.uid(binding), meta.generation(binding))
        if self._plane.article and self._settled.get(key) == state:
            return DONE
        around = Surroundings(
            self._clusters.items(),
            self._estimate,
            self._plane.clock.now(),
            self._plane.edition,
            multiple_templates=self._multiple_templates,
            peers=self._peers(binding),
            failover=self._plane.options.scheduler_failover,
        )
        placement = self._placement(binding) if self._plane.article else None
        outcome = schedule_binding(self._triggers.ordered(binding), around, placement)
        written, error = await self._write(binding, outcome)
        decided = bool(key.namespace) and any(not patch.subresource for patch in outcome.patches)
        if self._assumptions is not None and decided and error is None:
            targets = from_objects(written["spec"].get("clusters"))
            self._assumptions.scheduled(binding, targets, self._plane.clock.monotonic())
        if error is not None and not self._plane.article:
            told = refused(written, error, self._plane.clock.now())
            written, _ = await self._write(written, Outcome(patches=told))
        events = outcome.events if error is None else [failed(ScheduleError(str(error)))]
        for event in events:
            await self._tell(written, event)
        if error is not None:
            return self._later(key, ScheduleError(str(error)))
        if outcome.retry is not None:
            return self._later(key, outcome.retry)
        self._failures.pop(key, None)
        if self._plane.article:
            self._settled[key] = (meta.uid(written), meta.generation(written))
        elif outcome.result is not None and outcome.error is None:
            self._triggers.served(binding)
        return DONE

    def _peers(self, binding: Object) -> list[Object]:
        """The bindings of the same affinity groups; none while the gate WorkloadAffinity is off."""
        if not self._plane.gate(WORKLOAD_AFFINITY):
            return []
        return [b for text in _groups(binding) for b in self._bindings[0].by_index(_GROUPS, text)]

    def _placement(self, binding: Object) -> Object | None:
        """The placement that the binding's policy has now; None where the policy is gone."""
        reference = claimed_policy(binding)
        policy = self._policies[reference.resource].get(reference.key) if reference is not None else None
        return None if policy is None else meta.dig(policy, "spec", "placement", default={})

    async def _write(self, binding: Object, outcome: Outcome) -> tuple[Object, StatusError | None]:
        """Send the patches in order, up to the first that fails; returns the binding as it is then."""
        resource = BINDINGS if meta.namespace(binding) else CLUSTER_BINDINGS
        for patch in outcome.patches:
            try:
                binding = await self._client.patch(
                    resource,
                    meta.name(binding),
                    _observing(patch, binding),
                    namespace=meta.namespace(binding),
                    subresource=patch.subresource,
                )
            except StatusError as error:
                return binding, error
        return binding, None

    async def _tell(self, binding: Object, event: BindingEvent) -> None:
        """Record an event on the binding, then on its template."""
        await self._recorder.event(binding, *event)
        resource = binding["spec"]["resource"]
        reference = {
            f: resource[f] for f in ("kind", "apiVersion", "namespace", "name", "uid") if f in resource
        }
        await self._recorder.about(reference, *event)

    def _later(self, key: Key, error: ScheduleError) -> Result:
        """When the binding is tried again, if no cluster changes before."""
        if self._plane.article:
            raise Retry(str(error))
        if isinstance(error, UnschedulableError):
            self._failures.pop(key, None)
            return Result(UNSCHEDULABLE_FLUSH)
        failures = self._failures.get(key, 0)
        self._failures[key] = failures + 1
        return Result(min(INITIAL_BACKOFF * 2.0 ** min(failures, 8), MAX_BACKOFF))


def _observing(patch: Patch, binding: Object) -> Object:
    """The patch, with the generation that the result's own patch has made: it is dealt with as well."""
    status = patch.body.get("status")
    if not status or "schedulerObservedGeneration" not in status:
        return patch.body
    return {**patch.body, "status": {**status, "schedulerObservedGeneration": meta.generation(binding)}}


def _clusters_of_interest(binding: Object) -> Iterable[str]:
    """The names of all clusters that the placement can mean, or ``*`` where that is not said by name."""
    placement = meta.dig(binding, "spec", "placement")
    if placement is None:
        return ()
    terms = placement.get("clusterAffinities")
    if terms is None:
        terms = [placement.get("clusterAffinity") or {}]
    names: set[str] = set()
    for term in terms:
        if not term.get("clusterNames"):
            return (_ANY,)
        names |= set(term["clusterNames"])
    return names


def _targets(binding: Object) -> Iterable[str]:
    return {target["name"] for target in meta.dig(binding, "spec", "clusters", default=())}


def _groups(binding: Object) -> Iterable[str]:
    groups = meta.dig(binding, "spec", "workloadAffinityGroups", default={})
    return [f"{meta.namespace(binding)}/{kind}/{name}" for kind, name in groups.items()]
