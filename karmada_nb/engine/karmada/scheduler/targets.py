"""``TargetCluster`` lists: a cluster and how many replicas it gets.

Follows pkg/util/binding.go and pkg/scheduler/core/util.go. Counts are 32-bit as the API's are: a sum that
is too large wraps around, because that is what the error texts of the scheduler then show.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, NamedTuple

from karmada_nb.engine.meta import Object

MAX_INT32: Final = 2**31 - 1


class TargetCluster(NamedTuple):
    """``components``: name and replicas of each, for a workload that goes to one cluster as a whole."""

    name: str
    replicas: int = 0
    components: tuple[Object, ...] = ()


def int32(number: int) -> int:
    """``number`` as a 32-bit signed integer holds it."""
    return (number + 2**31) % 2**32 - 2**31


def from_objects(items: Iterable[Object] | None) -> list[TargetCluster]:
    """The entries of ``spec.clusters``; a missing count is 0."""
    return [TargetCluster(item["name"], item.get("replicas") or 0) for item in items or ()]


def to_objects(targets: Iterable[TargetCluster]) -> list[dict[str, Any]]:
    """Entries for ``spec.clusters``; what is 0 or empty is left out, as the API's type does."""
    found = []
    for target in targets:
        entry: dict[str, Any] = {"name": target.name}
        if target.replicas:
            entry["replicas"] = target.replicas
        if target.components:
            entry["components"] = list(target.components)
        found.append(entry)
    return found


def sum_of_replicas(targets: Iterable[TargetCluster]) -> int:
    return int32(sum(t.replicas for t in targets))


def merge_target_clusters(old: Sequence[TargetCluster], new: Sequence[TargetCluster]) -> list[TargetCluster]:
    """Both lists added up by cluster: ``new`` in its order, then what only ``old`` names."""
    if not old or not new:
        return list(new or old)
    before = {t.name: t.replicas for t in old}
    merged = [TargetCluster(t.name, int32(t.replicas + before.pop(t.name, 0))) for t in new]
    return merged + [TargetCluster(name, replicas) for name, replicas in before.items()]


def remove_zero_replicas(targets: Iterable[TargetCluster]) -> list[TargetCluster]:
    return [t for t in targets if t.replicas > 0]


def attach_zero_replicas(names: Iterable[str], targets: Sequence[TargetCluster]) -> list[TargetCluster]:
    """``targets``, and behind them with 0 replicas every name they lack."""
    present = {t.name for t in targets}
    return [*targets, *(TargetCluster(name) for name in names if name not in present)]


def replicas_changed(spec: Mapping[str, Any], strategy: Mapping[str, Any] | None) -> bool:
    """Whether what the targets have does not add up to what the template wants."""
    if strategy is None:
        return False
    wanted = spec.get("replicas") or 0
    targets = from_objects(spec.get("clusters"))
    match strategy.get("replicaSchedulingType"):
        case "Duplicated":
            return any(target.replicas != wanted for target in targets)
        case "Divided":
            return sum_of_replicas(targets) != wanted
    return False
