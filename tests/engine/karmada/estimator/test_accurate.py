"""What karmada-scheduler-estimator answers about one cluster. Expected figures are worked out beside them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from karmada_nb.engine import meta
from karmada_nb.engine.karmada.estimator.accurate import (
    ClusterState,
    max_available_component_sets,
    max_available_replicas,
)
from karmada_nb.engine.karmada.estimator.nodes import share_of
from karmada_nb.engine.karmada.estimator.unschedulable import unschedulable_replicas
from karmada_nb.engine.karmada.scheduler.assumed import AssumedWorkload
from karmada_nb.engine.meta import Object


def node(name: str, cpu: str = "2", pods: str = "110", **spec: Any) -> Object:
    return {
        "metadata": {"name": name, "labels": {"kubernetes.io/hostname": name}},
        "spec": spec,
        "status": {"allocatable": {"cpu": cpu, "memory": "4Gi", "pods": pods}},
    }


def asks(cpu: str, **rest: Any) -> Object:
    return {"resourceRequest": {"cpu": cpu}, **rest}


def part(name: str, replicas: int, cpu: str, **rest: Any) -> Object:
    return {"name": name, "replicas": replicas, "replicaRequirements": asks(cpu, **rest)}


def quota(used: str = "0", hard: str = "1", name: str = "requests.cpu", **spec: Any) -> Object:
    return {
        "metadata": {"name": "q", "namespace": "shop"},
        "spec": spec,
        "status": {"hard": {name: hard}, "used": {name: used}},
    }


TWO = ClusterState([node("a"), node("b")], {})
TAINT = {"key": "dedicated", "value": "db", "effect": "NoSchedule"}


def test_a_replica_does_not_straddle_nodes() -> None:
    """Two nodes of 2 cores: of replicas with 1.5, one fits on each; their sum would hold two and a half."""
    assert max_available_replicas(TWO, asks("1500m")) == 2


def test_pods_take_cores_and_places() -> None:
    """2 - 1.5 cores hold five of 100m on one node; on the other 3 - 1 places are left for twenty."""
    state = ClusterState(
        [node("a"), node("b", pods="3")], {"a": {"cpu": 1500, "pods": 1}, "b": {"cpu": 0, "pods": 1}}
    )
    assert max_available_replicas(state, asks("100m")) == 5 + 2
    assert max_available_replicas(state, None) == 109 + 2


def test_no_node_no_room() -> None:
    assert max_available_replicas(ClusterState([], {}), None) == 0
    assert max_available_component_sets(ClusterState([], {}), [part("a", 1, "1")], "shop") == 0


@pytest.mark.parametrize(
    ("other", "claim", "fits"),
    [
        (node("b", taints=[TAINT]), {}, 2),
        (node("b", taints=[TAINT]), {"tolerations": [{"key": "dedicated", "operator": "Exists"}]}, 4),
        (node("b", taints=[{**TAINT, "effect": "PreferNoSchedule"}]), {}, 4),
        (node("b", unschedulable=True), {}, 2),
        (node("b"), {"nodeSelector": {"kubernetes.io/hostname": "b"}}, 2),
        (node("b"), {"hardNodeAffinity": {"nodeSelectorTerms": []}}, 4),
    ],
)
def test_only_nodes_that_the_claim_asks_for_and_tolerates(other: Object, claim: Object, fits: int) -> None:
    """Two replicas of a core fit on each node of 2."""
    state = ClusterState([node("a"), other], {})
    assert max_available_replicas(state, asks("1", nodeClaim=claim)) == fits


def test_what_a_pod_takes() -> None:
    """The larger of its containers' sum and its largest init container, and the overhead on top."""

    def container(cpu: str) -> Object:
        return {"resources": {"requests": {"cpu": cpu}}}

    pod = {
        "metadata": {"name": "p"},
        "spec": {
            "nodeName": "a",
            "containers": [container("100m"), container("200m")],
            "initContainers": [container("500m")],
            "overhead": {"cpu": "50m"},
        },
    }
    share = share_of(pod)
    assert share is not None
    assert (share.node, dict(share.amounts)) == ("a", {"cpu": 550, "pods": 1})
    assert share_of({**pod, "status": {"phase": "Succeeded"}}) is None
    assert share_of({**pod, "spec": {**pod["spec"], "nodeName": ""}}) is None


def test_sets_are_complete_or_do_not_count() -> None:
    """A set takes 1 + 2 x 0.5 cores: two nodes of 2 cores hold two, and but one of sets with 0.5 more."""
    parts = [part("job", 1, "1"), part("task", 2, "500m")]
    assert max_available_component_sets(TWO, parts, "shop") == 2
    assert max_available_component_sets(TWO, [*parts, part("extra", 1, "500m")], "shop") == 1


def test_a_quota_leaves_less_than_the_nodes() -> None:
    """1 - 0.4 cores hold two replicas of 300m; a quota of limits does not tell what is requested."""
    requirements = asks("300m", namespace="shop")
    assert max_available_replicas(TWO._replace(quotas=[quota("400m")]), requirements) == 2
    assert max_available_replicas(TWO._replace(quotas=[quota("1")]), requirements) == 0
    limits = TWO._replace(quotas=[quota("1", name="limits.cpu")])
    assert max_available_replicas(limits, requirements) == 6 + 6
    assert max_available_replicas(TWO._replace(quotas=[quota("1")]), asks("300m", namespace="b")) == 12


def test_a_quota_for_a_priority_class() -> None:
    scope = {"scopeName": "PriorityClass", "operator": "In", "values": ["high"]}
    state = TWO._replace(quotas=[quota(scopeSelector={"matchExpressions": [scope]})])
    high = asks("500m", namespace="shop", priorityClassName="high")
    assert max_available_replicas(state, high) == 2
    assert max_available_replicas(state, asks("500m", namespace="shop")) == 8
    assert max_available_component_sets(state, [part("a", 1, "500m", priorityClassName="high")], "shop") == 2
    assert max_available_component_sets(state, [part("a", 1, "500m")], "shop") == 8
    assert max_available_replicas(TWO._replace(quotas=[quota(scopes=["BestEffort"])]), high) == 8


def test_what_is_on_its_way_takes_room() -> None:
    """4 cores less 3 x 1: one more of a core. Of a quota of 3.2 cores 0.2 are left, too few for any."""
    waiting = [AssumedWorkload("shop", [part("web", 3, "1")])]
    assert max_available_replicas(TWO, asks("1"), waiting) == 1
    state = TWO._replace(quotas=[quota(hard="3200m")])
    assert max_available_replicas(state, asks("1", namespace="shop"), waiting) == 0
    assert max_available_component_sets(state, [part("a", 1, "200m")], "shop", waiting) == 1
    assert max_available_component_sets(state, [part("a", 1, "300m")], "shop", waiting) == 0


def test_replicas_that_found_no_node_for_long_enough() -> None:
    template = {"metadata": {"labels": {"app": "web"}}, "spec": {"containers": []}}
    web = {"metadata": {"name": "web", "uid": "d"}, "spec": {"template": template}}
    since = "2026-08-01T00:00:00Z"

    def owned(name: str, uid: str, owner: str, **rest: Any) -> Object:
        references = [{"uid": owner, "controller": True}]
        stamp = {"creationTimestamp": since, "ownerReferences": references}
        return {"metadata": {"name": name, "uid": uid, **stamp}, **rest}

    def pod(name: str, owner: str, **said: str) -> Object:
        condition = {"type": "PodScheduled", "lastTransitionTime": since, **said}
        return owned(name, name, owner, status={"conditions": [condition]})

    older = {**template, "spec": {"containers": [{"name": "old"}]}}
    sets = [
        owned("new", "n", "d", spec={"template": template}),
        owned("old", "o", "d", spec={"template": older}),
    ]
    stuck = {"status": "False", "reason": "Unschedulable"}
    pods = [
        pod("1", "n", **stuck),
        pod("2", "n", status="True"),
        pod("3", "n", status="False", reason="SchedulingGated"),
        pod("4", "o", **stuck),
    ]
    begun, minutes = meta.parse_time(since), timedelta(minutes=5)
    assert unschedulable_replicas(web, sets, pods, begun + minutes, minutes) == 0
    assert unschedulable_replicas(web, sets, pods, begun + minutes + timedelta(seconds=1), minutes) == 1
