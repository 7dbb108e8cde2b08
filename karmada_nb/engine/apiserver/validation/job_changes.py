"""What may change in a Job, and which statuses follow upon which.

Follows ValidateJobSpecUpdate and ValidateJobStatusUpdate in pkg/apis/batch/validation/validation.go with the
options of pkg/registry/batch/job/strategy.go: what a job's status says is looked at where it changes.
"""

from __future__ import annotations

from typing import Any, Final

from karmada_nb.engine import meta
from karmada_nb.engine.apiserver.validation import field
from karmada_nb.engine.apiserver.validation.job_policies import count_indexes, shown_rule
from karmada_nb.engine.apiserver.validation.selector import shown
from karmada_nb.engine.errors import Cause
from karmada_nb.engine.meta import Object

_DIRECTIVES: Final = ("nodeSelector", "tolerations", "schedulingGates")
_COUNTS: Final = ("active", "succeeded", "failed", "ready", "terminating")
_ENDS: Final = ("Failed", "Complete", "FailureTarget")


def validate_spec_change(job: Object, old: Object) -> list[Cause]:
    spec, before = job.get("spec") or {}, old.get("spec") or {}
    completions, was = spec.get("completions"), before.get("completions")
    causes: list[Cause] = []
    if spec.get("completionMode") != "Indexed":
        causes += field.immutable("spec.completions", completions, was)
    elif completions not in (None, was, spec.get("parallelism")):
        why = "can only be modified in tandem with spec.parallelism"
        causes.append(field.invalid("spec.completions", completions, why))
    selector = spec.get("selector")
    causes += field.immutable("spec.selector", selector and shown(selector), before.get("selector"))
    causes += _template(spec, old)
    for name in ("completionMode", "podFailurePolicy", "backoffLimitPerIndex", "managedBy", "successPolicy"):
        if field.immutable(name, spec.get(name), before.get(name)):
            value = _internal(name, spec.get(name))
            causes.append(field.invalid(f"spec.{name}", value, field.IMMUTABLE))
    return causes


def _internal(name: str, value: Any) -> Any:
    """Policies as the internal type has them, whose fields have no JSON names."""
    if value is None or name not in ("podFailurePolicy", "successPolicy"):
        return value
    if name == "successPolicy":
        return {"Rules": [shown_rule(rule) for rule in value.get("rules") or ()]}
    return {"Rules": [_failure_rule(rule) for rule in value.get("rules") or ()]}


def _failure_rule(rule: Object) -> Object:
    codes, conditions = rule.get("onExitCodes"), rule.get("onPodConditions")
    names = {"ContainerName": "containerName", "Operator": "operator", "Values": "values"}
    return {
        "Action": rule.get("action", ""),
        "OnExitCodes": codes and {said: codes.get(name) for said, name in names.items()},
        "OnPodConditions": conditions
        and [{"Type": item.get("type", ""), "Status": item.get("status", "")} for item in conditions],
    }


def _template(spec: Object, old: Object) -> list[Cause]:
    """A job that is suspended and at rest may still choose where its pods go, and what they ask for."""
    new, was = spec.get("template") or {}, meta.dig(old, "spec", "template", default={})
    if new is was or new == was:
        return []
    suspended = meta.dig(old, "spec", "suspend", default=False)
    resting = "startTime" not in (old.get("status") or {}) or meta.dig(_true(old, "Suspended"), "status")
    if not suspended:
        return [field.invalid("spec.template", new, field.IMMUTABLE)]
    free = bool(resting) and not meta.dig(old, "status", "active", default=0)
    pod, before = new.get("spec") or {}, was.get("spec") or {}
    if free:
        before = _with_directives(_with_resources(before, pod), pod)
    return [] if pod == before else [field.invalid("spec.template.spec", pod, field.IMMUTABLE)]


def _with_directives(old: Object, new: Object) -> Object:
    kept = {name: value for name, value in old.items() if name not in (*_DIRECTIVES, "affinity")}
    taken: Object = {name: new[name] for name in _DIRECTIVES if name in new}
    others = {k: v for k, v in (old.get("affinity") or {}).items() if k != "nodeAffinity"}
    node = {k: v for k, v in (new.get("affinity") or {}).items() if k == "nodeAffinity"}
    affinity = {**others, **node}
    if affinity or new.get("affinity") is not None:
        taken["affinity"] = affinity
    return {**kept, **taken}


def _with_resources(old: Object, new: Object) -> Object:
    out = dict(old)
    for kind in ("containers", "initContainers"):
        mine, theirs = new.get(kind) or [], old.get(kind) or []
        if theirs and len(mine) == len(theirs):
            out[kind] = [_resourced(a, b) for a, b in zip(theirs, mine, strict=True)]
    return out


def _resourced(old: Object, new: Object) -> Object:
    if old.get("name") != new.get("name") or "resources" not in new:
        return old
    return {**old, "resources": new["resources"]}


def validate_status_counts(status: Object) -> list[Cause]:
    """Counts are not negative."""
    return [c for name in _COUNTS for c in field.non_negative(f"status.{name}", status.get(name))]


def validate_status_change(job: Object, old: Object) -> list[Cause]:
    status, before = job.get("status") or {}, old.get("status") or {}
    causes = validate_status_counts(status)
    return causes + _ending(job, old) + _indexes(job, old) + _order(job, status, before, old)


def _true(job: Object, kind: str) -> Object | None:
    condition = meta.condition(job, kind)
    return condition if condition is not None and condition.get("status") == "True" else None


def _conditions(why: str) -> Cause:
    return Cause("status.conditions", "FieldValueInvalid", f"Invalid value: {why}")


def _ending(job: Object, old: Object) -> list[Cause]:
    """What goes with a job's end: which conditions, which times, and no pods at work."""
    status, before = job.get("status") or {}, old.get("status") or {}
    kinds = ("Complete", "Failed", "FailureTarget", "SuccessCriteriaMet")
    is_now = {kind: _true(job, kind) is not None for kind in kinds}
    was = {kind: _true(old, kind) is not None for kind in kinds}
    complete, failed, aimed = is_now["Complete"], is_now["Failed"], is_now["FailureTarget"]
    met, ended = is_now["SuccessCriteriaMet"], complete or failed
    new = {kind: is_now[kind] != was[kind] for kind in kinds}
    finished = ended != (was["Complete"] or was["Failed"])

    def changed(name: str) -> bool:
        return bool(status.get(name) != before.get(name))

    start, end = status.get("startTime"), status.get("completionTime")
    causes: list[Cause] = []
    if (new["Complete"] or new["Failed"]) and complete and failed:
        causes.append(_conditions("cannot set Complete=True and Failed=true conditions"))
    if (new["Complete"] or new["FailureTarget"]) and complete and aimed:
        causes.append(_conditions("cannot set Complete=True and FailureTarget=true conditions"))
    if new["Complete"] or changed("completionTime"):
        at = "status.completionTime"
        if end is not None and not complete:
            why = "cannot set completionTime when there is no Complete=True condition"
            causes.append(field.invalid(at, end, why))
        if end is None and complete:
            causes.append(field.required(at, "completionTime is required for Complete jobs"))
    if (changed("startTime") or changed("completionTime")) and start and end and end < start:
        causes.append(field.invalid("status.completionTime", end, "must be equal to or after `startTime`"))
    if (new["Failed"] or changed("failedIndexes")) and failed and not aimed:
        why = "cannot set Failed=True condition without the FailureTarget=true condition"
        causes.append(_conditions(why))
    if (new["Complete"] or new["SuccessCriteriaMet"]) and complete and not met:
        why = "cannot set Complete=True condition without the SuccessCriteriaMet=true condition"
        causes.append(_conditions(why))
    if (finished or changed("active")) and status.get("active", 0) > 0 and ended:
        why = "active>0 is invalid for finished job"
        causes.append(field.invalid("status.active", status["active"], why))
    if (finished or changed("startTime")) and start is None and ended and not _empty(job):
        causes.append(field.required("status.startTime", "startTime is required for finished job"))
    waiting = status.get("uncountedTerminatedPods") or {}
    if (finished or changed("uncountedTerminatedPods")) and ended and any(waiting.values()):
        at, value = "status.uncountedTerminatedPods", {k.capitalize(): v for k, v in waiting.items()}
        causes.append(field.invalid(at, value, "must be empty for finished job"))
    if (finished or changed("terminating")) and (status.get("terminating") or 0) > 0 and ended:
        why = "terminating>0 is invalid for finished job"
        causes.append(field.invalid("status.terminating", status["terminating"], why))
    ready = status.get("ready")
    if (changed("ready") or changed("active")) and ready is not None and ready > status.get("active", 0):
        causes.append(field.invalid("status.ready", ready, "cannot set more ready pods than active"))
    if met and failed:
        causes.append(_conditions("cannot set SuccessCriteriaMet=True and Failed=true conditions"))
    if met and aimed:
        causes.append(_conditions("cannot set SuccessCriteriaMet=True and FailureTarget=true conditions"))
    return causes


def _empty(job: Object) -> bool:
    """Suspended, and with nothing to do."""
    spec = job.get("spec") or {}
    return bool(spec.get("suspend")) and spec.get("completions") == 0


def _indexes(job: Object, old: Object) -> list[Cause]:
    spec, status, before = job.get("spec") or {}, job.get("status") or {}, old.get("status") or {}
    causes: list[Cause] = []
    limits = {"completedIndexes": True, "failedIndexes": spec.get("backoffLimitPerIndex") is not None}
    for name, limited in limits.items():
        text, at = status.get(name, ""), f"status.{name}"
        if text == before.get(name, "") and (name in status) == (name in before):
            continue
        if spec.get("completions") is not None and limited:
            try:
                count_indexes(text, spec["completions"])
            except ValueError as error:
                causes.append(field.invalid(at, text, f"error parsing {name}: {error}"))
        if name == "completedIndexes" and text and spec.get("completionMode") != "Indexed":
            why = "cannot set non-empty completedIndexes when non-indexed completion mode"
            causes.append(field.invalid(at, text, why))
        if name in status and not limited:
            why = "cannot set non-null failedIndexes when backoffLimitPerIndex is null"
            causes.append(field.invalid(at, text, why))
    return causes


def _order(job: Object, status: Object, before: Object, old: Object) -> list[Cause]:
    """What does not go back: ends, counts, times."""
    spec = job.get("spec") or {}
    causes = [
        _conditions(f"cannot disable the terminal {kind}=True condition")
        for kind in _ENDS
        if _true(old, kind) and not _true(job, kind)
    ]
    elastic = spec.get("completionMode") == "Indexed" and spec.get("completions") == spec.get("parallelism")
    for name in ("failed",) if elastic else ("failed", "succeeded"):
        if status.get(name, 0) < before.get(name, 0):
            why = f"cannot decrease the {name} counter"
            causes.append(field.invalid(f"status.{name}", status.get(name, 0), why))
    end, start = status.get("completionTime"), status.get("startTime")
    if end is not None and before.get("completionTime") not in (None, end):
        causes.append(field.invalid("status.completionTime", end, field.IMMUTABLE))
    suspension = (meta.condition(job, "Suspended") or {}).get("status")
    resuming = _true(old, "Suspended") is not None and suspension == "False"
    if before.get("startTime") not in (None, start) and not spec.get("suspend") and not resuming:
        why = "field is immutable for unsuspended job once set"
        causes.append(field.invalid("status.startTime", start, why))
    if _true(old, "SuccessCriteriaMet") and not _true(job, "SuccessCriteriaMet"):
        causes.append(_conditions("cannot disable the SuccessCriteriaMet=True condition"))
    return causes
