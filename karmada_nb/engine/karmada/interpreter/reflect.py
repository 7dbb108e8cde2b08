"""What of an object's status in a member cluster is reported to Karmada.

Follows pkg/resourceinterpreter/default/native/reflectstatus.go. A field of value zero is left out unless the
API's type always writes it; ``generation`` and ``resourceTemplateGeneration`` tell which template the
status is about.
"""

from __future__ import annotations

from karmada_nb.engine import golang, meta
from karmada_nb.engine.karmada.constants import RESOURCE_TEMPLATE_GENERATION_ANNOTATION_KEY
from karmada_nb.engine.karmada.interpreter.base import InterpreterError, ReflectHandler
from karmada_nb.engine.karmada.interpreter.fields import items, mapping, nested_map, number
from karmada_nb.engine.karmada.interpreter.workload_status import (
    DAEMON_SET,
    DEPLOYMENT,
    REPLICA_SET,
    STATEFUL_SET,
    WorkloadStatus,
)
from karmada_nb.engine.meta import Object


def parse_generation(text: str) -> int:
    """A 64-bit decimal. Raises InterpreterError as Go's parser words it."""
    try:
        return golang.parse_int(text)
    except ValueError as error:
        raise InterpreterError(str(error)) from None


def _workload(kind: WorkloadStatus, *, federated: bool = True) -> ReflectHandler:
    def reflect(obj: Object) -> Object | None:
        status = nested_map(obj, "status")
        if status is None:
            return None
        out: Object = {}
        if federated:
            annotation = meta.annotations(obj).get(RESOURCE_TEMPLATE_GENERATION_ANNOTATION_KEY, "")
            template_generation = parse_generation(annotation)
            if generation := meta.generation(obj):
                out["generation"] = generation
            if template_generation:
                out["resourceTemplateGeneration"] = template_generation
        for field in kind.reported if federated else kind.summed:
            value = number(status, field)
            if value or field in kind.always:
                out[field] = value
        return (out or None) if kind.empty_is_none and federated else out

    return reflect


reflect_deployment_status = _workload(DEPLOYMENT)
reflect_replica_set_status = _workload(REPLICA_SET)
reflect_daemon_set_status = _workload(DAEMON_SET)
reflect_stateful_set_status = _workload(STATEFUL_SET)

article_deployment_status = _workload(DEPLOYMENT, federated=False)
article_daemon_set_status = _workload(DAEMON_SET, federated=False)
article_stateful_set_status = _workload(STATEFUL_SET, federated=False)


def reflect_whole_status(obj: Object) -> Object | None:
    """Kinds without a rule of their own, and Ingresses: the status as it is."""
    return nested_map(obj, "status")


def reflect_service_status(obj: Object) -> Object | None:
    """Only a load balancer has a status worth telling."""
    spec = obj.get("spec")
    if not isinstance(spec, dict) or spec.get("type") != "LoadBalancer":
        return None
    status = nested_map(obj, "status")
    return None if status is None else {"loadBalancer": mapping(status, "loadBalancer")}


def reflect_job_status(obj: Object) -> Object | None:
    """Counts, conditions and times of a Job."""
    status = nested_map(obj, "status")
    if status is None:
        return None
    out: Object = {c: value for c in ("active", "succeeded", "failed") if (value := number(status, c))}
    if conditions := items(status, "conditions"):
        out["conditions"] = conditions
    for moment in ("startTime", "completionTime"):
        if status.get(moment) is not None:
            out[moment] = status[moment]
    return out


def reflect_pod_disruption_budget_status(obj: Object) -> Object | None:
    """The four counts, and the pods whose eviction is under way."""
    status = nested_map(obj, "status")
    if status is None:
        return None
    counts = ("disruptionsAllowed", "expectedPods", "desiredHealthy", "currentHealthy")
    out: Object = {count: number(status, count) for count in counts}
    disrupted = mapping(status, "disruptedPods")
    return {**out, "disruptedPods": disrupted} if disrupted else out


def reflect_horizontal_pod_autoscaler_status(obj: Object) -> Object | None:
    """How many replicas there are and how many there should be."""
    status = nested_map(obj, "status")
    if status is None:
        return None
    current, desired = number(status, "currentReplicas"), number(status, "desiredReplicas")
    return {**({"currentReplicas": current} if current else {}), "desiredReplicas": desired}
