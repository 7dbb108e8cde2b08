"""Workloads on their way to clusters, and workloads of several pod templates that go as a whole."""

from __future__ import annotations

from typing import Any

from karmada_nb.engine import meta
from karmada_nb.engine.karmada.scheduler.assumed import TTL, AssumedWorkload, Assumptions, newly_healthy
from karmada_nb.engine.karmada.scheduler.estimation import GENERAL, estimate_by, nothing_assumed
from karmada_nb.engine.karmada.scheduler.estimator import (
    max_available_component_sets,
    max_available_replicas,
)
from karmada_nb.engine.karmada.scheduler.flow import Surroundings, schedule_binding
from karmada_nb.engine.karmada.scheduler.targets import TargetCluster
from tests.engine.karmada.scheduler.samples import NOW, Object, binding, cluster

ONE_CLUSTER = {
    "spreadConstraints": [{"spreadByField": "cluster", "minGroups": 1, "maxGroups": 1}],
    "replicaScheduling": {"replicaSchedulingType": "Divided", "replicaDivisionPreference": "Aggregated"},
}


def sized(name: str, cpu: str, **rest: Any) -> Object:
    found = cluster(name)
    summary = {"allocatable": {"cpu": cpu, "memory": "8Gi", "pods": "110"}, **rest}
    return {**found, "status": {**found["status"], "resourceSummary": summary}}


def part(name: str, replicas: int, cpu: str) -> Object:
    return {
        "name": name,
        "replicas": replicas,
        "replicaRequirements": {"resourceRequest": {"cpu": cpu}},
    }


FLINK = [part("jobmanager", 1, "500m"), part("taskmanager", 3, "500m")]
"""A set takes two cores and four pods."""


def flink() -> Object:
    """A binding of it that goes to one cluster."""
    return binding(ONE_CLUSTER, 0, components=FLINK)


def around(*clusters: Object, assumed: Any = nothing_assumed) -> Surroundings:
    estimate = estimate_by([GENERAL], multiple_templates=True, assumed=assumed)
    return Surroundings(clusters, estimate, NOW, multiple_templates=True)


def test_a_workload_of_components_goes_where_a_whole_set_fits() -> None:
    """The small cluster has room for three of the four pods. The result says of what it consists."""
    bound = flink()
    after = schedule_binding(bound, around(sized("big", "2"), sized("small", "1500m"))).applied_to(bound)
    components = [{"name": "jobmanager", "replicas": 1}, {"name": "taskmanager", "replicas": 3}]
    assert after["spec"]["clusters"] == [{"name": "big", "components": components}]


def test_no_cluster_with_room_for_a_set() -> None:
    bound = flink()
    after = schedule_binding(bound, around(sized("small", "1500m"))).applied_to(bound)
    scheduled = meta.condition(after, "Scheduled") or {}
    assert "clusters" not in after["spec"]
    assert scheduled["reason"] == "SchedulerError"
    assert scheduled["message"] == "failed to select clusters: no enough resource when selecting 1 clusters"


def test_what_is_on_its_way_counts() -> None:
    """Five cores less the two of a set hold three replicas of a core, and one more set."""
    waiting = [AssumedWorkload("shop", FLINK)]
    busy = sized("a", "6", allocating={"cpu": "1", "pods": "1"})
    assert max_available_replicas(busy, {"resourceRequest": {"cpu": "1"}}, waiting) == 3
    assert max_available_replicas(busy, None, waiting) == 110 - 1 - 4
    assert max_available_component_sets(busy, FLINK, waiting) == 1
    bound = flink()
    outcome = schedule_binding(bound, around(sized("a", "3"), assumed=lambda name: waiting))
    assert outcome.error is not None
    assert "no enough resource" in outcome.error.message


def test_what_is_on_its_way_counts_node_by_node() -> None:
    """Two nodes of 2 cores. 1.5 on its way leave room for 1.5 on the other alone."""
    model = {"grade": 1, "ranges": [{"name": "cpu", "min": "2", "max": "4"}]}
    found = sized("a", "4", allocatableModelings=[{"grade": 1, "count": 2}])
    found = {**found, "spec": {**found["spec"], "resourceModels": [model]}}
    waiting = [AssumedWorkload("shop", [part("web", 1, "1500m")])]
    assert max_available_replicas(found, {"resourceRequest": {"cpu": "1500m"}}, waiting) == 1


def test_assumptions_end_when_they_came_true_or_are_old() -> None:
    assumptions, bound = Assumptions(), binding({}, 3, replicaRequirements={"resourceRequest": {"cpu": "1"}})
    key = meta.key(bound)
    assumptions.scheduled(bound, [TargetCluster("a", 2), TargetCluster("b", 1)], now=0.0)
    (workload,) = assumptions.on("a", 1.0)
    assert [c["replicas"] for c in workload.components] == [2]
    assumptions.arrived(key, "a")
    assert (assumptions.on("a", 1.0), len(assumptions.on("b", 1.0))) == ([], 1)
    moved = {**bound, "spec": {**bound["spec"], "clusters": [{"name": "b", "replicas": 1}]}}
    assumptions.scheduled(moved, [TargetCluster("c", 3)], now=10.0)
    assert assumptions.on("b", 11.0) == []
    assert len(assumptions.on("c", 10.0 + TTL)) == 1
    assert assumptions.on("c", 11.0 + TTL) == []


def test_health_that_is_new() -> None:
    def healthy(**by_cluster: str) -> Object:
        items = [{"clusterName": name, "health": said} for name, said in by_cluster.items()]
        return {"status": {"aggregatedStatus": items}}

    assert newly_healthy(healthy(a="Healthy", b="Unhealthy"), healthy(a="Healthy", b="Healthy")) == {"b"}
