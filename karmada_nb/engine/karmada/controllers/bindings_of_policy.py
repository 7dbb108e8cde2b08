"""Writing the binding that a policy makes of a template.

Follows ``ApplyPolicy`` and ``ApplyClusterPolicy`` of pkg/detector/detector.go.
"""

from __future__ import annotations

from typing import Final

from karmada_nb.engine import errors, meta
from karmada_nb.engine.karmada.controllers.claims import CONTROLLER_MANAGER
from karmada_nb.engine.karmada.controllers.selecting import TemplateRef
from karmada_nb.engine.karmada.gates import (
    MULTIPLE_POD_TEMPLATES_SCHEDULING,
    PRIORITY_BASED_SCHEDULING,
    RESOURCE_QUOTA_ESTIMATE,
    WORKLOAD_AFFINITY,
)
from karmada_nb.engine.karmada.interpreter import Interpreter, InterpreterError, Operation
from karmada_nb.engine.karmada.names import generate_binding_name
from karmada_nb.engine.karmada.plane import BINDINGS, CLUSTER_BINDINGS, Plane
from karmada_nb.engine.karmada.policy.binding import (
    Replicas,
    article_build_binding,
    build_cluster_resource_binding,
    build_resource_binding,
    components_failed,
    interpret_components,
    interpret_replicas,
    replicas_by,
    replicas_failed,
)
from karmada_nb.engine.karmada.policy.event import Event
from karmada_nb.engine.karmada.policy.refresh import article_refresh_binding, refresh_binding
from karmada_nb.engine.meta import Key, Object

PRIORITY_CLASSES: Final = ("scheduling.k8s.io", "v1", "priorityclasses")


class BindingWriter:
    """Creates and refreshes ResourceBindings and ClusterResourceBindings."""

    def __init__(self, plane: Plane) -> None:
        self._article = plane.article
        self._gate = plane.gate
        self._client = plane.client_as(CONTROLLER_MANAGER)
        self._informers = plane.informers
        self._interpreter = plane.interpreter
        self._bindings = plane.informers(*BINDINGS)
        self._cluster_bindings = plane.informers(*CLUSTER_BINDINGS)

    def exists(self, ref: TemplateRef) -> bool:
        """Whether the template has a binding."""
        informer = self._bindings if ref.namespace else self._cluster_bindings
        return informer.get(Key(ref.namespace, generate_binding_name(ref.kind, ref.name))) is not None

    async def write(self, template: Object, policy: Object, told: list[Event]) -> bool:
        """Bring the template's binding up to date; returns whether anything was written.

        ``told`` takes what is to be told about the template. Raises StatusError, InterpreterError, and
        ValueError for a binding that cannot be made or belongs to an earlier template of the same name.
        """
        desired = self._desired(template, policy, await self._interpreted(template, told))
        namespaced = bool(meta.namespace(template))
        resource = BINDINGS if namespaced else CLUSTER_BINDINGS
        informer = self._bindings if namespaced else self._cluster_bindings
        existing = informer.get(meta.key(desired))
        if existing is None:
            await self._client.create(resource, desired, meta.namespace(desired))
            return True
        refresh = article_refresh_binding if self._article else refresh_binding
        refreshed = refresh(existing, desired, policy)
        if refreshed == existing:
            return False
        await self._client.update(resource, refreshed)
        return True

    async def _interpreted(self, template: Object, told: list[Event]) -> Replicas:
        kind = template.get("apiVersion", ""), template.get("kind", "")
        in_parts = (
            not self._article
            and self._gate(MULTIPLE_POD_TEMPLATES_SCHEDULING)
            and self._interpreter.hook_enabled(*kind, Operation.INTERPRET_COMPONENT)
        )

        def decide(interpreter: Interpreter) -> Replicas:
            if in_parts:
                return interpret_components(template, interpreter)
            quota_estimate = not self._article and self._gate(RESOURCE_QUOTA_ESTIMATE)
            return interpret_replicas(template, replicas_by(interpreter), quota_estimate=quota_estimate)

        try:
            replicas = await self._interpreter.ask(decide)
        except InterpreterError as error:
            if not self._article:
                told.append(components_failed(error) if in_parts else replicas_failed(error))
            raise
        if not self._article:
            told.extend(replicas.events)
        return replicas

    def _desired(self, template: Object, policy: Object, replicas: Replicas) -> Object:
        if self._article:
            return article_build_binding(template, policy, replicas)
        if meta.namespace(template):
            return build_resource_binding(
                template,
                policy,
                replicas,
                self._priority_of_class,
                workload_affinity=self._gate(WORKLOAD_AFFINITY),
                priorities=self._gate(PRIORITY_BASED_SCHEDULING),
            )
        return build_cluster_resource_binding(template, policy, replicas)

    def _priority_of_class(self, name: str) -> int:
        found = self._informers(*PRIORITY_CLASSES).get(Key("", name))
        if found is None:
            raise errors.not_found("scheduling.k8s.io", "priorityclasses", name)
        return int(found.get("value") or 0)
