import pytest

from karmada_nb.engine.images.catalog import command_line, executable, lookup, repository
from karmada_nb.engine.images.process import NotExecutable
from tests.engine.images.box import Box


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("nginx", "nginx"),
        ("docker.io/library/nginx:1.25@sha256:abc", "nginx"),
        ("localhost:5000/flomesh/pipy:1", "flomesh/pipy"),
        ("registry.k8s.io/e2e-test-images/agnhost:2.47", "e2e-test-images/agnhost"),
        ("gcr.io/kubernetes-e2e-test-images/agnhost:2.21", "e2e-test-images/agnhost"),
    ],
)
def test_repository(name: str, found: str) -> None:
    assert repository(name) == found


def test_command_replaces_entrypoint_and_cmd_and_args_only_cmd() -> None:
    nginx = lookup("nginx")
    assert command_line(nginx, (), None) == ("/docker-entrypoint.sh", "nginx", "-g", "daemon off;")
    assert command_line(nginx, (), ("nginx-debug",)) == ("/docker-entrypoint.sh", "nginx-debug")
    assert command_line(nginx, ("sleep",), ("5",)) == ("sleep", "5")


async def test_an_image_that_nobody_knows_stays_up_and_answers_on_its_ports() -> None:
    box = Box("example/unknown:v1", ip="10.42.0.5")
    assert not (await box.start("/app/server", "--flag")).done()
    client = Box("curlimages/curl", box.place)
    assert await client.run("curl", "-s", "10.42.0.5:8080") == (0, "box\n", "")
    await box.stop()


@pytest.mark.parametrize(
    ("flags", "port"),
    [
        (("--health-probe-bind-address=10.42.0.5:10351",), 10351),
        (("--tls-private-key-file=/tls.key", "--bind-address=10.42.0.5"), 443),
        (("--tls-private-key-file=/tls.key", "--secure-port=8443"), 8443),
    ],
)
async def test_an_image_that_nobody_knows_answers_where_its_flags_say(
    flags: tuple[str, ...], port: int
) -> None:
    box = Box("example/operator:v1", ip="10.42.0.5")
    await box.start("/bin/operator", *flags)
    client = Box("curlimages/curl", box.place)
    assert await client.run("curl", "-s", f"10.42.0.5:{port}/healthz") == (0, "box\n", "")
    await box.stop()


async def test_an_image_that_nobody_knows_respects_a_command_that_ends() -> None:
    assert (await Box("example/unknown").start("sh", "-c", "exit 3")).result() == 3


@pytest.mark.parametrize(
    ("command", "reason"),
    [
        ("foo", 'exec: "foo": executable file not found in $PATH'),
        ("/bin/foo", 'exec: "/bin/foo": stat /bin/foo: no such file or directory'),
        ("/etc/os-release", 'exec: "/etc/os-release": permission denied'),
    ],
)
def test_commands_that_cannot_be_started(command: str, reason: str) -> None:
    box = Box("alpine")
    with pytest.raises(NotExecutable) as failure:
        executable(box.image, box.process((command,)))
    assert str(failure.value) == reason


async def test_servers_of_known_images() -> None:
    place = Box("busybox").place
    client = Box("curlimages/curl", place)
    await Box("hashicorp/http-echo", place, "10.42.0.2").start(args=("-text=hi", "-listen=:80"))
    await Box("registry.k8s.io/e2e-test-images/agnhost:2.47", place, "10.42.0.3").start(args=("netexec",))
    await Box("traefik/whoami", place, "10.42.0.4").start()
    await Box("redis", place, "10.42.0.5").start()
    await Box("registry.k8s.io/e2e-test-images/nautilus:1.7", place, "10.42.0.7").start()
    assert (await client.run("curl", "-s", "10.42.0.7/data.json"))[1] == '{\n  "image": "nautilus.jpg"\n}\n'
    assert (await client.run("curl", "-s", "10.42.0.2"))[1] == "hi\n"
    assert (await client.run("curl", "-s", "10.42.0.3:8080/hostname"))[1] == "box"
    assert (await client.run("curl", "-s", "10.42.0.3:8080/echo?msg=yes&code=418"))[1] == "yes"
    assert (await client.run("curl", "-s", "10.42.0.4"))[1].startswith("Hostname: box\n")
    assert (await Box("redis", place, "10.42.0.6").run("redis-cli", "-h", "10.42.0.5", "PING"))[1] == "PONG\n"


async def test_netstat_tells_who_listens() -> None:
    place = Box("busybox").place
    box = Box("busybox", place, "10.42.0.2")
    await Box("hashicorp/http-echo", place, "10.42.0.2").start(args=("-text=hi", "-listen=:80"))
    told = "tcp        0      0 :::80                   :::*                    LISTEN      \n"
    assert (await box.sh("netstat -na | grep LISTEN | grep 80"))[1] == told
    assert (await box.sh("netstat -lu | grep 80"))[0] == 1
