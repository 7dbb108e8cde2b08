"""The service export and the endpointslice collect controller: members' EndpointSlices, held in Works.

Follows pkg/controllers/mcs/service_export_controller.go and pkg/controllers/multiclusterservice/
endpointslice_collect_controller.go. A member's slices are watched while a Work asks for some of them.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from karmada_nb.engine import meta
from karmada_nb.engine.karmada.constants import WORK_APPLIED
from karmada_nb.engine.karmada.controllers.channel import Channel
from karmada_nb.engine.karmada.controllers.claims import CONTROLLER_MANAGER
from karmada_nb.engine.karmada.controllers.cluster_state import is_ready
from karmada_nb.engine.karmada.controllers.member_objects import MemberObjects
from karmada_nb.engine.karmada.controllers.writing import create_or_update
from karmada_nb.engine.karmada.mcs import collected
from karmada_nb.engine.karmada.mcs.collected import SERVICE_EXPORT, SERVICE_NAME, Collector
from karmada_nb.engine.karmada.names import generate_execution_space_name, get_cluster_name
from karmada_nb.engine.karmada.plane import CLUSTERS, WORKS, Plane
from karmada_nb.engine.karmada.work import WorkError, merge_work
from karmada_nb.engine.meta import Key, Object
from karmada_nb.engine.network.services import by_service
from karmada_nb.engine.network.timing import within
from karmada_nb.engine.runtime.client import Resource
from karmada_nb.engine.runtime.controller import DONE, Result, Retry, Watch, itself
from karmada_nb.engine.runtime.informer import Event

EXPORTS: Final = Resource("multicluster.x-k8s.io", "v1alpha1", "serviceexports")
SLICES: Final = Resource("discovery.k8s.io", "v1", "endpointslices")
SYNC_SECONDS: Final = 30.0
"""``--cluster-cache-sync-timeout``"""
_BY_SERVICE: Final = "karmada/service"


class EndpointSliceCollector:
    """Keys are a member's execution namespace, and ``namespace/name`` of a service there."""

    def __init__(self, plane: Plane, name: str, collector: Collector) -> None:
        self.name = name
        self._plane = plane
        self._collector = collector
        self._client = plane.client_as(CONTROLLER_MANAGER)
        self._clusters = plane.informers(*CLUSTERS)
        self._works = plane.informers(*WORKS)
        self._asking, self._holding = f"{name}/asking", f"{name}/holding"
        self._works.add_index(self._asking, self._asked_places)
        self._works.add_index(self._holding, self._held_places)
        self._objects = MemberObjects(plane.members)
        self._objects.listen(self._member_changed)
        self._wanted: set[Key] = set()
        """What is being collected; news of other services is no news."""
        self._channel = Channel()
        plane.members.on_change(self._wake)

    def watches(self) -> Iterable[Watch]:
        yield Watch(self._works, self._work_changed)
        yield Watch(self._clusters, self._cluster_changed)
        yield Watch(self._channel, itself)

    async def reconcile(self, key: Key) -> Result:
        cluster = self._clusters.get(Key("", get_cluster_name(key.namespace)))
        slices: list[Object] = []
        if cluster is not None and any(map(self._asks, self._works.by_index(self._asking, str(key)))):
            if not is_ready(cluster):
                return DONE  # What was collected stays; the cluster's return brings the service back.
            slices = await self._slices(key, meta.name(cluster))
        else:
            self._wanted.discard(key)
            self._objects.release(key)
        kept = set()
        for found in slices:
            assert cluster is not None
            kept.add(await self._collect(found, meta.name(cluster)))
        for work in self._works.by_index(self._holding, str(key)):
            if meta.key(work) not in kept and not meta.deleting(work):
                await self._release(work)
        return DONE

    async def _slices(self, key: Key, cluster: str) -> list[Object]:
        """The endpoints of the service in the member, if it is exported there."""
        exports = self._collector is SERVICE_EXPORT
        self._wanted.add(key)
        self._objects.hold(key, cluster, (EXPORTS, SLICES) if exports else (SLICES,))
        namespace, _, service = key.name.partition("/")
        if exports:
            exported = self._objects.informer(cluster, EXPORTS)
            if exported is None:
                raise Retry(f"cluster({cluster}) cannot be reached")
            await within(self._plane.clock, SYNC_SECONDS, exported.synced())
            if exported.get(Key(namespace, service)) is None:
                return []
        informer = self._objects.informer(cluster, SLICES)
        if informer is None:
            raise Retry(f"cluster({cluster}) cannot be reached")
        await within(self._plane.clock, SYNC_SECONDS, informer.synced())
        informer.add_index(_BY_SERVICE, by_service)
        return [s for s in informer.by_index(_BY_SERVICE, key.name) if not collected.is_imported(s)]

    async def _collect(self, endpoint_slice: Object, cluster: str) -> Key:
        edition = self._plane.edition
        key = collected.collected_key(endpoint_slice, cluster, edition)
        wanted = collected.collected_work(
            endpoint_slice, cluster, self._collector, self._works.get(key), edition
        )
        try:
            await create_or_update(
                self._client, WORKS, self._works, wanted, lambda old: merge_work(old, wanted, edition)
            )
        except WorkError as error:
            raise Retry(str(error)) from error
        return key

    async def _release(self, work: Object) -> None:
        left = collected.released_work(work, self._collector)
        if left is None:
            await self._client.delete(WORKS, meta.name(work), meta.namespace(work), uid=meta.uid(work))
        else:
            await self._client.update(WORKS, left)

    def _asks(self, work: Object) -> bool:
        if meta.deleting(work):
            return False
        applied = (meta.condition(work, WORK_APPLIED) or {}).get("status") == "True"
        return applied or self._collector is not SERVICE_EXPORT

    def _asked_places(self, work: Object) -> Iterable[str]:
        """The service that a Work asks for, and the execution namespace that it is in."""
        manifest = collected.carries(work, self._collector.api_version, self._collector.kind)
        if manifest is None:
            return ()
        return (meta.namespace(work), str(_place(work, meta.key(manifest))))

    def _held_places(self, work: Object) -> Iterable[str]:
        service = collected.service_of(work, self._collector)
        return () if service is None else (str(_place(work, service)),)

    def _work_changed(self, event: Event) -> Iterable[Key]:
        manifest = collected.carries(event.object, self._collector.api_version, self._collector.kind)
        return () if manifest is None else (_place(event.object, meta.key(manifest)),)

    def _cluster_changed(self, event: Event) -> Iterable[Key]:
        if event.new is None or event.old is None or is_ready(event.old) == is_ready(event.new):
            return ()
        return self._asked(meta.name(event.new))

    def _asked(self, cluster: str) -> list[Key]:
        space = generate_execution_space_name(cluster)
        return [key for work in self._works.by_index(self._asking, space) for key in self._places(work)]

    def _places(self, work: Object) -> Iterable[Key]:
        return self._work_changed(Event(None, work))

    def _wake(self, cluster: str) -> None:
        """The connection is a new one: what hung on the old is to be watched again."""
        for key in self._asked(cluster):
            self._channel.send(key)

    def _member_changed(self, cluster: str, resource: Resource, event: Event) -> None:
        space = generate_execution_space_name(cluster)
        for obj in event:
            if obj is None:
                continue
            name = meta.name(obj) if resource == EXPORTS else meta.labels(obj).get(SERVICE_NAME, "")
            key = Key(space, f"{meta.namespace(obj)}/{name}")
            if key in self._wanted:
                self._channel.send(key)


def _place(work: Object, service: Key) -> Key:
    return Key(meta.namespace(work), str(service))
