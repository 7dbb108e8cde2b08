"""Follows aggregatedapi_test.go, over real sockets: who may reach a member, and what they may do there."""

from __future__ import annotations

import asyncio
import base64
import ssl
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest_asyncio

from karmada_nb.engine.karmada.plane import SECRETS
from karmada_nb.engine.meta import Key
from karmada_nb.engine.runtime.client import Client, Resource
from tests.e2e.manifests import cluster_role, cluster_role_binding, obj
from tests.engine.karmada.controllers.test_over_https import PATIENCE, Wire

ROLES = Resource("rbac.authorization.k8s.io", "v1", "clusterroles")
BINDINGS = Resource("rbac.authorization.k8s.io", "v1", "clusterrolebindings")
ACCOUNTS = Resource("", "v1", "serviceaccounts")
TOM = {"kind": "ServiceAccount", "name": "tom", "namespace": "default"}
GROUPS = [
    {"kind": "Group", "apiGroup": "rbac.authorization.k8s.io", "name": name}
    for name in ("system:serviceaccounts", "system:serviceaccounts:default")
]
"""Karmada passes a user's groups on, and must be allowed to speak for those as well."""


@pytest_asyncio.fixture(loop_scope="session")
async def wire(tmp_path: Path) -> AsyncIterator[Wire]:
    made = await Wire(tmp_path).start()
    yield made
    await made.stop()


async def allow(client: Client, rule: dict[str, list[str]], *others: dict[str, str]) -> None:
    """Let tom, and others, do something."""
    await client.create(ROLES, cluster_role("tom", [rule]))
    await client.create(BINDINGS, cluster_role_binding("tom", "tom", [TOM, *others]))


async def token_of_tom(wire: Wire) -> str:
    """Tom's account in Karmada, with a secret for its token."""
    await wire.karmada.create(ACCOUNTS, obj("v1", "ServiceAccount", "tom", "default"), "default")
    secret = obj(
        "v1",
        "Secret",
        "tom",
        "default",
        annotations={"kubernetes.io/service-account.name": "tom"},
        type="kubernetes.io/service-account-token",
    )
    await wire.karmada.create(SECRETS, secret, "default")
    secrets = wire.plane.cluster.informers(*SECRETS)
    key = Key("default", "tom")
    await wire.until(lambda: "token" in ((secrets.get(key) or {}).get("data") or {}))
    return base64.b64decode((secrets.get(key) or {})["data"]["token"]).decode()


async def test_a_service_account_reaches_a_member_with_the_rights_it_has_there(wire: Wire) -> None:
    token = await token_of_tom(wire)
    proxy = {
        "apiGroups": ["cluster.karmada.io"],
        "resources": ["clusters/proxy"],
        "resourceNames": ["member1"],
        "verbs": ["*"],
    }
    await allow(wire.karmada, proxy, *GROUPS)
    member = wire.member.client_as("admin", "kubectl")
    await member.create(ACCOUNTS, obj("v1", "ServiceAccount", "tom", "default"), "default")
    tls = ssl.create_default_context(cadata=wire.keys.authority.certificate.decode())
    connector = aiohttp.TCPConnector(ssl=tls)
    headers = {"Authorization": f"Bearer {token}"}
    async with aiohttp.ClientSession(connector=connector, headers=headers) as session:

        async def asked(cluster: str, path: str) -> int:
            base = f"{wire.address}/apis/cluster.karmada.io/v1alpha1/clusters/{cluster}/proxy/"
            async with session.get(base + path) as answer:
                return answer.status

        async def answered(code: int, path: str) -> None:
            async with asyncio.timeout(PATIENCE):
                while await asked("member1", path) != code:
                    await wire.clock.sleep(0.02)

        await answered(200, "api")
        assert await asked("member1", "api/v1/nodes") == 403
        await allow(member, {"apiGroups": [""], "resources": ["nodes"], "verbs": ["get", "list"]})
        await answered(200, "api/v1/nodes")
        assert await asked("member2", "") == 403
