"""OpenKruise's workloads: CloneSet, StatefulSet, DaemonSet, UnitedDeployment."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from karmada_nb.engine import meta
from karmada_nb.engine.karmada.interpreter.aggregate import reported
from karmada_nb.engine.karmada.interpreter.base import Handlers, InterpreterError, Items, Registry
from karmada_nb.engine.karmada.interpreter.dependencies import at
from karmada_nb.engine.karmada.interpreter.fields import items as list_field
from karmada_nb.engine.karmada.interpreter.fields import mapping
from karmada_nb.engine.karmada.interpreter.resources import generate_replica_requirements
from karmada_nb.engine.karmada.interpreter.third_party.status import Status, known, pod_at, up_to_date
from karmada_nb.engine.meta import Object

CLONE_SET: Final = Status(
    summed=(
        "replicas",
        "updatedReplicas",
        "readyReplicas",
        "availableReplicas",
        "updatedReadyReplicas",
        "expectedUpdatedReplicas",
    ),
    latest={"updateRevision": "", "currentRevision": "", "labelSelector": ""},
    told=("observedGeneration",),
)
STATEFUL_SET: Final = Status(
    summed=(
        "replicas",
        "readyReplicas",
        "currentReplicas",
        "updatedReplicas",
        "availableReplicas",
        "updatedReadyReplicas",
    ),
    latest={"updateRevision": "", "currentRevision": ""},
    told=("observedGeneration",),
)
DAEMON_SET: Final = Status(
    summed=(
        "currentNumberScheduled",
        "numberMisscheduled",
        "desiredNumberScheduled",
        "numberReady",
        "updatedNumberScheduled",
        "numberAvailable",
        "numberUnavailable",
    ),
    latest={"daemonSetHash": 0},
    told=("observedGeneration",),
)
UNITED_DEPLOYMENT: Final = Status(
    summed=(
        "replicas",
        "updatedReplicas",
        "readyReplicas",
        "availableReplicas",
        "unavailableReplicas",
    ),
    told=("observedGeneration", "conditions"),
    silent_count=False,
)


def replicas_of(obj: Object) -> tuple[int, Object | None]:
    """``spec.replicas``, which must be there, and what a pod of the template asks for."""
    spec = mapping(obj, "spec")
    replicas = spec.get("replicas")
    if not isinstance(replicas, int):
        raise InterpreterError("result type 0 is not number")
    return replicas, generate_replica_requirements(mapping(mapping(spec, "template"), "spec"))


def with_replicas(obj: Object, replica: int) -> Object:
    return meta.replace(obj, ("spec", "replicas"), replica)


def rolled_out(obj: Object) -> bool:
    """As many updated as asked for, as many available as updated."""
    if not up_to_date(obj):
        return False
    wanted = mapping(obj, "spec").get("replicas")
    if wanted is not None and known(obj, "updatedReplicas") < wanted:
        return False
    return bool(known(obj, "availableReplicas") >= known(obj, "updatedReplicas"))


def united(obj: Object) -> bool:
    """The same, and nothing is wrong with an object that has no status yet but that it is not healthy."""
    return obj.get("status") is not None and rolled_out(obj)


def rolled_out_on_nodes(obj: Object) -> bool:
    if not up_to_date(obj):
        return False
    desired, updated, available = (
        known(obj, name) for name in ("desiredNumberScheduled", "updatedNumberScheduled", "numberAvailable")
    )
    return bool(desired <= updated <= available)


def aggregate_united(obj: Object, items: Items, now: datetime) -> Object:
    """One condition of each type, the last cluster's."""
    made = UNITED_DEPLOYMENT.aggregate(obj, items, now)
    found: dict[Any, Object] = {}
    for _, member in reported(items):
        found |= {condition.get("type"): condition for condition in list_field(member, "conditions")}
    return meta.replace(made, ("status", "conditions"), list(found.values())) if found else made


_POD: Final = pod_at("spec", "template", "spec")
WORKLOADS: Final[Registry] = {
    ("apps.kruise.io/v1alpha1", "CloneSet"): Handlers(
        replica=replicas_of,
        revise=with_replicas,
        aggregate=CLONE_SET.aggregate,
        reflect=CLONE_SET.reflect,
        health=rolled_out,
        dependencies=_POD,
    ),
    ("apps.kruise.io/v1beta1", "StatefulSet"): Handlers(
        replica=replicas_of,
        revise=with_replicas,
        aggregate=STATEFUL_SET.aggregate,
        reflect=STATEFUL_SET.reflect,
        health=rolled_out,
        dependencies=_POD,
    ),
    ("apps.kruise.io/v1alpha1", "DaemonSet"): Handlers(
        aggregate=DAEMON_SET.aggregate,
        reflect=DAEMON_SET.reflect,
        health=rolled_out_on_nodes,
        dependencies=at("spec", "template", "spec"),
    ),
    ("apps.kruise.io/v1alpha1", "UnitedDeployment"): Handlers(
        replica=replicas_of,
        revise=with_replicas,
        aggregate=aggregate_united,
        reflect=UNITED_DEPLOYMENT.reflect,
        health=united,
        dependencies=_POD,
    ),
}
