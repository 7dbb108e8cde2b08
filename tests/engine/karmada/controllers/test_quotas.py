"""FederatedResourceQuotas in both editions."""

from __future__ import annotations

import pytest

from karmada_nb.engine.karmada.controllers.federated_quota import QUOTAS
from karmada_nb.engine.runtime.client import Resource
from tests.engine.karmada.controllers.federation import Federation

RESOURCE_QUOTAS = Resource("", "v1", "resourcequotas")


@pytest.mark.parametrize(("edition", "elsewhere"), [("article", {}), ("current", None)])
async def test_a_cluster_without_an_assignment(edition: str, elsewhere: dict[str, str] | None) -> None:
    lab = await Federation("article" if edition == "article" else "current").start()
    quota = {
        "apiVersion": "policy.karmada.io/v1alpha1",
        "kind": "FederatedResourceQuota",
        "metadata": {"name": "team", "namespace": "default"},
        "spec": {
            "overall": {"cpu": "10"},
            "staticAssignments": [{"clusterName": "member1", "hard": {"cpu": "4"}}],
        },
    }
    await lab.create(QUOTAS, quota)
    await lab.settle(5)
    assert lab.must(RESOURCE_QUOTAS, "team", at="member1")["spec"] == {"hard": {"cpu": "4"}}
    found = lab.find(RESOURCE_QUOTAS, "team", at="member2")
    assert (None if found is None else found.get("spec", {})) == elsewhere
    status = lab.must(QUOTAS, "team")["status"]
    assert status["overall"] == {"cpu": "10"}
    assert status["aggregatedStatus"][0]["clusterName"] == "member1"
    assert status["aggregatedStatus"][0]["hard"] == {"cpu": "4"}
    await lab.stop()
