import asyncio

import pytest

from karmada_nb.engine.network.addresses import Addresses
from karmada_nb.engine.network.network import SYN_TIMEOUT
from karmada_nb.engine.network.stream import LIMIT, Stream, connection
from tests.engine.network.cluster import Place


async def test_a_connection_to_a_service_reaches_a_ready_endpoint_on_its_target_port() -> None:
    place = Place()
    place.service("web", "10.43.0.7", ports=[{"port": 80, "targetPort": 8080}])
    place.endpoints("web", "10.42.0.5", port=8080)
    place.greeter("10.42.0.5", 8080)
    stream = await place.host("10.42.0.9").dial("web.default", 80)
    assert await stream.read() == b"10.42.0.5"
    assert await stream.read() == b""


async def test_connections_spread_over_the_endpoints() -> None:
    place = Place()
    place.service("web", "10.43.0.7")
    ips = ["10.42.0.5", "10.42.0.6", "10.42.1.5"]
    place.endpoints("web", *ips)
    for ip in ips:
        place.greeter(ip)
    client = place.host("10.42.0.9")
    seen = {await (await client.dial("web", 8080)).read() for _ in range(40)}
    assert seen == {ip.encode() for ip in ips}


async def test_client_ip_affinity_stays_with_one_endpoint() -> None:
    place = Place()
    place.service("web", "10.43.0.7", sessionAffinity="ClientIP")
    ips = ["10.42.0.5", "10.42.0.6", "10.42.1.5"]
    place.endpoints("web", *ips)
    for ip in ips:
        place.greeter(ip)
    client = place.host("10.42.0.9")
    seen = {await (await client.dial("web", 8080)).read() for _ in range(20)}
    assert len(seen) == 1


async def test_a_service_without_endpoints_refuses() -> None:
    place = Place()
    place.service("web", "10.43.0.7")
    with pytest.raises(ConnectionRefusedError):
        await place.host("10.42.0.9").dial("web", 8080)


async def test_a_closed_port_of_a_running_pod_refuses() -> None:
    place = Place()
    place.host("10.42.0.5")
    with pytest.raises(ConnectionRefusedError):
        await place.host("10.42.0.9").dial("10.42.0.5", 81)


async def timed_out(place: Place, host: str, port: int, source: str = "10.42.0.9") -> bool:
    task = asyncio.ensure_future(place.host(source).dial(host, port))
    await place.clock.advance(SYN_TIMEOUT - 1)
    assert not task.done()
    await place.clock.advance(2)
    return isinstance(task.exception(), TimeoutError)


async def test_an_address_that_nobody_has_times_out() -> None:
    assert await timed_out(Place(), "10.42.7.7", 80)


async def test_a_port_that_a_service_does_not_have_times_out() -> None:
    place = Place()
    place.service("web", "10.43.0.7")
    assert await timed_out(place, "web", 9999)


async def test_a_lost_host_times_out_until_it_is_back() -> None:
    place = Place()
    place.greeter("10.42.0.5")
    place.network.lose("10.42.0.5")
    assert await timed_out(place, "10.42.0.5", 8080)
    place.network.restore("10.42.0.5")
    assert await (await place.host("10.42.0.9").dial("10.42.0.5", 8080)).read() == b"10.42.0.5"


async def test_a_cut_network_leaves_only_the_pod_itself() -> None:
    place = Place()
    place.greeter("10.42.0.5")
    place.network.cut = True
    own = place.host("10.42.0.5")
    assert await (await own.dial("localhost", 8080)).read() == b"10.42.0.5"
    assert await timed_out(place, "10.42.0.5", 8080)


async def test_connections_break_when_their_pod_goes() -> None:
    place = Place()

    async def wait(stream: Stream) -> None:
        await stream.read()

    place.network.listen("10.42.0.5", 80, wait)
    stream = await place.host("10.42.0.9").dial("10.42.0.5", 80)
    place.network.detach("10.42.0.5")
    with pytest.raises(ConnectionResetError):
        await stream.read()


async def test_a_writer_waits_for_a_slow_reader() -> None:
    near, far = connection(("a", 1), ("b", 2))
    await near.write(b"x" * LIMIT)
    second = asyncio.ensure_future(near.write(b"y"))
    await asyncio.sleep(0)
    assert not second.done()
    await far.read()
    await second
    near.close_write()
    assert await far.read() == b"y"
    assert await far.read() == b""


async def test_writing_to_an_end_that_was_closed_is_a_broken_pipe() -> None:
    near, far = connection(("a", 1), ("b", 2))
    far.close()
    with pytest.raises(BrokenPipeError):
        await near.write(b"x")


def test_addresses_of_a_node_are_given_once_and_again_after_they_were_freed() -> None:
    pool = Addresses("10.42.1")
    given = [pool.take() for _ in range(253)]
    assert given[0] == "10.42.1.2"
    assert len(set(given)) == 253
    with pytest.raises(OSError, match="no IP addresses available"):
        pool.take()
    pool.free("10.42.1.9")
    assert pool.take() == "10.42.1.9"
