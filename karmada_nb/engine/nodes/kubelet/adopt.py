"""The states of containers as a pod's status tells them: none for a new pod, those of before for another.

A node that comes back finds pods whose processes are gone; it goes on where their status says they were.
"""

from __future__ import annotations

from karmada_nb.engine import meta
from karmada_nb.engine.meta import Object
from karmada_nb.engine.nodes.kubelet import lifecycle
from karmada_nb.engine.nodes.kubelet.state import Container, Phase


def adopted(pod: Object) -> dict[str, Container]:
    """States by container name. A container that ran is about to be started again."""
    known: dict[str, Object] = {}
    for field in ("containerStatuses", "initContainerStatuses", "ephemeralContainerStatuses"):
        known.update({s["name"]: s for s in meta.dig(pod, "status", field, default=[])})
    waiting = "PodInitializing" if lifecycle.init_containers(pod) else "ContainerCreating"
    fresh = {c["name"]: Container(reason=waiting) for c in lifecycle.containers(pod)}
    fresh.update({c["name"]: Container(reason=waiting) for c in lifecycle.init_containers(pod)})
    fresh.update({c["name"]: Container() for c in lifecycle.ephemeral_containers(pod)})
    return {name: _state(known[name]) if name in known else state for name, state in fresh.items()}


def _state(status: Object) -> Container:
    last = meta.dig(status, "lastState", "terminated")
    restarts, pulled = status.get("restartCount", 0), bool(status.get("imageID"))
    ended = meta.dig(status, "state", "terminated")
    if ended is not None:
        return Container(
            phase=Phase.TERMINATED,
            reason=ended.get("reason", ""),
            message=ended.get("message", ""),
            exit_code=ended.get("exitCode", 0),
            started_at=ended.get("startedAt") or "",
            finished_at=ended.get("finishedAt") or "",
            identity=ended.get("containerID", ""),
            ready=status.get("ready", False),
            restarts=restarts,
            pulled=pulled,
            last=last,
        )
    return Container(reason="ContainerCreating", restarts=restarts, pulled=pulled, last=last)
