"""The taint manager: work leaves the clusters whose NoExecute taints it does not tolerate.

Follows pkg/controllers/cluster/taint_manager.go. It runs with the gate Failover, and
evicts only where --enable-no-execute-taint-eviction is set.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from karmada_nb.engine import meta
from karmada_nb.engine.errors import StatusError
from karmada_nb.engine.karmada import constants as words
from karmada_nb.engine.karmada.application_failover import preserved_label_state
from karmada_nb.engine.karmada.controllers.evictions import kind_of_binding, tell_eviction
from karmada_nb.engine.karmada.controllers.writing import update
from karmada_nb.engine.karmada.eviction import (
    TaskOptions,
    applied_placement,
    graceful_evict_cluster,
    no_execute_taints,
    purge_mode_for_taint,
    taint_verdict,
)
from karmada_nb.engine.karmada.gates import STATEFUL_FAILOVER_INJECTION
from karmada_nb.engine.karmada.options import EvictionFlags
from karmada_nb.engine.karmada.plane import CLUSTERS, Plane
from karmada_nb.engine.karmada.state_preservation import read_state
from karmada_nb.engine.meta import Key, Object
from karmada_nb.engine.runtime.controller import DONE, Result, Retry, Watch, itself
from karmada_nb.engine.runtime.informer import Event

_INDEX: Final = "taint-manager-clusters"


class TaintManager:
    """One key a binding. Evictions keep the rate that the flags allow."""

    def __init__(self, plane: Plane, flags: EvictionFlags, *, cluster_scope: bool) -> None:
        self.name = "taint-manager" if not cluster_scope else "taint-manager-cluster-scope"
        self._plane = plane
        self._flags = flags
        self._resource, _ = kind_of_binding(cluster_scope)
        self._client = plane.client_as("taint-manager")
        self._recorder = plane.recorder("taint-manager")
        self._bindings = plane.informers(*self._resource)
        self._clusters = plane.informers(*CLUSTERS)
        self._bindings.add_index(_INDEX, _targets)
        self._free = 0.0

    def watches(self) -> Iterable[Watch]:
        yield Watch(self._clusters, self._taints_changed)
        yield Watch(self._bindings, _targets_changed)

    async def reconcile(self, key: Key) -> Result:
        binding = self._bindings.get(key)
        if binding is None or meta.deleting(binding):
            return DONE
        waits: list[float] = []
        for name in _targets(binding):
            cluster = self._clusters.get(Key("", name))
            if cluster is None or not no_execute_taints(cluster):
                continue
            placement = applied_placement(binding)
            if placement is None:
                continue  # The scheduler has not had its turn; it brings the key back.
            verdict = taint_verdict(
                placement, cluster, self._plane.clock.now(), enabled=self._flags.no_execute_taints
            )
            if verdict.evict:
                pause = self._pause()
                if pause > 0:
                    return Result(pause)
                await self._evict(key, binding, name)
            elif verdict.recheck_after is not None:
                waits.append(verdict.recheck_after.total_seconds())
        return Result(min(waits)) if waits else DONE

    def _pause(self) -> float:
        """Seconds until the next eviction may be; 0: now, and the turn is taken."""
        now = self._plane.clock.monotonic()
        if now < self._free:
            return self._free - now
        rate = self._flags.resource_eviction_rate
        self._free = now + (1.0 / rate if rate > 0 else 1800.0)
        return 0.0

    async def _evict(self, key: Key, binding: Object, cluster: str) -> None:
        failover = meta.dig(binding, "spec", "failover")
        cluster_failover = meta.dig(failover or {}, "cluster")
        state = None
        if cluster_failover is not None and self._plane.gate(STATEFUL_FAILOVER_INJECTION):
            try:
                state = preserved_label_state(cluster_failover, binding, cluster, read_state)
            except ValueError as error:
                raise Retry(str(error)) from None
        options = TaskOptions(
            producer=words.EVICTION_PRODUCER_TAINT_MANAGER,
            reason=words.EVICTION_REASON_TAINT_UNTOLERATED,
            purge_mode=purge_mode_for_taint(failover, self._flags.no_execute_purge_mode),
            preserved_label_state=state,
        )

        def without(latest: Object) -> Object:
            spec = graceful_evict_cluster(latest["spec"], cluster, options)
            return latest if spec is latest["spec"] else {**latest, "spec": spec}

        try:
            await update(self._client, self._resource, self._bindings, key, without)
        except StatusError:
            await tell_eviction(self._recorder, binding, cluster, failed=True)
            raise

    def _taints_changed(self, event: Event) -> Iterable[Key]:
        new = event.new
        if new is None or not no_execute_taints(new):
            return ()
        if event.old is not None and no_execute_taints(event.old) == no_execute_taints(new):
            return ()
        return [meta.key(binding) for binding in self._bindings.by_index(_INDEX, meta.name(new))]


def _targets(binding: Object) -> list[str]:
    return [target["name"] for target in meta.dig(binding, "spec", "clusters", default=())]


def _targets_changed(event: Event) -> Iterable[Key]:
    old, new = event.old, event.new
    if new is None:
        return ()

    def decisive(binding: Object) -> tuple[list[str], str | None]:
        return _targets(binding), meta.annotations(binding).get(words.POLICY_PLACEMENT_ANNOTATION)

    return () if old is not None and decisive(old) == decisive(new) else itself(event)
