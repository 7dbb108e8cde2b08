"""The graceful eviction controllers: a cluster is left for good once its replacement is well, or time is up.

Follows pkg/controllers/gracefuleviction/{rb,crb}_graceful_eviction_controller.go.
"""

from __future__ import annotations

from collections.abc import Iterable

from karmada_nb.engine import meta
from karmada_nb.engine.karmada.controllers.evictions import kind_of_binding, tell_eviction
from karmada_nb.engine.karmada.controllers.writing import update
from karmada_nb.engine.karmada.graceful_eviction import assess_binding
from karmada_nb.engine.karmada.options import EvictionFlags
from karmada_nb.engine.karmada.plane import Plane
from karmada_nb.engine.meta import Key, Object
from karmada_nb.engine.runtime.controller import DONE, Result, Watch, itself
from karmada_nb.engine.runtime.informer import Event


class GracefulEvictionController:
    """For ResourceBindings, or (``cluster_scope``) for ClusterResourceBindings."""

    def __init__(self, plane: Plane, flags: EvictionFlags, *, cluster_scope: bool) -> None:
        self._resource, prefix = kind_of_binding(cluster_scope)
        self.name = f"{prefix}-graceful-eviction-controller"
        self._plane = plane
        self._timeout = flags.graceful_timeout
        self._client = plane.client_as(self.name)
        self._recorder = plane.recorder(self.name)
        self._bindings = plane.informers(*self._resource)

    def watches(self) -> Iterable[Watch]:
        yield Watch(self._bindings, _has_tasks)

    async def reconcile(self, key: Key) -> Result:
        binding = self._bindings.get(key)
        if binding is None or meta.deleting(binding):
            return DONE
        now = self._plane.clock.now()
        found = assess_binding(binding, self._timeout, now)

        def assessed(latest: Object) -> Object:
            kept = assess_binding(latest, self._timeout, now).kept
            if kept == (latest["spec"].get("gracefulEvictionTasks") or []):
                return latest
            spec = {k: v for k, v in latest["spec"].items() if k != "gracefulEvictionTasks"}
            return {**latest, "spec": {**spec, "gracefulEvictionTasks": kept} if kept else spec}

        if await update(self._client, self._resource, self._bindings, key, assessed) is not None:
            for cluster in found.evicted:
                await tell_eviction(self._recorder, binding, cluster)
        if found.next_retry is None:
            return DONE
        return Result(max(found.next_retry.total_seconds(), 0.0))


def _has_tasks(event: Event) -> Iterable[Key]:
    tasks = event.new is not None and meta.dig(event.new, "spec", "gracefulEvictionTasks")
    return itself(event) if tasks else ()
