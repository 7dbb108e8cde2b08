"""Tables of pods and pod templates. Follows printPod in pkg/printers/internalversion/printers.go."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from karmada_nb.engine import meta
from karmada_nb.engine.apiserver.resource import Column, Table
from karmada_nb.engine.apiserver.tables.cells import (
    AGE_COLUMN,
    NAME_COLUMN,
    NONE,
    age,
    containers,
    pairs,
    since,
    wide,
)
from karmada_nb.engine.meta import Object

_COLUMNS: Final = (
    NAME_COLUMN,
    Column("Ready", description="The aggregate readiness state of this pod for accepting traffic."),
    Column("Status", description="The aggregate status of the containers in this pod."),
    Column(
        "Restarts",
        description=(
            "The number of times the containers in this pod have been restarted and when the "
            "last container in this pod has restarted."
        ),
    ),
    AGE_COLUMN,
    wide("IP", doc="core.v1.PodStatus.podIP"),
    wide("Node", doc="core.v1.PodSpec.nodeName"),
    wide("Nominated Node", doc="core.v1.PodStatus.nominatedNodeName"),
    wide("Readiness Gates", doc="core.v1.PodSpec.readinessGates"),
)


class _Progress:
    """What a walk over the container statuses finds out."""

    __slots__ = ("last_restart", "ready", "reason", "restarts", "total")

    def __init__(self, reason: str, total: int) -> None:
        self.reason = reason
        self.total = total
        self.ready = 0
        self.restarts = 0
        self.last_restart = ""

    def restarted(self, status: Object) -> None:
        self.restarts += status.get("restartCount", 0)
        finished = meta.dig(status, "lastState", "terminated", "finishedAt")
        if finished:
            self.last_restart = max(self.last_restart, finished)


def _pod(pod: Object, now: datetime) -> list[Any]:
    progress = _progress(pod)
    restarts = str(progress.restarts)
    if progress.restarts and progress.last_restart:
        restarts = f"{restarts} ({since(progress.last_restart, now)} ago)"
    addresses = meta.dig(pod, "status", "podIPs", default=[])
    address = addresses[0].get("ip") if addresses else ""
    return [
        meta.name(pod),
        f"{progress.ready}/{progress.total}",
        progress.reason,
        restarts,
        age(pod, now),
        address or NONE,
        meta.dig(pod, "spec", "nodeName", default=NONE),
        meta.dig(pod, "status", "nominatedNodeName", default=NONE),
        _gates(pod),
    ]


def _gates(pod: Object) -> str:
    gates = meta.dig(pod, "spec", "readinessGates", default=[])
    if not gates:
        return NONE
    met = sum(
        (meta.condition(pod, gate.get("conditionType", "")) or {}).get("status") == "True" for gate in gates
    )
    return f"{met}/{len(gates)}"


def _progress(pod: Object) -> _Progress:
    spec, status = pod.get("spec") or {}, pod.get("status") or {}
    first = {container["name"]: container for container in spec.get("initContainers") or []}
    sidecars = {name for name, item in first.items() if item.get("restartPolicy") == "Always"}
    total = len(spec.get("containers") or []) + len(sidecars)
    progress = _Progress(status.get("reason") or status.get("phase", ""), total)
    scheduled = meta.condition(pod, "PodScheduled") or {}
    if scheduled.get("reason") == "SchedulingGated":
        progress.reason = "SchedulingGated"
    initializing = _initialized(progress, status, sidecars, len(first))
    if not initializing or (meta.condition(pod, "Initialized") or {}).get("status") == "True":
        _started(progress, pod, status, sidecars)
    if meta.deleting(pod):
        if status.get("reason") == "NodeLost":
            progress.reason = "Unknown"
        elif status.get("phase") not in ("Succeeded", "Failed"):
            progress.reason = "Terminating"
    return progress


def _initialized(progress: _Progress, status: Object, sidecars: set[str], total: int) -> bool:
    """Whether an init container is still to be waited for; says for what."""
    for index, item in enumerate(status.get("initContainerStatuses") or []):
        progress.restarted(item)
        state = item.get("state") or {}
        ended, waiting = state.get("terminated"), state.get("waiting") or {}
        if ended is not None and ended.get("exitCode", 0) == 0:
            continue
        if item.get("name") in sidecars and item.get("started"):
            if item.get("ready"):
                progress.ready += 1
            continue
        if ended is not None:
            progress.reason = f"Init:{_ended(ended)}"
        elif waiting.get("reason") and waiting["reason"] != "PodInitializing":
            progress.reason = f"Init:{waiting['reason']}"
        else:
            progress.reason = f"Init:{index}/{total}"
        return True
    return False


def _started(progress: _Progress, pod: Object, status: Object, sidecars: set[str]) -> None:
    if not sidecars:
        progress.restarts, progress.last_restart = 0, ""
    running = False
    for item in reversed(status.get("containerStatuses") or []):
        progress.restarted(item)
        state = item.get("state") or {}
        if (state.get("waiting") or {}).get("reason"):
            progress.reason = state["waiting"]["reason"]
        elif state.get("terminated") is not None:
            progress.reason = _ended(state["terminated"])
        elif item.get("ready") and state.get("running") is not None:
            running = True
            progress.ready += 1
    if progress.reason == "Completed" and running:
        ready = (meta.condition(pod, "Ready") or {}).get("status") == "True"
        progress.reason = "Running" if ready else "NotReady"


def _ended(state: Object) -> str:
    if state.get("reason"):
        return str(state["reason"])
    return f"Signal:{state['signal']}" if state.get("signal") else f"ExitCode:{state.get('exitCode', 0)}"


def _pod_template(obj: Object, now: datetime) -> list[Any]:
    template = obj.get("template")
    labels = meta.dig(template, "metadata", "labels")
    return [meta.name(obj), *containers(template), pairs(labels)]


TABLES: Final[dict[tuple[str, str], Table]] = {
    ("", "Pod"): Table(_COLUMNS, _pod),
    ("", "PodTemplate"): Table(
        (
            NAME_COLUMN,
            Column("Containers", description="Names of each container in the template."),
            Column("Images", description="Images referenced by each container in the template."),
            Column("Pod Labels", description="The labels for the pod template."),
        ),
        _pod_template,
    ),
}
