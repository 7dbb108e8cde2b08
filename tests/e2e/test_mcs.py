"""Follows test/e2e/suites/base/mcs_test.go."""

from __future__ import annotations

import asyncio

import pytest

from karmada_nb.engine import meta
from karmada_nb.engine.karmada.constants import MCS_API_VERSION, NETWORKING_API_VERSION
from karmada_nb.engine.meta import Object
from karmada_nb.engine.nodes.runtime import Streams
from tests.e2e.manifests import cluster_policy, deployment, names, obj, policy
from tests.e2e.suite import NAMESPACE, Suite

SERVICE = "kubernetes.io/service-name"
PORTS = [{"name": "http", "protocol": "TCP", "port": 80}]


def slices(suite: Suite, name: str, at: str = "") -> list[Object]:
    found = suite.items("EndpointSlice", NAMESPACE, at)
    return [item for item in found if meta.labels(item).get(SERVICE) == name]


def endpoints(suite: Suite, name: str, at: str = "") -> int:
    return sum(len(item.get("endpoints") or ()) for item in slices(suite, name, at))


def web(name: str, replicas: int = 1) -> tuple[Object, Object]:
    """A web server, and a Service whose endpoints are its pods and nobody else's."""
    labels = {"app": name}
    server = deployment(name, replicas)
    server["spec"] |= {
        "selector": {"matchLabels": labels},
        "template": {**server["spec"]["template"], "metadata": {"labels": labels}},
    }
    ports = [{**PORTS[0], "targetPort": 80}]
    return server, obj("v1", "Service", name, spec={"selector": labels, "ports": ports})


def served(suite: Suite, member: str) -> bool:
    """Whether Karmada knows that a member has both kinds."""
    kinds = {
        item["kind"]
        for group in suite.must("Cluster", member)["status"]["apiEnablements"]
        for item in group["resources"]
    }
    return kinds >= {"ServiceExport", "ServiceImport"}


async def exported(suite: Suite) -> str:
    """A service of member1, exported from there and imported into member2."""
    name = suite.name("hello")
    crds = [
        {"apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition", "name": crd}
        for crd in ("serviceexports.multicluster.x-k8s.io", "serviceimports.multicluster.x-k8s.io")
    ]
    await suite.create(cluster_policy(name, crds, names("member1", "member2")))
    await suite.eventually(lambda: all(served(suite, member) for member in ("member1", "member2")))
    await suite.create(*web(name), at="member1")
    await suite.eventually(lambda: endpoints(suite, name, "member1") == 1)
    export = obj(MCS_API_VERSION, "ServiceExport", name)
    imported = obj(MCS_API_VERSION, "ServiceImport", name, spec={"type": "ClusterSetIP", "ports": PORTS})
    await suite.create(export, policy(f"export-{name}", export, names("member1")))
    await suite.eventually(lambda: endpoints(suite, f"derived-{name}") == 1)
    await suite.create(imported, policy(f"import-{name}", imported, names("member2")))
    await suite.present("Service", f"derived-{name}", ("member2",))
    await suite.eventually(lambda: endpoints(suite, f"derived-{name}", "member2") == 1)
    return name


async def run(suite: Suite, member: str, pod: str, *command: str) -> tuple[int, str]:
    """Exit code and output of a command in a pod."""
    said: list[bytes] = []

    async def keep(data: bytes) -> None:
        said.append(data)

    runtime = suite.federation.nodes[member].runtime
    task = asyncio.ensure_future(runtime.exec(NAMESPACE, pod, "", list(command), Streams(keep, keep)))
    while not task.done():
        await suite.pass_time(1)
    return task.result(), b"".join(said).decode()


async def test_an_exported_service_is_served_in_another_cluster_once_there_is_a_route(suite: Suite) -> None:
    name = await exported(suite)
    await suite.eventually(
        lambda: (
            ("SyncDerivedServiceSucceed", f"Sync derived service for serviceImport({name}) succeed.")
            in suite.events("ServiceImport", name)
        )
    )
    client = obj(
        "v1",
        "Pod",
        "client",
        spec={"containers": [{"name": "curl", "image": "curlimages/curl", "args": ["sleep", "1d"]}]},
    )
    await suite.create(client, at="member2")
    await suite.fits("Pod", "client", lambda pod: pod["status"].get("phase") == "Running", ("member2",))
    ask = ("curl", "-sS", "--connect-timeout", "2", f"http://derived-{name}")
    code, text = await run(suite, "member2", "client", *ask)
    assert code == 28, text

    pods = suite.items("Pod", NAMESPACE, "member1")
    server = next(pod for pod in pods if meta.labels(pod).get("app") == name)
    node = suite.must("Node", server["spec"]["nodeName"], at="member1")
    route = ["ip", "route", "replace", node["spec"]["podCIDR"], "via", server["status"]["hostIP"]]
    router = {"name": "route", "image": "busybox", "securityContext": {"privileged": True}, "command": route}
    at = suite.must("Pod", "client", at="member2")["spec"]["nodeName"]
    spec = {"hostNetwork": True, "restartPolicy": "Never", "nodeName": at, "containers": [router]}
    await suite.create(obj("v1", "Pod", "router", spec=spec), at="member2")
    await suite.fits("Pod", "router", lambda pod: pod["status"].get("phase") == "Succeeded", ("member2",))
    code, text = await run(suite, "member2", "client", *ask)
    assert code == 0
    assert "Welcome to nginx!" in text


async def test_imported_endpoints_follow_the_exporting_cluster(suite: Suite) -> None:
    name = await exported(suite)
    await suite.update("Deployment", name, ("spec", "replicas"), 2, at="member1")
    await suite.eventually(lambda: endpoints(suite, f"derived-{name}", "member2") == 2)
    await suite.delete("ServiceExport", name)
    await suite.eventually(lambda: not slices(suite, f"derived-{name}", "member2"))
    held = suite.items("Work", "karmada-es-member1")
    assert not [w for w in held if meta.labels(w).get("endpointslice.karmada.io/name") == name]
    await suite.delete("ServiceImport", name)
    await suite.absent("Service", f"derived-{name}", ("", "member2"))


def multi_cluster_service(name: str, providers: list[str], consumers: list[str]) -> Object:
    spec: Object = {"types": ["CrossCluster"]}
    spec["providerClusters"] = [{"name": member} for member in providers]
    spec["consumerClusters"] = [{"name": member} for member in consumers]
    return obj(NETWORKING_API_VERSION, "MultiClusterService", name, spec=spec)


async def shared(suite: Suite, servers: list[str], providers: list[str], consumers: list[str]) -> str:
    """A service with endpoints in ``servers``; the MultiClusterService is there before its Service."""
    name = suite.name("mcs")
    server, front = web(name)
    await suite.create(multi_cluster_service(name, providers, consumers))
    await suite.create(policy(name, server, names(*servers)), server, front)
    await suite.fits("Deployment", name, lambda d: d.get("status", {}).get("readyReplicas") == 1, servers)
    await suite.fits("MultiClusterService", name, lambda mcs: ready(mcs, "EndpointSliceDispatched"))
    return name


def ready(service: Object, condition: str) -> bool:
    return (meta.condition(service, condition) or {}).get("status") == "True"


def synced(suite: Suite, name: str, providers: list[str], consumers: list[str]) -> bool:
    """Every provider's own slices are in every other consumer, under the provider's name, as full."""
    for provider in providers or suite.members:
        for consumer in consumers or suite.members:
            there = {meta.name(s): len(s.get("endpoints") or ()) for s in slices(suite, name, consumer)}
            for own in slices(suite, name, provider):
                dispatched = "endpointslice.karmada.io/provision-cluster" in meta.annotations(own)
                if dispatched or provider == consumer:
                    continue
                if there.get(f"{provider}-{meta.name(own)}") != len(own.get("endpoints") or ()):
                    return False
    return True


@pytest.mark.parametrize(
    ("servers", "providers", "consumers"),
    [
        (["member1"], ["member1"], ["member2"]),
        (["member1", "member2"], ["member1", "member2"], ["member2"]),
        (["member1"], [], ["member2"]),
        (["member1"], ["member1"], []),
        (["member1"], [], []),
    ],
)
async def test_endpoints_go_from_providers_to_consumers(
    suite: Suite, servers: list[str], providers: list[str], consumers: list[str]
) -> None:
    name = await shared(suite, servers, providers, consumers)
    await suite.eventually(lambda: synced(suite, name, providers, consumers))
    assert endpoints(suite, name, "member2") == len(servers)
    wanted = {"SyncServiceSucceed", "DispatchEndpointSliceSucceed"}
    await suite.eventually(
        lambda: wanted <= {reason for reason, _ in suite.events("MultiClusterService", name)}
    )
    assert ready(suite.must("MultiClusterService", name), "ServiceApplied")


async def test_providers_and_consumers_can_change(suite: Suite) -> None:
    name = await shared(suite, ["member1", "member2"], ["member1", "member2"], ["member2"])
    await suite.eventually(lambda: synced(suite, name, ["member1"], ["member2"]))
    swapped = multi_cluster_service(name, ["member2", "member-not-found"], ["member1"])
    await suite.update("MultiClusterService", name, ("spec",), swapped["spec"])
    await suite.eventually(lambda: synced(suite, name, ["member2"], ["member1"]))
    await suite.eventually(lambda: len(slices(suite, name, "member2")) == 1)
    await suite.eventually(
        lambda: (
            ("ClusterNotFound", "Provider cluster member-not-found is not found")
            in suite.events("MultiClusterService", name)
        )
    )


async def test_a_retired_service_stays_and_its_endpoints_are_taken_back(suite: Suite) -> None:
    name = await shared(suite, ["member1"], ["member1"], ["member2"])
    await suite.eventually(lambda: synced(suite, name, ["member1"], ["member2"]))
    claimed = "resourcetemplate.karmada.io/claimed-by"
    assert meta.labels(suite.must("Service", name))[claimed] == "MultiClusterService"
    await suite.delete("MultiClusterService", name)
    await suite.eventually(lambda: suite.get("MultiClusterService", name) is None)
    await suite.eventually(lambda: endpoints(suite, name, "member2") == 0)
    assert claimed not in meta.labels(suite.must("Service", name))
    assert "binding.karmada.io/managed-by" not in meta.labels(suite.binding(name, "service"))
    assert suite.get("Service", name, at="member2") is not None
    mark = "multiclusterservice.karmada.io/name"
    assert not [w for w in suite.items("Work") if meta.labels(w).get(mark) == name]


async def test_a_slice_that_both_collect_stays_while_one_of_them_wants_it(suite: Suite) -> None:
    name = await exported(suite)
    await suite.create(web(name)[1], multi_cluster_service(name, ["member1"], ["member2"]))
    managed_by = "endpointslice.karmada.io/managed-by"

    def managers() -> list[str]:
        works = suite.items("Work", "karmada-es-member1")
        found = [meta.labels(w).get(managed_by, "") for w in works if meta.name(w).startswith(f"{name}-")]
        return [text for text in found if text]

    await suite.eventually(lambda: managers() == ["MultiClusterService.ServiceExport"])
    await suite.delete("MultiClusterService", name)
    await suite.eventually(lambda: managers() == ["ServiceExport"])
    assert endpoints(suite, f"derived-{name}", "member2") == 1
