"""MultiClusterServices through the Karmada API."""

from __future__ import annotations

from karmada_nb.engine.meta import Object
from karmada_nb.engine.runtime.client import Resource
from tests.engine.karmada.controllers.lab import Lab

SERVICES = Resource("networking.karmada.io", "v1alpha1", "multiclusterservices")


async def test_a_patched_multi_cluster_service_needs_no_version() -> None:
    lab = await Lab("current").start(())
    made: Object = {
        "apiVersion": "networking.karmada.io/v1alpha1",
        "kind": "MultiClusterService",
        "metadata": {"name": "pipy", "namespace": "default"},
        "spec": {"types": ["CrossCluster"]},
    }
    await lab.create(SERVICES, made)
    found = await lab.patch(SERVICES, "pipy", {"spec": {"ports": [{"port": 80}]}})
    assert found["spec"]["ports"] == [{"port": 80}]
    await lab.stop()
