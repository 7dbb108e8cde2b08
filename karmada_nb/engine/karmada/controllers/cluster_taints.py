"""The taints of a cluster, by the state it is in. Pure.

Follows pkg/util/helper/taint.go, ``taintClusterByCondition`` of pkg/controllers/cluster/cluster_controller.go
and pkg/controllers/taint/clustertaintpolicy_controller.go; v1.2 tainted only what had failed for a while.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from karmada_nb.engine import meta
from karmada_nb.engine.karmada.constants import (
    CLUSTER_CONDITION_READY,
    TAINT_CLUSTER_NOT_READY,
    TAINT_CLUSTER_UNREACHABLE,
)
from karmada_nb.engine.karmada.scheduler.cluster_match import cluster_matches
from karmada_nb.engine.meta import Object


def taints_of(cluster: Object) -> list[Object]:
    found: list[Object] = meta.dig(cluster, "spec", "taints", default=[])
    return found


def with_taints(cluster: Object, taints: list[Object]) -> Object:
    """The cluster with exactly these taints."""
    spec = meta.without(cluster["spec"], ("taints",))
    return {**cluster, "spec": {**spec, "taints": taints} if taints else spec}


def _taint(key: str, effect: str) -> Object:
    return {"key": key, "effect": effect}


def _same(one: Object, other: Object) -> bool:
    return one.get("key") == other.get("key") and one.get("effect") == other.get("effect")


def _has(taints: Iterable[Object], wanted: Object) -> bool:
    return any(_same(taint, wanted) for taint in taints)


def set_current_taints(
    taints: Sequence[Object], add: Sequence[Object], remove: Sequence[Object], now: datetime
) -> list[Object]:
    """The taints with some added, stamped, and some removed."""
    kept = [taint for taint in taints if not _has(remove, taint)]
    new = [{**taint, "timeAdded": meta.rfc3339(now)} for taint in add if not _has(taints, taint)]
    return [*kept, *new]


def taints_by_condition(cluster: Object, now: datetime, effect: str = "NoSchedule") -> list[Object]:
    """The taints that go with the Ready condition as it stands."""
    not_ready = _taint(TAINT_CLUSTER_NOT_READY, effect)
    unreachable = _taint(TAINT_CLUSTER_UNREACHABLE, effect)
    condition = meta.condition(cluster, CLUSTER_CONDITION_READY)
    taints = taints_of(cluster)
    if condition is None:
        return set_current_taints(taints, [not_ready], [], now)
    match condition.get("status"):
        case "False":
            return set_current_taints(taints, [not_ready], [unreachable], now)
        case "Unknown":
            return set_current_taints(taints, [unreachable], [not_ready], now)
    return set_current_taints(taints, [], [not_ready, unreachable], now)


def article_taints(
    cluster: Object, now: datetime, timeout: timedelta
) -> tuple[list[Object], timedelta | None]:
    """v1.2's taints, ``timeout`` after a failure; and when time will change them, None for never."""
    condition = meta.condition(cluster, CLUSTER_CONDITION_READY)
    if condition is None:
        return taints_of(cluster), None
    if condition.get("status") != "True":
        due = meta.parse_time(condition["lastTransitionTime"]) + timeout
        if now < due:
            return taints_of(cluster), due - now
    return taints_by_condition(cluster, now, "NoExecute"), None


def taints_message(taints: Sequence[Object]) -> str:
    """``GenerateTaintsMessage``."""
    if not taints:
        return "cluster now does not have taints"
    texts = []
    for taint in taints:
        value = f"Value:{taint['value']}," if taint.get("value") else ""
        texts.append(f"{{Key:{taint.get('key', '')},{value}Effect:{taint.get('effect', '')}}}")
    return f"cluster now has taints([{','.join(texts)}])"


def taints_by_policies(cluster: Object, policies: Iterable[Object], now: datetime) -> list[Object]:
    """The taints that ClusterTaintPolicies, oldest first, leave on the cluster."""
    taints = taints_of(cluster)
    conditions = meta.dig(cluster, "status", "conditions", default=[])
    for policy in sorted(policies, key=lambda p: str(meta.metadata(p).get("creationTimestamp", ""))):
        spec = policy.get("spec") or {}
        targets = spec.get("targetClusters")
        if targets is not None and not cluster_matches(cluster, targets):
            continue
        own = spec.get("taints") or []
        if _matches(conditions, spec.get("addOnConditions") or []):
            taints = [
                *taints,
                *(
                    {**{k: v for k, v in taint.items() if v}, "timeAdded": meta.rfc3339(now)}
                    for taint in own
                    if not _has(taints, taint)
                ),
            ]
        if _matches(conditions, spec.get("removeOnConditions") or []):
            taints = [taint for taint in taints if not _has(own, taint)]
    return taints


def _matches(conditions: Sequence[Object], wanted: Sequence[Object]) -> bool:
    """Whether every wanted condition is there; nothing wanted matches nothing."""
    return bool(wanted) and all(_one_matches(conditions, match) for match in wanted)


def _one_matches(conditions: Sequence[Object], match: Object) -> bool:
    values = match.get("statusValues") or []
    for condition in conditions:
        if condition.get("type") == match.get("conditionType"):
            inside = condition.get("status") in values
            return (
                inside if match.get("operator") == "In" else match.get("operator") == "NotIn" and not inside
            )
    return False
