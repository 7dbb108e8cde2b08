"""Which containers of a pod to start or stop now. Pure.

Follows pkg/kubelet/kuberuntime/kuberuntime_manager.go (computePodActions) and pkg/kubelet/kubelet_pods.go
(getPhase).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from karmada_nb.engine import meta
from karmada_nb.engine.meta import Object
from karmada_nb.engine.nodes.kubelet.state import Container

States = Mapping[str, Container]


@dataclass(frozen=True, slots=True)
class Plan:
    """``wake``: monotonic moment at which to plan again, if nothing else happens."""

    start: list[Object] = field(default_factory=list)
    stop: list[str] = field(default_factory=list)
    wake: float | None = None


def init_containers(pod: Object) -> list[Object]:
    found: list[Object] = meta.dig(pod, "spec", "initContainers", default=[])
    return found


def containers(pod: Object) -> list[Object]:
    found: list[Object] = meta.dig(pod, "spec", "containers", default=[])
    return found


def ephemeral_containers(pod: Object) -> list[Object]:
    """Containers for debugging, which were added to a pod that runs."""
    found: list[Object] = meta.dig(pod, "spec", "ephemeralContainers", default=[])
    return found


def all_containers(pod: Object) -> Iterator[Object]:
    yield from init_containers(pod)
    yield from containers(pod)
    yield from ephemeral_containers(pod)


def over(pod: Object) -> bool:
    """Whether a pod has ended for good, whoever said so: there is no way back from such a phase."""
    return meta.dig(pod, "status", "phase") in ("Succeeded", "Failed")


def sidecar(container: Object) -> bool:
    """An init container that stays."""
    return bool(container.get("restartPolicy") == "Always")


def restarts(pod: Object, container: Object, state: Container) -> bool:
    """Whether a container that ended is to run again."""
    if over(pod):
        return False
    if sidecar(container):
        return True
    if any(container["name"] == other["name"] for other in ephemeral_containers(pod)):
        return False
    policy = container.get("restartPolicy") or meta.dig(pod, "spec", "restartPolicy", default="Always")
    return policy == "Always" or (policy == "OnFailure" and state.exit_code != 0)


def initialized(pod: Object, states: States) -> bool:
    """Whether every init container has done its part, or a later container shows that they had."""
    if any(states[c["name"]].ran for c in containers(pod)):
        return True
    return all(_done(c, states[c["name"]]) for c in init_containers(pod))


def _done(container: Object, state: Container) -> bool:
    return state.running and state.started if sidecar(container) else state.succeeded


def plan(pod: Object, states: States, now: float) -> Plan:
    """What to do at the monotonic moment ``now``."""
    main = containers(pod)
    if failed_to_initialize(pod, states) or finished(pod, states):
        running = [c["name"] for c in all_containers(pod) if states[c["name"]].running]
        return Plan(stop=running)
    wanted: list[Object] = []
    for container in init_containers(pod):
        state = states[container["name"]]
        if sidecar(container):
            if not state.running:
                wanted.append(container)
        elif not (initialized(pod, states) or state.succeeded or state.running):
            wanted.append(container)
        if not (initialized(pod, states) or _done(container, state)):
            break
    else:
        for container in main:
            state = states[container["name"]]
            if state.running or (state.terminated and not restarts(pod, container, state)):
                continue
            wanted.append(container)
    wanted += [c for c in ephemeral_containers(pod) if not states[c["name"]].ran]
    due = [c for c in wanted if states[c["name"]].retry <= now]
    later = [states[c["name"]].retry for c in wanted if states[c["name"]].retry > now]
    return Plan(start=due, wake=min(later, default=None))


def failed_to_initialize(pod: Object, states: States) -> bool:
    """An init container failed for good."""
    if meta.dig(pod, "spec", "restartPolicy", default="Always") != "Never" or initialized(pod, states):
        return False
    return any(
        states[c["name"]].terminated and states[c["name"]].exit_code != 0
        for c in init_containers(pod)
        if not sidecar(c)
    )


def finished(pod: Object, states: States) -> bool:
    """Every main container ended, none to run again."""
    return all(
        states[c["name"]].terminated and not restarts(pod, c, states[c["name"]]) for c in containers(pod)
    )


def phase(pod: Object, states: States) -> str:
    if over(pod):
        return str(pod["status"]["phase"])
    if failed_to_initialize(pod, states):
        return "Failed"
    if not initialized(pod, states):
        return "Pending"
    if finished(pod, states):
        failed = any(states[c["name"]].exit_code != 0 for c in containers(pod))
        return "Failed" if failed else "Succeeded"
    if all(states[c["name"]].ran for c in containers(pod)):
        return "Running"
    return "Pending"
