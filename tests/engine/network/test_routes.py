"""Routes between clusters, node by node."""

from __future__ import annotations

import pytest

from karmada_nb.engine.network.routes import NodeRoutes, NodeTable, Wire
from karmada_nb.engine.network.stream import Stream
from tests.engine.network.cluster import Place
from tests.engine.network.test_network import timed_out


class Joined(Place):
    """A cluster with two nodes on a wire: 172.18.0.N and the next, with 10.N.0.0/24 and 10.N.1.0/24."""

    def __init__(self, wire: Wire, number: int) -> None:
        super().__init__()
        routes = NodeRoutes(wire, self.network)
        self.network.routes.append(routes)
        self.tables = [routes.node(f"172.18.0.{number + at}", f"10.{number}.{at}.0/24") for at in range(2)]


@pytest.fixture
def clusters() -> tuple[Joined, Joined]:
    wire = Wire()
    here, there = Joined(wire, 44), Joined(wire, 46)
    there.greeter("10.46.1.5")
    return here, there


async def test_clusters_do_not_reach_each_other_until_a_route_joins_them(
    clusters: tuple[Joined, Joined],
) -> None:
    here, _ = clusters
    client = here.host("10.44.0.9")
    assert await timed_out(here, "10.46.1.5", 8080, source="10.44.0.9")
    here.tables[0].add("10.46.1.0/24", "172.18.0.47")
    assert await (await client.dial("10.46.1.5", 8080)).read() == b"10.46.1.5"


async def test_a_route_is_its_nodes_own_and_leads_one_way(clusters: tuple[Joined, Joined]) -> None:
    here, there = clusters
    here.greeter("10.44.0.9")
    here.tables[0].add("10.46.1.0/24", "172.18.0.47")
    assert await timed_out(here, "10.46.1.5", 8080, source="10.44.1.9")
    assert await timed_out(there, "10.44.0.9", 8080, source="10.46.1.5")


async def test_packets_get_lost_behind_the_wrong_node(clusters: tuple[Joined, Joined]) -> None:
    here, _ = clusters
    for hop in ("172.18.0.46", "172.18.0.99"):
        here.tables[0].add("10.46.1.0/24", hop, replace=True)
        assert await timed_out(here, "10.46.1.5", 8080, source="10.44.0.9")


async def test_the_server_sees_the_clients_node(clusters: tuple[Joined, Joined]) -> None:
    here, there = clusters

    async def who(stream: Stream) -> None:
        await stream.write(stream.peer[0].encode())

    there.network.listen("10.46.1.5", 9000, who)
    here.tables[0].add("10.46.1.0/24", "172.18.0.47")
    assert await (await here.host("10.44.0.9").dial("10.46.1.5", 9000)).read() == b"172.18.0.44"


def test_the_narrowest_range_wins() -> None:
    table = NodeTable("172.18.0.3", "10.44.0.0/24")
    table.add("10.46.0.0/16", "172.18.0.5")
    table.add("10.46.1.0/24", "172.18.0.6")
    assert [table.next_hop(ip) for ip in ("10.46.0.5", "10.46.1.5", "10.47.0.5")] == [
        "172.18.0.5",
        "172.18.0.6",
        None,
    ]
    with pytest.raises(FileExistsError, match="File exists"):
        table.add("10.46.1.0/24", "172.18.0.7")
    table.remove("10.46.1.0/24")
    with pytest.raises(ProcessLookupError, match="No such process"):
        table.remove("10.46.1.0/24")
