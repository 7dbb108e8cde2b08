"""What a user sees of Karmada's API: kinds, short names, columns, defaults, closed sets of words."""

from __future__ import annotations

from typing import Any

import pytest

from karmada_nb.engine.karmada.api.cluster import cluster_cells, cluster_columns, cluster_schema
from karmada_nb.engine.karmada.api.crds import custom_resource_definitions
from karmada_nb.engine.karmada.constants import ARTICLE, CURRENT, Edition

CLUSTER = {
    "metadata": {"name": "k3d-cluster-1"},
    "spec": {"syncMode": "Push", "apiEndpoint": "https://127.0.0.1:7445"},
    "status": {"kubernetesVersion": "v1.36.2", "conditions": [{"type": "Ready", "status": "True"}]},
}


def definition(plural: str, edition: Edition = CURRENT) -> dict[str, Any]:
    found = [d for d in custom_resource_definitions(edition) if d["spec"]["names"]["plural"] == plural]
    assert len(found) == 1
    return found[0]


def version(plural: str, name: str, edition: Edition = CURRENT) -> dict[str, Any]:
    versions = definition(plural, edition)["spec"]["versions"]
    return next(dict(v) for v in versions if v["name"] == name)


def fields(plural: str, name: str, *path: str, edition: Edition = CURRENT) -> dict[str, Any]:
    found = version(plural, name, edition)["schema"]["openAPIV3Schema"]
    for step in path:
        found = found["items"] if step == "[]" else found["properties"][step]
    return dict(found)


def columns(plural: str, name: str, edition: Edition) -> list[str]:
    return [c["name"] for c in version(plural, name, edition).get("additionalPrinterColumns", [])]


@pytest.mark.parametrize(("edition", "count"), [(CURRENT, 19), (ARTICLE, 12)])
def test_every_kind_of_the_edition_is_there(edition: Edition, count: int) -> None:
    names = [d["metadata"]["name"] for d in custom_resource_definitions(edition)]
    assert len(names) == len(set(names)) == count
    assert "propagationpolicies.policy.karmada.io" in names
    assert "serviceexports.multicluster.x-k8s.io" in names
    assert ("workloadrebalancers.apps.karmada.io" in names) == (edition == CURRENT)


def test_columns_changed_since_the_article() -> None:
    assert columns("works", "v1alpha1", CURRENT) == ["WORKLOAD-KIND", "APPLIED", "AGE"]
    assert columns("works", "v1alpha1", ARTICLE) == ["Applied", "Age"]
    assert columns("resourcebindings", "v1alpha2", CURRENT) == ["SCHEDULED", "FULLYAPPLIED", "AGE"]
    assert columns("resourcebindings", "v1alpha2", ARTICLE) == ["Scheduled", "FullyApplied", "Age"]
    assert columns("propagationpolicies", "v1alpha1", ARTICLE) == []


def test_bindings_are_stored_in_their_newer_version() -> None:
    versions = definition("resourcebindings")["spec"]["versions"]
    assert [(v["name"], v["served"], v["storage"]) for v in versions] == [
        ("v1alpha1", True, False),
        ("v1alpha2", True, True),
    ]


def test_short_names_and_categories() -> None:
    names = definition("propagationpolicies")["spec"]["names"]
    assert names["shortNames"] == ["pp"]
    assert names["categories"] == ["karmada-io"]
    assert "categories" not in definition("propagationpolicies", ARTICLE)["spec"]["names"]


def test_defaults_of_a_propagation_policy() -> None:
    spec = fields("propagationpolicies", "v1alpha1", "spec")["properties"]
    assert spec["conflictResolution"]["default"] == "Abort"
    assert spec["preemption"]["default"] == "Never"
    assert spec["priority"]["default"] == 0
    assert spec["schedulerName"]["default"] == "default-scheduler"
    scheduling = fields("propagationpolicies", "v1alpha1", "spec", "placement", "replicaScheduling")
    kind = scheduling["properties"]["replicaSchedulingType"]
    assert (kind["default"], kind["enum"]) == ("Divided", ["Duplicated", "Divided"])


def test_a_policy_must_select_resources() -> None:
    spec = fields("propagationpolicies", "v1alpha1", "spec")
    assert spec["required"] == ["resourceSelectors"]
    assert spec["properties"]["resourceSelectors"]["minItems"] == 1
    selector = fields("propagationpolicies", "v1alpha1", "spec", "resourceSelectors", "[]")
    assert selector["required"] == ["apiVersion", "kind"]


def test_important_fields_are_explained() -> None:
    placement = fields("propagationpolicies", "v1alpha1", "spec", "placement")
    assert placement["description"]
    assert all(field.get("description") for field in placement["properties"].values())


def test_manifests_keep_whatever_is_in_them() -> None:
    manifest = fields("works", "v1alpha1", "spec", "workload", "manifests", "[]")
    assert manifest["x-kubernetes-preserve-unknown-fields"] is True


def test_a_cluster_is_shown_as_each_edition_shows_it() -> None:
    wide = [c.name for c in cluster_columns(CURRENT) if c.priority]
    assert wide == ["Zones", "Region", "Provider", "API-Endpoint", "Proxy-URL"]
    assert [c.name for c in cluster_columns(ARTICLE) if c.priority] == ["APIEndpoint"]
    common = ["k3d-cluster-1", "v1.36.2", "Push", "True", "11s"]
    none = "<none>"
    endpoint = "https://127.0.0.1:7445"
    assert cluster_cells(CLUSTER, "11s", CURRENT) == [*common, none, none, none, endpoint, none]
    assert cluster_cells(CLUSTER, "11s", ARTICLE) == [*common, endpoint]


def test_a_cluster_has_resource_models_only_today() -> None:
    assert "resourceModels" in cluster_schema(CURRENT)["properties"]["spec"]["properties"]
    assert "resourceModels" not in cluster_schema(ARTICLE)["properties"]["spec"]["properties"]
    assert cluster_schema(CURRENT)["required"] == ["spec"]
