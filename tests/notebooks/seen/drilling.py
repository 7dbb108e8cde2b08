"""What the fault drills show: the symptom, and on the way to the first cause every step of the chain."""

from collections.abc import Callable

from tests.notebooks.conftest import Ran
from tests.notebooks.seen.languages import says


def fault_drills(ran: Ran) -> None:
    assert "nginx:1.24" in ran.text("ledger-drill")
    assert "1/1" in ran.text("ledger-drill")
    assert [row[-1] for row in ran.rows("chain-look") if row[0] == "work"] == [
        "applied",
        "not applied",
        "applied",
    ]
    assert ran.text("chain-compare").startswith("work, k3d-cluster-2, Work")
    assert ran.found("chain-compare") == "work"
    fitting = ran.text("decision-explain").partition("k3d-cluster-2  ")[2].splitlines()[0]
    assert says(fitting, "fits")
    assert "ApplyPolicySucceed" in ran.text("events-describe")
    assert "SyncFailed" in ran.text("events-all")
    ledger = next(line for line in ran.text("work-list").splitlines() if line.startswith("ledger-"))
    assert ledger.split()[1] == "False"
    assert "already exist" in ran.text("work-message")
    assert "work.karmada.io/conflict-resolution" in ran.text("work-message")
    assert '"orders" not found' in ran.text("orders-drill")
    assert "0/3" in ran.text("shop-drill")
    assert "0/3" in ran.text("stock-drill")
    assert "ClusterIP" in ran.text("stock-drill")
    assert "9/3" in ran.text("prices-drill")
    assert "3/3" in ran.text("news-drill")
    assert "No resources found" in ran.text("news-drill")


def more_fault_drills(ran: Ran) -> None:
    assert "2/2" in ran.text("quiet-drill")
    assert "No resources found" in ran.text("quiet-drill")
    assert "2/3" in ran.text("banner-drill")
    assert "0/1" in ran.text("banner-drill")

    assert "1/1" in ran.text("maps-drill")
    assert '"maps" not found' in ran.text("maps-drill")
    assert "2/1" in ran.text("photos-drill")
    assert '"photos" not found' in ran.text("photos-drill")
    assert "2/3" in ran.text("radio-drill")
    assert "certificate" in ran.text("joining-drill")
    members = ran.text("joining-drill").partition("get clusters")[2]
    assert "k3d-cluster-2" in members
    assert "k3d-cluster-3" not in members


SEEN: dict[str, Callable[[Ran], None]] = {
    "20_fault_drills": fault_drills,
    "21_more_fault_drills": more_fault_drills,
}
