"""Stateful sets: order, identity, volumes, revisions."""

from typing import Any

from karmada_nb.engine import meta
from tests.engine.controllers.making import (
    CLAIMS,
    REVISIONS,
    STATEFULSETS,
    VOLUMES,
    get,
    make,
    selecting,
    template,
)
from tests.engine.controllers.workloads import PODS, Workloads

_CLAIM: dict[str, Any] = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}}


async def test_pods_come_in_order_and_know_their_number() -> None:
    async with Workloads() as lab:
        db = await make(lab, STATEFULSETS, "db", 5, replicas=2, serviceName="db", selector=selecting("db"),
                        template=template("db", image="nginx"))  # fmt: skip
        first, second = await lab.pods()
        assert (meta.name(first), meta.name(second)) == ("db-0", "db-1")
        assert first["spec"]["hostname"] == "db-0"
        assert first["spec"]["subdomain"] == "db"
        assert db["status"]["readyReplicas"] == db["status"]["availableReplicas"] == 2
        assert (
            "Normal",
            "SuccessfulCreate",
            "create Pod db-0 in StatefulSet db successful",
        ) in await lab.events("db")


async def test_a_pod_that_is_not_ready_holds_up_the_next() -> None:
    async with Workloads() as lab:
        never = {"name": "main", "image": "nginx", "readinessProbe": {"exec": {"command": ["false"]}}}
        body = {**template("db"), "spec": {"containers": [never]}}
        await make(lab, STATEFULSETS, "db", 30, replicas=2, selector=selecting("db"), template=body)
        assert [meta.name(pod) for pod in await lab.pods()] == ["db-0"]


async def test_an_update_goes_from_the_last_pod_to_the_first() -> None:
    async with Workloads() as lab:
        await make(lab, STATEFULSETS, "db", 5, replicas=2, selector=selecting("db"),
                   template=template("db", image="nginx:1"))  # fmt: skip
        gone: list[str] = []
        pods = lab.cluster.informers("", "v1", "pods")
        pods.add_handler(lambda e: gone.append(meta.name(e.object)) if e.new is None else None)
        change = {"spec": {"template": {"spec": {"containers": [{"name": "main", "image": "nginx:2"}]}}}}
        await lab.client.patch(STATEFULSETS, "db", change, namespace="default")
        await lab.clock.advance(120)
        assert gone == ["db-1", "db-0"]
        status = (await get(lab, STATEFULSETS, "db"))["status"]
        assert status["updatedReplicas"] == 2
        assert status["currentRevision"] == status["updateRevision"]
        revisions = (await lab.client.list(REVISIONS, "default")).items
        assert sorted(revision["revision"] for revision in revisions) == [1, 2]


async def test_each_pod_gets_a_volume_of_its_own_that_outlives_it() -> None:
    async with Workloads() as lab:
        spec = template("db", image="nginx")
        spec["spec"]["containers"][0]["volumeMounts"] = [{"name": "data", "mountPath": "/data"}]
        await make(lab, STATEFULSETS, "db", 5, replicas=2, selector=selecting("db"), template=spec,
                   volumeClaimTemplates=[{"metadata": {"name": "data"}, "spec": _CLAIM}])  # fmt: skip
        await lab.exec("db-0", "sh", "-c", "echo kept > /data/f")
        claims = (await lab.client.list(CLAIMS, "default")).items
        assert {meta.name(c): c["status"]["phase"] for c in claims} == {
            "data-db-0": "Bound",
            "data-db-1": "Bound",
        }
        assert {c["spec"]["storageClassName"] for c in claims} == {"local-path"}
        await lab.client.patch(STATEFULSETS, "db", {"spec": {"replicas": 0}}, namespace="default")
        await lab.clock.advance(120)
        assert await lab.pods() == []
        assert len(await lab.names(CLAIMS)) == 2
        await lab.client.patch(STATEFULSETS, "db", {"spec": {"replicas": 2}}, namespace="default")
        await lab.clock.advance(5)
        assert (await lab.exec("db-0", "cat", "/data/f"))[1] == "kept\n"
        assert (await lab.exec("db-1", "ls", "/data"))[1] == ""


async def test_a_volume_made_on_demand_goes_with_its_claim() -> None:
    async with Workloads() as lab:
        await make(lab, CLAIMS, "data", **_CLAIM)
        claim = await get(lab, CLAIMS, "data")
        assert claim["status"]["phase"] == "Pending", "the class waits for the first pod"
        volume = {"name": "v", "persistentVolumeClaim": {"claimName": "data"}}
        await lab.run("user", seconds=5, image="nginx", volumes=[volume])
        assert (await get(lab, CLAIMS, "data"))["status"]["phase"] == "Bound"
        await lab.client.delete(CLAIMS, "data", "default")
        await lab.clock.advance(5)
        assert await lab.names(CLAIMS) == ["data"], "a pod still uses it"
        await lab.client.delete(PODS, "user", "default")
        await lab.clock.advance(60)
        assert await lab.names(CLAIMS) == []
        assert await lab.names(VOLUMES, "") == []


async def test_claims_go_with_the_pods_or_the_set_if_the_set_says_so() -> None:
    async with Workloads() as lab:
        await make(lab, STATEFULSETS, "db", 5, replicas=2, selector=selecting("db"),
                   template=template("db", image="nginx"),
                   persistentVolumeClaimRetentionPolicy={"whenScaled": "Delete", "whenDeleted": "Delete"},
                   volumeClaimTemplates=[{"metadata": {"name": "data"}, "spec": _CLAIM}])  # fmt: skip
        assert await lab.names(CLAIMS) == ["data-db-0", "data-db-1"]
        await lab.client.patch(STATEFULSETS, "db", {"spec": {"replicas": 1}}, namespace="default")
        await lab.clock.advance(120)
        assert await lab.names(CLAIMS) == ["data-db-0"]
        await lab.client.delete(STATEFULSETS, "db", "default", propagation="Background")
        await lab.clock.advance(120)
        assert await lab.names(CLAIMS) == []


async def test_a_partition_counts_pods_and_not_ordinals() -> None:
    """Pods 2, 3 and 4: of three, a partition of two leaves the last, and one of four leaves none."""
    async with Workloads() as lab:
        spec = {"replicas": 3, "ordinals": {"start": 2}, "selector": selecting("db")}
        rolling = {"type": "RollingUpdate", "rollingUpdate": {"partition": 4}}
        template_ = template("db", image="nginx")
        await make(lab, STATEFULSETS, "db", 10, updateStrategy=rolling, template=template_, **spec)
        for partition, updated in ((4, []), (2, ["db-4"])):
            strategy = {"type": "RollingUpdate", "rollingUpdate": {"partition": partition}}
            containers = [{"name": "main", "image": "httpd"}]
            change = {"updateStrategy": strategy, "template": {"spec": {"containers": containers}}}
            await lab.client.patch(STATEFULSETS, "db", {"spec": change}, namespace="default")
            await lab.clock.advance(60)
            images = {meta.name(pod): pod["spec"]["containers"][0]["image"] for pod in await lab.pods()}
            assert sorted(images) == ["db-2", "db-3", "db-4"]
            assert [name for name, image in images.items() if image == "httpd"] == updated


async def test_a_pod_that_its_node_refuses_is_made_again_until_it_is_taken() -> None:
    async with Workloads() as lab:
        node, ports = "k3d-cluster-1-server-0", [{"containerPort": 80, "hostPort": 8080}]
        await lab.sleeper("holder", nodeName=node, ports=ports)
        spec = template("db", nodeName=node)
        spec["spec"]["containers"][0].update(image="nginx", ports=ports)
        await make(lab, STATEFULSETS, "db", replicas=1, selector=selecting("db"), template=spec)
        assert any(reason == "RecreatingFailedPod" for _, reason, _ in await lab.events("db"))
        await lab.client.delete(PODS, "holder", "default")
        await lab.clock.advance(60)
        assert (await lab.pod("db-0"))["status"]["phase"] == "Running"
