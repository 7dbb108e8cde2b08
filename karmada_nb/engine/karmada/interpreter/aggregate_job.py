"""Jobs and CronJobs: one status out of all clusters'.

Follows ``ParsingJobStatus`` of pkg/util/helper/job.go (today's and v1.2's) and ``aggregateCronJobStatus`` of
pkg/resourceinterpreter/default/native/aggregatestatus.go.
"""

from __future__ import annotations

from dataclasses import dataclass, field
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
    except (AttributeError, TypeError, ValueError):
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


@dataclass(slots=True)
class _Tally:
    """What the clusters say of a Job, added up; ``clusters`` counts the silent ones too."""

    clusters: int
    counts: dict[str, int] = field(default_factory=lambda: {"active": 0, "succeeded": 0, "failed": 0})
    failed: list[str] = field(default_factory=list)
    complete: int = 0
    criteria_met: int = 0
    starts: list[datetime] = field(default_factory=list)
    ends: list[datetime] = field(default_factory=list)


def _tally(items: Items) -> _Tally:
    tally = _Tally(len(items or ()))
    for cluster, member in reported(items):
        for count in tally.counts:
            tally.counts[count] += number(member, count)
        kind = finished_type(member)
        tally.complete += kind == "Complete"
        tally.criteria_met += _meets_success_criteria(member)
        if kind == "Failed":
            tally.failed.append(cluster)
        for name, moments in (("startTime", tally.starts), ("completionTime", tally.ends)):
            then = moment(member.get(name))
            if then is not None:
                moments.append(then)
    return tally


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


def _status(tally: _Tally, *, complete: bool, start: str | None, now: datetime) -> Object:
    status: Object = {count: total for count, total in tally.counts.items() if total}
    conditions: list[Object] = []
    if tally.failed:
        message = f"Job executed failed in member clusters {','.join(tally.failed)}"
        conditions.append(_condition("Failed", "JobFailed", message, now))
    if complete:
        conditions.append(_condition("Complete", "Completed", "Job completed", now))
    if conditions:
        status["conditions"] = conditions
    if start is not None:
        status["startTime"] = start
    if 0 < len(tally.ends) == tally.clusters:
        status["completionTime"] = meta.rfc3339(max(tally.ends))
    return status


def aggregate_job_status(obj: Object, items: Items, now: datetime) -> Object:
    """Complete once it is so in every cluster, failed once in any; started when the first cluster did, told
    once all have. A finished Job keeps its status for good."""
    old = mapping(obj, "status")
    if finished_type(old):
        return obj
    tally = _tally(items)
    start = old.get("startTime")
    if start is None and 0 < len(tally.starts) == tally.clusters:
        start = meta.rfc3339(min(tally.starts))
    complete = 0 < tally.complete == tally.clusters
    status = _status(tally, complete=complete, start=start, now=now)
    if complete and tally.criteria_met == tally.clusters:
        message = "All member clusters have met success criteria"
        met = _condition("SuccessCriteriaMet", "CompletionsReached", message, now)
        status["conditions"] = [*status["conditions"], met]
    return obj if not status and not old else with_status(obj, status)


def article_job_status(obj: Object, items: Items, now: datetime) -> Object:
    """v1.2: computed anew every time; without any cluster a Job counts as complete."""
    tally = _tally(items)
    start = meta.rfc3339(min(tally.starts)) if tally.starts else None
    return with_status(obj, _status(tally, complete=tally.complete == tally.clusters, start=start, now=now))


def aggregate_cron_job_status(obj: Object, items: Items, now: datetime) -> Object:
    """All active Jobs, and the latest of the times."""
    status: Object = {}
    active: list[Any] = []
    for _, member in reported(items):
        active += list_field(member, "active")
        for name in ("lastScheduleTime", "lastSuccessfulTime"):
            then, latest = moment(member.get(name)), moment(status.get(name))
            if then is not None and (latest is None or latest < then):
                status[name] = meta.rfc3339(then)
    if active:
        status["active"] = active
    return obj if not status and not mapping(obj, "status") else with_status(obj, status)
