"""Ports of nodes that lead elsewhere, and what the cluster's DNS answers to tools."""

import pytest

from karmada_nb.engine.network.services import Target
from karmada_nb.engine.store import StoreKey
from tests.engine.images.box import Box
from tests.engine.network.cluster import Place

ONE, TWO = "172.18.0.3", "172.18.0.4"


def nodes(**spec: object) -> Place:
    """Two nodes; the only endpoint of the service is on the first."""
    place = Place()
    place.network.attach_node(ONE, "one")
    place.network.attach_node(TWO, "two")
    place.service("web", "10.43.0.7", type="NodePort", ports=[{"port": 80, "nodePort": 30080}], **spec)
    place.endpoints("web", "10.42.0.5", nodeName="one")
    place.greeter("10.42.0.5")
    return place


async def said(place: Place, host: str, port: int) -> bytes:
    return await (await place.network.dial(host, port)).read()


async def test_a_node_port_leads_to_an_endpoint_from_every_node() -> None:
    place = nodes()
    assert await said(place, ONE, 30080) == await said(place, TWO, 30080) == b"10.42.0.5"
    with pytest.raises(ConnectionRefusedError):
        await said(place, ONE, 30081)


async def test_with_a_local_policy_only_the_endpoints_node_answers() -> None:
    place = nodes(externalTrafficPolicy="Local")
    assert await said(place, ONE, 30080) == b"10.42.0.5"
    code, _, err = await Box("busybox", place).run("nc", "-w", "2", TWO, "30080", seconds=3)
    assert (code, err) == (1, "nc: timed out\n")


async def test_a_service_that_another_proxy_serves_has_no_address() -> None:
    place = nodes()
    labels = {"service.kubernetes.io/service-proxy-name": "other"}
    service = place.network.balancer.service("default", "web")
    assert service is not None
    metadata = {**service["metadata"], "labels": labels}
    place.store.put(StoreKey("services", "default", "web"), {**service, "metadata": metadata})
    code, _, err = await Box("busybox", place).run("nc", "-w", "2", "10.43.0.7", "80", seconds=3)
    assert (code, err) == (1, "nc: timed out\n")


async def test_a_host_port_leads_to_its_pod_until_that_is_gone() -> None:
    place = nodes()
    stop = place.network.forward(ONE, 9000, "TCP", Target("10.42.0.5", 8080))
    assert await said(place, ONE, 9000) == b"10.42.0.5"
    stop()
    with pytest.raises(ConnectionRefusedError):
        await said(place, ONE, 9000)


async def test_dig_answers_with_records_of_each_kind() -> None:
    place = nodes()
    place.service("db", "None", ports=[{"name": "sql", "port": 5432}])
    place.endpoints("db", "10.42.0.6", hostname="db-0")
    place.service("away", "", type="ExternalName", externalName="example.org")
    box = Box("registry.k8s.io/e2e-test-images/agnhost:2.47", place)
    web, db = "web.default.svc.cluster.local.", "db.default.svc.cluster.local."
    for question, answer in (
        ("+noall +answer +search web A", f"{web}\t5\tIN\tA\t10.43.0.7\n"),
        ("+noall +answer web A", ""),
        (f"+short {db} A", "10.42.0.6\n"),
        (f"+short _sql._tcp.{db} SRV", f"0 100 5432 db-0.{db}\n"),
        ("+short away.default.svc.cluster.local CNAME", "example.org.\n"),
        ("+short -x 10.43.0.7", f"{web}\n"),
    ):
        assert await box.sh(f"dig {question}") == (0, answer, ""), question
    assert (await box.sh("getent hosts web"))[1] == "10.43.0.7       web\n"
    assert (await box.sh("getent hosts nope"))[0] == 2
