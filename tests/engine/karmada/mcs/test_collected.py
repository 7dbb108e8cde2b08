"""Works that hold members' slices. Cases of pkg/controllers/multiclusterservice/
endpointslice_collect_controller_test.go and pkg/controllers/mcs/service_export_controller_test.go."""

from __future__ import annotations

import pytest

from karmada_nb.engine import meta
from karmada_nb.engine.karmada.mcs.collected import (
    MULTI_CLUSTER_SERVICE,
    SERVICE_EXPORT,
    Collector,
    collected_work,
    is_imported,
    released_work,
    service_of,
)
from karmada_nb.engine.meta import Key, Object

OWN = "karmada.io/mcs-endpointslice-dispatch-controller"
MANAGED_BY = "endpointslice.karmada.io/managed-by"
SLICE: Object = {
    "metadata": {
        "name": "test-eps",
        "namespace": "default",
        "uid": "1",
        "resourceVersion": "7",
        "labels": {"kubernetes.io/service-name": "test-service"},
    },
    "addressType": "IPv4",
    "endpoints": [],
}


def work(managers: str = "", finalizers: list[str] | None = None, **labels: str) -> Object:
    named = {**labels, **({MANAGED_BY: managers} if managers else {})}
    return {"metadata": {"name": "w", "labels": named, "finalizers": finalizers or []}}


@pytest.mark.parametrize(
    ("existing", "managers", "finalizers"),
    [
        (None, "MultiClusterService", [OWN]),
        (work("ExistingController"), "ExistingController.MultiClusterService", [OWN]),
        (
            work("ExistingController", ["existing.finalizer", "another.finalizer"]),
            "ExistingController.MultiClusterService",
            ["another.finalizer", "existing.finalizer", OWN],
        ),
        (
            work("ExistingController", [OWN, "another.finalizer"]),
            "ExistingController.MultiClusterService",
            ["another.finalizer", OWN],
        ),
        (work("", ["existing.finalizer"]), "MultiClusterService", ["existing.finalizer", OWN]),
        (work("MultiClusterService"), "MultiClusterService", [OWN]),
    ],
)
def test_a_work_says_who_wants_it(existing: Object | None, managers: str, finalizers: list[str]) -> None:
    made = collected_work(SLICE, "member1", MULTI_CLUSTER_SERVICE, existing, "current")
    assert meta.labels(made) == {
        "multiclusterservice.karmada.io/namespace": "default",
        "multiclusterservice.karmada.io/name": "test-service",
        MANAGED_BY: managers,
    }
    assert meta.finalizers(made) == finalizers
    assert made["spec"]["suspendDispatching"] is True
    assert "resourceVersion" not in made["spec"]["workload"]["manifests"][0]["metadata"]
    assert meta.namespace(made) == "karmada-es-member1"


@pytest.mark.parametrize(
    ("collector", "managers", "left"),
    [
        (MULTI_CLUSTER_SERVICE, "MultiClusterService", None),
        (MULTI_CLUSTER_SERVICE, "MultiClusterService.OtherController", "OtherController"),
        (SERVICE_EXPORT, "ServiceExport", None),
        (SERVICE_EXPORT, "MultiClusterService.ServiceExport", "MultiClusterService"),
    ],
)
def test_a_work_stays_while_somebody_wants_it(collector: Collector, managers: str, left: str | None) -> None:
    marks = {collector.name_label: "test-service", collector.namespace_label: "default"}
    found = released_work(work(managers, **marks), collector)
    assert (found and meta.labels(found)) == (left and {MANAGED_BY: left})


def test_a_consumers_copy_is_nobodys_collection() -> None:
    made = collected_work(SLICE, "member1", MULTI_CLUSTER_SERVICE, None, "current")
    assert service_of(made, MULTI_CLUSTER_SERVICE) == Key("default", "test-service")
    assert service_of(made, SERVICE_EXPORT) is None
    copy = meta.with_metadata(made, annotations={"endpointslice.karmada.io/provision-cluster": "member2"})
    assert service_of(copy, MULTI_CLUSTER_SERVICE) is None


@pytest.mark.parametrize(
    ("manager", "imported"),
    [
        ("endpointslice-controller.k8s.io", False),
        ("endpointslice-dispatch-controller.karmada.io", True),
        ("endpointslice-controller.karmada.io", True),
    ],
)
def test_what_karmada_brought_is_not_collected(manager: str, imported: bool) -> None:
    labels = {"endpointslice.kubernetes.io/managed-by": manager}
    assert is_imported({"metadata": {"labels": labels}}) is imported
