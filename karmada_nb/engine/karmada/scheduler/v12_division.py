"""Dividing replicas in v1.2: everyone's share rounded down, the remainder one by one along a list.

Follows pkg/scheduler/core/division_algorithm.go of v1.2.0.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from karmada_nb.engine.karmada.scheduler.cluster_details import Estimate, available_replicas
from karmada_nb.engine.karmada.scheduler.cluster_match import compile_affinity
from karmada_nb.engine.karmada.scheduler.scheduling_errors import UnschedulableError
from karmada_nb.engine.karmada.scheduler.targets import (
    TargetCluster,
    from_objects,
    int32,
    merge_target_clusters,
    sum_of_replicas,
)
from karmada_nb.engine.karmada.scheduler.trace import Division, Portion, Trace
from karmada_nb.engine.meta import Object


def static_weights(clusters: Sequence[Object], rules: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    """The weight of each cluster by the first rule that matches; a cluster that none matches is out.

    Where all weights are 0, every cluster weighs 1.
    """
    matchers = [
        (compile_affinity(rule.get("targetCluster") or {}, single_zone=True), int(rule.get("weight") or 0))
        for rule in rules
    ]
    weights: dict[str, int] = {}
    for cluster in clusters:
        weight = next((w for matches, w in matchers if matches(cluster)), None)
        if weight is not None:
            weights[cluster["metadata"]["name"]] = weight
    return weights if sum(weights.values()) else {c["metadata"]["name"]: 1 for c in clusters}


def by_static_weight(
    clusters: Sequence[Object],
    rules: Sequence[Mapping[str, Any]],
    replicas: int,
    trace: Trace | None = None,
) -> list[TargetCluster]:
    """By weight alone. The remainder goes to the heavier cluster first, then by name."""
    weights = static_weights(clusters, rules)
    total = sum(weights.values())
    shares = {name: _towards_zero(weight * replicas, total) for name, weight in weights.items()}
    along = sorted(weights, key=lambda name: (-weights[name], name))
    return _with_remainder(Division("static weight", replicas, weights), shares, along, trace)


def _towards_zero(amount: int, parts: int) -> int:
    """The whole quotient, rounded towards zero."""
    whole = abs(amount) // abs(parts)
    return whole if (amount < 0) == (parts < 0) else -whole


def by_resource(
    clusters: Sequence[Object],
    spec: Object,
    estimate: Estimate,
    aggregated: bool,
    trace: Trace | None = None,
) -> list[TargetCluster]:
    """By room: only the difference to what runs already is divided. Raises UnschedulableError."""
    replicas = spec.get("replicas") or 0
    names = {c["metadata"]["name"] for c in clusters}
    before = from_objects(spec.get("clusters"))
    scheduled = [t for t in before if t.replicas > 0 and t.name in names]
    assigned = sum_of_replicas(scheduled)
    if assigned == replicas:
        if trace is not None:
            trace.divisions.append(Division("unchanged", replicas, kept=scheduled))
        return scheduled
    if assigned > replicas:
        return _step("scale down", before, replicas, aggregated, [], trace)
    missing = replicas - assigned
    rooms = available_room(clusters, {**spec, "replicas": missing}, estimate)
    rooms.sort(key=lambda t: -t.replicas)
    more = _step("scaleUp", rooms, missing, aggregated, scheduled, trace)
    return merge_target_clusters(scheduled, more)


def available_room(clusters: Sequence[Object], spec: Object, estimate: Estimate) -> list[TargetCluster]:
    rooms = available_replicas(clusters, spec, estimate)
    return [TargetCluster(c["metadata"]["name"], r) for c, r in zip(clusters, rooms, strict=True)]


def _step(
    step: str,
    rooms: list[TargetCluster],
    replicas: int,
    aggregated: bool,
    used: Sequence[TargetCluster],
    trace: Trace | None,
) -> list[TargetCluster]:
    most = sum_of_replicas(rooms)
    if most < replicas:
        short = f"clusters resources are not enough to schedule, max {most} replicas are support"
        raise UnschedulableError(f"failed to {step}: {short}")
    if aggregated:
        names = {t.name for t in used}
        ordered = [t for t in rooms if t.name in names] + [t for t in rooms if t.name not in names]
        rooms, most = _fewest(ordered, replicas)
    weights = {t.name: t.replicas for t in rooms}
    # The product is a 32-bit number upstream and may wrap around; the quotient is rounded towards zero.
    shares = {name: _towards_zero(int32(weight * replicas), most) for name, weight in weights.items()}
    division = Division("scale down" if step == "scale down" else "scale up", replicas, weights, list(used))
    return _with_remainder(division, shares, list(weights), trace)


def _fewest(rooms: list[TargetCluster], replicas: int) -> tuple[list[TargetCluster], int]:
    total = 0
    for count, target in enumerate(rooms, start=1):
        total = int32(total + target.replicas)
        if total >= replicas:
            return rooms[:count], total
    return rooms, total


def _with_remainder(
    division: Division, shares: Mapping[str, int], along: Sequence[str], trace: Trace | None
) -> list[TargetCluster]:
    """The shares, with what is left over handed out along the list, round by round."""
    rounds, rest = divmod(max(division.replicas - sum(shares.values()), 0), len(along))
    extras = {name: rounds + (1 if place < rest else 0) for place, name in enumerate(along)}
    weights = division.weights
    if trace is not None:
        division.portions = [Portion(name, weights[name], shares[name], extras[name]) for name in along]
        trace.divisions.append(division)
    return [TargetCluster(name, int32(shares[name] + extras[name])) for name in weights]
