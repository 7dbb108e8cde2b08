"""The application failover controllers: an application that stays unhealthy in a cluster moves to another.

Follows pkg/controllers/applicationfailover/{rb,crb}_application_failover_controller.go. They run behind the
gate Failover, and act on applications that propagate their dependencies too.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from karmada_nb.engine import meta
from karmada_nb.engine.errors import StatusError
from karmada_nb.engine.karmada.application_failover import detect_failures, failover_task
from karmada_nb.engine.karmada.controllers.evictions import kind_of_binding, tell_eviction
from karmada_nb.engine.karmada.controllers.writing import update
from karmada_nb.engine.karmada.eviction import graceful_evict_cluster
from karmada_nb.engine.karmada.gates import STATEFUL_FAILOVER_INJECTION
from karmada_nb.engine.karmada.interpreter import Operation
from karmada_nb.engine.karmada.plane import Plane
from karmada_nb.engine.karmada.state_preservation import read_state
from karmada_nb.engine.meta import Key, Object
from karmada_nb.engine.runtime.controller import DONE, Result, Retry, Watch, itself
from karmada_nb.engine.runtime.informer import Event


class ApplicationFailoverController:
    """Remembers since when each application has been unhealthy where."""

    def __init__(self, plane: Plane, *, cluster_scope: bool) -> None:
        self._resource, prefix = kind_of_binding(cluster_scope)
        self.name = f"{prefix}-application-failover-controller"
        self._plane = plane
        self._client = plane.client_as(self.name)
        self._recorder = plane.recorder(self.name)
        self._bindings = plane.informers(*self._resource)
        self._unhealthy: dict[Key, Mapping[str, datetime]] = {}

    def watches(self) -> Iterable[Watch]:
        yield Watch(self._bindings, _with_failover)

    async def reconcile(self, key: Key) -> Result:
        binding = self._bindings.get(key)
        if binding is None or not self._concerns(binding):
            self._unhealthy.pop(key, None)
            return DONE
        found = detect_failures(binding, self._unhealthy.get(key, {}), self._plane.clock.now())
        if found.evict:
            await self._evict(key, binding, found.evict)
        self._unhealthy[key] = found.unhealthy_since
        return DONE if found.recheck_after is None else Result(found.recheck_after.total_seconds())

    async def _evict(self, key: Key, binding: Object, clusters: list[str]) -> None:
        stateful = self._plane.gate(STATEFUL_FAILOVER_INJECTION)
        try:
            tasks = {n: failover_task(binding, n, self.name, read_state, stateful=stateful) for n in clusters}
        except ValueError as error:
            raise Retry(str(error)) from None

        def without(latest: Object) -> Object:
            spec = latest["spec"]
            for name, options in tasks.items():
                spec = graceful_evict_cluster(spec, name, options)
            return latest if spec is latest["spec"] else {**latest, "spec": spec}

        try:
            await update(self._client, self._resource, self._bindings, key, without)
        except StatusError:
            for name in clusters:
                await tell_eviction(self._recorder, binding, name, failed=True)
            raise

    def _concerns(self, binding: Object) -> bool:
        spec = binding.get("spec") or {}
        if meta.dig(spec, "failover", "application") is None or not spec.get("propagateDeps"):
            return False
        if not meta.dig(binding, "status", "aggregatedStatus"):
            return False
        resource = spec["resource"]
        return self._plane.interpreter.hook_enabled(
            resource["apiVersion"], resource["kind"], Operation.INTERPRET_HEALTH
        )


def _with_failover(event: Event) -> Iterable[Key]:
    for binding in event:
        if binding is not None and meta.dig(binding, "spec", "failover", "application") is not None:
            return itself(event)
    return ()
