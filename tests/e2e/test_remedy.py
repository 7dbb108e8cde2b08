"""Follows test/e2e/suites/base/remedy_test.go."""

from __future__ import annotations

import pytest

from karmada_nb.engine import meta
from karmada_nb.engine.meta import Object
from tests.e2e.manifests import obj
from tests.e2e.suite import Suite
from tests.e2e.test_clustertaintpolicy import report

CLUSTER = "member1"
CONDITION = "ServiceDomainNameResolutionReady"
MATCH = {
    "clusterConditionMatch": {"conditionType": CONDITION, "operator": "Equal", "conditionStatus": "False"}
}


async def remedy(suite: Suite, **spec: object) -> str:
    name = suite.name("remedy")
    wanted: Object = {"clusterAffinity": {"clusterNames": [CLUSTER]}, "actions": ["TrafficControl"], **spec}
    await suite.create(obj("remedy.karmada.io/v1alpha1", "Remedy", name, None, spec=wanted))
    return name


def actions(suite: Suite, cluster: str = CLUSTER) -> list[str]:
    found: list[str] = meta.dig(suite.must("Cluster", cluster), "status", "remedyActions", default=[])
    return found


@pytest.mark.parametrize("how", ["recovers", "removed"])
async def test_a_condition_asks_for_a_remedy(suite: Suite, how: str) -> None:
    name = await remedy(suite, decisionMatches=[MATCH])
    assert actions(suite) == []
    await report(suite, CLUSTER, CONDITION, "False")
    await suite.eventually(lambda: actions(suite) == ["TrafficControl"])
    assert actions(suite, "member2") == []
    if how == "recovers":
        await report(suite, CLUSTER, CONDITION, "True")
    else:
        await suite.delete("Remedy", name)
    await suite.eventually(lambda: actions(suite) == [])
    await report(suite, CLUSTER, CONDITION, None)


async def test_a_remedy_without_conditions_acts_at_once(suite: Suite) -> None:
    name = await remedy(suite)
    await suite.eventually(lambda: actions(suite) == ["TrafficControl"])
    await suite.pass_time(15)
    assert actions(suite) == ["TrafficControl"], "the cluster's own status reports leave it alone"
    await suite.delete("Remedy", name)
    await suite.eventually(lambda: actions(suite) == [])
