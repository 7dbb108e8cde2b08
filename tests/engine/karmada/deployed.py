"""A component of Karmada that serves over HTTPS while it is deployed: the lab for tests of such."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import aiohttp
import orjson

from karmada_nb.engine import meta
from karmada_nb.engine.apiserver.auth.jwt import Signer
from karmada_nb.engine.cluster import Cluster, Settings
from karmada_nb.engine.karmada.aggregated import API_SERVICES
from karmada_nb.engine.meta import Object
from karmada_nb.engine.pki import SigningKey
from karmada_nb.engine.runtime.client import Resource
from karmada_nb.engine.runtime.clock import SystemClock
from tests.engine.karmada.controllers.federation import DEPLOYMENTS, NAMESPACES, deployment
from tests.engine.karmada.controllers.test_over_https import Wire, allow_ann

SYSTEM = "karmada-system"
BINDINGS = Resource("rbac.authorization.k8s.io", "v1", "clusterrolebindings")


class Deployed:
    """A member and Karmada behind HTTPS, and a host cluster in which the component is deployed."""

    def __init__(self, folder: Path, component: str, group: str, version: str) -> None:
        self.component, self.group, self.version = component, group, version
        self.host = Cluster(Settings("host", "v1.36.2"), SystemClock(), Signer(SigningKey()), "CA")
        self.wire = Wire(folder, deployments=self.host.informers(*DEPLOYMENTS))

    async def start(self) -> Deployed:
        self.host.start()
        await self.wire.start()
        await allow_ann(self.wire)
        subject = {"kind": "User", "name": "ann", "apiGroup": BINDINGS.group}
        role = {"kind": "ClusterRole", "name": "cluster-admin", "apiGroup": BINDINGS.group}
        binding = {"metadata": {"name": "ann"}, "roleRef": role, "subjects": [subject]}
        await self.wire.karmada.create(BINDINGS, binding)
        client = self.host.client_as("admin", "kubectl")
        await client.create(NAMESPACES, {"metadata": {"name": SYSTEM}})
        wanted = meta.with_metadata(deployment(self.component), namespace=SYSTEM)
        made = await client.create(DEPLOYMENTS, wanted, SYSTEM)
        status = {"replicas": 1, "readyReplicas": 1, "availableReplicas": 1}
        await client.update(DEPLOYMENTS, {**made, "status": status}, "status")
        spec = {
            "group": self.group,
            "version": self.version,
            "groupPriorityMinimum": 2000,
            "versionPriority": 10,
            "service": {"name": self.component, "namespace": SYSTEM},
        }
        name = f"{self.version}.{self.group}"
        await self.wire.karmada.create(API_SERVICES, {"metadata": {"name": name}, "spec": spec})
        await self.wire.until(lambda: self.served)
        return self

    @property
    def served(self) -> bool:
        """Whether discovery tells of the group."""
        return any(info.group == self.group for info in self.wire.plane.cluster.server.infos())

    async def undeploy(self) -> None:
        """Take the deployment away, and wait until nothing is served any more."""
        await self.host.client_as("admin", "kubectl").delete(DEPLOYMENTS, self.component, SYSTEM)
        await self.wire.until(lambda: not self.served)

    async def send(
        self, method: str, path: str, body: Object | None = None, headers: dict[str, str] | None = None
    ) -> tuple[int, Any]:
        """Code and body of the answer to ann."""
        connector = aiohttp.TCPConnector(ssl=self.wire.tls)
        async with (
            aiohttp.ClientSession(connector=connector) as session,
            session.request(method, self.wire.address + path, json=body, headers=headers) as answer,
        ):
            return answer.status, orjson.loads(await answer.read())

    async def stop(self) -> None:
        await self.wire.stop()
        await self.host.stop()
