"""The same over the wire: members that are only known by their address, and requests passed on to them."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import aiohttp
import orjson
import pytest

from karmada_nb.engine import meta, pki
from karmada_nb.engine.apiserver.auth.jwt import Signer
from karmada_nb.engine.cluster import Cluster, Settings
from karmada_nb.engine.controllers import workload_controllers
from karmada_nb.engine.karmada import control_plane
from karmada_nb.engine.karmada.control_plane import DEFAULTS, NO_DEPLOYMENTS, ControlPlane
from karmada_nb.engine.karmada.gates import FeatureGates
from karmada_nb.engine.karmada.lifecycle.join import Joining, join
from karmada_nb.engine.karmada.options import Options
from karmada_nb.engine.karmada.plane import CLUSTERS, POLICIES, WORKS
from karmada_nb.engine.meta import Key, Object
from karmada_nb.engine.runtime.client import Resource
from karmada_nb.engine.runtime.clock import SystemClock
from karmada_nb.engine.runtime.informer import Informer
from tests.engine.karmada.controllers.federation import CONFIGMAPS, DEPLOYMENTS, configmap, deployment

PATIENCE = 15


class Wire:
    """One member and Karmada, each behind its own HTTPS port."""

    def __init__(
        self, folder: Path, options: Options = DEFAULTS, deployments: Informer = NO_DEPLOYMENTS
    ) -> None:
        self.clock = SystemClock()
        self.keys = pki.State(folder, self.clock.now())
        signer = Signer(self.keys.signing_key)
        bundle = self.keys.authority.certificate.decode()
        self.member = Cluster(Settings("member1", "v1.36.2"), self.clock, signer, bundle)
        settings = control_plane.settings("current", "v1.36.2", "127.0.0.1", 0)
        self.plane = ControlPlane(
            settings,
            self.clock,
            signer,
            bundle,
            "current",
            lambda endpoint: None,
            options=options,
            deployments=deployments,
        )
        self.karmada = self.plane.cluster.client_as("tester", "kubectl")
        self.address = ""
        self.tls = ssl.create_default_context(cadata=bundle)
        pair = self.keys.client("ann", "ann", ())
        chain = folder / "ann.pem"
        chain.write_bytes(pair.certificate + b"\n" + pair.key)
        self.tls.load_cert_chain(chain)

    async def start(self) -> Wire:
        self.member.start()
        self.member.add(*workload_controllers(self.member.context()))
        port = await self.member.listen(self.keys.server_context("member1"))
        await self.plane.start()
        own = await self.plane.cluster.listen(self.keys.server_context("karmada-apiserver"))
        self.address = f"https://127.0.0.1:{own}"
        admin = self.member.client_as("admin", "kubectl")
        await join(self.karmada, admin, Joining("member1", f"https://127.0.0.1:{port}"), self.clock)
        await self.until(self.ready)
        return self

    def ready(self) -> bool:
        cluster = self.plane.cluster.informers(*CLUSTERS).get(Key("", "member1"))
        return (meta.condition(cluster or {}, "Ready") or {}).get("status") == "True"

    async def until(self, holds: Callable[[], object]) -> None:
        async with asyncio.timeout(PATIENCE):
            while not holds():
                await asyncio.sleep(0.01)

    async def stop(self) -> None:
        await self.plane.stop()
        await self.member.stop()

    async def get(self, path: str) -> tuple[int, bytes]:
        """What Karmada answers to ann."""
        connector = aiohttp.TCPConnector(ssl=self.tls)
        async with (
            aiohttp.ClientSession(connector=connector) as session,
            session.get(self.address + path) as answer,
        ):
            return answer.status, await answer.read()


@pytest.fixture
async def wire(tmp_path: Path) -> AsyncIterator[Wire]:
    made = await Wire(tmp_path).start()
    yield made
    await made.stop()


async def allow_ann(wire: Wire) -> None:
    """Ann may reach members through Karmada, and read what is in the member."""
    rbac = "rbac.authorization.k8s.io"
    subject = {"kind": "User", "name": "ann", "apiGroup": rbac}
    roles, bindings = Resource(rbac, "v1", "clusterroles"), Resource(rbac, "v1", "clusterrolebindings")
    proxy = {"apiGroups": ["cluster.karmada.io"], "resources": ["clusters/proxy"], "verbs": ["*"]}
    await wire.karmada.create(roles, {"metadata": {"name": "proxy"}, "rules": [proxy]})
    ref = {"kind": "ClusterRole", "name": "proxy", "apiGroup": rbac}
    await wire.karmada.create(
        bindings, {"metadata": {"name": "proxy"}, "roleRef": ref, "subjects": [subject]}
    )
    view = {"kind": "ClusterRole", "name": "cluster-admin", "apiGroup": rbac}
    member = wire.member.client_as("admin", "kubectl")
    await member.create(bindings, {"metadata": {"name": "ann"}, "roleRef": view, "subjects": [subject]})

    def may_impersonate() -> bool:
        role = wire.member.informers(*roles).get(Key("", "karmada-impersonator"))
        return "ann" in orjson.dumps((role or {}).get("rules") or []).decode()

    await wire.until(may_impersonate)


async def test_a_member_over_https_gets_what_is_propagated_and_reports_it(wire: Wire) -> None:
    await wire.karmada.create(CONFIGMAPS, configmap(), "default")
    placement = {"clusterAffinity": {"clusterNames": ["member1"]}}
    selector = {"apiVersion": "v1", "kind": "ConfigMap", "name": "settings"}
    policy = {
        "apiVersion": "policy.karmada.io/v1alpha1",
        "kind": "PropagationPolicy",
        "metadata": {"name": "settings", "namespace": "default"},
        "spec": {"resourceSelectors": [selector], "placement": placement},
    }
    await wire.karmada.create(POLICIES, policy, "default")
    found = wire.member.informers(*CONFIGMAPS)
    await wire.until(lambda: found.get(Key("default", "settings")))
    member = wire.member.client_as("admin", "kubectl")
    await member.delete(CONFIGMAPS, "settings", "default")
    await wire.until(lambda: found.get(Key("default", "settings")))
    await wire.karmada.delete(CONFIGMAPS, "settings", "default")
    await wire.until(lambda: found.get(Key("default", "settings")) is None)


async def test_what_a_member_over_https_serves_is_found_out(wire: Wire) -> None:
    """What a member does not answer in time is asked again with the next status."""
    known = wire.plane.cluster.informers(*CLUSTERS)

    def status() -> Object:
        found: Object = (known.get(Key("", "member1")) or {})["status"]
        return found

    def enabled() -> dict[str, list[Object]]:
        return {one["groupVersion"]: one["resources"] for one in status()["apiEnablements"]}

    await wire.until(lambda: "apps/v1" in enabled())
    assert status()["kubernetesVersion"] == "v1.36.2"
    assert {"kind": "Deployment", "name": "deployments"} in enabled()["apps/v1"]


async def test_a_user_reaches_a_member_through_karmada_as_herself(wire: Wire) -> None:
    member = wire.member.client_as("admin", "kubectl")
    await member.create(CONFIGMAPS, configmap(), "default")
    base = "/apis/cluster.karmada.io/v1alpha1/clusters/member1/proxy"
    assert (await wire.get(f"{base}/api/v1/namespaces/default/configmaps/settings"))[0] == 403
    await allow_ann(wire)
    code, body = await wire.get(f"{base}/api/v1/namespaces/default/configmaps/settings")
    assert (code, orjson.loads(body)["data"]) == (200, {"colour": "blue"})
    code, body = await wire.get(f"{base}/apis/authentication.k8s.io/v1")
    assert code == 200


async def test_a_watch_through_karmada_tells_what_happens_in_the_member(wire: Wire) -> None:
    await allow_ann(wire)
    path = "/apis/cluster.karmada.io/v1alpha1/clusters/member1/proxy/apis/apps/v1/deployments?watch=true"
    connector = aiohttp.TCPConnector(ssl=wire.tls)
    async with (
        aiohttp.ClientSession(connector=connector) as session,
        session.get(wire.address + path) as answer,
    ):
        member = wire.member.client_as("admin", "kubectl")
        await member.create(DEPLOYMENTS, deployment("web", 1), "default")
        async with asyncio.timeout(PATIENCE):
            event = orjson.loads(await answer.content.readline())
    assert (event["type"], meta.name(event["object"])) == ("ADDED", "web")


async def test_the_proxy_of_an_unknown_cluster(wire: Wire) -> None:
    await allow_ann(wire)
    code, body = await wire.get("/apis/cluster.karmada.io/v1alpha1/clusters/nowhere/proxy/api/v1/pods")
    assert code == 404
    assert orjson.loads(body)["message"] == 'clusters.cluster.karmada.io "nowhere" not found'


async def test_endpoints_of_a_member_over_https_are_collected(tmp_path: Path) -> None:
    wire = await Wire(tmp_path, Options(FeatureGates({"MultiClusterService": True}))).start()
    slices = Resource("discovery.k8s.io", "v1", "endpointslices")
    metadata = {"name": "web", "namespace": "default"}
    service = {"metadata": metadata, "spec": {"ports": [{"port": 80}]}}
    await wire.karmada.create(Resource("", "v1", "services"), service, "default")
    mcs = Resource("networking.karmada.io", "v1alpha1", "multiclusterservices")
    spec = {"types": ["CrossCluster"], "providerClusters": [{"name": "member1"}]}
    await wire.karmada.create(mcs, {"metadata": metadata, "spec": spec}, "default")
    own = {"name": "web-1", "namespace": "default", "labels": {"kubernetes.io/service-name": "web"}}
    found: Object = {"metadata": own, "addressType": "IPv4", "endpoints": [{"addresses": ["10.42.0.5"]}]}
    member = wire.member.client_as("admin", "kubectl")
    await member.create(slices, found, "default")

    def held() -> list[str]:
        works = wire.plane.cluster.informers(*WORKS).items("karmada-es-member1")
        manifests = [manifest for work in works for manifest in work["spec"]["workload"]["manifests"]]
        return [
            endpoint["addresses"][0]
            for manifest in manifests
            if manifest["kind"] == "EndpointSlice" and meta.name(manifest) == "web-1"
            for endpoint in manifest["endpoints"]
        ]

    await wire.until(lambda: held() == ["10.42.0.5"])
    await member.delete(slices, "web-1", "default")
    await wire.until(lambda: held() == [])
    await wire.stop()
