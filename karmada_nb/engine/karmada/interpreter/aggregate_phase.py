"""Pods, volumes, claims, disruption budgets and autoscalers: one status out of all clusters'.

Follows pkg/resourceinterpreter/default/native/aggregatestatus.go.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from karmada_nb.engine.karmada.interpreter.aggregate import reported, with_status
from karmada_nb.engine.karmada.interpreter.base import Items
from karmada_nb.engine.karmada.interpreter.fields import items as list_field
from karmada_nb.engine.karmada.interpreter.fields import mapping, number, text
from karmada_nb.engine.meta import Object

_POD_PHASES: Final = ("Failed", "Pending", "Running", "Succeeded")
_VOLUME_PHASES: Final = ("Failed", "Pending", "Available", "Bound", "Released")


def _worst(found: Iterable[str], order: tuple[str, ...]) -> str:
    present = set(found)
    return next((phase for phase in order if phase in present), "")


def _phases(items: Items) -> list[str]:
    """A cluster that has not reported yet counts as pending."""
    missing = sum(1 for item in items or () if item.get("status") is None)
    return ["Pending"] * bool(missing) + [text(member, "phase") for _, member in reported(items)]


def _container_status(found: Object) -> Object:
    """Readiness and state only; the other fields as the API writes them when they are empty."""
    state = mapping(found, "state")
    terminated = state.get("terminated")
    if terminated is not None and "exitCode" not in terminated:
        state = {**state, "terminated": {**terminated, "exitCode": 0}}
    return {
        "image": "",
        "imageID": "",
        "lastState": {},
        "name": "",
        "ready": bool(found.get("ready", False)),
        "restartCount": 0,
        "state": state,
    }


def aggregate_pod_status(obj: Object, items: Items, now: datetime) -> Object:
    """The worst phase, and the containers of all clusters in one list."""
    if items is None:
        return obj if "status" in obj else {**obj, "status": {}}
    status: Object = {}
    for field in ("containerStatuses", "initContainerStatuses"):
        found = [_container_status(c) for _, member in reported(items) for c in list_field(member, field)]
        if found:
            status[field] = found
    if phase := _worst(_phases(items), _POD_PHASES):
        status["phase"] = phase
    return with_status(obj, status)


def _with_phase(obj: Object, phase: str) -> Object:
    if not phase and not mapping(obj, "status"):
        return obj
    return with_status(obj, {"phase": phase} if phase else {})


def aggregate_persistent_volume_status(obj: Object, items: Items, now: datetime) -> Object:
    return _with_phase(obj, _worst(_phases(items), _VOLUME_PHASES))


def aggregate_persistent_volume_claim_status(obj: Object, items: Items, now: datetime) -> Object:
    """Lost where any is lost; else what the last cluster that is not bound says."""
    phase = "Bound"
    for _, member in reported(items):
        theirs = text(member, "phase")
        if theirs == "Lost":
            return _with_phase(obj, "Lost")
        if theirs != "Bound":
            phase = theirs
    return _with_phase(obj, phase)


def aggregate_pod_disruption_budget_status(obj: Object, items: Items, now: datetime) -> Object:
    """Counts add up; a disrupted pod is named with its cluster."""
    counts = ("currentHealthy", "desiredHealthy", "disruptionsAllowed", "expectedPods")
    status: Object = dict.fromkeys(counts, 0)
    disrupted: Object = {}
    for cluster, member in reported(items):
        for count in counts:
            status[count] += number(member, count)
        for pod, evicted in mapping(member, "disruptedPods").items():
            disrupted[f"{cluster}/{pod}"] = evicted
    if disrupted:
        status["disruptedPods"] = disrupted
    return with_status(obj, status)


def aggregate_horizontal_pod_autoscaler_status(obj: Object, items: Items, now: datetime) -> Object:
    """Replicas, current and desired, add up."""
    current = sum(number(member, "currentReplicas") for _, member in reported(items))
    desired = sum(number(member, "desiredReplicas") for _, member in reported(items))
    if not current and not desired and not mapping(obj, "status"):
        return obj
    status: Object = {"currentReplicas": current} if current else {}
    return with_status(obj, {**status, "desiredReplicas": desired})
