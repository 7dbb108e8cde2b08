"""The binding status controllers: Works' statuses into bindings, bindings' into templates.

Follows pkg/controllers/status/{rb_status_controller,crb_status_controller,common}.go. At v1.2 the binding
controllers did this (pkg/controllers/binding), so there the events are theirs.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from karmada_nb.engine import meta
from karmada_nb.engine.errors import StatusError
from karmada_nb.engine.karmada import constants as words
from karmada_nb.engine.karmada.controllers.work_aggregation import (
    NoSuchManifest,
    assemble_work_status,
    with_aggregated,
)
from karmada_nb.engine.karmada.controllers.writing import update
from karmada_nb.engine.karmada.interpreter import Interpreter, InterpreterError, Operation
from karmada_nb.engine.karmada.names import generate_binding_reference_key
from karmada_nb.engine.karmada.plane import BINDINGS, CLUSTER_BINDINGS, WORKS, Plane
from karmada_nb.engine.meta import Key, Object
from karmada_nb.engine.runtime.controller import DONE, SETTLE, Result, Retry, Watch, itself
from karmada_nb.engine.runtime.informer import Event

_INDEX: Final = "status-of-binding"
_FAILURES: Final = (StatusError, InterpreterError)


class BindingStatusController:
    """For ResourceBindings, or (``cluster_scope``) for ClusterResourceBindings."""

    name: str

    def __init__(self, plane: Plane, *, cluster_scope: bool) -> None:
        self._plane = plane
        self._article = plane.article
        self._resource = CLUSTER_BINDINGS if cluster_scope else BINDINGS
        if cluster_scope:
            self.name = words.CLUSTER_RESOURCE_BINDING_STATUS_CONTROLLER
            component = words.CLUSTER_RESOURCE_BINDING_CONTROLLER
            self._kind = "clusterResourceBinding" if self._article else "ClusterResourceBinding"
            self._label = words.CLUSTER_RESOURCE_BINDING_PERMANENT_ID_LABEL
            article_label = words.ARTICLE_CLUSTER_RESOURCE_BINDING_REFERENCE_KEY
        else:
            self.name = words.RESOURCE_BINDING_STATUS_CONTROLLER
            component = words.BINDING_CONTROLLER
            self._kind = "resourceBinding" if self._article else "ResourceBinding"
            self._label = words.RESOURCE_BINDING_PERMANENT_ID_LABEL
            article_label = words.ARTICLE_RESOURCE_BINDING_REFERENCE_KEY
        if self._article:
            self._label = article_label
        self._cluster_scope = cluster_scope
        self._client = plane.client_as(self.name)
        self._recorder = plane.recorder(component if self._article else self.name)
        self._bindings = plane.informers(*self._resource)
        self._works = plane.informers(*WORKS)
        label = self._label
        index = f"{_INDEX}-{label}"
        self._works.add_index(index, lambda work: filter(None, (meta.labels(work).get(label),)))
        self._index = index

    def watches(self) -> Iterable[Watch]:
        yield Watch(self._bindings, self._binding_changed)
        yield Watch(self._works, self._work_changed, SETTLE)

    async def reconcile(self, key: Key) -> Result:
        binding = self._bindings.get(key)
        if binding is None or meta.deleting(binding):
            return DONE
        works = self._works.by_index(self._index, self._id(binding))
        if self._waiting(binding, works):
            return DONE
        try:
            items = assemble_work_status(works, binding["spec"]["resource"], article=self._article)
        except NoSuchManifest as error:
            raise Retry from error
        now = self._plane.clock.now()
        try:
            written = await update(
                self._client,
                self._resource,
                self._bindings,
                key,
                lambda latest: with_aggregated(latest, items, now, article=self._article),
                "status",
            )
        except StatusError as error:
            await self._recorder.event(
                binding, "Warning", words.EVENT_REASON_AGGREGATE_STATUS_FAILED, error.message
            )
            raise
        if written is not None:
            await self._recorder.event(
                binding, "Normal", words.EVENT_REASON_AGGREGATE_STATUS_SUCCEED, self._succeeded(key)
            )
        await self._update_template(binding["spec"]["resource"], items, key)
        return DONE

    async def _update_template(self, reference: Object, items: list[Object], binding: Key) -> None:
        interpreter = self._plane.interpreter
        api_version, kind = reference["apiVersion"], reference["kind"]
        if not interpreter.hook_enabled(api_version, kind, Operation.AGGREGATE_STATUS):
            return
        resource = self._plane.served.of_kind(api_version, kind)
        if resource is None:
            raise Retry
        templates = self._plane.informers(*resource)
        key = Key(reference.get("namespace", ""), reference["name"])

        async def write(asked: Interpreter) -> Object | None:
            def aggregated(template: Object) -> Object:
                made = asked.aggregate_status(template, items, self._plane.clock.now())
                return template if made.get("status") == template.get("status") else made

            return await update(self._client, resource, templates, key, aggregated, "status")

        template = templates.get(key)
        if template is None:
            return
        try:
            written = await interpreter.attempt(write)
        except _FAILURES as error:
            why = str(error)
            await self._recorder.event(template, "Warning", words.EVENT_REASON_AGGREGATE_STATUS_FAILED, why)
            raise Retry from error
        if written is not None:
            message = (
                self._succeeded(binding)
                if self._article
                else "Update Resource with AggregatedStatus successfully."
            )
            await self._recorder.event(
                template, "Normal", words.EVENT_REASON_AGGREGATE_STATUS_SUCCEED, message
            )

    def _succeeded(self, key: Key) -> str:
        return f"Update {self._kind}({key}) with AggregatedStatus successfully."

    def _id(self, binding: Object) -> str:
        if self._article:
            return generate_binding_reference_key(meta.namespace(binding), meta.name(binding), words.ARTICLE)
        return meta.labels(binding).get(self._label, "")

    def _waiting(self, binding: Object, works: list[Object]) -> bool:
        """Whether there is nothing to tell yet: scheduled, and no Work has reported."""
        if (binding.get("status") or {}).get("aggregatedStatus") or not binding["spec"].get("clusters"):
            return False
        return not any(work.get("status") for work in works)

    def _binding_changed(self, event: Event) -> Iterable[Key]:
        new, old = event.new, event.old
        if new is None:
            return ()
        if self._article:
            scheduled = meta.condition(new, words.SCHEDULED) is not None
            was = old is not None and meta.condition(old, words.SCHEDULED) is not None
            changed = old is None or not was or meta.generation(old) != meta.generation(new)
            return itself(event) if scheduled and changed else ()
        if not (new.get("status") or {}).get("lastScheduledTime"):
            return ()
        path = ("spec", "resource", "resourceVersion")
        return itself(event) if old is None or meta.dig(old, *path) != meta.dig(new, *path) else ()

    def _work_changed(self, event: Event) -> Iterable[Key]:
        if event.old is None:
            return ()
        if event.new is not None and event.old.get("status") == event.new.get("status"):
            return ()
        annotations = meta.annotations(event.object)
        if self._cluster_scope:
            name = annotations.get(words.CLUSTER_RESOURCE_BINDING_ANNOTATION_KEY)
            return (Key("", name),) if name else ()
        namespace = annotations.get(words.RESOURCE_BINDING_NAMESPACE_ANNOTATION_KEY)
        name = annotations.get(words.RESOURCE_BINDING_NAME_ANNOTATION_KEY)
        return (Key(namespace, name),) if namespace and name else ()
