"""What a stateful set does next. Pure. Follows pkg/controller/statefulset/stateful_set_control.go."""

from collections.abc import Mapping, Sequence
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
    present = {identity.ordinal(pod): pod for pod in pods}
    first = identity.start(owner)
    wanted = range(first, first + identity.replicas(owner))
    filled, waits = _fill(owner, wanted, present, names, now)
    if waits or filled.create:
        return filled
    leaving, waits = _leave(owner, wanted, present)
    delete = [*filled.delete, *leaving]
    on_delete = meta.dig(owner, "spec", "updateStrategy", "type") == "OnDelete"
    return Plan([], delete if waits or delete or on_delete else _roll(owner, wanted, present, names, now))


def _ordered(owner: Object) -> bool:
    """One step after the other, each when the one before has had its effect."""
    return bool(owner["spec"].get("podManagementPolicy", "OrderedReady") != "Parallel")


def _settled(owner: Object, pod: Object, now: datetime) -> bool:
    return healthy(pod) and podlib.available(pod, owner["spec"].get("minReadySeconds", 0), now)


def _fill(
    owner: Object, wanted: range, present: Mapping[int, Object], names: Revisions, now: datetime
) -> tuple[Plan, bool]:
    """Pods that are missing are made, finished ones replaced; and whether all else waits for that."""
    ordered, plan = _ordered(owner), Plan([], [])
    for number in wanted:
        pod = present.get(number)
        if pod is None:
            plan.create.append((number, not _stays_current(owner, number, names)))
        elif meta.dig(pod, "status", "phase") in ("Failed", "Succeeded") and not meta.deleting(pod):
            plan.delete.append(pod)
        elif not ordered or _settled(owner, pod, now):
            continue
        if ordered:
            return plan, True
    return plan, False


def _leave(owner: Object, wanted: range, present: Mapping[int, Object]) -> tuple[list[Object], bool]:
    """Pods beyond the wanted ones go, the highest first; and whether all else waits for that."""
    condemned = sorted((number for number in present if number not in wanted), reverse=True)
    going = [present[number] for number in condemned if not meta.deleting(present[number])]
    if not _ordered(owner) or not condemned:
        return going, False
    pod = present[condemned[0]]
    first_unhealthy = min((number for number in condemned if not healthy(present[number])), default=None)
    others_first = not _running_and_ready(pod) and first_unhealthy not in (None, condemned[0])
    return ([] if meta.deleting(pod) or others_first else [pod]), True


def _roll(
    owner: Object, wanted: range, present: Mapping[int, Object], names: Revisions, now: datetime
) -> list[Object]:
    """The next pod of an old revision, once all above it are well."""
    partition = meta.dig(owner, "spec", "updateStrategy", "rollingUpdate", "partition", default=0)
    for number in reversed(wanted[partition:]):
        pod = present[number]
        if identity.revision(pod) != names.update and not meta.deleting(pod):
            return [pod]
        if not _settled(owner, pod, now):
            return []
    return []


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
