"""CronJobs.

Follows pkg/apis/batch/v1/defaults.go and pkg/apis/batch/validation/validation.go.
"""

from __future__ import annotations

from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from karmada_nb.engine import meta
from karmada_nb.engine.apiserver.strategies.filling import fill, within
from karmada_nb.engine.apiserver.strategies.jobs import validate_job_spec
from karmada_nb.engine.apiserver.strategies.podspec import default_template
from karmada_nb.engine.apiserver.strategies.workload import Workload
from karmada_nb.engine.apiserver.validation import cron, field
from karmada_nb.engine.apiserver.validation.selector import shown
from karmada_nb.engine.apiserver.warnings.workloads import of_cron_job
from karmada_nb.engine.errors import Cause
from karmada_nb.engine.meta import Object

_SPEC: Final = {
    "concurrencyPolicy": "Allow",
    "suspend": False,
    "successfulJobsHistoryLimit": 3,
    "failedJobsHistoryLimit": 1,
}
_POLICIES: Final = ("Allow", "Forbid", "Replace")
_NAME_LIMIT: Final = 52
"""Jobs append eleven characters, and their names become labels."""


class CronJob(Workload):
    def default(self, obj: Object) -> Object:
        return within(obj, "spec", _default_spec)

    def validate(self, obj: Object) -> list[Cause]:
        causes = super().validate(obj)
        name = meta.name(obj)
        if len(name) > _NAME_LIMIT:
            why = f"must be no more than {_NAME_LIMIT} characters"
            causes.append(field.invalid("metadata.name", name, why))
        return causes

    def validate_spec(self, spec: Object, old: Object | None) -> list[Cause]:
        return _spec(spec, old)

    def warnings(self, obj: Object, old: Object | None) -> list[str]:
        return of_cron_job(obj, old)


def _default_spec(spec: Object) -> Object:
    return fill(within(spec, "jobTemplate", _job_template), _SPEC)


def _job_template(template: Object) -> Object:
    return within(template, "spec", lambda spec: within(spec, "template", default_template))


def _spec(spec: Object, old: Object | None) -> list[Cause]:
    causes: list[Cause] = []
    schedule = spec.get("schedule", "")
    if not schedule:
        causes.append(field.required("spec.schedule"))
    elif cron.complaint(schedule):
        causes.append(field.invalid("spec.schedule", schedule, cron.complaint(schedule)))
    causes += field.non_negative("spec.startingDeadlineSeconds", spec.get("startingDeadlineSeconds"))
    if spec.get("timeZone") is not None:
        causes += _time_zone(spec["timeZone"], "spec.timeZone")
    policy = spec.get("concurrencyPolicy", "")
    if not policy:
        causes.append(field.required("spec.concurrencyPolicy"))
    elif policy not in _POLICIES:
        causes.append(field.not_supported("spec.concurrencyPolicy", policy, _POLICIES))
    job = meta.dig(spec, "jobTemplate", "spec", default={})
    was = meta.dig(old, "jobTemplate", "spec", "template")
    causes += validate_job_spec(job, "spec.jobTemplate.spec", was)
    causes += _generated(job, "spec.jobTemplate.spec")
    for name in ("successfulJobsHistoryLimit", "failedJobsHistoryLimit"):
        causes += field.non_negative(f"spec.{name}", spec.get(name))
    return causes


def _generated(job: Object, path: str) -> list[Cause]:
    """Selectors of the jobs are their own affair."""
    causes: list[Cause] = []
    if job.get("selector") is not None:
        why = "`selector` will be auto-generated"
        causes.append(field.invalid(f"{path}.selector", shown(job["selector"]), why))
    if job.get("manualSelector"):
        causes.append(field.not_supported(f"{path}.manualSelector", True, ("nil", "false")))
    return causes


def _time_zone(zone: str, path: str) -> list[Cause]:
    if not zone:
        return [field.invalid(path, zone, "timeZone must be nil or non-empty string")]
    if zone.lower() == "local":
        why = "timeZone must be an explicit time zone as defined in https://www.iana.org/time-zones"
        return [field.invalid(path, zone, why)]
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError):
        return [field.invalid(path, zone, f"unknown time zone {zone}")]
    return []
