"""The dependencies-distributor: what an application refers to follows it to its clusters.

Follows pkg/dependenciesdistributor. A binding whose policy says ``propagateDeps`` is independent; each thing
that its template refers to gets an attached binding, which is required by the independent one and takes over
its clusters. v1.2 had this behind a feature gate that was off.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import orjson

from karmada_nb.engine import meta, selectors
from karmada_nb.engine.errors import StatusError
from karmada_nb.engine.karmada.constants import (
    BINDING_DEPENDENCIES_DISTRIBUTOR_FINALIZER,
    DEPENDENCIES_ANNOTATION_KEY,
    DEPENDENCIES_DISTRIBUTOR,
    EVENT_REASON_GET_DEPENDENCIES_FAILED,
    EVENT_REASON_GET_DEPENDENCIES_SUCCEED,
    EVENT_REASON_SYNC_SCHEDULE_RESULT_TO_DEPENDENCIES_FAILED,
    EVENT_REASON_SYNC_SCHEDULE_RESULT_TO_DEPENDENCIES_SUCCEED,
)
from karmada_nb.engine.karmada.controllers.attached import (
    AttachedBindings,
    dependencies_text,
    dependencies_told,
)
from karmada_nb.engine.karmada.controllers.claims import CONTROLLER_MANAGER
from karmada_nb.engine.karmada.controllers.selecting import TemplateRef, ref_of, ref_of_resource
from karmada_nb.engine.karmada.controllers.templates import Templates, specification_changed
from karmada_nb.engine.karmada.interpreter import InterpreterError, Operation
from karmada_nb.engine.karmada.plane import BINDINGS, Plane
from karmada_nb.engine.meta import Key, Object
from karmada_nb.engine.runtime.controller import DONE, Result, Retry, Watch
from karmada_nb.engine.runtime.informer import Event

_INDEX: Final = "dependencies"


class DependenciesDistributor:
    """Keys are independent bindings."""

    name = DEPENDENCIES_DISTRIBUTOR

    def __init__(self, plane: Plane, templates: Templates) -> None:
        self._plane = plane
        self._client = plane.client_as(CONTROLLER_MANAGER)
        self._recorder = plane.recorder(self.name)
        self._templates = templates
        self._bindings = plane.informers(*BINDINGS)
        self._bindings.add_index(_INDEX, _wanted_kinds)
        self._attached = AttachedBindings(plane, self._client, self._recorder)

    def watches(self) -> Iterable[Watch]:
        return [Watch(self._bindings, self._changed), Watch(self._templates, self._template_changed)]

    def _changed(self, event: Event) -> Iterable[Key]:
        old, new = event
        if new is None:
            return ()
        key = meta.key(new)
        if old is None:
            return (key,) if _propagates(new) and (new["spec"].get("clusters") or meta.deleting(new)) else ()
        same = meta.generation(old) == meta.generation(new) and meta.deleting(old) == meta.deleting(new)
        return (key,) if not same and (_propagates(old) or _propagates(new)) else ()

    def _template_changed(self, event: Event) -> Iterable[Key]:
        """The bindings that refer to a template that came, went, or changed."""
        old, new = event
        if old is not None and new is not None and not specification_changed(old, new):
            return ()
        ref = ref_of(event.object)
        keys: dict[Key, None] = {}
        for binding in self._bindings.by_index(_INDEX, _kind_text(ref)):
            if any(_refers(binding, ref, meta.labels(obj)) for obj in event if obj is not None):
                keys[meta.key(binding)] = None
        return keys

    async def reconcile(self, key: Key) -> Result:
        binding = self._bindings.get(key)
        if binding is None:
            return DONE
        if not _propagates(binding) or meta.deleting(binding):
            await self._attached.detach(binding, self._attached.of(binding))
            await self._set_finalizer(binding, present=False)
            return DONE
        template = self._templates.get(ref_of_resource(binding["spec"]["resource"]))
        if template is None:
            raise Retry("the template is not there")
        interpreter = self._plane.interpreter
        if not interpreter.hook_enabled(
            template["apiVersion"], template["kind"], Operation.INTERPRET_DEPENDENCY
        ):
            return DONE
        try:
            dependencies = await interpreter.ask(lambda asked: asked.get_dependencies(template))
        except InterpreterError as error:
            await self._recorder.event(template, "Warning", EVENT_REASON_GET_DEPENDENCIES_FAILED, str(error))
            raise Retry(str(error)) from error
        told = f"Get dependencies({dependencies_told(dependencies)}) succeed."
        await self._recorder.event(template, "Normal", EVENT_REASON_GET_DEPENDENCIES_SUCCEED, told)
        binding = await self._set_finalizer(binding, present=True)
        await self._sync(binding, dependencies)
        return DONE

    async def _set_finalizer(self, binding: Object, *, present: bool) -> Object:
        held = meta.finalizers(binding)
        if (BINDING_DEPENDENCIES_DISTRIBUTOR_FINALIZER in held) is present:
            return binding
        others = [item for item in held if item != BINDING_DEPENDENCIES_DISTRIBUTOR_FINALIZER]
        wanted = [*others, BINDING_DEPENDENCIES_DISTRIBUTOR_FINALIZER] if present else others
        return await self._client.update(BINDINGS, meta.with_metadata(binding, finalizers=wanted or None))

    async def _sync(self, binding: Object, dependencies: list[Object]) -> None:
        try:
            binding = await self._record(binding, dependencies)
            orphans = [b for b in self._attached.of(binding) if self._orphan(b, dependencies)]
            await self._attached.detach(binding, orphans)
            for dependency in dependencies:
                for template in self._referred(dependency):
                    await self._attached.attach(binding, template)
        except (StatusError, ValueError) as error:
            await self._recorder.event(
                binding, "Warning", EVENT_REASON_SYNC_SCHEDULE_RESULT_TO_DEPENDENCIES_FAILED, str(error)
            )
            raise Retry(str(error)) from error
        await self._recorder.event(
            binding,
            "Normal",
            EVENT_REASON_SYNC_SCHEDULE_RESULT_TO_DEPENDENCIES_SUCCEED,
            "Sync schedule results to dependencies succeed.",
        )

    async def _record(self, binding: Object, dependencies: list[Object]) -> Object:
        """Write the dependencies on the binding, where changes of templates find it."""
        text = dependencies_text(dependencies)
        notes = meta.annotations(binding)
        if notes.get(DEPENDENCIES_ANNOTATION_KEY) == text:
            return binding
        noted = meta.with_metadata(binding, annotations={**notes, DEPENDENCIES_ANNOTATION_KEY: text})
        return await self._client.update(BINDINGS, noted)

    def _orphan(self, attached: Object, dependencies: Iterable[Object]) -> bool:
        """Whether the template of an attached binding is not referred to any more."""
        ref = ref_of_resource(attached["spec"]["resource"])
        template = self._templates.get(ref)
        labels = None if template is None else meta.labels(template)
        return not any(_points_at(dependency, ref, labels) for dependency in dependencies)

    def _referred(self, dependency: Object) -> list[Object]:
        """The templates that a dependency points at, as far as there are any."""
        api_version, kind = dependency["apiVersion"], dependency["kind"]
        namespace = dependency.get("namespace", "")
        if dependency.get("name"):
            found = self._templates.get(TemplateRef(api_version, kind, namespace, dependency["name"]))
            return [] if found is None else [found]
        selector = dependency.get("labelSelector")
        if selector is None:
            raise ValueError(
                "the Name and LabelSelector in the DependentObjectReference cannot be empty at the same time"
            )
        matches = selectors.from_label_selector(selector).matches
        return [
            t for t in self._templates.of_namespace(api_version, kind, namespace) if matches(meta.labels(t))
        ]


def _propagates(binding: Object) -> bool:
    return bool(binding["spec"].get("propagateDeps"))


def _recorded(binding: Object) -> list[Object]:
    text = meta.annotations(binding).get(DEPENDENCIES_ANNOTATION_KEY)
    try:
        found = orjson.loads(text) if text else None
    except orjson.JSONDecodeError:
        return []
    return found if isinstance(found, list) else []


def _wanted_kinds(binding: Object) -> Iterable[str]:
    return {
        f"{d.get('apiVersion', '')}|{d.get('kind', '')}|{d.get('namespace', '')}" for d in _recorded(binding)
    }


def _kind_text(ref: TemplateRef) -> str:
    return f"{ref.api_version}|{ref.kind}|{ref.namespace}"


def _refers(binding: Object, ref: TemplateRef, labels: dict[str, str]) -> bool:
    return not meta.deleting(binding) and any(_points_at(d, ref, labels) for d in _recorded(binding))


def _points_at(dependency: Object, ref: TemplateRef, labels: dict[str, str] | None) -> bool:
    """Whether a dependency means this template; ``labels`` is None for one that is gone."""
    if (dependency.get("apiVersion"), dependency.get("kind")) != (ref.api_version, ref.kind):
        return False
    if dependency.get("namespace", "") != ref.namespace:
        return False
    if dependency.get("name"):
        return bool(dependency["name"] == ref.name)
    selector = dependency.get("labelSelector")
    if selector is None or labels is None:
        return False
    return selectors.from_label_selector(selector).matches(labels)
