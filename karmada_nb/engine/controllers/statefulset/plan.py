"""What a stateful set does next. Pure. Follows pkg/controller/statefulset/stateful_set_control.go."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from karmada_nb.engine import meta
from karmada_nb.engine.controllers import pods as podlib
from karmada_nb.engine.controllers.statefulset import identity
from karmada_nb.engine.meta import Object


class Plan(NamedTuple):
    """Ordinals to create, each with whether it gets the new template; pods to delete."""

    create: list[tuple[int, bool]]
    delete: list[Object]


class Revisions(NamedTuple):
    """Names of revisions: what pods had before, and what they are to have."""

    current: str
    update: str


def healthy(pod: Object) -> bool:
    return _running_and_ready(pod) and not meta.deleting(pod)


def _running_and_ready(pod: Object) -> bool:
    return meta.dig(pod, "status", "phase") == "Running" and podlib.ready(pod)


def next_steps(owner: Object, pods: Sequence[Object], names: Revisions, now: datetime) -> Plan:
    """The steps that may be taken now; what comes after waits for a pod to change."""
    ordered = owner["spec"].get("podManagementPolicy", "OrderedReady") != "Parallel"
    first, size = identity.start(owner), identity.replicas(owner)
    wanted = range(first, first + size)
    present = {identity.ordinal(pod): pod for pod in pods}
    condemned = sorted((n for n in present if n not in wanted), reverse=True)
    settle = owner["spec"].get("minReadySeconds", 0)
    create: list[tuple[int, bool]] = []
    delete: list[Object] = []
    for number in wanted:
        pod = present.get(number)
        if pod is None:
            create.append((number, not _stays_current(owner, number, names)))
            if ordered:
                return Plan(create, delete)
            continue
        if meta.dig(pod, "status", "phase") in ("Failed", "Succeeded") and not meta.deleting(pod):
            delete.append(pod)
            if ordered:
                return Plan(create, delete)
            continue
        if ordered and not (healthy(pod) and podlib.available(pod, settle, now)):
            return Plan(create, delete)
    if create:
        return Plan(create, delete)
    unhealthy = [number for number in condemned if not healthy(present[number])]
    for number in condemned:
        pod = present[number]
        if meta.deleting(pod):
            if ordered:
                return Plan(create, delete)
            continue
        if ordered and not _running_and_ready(pod) and unhealthy and number != min(unhealthy):
            return Plan(create, delete)
        delete.append(pod)
        if ordered:
            return Plan(create, delete)
    if meta.dig(owner, "spec", "updateStrategy", "type") == "OnDelete" or delete:
        return Plan(create, delete)
    partition = meta.dig(owner, "spec", "updateStrategy", "rollingUpdate", "partition", default=0)
    for number in reversed(wanted[partition:]):
        pod = present[number]
        if identity.revision(pod) != names.update and not meta.deleting(pod):
            return Plan(create, [*delete, pod])
        if not (healthy(pod) and podlib.available(pod, settle, now)):
            return Plan(create, delete)
    return Plan(create, delete)


def _stays_current(owner: Object, number: int, names: Revisions) -> bool:
    """Whether a missing pod comes back with the template that it had before a roll-out under way."""
    if names.current == names.update:
        return False
    strategy = owner["spec"].get("updateStrategy") or {}
    if strategy.get("type") == "OnDelete":
        return False
    partition = (strategy.get("rollingUpdate") or {}).get("partition", 0)
    if partition:
        return bool(number < identity.start(owner) + partition)
    return number < identity.start(owner) + int(meta.dig(owner, "status", "currentReplicas", default=0))


def next_status(owner: Object, pods: Sequence[Object], names: Revisions, now: datetime) -> Object:
    """What the status should be; a finished roll-out makes the update revision the current one."""
    settle = owner["spec"].get("minReadySeconds", 0)
    alive = [pod for pod in pods if not meta.deleting(pod)]
    ready = sum(map(_running_and_ready, pods))
    current = sum(identity.revision(p) == names.current for p in alive)
    updated = sum(identity.revision(p) == names.update for p in alive)
    counts = {
        "readyReplicas": ready,
        "currentReplicas": current,
        "updatedReplicas": updated,
    }
    name = names.current
    if updated == len(pods) == identity.replicas(owner) == ready and name != names.update:
        name, counts["currentReplicas"] = names.update, updated
    return {
        "observedGeneration": meta.generation(owner),
        "replicas": len(pods),
        **{k: v for k, v in counts.items() if v},
        "currentRevision": name,
        "updateRevision": names.update,
        "collisionCount": meta.dig(owner, "status", "collisionCount", default=0),
        "availableReplicas": sum(_running_and_ready(p) and podlib.available(p, settle, now) for p in pods),
    }
