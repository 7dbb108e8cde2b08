"""Follows test/e2e/suites/base/clustertaintpolicy_test.go."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from karmada_nb.engine import meta
from karmada_nb.engine.meta import Object
from tests.e2e.manifests import obj
from tests.e2e.suite import Suite

CASES = {
    "one-condition": (["NetworkReady"], ["NoSchedule"]),
    "two-conditions": (["NetworkReady", "StorageReady"], ["NoSchedule"]),
    "two-taints": (["NetworkReady"], ["NoSchedule", "NoExecute"]),
}


def when(conditions: Iterable[str], *values: str) -> list[Object]:
    return [{"conditionType": c, "operator": "In", "statusValues": list(values)} for c in conditions]


async def report(suite: Suite, cluster: str, condition: str, status: str | None) -> None:
    """Set a condition of the cluster's status; None takes it off."""
    now = suite.federation.clock.now()

    def changed(found: Object) -> Object:
        conditions = found["status"]["conditions"]
        if status is None:
            kept = [c for c in conditions if c["type"] != condition]
        else:
            kept = meta.set_condition(conditions, condition, status, "Testing", "", now)
        return meta.replace(found, ("status", "conditions"), kept)

    await suite.change("Cluster", cluster, changed, subresource="status")


@pytest.mark.parametrize(("conditions", "effects"), CASES.values(), ids=list(CASES))
async def test_taints_follow_conditions(suite: Suite, conditions: list[str], effects: list[str]) -> None:
    cluster, key = "member2", "testing/not-ready"
    spec = {
        "targetClusters": {"clusterNames": [cluster]},
        "addOnConditions": when(conditions, "False", "Unknown"),
        "removeOnConditions": when(conditions, "True"),
        "taints": [{"key": key, "effect": effect} for effect in effects],
    }
    name = suite.name("ctp")
    await suite.create(obj("policy.karmada.io/v1alpha1", "ClusterTaintPolicy", name, None, spec=spec))

    def tainted() -> list[str]:
        taints = suite.must("Cluster", cluster)["spec"].get("taints") or []
        return [taint["effect"] for taint in taints if taint["key"] == key]

    for condition in conditions:
        assert tainted() == []
        await report(suite, cluster, condition, "False")
    await suite.eventually(lambda: tainted() == effects)
    reasons = {reason for reason, _ in suite.events("Cluster", cluster)}
    assert "TaintClusterSucceed" in reasons
    for condition in conditions:
        assert tainted() == effects
        await report(suite, cluster, condition, "True")
    await suite.eventually(lambda: tainted() == [])
    for condition in conditions:
        await report(suite, cluster, condition, None)
