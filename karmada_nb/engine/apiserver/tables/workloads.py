"""Tables of what runs pods. Follows pkg/printers/internalversion/printers.go."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from karmada_nb.engine import meta
from karmada_nb.engine.apiserver.resource import Column, Table
from karmada_nb.engine.apiserver.tables.cells import (
    AGE_COLUMN,
    NAME_COLUMN,
    NONE,
    age,
    containers,
    count,
    human_duration,
    number,
    pairs,
    selector_text,
    since,
    wide,
)
from karmada_nb.engine.meta import Object

_TEMPLATE: Final = (
    wide("Containers", "Names of each container in the template."),
    wide("Images", "Images referenced by each container in the template."),
)


def _wide(prefix: str) -> tuple[Column, ...]:
    return *_TEMPLATE, wide("Selector", doc=f"{prefix}Spec.selector")


def _template(obj: Object) -> tuple[str, str]:
    return containers(meta.dig(obj, "spec", "template"))


def _deployment(obj: Object, now: datetime) -> list[Any]:
    return [
        meta.name(obj),
        f"{count(obj, 'status', 'readyReplicas')}/{count(obj, 'spec', 'replicas')}",
        count(obj, "status", "updatedReplicas"),
        count(obj, "status", "availableReplicas"),
        age(obj, now),
        *_template(obj),
        selector_text(meta.dig(obj, "spec", "selector")),
    ]


def _replicas(obj: Object, now: datetime) -> list[Any]:
    return [
        meta.name(obj),
        count(obj, "spec", "replicas"),
        count(obj, "status", "replicas"),
        count(obj, "status", "readyReplicas"),
        age(obj, now),
        *_template(obj),
    ]


def _replica_set(obj: Object, now: datetime) -> list[Any]:
    return [*_replicas(obj, now), selector_text(meta.dig(obj, "spec", "selector"))]


def _replication_controller(obj: Object, now: datetime) -> list[Any]:
    return [*_replicas(obj, now), pairs(meta.dig(obj, "spec", "selector"))]


def _stateful_set(obj: Object, now: datetime) -> list[Any]:
    ready = f"{count(obj, 'status', 'readyReplicas')}/{count(obj, 'spec', 'replicas')}"
    return [meta.name(obj), ready, age(obj, now), *_template(obj)]


def _daemon_set(obj: Object, now: datetime) -> list[Any]:
    return [
        meta.name(obj),
        count(obj, "status", "desiredNumberScheduled"),
        count(obj, "status", "currentNumberScheduled"),
        count(obj, "status", "numberReady"),
        count(obj, "status", "updatedNumberScheduled"),
        count(obj, "status", "numberAvailable"),
        pairs(meta.dig(obj, "spec", "template", "spec", "nodeSelector")),
        age(obj, now),
        *_template(obj),
        selector_text(meta.dig(obj, "spec", "selector")),
    ]


def _job(obj: Object, now: datetime) -> list[Any]:
    return [
        meta.name(obj),
        _job_status(obj),
        _completions(obj),
        _duration(obj, now),
        age(obj, now),
        *_template(obj),
        selector_text(meta.dig(obj, "spec", "selector")),
    ]


def _job_status(obj: Object) -> str:
    met = {
        item.get("type")
        for item in meta.dig(obj, "status", "conditions", default=[])
        if item.get("status") == "True"
    }
    for word in ("Complete", "Failed"):
        if word in met:
            return word
    if meta.deleting(obj):
        return "Terminating"
    return next(
        (word for word in ("Suspended", "FailureTarget", "SuccessCriteriaMet") if word in met), "Running"
    )


def _completions(obj: Object) -> str:
    done, wanted = count(obj, "status", "succeeded"), meta.dig(obj, "spec", "completions")
    if wanted is not None:
        return f"{done}/{wanted}"
    parallel = count(obj, "spec", "parallelism")
    return f"{done}/1 of {parallel}" if parallel > 1 else f"{done}/1"


def _duration(obj: Object, now: datetime) -> str:
    start, end = meta.dig(obj, "status", "startTime"), meta.dig(obj, "status", "completionTime")
    if start is None:
        return ""
    last = now if end is None else meta.parse_time(end)
    return human_duration((last - meta.parse_time(start)).total_seconds())


def _cron_job(obj: Object, now: datetime) -> list[Any]:
    spec, last = obj.get("spec") or {}, meta.dig(obj, "status", "lastScheduleTime")
    return [
        meta.name(obj),
        spec.get("schedule", ""),
        spec.get("timeZone") or NONE,
        str(spec.get("suspend", "<unset>")),
        len(meta.dig(obj, "status", "active", default=[])),
        since(last, now) if last else NONE,
        age(obj, now),
        *containers(meta.dig(spec, "jobTemplate", "spec", "template")),
        selector_text(meta.dig(spec, "jobTemplate", "spec", "selector")),
    ]


def _scale(obj: Object, now: datetime) -> list[Any]:
    wanted, found = (int((obj.get(part) or {}).get("replicas") or 0) for part in ("spec", "status"))
    return [meta.name(obj), wanted, found, age(obj, now)]


def _controller_revision(obj: Object, now: datetime) -> list[Any]:
    owner = meta.controller_of(obj)
    group = meta.group_version(owner["apiVersion"])[0] if owner else ""
    shown = f"{owner['kind'].lower()}{'.' + group if group else ''}/{owner['name']}" if owner else NONE
    return [meta.name(obj), shown, obj.get("revision", 0), age(obj, now)]


def _counts(prefix: str) -> tuple[Column, Column, Column]:
    """Replicas as wanted, as there are, and as ready, of a kind such as ``apps.v1.ReplicaSet``."""
    return (
        number("Desired", doc=f"{prefix}Spec.replicas"),
        number("Current", doc=f"{prefix}Status.replicas"),
        number("Ready", doc=f"{prefix}Status.readyReplicas"),
    )


TABLES: Final[dict[tuple[str, str], Table]] = {
    ("apps", "Deployment"): Table(
        (
            NAME_COLUMN,
            Column("Ready", description="Number of the pod with ready state"),
            Column("Up-to-date", doc="apps.v1.DeploymentStatus.updatedReplicas"),
            Column("Available", doc="apps.v1.DeploymentStatus.availableReplicas"),
            AGE_COLUMN,
            *_wide("apps.v1.Deployment"),
        ),
        _deployment,
    ),
    ("apps", "ReplicaSet"): Table(
        (NAME_COLUMN, *_counts("apps.v1.ReplicaSet"), AGE_COLUMN, *_wide("apps.v1.ReplicaSet")), _replica_set
    ),
    ("", "ReplicationController"): Table(
        (
            NAME_COLUMN,
            *_counts("core.v1.ReplicationController"),
            AGE_COLUMN,
            *_wide("core.v1.ReplicationController"),
        ),
        _replication_controller,
    ),
    ("apps", "StatefulSet"): Table(
        (
            NAME_COLUMN,
            Column("Ready", description="Number of the pod with ready state"),
            AGE_COLUMN,
            *_TEMPLATE,
        ),
        _stateful_set,
    ),
    ("apps", "DaemonSet"): Table(
        (
            NAME_COLUMN,
            number("Desired", doc="apps.v1.DaemonSetStatus.desiredNumberScheduled"),
            number("Current", doc="apps.v1.DaemonSetStatus.currentNumberScheduled"),
            number("Ready", doc="apps.v1.DaemonSetStatus.numberReady"),
            number("Up-to-date", doc="apps.v1.DaemonSetStatus.updatedNumberScheduled"),
            number("Available", doc="apps.v1.DaemonSetStatus.numberAvailable"),
            Column("Node Selector", doc="core.v1.PodSpec.nodeSelector"),
            AGE_COLUMN,
            *_wide("apps.v1.DaemonSet"),
        ),
        _daemon_set,
    ),
    ("batch", "Job"): Table(
        (
            NAME_COLUMN,
            Column("Status", description="Status of the job."),
            Column(
                "Completions",
                description=(
                    "The number of pods which reached phase Succeeded. The value increases "
                    "monotonically for a given spec. However, it may decrease in reaction to scale "
                    "down of elastic indexed jobs."
                ),
            ),
            Column("Duration", description="Time required to complete the job."),
            AGE_COLUMN,
            *_wide("batch.v1.Job"),
        ),
        _job,
    ),
    ("batch", "CronJob"): Table(
        (
            NAME_COLUMN,
            Column("Schedule", doc="batch.v1.CronJobSpec.schedule"),
            Column("Timezone", doc="batch.v1.CronJobSpec.timeZone"),
            Column("Suspend", "boolean", doc="batch.v1.CronJobSpec.suspend"),
            number("Active", doc="batch.v1.CronJobStatus.active"),
            Column("Last Schedule", doc="batch.v1.CronJobStatus.lastScheduleTime"),
            AGE_COLUMN,
            *_wide("batch.v1.Job"),
        ),
        _cron_job,
    ),
    ("autoscaling", "Scale"): Table(
        (
            Column("Name", doc="meta.v1.ObjectMeta.name"),
            number("Desired", doc="autoscaling.v1.ScaleSpec.replicas"),
            number("Available", doc="autoscaling.v1.ScaleStatus.replicas"),
            AGE_COLUMN,
        ),
        _scale,
    ),
    ("apps", "ControllerRevision"): Table(
        (
            NAME_COLUMN,
            Column("Controller", description="Controller of the object"),
            Column("Revision", doc="apps.v1.ControllerRevision.revision"),
            AGE_COLUMN,
        ),
        _controller_revision,
    ),
}
