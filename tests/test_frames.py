"""Frames of objects that a real Karmada gave."""

from typing import Any

from karmada_nb import frames
from karmada_nb.frames import Link


def test_what_clusters_want_and_have(recorded: Any) -> None:
    found = recorded("k3 get deploy,svc,rs -o yaml")["items"]
    deployment = next(item for item in found if item["kind"] == "Deployment")
    frame = frames.by_cluster({"k3d-cluster-1": deployment, "k3d-cluster-2": None})
    assert list(frame.columns) == ["cluster", "desired", "ready"]
    assert frame.values.tolist() == [["k3d-cluster-1", 1, 1], ["k3d-cluster-2", 0, 0]]


def test_a_daemon_set_is_to_have_a_pod_on_each_node() -> None:
    status = {"desiredNumberScheduled": 3, "numberReady": 2}
    frame = frames.by_cluster({"k3d-cluster-1": {"kind": "DaemonSet", "spec": {}, "status": status}})
    assert frame.values.tolist() == [["k3d-cluster-1", 3, 2]]


def test_the_chain_has_a_row_an_object_and_says_how_each_is(recorded: Any) -> None:
    template = recorded("kmd get deploy pipy -o yaml")
    policy = recorded("kmd get propagationpolicy pipy-propagation -o yaml")
    binding = recorded("kmd get rb -o yaml")["items"][0]
    works = recorded("kmd get work -n karmada-es-k3d-cluster-3 -o yaml")["items"]
    work = next(item for item in works if item["metadata"]["name"].startswith("pipy-"))
    frame = frames.objects(
        [
            Link("template", "karmada", "Deployment", template),
            Link("policy", "karmada", "PropagationPolicy", policy),
            Link("binding", "karmada", "ResourceBinding", binding),
            Link("work", "k3d-cluster-3", "Work", work),
            Link("member", "k3d-cluster-2", "Deployment", None, "pipy"),
        ]
    )
    assert list(frame.columns) == ["stage", "cluster", "kind", "namespace", "name", "status"]
    assert frame["status"].tolist() == [
        "3/3 ready",
        "selects it",
        "k3d-cluster-1 1, k3d-cluster-2 1, k3d-cluster-3 1",
        "applied",
        "none",
    ]
    assert frame["name"].tolist()[-1] == "pipy"


def test_pods_count_one_each() -> None:
    pod = {
        "metadata": {"name": "p"},
        "spec": {"nodeName": "n"},
        "status": {"conditions": [{"type": "Ready", "status": "True"}]},
    }
    frame = frames.by_pod({"a": [pod], "b": []})
    assert frame.values.tolist() == [["a", 1, 1, "n", "p"]]


def test_events_are_in_order_whatever_api_wrote_them() -> None:
    old = {
        "metadata": {},
        "type": "Normal",
        "reason": "Old",
        "lastTimestamp": "2026-11-23T03:15:00Z",
        "source": {"component": "c"},
        "count": 3,
        "message": "m",
    }
    new = {
        "metadata": {},
        "type": "Warning",
        "reason": "New",
        "eventTime": "2026-11-23T03:15:01.5Z",
        "reportingComponent": "r",
    }
    frame = frames.events([new, old])
    assert frame["reason"].tolist() == ["Old", "New"]
    assert frame["count"].tolist() == [3, 1]
    assert frame["from"].tolist() == ["c", "r"]


def test_frames_without_rows_have_their_columns() -> None:
    assert list(frames.events([]).columns) == ["seen", "type", "reason", "from", "count", "message"]
    assert list(frames.by_pod({}).columns) == ["cluster", "desired", "ready", "node", "pod"]
