"""The binding controllers: the Works that a binding asks for, no more and no less.

Follows pkg/controllers/binding, and v1.2's. Works are found by the mark that leads back to their binding.
"""

from __future__ import annotations

from collections.abc import Iterable

from karmada_nb.engine import meta
from karmada_nb.engine.errors import StatusError
from karmada_nb.engine.karmada.constants import (
    ARTICLE_CLUSTER_RESOURCE_BINDING_REFERENCE_KEY,
    ARTICLE_RESOURCE_BINDING_REFERENCE_KEY,
    BINDING_CONTROLLER,
    BINDING_CONTROLLER_FINALIZER,
    CLUSTER_RESOURCE_BINDING_ANNOTATION_KEY,
    CLUSTER_RESOURCE_BINDING_CONTROLLER,
    CLUSTER_RESOURCE_BINDING_CONTROLLER_FINALIZER,
    CLUSTER_RESOURCE_BINDING_PERMANENT_ID_LABEL,
    EVENT_REASON_CLEANUP_WORK_FAILED,
    EVENT_REASON_SYNC_WORK_FAILED,
    EVENT_REASON_SYNC_WORK_SUCCEED,
    OVERRIDE_MANAGER,
    RESOURCE_BINDING_NAME_ANNOTATION_KEY,
    RESOURCE_BINDING_NAMESPACE_ANNOTATION_KEY,
    RESOURCE_BINDING_PERMANENT_ID_LABEL,
)
from karmada_nb.engine.karmada.controllers.claims import CONTROLLER_MANAGER
from karmada_nb.engine.karmada.controllers.overrides import OverrideBook
from karmada_nb.engine.karmada.controllers.selecting import ref_of_resource
from karmada_nb.engine.karmada.controllers.templates import Templates
from karmada_nb.engine.karmada.gates import STATEFUL_FAILOVER_INJECTION
from karmada_nb.engine.karmada.names import generate_binding_reference_key, get_cluster_name
from karmada_nb.engine.karmada.plane import BINDINGS, CLUSTER_BINDINGS, CLUSTERS, WORKS, Plane
from karmada_nb.engine.karmada.work import DesiredWorks, WorkError, desired_works, merge_work
from karmada_nb.engine.meta import Key, Object
from karmada_nb.engine.runtime.controller import DONE, Result, Retry, Watch
from karmada_nb.engine.runtime.informer import Event

_INDEX = "binding"
_MARKS = (
    RESOURCE_BINDING_PERMANENT_ID_LABEL,
    CLUSTER_RESOURCE_BINDING_PERMANENT_ID_LABEL,
    ARTICLE_RESOURCE_BINDING_REFERENCE_KEY,
    ARTICLE_CLUSTER_RESOURCE_BINDING_REFERENCE_KEY,
)


class BindingController:
    """For ResourceBindings (``namespaced``) or ClusterResourceBindings."""

    def __init__(self, plane: Plane, templates: Templates, *, namespaced: bool) -> None:
        self.name = BINDING_CONTROLLER if namespaced else CLUSTER_RESOURCE_BINDING_CONTROLLER
        self._plane = plane
        self._namespaced = namespaced
        self._resource = BINDINGS if namespaced else CLUSTER_BINDINGS
        self._finalizer = (
            BINDING_CONTROLLER_FINALIZER if namespaced else CLUSTER_RESOURCE_BINDING_CONTROLLER_FINALIZER
        )
        self._client = plane.client_as(CONTROLLER_MANAGER)
        self._recorder = plane.recorder(self.name)
        self._override_recorder = plane.recorder(OVERRIDE_MANAGER)
        self._templates = templates
        self._bindings = plane.informers(*self._resource)
        self._works = plane.informers(*WORKS)
        self._works.add_index(_INDEX, _marks)
        self._clusters = plane.informers(*CLUSTERS)
        self._overrides = OverrideBook(plane, templates, self._bindings)
        self._settled: dict[Key, tuple[str, int, str]] = {}
        """uid and generation of the binding, resourceVersion of the template, of the last complete pass."""

    def watches(self) -> Iterable[Watch]:
        yield Watch(self._bindings, self._changed)
        yield Watch(self._works, self._work_gone)
        if self._namespaced:
            yield Watch(self._overrides.policies, self._override_changed)
        yield Watch(self._overrides.cluster_policies, self._override_changed)

    def _changed(self, event: Event) -> Iterable[Key]:
        key = meta.key(event.object)
        if event.new is None:
            self._settled.pop(key, None)
            return ()
        if event.old is None or meta.generation(event.old) != meta.generation(event.new):
            return (key,)
        return (key,) if meta.deleting(event.new) and not meta.deleting(event.old) else ()

    def _work_gone(self, event: Event) -> Iterable[Key]:
        """v1.2 makes a Work again that is gone; today's only waits for those that must go first."""
        if event.new is not None:
            return ()
        key = self._binding_of(event.object)
        binding = self._bindings.get(key) if key is not None else None
        if key is None or binding is None:
            return ()
        if not self._plane.article and not _purged_directly(binding["spec"]):
            return ()
        self._settled.pop(key, None)
        return (key,)

    def _binding_of(self, work: Object) -> Key | None:
        notes = meta.annotations(work)
        if not self._namespaced:
            name = notes.get(CLUSTER_RESOURCE_BINDING_ANNOTATION_KEY)
            return Key("", name) if name else None
        name = notes.get(RESOURCE_BINDING_NAME_ANNOTATION_KEY)
        return Key(notes.get(RESOURCE_BINDING_NAMESPACE_ANNOTATION_KEY, ""), name) if name else None

    def _override_changed(self, event: Event) -> Iterable[Key]:
        old, new = event
        if old is not None and new is not None and meta.generation(old) == meta.generation(new):
            return ()
        keys = self._overrides.bindings_touched(event)
        for key in keys:
            self._settled.pop(key, None)
        return keys

    async def reconcile(self, key: Key) -> Result:
        binding = self._bindings.get(key)
        if binding is None:
            return DONE
        works = self._works.by_index(_INDEX, self._mark(binding))
        if meta.deleting(binding):
            await self._delete(works)
            await self._remove_finalizer(binding)
            return DONE
        template = self._templates.get(ref_of_resource(binding["spec"]["resource"]))
        state = (
            meta.uid(binding),
            meta.generation(binding),
            "" if template is None else meta.resource_version(template),
        )
        if self._settled.get(key) == state:
            return DONE
        await self._remove_orphans(binding, works)
        if _leaving(binding["spec"], works) or template is None:
            # Works that must go first bring the binding back; a template that is gone takes it away.
            return DONE
        await self._sync(binding, template)
        self._settled[key] = state
        return DONE

    def _mark(self, binding: Object) -> str:
        if self._plane.article:
            label = (
                ARTICLE_RESOURCE_BINDING_REFERENCE_KEY
                if self._namespaced
                else ARTICLE_CLUSTER_RESOURCE_BINDING_REFERENCE_KEY
            )
            return f"{label}={generate_binding_reference_key(*meta.key(binding), self._plane.edition)}"
        label = (
            RESOURCE_BINDING_PERMANENT_ID_LABEL
            if self._namespaced
            else CLUSTER_RESOURCE_BINDING_PERMANENT_ID_LABEL
        )
        return f"{label}={meta.labels(binding).get(label, '')}"

    async def _remove_orphans(self, binding: Object, works: Iterable[Object]) -> None:
        expected = existing_clusters(binding["spec"])
        try:
            await self._delete(w for w in works if get_cluster_name(meta.namespace(w)) not in expected)
        except StatusError as error:
            await self._recorder.event(binding, "Warning", EVENT_REASON_CLEANUP_WORK_FAILED, str(error))
            raise

    async def _delete(self, works: Iterable[Object]) -> None:
        for work in works:
            if meta.deleting(work):
                continue
            try:
                await self._client.delete(WORKS, meta.name(work), meta.namespace(work), uid=meta.uid(work))
            except StatusError as error:
                if error.code != 404:
                    raise

    async def _remove_finalizer(self, binding: Object) -> None:
        current = self._bindings.get(meta.key(binding))
        if current is None or self._finalizer not in meta.finalizers(current):
            return
        left = [finalizer for finalizer in meta.finalizers(current) if finalizer != self._finalizer]
        await self._client.update(self._resource, meta.with_metadata(current, finalizers=left or None))

    async def _sync(self, binding: Object, template: Object) -> None:
        """Write the Works, and tell how it went on the binding and on the template."""
        desired = await self._plane.interpreter.ask(
            lambda interpreter: desired_works(
                binding,
                template,
                lambda name: self._clusters.get(Key("", name)),
                *self._overrides.of(template),
                interpreter,
                self._plane.edition,
                stateful_failover=self._plane.gate(STATEFUL_FAILOVER_INJECTION),
            )
        )
        errors = list(desired.errors)
        for work in desired.works:
            try:
                await self._write(work)
            except (StatusError, WorkError) as error:
                errors.append(str(error))
                if self._plane.article:
                    break
        for event in desired.events:
            await self._override_recorder.event(template, *event)
        why = DesiredWorks(errors=tuple(errors)).error
        kind, reason, message = "Normal", EVENT_REASON_SYNC_WORK_SUCCEED, self._synced(binding)
        if why is not None:
            kind, reason, message = "Warning", EVENT_REASON_SYNC_WORK_FAILED, why
        await self._recorder.event(binding, kind, reason, message)
        await self._recorder.event(template, kind, reason, message)
        if why is not None:
            raise Retry(why)

    async def _write(self, desired: Object) -> None:
        existing = self._works.get(meta.key(desired))
        wanted = merge_work(existing, desired, self._plane.edition)
        if existing is None:
            await self._client.create(WORKS, wanted, meta.namespace(wanted))
        elif wanted is not existing:
            await self._client.update(WORKS, wanted)

    def _synced(self, binding: Object) -> str:
        kind = "ResourceBinding" if self._namespaced else "ClusterResourceBinding"
        if self._plane.article:
            kind = kind[0].lower() + kind[1:]
        return f"Sync work of {kind}({meta.key(binding)}) successful."


def existing_clusters(spec: Object) -> set[str]:
    """Where Works of the binding may be: its clusters, those that need it, and those it leaves gracefully.

    Follows ``ObtainBindingSpecExistingClusters`` of pkg/util/helper/binding.go.
    """
    names = {target["name"] for target in spec.get("clusters") or ()}
    for snapshot in spec.get("requiredBy") or ():
        names |= {target["name"] for target in snapshot.get("clusters") or ()}
    tasks = spec.get("gracefulEvictionTasks") or ()
    return names | {task["fromCluster"] for task in tasks if task.get("purgeMode") != "Directly"}


def _purged_directly(spec: Object) -> set[str]:
    tasks = spec.get("gracefulEvictionTasks") or ()
    return {task["fromCluster"] for task in tasks if task.get("purgeMode") == "Directly"}


def _leaving(spec: Object, works: Iterable[Object]) -> bool:
    """Whether a Work is still where it must be gone from before others are made."""
    clusters = _purged_directly(spec)
    return bool(clusters) and any(get_cluster_name(meta.namespace(work)) in clusters for work in works)


def _marks(work: Object) -> Iterable[str]:
    labels = meta.labels(work)
    return [f"{mark}={labels[mark]}" for mark in _MARKS if labels.get(mark)]
