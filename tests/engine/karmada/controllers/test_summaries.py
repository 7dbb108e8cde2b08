"""What is told of clusters and Works, decided without any I/O."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from karmada_nb.engine import meta
from karmada_nb.engine.karmada.controllers.cluster_readiness import (
    Thresholds,
    collection_failed,
    observed_condition,
)
from karmada_nb.engine.karmada.controllers.cluster_summary import (
    allocatable,
    allocatable_modelings,
    node_summary,
    share_of,
)
from karmada_nb.engine.karmada.controllers.cluster_taints import (
    article_taints,
    set_current_taints,
    taints_message,
)
from karmada_nb.engine.karmada.controllers.impersonation import impersonation_rules, proxied_clusters
from karmada_nb.engine.karmada.controllers.work_aggregation import (
    NoSuchManifest,
    assemble_work_status,
    with_aggregated,
)
from karmada_nb.engine.karmada.members import Health
from karmada_nb.engine.karmada.options import Timers
from karmada_nb.engine.meta import Object

NOW = datetime(2026, 1, 1, tzinfo=UTC)
FIVE_MINUTES = timedelta(minutes=5)
DEPLOYMENT = {"apiVersion": "apps/v1", "kind": "Deployment", "namespace": "default", "name": "web"}


def node(name: str, cpu: str, memory: str, pods: str = "110") -> Object:
    conditions = [{"type": "Ready", "status": "True"}]
    amounts = {"cpu": cpu, "memory": memory, "pods": pods}
    return {"metadata": {"name": name}, "status": {"allocatable": amounts, "conditions": conditions}}


def pod(node_name: str, cpu: str = "0", phase: str = "Running") -> Object:
    container = {"resources": {"requests": {"cpu": cpu}}}
    return {"spec": {"nodeName": node_name, "containers": [container]}, "status": {"phase": phase}}


def models() -> list[Object]:
    """The first grades of those that Karmada gives every cluster (see the recorded Cluster)."""
    grades = [("0", "1", "0", "4Gi"), ("1", "2", "4Gi", "16Gi"), ("2", "4", "16Gi", "32Gi")]
    grades.append(("4", "8", "32Gi", "64Gi"))
    return [
        {
            "grade": grade,
            "ranges": [
                {"name": "cpu", "min": low, "max": high},
                {"name": "memory", "min": little, "max": much},
            ],
        }
        for grade, (low, high, little, much) in enumerate(grades)
    ]


def test_allocatable_adds_up_in_the_form_in_which_it_is_written() -> None:
    nodes = [node("a", "8", "16Gi"), node("b", "8", "16Gi")]
    assert allocatable(nodes) == {"cpu": "16", "memory": "32Gi", "pods": "220"}
    assert node_summary(nodes) == {"readyNum": 2, "totalNum": 2}


def test_a_node_counts_in_the_grade_that_its_scarcest_resource_reaches() -> None:
    """The recorded cluster: two nodes of 8 CPUs and 16Gi are of grade 2."""
    nodes = [node("a", "8", "16Gi"), node("b", "8", "16Gi")]
    counted = allocatable_modelings(models(), nodes, {})
    assert [item["count"] for item in counted] == [0, 0, 2, 0]


def test_a_full_node_counts_in_no_grade() -> None:
    nodes = [node("a", "8", "16Gi", pods="1")]
    assert {i["count"] for i in allocatable_modelings(models(), nodes, {"a": {"pods": 1}})} == {0}


def test_what_pods_take_lowers_the_grade() -> None:
    nodes = [node("a", "8", "64Gi")]
    taken = {"a": {"pods": 1, "cpu": 7000}}
    assert [i["count"] for i in allocatable_modelings(models(), nodes, taken)] == [0, 1, 0, 0]


@pytest.mark.parametrize("phase", ["Succeeded", "Failed"])
def test_a_pod_at_its_end_takes_nothing(phase: str) -> None:
    assert share_of(pod("a", "1", phase)) is None
    share = share_of(pod("a", "1"))
    assert share is not None
    assert dict(share.amounts) == {"pods": 1, "cpu": 1000}


def cluster(status: str = "") -> Object:
    found: Object = {"metadata": {"name": "m"}, "spec": {}}
    if status:
        since = NOW - timedelta(minutes=10)
        conditions = meta.set_condition((), "Ready", status, "Was", "was", since)
        found["status"] = {"conditions": conditions}
    return found


GOOD, BAD = observed_condition(Health(True, True)), observed_condition(Health(False, False))


def test_the_first_observation_counts_at_once() -> None:
    assert Thresholds(Timers(), article=False).adjust(cluster(), BAD, 0.0) == BAD


@pytest.mark.parametrize(
    ("article", "standing", "observed", "seconds", "published"),
    [
        (False, "True", BAD, 29.0, "True"),
        (False, "True", BAD, 30.0, "False"),
        (False, "False", GOOD, 29.0, "False"),
        (False, "False", GOOD, 30.0, "True"),
        (False, "Unknown", BAD, 0.0, "False"),
        (True, "True", BAD, 29.0, "True"),
        (True, "False", GOOD, 0.0, "True"),
    ],
)
def test_a_change_must_last(
    article: bool, standing: str, observed: Any, seconds: float, published: str
) -> None:
    thresholds = Thresholds(Timers(), article=article)
    before = GOOD if observed is BAD else BAD
    thresholds.adjust(cluster(standing), before, 0.0)
    thresholds.adjust(cluster(standing), observed, 100.0)
    assert thresholds.adjust(cluster(standing), observed, 100.0 + seconds).status == published


def test_what_is_wrong_with_the_credentials_is_the_message() -> None:
    found = collection_failed('secrets "m" not found')
    assert found.message == 'failed to create a ClusterClient: secrets "m" not found'


def test_taints_are_stamped_once_and_told_in_order() -> None:
    wanted = [{"key": "a", "effect": "NoSchedule"}]
    once = set_current_taints([], wanted, [], NOW)
    assert set_current_taints(once, wanted, [], NOW + timedelta(hours=1)) == once
    both = [*once, {"key": "b", "value": "c", "effect": "NoExecute"}]
    told = "cluster now has taints([{Key:a,Effect:NoSchedule},{Key:b,Value:c,Effect:NoExecute}])"
    assert taints_message(both) == told


def test_v12_taints_only_what_has_failed_for_five_minutes() -> None:
    fresh = cluster("False")
    since = meta.rfc3339(NOW - timedelta(minutes=1))
    fresh["status"]["conditions"][0]["lastTransitionTime"] = since
    assert article_taints(fresh, NOW, FIVE_MINUTES) == ([], timedelta(minutes=4))
    taints, again = article_taints(cluster("False"), NOW, FIVE_MINUTES)
    assert [(t["key"], t["effect"]) for t in taints] == [("cluster.karmada.io/not-ready", "NoExecute")]
    assert again is None


def test_who_may_be_impersonated_is_told_by_kind() -> None:
    subjects = [
        {"kind": "Group", "name": "system:masters"},
        {"kind": "User", "name": "b"},
        {"kind": "User", "name": "a"},
        {"kind": "User", "name": "a"},
    ]
    rules = impersonation_rules(subjects)
    assert [(r["resources"], r["resourceNames"]) for r in rules] == [
        (["users"], ["a", "b"]),
        (["groups"], ["system:masters"]),
    ]
    assert impersonation_rules([]) == []


@pytest.mark.parametrize(
    ("rule", "article", "expected"),
    [
        ({"apiGroups": ["*"], "resources": ["*"]}, False, None),
        ({"apiGroups": ["cluster.karmada.io"], "resources": ["clusters/proxy"]}, True, None),
        (
            {"apiGroups": ["cluster.karmada.io"], "resources": ["clusters/proxy"], "resourceNames": ["m"]},
            False,
            {"m"},
        ),
        ({"apiGroups": ["search.karmada.io"], "resources": ["proxying/proxy"]}, False, None),
        ({"apiGroups": ["search.karmada.io"], "resources": ["proxying/proxy"]}, True, set()),
        ({"apiGroups": ["apps"], "resources": ["*"]}, False, set()),
    ],
)
def test_which_clusters_a_role_lets_reach(rule: Object, article: bool, expected: set[str] | None) -> None:
    assert proxied_clusters({"rules": [rule]}, article=article) == expected


def work(member: str, applied: str = "True", **status: Any) -> Object:
    manifest = {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "web", "namespace": "default"},
    }
    identifier = {"group": "apps", "version": "v1", "kind": "Deployment", "namespace": "default"}
    identifier |= {"name": "web", "ordinal": 0}
    return {
        "metadata": {"namespace": f"karmada-es-{member}", "name": "web-x"},
        "spec": {"workload": {"manifests": [manifest]}},
        "status": {
            "conditions": [{"type": "Applied", "status": applied, "message": "why"}],
            "manifestStatuses": [{"identifier": identifier, **status}],
        },
    }


def test_items_are_by_cluster_and_an_unapplied_work_says_why() -> None:
    works = [work("b", "False"), work("a", health="Healthy", status={"replicas": 1})]
    assert assemble_work_status(works, DEPLOYMENT, article=False) == [
        {"clusterName": "a", "health": "Healthy", "applied": True, "status": {"replicas": 1}},
        {"clusterName": "b", "health": "Unknown", "appliedMessage": "why"},
    ]
    assert assemble_work_status(works, DEPLOYMENT, article=True) == [
        {"clusterName": "a", "applied": True, "status": {"replicas": 1}},
        {"clusterName": "b", "appliedMessage": "why"},
    ]


def test_a_work_about_something_else_is_an_error() -> None:
    with pytest.raises(NoSuchManifest, match="no such manifest exist"):
        assemble_work_status([work("a")], {**DEPLOYMENT, "name": "other"}, article=False)


def test_a_binding_that_is_being_left_gracefully_counts_the_cluster_it_leaves() -> None:
    tasks = [{"fromCluster": "b", "purgeMode": "Gracefully"}]
    spec = {"clusters": [{"name": "a"}], "gracefulEvictionTasks": tasks, "resource": DEPLOYMENT}
    items = assemble_work_status([work("a"), work("b")], DEPLOYMENT, article=False)
    told = with_aggregated({"spec": spec}, items, NOW, article=False)
    assert (meta.condition(told, "FullyApplied") or {})["status"] == "True"
    assert with_aggregated(told, items, NOW + timedelta(hours=1), article=False) is told
