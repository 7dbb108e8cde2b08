"""How much more of a workload a cluster takes, node by node.

Follows pkg/estimator/server/estimate.go and the plugin NodeResourceEstimator in
pkg/estimator/server/framework/plugins/noderesource; the smallest answer of the plugins counts. A replica
does not straddle nodes, and goes only to those that its node claim asks for.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from karmada_nb.engine.karmada.estimator.nodes import Room, accepts, rooms
from karmada_nb.engine.karmada.estimator.quotas import replicas_within, sets_within
from karmada_nb.engine.karmada.scheduler.assumed import AssumedWorkload
from karmada_nb.engine.karmada.scheduler.resource_models import amounts, fitting, need_of, place
from karmada_nb.engine.karmada.scheduler.targets import MAX_INT32, int32
from karmada_nb.engine.meta import Object, dig


class ClusterState(NamedTuple):
    """What an estimator has seen of its cluster. ``taken``: the sum of the pods bound to each node, by its
    name. ``quotas``: all ResourceQuotas, none while the gate ResourceQuotaEstimate is off."""

    nodes: Sequence[Object]
    taken: Mapping[str, Mapping[str, int]]
    quotas: Sequence[Object] = ()


def max_available_replicas(
    state: ClusterState, requirements: Mapping[str, Any] | None, assumed: Sequence[AssumedWorkload] = ()
) -> int:
    """How many more replicas the nodes and quotas take, beside one set of each assumed workload."""
    if not state.nodes:
        return 0
    free = _beside(state, assumed)
    claim = (requirements or {}).get("nodeClaim")
    need = amounts((requirements or {}).get("resourceRequest") or {})
    on_nodes = int32(sum(fitting(room.free, need) for room in free if accepts(room.node, claim)))
    within = replicas_within(state.quotas, requirements, assumed)
    return on_nodes if within is None else min(on_nodes, within)


def max_available_component_sets(
    state: ClusterState,
    components: Sequence[Object],
    namespace: str,
    assumed: Sequence[AssumedWorkload] = (),
) -> int:
    """How many complete sets of components they take."""
    if not state.nodes:
        return 0
    within = sets_within(state.quotas, components, namespace, assumed)
    if not any(component.get("replicas") for component in components):
        return MAX_INT32 if within is None else within
    free = _beside(state, assumed)
    # What is overdrawn already is told as it is, unless the nodes have no room either.
    limit = MAX_INT32 if within is None else max(within, 1)
    sets = 0
    while sets < limit and _place_set(free, components):
        sets += 1
    return sets if within is None or sets == 0 else min(sets, within)


def _beside(state: ClusterState, assumed: Sequence[AssumedWorkload]) -> list[Room]:
    """What is free once each assumed workload is placed, as far as it can be."""
    free = rooms(state.nodes, state.taken)
    for workload in assumed:
        _place_set(free, workload.components)
    return free


def _place_set(free: Sequence[Room], components: Sequence[Object]) -> bool:
    for component in components:
        claim = dig(component, "replicaRequirements", "nodeClaim")
        need, count = need_of(component)
        if not place([room.free for room in free if accepts(room.node, claim)], need, count):
            return False
    return True
