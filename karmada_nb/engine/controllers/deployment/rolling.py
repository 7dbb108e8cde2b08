"""How many replicas each ReplicaSet of a Deployment should have now. Pure arithmetic.

Follows pkg/controller/deployment/{rolling,recreate,sync}.go and util.NewRSNewReplicas.
A target is ``{name of set: replicas}`` with the sets to change only.
"""

import math
from collections.abc import Sequence

from karmada_nb.engine import golang, meta
from karmada_nb.engine.controllers.deployment.replicasets import DESIRED, MAXIMUM, created
from karmada_nb.engine.meta import Object

Targets = dict[str, int]


def wanted(rs: Object) -> int:
    return int(rs["spec"].get("replicas", 1))


def available(rs: Object) -> int:
    return int(meta.dig(rs, "status", "availableReplicas", default=0))


def total(sets: Sequence[Object]) -> int:
    return sum(map(wanted, sets))


def bounds(deployment: Object) -> tuple[int, int]:
    """``(maxSurge, maxUnavailable)`` in pods; both 0 would stop everything, so one may be unavailable."""
    strategy = deployment["spec"].get("strategy") or {}
    if strategy.get("type") == "Recreate":
        return 0, 0
    rolling = strategy.get("rollingUpdate") or {}
    replicas = wanted(deployment)
    surge = scaled(rolling.get("maxSurge", "25%"), replicas, up=True)
    unavailable = scaled(rolling.get("maxUnavailable", "25%"), replicas, up=False)
    if surge == 0 and unavailable == 0:
        unavailable = 1
    return surge, min(unavailable, replicas)


def scaled(value: int | str, of: int, *, up: bool) -> int:
    """An int-or-percent as a number of pods."""
    if isinstance(value, str) and value.endswith("%"):
        exact = int(value[:-1]) * of / 100
        return math.ceil(exact) if up else math.floor(exact)
    return int(value)


def maximum(deployment: Object) -> int:
    """How many pods there may be at once."""
    return wanted(deployment) + bounds(deployment)[0]


def new_set_size(deployment: Object, new_replicas: int, others: int) -> int:
    """``NewRSNewReplicas``: how large the new set may be beside ``others`` pods of old ones."""
    if (deployment["spec"].get("strategy") or {}).get("type") == "Recreate":
        return wanted(deployment)
    room = maximum(deployment) - (new_replicas + others)
    if room <= 0:
        return new_replicas
    return new_replicas + min(room, wanted(deployment) - new_replicas)


def roll(deployment: Object, new: Object, old: Sequence[Object]) -> Targets:
    """One step of a rolling update: first the new set grows, else the old ones shrink."""
    size = wanted(deployment)
    if wanted(new) > size:
        return {meta.name(new): size}
    if wanted(new) < size:
        grown = new_set_size(deployment, wanted(new), total(old))
        if grown != wanted(new):
            return {meta.name(new): grown}
    return shrink(deployment, new, old)


def shrink(deployment: Object, new: Object, old: Sequence[Object]) -> Targets:
    """What the old sets can give up without too few pods being available."""
    standing = [rs for rs in old if wanted(rs) > 0]
    if not standing:
        return {}
    least = wanted(deployment) - bounds(deployment)[1]
    unavailable_new = wanted(new) - available(new)
    spare = total([*standing, new]) - least - unavailable_new
    if spare <= 0:
        return {}
    sizes = {meta.name(rs): wanted(rs) for rs in standing}
    for rs in sorted(standing, key=created):
        broken = min(spare, max(0, sizes[meta.name(rs)] - available(rs)))
        sizes[meta.name(rs)] -= broken
        spare -= broken
    live = sum(map(available, [*standing, new]))
    spare = live - least
    for rs in sorted(standing, key=created):
        if spare <= 0:
            break
        given = min(spare, sizes[meta.name(rs)])
        sizes[meta.name(rs)] -= given
        spare -= given
    return {meta.name(rs): sizes[meta.name(rs)] for rs in standing if sizes[meta.name(rs)] != wanted(rs)}


def rescale(deployment: Object, new: Object | None, old: Sequence[Object]) -> Targets:
    """After a change of ``replicas`` (or while paused): every set keeps its share of the whole.

    Follows ``scale`` in sync.go: one active set gets all; during a rollout the change is spread in
    proportion, the largest sets first, and leftovers go to the first.
    """
    sets = [*old, *([new] if new is not None else [])]
    active = [rs for rs in sets if wanted(rs) > 0]
    if len(active) <= 1:
        only = active[0] if active else new or (max(sets, key=created) if sets else None)
        if only is None or wanted(only) == wanted(deployment):
            return {}
        return {meta.name(only): wanted(deployment)}
    if new is not None and wanted(new) == available(new) == wanted(deployment):
        return {meta.name(rs): 0 for rs in old if wanted(rs) > 0}
    if (deployment["spec"].get("strategy") or {}).get("type") == "Recreate":
        return {}
    allowed = maximum(deployment) if wanted(deployment) > 0 else 0
    change = allowed - total(active)
    if not change:
        return {}
    newest_first = sorted(active, key=created, reverse=change > 0)
    order = sorted(newest_first, key=wanted, reverse=True)
    sizes: Targets = {}
    added = 0
    for rs in order:
        share = _proportion(rs, deployment, change, added)
        sizes[meta.name(rs)] = wanted(rs) + share
        added += share
    first = meta.name(order[0])
    sizes[first] = max(0, sizes[first] + change - added)
    return {name: size for name, size in sizes.items() if size != wanted(_named(order, name))}


def _named(sets: Sequence[Object], name: str) -> Object:
    return next(rs for rs in sets if meta.name(rs) == name)


def _proportion(rs: Object, deployment: Object, change: int, added: int) -> int:
    if wanted(rs) == 0 or change == added:
        return 0
    annotated = meta.annotations(rs).get(MAXIMUM, "")
    before = int(annotated) if golang.is_number(annotated) and int(annotated) else None
    if before is None:
        before = meta.dig(deployment, "status", "replicas", default=0) or wanted(rs)
    share = _round(wanted(rs) * maximum(deployment) / before) - wanted(rs)
    left = change - added
    return min(share, left) if change > 0 else max(share, left)


def _round(value: float) -> int:
    return math.floor(value + 0.5)


def resized(deployment: Object, sets: Sequence[Object]) -> bool:
    """Whether ``replicas`` changed since the sets were last scaled."""
    size = wanted(deployment)
    for rs in sets:
        said = meta.annotations(rs).get(DESIRED, "")
        if wanted(rs) > 0 and golang.is_number(said) and int(said) != size:
            return True
    return False
