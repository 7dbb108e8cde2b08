"""Karmada v1.2 knew fewer kinds and fewer questions."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from karmada_nb.engine.karmada.interpreter import Operation, get, native

NOW = datetime(2022, 7, 1, tzinfo=UTC)
V12 = native("article")


@pytest.mark.parametrize(
    ("operation", "kinds"),
    [
        (Operation.INTERPRET_REPLICA, {"Deployment", "Job"}),
        (Operation.REVISE_REPLICA, {"Deployment", "Job"}),
        (Operation.RETAIN, {"Pod", "Service", "ServiceAccount", "PersistentVolumeClaim", "Job"}),
        (
            Operation.AGGREGATE_STATUS,
            {"Deployment", "Service", "Ingress", "Job", "DaemonSet", "StatefulSet"},
        ),
        (Operation.INTERPRET_DEPENDENCY, {"Deployment", "Job", "Pod", "DaemonSet", "StatefulSet"}),
        (Operation.INTERPRET_HEALTH, set()),
        (Operation.INTERPRET_COMPONENT, set()),
    ],
)
def test_which_kinds_it_answers_for(operation: Operation, kinds: set[str]) -> None:
    api_versions = {
        "v1": ("Pod", "Service", "ServiceAccount", "Secret", "PersistentVolume", "PersistentVolumeClaim"),
        "apps/v1": ("Deployment", "ReplicaSet", "StatefulSet", "DaemonSet"),
        "batch/v1": ("Job", "CronJob"),
        "networking.k8s.io/v1": ("Ingress",),
        "policy/v1": ("PodDisruptionBudget",),
    }
    asked = [(version, kind) for version, found in api_versions.items() for kind in found]
    assert {kind for version, kind in asked if V12.hook_enabled(version, kind, operation)} == kinds


def test_a_stateful_set_has_no_replicas_to_divide() -> None:
    assert get("apps/v1", "StatefulSet", "article").replica is None
    assert get("apps/v1", "StatefulSet").replica is not None


def test_an_address_without_a_host_name_gets_the_clusters() -> None:
    service = {"apiVersion": "v1", "kind": "Service", "spec": {"type": "LoadBalancer"}}
    items = [
        {"clusterName": name, "status": {"loadBalancer": {"ingress": [{"ip": ip}]}}}
        for name, ip in (("m2", "2.2.2.2"), ("m1", "1.1.1.1"))
    ]
    ingress = V12.aggregate_status(service, items, NOW)["status"]["loadBalancer"]["ingress"]
    assert ingress == [{"ip": "2.2.2.2", "hostname": "m2"}, {"ip": "1.1.1.1", "hostname": "m1"}]


def test_only_config_maps_and_secrets_travel_along() -> None:
    pod = {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": "p", "namespace": "default"},
        "spec": {
            "serviceAccountName": "builder",
            "imagePullSecrets": [{"name": "reg"}],
            "containers": [{"name": "c", "envFrom": [{"configMapRef": {"name": "cm"}}]}],
            "volumes": [{"name": "d", "persistentVolumeClaim": {"claimName": "data"}}],
        },
    }
    assert [d["name"] for d in V12.get_dependencies(pod)] == ["cm", "reg"]
    assert [d["name"] for d in native().get_dependencies(pod)] == ["cm", "reg", "builder", "data"]


def test_a_service_account_keeps_the_members_secrets_only_where_it_names_none() -> None:
    observed = {"apiVersion": "v1", "kind": "ServiceAccount", "secrets": [{"name": "theirs"}]}
    bare = {"apiVersion": "v1", "kind": "ServiceAccount"}
    own = {**bare, "secrets": [{"name": "ours"}]}
    assert V12.retain(bare, observed)["secrets"] == [{"name": "theirs"}]
    assert V12.retain(own, observed) is own


def test_a_job_without_any_cluster_counts_as_complete() -> None:
    job = {"apiVersion": "batch/v1", "kind": "Job", "spec": {}}
    (condition,) = V12.aggregate_status(job, [], NOW)["status"]["conditions"]
    assert (condition["type"], condition["reason"]) == ("Complete", "Completed")
    assert native().aggregate_status(job, [], NOW) is job
