"""Overflow affinities in today's edition: further groups of clusters where the first has no room."""

from __future__ import annotations

from karmada_nb.engine.karmada.plane import CLUSTERS, POLICIES
from karmada_nb.engine.meta import Object
from tests.engine.karmada.controllers.lab import DEPLOYMENTS, MEMBERS, Lab, deployment, policy, scale

FIRST, SECOND, _ = MEMBERS
AFFINITY: Object = {
    "affinityName": "own",
    "clusterNames": [FIRST],
    "overflowAffinities": [{"affinityName": "more", "clusterNames": [SECOND]}],
}
DYNAMIC: Object = {
    "replicaSchedulingType": "Divided",
    "replicaDivisionPreference": "Weighted",
    "weightPreference": {"dynamicWeight": "AvailableReplicas"},
}


async def running(lab: Lab, cluster: str, pods: int) -> None:
    """A cluster with room for four pods reports how many it has."""
    summary = {"allocatable": {"pods": "4"}, "allocated": {"pods": str(pods)}}
    await lab.patch(CLUSTERS, cluster, {"status": {"resourceSummary": summary}}, "", "status")


async def test_replicas_overflow_to_the_next_group_and_come_back() -> None:
    """The tier of the affinity fills up first; scaled down, the overflow is emptied first."""
    lab = await Lab("current").start()
    for cluster in MEMBERS:
        await running(lab, cluster, 0)
    placement = {"clusterAffinities": [AFFINITY], "replicaScheduling": DYNAMIC}
    selector = {"apiVersion": "apps/v1", "kind": "Deployment", "name": "pipy"}
    await lab.create(DEPLOYMENTS, deployment(replicas=3))
    await lab.create(POLICIES, policy(resourceSelectors=[selector], placement=placement))
    assert lab.targets("pipy-deployment") == {FIRST: 3}
    await running(lab, FIRST, 3)
    await scale(lab, "pipy", 6)
    assert lab.targets("pipy-deployment") == {FIRST: 4, SECOND: 2}
    assert set(lab.manifests("Deployment")) == {FIRST, SECOND}
    await running(lab, FIRST, 4)
    await running(lab, SECOND, 2)
    await scale(lab, "pipy", 4)
    assert lab.targets("pipy-deployment") == {FIRST: 4}
    assert lab.binding("pipy-deployment")["status"]["schedulerObservingAffinityName"] == "own"
    await lab.stop()
