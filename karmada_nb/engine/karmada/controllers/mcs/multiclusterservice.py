"""The multiclusterservice controller: a Service in providers and consumers, and a call for endpoints.

Follows pkg/controllers/multiclusterservice/mcs_controller.go.
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
from karmada_nb.engine.karmada.controllers.mcs.service_import import SERVICES
from karmada_nb.engine.karmada.controllers.writing import create_or_update, update
from karmada_nb.engine.karmada.mcs import service as decide
from karmada_nb.engine.karmada.mcs.collected import MULTI_CLUSTER_SERVICE, carries
from karmada_nb.engine.karmada.names import generate_binding_name, get_cluster_name
from karmada_nb.engine.karmada.plane import BINDINGS, CLUSTERS, WORKS, Plane
from karmada_nb.engine.karmada.work import WorkError, merge_work
from karmada_nb.engine.meta import Key, Object
from karmada_nb.engine.runtime.controller import DONE, Result, Retry, Watch
from karmada_nb.engine.runtime.informer import Event

APPLIED: Final = "Service is propagated to target clusters."
_WORKS: Final = "multiclusterservice/permanent-id"


class MultiClusterServiceController:
    """One key a MultiClusterService, which has the name of its Service."""

    name = "multiclusterservice-controller"

    def __init__(self, plane: Plane) -> None:
        self._plane = plane
        self._client = plane.client_as(CONTROLLER_MANAGER)
        self._recorder = plane.recorder(self.name)
        self._services = plane.informers(*MULTI_CLUSTER_SERVICES)
        self._templates = plane.informers(*SERVICES)
        self._clusters = plane.informers(*CLUSTERS)
        self._bindings = plane.informers(*BINDINGS)
        self._works = plane.informers(*WORKS)
        self._works.add_index(_WORKS, _owner)

    def watches(self) -> Iterable[Watch]:
        yield Watch(self._services, _changed)
        yield Watch(self._templates, self._template_changed)
        yield Watch(self._clusters, self._cluster_changed)

    async def reconcile(self, key: Key) -> Result:
        service = self._services.get(key)
        if service is None:
            return DONE
        if meta.deleting(service):
            await self._retire(service)
            return DONE
        try:
            await self._apply(service)
        except (StatusError, WorkError, decide.DifferentOwner) as error:
            await self._say(key, "False", "ServiceAppliedFailed", str(error))
            await self._recorder.event(service, "Warning", words.EVENT_REASON_SYNC_SERVICE_FAILED, str(error))
            raise Retry(str(error)) from error
        await self._say(key, "True", "ServiceAppliedSucceed", APPLIED)
        await self._recorder.event(service, "Normal", words.EVENT_REASON_SYNC_SERVICE_SUCCEED, APPLIED)
        return DONE

    async def _apply(self, service: Object) -> None:
        key = meta.key(service)
        names = [meta.name(cluster) for cluster in self._clusters.items()]
        providing = decide.providers(service, names)
        if not decide.crosses_clusters(service):
            await self._release_template(key)
            await self._withdraw(service, providing)
            await self._finalize(key, wanted=False)
            return
        await self._finalize(key, wanted=True)
        for cluster in providing:
            await self._ask(service, cluster)
        await self._withdraw(service, providing)
        template = self._templates.get(key)
        if template is None:
            raise StatusError(404, "NotFound", f'services "{key.name}" not found')
        await self._propagate(service, template, {*providing, *decide.consumers(service, names)})

    async def _ask(self, service: Object, name: str) -> None:
        """Have a provider's endpoints collected, if it is one that has some."""
        cluster = self._clusters.get(Key("", name))
        trouble = hindrance(cluster, "Provider", name, "MultiClusterService")
        if trouble is not None:
            await self._recorder.event(service, "Warning", *trouble)
            return
        wanted = decide.provider_work(service, name)
        edition = self._plane.edition
        await create_or_update(
            self._client, WORKS, self._works, wanted, lambda old: merge_work(old, wanted, edition)
        )

    async def _withdraw(self, service: Object, providing: Iterable[str]) -> None:
        """Ask no cluster but these. The collector lets go of what it collected elsewhere."""
        for work in self._works.by_index(_WORKS, decide.permanent_id(service)):
            if get_cluster_name(meta.namespace(work)) not in providing and not meta.deleting(work):
                await self._client.delete(WORKS, meta.name(work), meta.namespace(work), uid=meta.uid(work))

    async def _propagate(self, service: Object, template: Object, clusters: set[str]) -> None:
        def claimed(latest: Object) -> Object:
            wanted = decide.claimed_service(latest, service)
            return latest if wanted == latest else wanted

        written = await update(self._client, SERVICES, self._templates, meta.key(template), claimed)
        wanted = decide.service_binding(written or template, service, clusters)
        await create_or_update(
            self._client, BINDINGS, self._bindings, wanted, lambda old: decide.merged_binding(old, wanted)
        )

    async def _retire(self, service: Object) -> None:
        """The Service stays where it is, and becomes a policy's matter again."""
        await self._release_template(meta.key(service))
        await self._withdraw(service, ())
        await self._finalize(meta.key(service), wanted=False)

    async def _release_template(self, key: Key) -> None:
        if self._templates.get(key) is None:
            return
        await update(self._client, SERVICES, self._templates, key, decide.released_service)
        binding = Key(key.namespace, generate_binding_name("Service", key.name))
        await update(self._client, BINDINGS, self._bindings, binding, decide.released_binding)

    async def _finalize(self, key: Key, *, wanted: bool) -> None:
        def changed(service: Object) -> Object:
            others = [f for f in meta.finalizers(service) if f != words.MCS_CONTROLLER_FINALIZER]
            finalizers = [*others, words.MCS_CONTROLLER_FINALIZER] if wanted else others
            if sorted(finalizers) == sorted(meta.finalizers(service)):
                return service
            return meta.with_metadata(service, finalizers=finalizers or None)

        await update(self._client, MULTI_CLUSTER_SERVICES, self._services, key, changed)

    async def _say(self, key: Key, status: str, reason: str, message: str) -> None:
        condition = (words.MCS_SERVICE_APPLIED_CONDITION_TYPE, status, reason, message)
        now = self._plane.clock.now()
        await say(self._client, self._services, key, condition, now)

    def _template_changed(self, event: Event) -> Iterable[Key]:
        key = meta.key(event.object)
        service = self._services.get(key)
        if service is None or not decide.crosses_clusters(service):
            return ()
        old, new = event
        if old is not None and new is not None:
            parts = (meta.labels, meta.annotations, lambda obj: obj.get("spec"))
            if all(part(old) == part(new) for part in parts):
                return ()
        return (key,)

    def _cluster_changed(self, event: Event) -> Iterable[Key]:
        if not cluster_matters(event):
            return ()
        name = meta.name(event.object)
        return [
            meta.key(service)
            for service in self._services.items()
            if decide.crosses_clusters(service)
            and name in {*decide.providers(service, (name,)), *decide.consumers(service, (name,))}
        ]


def _owner(work: Object) -> Iterable[str]:
    owner = decide.permanent_id(work)
    found = carries(work, MULTI_CLUSTER_SERVICE.api_version, MULTI_CLUSTER_SERVICE.kind)
    return (owner,) if owner and found is not None else ()


def _changed(event: Event) -> Iterable[Key]:
    old, new = event
    if new is None:
        return ()
    if old is None:
        return (meta.key(new),) if decide.crosses_clusters(new) else ()
    if not decide.crosses_clusters(old) and not decide.crosses_clusters(new):
        return ()
    same = (
        meta.annotations(old) == meta.annotations(new)
        and old["spec"] == new["spec"]
        and meta.deleting(old) == meta.deleting(new)
    )
    return () if same else (meta.key(new),)
