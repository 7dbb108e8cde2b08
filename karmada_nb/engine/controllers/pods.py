"""What several workload controllers need to know of pods. Pure.

Follows pkg/controller/controller_utils.go and pkg/api/v1/pod/util.go.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final

from karmada_nb.engine import meta
from karmada_nb.engine.meta import Object

_PHASES: Final = {"Pending": 0, "Unknown": 1, "Running": 2}
DELETION_COST: Final = "controller.kubernetes.io/pod-deletion-cost"


def active(pod: Object) -> bool:
    """Neither finished nor going away: it counts as a replica."""
    phase = meta.dig(pod, "status", "phase", default="Pending")
    return phase not in ("Succeeded", "Failed") and not meta.deleting(pod)


def terminating(pod: Object) -> bool:
    """Going away, and not finished yet."""
    return meta.deleting(pod) and meta.dig(pod, "status", "phase") not in ("Succeeded", "Failed")


def ready(pod: Object) -> bool:
    return (meta.condition(pod, "Ready") or {}).get("status") == "True"


def ready_since(pod: Object) -> datetime | None:
    """When the pod became ready; None if it is not."""
    found = meta.condition(pod, "Ready")
    if found is None or found.get("status") != "True" or not found.get("lastTransitionTime"):
        return None
    return meta.parse_time(found["lastTransitionTime"])


def available(pod: Object, min_ready_seconds: int, now: datetime) -> bool:
    """Ready for at least ``min_ready_seconds``."""
    if not min_ready_seconds:
        return ready(pod)
    since = ready_since(pod)
    return since is not None and (now - since).total_seconds() >= min_ready_seconds


def available_in(pods: Iterable[Object], min_ready_seconds: int, now: datetime) -> float | None:
    """Seconds until the next ready pod becomes available; None when none is on its way."""
    waits = [
        min_ready_seconds - (now - since).total_seconds()
        for since in map(ready_since, pods)
        if since is not None
    ]
    return min((w for w in waits if w > 0), default=None)


def from_template(template: Object, owner: Object, namespace: str, name: str = "") -> Object:
    """A pod as a controller makes it: the template's labels, annotations, finalizers and spec."""
    said = template.get("metadata") or {}
    metadata: Object = {
        **({"name": name} if name else {"generateName": name_prefix(meta.name(owner))}),
        "namespace": namespace,
        **{k: said[k] for k in ("labels", "annotations", "finalizers") if said.get(k)},
        "ownerReferences": [meta.owner_reference(owner)],
    }
    return {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": template["spec"]}


def name_prefix(owner: str) -> str:
    """``<owner>-``, or just the owner's name where that would not be a valid prefix."""
    return f"{owner}-" if len(owner) < 253 else owner


def deletion_order(pods: Iterable[Object], related: Iterable[Object]) -> list[Object]:
    """Pods in the order in which a scale-down takes them.

    ``related`` are all active pods of the same application: of two equal pods, the one on the node with
    more of them goes first. Follows ``ActivePodsWithRanks``.
    """
    crowd: dict[str, int] = {}
    for pod in related:
        if active(pod):
            node = meta.dig(pod, "spec", "nodeName", default="")
            crowd[node] = crowd.get(node, 0) + 1
    return sorted(pods, key=lambda pod: _rank(pod, crowd))


def _rank(pod: Object, crowd: dict[str, int]) -> tuple[Any, ...]:
    node = meta.dig(pod, "spec", "nodeName", default="")
    since = ready_since(pod)
    restarts = max(
        (s.get("restartCount", 0) for s in meta.dig(pod, "status", "containerStatuses", default=[])),
        default=0,
    )
    created = meta.parse_time(pod["metadata"]["creationTimestamp"]).timestamp()
    return (
        bool(node),
        _PHASES.get(meta.dig(pod, "status", "phase", default="Pending"), 3),
        ready(pod),
        _cost(pod),
        -crowd.get(node, 0),
        -(since.timestamp() if since else 0),
        -restarts,
        -created,
    )


def _cost(pod: Object) -> int:
    try:
        return int(meta.annotations(pod).get(DELETION_COST, "0"))
    except ValueError:
        return 0
