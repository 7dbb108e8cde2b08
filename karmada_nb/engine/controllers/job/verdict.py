"""How a job stands: whether it has succeeded or failed, and how many pods it wants. Pure.

Follows pkg/controller/job/job_controller.go and success_policy.go.
"""

from datetime import datetime
from typing import NamedTuple

from karmada_nb.engine import meta
from karmada_nb.engine.controllers.job import indexes, policies, tracking
from karmada_nb.engine.meta import Object


class Verdict(NamedTuple):
    """``kind`` is Complete or Failed."""

    kind: str
    reason: str
    message: str


def finished(job: Object) -> str:
    """``Complete``, ``Failed`` or nothing."""
    for kind in ("Complete", "Failed"):
        if (meta.condition(job, kind) or {}).get("status") == "True":
            return kind
    return ""


def judge(job: Object, status: Object, pods: tracking.Pods, now: datetime) -> Verdict | None:
    """The end of a job, if it has come: nothing more needs to run for it."""
    spec = job["spec"]
    target = meta.condition({"status": status}, "FailureTarget")
    if target is not None and target["status"] == "True":
        return Verdict("Failed", target["reason"], target["message"])
    why = policies.fails(job, pods.failed)
    if why:
        return Verdict("Failed", "PodFailurePolicy", why)
    met = meta.condition({"status": status}, "SuccessCriteriaMet")
    if met is not None and met["status"] == "True":
        return Verdict("Complete", met["reason"], met["message"])
    done = indexes.parse(status.get("completedIndexes", ""))
    failing = _indexes_failed(spec, status, len(done))
    if failing is not None:
        return failing
    enough = _suffices(job, done)
    if enough:
        return Verdict("Complete", "SuccessPolicy", enough)
    limit = spec.get("backoffLimit", 6)
    failed = status.get("failed", 0)
    if failed > limit or _restarted_too_often(spec, pods, limit):
        return Verdict("Failed", "BackoffLimitExceeded", "Job has reached the specified backoff limit")
    left = deadline_in(job, status, now)
    if left is not None and left <= 0:
        return Verdict("Failed", "DeadlineExceeded", "Job was active longer than specified deadline")
    succeeded, completions = status.get("succeeded", 0), spec.get("completions")
    if succeeded > 0 and not pods.active if completions is None else succeeded >= completions:
        return Verdict("Complete", "CompletionsReached", "Reached expected number of succeeded pods")
    return None


def _suffices(job: Object, completed: set[int]) -> str:
    """Which rule of ``successPolicy`` the completed indexes meet; ``""`` for none."""
    for index, rule in enumerate(meta.dig(job, "spec", "successPolicy", "rules", default=[])):
        text, count = rule.get("succeededIndexes"), rule.get("succeededCount")
        wanted = completed if text is None else indexes.parse(text)
        if len(completed & wanted) >= (len(wanted) if count is None else count):
            return f"Matched rules at index {index}"
    return ""


def _indexes_failed(spec: Object, status: Object, done: int) -> Verdict | None:
    """Too many indexes have failed, or all that are left have."""
    failed = len(indexes.parse(status.get("failedIndexes", "")))
    most = spec.get("maxFailedIndexes")
    if most is not None and failed > most:
        why = "Job has exceeded the specified maximal number of failed indexes"
        return Verdict("Failed", "MaxFailedIndexesExceeded", why)
    if failed and failed + done >= spec.get("completions", 0):
        return Verdict("Failed", "FailedIndexes", "Job has failed indexes")
    return None


def _restarted_too_often(spec: Object, pods: tracking.Pods, limit: int) -> bool:
    if meta.dig(spec, "template", "spec", "restartPolicy") != "OnFailure":
        return False
    restarts = tracking.restarts(pods.active)
    return restarts > 0 if limit == 0 else restarts >= limit


def deadline_in(job: Object, status: Object, now: datetime) -> float | None:
    """Seconds until ``activeDeadlineSeconds`` is over; None if there is no end, or it does not run."""
    seconds, start = job["spec"].get("activeDeadlineSeconds"), status.get("startTime")
    if seconds is None or start is None or job["spec"].get("suspend"):
        return None
    return float(seconds - (now - meta.parse_time(start)).total_seconds())


def wanted(job: Object, status: Object, active: int) -> int:
    """How many pods should be at work."""
    spec = job["spec"]
    if spec.get("suspend"):
        return 0
    parallelism, completions = spec.get("parallelism", 1), spec.get("completions")
    succeeded = status.get("succeeded", 0)
    if completions is None:
        return int(min(active, parallelism) if succeeded else parallelism)
    return int(max(0, min(completions - succeeded, parallelism)))


def conclude(status: Object, verdict: Verdict, over: bool, now: datetime) -> Object:
    """The status that says so: at first what is aimed at, and the end once no pod is left at work."""
    aim = "SuccessCriteriaMet" if verdict.kind == "Complete" else "FailureTarget"
    said = (verdict.reason, verdict.message)
    conditions = status.get("conditions") or []
    if meta.condition({"status": status}, aim) is None:
        conditions = _add(conditions, aim, said, now)
    if over:
        conditions = _add(conditions, verdict.kind, said, now)
        if verdict.kind == "Complete":
            status = {**status, "completionTime": meta.rfc3339(now)}
    return {**status, "conditions": conditions}


def _add(conditions: list[Object], kind: str, said: tuple[str, str], now: datetime) -> list[Object]:
    probed = meta.rfc3339(now)
    return meta.set_condition(conditions, kind, "True", *said, now, lastProbeTime=probed)


def suspension(job: Object, status: Object, now: datetime) -> tuple[Object, str]:
    """The status after ``spec.suspend`` was heard, and the event that tells of a change: or nothing."""
    known = (meta.condition({"status": status}, "Suspended") or {}).get("status") == "True"
    suspended = bool(job["spec"].get("suspend"))
    conditions, probed = status.get("conditions") or [], meta.rfc3339(now)
    if suspended and not known:
        said = ("Suspended", "True", "JobSuspended", "Job suspended")
        kept = {k: v for k, v in status.items() if k != "startTime"}
        return {
            **kept,
            "conditions": meta.set_condition(conditions, *said, now, lastProbeTime=probed),
        }, "Suspended"
    if not suspended and known:
        said = ("Suspended", "False", "JobResumed", "Job resumed")
        conditions = meta.set_condition(conditions, *said, now, lastProbeTime=probed)
        return {**status, "conditions": conditions, "startTime": meta.rfc3339(now)}, "Resumed"
    if not suspended and "startTime" not in status:
        return {**status, "startTime": meta.rfc3339(now)}, ""
    return status, ""
