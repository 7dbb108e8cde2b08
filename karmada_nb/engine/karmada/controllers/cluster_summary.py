"""What a member's nodes offer and its pods take, kept as sums that follow each change.

Follows ``getResourceSummary`` and ``getAllocatableModelings`` of
pkg/controllers/status/cluster_status_controller.go, pkg/util/resource.go and pkg/modeling/modeling.go.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

from karmada_nb.engine import meta, quantity
from karmada_nb.engine.karmada.controllers.pod_sums import PodSums
from karmada_nb.engine.karmada.estimator.nodes import Share
from karmada_nb.engine.karmada.interpreter.resources import is_scalar_resource_name
from karmada_nb.engine.karmada.members import Member
from karmada_nb.engine.meta import Object
from karmada_nb.engine.runtime.client import Resource

NODES: Final = Resource("", "v1", "nodes")
PODS: Final = Resource("", "v1", "pods")
_BINARY: Final = ("memory", "ephemeral-storage")
_STANDARD: Final = ("cpu", "pods", *_BINARY)
_DONE: Final = ("Succeeded", "Failed")


def share_of(pod: Object) -> Share | None:
    """None for a pod that has come to its end on a node, and holds nothing any more."""
    spec = pod.get("spec") or {}
    node = spec.get("nodeName") or ""
    if node and meta.dig(pod, "status", "phase") in _DONE:
        return None
    amounts: Counter[str] = Counter(pods=1)
    asked = [meta.dig(c, "resources", "requests", default={}) for c in spec.get("containers") or ()]
    for requests in [*asked, spec.get("overhead") or {}]:
        for name, text in requests.items():
            if name in _STANDARD or is_scalar_resource_name(name):
                amounts[name] += quantity.milli(text) if name == "cpu" else quantity.value(text)
    return Share(node, amounts)


def resource_list(amounts: Mapping[str, int]) -> Object:
    """The sums as a resource list: only what is above zero, CPU from thousandths."""
    out: Object = {}
    for name, amount in sorted(amounts.items()):
        if amount > 0:
            exact = Decimal(amount).scaleb(-3) if name == "cpu" else Decimal(amount)
            binary = name in _BINARY or name.startswith("hugepages-")
            out[name] = quantity.render(exact, "binary" if binary else "decimal")
    return out


def allocatable(nodes: Sequence[Object]) -> Object:
    """The sum over the nodes, each resource in the family in which the first node writes it."""
    sums: dict[str, tuple[Decimal, str]] = {}
    for node in nodes:
        for name, text in meta.dig(node, "status", "allocatable", default={}).items():
            before, family = sums.get(name, (Decimal(0), quantity.family(text)))
            sums[name] = before + quantity.parse(text), family
    return {name: quantity.render(total, family) for name, (total, family) in sorted(sums.items())}


def node_summary(nodes: Sequence[Object]) -> Object:
    ready = sum((meta.condition(node, "Ready") or {}).get("status") == "True" for node in nodes)
    return {k: v for k, v in (("readyNum", ready), ("totalNum", len(nodes))) if v}


def allocatable_modelings(
    models: Sequence[Object], nodes: Sequence[Object], taken: Mapping[str, Mapping[str, int]]
) -> list[Object]:
    """How many nodes of each grade are left, by what is free on them. A node without room for a pod counts
    for none.
    """
    counts = [0] * len(models)
    floors = [{r["name"]: quantity.parse(r.get("min", 0)) for r in m.get("ranges") or ()} for m in models]
    names = list(floors[0]) if floors else []
    for node in nodes:
        free = _free(meta.dig(node, "status", "allocatable", default={}), taken.get(meta.name(node), {}))
        if free is None:
            continue
        grade = min((_last_not_above(floors, name, free.get(name, Decimal(0))) for name in names), default=-1)
        if grade >= 0:
            counts[grade] += 1
    return [
        {"count": count, "grade": model.get("grade", 0)} for model, count in zip(models, counts, strict=True)
    ]


def _free(capacity: Mapping[str, Any], taken: Mapping[str, int]) -> dict[str, Decimal] | None:
    free = {name: quantity.parse(text) for name, text in capacity.items()}
    if taken and free.get("pods", Decimal(0)) - taken.get("pods", 0) <= 0:
        return None
    for name, amount in taken.items():
        if name in free:
            free[name] -= Decimal(amount).scaleb(-3) if name == "cpu" else amount
    return free


def _last_not_above(floors: Sequence[Mapping[str, Decimal]], name: str, amount: Decimal) -> int:
    return max((at for at, floor in enumerate(floors) if floor.get(name, Decimal(0)) <= amount), default=-1)


class Usage:
    """Follows one member's nodes and pods. ``dirty``: something changed since it was last set to False.

    Raises StatusError or Unreachable where the member cannot be listened to.
    """

    def __init__(self, member: Member) -> None:
        self.member = member
        self.dirty = True
        self._nodes = member.informers(*NODES)
        self._pods = PodSums(member.informers(*PODS), share_of, self._changed)
        self._stops = (self._nodes.add_handler(lambda _: self._changed()), self._pods.stop)

    def summary(self, models: Sequence[Object], *, modeled: bool) -> tuple[Object, Object]:
        """``status.nodeSummary`` and ``status.resourceSummary``."""
        nodes = self._nodes.items()
        found: Object = {"allocatable": allocatable(nodes)}
        sums = {"allocating": self._pods.by_node.get("", Counter()), "allocated": self._pods.bound}
        found |= {name: listed for name, amounts in sums.items() if (listed := resource_list(amounts))}
        if modeled and models:
            found["allocatableModelings"] = allocatable_modelings(models, nodes, self._pods.by_node)
        return node_summary(nodes), found

    def close(self) -> None:
        for stop in self._stops:
            stop()

    def _changed(self) -> None:
        self.dirty = True
