"""Endpoints, EndpointSlices, garbage collection and namespaces, as their users see them."""

import pytest

from karmada_nb.engine import meta
from karmada_nb.engine.errors import StatusError
from karmada_nb.engine.runtime.client import Resource
from tests.engine.controllers.workloads import (
    CONFIGMAPS,
    DEPLOYMENTS,
    ENDPOINTS,
    NAMESPACES,
    PODS,
    SERVICES,
    SLICES,
    Workloads,
)

SERVICE = {
    "apiVersion": "v1",
    "kind": "Service",
    "metadata": {"name": "web", "namespace": "default", "labels": {"team": "a"}},
    "spec": {"selector": {"app": "web"}, "ports": [{"port": 80, "targetPort": 8080}]},
}


async def test_a_service_has_the_ready_pods_behind_it() -> None:
    async with Workloads() as lab:
        await lab.client.create(SERVICES, SERVICE, "default")
        await lab.deploy(replicas=2)
        addresses = sorted(p["status"]["podIP"] for p in await lab.pods())
        endpoints = await lab.client.get(ENDPOINTS, "web", "default")
        [subset] = endpoints["subsets"]
        assert [a["ip"] for a in subset["addresses"]] == addresses
        assert subset["ports"] == [{"port": 8080, "protocol": "TCP"}]
        slices = [
            s
            for s in (await lab.client.list(SLICES, "default")).items
            if meta.labels(s).get("kubernetes.io/service-name") == "web"
        ]
        [piece] = slices
        assert sorted(e["addresses"][0] for e in piece["endpoints"]) == addresses
        assert all(e["conditions"]["ready"] for e in piece["endpoints"])
        assert meta.labels(piece)["team"] == "a"


async def test_an_unready_pod_is_told_apart() -> None:
    async with Workloads() as lab:
        await lab.client.create(SERVICES, SERVICE, "default")
        probe = {"exec": {"command": ["false"]}, "periodSeconds": 1}
        await lab.run("sick", metadata={"labels": {"app": "web"}}, image="nginx", readinessProbe=probe)
        await lab.clock.advance(5)
        endpoints = await lab.client.get(ENDPOINTS, "web", "default")
        [subset] = endpoints["subsets"]
        assert "addresses" not in subset
        assert subset["notReadyAddresses"][0]["targetRef"]["name"] == "sick"


async def test_a_service_has_the_pods_with_all_of_its_labels_as_long_as_they_have_them() -> None:
    async with Workloads() as lab:
        spec = {**SERVICE["spec"], "selector": {"app": "web", "shown": "yes"}}
        await lab.client.create(SERVICES, {**SERVICE, "spec": spec}, "default")
        await lab.deploy(replicas=2)
        pod, _ = await lab.pods()
        for shown, expected in (("yes", [pod["status"]["podIP"]]), ("no", [])):
            labels = {"metadata": {"labels": {"shown": shown}}}
            await lab.client.patch(PODS, meta.name(pod), labels, namespace="default")
            await lab.clock.advance(2)
            endpoints = await lab.client.get(ENDPOINTS, "web", "default")
            found = [a["ip"] for s in endpoints.get("subsets") or () for a in s["addresses"]]
            assert found == expected


async def test_what_belongs_to_a_service_goes_with_it() -> None:
    async with Workloads() as lab:
        await lab.client.create(SERVICES, SERVICE, "default")
        await lab.deploy(replicas=1)
        await lab.client.delete(SERVICES, "web", "default")
        await lab.clock.advance(1)
        left = [n for r in (SLICES, ENDPOINTS) for n in await lab.names(r) if n.startswith("web")]
        assert left == []


async def test_an_object_whose_owner_never_was_is_collected() -> None:
    async with Workloads() as lab:
        owner = {"apiVersion": "v1", "kind": "ConfigMap", "name": "ghost", "uid": "0-0-0"}
        orphan = {"metadata": {"name": "child", "namespace": "default", "ownerReferences": [owner]}}
        await lab.client.create(CONFIGMAPS, orphan, "default")
        await lab.clock.advance(1)
        assert "child" not in await lab.names(CONFIGMAPS)


async def test_one_owner_that_lives_is_enough() -> None:
    async with Workloads() as lab:
        made = await lab.client.create(
            CONFIGMAPS, {"metadata": {"name": "p", "namespace": "default"}}, "default"
        )
        refs = [
            {"apiVersion": "v1", "kind": "ConfigMap", "name": "ghost", "uid": "0-0-0"},
            meta.owner_reference(made, controller=False),
        ]
        child = {"metadata": {"name": "child", "namespace": "default", "ownerReferences": refs}}
        await lab.client.create(CONFIGMAPS, child, "default")
        await lab.clock.advance(1)
        kept = await lab.client.get(CONFIGMAPS, "child", "default")
        assert [ref["name"] for ref in meta.owners(kept)] == ["p"]


async def test_a_namespace_takes_everything_in_it_along() -> None:
    async with Workloads() as lab:
        await lab.client.create(NAMESPACES, {"metadata": {"name": "shop"}})
        await lab.clock.advance(1)
        assert await lab.names(CONFIGMAPS, "shop") == ["kube-root-ca.crt"]
        await lab.client.create(CONFIGMAPS, {"metadata": {"name": "c", "namespace": "shop"}}, "shop")
        await lab.client.delete(NAMESPACES, "shop")
        await lab.clock.advance(2)
        assert "shop" not in await lab.names(NAMESPACES, "")
        assert await lab.names(CONFIGMAPS, "shop") == []


async def test_a_namespace_held_by_a_finalizer_says_what_holds_it() -> None:
    async with Workloads() as lab:
        await lab.client.create(NAMESPACES, {"metadata": {"name": "shop"}})
        held = {"metadata": {"name": "c", "namespace": "shop", "finalizers": ["example.com/hold"]}}
        await lab.client.create(CONFIGMAPS, held, "shop")
        await lab.client.delete(NAMESPACES, "shop")
        await lab.clock.advance(2)
        shop = await lab.client.get(NAMESPACES, "shop")
        assert shop["status"]["phase"] == "Terminating"
        holding = meta.condition(shop, "NamespaceFinalizersRemaining")
        assert holding is not None
        assert holding["message"].endswith("example.com/hold in 1 resource instances")
        with pytest.raises(StatusError, match="because it is being terminated"):
            await lab.client.create(CONFIGMAPS, {"metadata": {"name": "d", "namespace": "shop"}}, "shop")
        freed = meta.with_metadata(await lab.client.get(CONFIGMAPS, "c", "shop"), finalizers=None)
        await lab.client.update(CONFIGMAPS, freed)
        await lab.clock.advance(10)
        assert "shop" not in await lab.names(NAMESPACES, "")


async def test_pods_of_a_deleted_deployment_are_collected_in_the_background() -> None:
    async with Workloads() as lab:
        await lab.deploy(replicas=2)
        await lab.client.delete(DEPLOYMENTS, "web", "default")
        await lab.clock.advance(40)
        assert await lab.names(PODS) == []


async def test_endpoints_made_by_hand_become_slices_of_a_service_without_a_selector() -> None:
    async with Workloads() as lab:
        port = {"port": 80}
        service = {"metadata": {"name": "outside"}, "spec": {"ports": [port]}}
        await lab.client.create(SERVICES, service, "default")
        subset = {"addresses": [{"ip": "10.9.9.9"}], "ports": [{"port": 8080}]}
        by_hand = {"metadata": {"name": "outside"}, "subsets": [subset]}
        await lab.client.create(ENDPOINTS, by_hand, "default")
        await lab.clock.advance(1)
        found = (await lab.client.list(SLICES, "default")).items
        [mirror] = [s for s in found if s["metadata"]["labels"]["kubernetes.io/service-name"] == "outside"]
        assert mirror["endpoints"][0]["addresses"] == ["10.9.9.9"]
        assert mirror["ports"][0]["port"] == 8080
        await lab.client.delete(ENDPOINTS, "outside", "default")
        await lab.clock.advance(1)
        assert meta.name(mirror) not in await lab.names(SLICES)


async def test_the_block_of_service_addresses_is_ready_and_no_reason_is_given() -> None:
    async with Workloads() as lab:
        await lab.clock.advance(1)
        block = await lab.client.get(Resource("networking.k8s.io", "v1", "servicecidrs"), "kubernetes", "")
        ready = meta.condition(block, "Ready") or {}
        told = (ready.get("status"), ready.get("reason"), ready.get("message"))
        assert told == ("True", "", "Kubernetes Service CIDR is ready")
