"""Exports and imports as v1.2 had them: tests/e2e/test_mcs.py has today's."""

from __future__ import annotations

from karmada_nb.engine import meta
from karmada_nb.engine.karmada.plane import CLUSTER_POLICIES, POLICIES
from karmada_nb.engine.meta import Object
from karmada_nb.engine.runtime.client import Resource
from tests.engine.karmada.controllers.federation import DEPLOYMENTS, SERVICES, Federation, deployment

EXPORTS = Resource("multicluster.x-k8s.io", "v1alpha1", "serviceexports")
IMPORTS = Resource("multicluster.x-k8s.io", "v1alpha1", "serviceimports")
SLICES = Resource("discovery.k8s.io", "v1", "endpointslices")
HERE = {"name": "pipy", "namespace": "default"}


def slices(lab: Federation, service: str, at: str = "") -> list[Object]:
    cluster = lab.members[at] if at else lab.plane.cluster
    found = cluster.informers(*SLICES).items("default")
    return [item for item in found if meta.labels(item).get("kubernetes.io/service-name") == service]


async def test_v12_imports_what_another_cluster_exports() -> None:
    lab = await Federation("article", ("member1", "member2")).start()
    selectors = [
        {
            "apiVersion": "apiextensions.k8s.io/v1",
            "kind": "CustomResourceDefinition",
            "name": f"{kind}.{EXPORTS.group}",
        }
        for kind in ("serviceexports", "serviceimports")
    ]
    placement = {"clusterAffinity": {"clusterNames": ["member1", "member2"]}}
    spec = {"resourceSelectors": selectors, "placement": placement}
    await lab.create(CLUSTER_POLICIES, {"metadata": {"name": "crds"}, "spec": spec})
    await lab.settle(20)
    ports = [{"port": 80, "protocol": "TCP"}]
    service = {"metadata": HERE, "spec": {"selector": {"app": "pipy"}, "ports": ports}}
    await lab.member("member1").create(DEPLOYMENTS, deployment(replicas=1), "default")
    await lab.member("member1").create(SERVICES, service, "default")
    await lab.create(EXPORTS, {"metadata": HERE})
    await lab.propagate("pipy", EXPORTS, "ServiceExport", ["member1"])
    await lab.settle(5)

    work = lab.work("member1", "EndpointSlice", meta.name(slices(lab, "pipy", "member1")[0]))
    assert meta.labels(work) == {
        "endpointslice.karmada.io/namespace": "default",
        "endpointslice.karmada.io/name": "pipy",
        "propagation.karmada.io/instruction": "suppressed",
    }
    assert "status" not in work, "it stays in Karmada"
    [imported] = slices(lab, "derived-pipy")
    assert meta.labels(imported) == {
        "work.karmada.io/namespace": "karmada-es-member1",
        "work.karmada.io/name": meta.name(work),
        "kubernetes.io/service-name": "derived-pipy",
    }

    await lab.create(IMPORTS, {"metadata": HERE, "spec": {"type": "ClusterSetIP", "ports": ports}})
    selector = {"apiVersion": "multicluster.x-k8s.io/v1alpha1", "kind": "ServiceImport", "name": "pipy"}
    placement = {"clusterAffinity": {"clusterNames": ["member2"]}}
    policy = {"resourceSelectors": [{**selector, "namespace": "default"}], "placement": placement}
    await lab.create(POLICIES, {"metadata": {"name": "imports", "namespace": "default"}, "spec": policy})
    await lab.settle(5)
    assert lab.must(SERVICES, "derived-pipy", at="member2")["spec"]["ports"][0]["port"] == 80
    assert len(slices(lab, "derived-pipy", "member2")[0]["endpoints"]) == 1

    await lab.karmada.delete(EXPORTS, "pipy", "default")
    await lab.settle(10)
    assert not slices(lab, "derived-pipy")
    assert not slices(lab, "derived-pipy", "member2")
    await lab.stop()
