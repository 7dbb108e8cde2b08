import asyncio

import pytest

from karmada_nb.engine import meta
from karmada_nb.engine.errors import StatusError
from karmada_nb.engine.nodes.runtime import ExecFailed, Streams
from karmada_nb.engine.runtime.client import Resource
from tests.engine.nodes.lab import NODES, Lab

ARTICLE = "pipy().listen(8080).serveHTTP(() => new Message(os.env['HOSTNAME'] +'\n'))"


async def test_the_article_s_request_is_answered_by_the_pod_s_name() -> None:
    async with Lab() as lab:
        await lab.run("pipy", image="flomesh/pipy", command=["pipy"], args=["-e", ARTICLE])
        pod = await lab.sleeper("curl")
        ip = (await lab.pod("pipy"))["status"]["podIP"]
        assert await lab.exec("curl", "curl", "-s", f"http://{ip}:8080") == (0, "pipy\n", "")
        assert meta.name(pod) == "curl"


async def test_a_service_leads_to_its_endpoint_and_refuses_without_one() -> None:
    async with Lab() as lab:
        pod = await lab.run("pipy", image="flomesh/pipy", command=["pipy"], args=["-e", ARTICLE])
        await lab.sleeper("curl")
        service = {
            "apiVersion": "v1",
            "kind": "Service",
            "metadata": {"name": "pipy"},
            "spec": {"clusterIP": "10.43.9.9", "ports": [{"port": 8080}]},
        }
        await lab.client.create(Resource("", "v1", "services"), service, "default")
        request = ("curl", "-sS", "http://pipy.default:8080")
        refused = (
            "curl: (7) Failed to connect to pipy.default port 8080 after 0 ms: Could not connect to server\n"
        )
        assert await lab.exec("curl", *request) == (7, "", refused)
        slices = {
            "apiVersion": "discovery.k8s.io/v1",
            "kind": "EndpointSlice",
            "metadata": {"name": "pipy-1", "labels": {"kubernetes.io/service-name": "pipy"}},
            "addressType": "IPv4",
            "endpoints": [{"addresses": [pod["status"]["podIP"]], "conditions": {"ready": True}}],
            "ports": [{"name": "", "port": 8080, "protocol": "TCP"}],
        }
        await lab.client.create(Resource("discovery.k8s.io", "v1", "endpointslices"), slices, "default")
        assert await lab.exec("curl", *request) == (0, "pipy\n", "")
        stream = await lab.nodes.runtime.dial_service("default", "pipy", "8080")
        await stream.write(b"GET / HTTP/1.0\r\n\r\n")
        assert (await stream.read()).endswith(b"pipy\n")


async def test_an_unknown_command_is_told_as_the_container_runtime_does() -> None:
    async with Lab() as lab:
        await lab.sleeper()
        with pytest.raises(ExecFailed) as failure:
            await lab.exec("box", "foo")
        assert failure.value.message.endswith(
            'OCI runtime exec failed: exec failed: unable to start container process: exec: "foo": '
            "executable file not found in $PATH: unknown"
        )


async def test_exec_needs_a_pod_that_runs() -> None:
    async with Lab() as lab:
        await lab.run("done", command=["true"], restartPolicy="Never")
        with pytest.raises(StatusError, match="current phase is Succeeded"):
            await lab.exec("done", "ls")
        with pytest.raises(StatusError, match='pods "nobody" not found'):
            await lab.exec("nobody", "ls")


async def test_logs_tail_and_timestamps() -> None:
    async with Lab() as lab:
        await lab.run(
            "talk", command=["sh", "-c", "echo one; echo two; sleep 1; echo three; sleep 1h"], seconds=2
        )
        assert await lab.logs("talk") == "one\ntwo\nthree\n"
        assert await lab.logs("talk", tail=1) == "three\n"
        assert await lab.logs("talk", limit_bytes=5) == "one\nt"
        assert (await lab.logs("talk", tail=1, timestamps=True)).startswith("2026-01-01T00:00:0")


async def test_logs_are_followed_until_the_container_ends() -> None:
    async with Lab() as lab:
        script = "echo one; sleep 5; echo two; sleep 5; echo three"
        await lab.run("talk", command=["sh", "-c", script], restartPolicy="Never")
        task = asyncio.ensure_future(lab.logs("talk", follow=True, tail=0))
        await lab.clock.advance(6)
        assert not task.done()
        await lab.clock.advance(6)
        assert task.result() == "two\nthree\n"


async def test_a_dead_node_does_not_answer_and_comes_back() -> None:
    async with Lab(nodes=1) as lab:
        pod = await lab.sleeper()
        lab.nodes.faults.kill_node(pod["spec"]["nodeName"])
        with pytest.raises(StatusError, match="no route to host"):
            await lab.exec("box", "ls")
        lab.nodes.faults.revive_node(pod["spec"]["nodeName"])
        await lab.clock.settle()
        assert (await lab.exec("box", "true"))[0] == 0


async def test_port_forward_reaches_the_pod_itself() -> None:
    async with Lab() as lab:
        await lab.run("pipy", image="flomesh/pipy", command=["pipy"], args=["-e", ARTICLE])
        stream = await lab.nodes.runtime.port_forward("default", "pipy", 8080)
        await stream.write(b"GET / HTTP/1.0\r\n\r\n")
        assert (await stream.read()).endswith(b"\r\n\r\npipy\n")
        with pytest.raises(ConnectionRefusedError):
            await lab.nodes.runtime.port_forward("default", "pipy", 81)


class Keyboard:
    """What somebody types, with pauses of virtual time between the pieces."""

    def __init__(self, lab: Lab, *pieces: bytes) -> None:
        self._lab = lab
        self._pieces = list(pieces)

    async def read(self) -> bytes:
        await self._lab.clock.sleep(1)
        return self._pieces.pop(0) if self._pieces else b""


class Screen:
    """What a terminal shows."""

    def __init__(self) -> None:
        self.data = b""

    async def show(self, data: bytes) -> None:
        self.data += data

    @property
    def text(self) -> str:
        return self.data.decode().replace("\r\n", "\n")


async def test_a_shell_at_a_terminal_echoes_edits_and_survives_an_interrupt() -> None:
    async with Lab() as lab:
        await lab.sleeper()
        screen = Screen()
        keys = Keyboard(lab, b"echo hx\x7fi\r", b"sleep 1000\r", b"\x03", b"exit 3\r")
        streams = Streams(screen.show, screen.show, keys, tty=True)
        task = asyncio.ensure_future(lab.nodes.runtime.exec("default", "box", "", ["sh"], streams))
        await lab.clock.advance(6)
        assert task.result() == 3
        prompt = "/home/curl_user $ "
        shown = f"{prompt}echo hx\b \bi\nhi\n{prompt}sleep 1000\n^C\n{prompt}exit 3\n"
        assert screen.text == shown


async def test_an_interrupt_ends_a_program_at_a_terminal() -> None:
    async with Lab() as lab:
        await lab.sleeper()
        screen = Screen()
        streams = Streams(screen.show, screen.show, Keyboard(lab, b"\x03"), tty=True)
        task = asyncio.ensure_future(lab.nodes.runtime.exec("default", "box", "", ["sleep", "99"], streams))
        await lab.clock.advance(2)
        assert task.result() == 130


async def test_a_container_with_standard_input_waits_for_who_attaches() -> None:
    async with Lab() as lab:
        container = {"name": "main", "image": "busybox", "command": ["sh"], "stdin": True, "stdinOnce": True}
        pod = await lab.run("run", containers=[container], restartPolicy="Never")
        assert pod["status"]["phase"] == "Running"
        screen = Screen()
        streams = Streams(screen.show, screen.show, Keyboard(lab, b"echo from inside\n"))
        task = asyncio.ensure_future(lab.nodes.runtime.attach("default", "run", "", streams))
        await lab.clock.advance(3)
        assert (task.result(), screen.text) == (0, "from inside\n")
        assert (await lab.pod("run"))["status"]["phase"] == "Succeeded"


async def test_standard_input_that_is_not_once_outlives_who_attached() -> None:
    """containerd closes the input with ``stdinOnce`` only; without, the end of the input detaches."""
    async with Lab() as lab:
        container = {"name": "main", "image": "busybox", "command": ["cat"], "stdin": True}
        await lab.run("run", containers=[container], restartPolicy="Never")
        for said in (b"one\n", b"two\n"):
            screen = Screen()
            streams = Streams(screen.show, screen.show, Keyboard(lab, said))
            task = asyncio.ensure_future(lab.nodes.runtime.attach("default", "run", "", streams))
            await lab.clock.advance(3)
            assert (task.result(), screen.text) == (0, said.decode())
        assert (await lab.pod("run"))["status"]["phase"] == "Running"


@pytest.mark.parametrize(("version", "told"), [("v1.23.8+k3s2", "v1.23.8+k3s2"), ("v1.36.2+k3s1", "")])
async def test_a_node_of_today_tells_nothing_of_kube_proxy(version: str, told: str) -> None:
    """Feature gate DisableNodeKubeProxyVersion: on since v1.33."""
    async with Lab(1, version) as lab:
        (node,) = (await lab.client.list(NODES)).items
    info = node["status"]["nodeInfo"]
    assert (info["kubeletVersion"], info["kubeProxyVersion"]) == (version, told)
