"""The cluster controller: an execution namespace for each Cluster, taints by its state, and its leaving.

Follows pkg/controllers/cluster/cluster_controller.go, and the same at v1.2.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Final

from karmada_nb.engine import meta
from karmada_nb.engine.errors import StatusError
from karmada_nb.engine.karmada import constants as words
from karmada_nb.engine.karmada.controllers.cluster_taints import (
    article_taints,
    taints_by_condition,
    taints_message,
    taints_of,
    with_taints,
)
from karmada_nb.engine.karmada.controllers.writing import update
from karmada_nb.engine.karmada.names import generate_execution_space_name, get_cluster_name
from karmada_nb.engine.karmada.plane import BINDINGS, CLUSTER_BINDINGS, CLUSTERS, NAMESPACES, Plane
from karmada_nb.engine.meta import Key, Object
from karmada_nb.engine.runtime.controller import DONE, Result, Watch, itself
from karmada_nb.engine.runtime.informer import Event

_INDEX: Final = "clusters-scheduled-to"
_CHECK: Final = 10.0


class ClusterController:
    """One key a Cluster."""

    name = words.CLUSTER_CONTROLLER

    def __init__(self, plane: Plane) -> None:
        self._plane = plane
        self._client = plane.client_as(self.name)
        self._recorder = plane.recorder(self.name)
        self._clusters = plane.informers(*CLUSTERS)
        self._namespaces = plane.informers(*NAMESPACES)
        self._bindings = [plane.informers(*BINDINGS), plane.informers(*CLUSTER_BINDINGS)]
        for informer in self._bindings:
            informer.add_index(_INDEX, _scheduled_to)

    def watches(self) -> Iterable[Watch]:
        yield Watch(self._clusters, itself)
        yield Watch(self._namespaces, _of_execution_space)
        for informer in self._bindings:
            yield Watch(informer, self._left)

    async def reconcile(self, key: Key) -> Result:
        cluster = self._clusters.get(key)
        if cluster is None:
            return DONE
        if meta.deleting(cluster):
            return await self._remove(cluster)
        await self._ensure_execution_space(cluster)
        return await self._taint_and_hold(cluster)

    async def _ensure_execution_space(self, cluster: Object) -> None:
        name = generate_execution_space_name(meta.name(cluster))
        if self._namespaces.get(Key("", name)) is not None:
            return
        metadata: Object = {"name": name}
        if not self._plane.article:
            metadata["labels"] = {words.KARMADA_SYSTEM_LABEL: words.KARMADA_SYSTEM_LABEL_VALUE}
        space = {"apiVersion": "v1", "kind": "Namespace", "metadata": metadata}
        try:
            await self._client.create(NAMESPACES, space)
        except StatusError as error:
            reason = words.EVENT_REASON_CREATE_EXECUTION_SPACE_FAILED
            if self._plane.article:
                reason = f"Failed {reason}"
            await self._recorder.event(cluster, "Warning", reason, error.message)
            raise
        if not self._plane.article:
            message = f"Created execution space({name}) for cluster({meta.name(cluster)})."
            await self._recorder.event(
                cluster, "Normal", words.EVENT_REASON_CREATE_EXECUTION_SPACE_SUCCEED, message
            )

    async def _taint_and_hold(self, cluster: Object) -> Result:
        """Bring the taints up to date, and see to it that the Cluster cannot vanish unnoticed."""
        now = self._plane.clock.now()
        again: timedelta | None = None

        def wanted(latest: Object) -> Object:
            nonlocal again
            if self._plane.article:
                taints, again = article_taints(
                    latest, now, self._plane.options.timers.failover_eviction_timeout
                )
            else:
                taints = taints_by_condition(latest, now)
            if taints != taints_of(latest):
                latest = with_taints(latest, taints)
            if words.CLUSTER_CONTROLLER_FINALIZER not in meta.finalizers(latest):
                held = [*meta.finalizers(latest), words.CLUSTER_CONTROLLER_FINALIZER]
                latest = meta.with_metadata(latest, finalizers=held)
            return latest

        try:
            written = await update(self._client, CLUSTERS, self._clusters, meta.key(cluster), wanted)
        except StatusError as error:
            await self._recorder.event(
                cluster, "Warning", words.EVENT_REASON_TAINT_CLUSTER_FAILED, error.message
            )
            raise
        if written is not None and not self._plane.article and taints_of(written) != taints_of(cluster):
            message = f"Taint cluster succeed: {taints_message(taints_of(written))}."
            await self._recorder.event(cluster, "Normal", words.EVENT_REASON_TAINT_CLUSTER_SUCCEED, message)
        return Result(again.total_seconds()) if again is not None else DONE

    async def _remove(self, cluster: Object) -> Result:
        name = generate_execution_space_name(meta.name(cluster))
        space = self._namespaces.get(Key("", name))
        if space is not None:
            if not meta.deleting(space):
                await self._delete_execution_space(cluster, name)
            if self._namespaces.get(Key("", name)) is not None:
                return Result(_CHECK)
        if not self._plane.article and any(i.by_index(_INDEX, meta.name(cluster)) for i in self._bindings):
            return Result(_CHECK)
        await update(self._client, CLUSTERS, self._clusters, meta.key(cluster), _without_finalizer)
        return DONE

    async def _delete_execution_space(self, cluster: Object, name: str) -> None:
        try:
            await self._client.delete(NAMESPACES, name)
        except StatusError as error:
            if error.code == 404:
                return
            reason = words.EVENT_REASON_REMOVE_EXECUTION_SPACE_FAILED
            if self._plane.article:
                reason = f"Failed {words.EVENT_REASON_CREATE_EXECUTION_SPACE_FAILED}"
            await self._recorder.event(cluster, "Warning", reason, error.message)
            raise
        if not self._plane.article:
            message = f"Removed execution space for cluster({meta.name(cluster)})."
            await self._recorder.event(
                cluster, "Normal", words.EVENT_REASON_REMOVE_EXECUTION_SPACE_SUCCEED, message
            )

    def _left(self, event: Event) -> Iterable[Key]:
        """The leaving clusters that a binding does not name any more."""
        if event.old is None:
            return ()
        names = set(_scheduled_to(event.old)) - set(_scheduled_to(event.new) if event.new else ())
        keys = [Key("", name) for name in names]
        return [key for key in keys if (found := self._clusters.get(key)) and meta.deleting(found)]


def _scheduled_to(binding: Object) -> list[str]:
    return [target["name"] for target in meta.dig(binding, "spec", "clusters", default=())]


def _of_execution_space(event: Event) -> Iterable[Key]:
    try:
        return (Key("", get_cluster_name(meta.name(event.object))),)
    except ValueError:
        return ()


def _without_finalizer(cluster: Object) -> Object:
    kept = [f for f in meta.finalizers(cluster) if f != words.CLUSTER_CONTROLLER_FINALIZER]
    if len(kept) == len(meta.finalizers(cluster)):
        return cluster
    return meta.with_metadata(cluster, finalizers=kept or None)
