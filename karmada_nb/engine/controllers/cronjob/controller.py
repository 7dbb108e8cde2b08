"""The loop of the cron job controller. Follows pkg/controller/cronjob/cronjob_controllerv2.go."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from karmada_nb.engine import meta
from karmada_nb.engine.controllers.claims import Claims
from karmada_nb.engine.controllers.context import CRONJOBS, JOBS, Context
from karmada_nb.engine.controllers.cronjob import schedule
from karmada_nb.engine.controllers.job.verdict import finished
from karmada_nb.engine.errors import StatusError
from karmada_nb.engine.meta import Key, Object
from karmada_nb.engine.runtime.controller import DONE, Result, Watch, itself, owned_by

SCHEDULED: Final = "batch.kubernetes.io/cronjob-scheduled-timestamp"
MISSED: Final = 100
"""So many missed times are worth a warning."""


class CronJobController:
    name = "cronjob-controller"

    def __init__(self, context: Context) -> None:
        self._client = context.client_as(self.name)
        self._events = context.recorder(self.name)
        self._clock = context.clock
        self._cronjobs = context.informers(*CRONJOBS)
        self._jobs = context.informers(*JOBS)
        self._claims = Claims(self._client, JOBS, self._jobs)

    def watches(self) -> Iterable[Watch]:
        yield Watch(self._cronjobs, itself)
        yield Watch(self._jobs, owned_by("CronJob"))

    async def reconcile(self, key: Key) -> Result:
        owner = self._cronjobs.get(key)
        if owner is None:
            return DONE
        jobs = self._claims.of(owner)
        status = await self._active(owner, jobs)
        await self._clean_up(owner, jobs)
        spec, now = owner["spec"], self._clock.now()
        if meta.deleting(owner) or spec.get("suspend"):
            await self._write(owner, status)
            return DONE
        local = now.astimezone(ZoneInfo(spec["timeZone"]) if spec.get("timeZone") else UTC)
        times = schedule.parse(spec["schedule"])
        due, missed = latest_due(owner, times, local)
        if missed > MISSED:
            text = (
                f"too many missed start times: {missed}. Set or decrease .spec.startingDeadlineSeconds "
                "or check clock skew"
            )
            await self._events.event(owner, "Warning", "TooManyMissedTimes", text)
        if due is not None:
            status = await self._start(owner, status, due, now)
        await self._write(owner, status)
        upcoming = times.after(local)
        return Result(after=(upcoming - local).total_seconds()) if upcoming is not None else DONE

    async def _active(self, owner: Object, jobs: list[Object]) -> Object:
        """The status with its list of active jobs brought up to date."""
        status = owner.get("status") or {}
        listed = {ref["uid"]: ref for ref in status.get("active") or ()}
        known = {meta.uid(job): job for job in jobs}
        for uid, job in known.items():
            end = finished(job)
            if not end and uid not in listed:
                text = f"Saw a job that the controller did not create or forgot: {meta.name(job)}"
                await self._events.event(owner, "Warning", "UnexpectedJob", text)
            elif end and uid in listed:
                del listed[uid]
                text = f"Saw completed job: {meta.name(job)}, condition: {end}"
                await self._events.event(owner, "Normal", "SawCompletedJob", text)
                completed = meta.dig(job, "status", "completionTime", default="")
                if end == "Complete" and completed > status.get("lastSuccessfulTime", ""):
                    status = {**status, "lastSuccessfulTime": completed}
        for uid in [uid for uid in listed if uid not in known]:
            text = f"Active job went missing: {listed.pop(uid)['name']}"
            await self._events.event(owner, "Normal", "MissingJob", text)
        return _with_active(status, list(listed.values()))

    async def _clean_up(self, owner: Object, jobs: list[Object]) -> None:
        """Delete the oldest finished jobs beyond the limits of the history."""
        for kind, name, default in (
            ("Complete", "successfulJobsHistoryLimit", 3),
            ("Failed", "failedJobsHistoryLimit", 1),
        ):
            over = sorted(
                (job for job in jobs if finished(job) == kind),
                key=lambda job: (meta.dig(job, "status", "startTime", default=""), meta.name(job)),
            )
            for job in over[: max(0, len(over) - owner["spec"].get(name, default))]:
                if not meta.deleting(job):
                    await self._remove(owner, job)

    async def _remove(self, owner: Object, job: Object) -> None:
        await self._client.delete(
            JOBS, meta.name(job), meta.namespace(job), uid=meta.uid(job), propagation="Background"
        )
        await self._events.event(owner, "Normal", "SuccessfulDelete", f"Deleted job {meta.name(job)}")

    async def _start(self, owner: Object, status: Object, due: datetime, now: datetime) -> Object:
        """Make the job of a time that has come, as far as the policy allows."""
        spec, last = owner["spec"], status.get("lastScheduleTime")
        if last is not None and meta.parse_time(last) == due:
            return status
        deadline = spec.get("startingDeadlineSeconds")
        if deadline is not None and due + timedelta(seconds=deadline) < now:
            text = f"Missed scheduled time to start a job: {due:%a, %d %b %Y %H:%M:%S %z}"
            await self._events.event(owner, "Warning", "MissSchedule", text)
            return status
        active, policy = list(status.get("active") or ()), spec.get("concurrencyPolicy", "Allow")
        if active and policy == "Forbid":
            text = "Not starting job because prior execution is running and concurrency policy is Forbid"
            await self._events.event(owner, "Normal", "JobAlreadyActive", text)
            return status
        if policy == "Replace":
            for ref in active:
                job = self._jobs.get(Key(meta.namespace(owner), ref["name"]))
                if job is not None:
                    await self._remove(owner, job)
            active = []
        job = new_job(owner, due)
        try:
            made = await self._client.create(JOBS, job, meta.namespace(owner))
        except StatusError as error:
            if error.reason != "AlreadyExists":
                text = f"Error creating job: {error.message}"
                await self._events.event(owner, "Warning", "FailedCreate", text)
                raise
            return {**status, "lastScheduleTime": meta.rfc3339(due)}
        await self._events.event(owner, "Normal", "SuccessfulCreate", f"Created job {meta.name(made)}")
        status = _with_active(status, [*active, _reference(made)])
        return {**status, "lastScheduleTime": meta.rfc3339(due)}

    async def _write(self, owner: Object, status: Object) -> None:
        current = self._cronjobs.get(meta.key(owner))
        if current is None or meta.uid(current) != meta.uid(owner) or status == current.get("status"):
            return
        await self._client.update(CRONJOBS, {**current, "status": status}, "status")


def latest_due(owner: Object, times: schedule.Schedule, now: datetime) -> tuple[datetime | None, int]:
    """The newest time that has come since the last job, and how many came in all."""
    last = meta.dig(owner, "status", "lastScheduleTime") or owner["metadata"]["creationTimestamp"]
    earliest = meta.parse_time(last).astimezone(now.tzinfo)
    deadline = owner["spec"].get("startingDeadlineSeconds")
    if deadline is not None:
        earliest = max(earliest, now - timedelta(seconds=deadline))
    due, missed = None, 0
    upcoming = times.after(earliest)
    while upcoming is not None and upcoming <= now:
        due, missed = upcoming, missed + 1
        if missed == MISSED + 1:
            # The rest is long past: begin anew shortly before now instead of counting it all.
            gap = upcoming - earliest
            earliest = now - 2 * gap / missed
            upcoming = times.after(max(earliest, upcoming))
            continue
        upcoming = times.after(upcoming)
    return due, missed


def new_job(owner: Object, due: datetime) -> Object:
    """The job of one time; its name is made of the minutes since 1970."""
    template = owner["spec"]["jobTemplate"]
    said = template.get("metadata") or {}
    annotations = {**(said.get("annotations") or {}), SCHEDULED: due.isoformat().replace("+00:00", "Z")}
    return {
        "apiVersion": "batch/v1",
        "kind": "Job",
        "metadata": {
            "name": f"{meta.name(owner)}-{int(due.timestamp()) // 60}",
            "namespace": meta.namespace(owner),
            **({"labels": said["labels"]} if said.get("labels") else {}),
            "annotations": annotations,
            "ownerReferences": [meta.owner_reference(owner)],
        },
        "spec": template["spec"],
    }


def _reference(job: Object) -> Object:
    return {
        "kind": "Job",
        "namespace": meta.namespace(job),
        "name": meta.name(job),
        "uid": meta.uid(job),
        "apiVersion": "batch/v1",
        "resourceVersion": meta.resource_version(job),
    }


def _with_active(status: Object, active: list[Object]) -> Object:
    rest = {k: v for k, v in status.items() if k != "active"}
    return {**rest, "active": active} if active else rest
