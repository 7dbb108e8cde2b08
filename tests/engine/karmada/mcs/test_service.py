"""MultiClusterServices. Cases of pkg/controllers/multiclusterservice/mcs_controller_test.go and
endpointslice_dispatch_controller_test.go."""

from __future__ import annotations

import pytest

from karmada_nb.engine import meta
from karmada_nb.engine.karmada.mcs import service as decide
from karmada_nb.engine.karmada.mcs.collected import MULTI_CLUSTER_SERVICE, collected_work
from karmada_nb.engine.meta import Object

ID = "multiclusterservice.karmada.io/permanent-id"
CLAIMED_BY = "resourcetemplate.karmada.io/claimed-by"
SERVICE: Object = {
    "apiVersion": "networking.karmada.io/v1alpha1",
    "kind": "MultiClusterService",
    "metadata": {"name": "web", "namespace": "default", "labels": {ID: "test-id"}},
    "spec": {"types": ["CrossCluster"], "providerClusters": [{"name": "member1"}]},
}
TEMPLATE: Object = {
    "apiVersion": "v1",
    "kind": "Service",
    "metadata": {"name": "web", "namespace": "default", "uid": "u1", "resourceVersion": "1234"},
    "spec": {"ports": [{"port": 80}]},
}


@pytest.mark.parametrize(
    ("named", "meant"),
    [([], ["a", "b"]), ([{"name": "b"}], ["b"]), ([{"name": "gone"}, {"name": "b"}], ["b", "gone"])],
)
def test_no_name_means_every_cluster(named: list[Object], meant: list[str]) -> None:
    spec = {"providerClusters": named, "consumerClusters": named}
    assert decide.providers({"spec": spec}, ("b", "a")) == meant
    assert decide.consumers({"spec": spec}, ("b", "a")) == meant


def test_a_claim_takes_the_service_from_its_policy() -> None:
    labels = {"propagationpolicy.karmada.io/permanent-id": "p", "app": "web"}
    notes = {"propagationpolicy.karmada.io/name": "p", "propagationpolicy.karmada.io/namespace": "default"}
    claimed = decide.claimed_service(meta.with_metadata(TEMPLATE, labels=labels, annotations=notes), SERVICE)
    assert meta.labels(claimed) == {"app": "web", CLAIMED_BY: "MultiClusterService", ID: "test-id"}
    assert meta.annotations(claimed) == {
        "multiclusterservice.karmada.io/name": "web",
        "multiclusterservice.karmada.io/namespace": "default",
    }
    assert meta.labels(decide.released_service(claimed)) == {"app": "web"}


def test_the_binding_goes_to_providers_and_consumers_and_keeps_what_was_scheduled() -> None:
    wanted = decide.service_binding(TEMPLATE, SERVICE, {"member2", "member1"})
    affinity = wanted["spec"]["placement"]["clusterAffinity"]
    assert affinity == {"clusterNames": ["member1", "member2"]}
    scheduled = [{"name": "member1"}]
    existing: Object = {
        "metadata": {"name": "web-service", "uid": "b", "labels": {"mine": "x"}},
        "spec": {"resource": {}, "clusters": scheduled},
    }
    merged = decide.merged_binding(existing, wanted)
    assert merged["spec"]["clusters"] == scheduled
    assert meta.labels(merged) == {
        "mine": "x",
        "binding.karmada.io/managed-by": "MultiClusterService",
        ID: "test-id",
    }
    assert decide.merged_binding(merged, wanted) is merged
    assert "binding.karmada.io/managed-by" not in meta.labels(decide.released_binding(merged))


def test_a_binding_of_another_service_must_go_first() -> None:
    owner = {"kind": "Service", "name": "web", "uid": "old", "controller": True}
    existing: Object = {"metadata": {"ownerReferences": [owner]}, "spec": {}}
    with pytest.raises(decide.DifferentOwner, match="different owner reference UID"):
        decide.merged_binding(existing, decide.service_binding(TEMPLATE, SERVICE, ()))


def test_a_slice_is_dispatched_under_its_providers_name() -> None:
    metadata = {"name": "web-x1", "namespace": "default", "labels": {"kubernetes.io/service-name": "web"}}
    held = collected_work({"metadata": metadata}, "member1", MULTI_CLUSTER_SERVICE, None, "current")
    copy = decide.dispatched_work(held, SERVICE, "member2")
    assert (meta.namespace(copy), meta.name(copy)) == ("karmada-es-member2", meta.name(held))
    assert meta.annotations(copy) == {"endpointslice.karmada.io/provision-cluster": "member1"}
    carried = copy["spec"]["workload"]["manifests"][0]
    assert meta.name(carried) == "member1-web-x1"
    assert meta.labels(carried) == {
        "kubernetes.io/service-name": "web",
        "endpointslice.kubernetes.io/managed-by": "endpointslice-dispatch-controller.karmada.io",
        "karmada.io/managed": "true",
    }
