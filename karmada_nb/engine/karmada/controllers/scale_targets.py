"""The hpaScaleTargetMarker: what an autoscaler of the members scales keeps the replicas it has there.

Follows pkg/controllers/hpascaletargetmarker. The label that it sets is heeded by
``interpreter.retain.retain_workload_replicas``.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, NamedTuple

from karmada_nb.engine import meta
from karmada_nb.engine.errors import StatusError
from karmada_nb.engine.karmada.constants import (
    CLUSTER_PROPAGATION_POLICY_PERMANENT_ID_LABEL,
    PROPAGATION_POLICY_PERMANENT_ID_LABEL,
    RETAIN_REPLICAS_LABEL,
    RETAIN_REPLICAS_VALUE,
)
from karmada_nb.engine.karmada.controllers.claims import CONTROLLER_MANAGER
from karmada_nb.engine.karmada.plane import Plane
from karmada_nb.engine.meta import Key, Object
from karmada_nb.engine.runtime.client import Resource
from karmada_nb.engine.runtime.controller import DONE, Result, Watch
from karmada_nb.engine.runtime.informer import Event

AUTOSCALERS: Final = Resource("autoscaling", "v2", "horizontalpodautoscalers")
_PROPAGATED: Final = (PROPAGATION_POLICY_PERMANENT_ID_LABEL, CLUSTER_PROPAGATION_POLICY_PERMANENT_ID_LABEL)


class _Target(NamedTuple):
    api_version: str
    kind: str
    name: str


class ScaleTargetMarker:
    """Keys are HorizontalPodAutoscalers in Karmada's API."""

    name = "hpa-scale-target-marker"

    def __init__(self, plane: Plane) -> None:
        self._client = plane.client_as(CONTROLLER_MANAGER)
        self._informers = plane.informers
        self._served = plane.served
        self._autoscalers = plane.informers(*AUTOSCALERS)
        self._left: dict[Key, set[_Target]] = {}
        """What an autoscaler scaled and does no more."""

    def watches(self) -> Iterable[Watch]:
        yield Watch(self._autoscalers, self._changed)

    def _changed(self, event: Event) -> Iterable[Key]:
        key = meta.key(event.object)
        if event.old is not None and (event.new is None or _target(event.old) != _target(event.new)):
            self._left.setdefault(key, set()).add(_target(event.old))
        return (key,)

    async def reconcile(self, key: Key) -> Result:
        for target in sorted(self._left.pop(key, ())):
            await self._mark(key.namespace, target, None)
        autoscaler = self._autoscalers.get(key)
        if autoscaler is not None and any(label in meta.labels(autoscaler) for label in _PROPAGATED):
            await self._mark(key.namespace, _target(autoscaler), RETAIN_REPLICAS_VALUE)
        return DONE

    async def _mark(self, namespace: str, target: _Target, value: str | None) -> None:
        resource = self._served.of_kind(target.api_version, target.kind)
        if resource is None:
            return
        scaled = self._informers(*resource).get(Key(namespace, target.name))
        if scaled is None or meta.labels(scaled).get(RETAIN_REPLICAS_LABEL) == value:
            return
        body = {"metadata": {"labels": {RETAIN_REPLICAS_LABEL: value}}}
        try:
            await self._client.patch(resource, target.name, body, namespace=namespace)
        except StatusError as error:
            if error.code != 404:
                raise


def _target(autoscaler: Object) -> _Target:
    said = autoscaler["spec"]["scaleTargetRef"]
    return _Target(said.get("apiVersion", ""), said["kind"], said["name"])
