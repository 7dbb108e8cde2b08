"""karmada-descheduler: takes replicas back that have found no node in their cluster for minutes.

Follows pkg/descheduler/descheduler.go. It works while its deployment is there; without an estimator in each
of the clusters in question nothing is known of their replicas, and nothing is taken.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Final

from karmada_nb.engine import meta
from karmada_nb.engine.errors import StatusError
from karmada_nb.engine.karmada.addons import DESCHEDULER
from karmada_nb.engine.karmada.constants import (
    EVENT_REASON_DESCHEDULE_BINDING_FAILED,
    EVENT_REASON_DESCHEDULE_BINDING_SUCCEED,
)
from karmada_nb.engine.karmada.controllers.estimators import Estimators
from karmada_nb.engine.karmada.flags import flags_of, seconds_of
from karmada_nb.engine.karmada.names import NAMESPACE_KARMADA_SYSTEM
from karmada_nb.engine.karmada.plane import BINDINGS, Plane
from karmada_nb.engine.karmada.scheduler.deschedule import deschedule, may_be_descheduled, undesired_clusters
from karmada_nb.engine.meta import Key, Object
from karmada_nb.engine.runtime.controller import DONE, Result, Watch
from karmada_nb.engine.runtime.informer import Event

INTERVAL: Final = 120.0
"""Seconds between two rounds: ``--descheduling-interval``."""
THRESHOLD: Final = 300.0
"""For how many seconds a replica has to be unschedulable: ``--unschedulable-threshold``."""
_ROUND: Final = Key(NAMESPACE_KARMADA_SYSTEM, DESCHEDULER)


class Descheduler:
    """Its one key is its deployment's: a round over all bindings, then another one after a while."""

    name = DESCHEDULER

    def __init__(self, plane: Plane, estimators: Estimators) -> None:
        self._plane = plane
        self._estimators = estimators
        self._client = plane.client_as(self.name)
        self._recorder = plane.recorder(self.name)
        self._bindings = plane.informers(*BINDINGS)

    def watches(self) -> Iterable[Watch]:
        yield Watch(self._plane.addons.deployments, self._started)

    def _started(self, event: Event) -> Iterable[Key]:
        """When it becomes available; its rounds then bring the key back by themselves."""
        key = meta.key(event.object)
        before = 0 if event.old is None else meta.dig(event.old, "status", "availableReplicas", default=0)
        return (key,) if key == _ROUND and not before else ()

    async def reconcile(self, key: Key) -> Result:
        deployment = self._plane.addons.get(DESCHEDULER)
        if deployment is None:
            return DONE
        said = flags_of(deployment)
        threshold = timedelta(seconds=seconds_of(said, "unschedulable-threshold", THRESHOLD))
        for binding in self._bindings.items():
            if may_be_descheduled(binding) and not meta.deleting(binding):
                await self._deschedule(binding, threshold)
        return Result(seconds_of(said, "descheduling-interval", INTERVAL))

    async def _deschedule(self, binding: Object, threshold: timedelta) -> None:
        clusters = undesired_clusters(binding)
        if not clusters:
            return
        reference = binding["spec"]["resource"]
        lost = self._estimators.unschedulable(clusters, reference, threshold)
        decided = deschedule(binding, lost)
        if decided is None:
            return
        event = ("Normal", EVENT_REASON_DESCHEDULE_BINDING_SUCCEED, decided.message)
        try:
            await self._client.update(BINDINGS, decided.binding)
        except StatusError as error:
            event = ("Warning", EVENT_REASON_DESCHEDULE_BINDING_FAILED, error.message)
        fields = ("kind", "apiVersion", "namespace", "name", "uid")
        await self._recorder.event(binding, *event)
        await self._recorder.about({f: reference[f] for f in fields if f in reference}, *event)
