"""Volcano's Job: tasks, each with a pod template of its own."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from karmada_nb.engine import meta
from karmada_nb.engine.karmada.interpreter.aggregate import reported
from karmada_nb.engine.karmada.interpreter.base import Handlers, InterpreterError, Items, Registry
from karmada_nb.engine.karmada.interpreter.declarative import typed
from karmada_nb.engine.karmada.interpreter.fields import items as list_field
from karmada_nb.engine.karmada.interpreter.fields import mapping, number
from karmada_nb.engine.karmada.interpreter.resources import generate_replica_requirements
from karmada_nb.engine.karmada.interpreter.third_party.status import without_empty
from karmada_nb.engine.meta import Object

_SUMMED: Final = (
    "minAvailable",
    "pending",
    "running",
    "succeeded",
    "failed",
    "terminating",
    "unknown",
    "retryCount",
)
_TOLD: Final = (
    *_SUMMED,
    "version",
    "runningDuration",
    "taskStatusCount",
    "controlledResources",
    "state",
    "conditions",
)
_IN_ORDER: Final = (
    "Running",
    "Completed",
    "Pending",
    "Aborting",
    "Aborted",
    "Restarting",
    "Completing",
    "Terminating",
    "Terminated",
)
_FAILING: Final = frozenset(("Failed", "Aborted", "Aborting", "Terminated", "Terminating"))
_SECONDS: Final = {"h": 3600, "m": 60, "s": 1}
_DURATION: Final = re.compile(r"([\d.]+)([hms])")


def in_good_order(obj: Object) -> bool:
    """Everything but a job that failed, or of which nothing is known yet."""
    return mapping(mapping(obj, "status"), "state").get("phase") in _IN_ORDER


def components(obj: Object) -> list[Object]:
    """One for each task: as many pods as must be there at least."""
    found: list[Object] = []
    for at, task in enumerate(list_field(mapping(obj, "spec"), "tasks")):
        needed = generate_replica_requirements(mapping(mapping(task, "template"), "spec"))
        component = {"name": task.get("name") or f"task-{at}", "replicas": _least(task.get("minAvailable"))}
        found.append(component if needed is None else {**component, "replicaRequirements": needed})
    return typed.components(found)


def _least(said: Any) -> int:
    return said if isinstance(said, int) else 1


def reflect(obj: Object) -> Object | None:
    status = mapping(obj, "status")
    return without_empty({name: status[name] for name in _TOLD if status.get(name) is not None})


def aggregate(obj: Object, items: Items, now: datetime) -> Object:
    """One cluster's status as it is; of several the counts, and whether the job failed or is complete.

    The conditions are those of the first cluster with a failing one, or else the newest of each phase.
    """
    if items is None:
        return obj
    if len(items) == 1:
        status = items[0].get("status")
        return {**obj, "status": without_empty(status)} if status else meta.without(obj, ("status",))
    made: Object = dict.fromkeys((*_SUMMED, "version"), 0)
    made |= {"taskStatusCount": {}, "controlledResources": {}, "runningDuration": "0s"}
    for _, member in reported(items):
        for name in _SUMMED:
            made[name] += number(member, name)
        made["version"] = max(made["version"], number(member, "version"))
        if _seconds(member.get("runningDuration")) > _seconds(made["runningDuration"]):
            made["runningDuration"] = member["runningDuration"]
        made["taskStatusCount"] = _counted(made["taskStatusCount"], mapping(member, "taskStatusCount"))
        made["controlledResources"] |= mapping(member, "controlledResources")
    made["state"] = _state(items, now)
    made["conditions"] = _conditions(items)
    said = _without_zeros(made)
    return {**obj, "status": said} if said else meta.without(obj, ("status",))


def _counted(so_far: Object, more: Object) -> Object:
    """Pods by task and phase, added up."""
    out = dict(so_far)
    for task, counts in more.items():
        phases = dict(mapping(mapping(out, task), "phase"))
        for phase, count in mapping(counts, "phase").items():
            phases[phase] = phases.get(phase, 0) + count
        out[task] = {"phase": phases}
    return out


def _state(items: Sequence[Object], now: datetime) -> Object:
    phases = {
        item.get("clusterName", ""): mapping(mapping(item, "status"), "state").get("phase") for item in items
    }
    failed = [cluster for cluster, phase in phases.items() if phase in ("Failed", "Aborted")]
    stamp = meta.rfc3339(now)
    if items and all(phase == "Completed" for phase in phases.values()):
        said = ("Completed", "Completed", "Job completed successfully")
    elif failed:
        said = ("Failed", "VolcanoJobFailed", f"Job failed in clusters: {','.join(failed)}")
    else:
        return {}
    return {"phase": said[0], "reason": said[1], "message": said[2], "lastTransitionTime": stamp}


def _conditions(items: Items) -> list[Object]:
    newest: dict[Any, Object] = {}
    failing: list[Object] = []
    for _, member in reported(items):
        conditions = list_field(member, "conditions")
        for condition in conditions:
            if condition.get("status") in _FAILING:
                failing = failing or conditions
                break
            _keep_newer(newest, condition)
    return failing or list(newest.values())


def _keep_newer(newest: dict[Any, Object], condition: Object) -> None:
    phase = condition.get("status")
    if phase is None:
        raise InterpreterError("table index is nil")
    known = newest.get(phase)
    if known is None or condition.get("lastTransitionTime", "") > known.get("lastTransitionTime", ""):
        newest[phase] = condition


def _seconds(duration: Any) -> float:
    if isinstance(duration, (int, float)):
        return duration
    return sum(float(amount) * _SECONDS[unit] for amount, unit in _DURATION.findall(duration or ""))


def _without_zeros(value: Object) -> Object:
    """The fields that say something: no zeros, no empty texts, lists or maps."""
    found = ((name, _said(item)) for name, item in value.items())
    return {name: item for name, item in found if item not in (None, 0, "", "0s", {}, []) or item is False}


def _said(item: Any) -> Any:
    if isinstance(item, dict):
        return _without_zeros(item)
    return [_said(one) for one in item] if isinstance(item, list) else item


VOLCANO: Final[Registry] = {
    ("batch.volcano.sh/v1alpha1", "Job"): Handlers(
        components=components,
        aggregate=aggregate,
        reflect=reflect,
        health=in_good_order,
    ),
}
