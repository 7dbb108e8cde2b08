"""The ResourceBinding or ClusterResourceBinding that a policy makes of a template.

Follows ``BuildResourceBinding``, ``BuildClusterResourceBinding``, ``ApplyPolicy`` and
``ApplyClusterPolicy`` of pkg/detector/detector.go.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from karmada_nb.engine import meta
from karmada_nb.engine.karmada.constants import (
    ARTICLE,
    BINDING_API_VERSION,
    BINDING_CONTROLLER_FINALIZER,
    CLUSTER_RESOURCE_BINDING_CONTROLLER_FINALIZER,
    EVENT_REASON_GET_COMPONENTS_FAILED,
    EVENT_REASON_GET_COMPONENTS_SUCCEED,
    EVENT_REASON_GET_REPLICAS_FAILED,
    EVENT_REASON_GET_REPLICAS_SUCCEED,
)
from karmada_nb.engine.karmada.interpreter.base import Interpreter, Operation
from karmada_nb.engine.karmada.names import generate_binding_name
from karmada_nb.engine.karmada.policy.claim import add_claim_metadata
from karmada_nb.engine.karmada.policy.event import Event
from karmada_nb.engine.meta import Object

ReplicaInterpreter: TypeAlias = Callable[[Object], "tuple[int, Object | None] | None"]
"""A template -> its replicas and what each requires, or None where no interpreter knows this kind."""

PriorityOfClass: TypeAlias = Callable[[str], int]
"""The value of a PriorityClass by name. Raises StatusError (404) where there is none."""

_COPIED = (
    "propagateDeps",
    "schedulerName",
    "placement",
    "conflictResolution",
)
"""Fields of a policy that a binding has as well, where they are not empty."""
_POINTERS = ("suspension", "failover", "preserveResourcesOnDeletion")
"""The same, of which an empty value says something else than none."""


def replicas_by(interpreter: Interpreter) -> ReplicaInterpreter:
    """The question about replicas, put to an interpreter that may not know the kind."""

    def ask(template: Object) -> tuple[int, Object | None] | None:
        api_version, kind = template.get("apiVersion", ""), template.get("kind", "")
        if not interpreter.hook_enabled(api_version, kind, Operation.INTERPRET_REPLICA):
            return None
        return interpreter.get_replicas(template)

    return ask


@dataclass(frozen=True, slots=True)
class Replicas:
    """What the interpreter said of a template; ``events`` are what is to be told of it."""

    replicas: int = 0
    requirements: Object | None = None
    components: tuple[Object, ...] = ()
    events: tuple[Event, ...] = ()


def interpret_replicas(
    template: Object, interpreter: ReplicaInterpreter, *, quota_estimate: bool = False
) -> Replicas:
    """Ask the interpreter. What it raises passes through: the caller tells it with ``replicas_failed``.

    ``quota_estimate`` is the feature gate ResourceQuotaEstimate: requirements then name their namespace.
    """
    answer = interpreter(template)
    if answer is None:
        return Replicas()
    count, requirements = answer
    if quota_estimate and requirements is not None and not requirements.get("namespace"):
        requirements = {**requirements, "namespace": meta.namespace(template)}
    told = Event(
        "Normal", EVENT_REASON_GET_REPLICAS_SUCCEED, "Get replicas of resource template successfully."
    )
    return Replicas(count, requirements, events=(told,))


def interpret_components(template: Object, interpreter: Interpreter) -> Replicas:
    """The same of a template whose parts each have replicas of their own."""
    told = Event(
        "Normal", EVENT_REASON_GET_COMPONENTS_SUCCEED, "Get components of resource template successfully."
    )
    return Replicas(components=tuple(interpreter.get_components(template)), events=(told,))


def components_failed(why: object) -> Event:
    return Event("Warning", EVENT_REASON_GET_COMPONENTS_FAILED, str(why))


def replicas_failed(why: object) -> Event:
    return Event("Warning", EVENT_REASON_GET_REPLICAS_FAILED, str(why))


def build_resource_binding(
    template: Object,
    policy: Object,
    replicas: Replicas,
    priority_of_class: PriorityOfClass,
    *,
    workload_affinity: bool = False,
    priorities: bool = True,
) -> Object:
    """The ResourceBinding wanted for a namespaced template, under a policy of either kind.

    ``workload_affinity`` and ``priorities`` are the feature gates WorkloadAffinity and
    PriorityBasedScheduling. Raises ValueError for a priority class
    source that is not served, and what ``priority_of_class`` raises.
    """
    policy_spec = policy.get("spec") or {}
    spec = _spec(template, policy_spec, replicas)
    groups = _workload_affinity_groups(template, policy_spec) if workload_affinity else {}
    if groups:
        spec["workloadAffinityGroups"] = groups
    if priorities and policy_spec.get("schedulePriority") is not None:
        spec["schedulePriority"] = _schedule_priority(policy_spec["schedulePriority"], priority_of_class)
    metadata = _metadata(template, BINDING_CONTROLLER_FINALIZER)
    metadata["namespace"] = meta.namespace(template)
    binding = {
        "apiVersion": BINDING_API_VERSION,
        "kind": "ResourceBinding",
        "metadata": metadata,
        "spec": spec,
    }
    return add_claim_metadata(binding, policy)


def build_cluster_resource_binding(template: Object, policy: Object, replicas: Replicas) -> Object:
    """The ClusterResourceBinding wanted for a template of cluster scope."""
    binding = {
        "apiVersion": BINDING_API_VERSION,
        "kind": "ClusterResourceBinding",
        "metadata": _metadata(template, CLUSTER_RESOURCE_BINDING_CONTROLLER_FINALIZER),
        "spec": _spec(template, policy.get("spec") or {}, replicas),
    }
    return add_claim_metadata(binding, policy)


def article_build_binding(template: Object, policy: Object, replicas: Replicas) -> Object:
    """The binding as Karmada v1.2 made it: its scheduler reads the placement from the policy itself."""
    spec: Object = {"resource": _reference(template)}
    if replicas.replicas:
        spec["replicas"] = replicas.replicas
    if replicas.requirements is not None:
        spec["replicaRequirements"] = replicas.requirements
    if meta.dig(policy, "spec", "propagateDeps"):
        spec["propagateDeps"] = True
    namespaced = bool(meta.namespace(template))
    finalizer = BINDING_CONTROLLER_FINALIZER if namespaced else CLUSTER_RESOURCE_BINDING_CONTROLLER_FINALIZER
    metadata = _metadata(template, finalizer)
    if namespaced:
        metadata["namespace"] = meta.namespace(template)
    kind = "ResourceBinding" if namespaced else "ClusterResourceBinding"
    binding = {"apiVersion": BINDING_API_VERSION, "kind": kind, "metadata": metadata, "spec": spec}
    return add_claim_metadata(binding, policy, ARTICLE)


def _metadata(template: Object, finalizer: str) -> Object:
    return {
        "name": generate_binding_name(template.get("kind", ""), meta.name(template)),
        "ownerReferences": [meta.owner_reference(template)],
        "finalizers": [finalizer],
    }


def _spec(template: Object, policy_spec: Mapping[str, object], replicas: Replicas) -> Object:
    spec: Object = {field: policy_spec[field] for field in _COPIED if policy_spec.get(field)}
    spec.setdefault("placement", {})
    spec["resource"] = _reference(template)
    spec |= {field: policy_spec[field] for field in _POINTERS if policy_spec.get(field) is not None}
    if replicas.replicas:
        spec["replicas"] = replicas.replicas
    if replicas.requirements is not None:
        spec["replicaRequirements"] = replicas.requirements
    if replicas.components:
        spec["components"] = list(replicas.components)
    return spec


def _reference(template: Object) -> Object:
    fields = {
        "apiVersion": template.get("apiVersion"),
        "kind": template.get("kind"),
        "namespace": meta.namespace(template),
        "name": meta.name(template),
        "uid": meta.uid(template),
        "resourceVersion": meta.resource_version(template),
    }
    return {k: v for k, v in fields.items() if v}


def _workload_affinity_groups(template: Object, policy_spec: Mapping[str, object]) -> dict[str, str]:
    groups: dict[str, str] = {}
    labels = meta.labels(template)
    for term, field in (("affinity", "affinityGroup"), ("antiAffinity", "antiAffinityGroup")):
        key = meta.dig(policy_spec, "placement", "workloadAffinity", term, "groupByLabelKey", default="")
        if key in labels:
            groups[field] = f"{key}={labels[key]}"
    return groups


def _schedule_priority(wanted: Mapping[str, str], priority_of_class: PriorityOfClass) -> Object:
    source = wanted.get("priorityClassSource", "")
    if source == "KubePriorityClass":
        value = priority_of_class(wanted.get("priorityClassName", ""))
        return {"priority": value} if value else {}
    if source in ("PodPriorityClass", "FederatedPriorityClass"):
        raise ValueError(f"priority class source is {source}, but {source} is not supported yet")
    raise ValueError("unsupported priority class source")
