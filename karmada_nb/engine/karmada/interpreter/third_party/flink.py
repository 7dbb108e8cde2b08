"""Flink's FlinkDeployment: a job manager and task managers, two templates in one object."""

from __future__ import annotations

import math
from datetime import datetime
from typing import Any, Final

from karmada_nb.engine import quantity
from karmada_nb.engine.karmada.interpreter.aggregate import reported
from karmada_nb.engine.karmada.interpreter.base import Handlers, InterpreterError, Items, Registry
from karmada_nb.engine.karmada.interpreter.declarative import typed
from karmada_nb.engine.karmada.interpreter.fields import mapping
from karmada_nb.engine.karmada.interpreter.third_party.status import without_empty
from karmada_nb.engine.meta import Object, dig

_STATUS: Final = (
    "clusterInfo",
    "error",
    "jobManagerDeploymentStatus",
    "jobStatus",
    "lifecycleState",
    "observedGeneration",
    "reconciliationStatus",
    "taskManager",
)
_AT_REST: Final = frozenset(("RUNNING", "FINISHED", "FAILED", "CANCELED", "SUSPENDED"))
_PASSING: Final = frozenset(("CANCELLING", "FAILING", "RESTARTING"))
_STARTING: Final = frozenset(("CREATED", "INITIALIZING", "RECONCILING"))
_USERS_FAULT: Final = ("ErrImagePull", "ImagePullBackOff", "CrashLoopBackOff")


def in_good_order(obj: Object) -> bool:
    """A job that does not come up is unhealthy, unless it could not come up anywhere."""
    status = mapping(obj, "status")
    state = mapping(status, "jobStatus").get("state")
    if state is None:
        return (
            status.get("jobManagerDeploymentStatus") == "READY" and status.get("lifecycleState") == "STABLE"
        )
    if state in _STARTING:
        return any(fault in (status.get("error") or "") for fault in _USERS_FAULT)
    return state in _AT_REST or state in _PASSING


def reflect(obj: Object) -> Object | None:
    status = mapping(obj, "status")
    return without_empty({name: status[name] for name in _STATUS if status.get(name) is not None})


def aggregate(obj: Object, items: Items, now: datetime) -> Object:
    """What the last cluster says, as a whole."""
    if items is None:
        return obj
    told: Object = {"error": "", "jobManagerDeploymentStatus": "", "lifecycleState": ""}
    told["observedGeneration"] = 0
    for _, member in reported(items):
        told = {name: member[name] for name in _STATUS if member.get(name) is not None}
    before = {name: value for name, value in mapping(obj, "status").items() if name not in _STATUS}
    return {**obj, "status": without_empty({**before, **told})}


def components(obj: Object) -> list[Object]:
    """The job manager and the task managers."""
    found = []
    for part, replicas in (("jobManager", _job_managers(obj)), ("taskManager", _task_managers(obj))):
        asked = mapping(mapping(mapping(obj, "spec"), part), "resource")
        request = {name: asked[name] for name in ("cpu", "memory") if asked.get(name) is not None}
        if "memory" in request:
            request["memory"] = _bytes(request["memory"])
        requires = {"resourceRequest": request} if request else {}
        component = {"name": part.lower(), "replicas": replicas}
        found.append({**component, "replicaRequirements": {**requires, **_pod_claim(obj)}})
    return typed.components(found)


def replicas_of(obj: Object) -> tuple[int, Object | None]:
    """All of them together; each asks for as much as the larger kind."""
    spec = mapping(obj, "spec")
    asked = [mapping(mapping(spec, part), "resource") for part in ("taskManager", "jobManager")]
    request: Object = {}
    if cpus := [one["cpu"] for one in asked if one.get("cpu") is not None]:
        request["cpu"] = max(cpus) if len(cpus) > 1 else cpus[0]
    if memories := [one["memory"] for one in asked if one.get("memory") is not None]:
        request["memory"] = max(memories, key=_bytes)
    requires: Object = {"resourceRequest": request} if request else {}
    requires |= _pod_claim(obj)
    if namespace := dig(obj, "metadata", "namespace"):
        requires["namespace"] = namespace
    return _job_managers(obj) + _task_managers(obj), typed.replica_requirements(requires)


def _job_managers(obj: Object) -> int:
    return int(_number(dig(obj, "spec", "jobManager", "replicas"), 1))


def _task_managers(obj: Object) -> int:
    """As many as are asked for, or as the job's parallelism fills with slots."""
    replicas = _number(dig(obj, "spec", "taskManager", "replicas"), 0)
    if replicas or dig(obj, "spec", "taskManager", "replicas") not in (None, ""):
        return int(replicas)
    parallelism = _number(dig(obj, "spec", "job", "parallelism"), 0)
    slots = _number(dig(obj, "spec", "flinkConfiguration", "taskmanager.numberOfTaskSlots"), 0)
    return math.ceil(parallelism / slots) if parallelism and slots else 1


def _pod_claim(obj: Object) -> Object:
    pod = dig(obj, "spec", "podTemplate", "spec", default={})
    claim = without_empty({field: pod[field] for field in ("nodeSelector", "tolerations") if pod.get(field)})
    out: Object = {"nodeClaim": claim} if claim else {}
    if pod.get("priorityClassName"):
        out["priorityClassName"] = pod["priorityClassName"]
    return out


def _number(value: Any, default: float) -> float:
    try:
        return default if value in (None, "") else float(value)
    except (TypeError, ValueError):
        return default


def _bytes(amount: Any) -> float:
    if not isinstance(amount, str):
        raise InterpreterError("bad argument #1 to getResourceQuantity (string expected)")
    try:
        return float(quantity.parse(amount))
    except ValueError as error:
        raise InterpreterError(f"cannot parse '{amount}': {error}") from None


FLINK: Final[Registry] = {
    ("flink.apache.org/v1beta1", "FlinkDeployment"): Handlers(
        replica=replicas_of,
        components=components,
        aggregate=aggregate,
        reflect=reflect,
        health=in_good_order,
    ),
}
