"""Who gets in: nobody without credentials, nobody from elsewhere, and no cluster's token into another."""

import os
import re
import ssl
import stat
from collections.abc import Iterator
from pathlib import Path

import aiohttp
import psutil
import pytest

from tests.conftest import free_base_port
from tests.engine.lab_process import LabProcess

OPEN = ["/healthz", "/livez", "/readyz", "/version", "/healthz?verbose"]
CLOSED = [
    "/",
    "/api",
    "/apis",
    "/api/v1",
    "/metrics",
    "/openapi/v2",
    "/openapi/v3",
    "/openid/v1/jwks",
    "/.well-known/openid-configuration",
    "/api/v1/namespaces",
    "/api/v1/secrets",
    "/api/v1/pods?watch=1",
    "/api/v1/namespaces/default/pods/x/exec?command=sh",
    "/api/v1/namespaces/default/services/x/proxy/",
    "/apis/nobody.example/v1/things",
    "/healthz/../api/v1/secrets",
    "/livez/ping",
    "/nothing",
]


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LabProcess]:
    made = LabProcess(tmp_path_factory.mktemp("secure") / "lab", free_base_port())
    made.up("--members", "2", "--nodes", "1")
    yield made
    made.kill()


def ports(lab: LabProcess) -> list[int]:
    plan = lab.folder.plan()
    assert plan is not None
    return [*plan.ports, plan.karmada_port]


def stranger(lab: LabProcess, port: int, **headers: str) -> aiohttp.ClientSession:
    """A client that knows the lab's authority, and has no credentials but its headers."""
    tls = ssl.create_default_context(cafile=lab.folder.pki / "ca.crt")
    connector = aiohttp.TCPConnector(ssl=tls)
    return aiohttp.ClientSession(f"https://127.0.0.1:{port}", connector=connector, headers=headers)


async def test_anonymous_reaches_health_and_version_only(lab: LabProcess) -> None:
    for port in ports(lab):
        async with stranger(lab, port) as session:
            for path in OPEN:
                async with session.get(path) as response:
                    assert response.status == 200, path
            for path in CLOSED:
                async with session.get(path) as response:
                    answer = await response.json()
                    assert (response.status, answer["reason"]) == (403, "Forbidden"), path
                    assert 'User "system:anonymous" cannot' in answer["message"]
            async with session.post("/api/v1/namespaces", json={"metadata": {"name": "x"}}) as response:
                assert response.status == 403


async def test_false_credentials_are_unauthorized_even_where_anonymous_may_go(lab: LabProcess) -> None:
    for token in ("nonsense", "a.b.c", "abcdef.0123456789abcdef", "é"):
        async with stranger(lab, ports(lab)[1], Authorization=f"Bearer {token}") as session:
            for path in ("/version", "/api/v1/secrets"):
                async with session.get(path) as response:
                    answer = await response.json()
                    assert (response.status, answer["reason"]) == (401, "Unauthorized")


async def test_nobody_becomes_somebody_by_asking(lab: LabProcess) -> None:
    asked = {"Impersonate-User": "system:admin", "Impersonate-Group": "system:masters"}
    headers = {**asked, "X-Remote-User": "system:admin", "X-Remote-Group": "system:masters"}
    async with (
        stranger(lab, ports(lab)[1], **headers) as session,
        session.get("/api/v1/secrets") as response,
    ):
        assert response.status == 403
        assert 'cannot impersonate-on:user-info:list resource "secrets"' in (await response.json())["message"]
    async with lab.session(lab.kubeconfig(1)) as session:
        as_bob = {"Impersonate-User": "bob"}
        async with session.get("/api/v1/secrets", headers=as_bob) as response:
            assert response.status == 403
            assert 'User "bob" cannot list resource "secrets"' in (await response.json())["message"]


async def test_a_token_of_one_cluster_opens_no_other(lab: LabProcess) -> None:
    made = {}
    for index in (1, 2):
        async with lab.session(lab.kubeconfig(index)) as session:
            account = {"metadata": {"name": "robot"}}
            async with session.post("/api/v1/namespaces/default/serviceaccounts", json=account) as response:
                assert response.status == 201
            role = {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "cluster-admin"}
            subject = {"kind": "ServiceAccount", "name": "robot", "namespace": "default"}
            binding = {"metadata": {"name": "robots"}, "roleRef": role, "subjects": [subject]}
            bindings = "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings"
            async with session.post(bindings, json=binding) as response:
                assert response.status == 201
            path = "/api/v1/namespaces/default/serviceaccounts/robot/token"
            async with session.post(path, json={"spec": {}}) as response:
                made[index] = (await response.json())["status"]["token"]
    for index, token in made.items():
        for number, port in enumerate(ports(lab)):
            async with (
                stranger(lab, port, Authorization=f"Bearer {token}") as session,
                session.get("/api/v1/namespaces") as response,
            ):
                assert response.status == (200 if number == index else 401), (index, number)


def test_only_this_machine_can_connect(lab: LabProcess) -> None:
    pid = lab.folder.running()
    assert pid
    listening = [
        c.laddr for c in psutil.Process(pid).net_connections("inet") if c.status == psutil.CONN_LISTEN
    ]
    assert {address.ip for address in listening} == {"127.0.0.1"}
    assert {address.port for address in listening} == set(ports(lab))


def test_all_files_are_private(lab: LabProcess) -> None:
    for folder, _, files in os.walk(lab.folder.path):
        assert stat.S_IMODE(Path(folder).stat().st_mode) == 0o700, folder
        for file in files:
            path = Path(folder) / file
            assert stat.S_IMODE(path.stat().st_mode) == 0o600, path


def test_no_secret_is_on_the_command_line_or_in_the_log(lab: LabProcess) -> None:
    pid = lab.folder.running()
    assert pid
    secret = re.compile(r"PRIVATE KEY|eyJ[\w-]{20,}|client-key-data")
    assert not secret.search(" ".join(psutil.Process(pid).cmdline()))
    assert not secret.search(lab.folder.log.read_text())
