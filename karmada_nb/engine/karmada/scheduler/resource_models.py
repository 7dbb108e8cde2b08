"""Placing replicas on the nodes that a Cluster reports by resource model.

Follows ``buildModelNodes`` in pkg/estimator/client/general.go, the simulator in
pkg/estimator/scheduling_simulator_components.go and pkg/util/resource.go. A model node is as large as the
smallest node of its grade, and takes 110 pods. Placement is first fit, grade by grade.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from karmada_nb.engine import quantity
from karmada_nb.engine.karmada.scheduler.assumed import AssumedWorkload
from karmada_nb.engine.karmada.scheduler.targets import MAX_INT32
from karmada_nb.engine.meta import Object, dig

MAXPODS_PER_NODE: Final = 110

PODS: Final = "pods"
Amounts = dict[str, int]
"""Resource name -> amount: CPU in thousandths, the others in whole units."""
Need = tuple[Amounts, int]
"""What each replica of a component asks for, and how many replicas a set has."""


class NoModels(Exception):
    """The cluster's models cannot be used; the sums of the whole cluster must do."""


def model_nodes(cluster: Object) -> list[Amounts]:
    """A node for each that the cluster counts, smallest grade first. Raises NoModels."""
    models = dig(cluster, "spec", "resourceModels", default=[])
    if not models:
        raise NoModels("no resource models defined")
    counts: dict[int, int] = {}
    for item in dig(cluster, "status", "resourceSummary", "allocatableModelings", default=[]):
        grade, count = item.get("grade") or 0, item.get("count") or 0
        if count < 0:
            raise NoModels(f"negative node count for grade {grade}")
        counts[grade] = counts.get(grade, 0) + count
    sizes: dict[int, Amounts] = {}
    for model in models:
        floor = {r["name"]: r.get("min", 0) for r in model.get("ranges") or ()}
        sizes[model.get("grade") or 0] = amounts({**floor, PODS: MAXPODS_PER_NODE})
    return [dict(sizes[grade]) for grade in sorted(sizes) for _ in range(counts.get(grade, 0))]


def max_sets_on_models(
    cluster: Object,
    components: Sequence[Mapping[str, Any]],
    limit: int = MAX_INT32,
    assumed: Sequence[AssumedWorkload] = (),
) -> int:
    """How many complete sets of ``components`` fit on the model nodes, beside one set of each assumed
    workload. Raises NoModels."""
    nodes = model_nodes(cluster)
    for workload in assumed:
        place_sets(nodes, [need_of(c) for c in workload.components], 1)
    needs = [need_of(c) for c in components]
    if len(needs) == 1 and needs[0][1] == 1:
        # Replicas that are all alike do not get in each other's way: every node can be asked by itself.
        return min(limit, sum(max(fitting(node, needs[0][0]), 0) for node in nodes))
    return place_sets(nodes, needs, limit)


def need_of(component: Mapping[str, Any]) -> Need:
    """What a component asks for."""
    request = dig(component, "replicaRequirements", "resourceRequest", default={})
    return amounts(request), component.get("replicas") or 0


def place_sets(nodes: Sequence[Amounts], needs: Sequence[Need], limit: int) -> int:
    """Places complete sets first fit, at most ``limit``, taking what they need off ``nodes``; how many."""
    sets = 0
    while sets < limit and all(place(nodes, need, count) for need, count in needs):
        sets += 1
    return sets


def amounts(resources: Mapping[str, Any]) -> Amounts:
    """A resource list as numbers; resources that no node can run out of are left out."""
    return {
        name: _within_64_bits(quantity.milli(text)) if name == "cpu" else quantity.value(text)
        for name, text in resources.items()
        if name in ("cpu", "memory", "ephemeral-storage", PODS) or is_scalar(name)
    }


def _within_64_bits(number: int) -> int:
    """The number, or nothing where 64 bits cannot hold it: so upstream's quantities count."""
    return number if -(2**63) <= number < 2**63 else 0


def is_scalar(name: str) -> bool:
    """Whether this is an extended, huge page, attachable volume or prefixed native resource."""
    if name.startswith(("hugepages-", "attachable-volumes-")) or "kubernetes.io/" in name:
        return True
    return "/" in name and not name.startswith("requests.")


def fitting(node: Amounts, need: Amounts) -> int:
    """How many replicas fit on a node; each is one pod."""
    rooms = [node.get(name, 0) // amount for name, amount in need.items() if amount > 0 and name != PODS]
    return min([node.get(PODS, 0), *rooms])


def place(nodes: Sequence[Amounts], need: Amounts, count: int) -> bool:
    """Places ``count`` replicas first fit, taking what they need off ``nodes``; whether all were placed."""
    left = count
    for node in nodes:
        fit = min(left, fitting(node, need))
        if fit == 0:
            continue
        for name in node:
            taken = 1 if name == PODS else need.get(name, 0)
            node[name] = max(node[name] - taken * fit, 0)
        left -= fit
        if left == 0:
            return True
    return left == 0
