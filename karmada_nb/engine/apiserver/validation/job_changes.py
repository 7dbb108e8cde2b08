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
    if not meta.dig(old, "spec", "suspend", default=False):
        return [field.invalid("spec.template", new, field.IMMUTABLE)]
    status = old.get("status") or {}
    stopped = "startTime" not in status or _true(old, "Suspended")
    pod, before = new.get("spec") or {}, was.get("spec") or {}
    if stopped and not status.get("active", 0):
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
    change = _Change(job, old)
    return validate_status_counts(change.status) + _ending(change) + _indexes(change) + _order(change)


class _Change:
    """A job's status beside the one until now, and what of it is new."""

    def __init__(self, job: Object, old: Object) -> None:
        self.job = job
        self.old = old
        self.status: Object = job.get("status") or {}
        self.before: Object = old.get("status") or {}
        self.ended = self.true("Complete") or self.true("Failed")
        self.just_ended = self.ended != (_true(old, "Complete") or _true(old, "Failed"))

    def true(self, kind: str) -> bool:
        return _true(self.job, kind)

    def turned(self, *kinds: str) -> bool:
        """Whether one of the conditions became true, or ceased to be."""
        return any(_true(self.job, kind) != _true(self.old, kind) for kind in kinds)

    def changed(self, *names: str) -> bool:
        return any(self.status.get(name) != self.before.get(name) for name in names)


def _true(job: Object, kind: str) -> bool:
    return (meta.condition(job, kind) or {}).get("status") == "True"


def _conditions(why: str) -> Cause:
    return Cause("status.conditions", "FieldValueInvalid", f"Invalid value: {why}")


def _ending(change: _Change) -> list[Cause]:
    """What goes with a job's end: which conditions, which times, and no pods at work."""
    causes = _one_end(change) + _times(change) + _announced(change)
    return causes + _at_rest(change) + _no_success_in_failure(change)


def _one_end(change: _Change) -> list[Cause]:
    if not change.true("Complete"):
        return []
    causes: list[Cause] = []
    if change.turned("Complete", "Failed") and change.true("Failed"):
        causes.append(_conditions("cannot set Complete=True and Failed=true conditions"))
    if change.turned("Complete", "FailureTarget") and change.true("FailureTarget"):
        causes.append(_conditions("cannot set Complete=True and FailureTarget=true conditions"))
    return causes


def _times(change: _Change) -> list[Cause]:
    start, end, at = (
        change.status.get("startTime"),
        change.status.get("completionTime"),
        "status.completionTime",
    )
    complete = change.true("Complete")
    causes: list[Cause] = []
    if change.turned("Complete") or change.changed("completionTime"):
        if end is not None and not complete:
            why = "cannot set completionTime when there is no Complete=True condition"
            causes.append(field.invalid(at, end, why))
        if end is None and complete:
            causes.append(field.required(at, "completionTime is required for Complete jobs"))
    if change.changed("startTime", "completionTime") and start and end and end < start:
        causes.append(field.invalid(at, end, "must be equal to or after `startTime`"))
    return causes


def _announced(change: _Change) -> list[Cause]:
    """An end is announced by a condition of its own."""
    causes: list[Cause] = []
    failing = change.turned("Failed") or change.changed("failedIndexes")
    if failing and change.true("Failed") and not change.true("FailureTarget"):
        why = "cannot set Failed=True condition without the FailureTarget=true condition"
        causes.append(_conditions(why))
    completing = change.turned("Complete", "SuccessCriteriaMet")
    if completing and change.true("Complete") and not change.true("SuccessCriteriaMet"):
        why = "cannot set Complete=True condition without the SuccessCriteriaMet=true condition"
        causes.append(_conditions(why))
    return causes


def _at_rest(change: _Change) -> list[Cause]:
    status, causes = change.status, list[Cause]()

    def looked_at(name: str) -> bool:
        return change.ended and (change.just_ended or change.changed(name))

    if looked_at("active") and status.get("active", 0) > 0:
        why = "active>0 is invalid for finished job"
        causes.append(field.invalid("status.active", status["active"], why))
    if looked_at("startTime") and status.get("startTime") is None and not _empty(change.job):
        causes.append(field.required("status.startTime", "startTime is required for finished job"))
    waiting = status.get("uncountedTerminatedPods") or {}
    if looked_at("uncountedTerminatedPods") and any(waiting.values()):
        at, value = "status.uncountedTerminatedPods", {k.capitalize(): v for k, v in waiting.items()}
        causes.append(field.invalid(at, value, "must be empty for finished job"))
    if looked_at("terminating") and (status.get("terminating") or 0) > 0:
        why = "terminating>0 is invalid for finished job"
        causes.append(field.invalid("status.terminating", status["terminating"], why))
    ready = status.get("ready")
    if change.changed("ready", "active") and ready is not None and ready > status.get("active", 0):
        causes.append(field.invalid("status.ready", ready, "cannot set more ready pods than active"))
    return causes


def _no_success_in_failure(change: _Change) -> list[Cause]:
    if not change.true("SuccessCriteriaMet"):
        return []
    return [
        _conditions(f"cannot set SuccessCriteriaMet=True and {kind} conditions")
        for kind, failed in (("Failed=True", "Failed"), ("FailureTarget=True", "FailureTarget"))
        if change.true(failed)
    ]


def _empty(job: Object) -> bool:
    """Suspended, and with nothing to do."""
    spec = job.get("spec") or {}
    return bool(spec.get("suspend")) and spec.get("completions") == 0


def _indexes(change: _Change) -> list[Cause]:
    spec, status, before = change.job.get("spec") or {}, change.status, change.before
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


def _order(change: _Change) -> list[Cause]:
    """What does not go back: ends, counts, times."""
    job, old, status, before = change.job, change.old, change.status, change.before
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
    resuming = _true(old, "Suspended") and suspension == "False"
    if before.get("startTime") not in (None, start) and not spec.get("suspend") and not resuming:
        why = "field is immutable for unsuspended job once set"
        causes.append(field.invalid("status.startTime", start, why))
    if _true(old, "SuccessCriteriaMet") and not _true(job, "SuccessCriteriaMet"):
        causes.append(_conditions("cannot disable the SuccessCriteriaMet=True condition"))
    return causes
