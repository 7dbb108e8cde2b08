"""Room for replicas: several estimators, and nodes by resource model."""

from __future__ import annotations

from typing import Any

from karmada_nb.engine.karmada.scheduler.cluster_details import least_of
from karmada_nb.engine.karmada.scheduler.estimator import general_estimate, max_available_replicas
from karmada_nb.engine.karmada.scheduler.flow import Surroundings, schedule_binding
from tests.engine.karmada.scheduler.samples import (
    DYNAMIC,
    MEMBERS,
    NOW,
    Object,
    binding,
    cluster,
    replicas_of,
)


def sized(name: str, cpu: str, pods: int = 110, **status: Any) -> Object:
    found = cluster(name)
    summary = {"allocatable": {"cpu": cpu, "memory": "8Gi", "pods": str(pods)}, **status}
    return {**found, "status": {**found["status"], "resourceSummary": summary}}


def cpu(amount: str) -> Object:
    return {"resourceRequest": {"cpu": amount}}


def test_what_is_used_is_not_free() -> None:
    busy = sized("a", "4", allocated={"cpu": "1500m", "pods": "10"}, allocating={"cpu": "500m"})
    assert max_available_replicas(busy, cpu("500m")) == 4
    assert max_available_replicas(busy, None) == 100
    assert max_available_replicas(cluster("unknown"), None) == 0


def test_the_schedulers_room_is_that_of_the_clusters() -> None:
    clusters = [sized("big", "4"), sized("small", "2")]
    bound = binding(DYNAMIC, 6, replicaRequirements=cpu("1"))
    outcome = schedule_binding(bound, Surroundings(clusters, general_estimate, NOW))
    assert replicas_of(outcome.applied_to(bound)) == {"big": 4, "small": 2}


def test_the_smallest_answer_counts_and_minus_one_is_none() -> None:
    estimate = least_of(
        lambda clusters, spec: {"member1": 5, "member2": -1},
        lambda clusters, spec: {"member1": 3, "member3": 7},
    )
    assert dict(estimate(MEMBERS, {})) == {"member1": 3, "member3": 7}


def test_a_replica_does_not_straddle_nodes() -> None:
    """Two nodes with 2 to 4 CPUs count as 2 each: of replicas with 1.5, one fits on each."""
    model = {"grade": 1, "ranges": [{"name": "cpu", "min": "2", "max": "4"}]}
    found = sized("a", "8", allocatableModelings=[{"grade": 1, "count": 2}])
    found = {**found, "spec": {**found["spec"], "resourceModels": [model]}}
    assert max_available_replicas(found, cpu("1500m")) == 2
    assert max_available_replicas({**found, "spec": {}}, cpu("1500m")) == 5
