"""What the end of a container's process means for its state. Pure.

Follows pkg/kubelet/kuberuntime/kuberuntime_manager.go (doBackOff).
"""

from __future__ import annotations

from dataclasses import replace

from karmada_nb.engine import meta
from karmada_nb.engine.meta import Object
from karmada_nb.engine.nodes.kubelet import lifecycle
from karmada_nb.engine.nodes.kubelet.pulls import Notice
from karmada_nb.engine.nodes.kubelet.state import BACKOFF_FORGET, Container, Phase, backoff


def ended(
    pod: Object, container: Object, state: Container, code: int, message: str, at: str, now: float
) -> tuple[Container, list[Notice]]:
    """The state after an exit with ``code``: at rest, about to restart, or backing off."""
    reason = state.reason if state.reason == "StartError" else "Completed" if code == 0 else "Error"
    resting = replace(
        state,
        phase=Phase.TERMINATED,
        reason=reason,
        message=message,
        exit_code=code,
        finished_at=at,
        started=False,
        ready=code == 0 and container in lifecycle.init_containers(pod) and not lifecycle.sidecar(container),
    )
    if not lifecycle.restarts(pod, container, resting):
        return resting, []
    if container in lifecycle.init_containers(pod) and resting.succeeded and not lifecycle.sidecar(container):
        return resting, []
    lasted = now - state.began >= BACKOFF_FORGET
    failures = 1 if lasted else state.failures + 1
    wait = backoff(failures)
    if wait == 0:
        return replace(resting, failures=failures, retry=now), []
    name, place = container["name"], f"{meta.name(pod)}_{meta.namespace(pod)}({meta.uid(pod)})"
    text = f"back-off {_go_duration(wait)} restarting failed container={name} pod={place}"
    waiting = replace(
        resting,
        phase=Phase.WAITING,
        reason="CrashLoopBackOff",
        message=text,
        last=resting.termination(),
        failures=failures,
        retry=now + wait,
    )
    notice = f"Back-off restarting failed container {name} in pod {place}"
    return waiting, [("Warning", "BackOff", notice)]


def started(
    state: Container, identity: str, at: str, now: float, *, startup: bool, readiness: bool
) -> Container:
    """The state of a container whose process has begun; the flags tell of probes that come first."""
    again = state.ran
    return replace(
        state,
        phase=Phase.RUNNING,
        reason="",
        message="",
        exit_code=0,
        started_at=at,
        finished_at="",
        began=now,
        identity=identity,
        restarts=state.restarts + (1 if again else 0),
        last=state.termination() if state.terminated else state.last,
        started=not startup,
        ready=not startup and not readiness,
        retry=0.0,
    )


def _go_duration(seconds: float) -> str:
    minutes, rest = divmod(int(seconds), 60)
    return f"{minutes}m{rest}s" if minutes else f"{rest}s"
