"""What a FederatedHPA asks for. Cases of TestGetResourceReplicas in pkg/controllers/federatedhpa/
replica_calculator_test.go: pods that request 100m of CPU, of which half is to be used."""

from __future__ import annotations

from decimal import Decimal

import pytest

from karmada_nb.engine import meta, selectors
from karmada_nb.engine.controllers.hpa.metrics import MetricError, propose
from karmada_nb.engine.karmada.autoscaling.federated import (
    Unscalable,
    calibration,
    target_clusters,
    usage_of,
)
from karmada_nb.engine.meta import Object

METRIC = {
    "type": "Resource",
    "resource": {"name": "cpu", "target": {"type": "Utilization", "averageUtilization": 50}},
}


def pod(name: str, *, ready: bool = True) -> Object:
    conditions = [{"type": "Ready", "status": "True" if ready else "False"}]
    container = {"name": "container", "resources": {"requests": {"cpu": "100m"}}}
    return {
        "metadata": {"name": name, "namespace": "default", "uid": name},
        "spec": {"containers": [container]},
        "status": {"phase": "Running" if ready else "Pending", "conditions": conditions},
    }


@pytest.mark.parametrize(
    ("current", "unready", "loads", "share", "wanted"),
    [
        (2, 0, (150, 150), "1", 6),
        (4, 0, (50, 50, 50, 50), "1", 4),
        (2, 0, (52, 48), "1", 2),
        (3, 1, (150, 150), "1", 6),
        (2, 0, (150, 150), "0.5", 12),
    ],
    ids=["scale up", "on target", "within tolerance", "with an unready pod", "with calibration"],
)
def test_replicas_follow_the_load(
    current: int, unready: int, loads: tuple[int, ...], share: str, wanted: int
) -> None:
    pods = [pod(f"pod{at}") for at in range(len(loads))]
    pods += [pod(f"unready{at}", ready=False) for at in range(unready)]
    used = {f"pod{at}": {"container": {"cpu": Decimal(load) / 1000}} for at, load in enumerate(loads)}
    found = propose(METRIC, pods, current, lambda p: used.get(meta.uid(p), {}), Decimal(share))
    assert found.replicas == wanted


def test_without_metrics_nothing_is_asked_for() -> None:
    with pytest.raises(MetricError, match="no metrics returned from resource metrics API"):
        propose(METRIC, [pod("pod0")], 2, lambda _: {})


@pytest.mark.parametrize("kind", ["Resource", "ContainerResource"])
@pytest.mark.parametrize(
    ("requests", "why"),
    [
        ({}, "missing request for cpu in container container of Pod pod0"),
        ({"cpu": "0"}, "no metrics returned matched known pods"),
    ],
)
def test_no_share_is_taken_of_nothing(kind: str, requests: Object, why: str) -> None:
    """pkg/controller/podautoscaler: calculatePodRequests, and GetResourceUtilizationRatio in metrics."""
    said = {**METRIC["resource"], "container": "container"}
    metric = {"type": kind, "resource" if kind == "Resource" else "containerResource": said}
    found = meta.replace(
        pod("pod0"), ["spec", "containers"], [{"name": "container", "resources": {"requests": requests}}]
    )
    with pytest.raises(MetricError) as refusal:
        propose(metric, [found], 2, lambda _: {"container": {"cpu": Decimal("0.1")}})
    assert refusal.value.reason == f"FailedGet{kind}Metric"
    assert str(refusal.value) == f"failed to get cpu utilization: {why}"


def test_usage_is_found_by_the_pods_of_the_same_cluster() -> None:
    said: Object = {
        "metadata": {"name": "pod0", "namespace": "default"},
        "containers": [{"name": "container", "usage": {"cpu": "150000000n", "memory": "1Mi"}}],
    }
    found = usage_of([pod("pod0"), pod("pod1")], [said])
    assert found == {"pod0": {"container": {"cpu": Decimal("0.15"), "memory": Decimal(2**20)}}}


def test_a_duplicated_replica_stands_for_one_in_every_cluster() -> None:
    assert calibration(3, 1) == 3
    assert calibration(3, 3) == 1
    assert calibration(0, 0) == 1


@pytest.mark.parametrize(
    ("labels", "binding", "event", "why"),
    [
        ({}, None, "FailedGetBindings", "target resource has no label"),
        ({"app": "x"}, None, "FailedGetBindings", "no label of policy permanent-id found"),
        (
            {"propagationpolicy.karmada.io/permanent-id": "p"},
            None,
            "FailedGetBindings",
            "no binding matches the target resource",
        ),
        (
            {"clusterpropagationpolicy.karmada.io/permanent-id": "p"},
            {"spec": {}},
            "FailedGetTargetClusters",
            "binding has no schedulable clusters",
        ),
    ],
)
def test_what_keeps_a_target_from_being_scaled(
    labels: dict[str, str], binding: Object | None, event: str, why: str
) -> None:
    with pytest.raises(Unscalable) as failure:
        target_clusters({"metadata": {"labels": labels}}, binding)
    assert (failure.value.event, failure.value.why) == (event, why)


def test_a_selector_becomes_a_query() -> None:
    terms = [
        {"key": "tier", "operator": "In", "values": ["a", "b"]},
        {"key": "old", "operator": "DoesNotExist"},
    ]
    selector = {"matchLabels": {"app": "web"}, "matchExpressions": terms}
    assert selectors.text(selector) == "app=web,tier in (a,b),!old"
