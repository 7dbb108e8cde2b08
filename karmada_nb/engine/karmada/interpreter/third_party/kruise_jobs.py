"""OpenKruise's jobs and sidecars: BroadcastJob, AdvancedCronJob, SidecarSet."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from karmada_nb.engine import meta
from karmada_nb.engine.karmada.interpreter.aggregate import reported
from karmada_nb.engine.karmada.interpreter.base import Handlers, Items, Registry
from karmada_nb.engine.karmada.interpreter.dependencies import pod_dependencies, reference
from karmada_nb.engine.karmada.interpreter.fields import items as list_field
from karmada_nb.engine.karmada.interpreter.fields import mapping, number
from karmada_nb.engine.karmada.interpreter.resources import generate_replica_requirements
from karmada_nb.engine.karmada.interpreter.third_party.status import pod_at, some, status_of, without_empty
from karmada_nb.engine.karmada.interpreter.validation import verify_dependencies
from karmada_nb.engine.meta import Object

_JOB: Final = (
    "conditions",
    "startTime",
    "completionTime",
    "active",
    "succeeded",
    "failed",
    "desired",
    "phase",
)
_PODS: Final = ("matchedPods", "updatedPods", "readyPods")


def parallelism_of(obj: Object) -> tuple[int, Object | None]:
    """``spec.parallelism``, 1 where it is missing."""
    spec = mapping(obj, "spec")
    requirements = generate_replica_requirements(mapping(mapping(spec, "template"), "spec"))
    return number({"parallelism": 1, **spec}, "parallelism"), requirements


def with_parallelism(obj: Object, replica: int) -> Object:
    return meta.replace(obj, ("spec", "parallelism"), replica)


def working(obj: Object) -> bool:
    """It has something to do, nothing failed, and something was done or is being done."""
    counts = status_of(obj)
    if counts.get("desired") == 0 or counts.get("failed") != 0:
        return False
    return not (counts.get("succeeded") == 0 and counts.get("active") == 0)


def retain_labels(desired: Object, observed: Object) -> Object:
    """The pods' labels are the member's."""
    labels = meta.dig(observed, "spec", "template", "metadata", "labels")
    path = ("spec", "template", "metadata", "labels")
    return desired if labels is None else meta.replace(desired, path, labels)


def reflect_job(obj: Object) -> Object | None:
    status = mapping(obj, "status")
    return without_empty({name: status[name] for name in _JOB if status.get(name) is not None})


def aggregate_job(obj: Object, items: Items, now: datetime) -> Object:
    """Failed once it is so in one cluster, complete once in all.

    A cluster that says neither counts for what the one before it said, as in Karmada's rule.
    """
    if items is None:
        return obj
    counts = dict.fromkeys(("active", "succeeded", "failed", "desired"), 0)
    phase, verdict = "", ""
    complete, failed = 0, []
    for item in items:
        member = mapping(item, "status")
        for name in counts:
            counts[name] += number(member, name)
        phase = member.get("phase", phase)
        verdict = next(_verdicts(member), verdict)
        complete += verdict == "Complete"
        if verdict == "Failed":
            failed.append(item.get("clusterName", ""))
    conditions: list[Object] = []
    if failed:
        message = f"Job executed failed in member clusters: {', '.join(failed)}"
        conditions.append(_condition("Failed", "JobFailed", message))
    if 0 < complete == len(items):
        conditions.append(_condition("Completed", "Completed", "Job completed"))
    before = {name: value for name, value in mapping(obj, "status").items() if name != "conditions"}
    status: Object = {**before, **counts, "phase": phase}
    return {**obj, "status": {**status, "conditions": conditions} if conditions else status}


def _verdicts(status: Object) -> Iterator[str]:
    for condition in list_field(status, "conditions"):
        if condition.get("type") in ("Complete", "Failed") and condition.get("status") == "True":
            yield condition["type"]


def _condition(kind: str, reason: str, message: str) -> Object:
    return {"type": kind, "status": "True", "reason": reason, "message": message}


def aggregate_cron_job(obj: Object, items: Items, now: datetime) -> Object:
    """The active jobs of all clusters; kind of job and time of the last run as the last one says."""
    if items is None:
        return obj
    status: Object = {**mapping(obj, "status"), "active": [], "type": "", "lastScheduleTime": {}}
    for _, member in reported(items):
        status["active"] = [*status["active"], *list_field(member, "active")]
        for name in ("type", "lastScheduleTime"):
            if member.get(name) is not None:
                status[name] = member[name]
    return {**obj, "status": without_empty(status)}


def cron_job_dependencies(obj: Object) -> list[Object]:
    """Those of the pods of whichever kind of job it makes."""
    template = mapping(mapping(obj, "spec"), "template")
    pod: Object = {}
    for kind in ("jobTemplate", "broadcastJobTemplate"):
        if template.get(kind) is not None:
            pod = mapping(mapping(mapping(template[kind], "spec"), "template"), "spec")
    return some(pod_dependencies(pod, meta.namespace(obj)))


def reflect_sidecars(obj: Object) -> Object | None:
    status = obj.get("status")
    return {} if status is None else {name: number(status, name) for name in _PODS}


def aggregate_sidecars(obj: Object, items: Items, now: datetime) -> Object:
    totals = dict.fromkeys(_PODS, 0)
    for _, member in reported(items):
        for name in _PODS:
            totals[name] += number(member, name)
    return {**obj, "status": totals}


def injected(obj: Object) -> bool:
    """Every pod that it matches has the newest sidecars."""
    status = obj.get("status")
    if status is None:
        return False
    matched = number(status, "matchedPods")
    return matched == 0 or number(status, "updatedPods") == matched


def sidecar_dependencies(obj: Object) -> list[Object]:
    """ConfigMaps and Secrets, as the containers and volumes of the sidecars name them."""
    spec = mapping(obj, "spec")
    found: list[tuple[str, str]] = []
    for container in list_field(spec, "containers"):
        for variable in list_field(container, "env"):
            found += _named(mapping(variable, "valueFrom"), configMapKeyRef="name", secretKeyRef="name")
        for source in list_field(container, "envFrom"):
            found += _named(source, configMapRef="name", secretRef="name")
    for volume in list_field(spec, "volumes"):
        found += _named(volume, configMap="name", secret="secretName")
        for source in list_field(mapping(volume, "projected"), "sources"):
            found += _named(source, configMap="name", secret="name")
    namespace = meta.namespace(obj)
    verify_dependencies([reference(kind, namespace, name) for kind, name in found])
    return [reference(kind, namespace, name) for kind, name in sorted(set(found))]


def _named(source: Object, **places: str) -> list[tuple[str, str]]:
    kinds = {field: "Secret" if field.startswith("secret") else "ConfigMap" for field in places}
    return [
        (kinds[field], mapping(source, field).get(name, ""))
        for field, name in places.items()
        if source.get(field) is not None
    ]


JOBS: Final[Registry] = {
    ("apps.kruise.io/v1alpha1", "BroadcastJob"): Handlers(
        replica=parallelism_of,
        revise=with_parallelism,
        retain=retain_labels,
        aggregate=aggregate_job,
        reflect=reflect_job,
        health=working,
        dependencies=pod_at("spec", "template", "spec"),
    ),
    ("apps.kruise.io/v1alpha1", "AdvancedCronJob"): Handlers(
        aggregate=aggregate_cron_job,
        dependencies=cron_job_dependencies,
    ),
    ("apps.kruise.io/v1alpha1", "SidecarSet"): Handlers(
        replica=lambda obj: (0, None),
        retain=lambda desired, observed: desired,
        aggregate=aggregate_sidecars,
        reflect=reflect_sidecars,
        health=injected,
        dependencies=sidecar_dependencies,
    ),
}
