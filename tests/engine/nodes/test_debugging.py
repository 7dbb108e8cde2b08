"""Debugging containers, tokens of service accounts, and what old nodes tell."""

from karmada_nb.engine.runtime.client import Resource
from tests.engine.nodes.lab import Lab, ready


async def test_a_debugging_container_runs_beside_the_others_and_ends_for_good() -> None:
    async with Lab() as lab:
        pod = await lab.sleeper()
        debug = {"name": "debug", "image": "busybox", "command": ["sh", "-c", "echo looked; exit 3"]}
        spec = {**pod["spec"], "ephemeralContainers": [debug]}
        pods = Resource("", "v1", "pods")
        await lab.client.update(pods, {**pod, "spec": spec}, "ephemeralcontainers")
        await lab.clock.advance(30)
        pod = await lab.pod("box")
        assert pod["status"]["phase"] == "Running"
        (status,) = pod["status"]["ephemeralContainerStatuses"]
        assert status["state"]["terminated"]["exitCode"] == 3
        assert status["restartCount"] == 0
        assert "looked" in await lab.logs("box", "debug")
        assert ready(pod)


async def test_the_token_of_the_service_account_is_a_file_that_is_renewed() -> None:
    source = {"serviceAccountToken": {"path": "token", "expirationSeconds": 600}}
    async with Lab() as lab:
        await lab.sleeper(
            serviceAccountName="default",
            volumes=[{"name": "access", "projected": {"sources": [source]}}],
            containers=[
                {
                    "name": "main",
                    "image": "busybox",
                    "command": ["sleep", "365d"],
                    "volumeMounts": [{"name": "access", "mountPath": "/var/run/secrets"}],
                }
            ],
        )
        _, first, _ = await lab.exec("box", "cat", "/var/run/secrets/token")
        found = lab.cluster.server.authenticator.service_accounts.authenticate(first)
        assert found is not None
        assert found[0].name == "system:serviceaccount:default:default"
        assert (await lab.exec("box", "cat", "/var/run/secrets/token"))[1] == first
        await lab.clock.advance(481)
        assert (await lab.exec("box", "cat", "/var/run/secrets/token"))[1] != first


async def test_an_old_node_tells_what_its_version_knew() -> None:
    async with Lab(version="v1.23.8+k3s1") as lab:
        pod = await lab.sleeper()
        assert [c["type"] for c in pod["status"]["conditions"]] == [
            "Initialized",
            "Ready",
            "ContainersReady",
            "PodScheduled",
        ]
        assert not {"hostIPs", "observedGeneration"} & pod["status"].keys()
