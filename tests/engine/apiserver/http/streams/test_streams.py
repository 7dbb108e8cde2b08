"""exec, logs, port-forward and the proxies, over a real socket, to a pod that echoes."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from karmada_nb.engine import errors
from karmada_nb.engine.apiserver.http import streams
from karmada_nb.engine.network.stream import Stream, connection
from karmada_nb.engine.nodes.runtime import ExecFailed, LogOptions, Streams
from karmada_nb.engine.store import StoreKey
from tests.engine.apiserver.http.serving import Serving, serving

POD = "/api/v1/namespaces/default/pods/p"
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\nX-Path: %s\r\n\r\nyes"


class Echo:
    """A ``PodRuntime`` whose pod repeats what it is told."""

    async def exec(
        self, namespace: str, pod: str, container: str, command: list[str], streams: Streams
    ) -> int:
        if command[0] == "missing":
            raise ExecFailed("no such program")
        if command[0] == "exit":
            return int(command[1])
        await streams.stdout(" ".join(command).encode())
        await streams.stderr(container.encode())
        while streams.stdin is not None and (data := await streams.stdin.read()):
            await streams.stdout(data.upper())
        return 0

    async def attach(self, namespace: str, pod: str, container: str, streams: Streams) -> int:
        await streams.stdout(b"attached")
        return 0

    async def logs(
        self, namespace: str, pod: str, container: str, options: LogOptions
    ) -> AsyncIterator[bytes]:
        if options.previous:
            raise errors.bad_request("previous terminated container not found")
        for number in range(3)[-options.tail if options.tail else 0 :]:
            yield f"line {number}\n".encode()

    async def port_forward(self, namespace: str, pod: str, port: int) -> Stream:
        return self._dial(port)

    async def dial_service(self, namespace: str, service: str, port: str) -> Stream:
        if service != "web":
            raise errors.not_found("", "services", service)
        return self._dial(int(port or 80))

    def _dial(self, port: int) -> Stream:
        if port != 80:
            raise ConnectionRefusedError("connect: connection refused")
        near, far = connection(("10.0.0.1", 1), ("10.0.0.2", port))
        self.task = asyncio.get_running_loop().create_task(self._answer(far))
        return near

    async def _answer(self, stream: Stream) -> None:
        data = await stream.read()
        if data.startswith(b"GET"):
            await stream.write(ANSWER % data.split()[1])
        while data and not data.startswith(b"GET"):
            await stream.write(data.upper())
            data = await stream.read()
        stream.close_write()


@pytest.fixture
async def running(tmp_path: Path) -> AsyncIterator[Serving]:
    async with serving(tmp_path) as found:
        streams.install(found.server, Echo())
        pod = {
            "kind": "Pod",
            "apiVersion": "v1",
            "metadata": {"name": "p", "namespace": "default"},
            "spec": {"nodeName": "n", "containers": [{"name": "c", "ports": [{"containerPort": 80}]}]},
        }
        found.api.store.put(StoreKey("pods", "default", "p"), pod)
        homeless = {
            **pod,
            "metadata": {"name": "h", "namespace": "default"},
            "spec": {**pod["spec"], "nodeName": ""},
        }
        found.api.store.put(StoreKey("pods", "default", "h"), homeless)
        yield found


@pytest.fixture
async def session(running: Serving) -> AsyncIterator[aiohttp.ClientSession]:
    async with running.session() as found:
        yield found


async def talk(
    session: aiohttp.ClientSession,
    query: str,
    protocol: str = "v5.channel.k8s.io",
    stdin: bytes = b"",
    kind: str = "exec",
) -> tuple[dict[int, bytes], Any]:
    """The bytes of each channel, and the Status at the end."""
    found: dict[int, bytes] = {}
    async with session.ws_connect(f"{POD}/{kind}?{query}", protocols=(protocol,)) as socket:
        assert socket.protocol == protocol
        if stdin:
            await socket.send_bytes(b"\x00" + stdin)
            await socket.send_bytes(b"\xff\x00")
        async for message in socket:
            found[message.data[0]] = found.get(message.data[0], b"") + message.data[1:]
    return found, json.loads(found.pop(3))


async def test_exec(session: aiohttp.ClientSession) -> None:
    query = "command=a&command=b%20c&stdout=true&stderr=true&stdin=true&container=c"
    found, status = await talk(session, query, stdin=b"in")
    assert found == {1: b"a b cIN", 2: b"c"}
    assert status == {"metadata": {}, "status": "Success"}


async def test_logs_over_a_websocket(session: aiohttp.ClientSession) -> None:
    for protocol, first in (("binary.k8s.io", b"line 0\n"), ("base64.binary.k8s.io", "bGluZSAwCg==")):
        async with session.ws_connect(f"{POD}/log?container=c", protocols=(protocol,)) as socket:
            assert socket.protocol == protocol
            assert (await socket.receive()).data == first


async def test_the_first_protocol_tells_of_failures_only(session: aiohttp.ClientSession) -> None:
    for command, told in (
        ("a", b""),
        ("exit&command=7", b"command terminated with non-zero exit code: exit status 7"),
    ):
        query = f"{POD}/exec?command={command}&stdout=true&container=c"
        async with session.ws_connect(query, protocols=("channel.k8s.io",)) as socket:
            messages = [message.data async for message in socket]
        assert b"".join(data[1:] for data in messages if data[0] == 3) == told


@pytest.mark.parametrize("protocol", ["v4.channel.k8s.io", "v5.channel.k8s.io"])
async def test_exit_codes_are_causes(session: aiohttp.ClientSession, protocol: str) -> None:
    _, status = await talk(session, "command=exit&command=3&stdout=true", protocol)
    assert status["reason"] == "NonZeroExitCode"
    assert status["details"]["causes"] == [{"reason": "ExitCode", "message": "3"}]


async def test_what_does_not_start_is_an_internal_error(session: aiohttp.ClientSession) -> None:
    _, status = await talk(session, "command=missing&stdout=true")
    assert (status["code"], status["message"]) == (500, "Internal error occurred: no such program")


async def test_attach(session: aiohttp.ClientSession) -> None:
    found, _ = await talk(session, "stdout=true", kind="attach")
    assert found == {1: b"attached"}


@pytest.mark.parametrize(
    ("path", "status", "message"),
    [
        ("p/exec?command=ls&stdout=true", 400, "Upgrade request required"),
        ("p/exec?stdout=true", 400, "you must specify at least one command for the container"),
        ("p/exec?command=ls&stdout=true&container=z", 400, "container z is not valid for pod p"),
        ("h/exec?command=ls&stdout=true", 400, "pod h does not have a host assigned"),
        ("none/exec?command=ls&stdout=true", 404, 'pods "none" not found'),
        ("h/portforward", 400, "pod h does not have a host assigned"),
        ("p/portforward", 400, "Upgrade request required"),
        ("p/log?container=z", 400, "container z is not valid for pod p"),
        ("p/log?previous=true", 400, "previous terminated container not found"),
        (
            "p/log?tailLines=-1",
            422,
            'PodLogOptions "p" is invalid: tailLines: Invalid value: -1: must be greater than or equal to 0',
        ),
    ],
)
async def test_refusals(session: aiohttp.ClientSession, path: str, status: int, message: str) -> None:
    """Texts recorded from kube-apiserver v1.36."""
    async with session.get(f"/api/v1/namespaces/default/pods/{path}") as answer:
        assert (answer.status, (await answer.json())["message"]) == (status, message)


async def test_logs(session: aiohttp.ClientSession) -> None:
    async with session.get(f"{POD}/log") as answer:
        assert answer.headers["Content-Type"] == "text/plain"
        assert await answer.text() == "line 0\nline 1\nline 2\n"
    async with session.get(f"{POD}/log?tailLines=1&follow=true") as answer:
        assert await answer.text() == "line 2\n"
    async with session.get("/api/v1/namespaces/default/pods/h/log") as answer:
        assert answer.status == 204


async def test_port_forward_over_channels(session: aiohttp.ClientSession) -> None:
    """As the Python client does it: two channels a port, each begins with the port's number."""
    path = f"{POD}/portforward?ports=80&ports=81"
    async with session.ws_connect(path, protocols=("v4.channel.k8s.io",)) as socket:
        first = [(await socket.receive()).data for _ in range(4)]
        assert first == [b"\x00P\x00", b"\x01P\x00", b"\x02Q\x00", b"\x03Q\x00"]
        refused = (await socket.receive()).data
        assert refused[0] == 3
        assert b"connection refused" in refused
        await socket.send_bytes(b"\x00hello")
        assert (await socket.receive()).data == b"\x00HELLO"


@pytest.mark.parametrize(
    "place", ["services/web:80", "services/http:web:80", "services/web", "pods/p", "pods/p:80"]
)
async def test_proxies_pass_path_and_query_on(session: aiohttp.ClientSession, place: str) -> None:
    async with session.get(f"/api/v1/namespaces/default/{place}/proxy/some/where?a=b") as answer:
        assert (answer.status, await answer.text()) == (200, "yes")
        assert answer.headers["X-Path"] == "/some/where?a=b"


async def test_proxies_that_reach_nothing(session: aiohttp.ClientSession) -> None:
    async with session.get("/api/v1/namespaces/default/services/web:81/proxy/") as answer:
        found = await answer.json()
    assert (found["code"], found["message"]) == (
        503,
        "error trying to reach service: connect: connection refused",
    )
    async with session.get("/api/v1/namespaces/default/services/none/proxy/") as answer:
        assert answer.status == 404
    async with session.get("/api/v1/nodes/none/proxy/healthz") as answer:
        assert answer.status == 404


async def test_a_proxied_root_is_a_folder(session: aiohttp.ClientSession) -> None:
    path = "/api/v1/namespaces/default/services/web:80/proxy"
    async with session.get(path, allow_redirects=False) as answer:
        assert (answer.status, answer.headers["Location"]) == (301, f"{path}/")
