"""``nc`` and ``ip`` of BusyBox, in pods. Expected words are those of BusyBox 1.37 (networking/nc.c, ip.c)."""

from __future__ import annotations

from tests.engine.images.box import Box
from tests.engine.network.cluster import Place
from tests.engine.nodes.lab import Lab


async def test_nc_serves_one_program_a_caller_on_tcp_and_udp() -> None:
    place = Place()
    server, client = Box("busybox", place, "10.42.0.5"), Box("busybox", place)
    for flags in ("-lk", "-luk"):
        await server.start("nc", flags, "-p", "42", "-v", "-e", "echo", "hello")
    for _ in range(2):
        assert await client.run("nc", "10.42.0.5", "42") == (0, "hello\n", "")
    assert await client.sh("echo hi | nc -u 10.42.0.5 42") == (0, "hello\n", "")
    refused = "nc: can't connect to remote host (10.42.0.5): Connection refused\n"
    assert await client.run("nc", "10.42.0.5", "43") == (1, "", refused)
    assert await client.run("nc", "-w", "3", "10.42.7.7", "43", seconds=3) == (1, "", "nc: timed out\n")
    assert (await client.run("nc", "nobody", "43"))[2] == "nc: bad address 'nobody'\n"
    await server.stop()


async def test_nc_hands_on_what_it_hears() -> None:
    place = Place()
    server, client = Box("busybox", place, "10.42.0.5"), Box("busybox", place)
    listening = await server.start("nc", "-l", "-p", "42")
    await client.run("nc", "10.42.0.5", "42", stdin=b"hi\n")
    assert server.out == b"hi\n"
    assert listening.done(), "without -k it serves one caller"
    await server.stop()


ROUTER = {"name": "main", "image": "busybox", "command": ["sleep", "365d"]}


async def test_ip_changes_the_routes_of_the_node_from_a_privileged_pod() -> None:
    async with Lab() as lab:
        capable = {**ROUTER, "securityContext": {"capabilities": {"add": ["NET_ADMIN"]}}}
        pod = await lab.run("router", hostNetwork=True, containers=[capable])
        assert pod["status"]["podIP"] == pod["status"]["hostIP"]
        add = ("ip", "route", "add", "10.46.1.0/24", "via", "172.18.0.47")
        assert await lab.exec("router", *add) == (0, "", "")
        assert "10.46.1.0/24 via 172.18.0.47 dev eth0 \n" in (await lab.exec("router", "ip", "route"))[1]
        assert await lab.exec("router", *add) == (2, "", "ip: RTNETLINK answers: File exists\n")
        assert await lab.exec("router", "ip", "route", "del", "10.46.1.0/24") == (0, "", "")
        gone = (2, "", "ip: RTNETLINK answers: No such process\n")
        assert await lab.exec("router", "ip", "route", "del", "10.46.1.0/24") == gone


async def test_ip_changes_nothing_in_an_ordinary_pod() -> None:
    async with Lab() as lab:
        pod = await lab.run("box", containers=[ROUTER])
        ip = pod["status"]["podIP"]
        refused = (2, "", "ip: RTNETLINK answers: Operation not permitted\n")
        assert await lab.exec("box", "ip", "route", "add", "10.46.1.0/24", "via", "172.18.0.47") == refused
        assert ip in (await lab.exec("box", "ip", "route"))[1]
        await lab.run("host", hostNetwork=True, containers=[ROUTER])
        assert await lab.exec("host", "ip", "route", "add", "10.46.1.0/24", "via", "172.18.0.47") == refused
