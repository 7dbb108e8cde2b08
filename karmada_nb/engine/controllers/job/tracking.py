"""Which pods of a job have ended, and how. Pure.

Follows pkg/controller/job/tracking_utils.go. A finished pod is first noted as uncounted,
then loses its finalizer, then is counted: killed in between, no pod is counted twice or never.
"""

from collections.abc import Iterable
from typing import Final, NamedTuple

from karmada_nb.engine import meta
from karmada_nb.engine.controllers import pods as podlib
from karmada_nb.engine.meta import Object

FINALIZER: Final = "batch.kubernetes.io/job-tracking"


class Pods(NamedTuple):
    """The pods of a job, sorted out."""

    active: list[Object]
    terminating: list[Object]
    succeeded: list[Object]
    """Finished, and not counted yet: they still have the finalizer."""
    failed: list[Object]


def sort_out(job: Object, pods: Iterable[Object]) -> Pods:
    """``podReplacementPolicy: TerminatingOrFailed`` counts a pod that is going away as failed."""
    early = job["spec"].get("podReplacementPolicy", "TerminatingOrFailed") != "Failed"
    found = Pods([], [], [], [])
    for pod in pods:
        phase = meta.dig(pod, "status", "phase", default="Pending")
        tracked = FINALIZER in meta.finalizers(pod)
        if phase == "Succeeded":
            if tracked:
                found.succeeded.append(pod)
            continue
        if phase != "Failed" and meta.deleting(pod):
            found.terminating.append(pod)
        if phase == "Failed" or (meta.deleting(pod) and early):
            if tracked:
                found.failed.append(pod)
        elif not meta.deleting(pod):
            found.active.append(pod)
    return found


def note(status: Object, succeeded: Iterable[Object], failed: Iterable[Object]) -> Object:
    """The status with finished pods noted as uncounted."""
    before = status.get("uncountedTerminatedPods") or {}
    after = {}
    for name, finished in (("succeeded", succeeded), ("failed", failed)):
        known = before.get(name) or []
        more = [meta.uid(pod) for pod in finished if meta.uid(pod) not in known]
        if known or more:
            after[name] = [*known, *more]
    return status if after == before else {**status, "uncountedTerminatedPods": after}


def count(status: Object) -> Object:
    """The status with what was noted counted."""
    noted = status.get("uncountedTerminatedPods") or {}
    counted = {
        name: status.get(name, 0) + len(noted.get(name) or ())
        for name in ("succeeded", "failed")
        if noted.get(name)
    }
    return {**status, **counted, "uncountedTerminatedPods": {}}


def restarts(pods: Iterable[Object]) -> int:
    """How often containers were started anew."""
    return sum(
        state.get("restartCount", 0)
        for pod in pods
        for state in (
            *meta.dig(pod, "status", "containerStatuses", default=[]),
            *meta.dig(pod, "status", "initContainerStatuses", default=[]),
        )
    )


def ready(pods: Iterable[Object]) -> int:
    return sum(map(podlib.ready, pods))
