"""Argo's Workflow."""

from __future__ import annotations

from typing import Final

from karmada_nb.engine import meta
from karmada_nb.engine.karmada.interpreter.base import Handlers, Registry
from karmada_nb.engine.karmada.interpreter.dependencies import pod_dependencies, reference
from karmada_nb.engine.karmada.interpreter.fields import items as list_field
from karmada_nb.engine.karmada.interpreter.fields import mapping, number
from karmada_nb.engine.karmada.interpreter.resources import generate_replica_requirements
from karmada_nb.engine.karmada.interpreter.third_party.kruise_jobs import with_parallelism
from karmada_nb.engine.meta import Object

_NODES: Final = ("affinity", "nodeSelector", "tolerations")


def parallelism_of(obj: Object) -> tuple[int, Object | None]:
    """How many pods may run at once, 1 where nothing is said, and on which nodes."""
    spec = mapping(obj, "spec")
    claim = {field: spec[field] for field in _NODES if spec.get(field) is not None}
    return number({"parallelism": 1, **spec}, "parallelism"), generate_replica_requirements(claim)


def in_good_order(obj: Object) -> bool:
    return mapping(obj, "status").get("phase") not in (None, "", "Error", "Failed")


def retain_run(desired: Object, observed: Object) -> Object:
    """A run that the member has begun, or suspended, stays as it is."""
    suspend = mapping(observed, "spec").get("suspend")
    if suspend is not None:
        desired = meta.replace(desired, ("spec", "suspend"), suspend)
    status = observed.get("status")
    return desired if status is None else {**desired, "status": status}


def workflow_dependencies(obj: Object) -> list[Object]:
    """What its pods mount and run as. Karmada's rule reads the name of a secret volume from ``name``."""
    namespace, spec = meta.namespace(obj), mapping(obj, "spec")
    volumes: list[Object] = []
    for volume in list_field(spec, "volumes"):
        secret = volume.get("secret")
        named = volume if secret is None else {**volume, "secret": {"secretName": secret.get("name", "")}}
        volumes.append(named)
    pod = {
        field: spec[field]
        for field in ("imagePullSecrets", "serviceAccountName")
        if spec.get(field) is not None
    }
    found = pod_dependencies({**pod, "volumes": volumes}, namespace)
    made = [meta.name(template) for template in list_field(spec, "volumeClaimTemplates")]
    more = [reference("PersistentVolumeClaim", namespace, name) for name in made if name]
    runner = mapping(spec, "executor").get("serviceAccountName")
    if runner:
        more.append(reference("ServiceAccount", namespace, runner))
    return found + [one for one in more if one not in found]


WORKFLOWS: Final[Registry] = {
    ("argoproj.io/v1alpha1", "Workflow"): Handlers(
        replica=parallelism_of,
        revise=with_parallelism,
        retain=retain_run,
        health=in_good_order,
        dependencies=workflow_dependencies,
    ),
}
