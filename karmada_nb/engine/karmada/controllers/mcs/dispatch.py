"""The endpointslice dispatch controller: a provider's endpoints go to every consumer but itself.

Follows pkg/controllers/multiclusterservice/endpointslice_dispatch_controller.go.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from karmada_nb.engine import meta
from karmada_nb.engine.errors import StatusError
from karmada_nb.engine.karmada import constants as words
from karmada_nb.engine.karmada.controllers.claims import CONTROLLER_MANAGER
from karmada_nb.engine.karmada.controllers.mcs.conditions import (
    MULTI_CLUSTER_SERVICES,
    cluster_matters,
    hindrance,
    say,
)
from karmada_nb.engine.karmada.controllers.writing import create_or_update, update
from karmada_nb.engine.karmada.mcs.collected import MULTI_CLUSTER_SERVICE, carries, is_dispatched
from karmada_nb.engine.karmada.mcs.service import consumers, dispatched_work
from karmada_nb.engine.karmada.names import generate_execution_space_name, get_cluster_name
from karmada_nb.engine.karmada.plane import CLUSTERS, WORKS, Plane
from karmada_nb.engine.karmada.work import WorkError, merge_work
from karmada_nb.engine.meta import Key, Object
from karmada_nb.engine.runtime.controller import DONE, Result, Retry, Watch
from karmada_nb.engine.runtime.informer import Event

DISPATCHED: Final = "EndpointSlice are dispatched successfully"
_OF_SERVICE: Final = "multiclusterservice"
_COPIES: Final = "dispatched from"


class EndpointSliceDispatchController:
    """Keys are Works that hold a provider's slice."""

    name = "endpointslice-dispatch-controller"

    def __init__(self, plane: Plane) -> None:
        self._plane = plane
        self._client = plane.client_as(CONTROLLER_MANAGER)
        self._recorder = plane.recorder(self.name)
        self._services = plane.informers(*MULTI_CLUSTER_SERVICES)
        self._clusters = plane.informers(*CLUSTERS)
        self._works = plane.informers(*WORKS)
        self._works.add_index(_OF_SERVICE, _service_of)
        self._works.add_index(_COPIES, _original)

    def watches(self) -> Iterable[Watch]:
        yield Watch(self._works, _held)
        yield Watch(self._services, self._service_changed)
        yield Watch(self._clusters, self._cluster_changed)

    async def reconcile(self, key: Key) -> Result:
        work = self._works.get(key)
        if work is None or carries(work, "discovery.k8s.io/v1", "EndpointSlice") is None:
            return DONE
        named = next(iter(_service_of(work)), None)
        if meta.deleting(work) or named is None:
            await self._retire(work)
            return DONE
        service = self._services.get(_key(named))
        if service is None:
            return DONE
        try:
            await self._dispatch(work, service)
        except (StatusError, WorkError) as error:
            await self._say(service, "False", "EndpointSliceDispatchedFailed", str(error))
            reason = words.EVENT_REASON_DISPATCH_ENDPOINT_SLICE_FAILED
            await self._recorder.event(service, "Warning", reason, str(error))
            raise Retry(str(error)) from error
        await self._say(service, "True", "EndpointSliceDispatchedSucceed", DISPATCHED)
        reason = words.EVENT_REASON_DISPATCH_ENDPOINT_SLICE_SUCCEED
        await self._recorder.event(service, "Normal", reason, DISPATCHED)
        return DONE

    async def _dispatch(self, work: Object, service: Object) -> None:
        wanted = consumers(service, (meta.name(cluster) for cluster in self._clusters.items()))
        await self._delete(
            copy
            for copy in self._of(meta.key(service))
            if is_dispatched(copy) and get_cluster_name(meta.namespace(copy)) not in wanted
        )
        for name in wanted:
            if name == get_cluster_name(meta.namespace(work)):
                continue
            trouble = hindrance(self._clusters.get(Key("", name)), "Consumer", name, "EndpointSlice")
            if trouble is not None:
                await self._recorder.event(service, "Warning", *trouble)
                continue
            await self._write(dispatched_work(work, service, name))

    async def _write(self, copy: Object) -> None:
        edition = self._plane.edition
        await create_or_update(
            self._client, WORKS, self._works, copy, lambda old: merge_work(old, copy, edition)
        )

    async def _retire(self, work: Object) -> None:
        """The provider's slice is gone: take back what was made of it, then let the Work go."""
        await self._delete(self._works.by_index(_COPIES, str(meta.key(work))))
        await update(self._client, WORKS, self._works, meta.key(work), _without_finalizer)

    async def _delete(self, works: Iterable[Object]) -> None:
        for work in list(works):
            if not meta.deleting(work):
                await self._client.delete(WORKS, meta.name(work), meta.namespace(work), uid=meta.uid(work))

    async def _say(self, service: Object, status: str, reason: str, message: str) -> None:
        condition = (words.ENDPOINT_SLICE_DISPATCHED, status, reason, message)
        await say(self._client, self._services, meta.key(service), condition, self._plane.clock.now())

    def _of(self, service: Key) -> list[Object]:
        return self._works.by_index(_OF_SERVICE, str(service))

    def _providers(self, service: Key) -> list[Key]:
        return [meta.key(work) for work in self._of(service) if not is_dispatched(work)]

    def _service_changed(self, event: Event) -> Iterable[Key]:
        old, new = event
        if old is not None and new is not None and old["spec"] == new["spec"]:
            return ()
        return self._providers(meta.key(event.object))

    def _cluster_changed(self, event: Event) -> Iterable[Key]:
        if not cluster_matters(event):
            return ()
        name = meta.name(event.object)
        concerned = [s for s in self._services.items() if name in consumers(s, (name,))]
        return [key for service in concerned for key in self._providers(meta.key(service))]


def _service_of(work: Object) -> Iterable[str]:
    labels = meta.labels(work)
    name = labels.get(MULTI_CLUSTER_SERVICE.name_label)
    return (f"{labels.get(MULTI_CLUSTER_SERVICE.namespace_label, '')}/{name}",) if name else ()


def _key(service: str) -> Key:
    namespace, _, name = service.partition("/")
    return Key(namespace, name)


def _original(work: Object) -> Iterable[str]:
    """The provider's Work that a consumer's was made of; both have one name."""
    provider = meta.annotations(work).get(words.ENDPOINT_SLICE_PROVISION_CLUSTER_ANNOTATION)
    return (str(Key(generate_execution_space_name(provider), meta.name(work))),) if provider else ()


def _held(event: Event) -> Iterable[Key]:
    """A provider's Work; one that is the service export controller's now is let go of."""
    work = event.object
    labels = meta.labels(work)
    known = labels.get(MULTI_CLUSTER_SERVICE.name_label) or labels.get(words.SERVICE_NAME_LABEL)
    return (meta.key(work),) if known and not is_dispatched(work) else ()


def _without_finalizer(work: Object) -> Object:
    finalizer = words.MCS_ENDPOINT_SLICE_DISPATCH_CONTROLLER_FINALIZER
    if finalizer not in meta.finalizers(work):
        return work
    left = [f for f in meta.finalizers(work) if f != finalizer]
    return meta.with_metadata(work, finalizers=left or None)
