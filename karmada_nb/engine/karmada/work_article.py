"""The Works of a binding as Karmada v1.2 made them.

Follows pkg/controllers/binding/common.go and pkg/util/helper/work.go of v1.2. Every cluster of the binding
gets a Work; once any of them has replicas each manifest says its own number, 0 included. The first failure
ends it: what came before stands, what would come after is not made.
"""

from __future__ import annotations

from collections.abc import Sequence

from karmada_nb.engine import meta
from karmada_nb.engine.karmada.constants import (
    ARTICLE,
    ARTICLE_CLUSTER_RESOURCE_BINDING_REFERENCE_KEY,
    ARTICLE_RESOURCE_BINDING_REFERENCE_KEY,
    ARTICLE_WORK_NAME_LABEL,
    ARTICLE_WORK_NAMESPACE_LABEL,
    EXECUTION_CONTROLLER_FINALIZER,
    WORK_API_VERSION,
)
from karmada_nb.engine.karmada.interpreter import (
    Interpreter,
    InterpreterError,
    Operation,
    remove_irrelevant_fields,
)
from karmada_nb.engine.karmada.interpreter.fields import nested_int
from karmada_nb.engine.karmada.interpreter.replicas import apply_replica
from karmada_nb.engine.karmada.names import (
    generate_binding_reference_key,
    generate_execution_space_name,
    generate_work_name,
)
from karmada_nb.engine.karmada.override import ApplyOverridesError, Overridden
from karmada_nb.engine.karmada.scheduler.targets import TargetCluster
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
) -> DesiredWorks:
    """The Works of a binding up to the first failure."""
    targets = merge_target_clusters(binding.get("spec") or {})
    works: list[Object] = []
    try:
        completions = _job_completions(template, targets)
        scheduled = any(target.replicas > 0 for target in targets)
        for at, target in enumerate(targets):
            obj = _with_labels(template, binding, target.name)
            if scheduled:
                obj = _revise(obj, target, interpreter)
                if completions:
                    obj = apply_replica(obj, completions[at], "completions")
            done = override_for(
                obj, target.name, cluster, override_policies, cluster_override_policies, ARTICLE
            )
            works.append(_work(binding, target.name, done))
    except (ApplyOverridesError, InterpreterError, WorkError) as error:
        return DesiredWorks(tuple(works), (str(error),))
    return DesiredWorks(tuple(works))


def reference_key(binding: Object) -> dict[str, str]:
    """The label by which v1.2 found what belongs to a binding."""
    namespace = meta.namespace(binding)
    label = (
        ARTICLE_RESOURCE_BINDING_REFERENCE_KEY
        if namespace
        else ARTICLE_CLUSTER_RESOURCE_BINDING_REFERENCE_KEY
    )
    return {label: generate_binding_reference_key(namespace, meta.name(binding), ARTICLE)}


def divide_replicas_by_target_cluster(targets: Sequence[TargetCluster], total: int) -> list[int]:
    """Shares of ``total`` by weight, rounded down; what remains goes one by one from the front."""
    weight = sum(target.replicas for target in targets)
    shares = [target.replicas * total // weight if weight > 0 else 0 for target in targets]
    each, extra = divmod(max(total - sum(shares), 0), len(targets) or 1)
    return [share + each + (at < extra) for at, share in enumerate(shares)]


def _job_completions(template: Object, targets: Sequence[TargetCluster]) -> list[int]:
    if template.get("kind") != "Job":
        return []
    completions = nested_int(template, "spec", "completions")
    return [] if completions is None else divide_replicas_by_target_cluster(targets, completions)


def _name(obj: Object) -> str:
    return generate_work_name(obj.get("kind", ""), meta.name(obj), meta.namespace(obj), ARTICLE)


def _with_labels(template: Object, binding: Object, cluster: str) -> Object:
    return meta.with_metadata(
        template,
        labels={
            **meta.labels(template),
            ARTICLE_WORK_NAMESPACE_LABEL: generate_execution_space_name(cluster),
            ARTICLE_WORK_NAME_LABEL: _name(template),
            **reference_key(binding),
        },
    )


def _revise(obj: Object, target: TargetCluster, interpreter: Interpreter) -> Object:
    kind = obj.get("apiVersion", ""), obj.get("kind", "")
    if not interpreter.hook_enabled(*kind, Operation.REVISE_REPLICA):
        return obj
    return interpreter.revise_replica(obj, target.replicas)


def _work(binding: Object, cluster: str, done: Overridden) -> Object:
    origin = binding_annotations(binding)
    annotated = meta.with_metadata(done.obj, annotations={**meta.annotations(done.obj), **origin})
    return {
        "apiVersion": WORK_API_VERSION,
        "kind": "Work",
        "metadata": {
            "name": _name(done.obj),
            "namespace": generate_execution_space_name(cluster),
            "finalizers": [EXECUTION_CONTROLLER_FINALIZER],
            "labels": reference_key(binding),
            "annotations": {**origin, **applied_annotations(done)},
        },
        "spec": {"workload": {"manifests": [remove_irrelevant_fields(annotated, ARTICLE)]}},
    }


def merge_work(existing: Object, desired: Object) -> Object:
    """The existing Work with the labels, annotations and spec of ``desired`` alone."""
    merged = meta.with_metadata(existing, labels=meta.labels(desired), annotations=meta.annotations(desired))
    merged["spec"] = desired["spec"]
    return existing if merged == existing else merged
