"""The deploymentReplicasSyncer: a template whose members scale by themselves gets the replicas they have.

Follows pkg/controllers/deploymentreplicassyncer.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from karmada_nb.engine import meta
from karmada_nb.engine.karmada.constants import RETAIN_REPLICAS_LABEL, RETAIN_REPLICAS_VALUE
from karmada_nb.engine.karmada.controllers.claims import CONTROLLER_MANAGER
from karmada_nb.engine.karmada.names import generate_binding_name
from karmada_nb.engine.karmada.plane import BINDINGS, Plane
from karmada_nb.engine.meta import Key, Object
from karmada_nb.engine.runtime.client import Resource
from karmada_nb.engine.runtime.controller import DONE, Result, Watch
from karmada_nb.engine.runtime.informer import Event

DEPLOYMENTS: Final = Resource("apps", "v1", "deployments")
AGAIN: Final = 1.0
"""Seconds until it is looked again whether all statuses have come."""


class ReplicasSyncer:
    """Keys are Deployments in Karmada's API."""

    name = "deployment-replicas-syncer"

    def __init__(self, plane: Plane) -> None:
        self._client = plane.client_as(CONTROLLER_MANAGER)
        self._deployments = plane.informers(*DEPLOYMENTS)
        self._bindings = plane.informers(*BINDINGS)

    def watches(self) -> Iterable[Watch]:
        yield Watch(self._deployments, _scaled)

    async def reconcile(self, key: Key) -> Result:
        binding = self._bindings.get(Key(key.namespace, generate_binding_name("Deployment", key.name)))
        deployment = self._deployments.get(key)
        if binding is None or deployment is None:
            return DONE
        strategy = meta.dig(binding, "spec", "placement", "replicaScheduling", default={})
        found = _told(deployment)
        if strategy.get("replicaSchedulingType") != "Divided" or deployment["spec"].get("replicas") == found:
            return DONE
        if not collected(deployment, binding):
            return Result(AGAIN)
        await self._client.update(DEPLOYMENTS, meta.replace(deployment, ("spec", "replicas"), found))
        return DONE


def collected(deployment: Object, binding: Object) -> bool:
    """Whether what was last asked for has been done everywhere, and the template's status tells of it."""
    spec, status = binding["spec"], binding.get("status") or {}
    if deployment["spec"].get("replicas") != spec.get("replicas", 0):
        return False
    if meta.generation(binding) != status.get("schedulerObservedGeneration", 0):
        return False
    items = status.get("aggregatedStatus") or []
    if len(items) != len(spec.get("clusters") or []):
        return False
    counts = [meta.dig(item, "status", "replicas", default=0) for item in items]
    return all(count > 0 for count in counts) and sum(counts) == _told(deployment)


def _told(deployment: Object) -> int:
    return int(meta.dig(deployment, "status", "replicas", default=0))


def _scaled(event: Event) -> Iterable[Key]:
    """A deployment that is marked now, or is marked and has other replicas than before."""
    old, new = event.old, event.new
    if old is None or new is None or not _marked(new):
        return ()
    same = old["spec"].get("replicas") == new["spec"].get("replicas") and _told(old) == _told(new)
    return () if same and _marked(old) else (meta.key(new),)


def _marked(deployment: Object) -> bool:
    return meta.labels(deployment).get(RETAIN_REPLICAS_LABEL) == RETAIN_REPLICAS_VALUE
