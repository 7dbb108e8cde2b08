"""How many replicas a workload asks for, and how to ask for another number.

Follows pkg/resourceinterpreter/default/native/replica.go and revisereplica.go.
"""

from __future__ import annotations

from karmada_nb.engine.karmada.interpreter.fields import mapping, nested_int, number
from karmada_nb.engine.karmada.interpreter.resources import generate_replica_requirements
from karmada_nb.engine.meta import Object


def _template_requirements(spec: Object) -> Object | None:
    return generate_replica_requirements(mapping(mapping(spec, "template"), "spec"))


def workload_replica(obj: Object) -> tuple[int, Object | None]:
    """Deployments, ReplicaSets and StatefulSets: ``spec.replicas``, 0 where it is missing."""
    spec = mapping(obj, "spec")
    return number(spec, "replicas"), _template_requirements(spec)


def parallelism(obj: Object) -> tuple[int, Object | None]:
    """A Job counts its parallelism, whatever is left to complete. v1.2 stopped here."""
    spec = mapping(obj, "spec")
    return number(spec, "parallelism"), _template_requirements(spec)


def job_replica(obj: Object) -> tuple[int, Object | None]:
    """A Job never runs more pods at once than it has completions to reach."""
    replica, requirements = parallelism(obj)
    spec = mapping(obj, "spec")
    if spec.get("completions") is not None:
        replica = min(replica, number(spec, "completions"))
    return replica, requirements


def pod_replica(obj: Object) -> tuple[int, Object | None]:
    return 1, generate_replica_requirements(mapping(obj, "spec"))


def apply_replica(obj: Object, replica: int, field: str) -> Object:
    """``spec.<field>`` set to ``replica`` where the object has that field; else the object itself."""
    present = nested_int(obj, "spec", field)
    if present is None or present == replica:
        return obj
    return {**obj, "spec": {**obj["spec"], field: replica}}


def revise_workload_replica(obj: Object, replica: int) -> Object:
    return apply_replica(obj, replica, "replicas")


def revise_job_replica(obj: Object, replica: int) -> Object:
    return apply_replica(obj, replica, "parallelism")
