"""The dashboard, without a browser: it shows what the clusters do, and what it does can be taken back."""

import threading
import time
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any

import pytest

from karmada_nb import Lab
from karmada_nb.widgets import Dashboard, controls, fleet
from karmada_nb.widgets.fleet import Member


def eventually(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


@pytest.fixture
def board(lab: Lab) -> Iterator[Any]:
    lab.at("client")
    made = lab.dashboard("deployment/pipy", policy="pipy-propagation")
    yield made
    made.close()


def pod(phase: str = "Running", ready: str = "True", reason: str = "", **metadata: Any) -> dict[str, Any]:
    state = {"waiting": {"reason": reason}} if reason else {"running": {}}
    status = {
        "phase": phase,
        "conditions": [{"type": "Ready", "status": ready}],
        "containerStatuses": [{"state": state}],
    }
    return {"metadata": metadata, "spec": {"nodeName": "n"}, "status": status}


def test_a_pod_is_ready_starting_ending_or_failed() -> None:
    assert fleet.phase(pod()) == "ready"
    assert fleet.phase(pod("Pending", "False", "ContainerCreating")) == "starting"
    assert fleet.phase(pod("Pending", "False", "ImagePullBackOff")) == "failed"
    assert fleet.phase(pod(deletionTimestamp="now")) == "ending"
    assert len(set(fleet.SIGNS.values())) == 4


def test_a_card_says_in_words_what_it_shows() -> None:
    ready = {"conditions": [{"type": "Ready", "status": "True"}]}
    member = Member({"spec": {}, "status": ready}, {"n": {"status": ready}}, {"a": pod(), "b": pod()})
    html = fleet.cards({"one": member, "<b>": Member(lost="refused")})
    assert 'aria-label="one: Ready, 1 nodes, 2 ready."' in html
    assert "● ●" in html
    assert "It does not answer." in html
    assert "not joined" in html
    assert "<b>" not in html


def test_what_takes_a_change_back() -> None:
    before = {"spec": {"a": 1, "b": {"c": [1]}, "kept": 5}}
    change = {"spec": {"a": 2, "b": {"c": [2], "new": 3}, "d": {"e": 4}}}
    assert controls.undoing(change, before) == {"spec": {"a": 1, "b": {"c": [1], "new": None}, "d": None}}


def test_a_cordon_leaves_other_taints_alone() -> None:
    other = {"key": "mine", "effect": "NoSchedule"}
    tainted = controls.cordoning({"spec": {"taints": [other]}}, True)
    assert tainted["spec"]["taints"][0] == other
    assert fleet.cordoned(tainted)
    assert controls.cordoning(tainted, False) == {"spec": {"taints": [other]}}
    assert controls.cordoning({"spec": {}}, False) == {"spec": {"taints": None}}


def test_it_shows_nodes_and_pods_and_what_stands_behind_controls(lab: Lab, board: Any) -> None:
    eventually(lambda: board.html().count("●") == 4)  # three pods, and the legend's
    for node in lab.list("nodes", cluster=lab.members()[0], namespace=None):
        assert node["metadata"]["name"] in board.html()
    for text in (
        "3 of 3 replicas are ready in 3 clusters.",
        "%kmd scale deployment/pipy --replicas 3",
        f"%karmadactl cordon {lab.members()[0]}",
        "replicaSchedulingType: Divided",
    ):
        assert text in board.html()


def test_undo_says_what_it_will_do_and_does_it(lab: Lab, board: Any) -> None:
    assert board._undo.disabled
    board._replicas.value = 5
    eventually(lambda: board._undo.description == "Undo: replicas, 5 → 3")
    first = lab.members()[0]
    board._sliders[first].value = 15
    eventually(lambda: board._undo.description == f"Undo: the weight of {first}, 15 → 10")
    eventually(lambda: "5 of 5 replicas are ready" in board.html())
    board._undo.click()
    policy = lab.get("propagationpolicy/pipy-propagation")
    assert controls.weights(policy, lab.members()) == dict.fromkeys(lab.members(), 10)
    eventually(lambda: board._undo.description == "Undo: replicas, 5 → 3")
    board._undo.click()
    eventually(lambda: bool(board._undo.disabled))
    eventually(lambda: "3 of 3 replicas are ready" in board.html())


def test_copies_instead_of_shares_and_back(lab: Lab, board: Any) -> None:
    before = lab.get("propagationpolicy/pipy-propagation")
    board._mode.value = "Duplicated"
    eventually(lambda: "9 of 9 replicas are ready" in board.html())
    board._undo.click()
    eventually(lambda: "3 of 3 replicas are ready" in board.html())
    after = lab.get("propagationpolicy/pipy-propagation")
    assert before
    assert after
    assert after["spec"] == before["spec"]


def test_a_cordon_is_karmadactls(lab: Lab, board: Any) -> None:
    last = lab.members()[-1]
    eventually(lambda: not board._cordons[last].disabled)
    board._cordons[last].value = True
    eventually(lambda: "cordoned" in board.html())
    said = lab.karmadactl("--kubeconfig", str(lab.kubeconfig()), "cordon", last, show=False)
    assert f"{last} cluster already cordoned" in said.out
    assert f"%karmadactl uncordon {last}" in board.html()
    board._undo.click()
    cluster = lab.get(f"clusters.cluster.karmada.io/{last}")
    assert not fleet.cordoned(cluster)


def test_errors_show_and_leave_nothing_to_undo(lab: Lab, board: Any) -> None:
    lab.delete("propagationpolicy/pipy-propagation")
    board._sliders[lab.members()[0]].value = 7
    assert "not found" in board.html()
    assert board._undo.disabled


def test_many_changes_are_few_redraws(lab: Lab, board: Any) -> None:
    drawn: list[float] = []
    board._clusters_html.observe(lambda change: drawn.append(time.monotonic()), "value")
    for replicas in (9, 1, 9, 1, 9):
        lab.connect().patch("deployments", "pipy", {"spec": {"replicas": replicas}})
    eventually(lambda: "9 of 9 replicas are ready" in board.html())
    assert all(later - earlier >= 0.09 for earlier, later in pairwise(drawn))


def test_it_ends_with_its_threads_and_when_its_cell_runs_again(lab: Lab) -> None:
    lab.at("client")
    before = set(threading.enumerate())
    made = lab.dashboard("deployment/pipy", policy="pipy-propagation")
    running = len(set(threading.enumerate()) - before)
    again = lab.dashboard("deployment/pipy", policy="pipy-propagation")
    assert isinstance(again, Dashboard)
    assert again is not made
    assert len(set(threading.enumerate()) - before) == running
    lab.close_widgets()
    assert set(threading.enumerate()) == before
