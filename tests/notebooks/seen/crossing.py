"""What the lesson about requests that would cross clusters shows."""

import re
from collections.abc import Callable

from tests.notebooks.conftest import Ran


def closing_question(ran: Ran) -> None:
    assert {row[1] for row in ran.rows("start-request")} == {"k3d-cluster-3"}
    assert "curl: (6) Could not resolve host: pipy.default" in ran.text("name-attempt")
    assert ran.found("name-attempt") == "6"
    assert 'services "pipy" not found' in ran.text("name-look")
    assert ran.found("endpoints-attempt") == "7"
    slices = [line.split() for line in ran.text("endpoints-look").splitlines() if line.startswith("pipy-")]
    assert [row[3] == "<unset>" for row in slices] == [False, False, True]
    assert (
        re.findall(r"10\.\d+\.\d+\.0/\d+", ran.text("address-nodes")) == ["10.42.1.0/24", "10.42.0.0/24"] * 2
    )
    servers = ran.rows("address-who")
    assert sorted(row[1] for row in servers) == ["k3d-cluster-1", "k3d-cluster-1", "k3d-cluster-2"]
    assert ran.found("route-attempt") == "28"
    assert "pipy-far-1" in ran.text("objects-look")
    assert ran.found("objects-attempt") == "28"
    assert ran.text("away-delete").count("deleted") == 2
    ranges = re.findall(r"10\.\d+\.\d+\.0/\d+", ran.text("joined-nodes"))
    assert ranges == ["10.45.1.0/24", "10.45.0.0/24", "10.47.1.0/24", "10.47.0.0/24"]
    assert {
        word.split("-pipy-")[0] for word in re.findall(r"k3d-cluster-\d-pipy-\w+", ran.text("mcs-look"))
    } == {
        "k3d-cluster-1",
        "k3d-cluster-2",
    }
    assert ran.found("mcs-attempt") == "28"
    assert "ip route replace 10.45.0.0/24 via 172.18.0.5" in ran.text("router-lines")
    assert ran.found("router-attempt") == "0"
    assert {row[1] for row in ran.rows("router-requests")} <= {"k3d-cluster-1", "k3d-cluster-2"}
    assert ran.rows("objects-table") == [["6"], ["7"], ["28"], ["28"], ["28"], ["0"]]


SEEN: dict[str, Callable[[Ran], None]] = {"18_closing_question": closing_question}
