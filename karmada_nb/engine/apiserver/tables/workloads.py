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

_TEMPLATE: Final = (wide("Containers", "Names of the containers."), wide("Images", "Their images."))
_WIDE: Final = (*_TEMPLATE, wide("Selector", "Which pods are meant."))


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


def _controller_revision(obj: Object, now: datetime) -> list[Any]:
    owner = meta.controller_of(obj)
    group = meta.group_version(owner["apiVersion"])[0] if owner else ""
    shown = f"{owner['kind'].lower()}{'.' + group if group else ''}/{owner['name']}" if owner else NONE
    return [meta.name(obj), shown, obj.get("revision", 0), age(obj, now)]


_COUNTS: Final = (number("Desired", "Wanted."), number("Current", "There."), number("Ready", "Ready."))

TABLES: Final[dict[tuple[str, str], Table]] = {
    ("apps", "Deployment"): Table(
        (
            NAME_COLUMN,
            Column("Ready", description="Number of the pod with ready state"),
            Column("Up-to-date", description="Pods of the latest template."),
            Column("Available", description="Pods that serve."),
            AGE_COLUMN,
            *_WIDE,
        ),
        _deployment,
    ),
    ("apps", "ReplicaSet"): Table((NAME_COLUMN, *_COUNTS, AGE_COLUMN, *_WIDE), _replica_set),
    ("", "ReplicationController"): Table(
        (NAME_COLUMN, *_COUNTS, AGE_COLUMN, *_WIDE), _replication_controller
    ),
    ("apps", "StatefulSet"): Table(
        (NAME_COLUMN, Column("Ready", description="Ready pods of those wanted."), AGE_COLUMN, *_TEMPLATE),
        _stateful_set,
    ),
    ("apps", "DaemonSet"): Table(
        (
            NAME_COLUMN,
            *_COUNTS,
            number("Up-to-date", "Pods of the latest template."),
            number("Available", "Pods that serve."),
            Column("Node Selector", description="Which nodes are meant."),
            AGE_COLUMN,
            *_WIDE,
        ),
        _daemon_set,
    ),
    ("batch", "Job"): Table(
        (
            NAME_COLUMN,
            Column("Status", description="Status of the job."),
            Column("Completions", description="Pods that succeeded, of those wanted."),
            Column("Duration", description="Time required to complete the job."),
            AGE_COLUMN,
            *_WIDE,
        ),
        _job,
    ),
    ("batch", "CronJob"): Table(
        (
            NAME_COLUMN,
            Column("Schedule", description="The schedule in Cron format."),
            Column("Timezone", description="The time zone of the schedule."),
            Column("Suspend", "boolean", description="Whether no more jobs are started."),
            number("Active", "Jobs that run now."),
            Column("Last Schedule", description="When a job was last started."),
            AGE_COLUMN,
            *_WIDE,
        ),
        _cron_job,
    ),
    ("apps", "ControllerRevision"): Table(
        (
            NAME_COLUMN,
            Column("Controller", description="Controller of the object"),
            Column("Revision", description="Which state this is."),
            AGE_COLUMN,
        ),
        _controller_revision,
    ),
}
