"""Objects that a cluster keeps by itself: addresses of services, their blocks, classes in use, flows."""

from __future__ import annotations

from karmada_nb.engine import meta
from karmada_nb.engine.apiserver.auth.jwt import Signer
from karmada_nb.engine.cluster import Cluster, Settings
from karmada_nb.engine.controllers.service_addresses import ADDRESSES, BLOCKS
from karmada_nb.engine.pki import SigningKey
from karmada_nb.engine.runtime.client import Client, Resource
from karmada_nb.engine.runtime.clock import VirtualClock
from tests.engine.controllers.making import CLAIMS, make
from tests.engine.controllers.workloads import Workloads

SERVICES = Resource("", "v1", "services")
CLASSES = Resource("storage.k8s.io", "v1", "volumeattributesclasses")
SCHEMAS = Resource("flowcontrol.apiserver.k8s.io", "v1", "flowschemas")


def cluster(clock: VirtualClock) -> Client:
    made = Cluster(Settings("test", "v1.36.2"), clock, Signer(SigningKey()), "")
    made.start()
    return made.client_as("somebody")


async def names(client: Client, resource: Resource) -> set[str]:
    return {meta.name(obj) for obj in (await client.list(resource)).items}


async def test_an_address_of_a_service_is_an_object_for_as_long_as_there_is_the_service() -> None:
    clock = VirtualClock()
    client = cluster(clock)
    await clock.advance(1)
    before = await names(client, ADDRESSES)
    body = {"metadata": {"name": "shop"}, "spec": {"ports": [{"port": 80}]}}
    service = await client.create(SERVICES, body, "default")
    await clock.advance(1)
    address = await client.get(ADDRESSES, service["spec"]["clusterIP"])
    assert address["spec"]["parentRef"] == {"namespace": "default", "name": "shop", "resource": "services"}
    assert meta.labels(address)["ipaddress.kubernetes.io/managed-by"] == "ipallocator.k8s.io"
    await client.delete(SERVICES, "shop", "default")
    await clock.advance(1)
    assert await names(client, ADDRESSES) == before


async def test_a_block_is_ready_and_stays_while_it_is_used() -> None:
    clock = VirtualClock()
    client = cluster(clock)
    await client.create(BLOCKS, {"metadata": {"name": "more"}, "spec": {"cidrs": ["10.200.0.0/16"]}})
    await clock.advance(1)
    block = await client.get(BLOCKS, "more")
    assert (meta.condition(block, "Ready") or {})["message"] == "Kubernetes Service CIDR is ready"
    assert meta.finalizers(block) == ["networking.k8s.io/service-cidr-finalizer"]
    for name in ("more", "kubernetes"):
        await client.delete(BLOCKS, name)
    await clock.advance(1)
    assert await names(client, BLOCKS) == {"kubernetes"}


async def test_a_schema_of_a_level_that_is_not_there_dangles() -> None:
    clock = VirtualClock()
    client = cluster(clock)
    spec = {"priorityLevelConfiguration": {"name": "nowhere"}, "matchingPrecedence": 9000}
    await client.create(SCHEMAS, {"metadata": {"name": "lost"}, "spec": spec})
    await clock.advance(1)
    lost = meta.condition(await client.get(SCHEMAS, "lost"), "Dangling") or {}
    fine = meta.condition(await client.get(SCHEMAS, "catch-all"), "Dangling") or {}
    assert (lost["status"], lost["reason"]) == ("True", "NotFound")
    assert (fine["status"], fine["reason"]) == ("False", "Found")


async def test_a_class_of_attributes_is_protected_while_a_claim_names_it() -> None:
    async with Workloads() as lab:
        fast = {"metadata": {"name": "fast"}, "driverName": "a.example.com", "parameters": {"a": "b"}}
        made = await lab.client.create(CLASSES, fast)
        assert meta.finalizers(made) == ["kubernetes.io/vac-protection"]
        resources = {"requests": {"storage": "1Gi"}}
        await make(
            lab,
            CLAIMS,
            "data",
            accessModes=["ReadWriteOnce"],
            resources=resources,
            volumeAttributesClassName="fast",
        )
        await lab.client.delete(CLASSES, "fast")
        await lab.clock.advance(1)
        assert "fast" in await names(lab.client, CLASSES)
        await lab.client.delete(CLAIMS, "data", "default")
        await lab.clock.advance(1)
        assert "fast" not in await names(lab.client, CLASSES)
