"""Jobs and CronJobs: one status out of all clusters'.

Follows ``ParsingJobStatus`` of pkg/util/helper/job.go and ``aggregateCronJobStatus`` of
pkg/resourceinterpreter/default/native/aggregatestatus.go.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from karmada_nb.engine import meta
from karmada_nb.engine.karmada.interpreter.aggregate import reported, with_status
from karmada_nb.engine.karmada.interpreter.base import InterpreterError, Items
from karmada_nb.engine.karmada.interpreter.fields import items as list_field
from karmada_nb.engine.karmada.interpreter.fields import mapping, number
from karmada_nb.engine.meta import Object


def moment(value: Any) -> datetime | None:
    """A ``metav1.Time`` field."""
    if value is None:
        return None
    try:
        return meta.parse_time(value)
    except (TypeError, ValueError):
        raise InterpreterError(f"cannot parse {value!r} as an RFC 3339 time") from None


def finished_type(status: Object) -> str | None:
    """``Complete`` or ``Failed`` once a Job is either; ``None`` while it runs."""
    for condition in list_field(status, "conditions"):
        if condition.get("type") in ("Complete", "Failed") and condition.get("status") == "True":
            return str(condition["type"])
    return None


def _meets_success_criteria(status: Object) -> bool:
    return any(
        c.get("type") == "SuccessCriteriaMet" and c.get("status") == "True"
        for c in list_field(status, "conditions")
    )


def _condition(kind: str, reason: str, message: str, now: datetime) -> Object:
    stamp = meta.rfc3339(now)
    return {
        "type": kind,
        "status": "True",
        "lastProbeTime": stamp,
        "lastTransitionTime": stamp,
        "reason": reason,
        "message": message,
    }


def job_status(obj: Object, items: Items, now: datetime) -> Object:
    """The status a Job would have now. A Job is complete once it is so in every cluster it went to, failed
    once it is in any; it started when the first cluster did, told once all have."""
    clusters = len(items or ())
    totals = {"active": 0, "succeeded": 0, "failed": 0}
    failed: list[str] = []
    complete = criteria_met = 0
    starts: list[datetime] = []
    ends: list[datetime] = []
    for cluster, member in reported(items):
        for field in totals:
            totals[field] += number(member, field)
        kind = finished_type(member)
        complete += kind == "Complete"
        if kind == "Failed":
            failed.append(cluster)
        criteria_met += _meets_success_criteria(member)
        starts += [m for m in (moment(member.get("startTime")),) if m]
        ends += [m for m in (moment(member.get("completionTime")),) if m]

    status: Object = {field: total for field, total in totals.items() if total}
    conditions: list[Object] = []
    if failed:
        message = f"Job executed failed in member clusters {','.join(failed)}"
        conditions.append(_condition("Failed", "JobFailed", message, now))
    if 0 < complete == clusters:
        conditions.append(_condition("Complete", "Completed", "Job completed", now))
        if criteria_met == clusters:
            message = "All member clusters have met success criteria"
            conditions.append(_condition("SuccessCriteriaMet", "CompletionsReached", message, now))
    if conditions:
        status["conditions"] = conditions
    started = mapping(obj, "status").get("startTime")
    if started is not None:
        status["startTime"] = started
    elif 0 < len(starts) == clusters:
        status["startTime"] = meta.rfc3339(min(starts))
    if 0 < len(ends) == clusters:
        status["completionTime"] = meta.rfc3339(max(ends))
    return status


def aggregate_job_status(obj: Object, items: Items, now: datetime) -> Object:
    """A finished Job keeps its status for good."""
    old = mapping(obj, "status")
    if finished_type(old):
        return obj
    status = job_status(obj, items, now)
    return obj if not status and not old else with_status(obj, status)


def aggregate_cron_job_status(obj: Object, items: Items, now: datetime) -> Object:
    """All active Jobs, and the latest of the times."""
    status: Object = {}
    active: list[Any] = []
    for _, member in reported(items):
        active += list_field(member, "active")
        for field in ("lastScheduleTime", "lastSuccessfulTime"):
            then, latest = moment(member.get(field)), moment(status.get(field))
            if then is not None and (latest is None or latest < then):
                status[field] = meta.rfc3339(then)
    if active:
        status["active"] = active
    return obj if not status and not mapping(obj, "status") else with_status(obj, status)
