"""The Works of a binding as today's Karmada makes them.

Follows pkg/controllers/binding/common.go (``ensureWork``) and pkg/controllers/ctrlutil/work.go. A cluster for
which something fails gets no Work, the others get theirs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from karmada_nb.engine import meta
from karmada_nb.engine.karmada.application_failover import inject_preserved_label_state
from karmada_nb.engine.karmada.constants import (
    CLUSTER_RESOURCE_BINDING_PERMANENT_ID_LABEL,
    EXECUTION_CONTROLLER_FINALIZER,
    MANAGED_BY_KARMADA_LABEL,
    MANAGED_BY_KARMADA_LABEL_VALUE,
    RESOURCE_BINDING_PERMANENT_ID_LABEL,
    RESOURCE_CONFLICT_RESOLUTION_ABORT,
    RESOURCE_CONFLICT_RESOLUTION_ANNOTATION,
    RESOURCE_CONFLICT_RESOLUTION_OVERWRITE,
    RESOURCE_TEMPLATE_GENERATION_ANNOTATION_KEY,
    RESOURCE_TEMPLATE_UID_ANNOTATION,
    WORK_API_VERSION,
    WORK_NAME_ANNOTATION,
    WORK_NAMESPACE_ANNOTATION,
)
from karmada_nb.engine.karmada.interpreter import (
    Interpreter,
    InterpreterError,
    Operation,
    remove_irrelevant_fields,
    remove_job_ttl_seconds,
)
from karmada_nb.engine.karmada.interpreter.fields import nested_int
from karmada_nb.engine.karmada.interpreter.replicas import apply_replica
from karmada_nb.engine.karmada.managed import set_labels_and_annotations_for_workload, with_managed
from karmada_nb.engine.karmada.names import generate_execution_space_name, generate_work_name
from karmada_nb.engine.karmada.override import ApplyOverridesError, Overridden
from karmada_nb.engine.karmada.policy.event import Event
from karmada_nb.engine.karmada.scheduler.targets import TargetCluster
from karmada_nb.engine.karmada.scheduler.webster import allocate_webster_seats, descending_by_uid
from karmada_nb.engine.karmada.work_common import (
    ClusterGetter,
    DesiredWorks,
    WorkError,
    applied_annotations,
    binding_annotations,
    merge_target_clusters,
    override_for,
)
from karmada_nb.engine.meta import Object


def desired_works(
    binding: Object,
    template: Object,
    cluster: ClusterGetter,
    override_policies: Sequence[Object],
    cluster_override_policies: Sequence[Object],
    interpreter: Interpreter,
    *,
    stateful_failover: bool = False,
) -> DesiredWorks:
    """The Works of a binding, one after another in the order of its clusters."""
    spec = binding.get("spec") or {}
    targets = merge_target_clusters(spec)
    works: list[Object] = []
    errors: list[str] = []
    events: list[Event] = []
    try:
        completions = job_completions(template, spec, targets)
    except InterpreterError as error:
        return DesiredWorks(errors=(str(error),))
    for target in targets:
        try:
            revised = _revise(template, spec, target, interpreter)
            if completions:
                revised = apply_replica(revised, completions[target.name], "completions")
            done = override_for(revised, target.name, cluster, override_policies, cluster_override_policies)
            events += done.events
            if stateful_failover:
                injected = inject_preserved_label_state(spec, target.name, done.obj, len(targets))
                done = replace(done, obj=injected)
            works.append(_work(binding, target.name, done))
        except ApplyOverridesError as error:
            events += error.events
            errors.append(str(error))
        except (InterpreterError, WorkError) as error:
            errors.append(str(error))
    return DesiredWorks(tuple(works), tuple(errors), tuple(events))


def is_workload(spec: Object) -> bool:
    """``ResourceBindingSpec.IsWorkload``: it asks for replicas, requirements or components."""
    return (
        (spec.get("replicas") or 0) > 0
        or spec.get("replicaRequirements") is not None
        or bool(spec.get("components"))
    )


def job_completions(template: Object, spec: Object, targets: Sequence[TargetCluster]) -> dict[str, int]:
    """A divided Job's completions by cluster, by weight of its replicas; empty where nothing is divided."""
    if template.get("kind") != "Job" or (spec.get("replicas") or 0) <= 0:
        return {}
    scheduling = meta.dig(spec, "placement", "replicaScheduling", default={})
    if scheduling.get("replicaSchedulingType") != "Divided":
        return {}
    completions = nested_int(template, "spec", "completions")
    votes = {target.name: target.replicas for target in targets}
    if completions is None or sum(target.replicas for target in targets) == 0:
        return {}
    parties = allocate_webster_seats(completions, votes, descending=descending_by_uid(meta.uid(template)))
    return {party.name: party.seats for party in parties}


def _revise(template: Object, spec: Object, target: TargetCluster, interpreter: Interpreter) -> Object:
    kind = template.get("apiVersion", ""), template.get("kind", "")
    if not is_workload(spec) or not interpreter.hook_enabled(*kind, Operation.REVISE_REPLICA):
        return template
    return interpreter.revise_replica(template, target.replicas)


def _work(binding: Object, cluster: str, done: Overridden) -> Object:
    obj = done.obj
    namespaced = bool(meta.namespace(binding))
    id_label = (
        RESOURCE_BINDING_PERMANENT_ID_LABEL if namespaced else CLUSTER_RESOURCE_BINDING_PERMANENT_ID_LABEL
    )
    binding_id = meta.labels(binding).get(id_label, "")
    name = generate_work_name(obj.get("kind", ""), meta.name(obj), meta.namespace(obj))
    namespace = generate_execution_space_name(cluster)
    spec = binding.get("spec") or {}
    origin = binding_annotations(binding)
    conflict_resolution = _conflict_resolution(obj, spec)
    work: Object = {
        "apiVersion": WORK_API_VERSION,
        "kind": "Work",
        "metadata": {
            "name": name,
            "namespace": namespace,
            "finalizers": [EXECUTION_CONTROLLER_FINALIZER],
            "labels": {id_label: binding_id},
            "annotations": {
                **origin,
                RESOURCE_CONFLICT_RESOLUTION_ANNOTATION: conflict_resolution,
                **applied_annotations(done),
            },
        },
    }
    generation = meta.generation(obj)
    pruned = remove_irrelevant_fields(remove_job_ttl_seconds(obj))
    manifest = with_managed(
        pruned,
        {
            **meta.labels(pruned),
            id_label: binding_id,
            MANAGED_BY_KARMADA_LABEL: MANAGED_BY_KARMADA_LABEL_VALUE,
        },
        {
            **meta.annotations(pruned),
            **({RESOURCE_TEMPLATE_GENERATION_ANNOTATION_KEY: str(generation)} if generation > 0 else {}),
            **origin,
            RESOURCE_TEMPLATE_UID_ANNOTATION: meta.uid(obj),
            WORK_NAME_ANNOTATION: name,
            WORK_NAMESPACE_ANNOTATION: namespace,
            RESOURCE_CONFLICT_RESOLUTION_ANNOTATION: conflict_resolution,
        },
    )
    work["spec"] = {
        "workload": {"manifests": [manifest]},
        "suspendDispatching": _suspended(spec, cluster),
        "preserveResourcesOnDeletion": bool(spec.get("preserveResourcesOnDeletion")),
    }
    return work


def _conflict_resolution(obj: Object, spec: Object) -> str:
    """The template's own word where it is a valid one, else the policy's; abort where neither says."""
    own = meta.annotations(obj).get(RESOURCE_CONFLICT_RESOLUTION_ANNOTATION, "")
    if own in (RESOURCE_CONFLICT_RESOLUTION_OVERWRITE, RESOURCE_CONFLICT_RESOLUTION_ABORT):
        return own
    if spec.get("conflictResolution") == "Overwrite":
        return RESOURCE_CONFLICT_RESOLUTION_OVERWRITE
    return RESOURCE_CONFLICT_RESOLUTION_ABORT


def _suspended(spec: Object, cluster: str) -> bool:
    suspension = spec.get("suspension") or {}
    if suspension.get("dispatching"):
        return True
    return cluster in meta.dig(suspension, "dispatchingOnClusters", "clusterNames", default=[])


def merge_work(existing: Object, desired: Object) -> Object:
    """The existing Work brought up to ``desired``; labels and annotations it had and we do not name stay."""
    if meta.deleting(existing):
        raise WorkError(f"work {meta.namespace(existing)}/{meta.name(existing)} is being deleted")
    labels = {**meta.labels(existing), **meta.labels(desired)}
    merged = meta.with_metadata(
        existing,
        labels=labels,
        annotations={**meta.annotations(existing), **meta.annotations(desired)},
        finalizers=sorted({*meta.finalizers(existing), *meta.finalizers(desired)}),
    )
    spec = desired["spec"]
    manifests = [
        set_labels_and_annotations_for_workload(manifest, labels)
        for manifest in spec["workload"]["manifests"]
    ]
    merged["spec"] = {**spec, "workload": {"manifests": manifests}}
    return existing if merged == existing else merged
