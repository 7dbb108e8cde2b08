"""The status of a pod from the states of its containers. Pure.

Follows pkg/kubelet/status/generate.go and pkg/kubelet/kubelet_pods.go (generateAPIPodStatus).
"""

from __future__ import annotations

import hashlib
from typing import Any, Final

from karmada_nb.engine import meta
from karmada_nb.engine.images.catalog import repository
from karmada_nb.engine.meta import Object
from karmada_nb.engine.nodes.kubelet import lifecycle
from karmada_nb.engine.nodes.kubelet.lifecycle import States
from karmada_nb.engine.nodes.kubelet.state import Container, Phase

_SANDBOX_CONDITION: Final = 29
_HOST_IPS: Final = 29
_GENERATIONS: Final = 34
"""Minor versions since which a node tells of the sandbox, of all its addresses, and of generations."""


def pod_status(
    pod: Object, states: States, ip: str, host_ip: str, since: str, now: str, minor: int = 36
) -> Object:
    """The whole status. ``since`` is when the node saw the pod, ``now`` is for conditions that change.

    ``minor`` is the minor version of the node: older ones tell less.
    """
    old = pod.get("status") or {}
    phase = lifecycle.phase(pod, states)
    conditions = _conditions(pod, states, phase, bool(ip), now, minor)
    status: dict[str, Any] = {
        **old,
        "phase": phase,
        "conditions": conditions,
        "hostIP": host_ip,
        "startTime": old.get("startTime") or since,
        "containerStatuses": [_container(c, states[c["name"]]) for c in lifecycle.containers(pod)],
    }
    if minor >= _HOST_IPS:
        status["hostIPs"] = [{"ip": host_ip}]
    if meta.generation(pod) and minor >= _GENERATIONS:
        status["observedGeneration"] = meta.generation(pod)
    if ip:
        status["podIP"], status["podIPs"] = ip, [{"ip": ip}]
    if lifecycle.init_containers(pod):
        status["initContainerStatuses"] = [
            _container(c, states[c["name"]]) for c in lifecycle.init_containers(pod)
        ]
    if lifecycle.ephemeral_containers(pod):
        status["ephemeralContainerStatuses"] = [
            {**_container(c, states[c["name"]]), "ready": False} for c in lifecycle.ephemeral_containers(pod)
        ]
    return status


def _container(container: Object, state: Container) -> Object:
    match state.phase:
        case Phase.WAITING:
            now: Object = {"waiting": {"reason": state.reason, "message": state.message}}
            if not state.message:
                now = {"waiting": {"reason": state.reason}}
        case Phase.RUNNING:
            now = {"running": {"startedAt": state.started_at}}
        case Phase.TERMINATED:
            now = {"terminated": state.termination()}
    done = state.succeeded and not lifecycle.sidecar(container)
    out = {
        "name": container["name"],
        "state": now,
        "lastState": {"terminated": state.last} if state.last else {},
        "ready": state.ready if state.running else done and state.ready,
        "restartCount": state.restarts,
        "image": reference(container.get("image", "")) if state.pulled else container.get("image", ""),
        "imageID": image_id(container.get("image", "")) if state.pulled else "",
        "started": state.running and state.started,
    }
    if state.identity:
        out["containerID"] = state.identity
    return out


def reference(image: str) -> str:
    """The full name of an image: ``nginx`` -> ``docker.io/library/nginx:latest``."""
    path = image.partition("@")[0]
    first, slash, _ = path.partition("/")
    if not slash:
        path = f"docker.io/library/{path}"
    elif not ("." in first or ":" in first or first == "localhost"):
        path = f"docker.io/{path}"
    return path if ":" in path.rpartition("/")[2] else f"{path}:latest"


def image_id(image: str) -> str:
    """The digest by which a node knows an image."""
    full = reference(image)
    digest = hashlib.sha256(f"{repository(image)} {full}".encode()).hexdigest()
    name, _, _ = full.rpartition(":")
    return f"{name}@sha256:{digest}"


def _conditions(
    pod: Object, states: States, phase: str, networked: bool, now: str, minor: int
) -> list[Object]:
    sandbox = _condition("PodReadyToStartContainers", networked and phase in ("Pending", "Running"))
    out = [
        *([sandbox] if minor >= _SANDBOX_CONDITION else ()),
        _initialized(pod, states, phase),
        *_readiness(pod, states, phase),
        _condition("PodScheduled", True),
    ]
    before = {c["type"]: c for c in meta.dig(pod, "status", "conditions", default=[])}
    known = {c["type"] for c in out}
    observed = meta.generation(pod) if minor >= _GENERATIONS else 0
    generation = {"observedGeneration": observed} if observed else {}
    result = []
    for item in out:
        was = before.get(item["type"], {})
        same = was.get("status") == item["status"] and "lastTransitionTime" in was
        since = was["lastTransitionTime"] if same else now
        result.append({**item, "lastProbeTime": None, "lastTransitionTime": since, **generation})
    return result + [c for kind, c in before.items() if kind not in known]


def _condition(kind: str, holds: bool, reason: str = "", message: str = "") -> Object:
    out = {"type": kind, "status": "True" if holds else "False"}
    if reason:
        out["reason"] = reason
    if message:
        out["message"] = message
    return out


def _initialized(pod: Object, states: States, phase: str) -> Object:
    if lifecycle.initialized(pod, states):
        done = phase == "Succeeded" and bool(lifecycle.init_containers(pod))
        return _condition("Initialized", True, "PodCompleted" if done else "")
    waiting = [c["name"] for c in lifecycle.init_containers(pod) if not states[c["name"]].succeeded]
    message = f"containers with incomplete status: [{' '.join(waiting)}]"
    return _condition("Initialized", False, "ContainersNotInitialized", message)


def _readiness(pod: Object, states: States, phase: str) -> list[Object]:
    if phase in ("Succeeded", "Failed"):
        reason = "PodCompleted" if phase == "Succeeded" else "PodFailed"
        return [_condition("Ready", False, reason), _condition("ContainersReady", False, reason)]
    relevant = [
        *lifecycle.containers(pod),
        *(c for c in lifecycle.init_containers(pod) if lifecycle.sidecar(c)),
    ]
    unready = [c["name"] for c in relevant if not (states[c["name"]].running and states[c["name"]].ready)]
    message = f"containers with unready status: [{' '.join(unready)}]"
    if unready:
        return [
            _condition("Ready", False, "ContainersNotReady", message),
            _condition("ContainersReady", False, "ContainersNotReady", message),
        ]
    present = {c["type"]: c["status"] for c in meta.dig(pod, "status", "conditions", default=[])}
    gates = [g["conditionType"] for g in meta.dig(pod, "spec", "readinessGates", default=[])]
    missing = [g for g in gates if present.get(g) != "True"]
    if missing:
        texts = [
            f'corresponding condition of pod readiness gate "{g}" does not exist.'
            if g not in present
            else f'the status of pod readiness gate "{g}" is not "True", but {present[g]}'
            for g in missing
        ]
        return [
            _condition("Ready", False, "ReadinessGatesNotReady", ", ".join(texts)),
            _condition("ContainersReady", True),
        ]
    return [_condition("Ready", True), _condition("ContainersReady", True)]
