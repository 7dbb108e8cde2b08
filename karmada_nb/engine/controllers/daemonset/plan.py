"""Where daemon pods belong, and which give way to new ones. Pure.

Follows pkg/controller/daemon/{daemon_controller,update}.go and pkg/controller/daemon/util/daemonset_util.go.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import ROUND_CEILING, Decimal
from typing import Any, Final, NamedTuple

from karmada_nb.engine import meta, placement
from karmada_nb.engine.controllers import history
from karmada_nb.engine.controllers import pods as podlib
from karmada_nb.engine.meta import Object

GENERATION_LABEL: Final = "pod-template-generation"
GENERATION: Final = "deprecated.daemonset.template.generation"
_TOLERATED: Final = (
    ("node.kubernetes.io/not-ready", "NoExecute"),
    ("node.kubernetes.io/unreachable", "NoExecute"),
    ("node.kubernetes.io/disk-pressure", "NoSchedule"),
    ("node.kubernetes.io/memory-pressure", "NoSchedule"),
    ("node.kubernetes.io/pid-pressure", "NoSchedule"),
    ("node.kubernetes.io/unschedulable", "NoSchedule"),
)
_NETWORK: Final = ("node.kubernetes.io/network-unavailable", "NoSchedule")


class Plan(NamedTuple):
    """Nodes that get a pod; pods that go."""

    create: list[str]
    delete: list[Object]


def node_of(pod: Object) -> str:
    """The node that a daemon pod is on, or is meant for."""
    name: str = meta.dig(pod, "spec", "nodeName", default="")
    if name:
        return name
    path = ("affinity", "nodeAffinity", "requiredDuringSchedulingIgnoredDuringExecution", "nodeSelectorTerms")
    for term in meta.dig(pod, "spec", *path, default=[]):
        for item in term.get("matchFields") or ():
            if item["key"] == "metadata.name" and item["operator"] == "In" and len(item["values"]) == 1:
                return str(item["values"][0])
    return ""


def daemon_spec(spec: Object) -> Object:
    """A pod's spec with the tolerations that daemon pods have anyhow."""
    wanted = [*_TOLERATED, *([_NETWORK] if spec.get("hostNetwork") else [])]
    tolerations = list(spec.get("tolerations") or ())
    for name, effect in wanted:
        item = {"key": name, "operator": "Exists", "effect": effect}
        if not any(t.get("key") == name and t.get("effect") == effect for t in tolerations):
            tolerations.append(item)
    return {**spec, "tolerations": tolerations}


def fits(spec: Object, node: Object) -> tuple[bool, bool]:
    """Whether a pod should run on a node, and whether one there may stay."""
    name = spec.get("nodeName", "")
    if name and name != meta.name(node):
        return False, False
    if not placement.matches_node(spec, meta.labels(node), meta.name(node)):
        return False, False
    if placement.untolerated(spec, node, "NoExecute") is not None:
        return False, False
    return placement.untolerated(spec, node, "NoSchedule") is None, True


def new_pod(owner: Object, node: str, mark: str) -> Object:
    """The pod for one node."""
    pod = podlib.from_template(owner["spec"]["template"], owner, meta.namespace(owner))
    spec = daemon_spec(pod["spec"])
    target = {"key": "metadata.name", "operator": "In", "values": [node]}
    terms = {"nodeSelectorTerms": [{"matchFields": [target]}]}
    affinity = spec.get("affinity") or {}
    of_nodes = {
        **(affinity.get("nodeAffinity") or {}),
        "requiredDuringSchedulingIgnoredDuringExecution": terms,
    }
    labels = {**meta.labels(pod), history.POD_LABEL: mark, GENERATION_LABEL: generation(owner)}
    made = meta.with_metadata(pod, labels={k: v for k, v in labels.items() if v})
    return {**made, "spec": {**spec, "affinity": {**affinity, "nodeAffinity": of_nodes}}}


def generation(owner: Object) -> str:
    """The template's own generation."""
    return meta.annotations(owner).get(GENERATION, "")


def spread(pods: Sequence[Object]) -> dict[str, list[Object]]:
    """The pods by their node."""
    found: dict[str, list[Object]] = {}
    for pod in pods:
        found.setdefault(node_of(pod), []).append(pod)
    return found


def manage(owner: Object, nodes: Sequence[Object], pods: Sequence[Object]) -> Plan:
    """Which nodes lack a pod, and which pods are one too many, misplaced, or finished."""
    spec = daemon_spec(owner["spec"]["template"]["spec"])
    placed, known = spread(pods), {meta.name(node): node for node in nodes}
    plan = Plan([], [])
    for name, node in known.items():
        should, may_stay = fits(spec, node)
        here = placed.get(name, [])
        alive = [pod for pod in here if not meta.deleting(pod)]
        if should and not here:
            plan.create.append(name)
        if not may_stay:
            plan.delete.extend(alive)
            continue
        finished = [p for p in alive if meta.dig(p, "status", "phase") in ("Failed", "Succeeded")]
        plan.delete.extend(finished)
        working = sorted((p for p in alive if p not in finished), key=_age)
        if not _surges(owner):
            plan.delete.extend(working[1:])
    for name, here in placed.items():
        if name not in known:
            plan.delete.extend(pod for pod in here if not meta.deleting(pod))
    return plan


def _age(pod: Object) -> tuple[bool, str, str]:
    return not podlib.ready(pod), pod["metadata"]["creationTimestamp"], meta.name(pod)


def _surges(owner: Object) -> bool:
    return _amount(owner, "maxSurge", 1) > 0


def _amount(owner: Object, name: str, total: int) -> int:
    said: Any = meta.dig(owner, "spec", "updateStrategy", "rollingUpdate", name, default=0)
    if isinstance(said, str):
        share = Decimal(said.rstrip("%")) * total / 100
        return int(share.to_integral_value(ROUND_CEILING))
    return int(said)


def outdated(
    owner: Object, nodes: Sequence[Object], pods: Sequence[Object], mark: str, now: datetime
) -> list[Object]:
    """The old pods that a rolling update may delete now."""
    if meta.dig(owner, "spec", "updateStrategy", "type") != "RollingUpdate":
        return []
    spec = daemon_spec(owner["spec"]["template"]["spec"])
    wanted = {meta.name(node) for node in nodes if fits(spec, node)[0]}
    settle = owner["spec"].get("minReadySeconds", 0)
    allowed = max(_amount(owner, "maxUnavailable", len(wanted)), 0 if _surges(owner) else 1)
    placed = spread(pods)
    down = 0
    candidates: list[Object] = []
    broken: list[Object] = []
    for name in sorted(wanted):
        alive = [pod for pod in placed.get(name, []) if not meta.deleting(pod)]
        if not alive:
            down += 1
            continue
        pod = alive[0]
        available = podlib.available(pod, settle, now)
        down += not available
        if not up_to_date(pod, mark):
            (candidates if available else broken).append(pod)
    return [*broken, *candidates[: max(0, allowed - down)]]


def up_to_date(pod: Object, mark: str) -> bool:
    return meta.labels(pod).get(history.POD_LABEL) == mark


def next_status(
    owner: Object, nodes: Sequence[Object], pods: Sequence[Object], mark: str, now: datetime
) -> Object:
    """What the status should be."""
    spec = daemon_spec(owner["spec"]["template"]["spec"])
    settle = owner["spec"].get("minReadySeconds", 0)
    placed: Mapping[str, list[Object]] = spread(pods)
    desired = current = misplaced = ready = available = updated = 0
    for node in nodes:
        here = placed.get(meta.name(node), [])
        if not fits(spec, node)[0]:
            misplaced += bool(here)
            continue
        desired += 1
        if not here:
            continue
        current += 1
        pod = min(here, key=_age)
        ready += podlib.ready(pod)
        available += podlib.available(pod, settle, now)
        updated += up_to_date(pod, mark)
    more = {
        "observedGeneration": meta.generation(owner),
        "updatedNumberScheduled": updated,
        "numberAvailable": available,
        "numberUnavailable": desired - available,
        "collisionCount": meta.dig(owner, "status", "collisionCount", default=0),
    }
    return {
        "currentNumberScheduled": current,
        "numberMisscheduled": misplaced,
        "desiredNumberScheduled": desired,
        "numberReady": ready,
        **{k: v for k, v in more.items() if v},
    }
