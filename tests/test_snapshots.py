"""A snapshot brings back what the learner made, whatever happened since."""

from pathlib import Path

import pytest

from karmada_nb import Lab, LabError
from karmada_nb.snapshots import cleaned, load


def test_what_was_made_comes_back_from_a_bare_lab(lab: Lab, tmp_path: Path) -> None:
    lab.at("scale")
    lab.connect().patch("deployments", "pipy", {"spec": {"replicas": 5}})
    first = lab.members()[0]
    by_hand = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "mine"}, "data": {"a": "1"}}
    lab.apply(by_hand, cluster=first)
    kept = tmp_path / "snap.json"
    before = lab.snapshot(kept)
    assert len(kept.read_bytes()) < 100_000
    lab.at("install")
    assert lab.get("configmap/mine", cluster=first) is None
    lab.restore(kept)
    assert sorted(lab.joined()) == sorted(lab.members())
    found = lab.get("configmap/mine", cluster=first)
    assert found
    assert found["data"] == {"a": "1"}
    lab.wait("deployment/pipy", ready=5, timeout=120)
    assert lab.snapshot().objects == before.objects


def test_what_came_later_goes(lab: Lab) -> None:
    lab.at("deploy")
    empty = lab.snapshot()
    assert not any(empty.objects.values())
    lab.apply({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "later"}})
    lab.restore(empty)
    assert lab.get("configmap/later") is None


def test_servers_and_karmadas_marks_are_no_wish() -> None:
    service = {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": "s", "uid": "u", "labels": {"a": "b", "propagationpolicy.karmada.io/name": "p"}},
        "spec": {"clusterIP": "10.0.0.1", "clusterIPs": ["10.0.0.1"], "ports": []},
        "status": {},
    }
    assert cleaned(service) == {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": "s", "labels": {"a": "b"}},
        "spec": {"ports": []},
    }


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("nonsense", "found something else"),
        ("{}", "format none"),
        ('{"format": 9}', "found format 9"),
        ('{"kind": "karmada-nb snapshot", "format": 1, "objects": []}', "found something else"),
    ],
)
def test_another_file_is_no_snapshot(text: str, said: str, tmp_path: Path) -> None:
    file = tmp_path / "x.json"
    file.write_text(text)
    with pytest.raises(LabError, match=said):
        load(file)
    with pytest.raises(LabError, match="No such file"):
        load(tmp_path / "none.json")
