"""What the lesson about observing shows."""

from collections.abc import Callable

from tests.notebooks.conftest import Ran


def observing_many_clusters(ran: Ran) -> None:
    assert ran.text("start-look").splitlines()[1].split()[:2] == ["pipy", "3/3"]
    assert ran.text("binding-parts").count("'readyReplicas': 1") == 3
    assert "Scheduled=True" in ran.text("conditions-look")
    assert "FullyApplied=True" in ran.text("conditions-look")
    _, *pods = ran.text("pods-all").splitlines()
    assert [row.split()[1:3] for row in pods] == [[f"k3d-cluster-{n}", "1/1"] for n in (1, 2, 3)]
    assert "Listening on TCP port 8080" in ran.text("pods-logs")
    assert ran.found("ill-compare") == "{'readyReplicas': 3, 'FullyApplied': 'True'}"
    _, second, _ = ran.text("ill-parts").splitlines()
    assert "{'replicas': 2, 'readyReplicas': 1, 'unavailableReplicas': 1}" in second
    assert ran.found("worse-run") == "{'readyReplicas': 2, 'FullyApplied': 'True'}"
    assert "0/1" in ran.text("why-pods")
    assert "registry.invalid/flomesh/pipy" in ran.text("why-describe")
    assert "SyncWorkSucceed" in str(ran.rows("events-template"))
    assert "registry.invalid" not in ran.text("events-works")
    assert 'Failed to pull image "registry.invalid/flomesh/pipy"' in ran.text("events-member-look")
    assert ran.text("proxy-ready") == "ok"
    assert ran.text("proxy-images").count("registry.invalid") == 1


SEEN: dict[str, Callable[[Ran], None]] = {"17_observing_many_clusters": observing_many_clusters}
