"""What others put on an object in a member cluster stays; what Karmada once put there and took back goes."""

from __future__ import annotations

from karmada_nb.engine.karmada.managed import (
    retain_annotations,
    retain_labels,
    set_labels_and_annotations_for_workload,
)
from karmada_nb.engine.meta import Object

MANAGED_LABELS = "resourcetemplate.karmada.io/managed-labels"
MANAGED_ANNOTATIONS = "resourcetemplate.karmada.io/managed-annotations"


def obj(labels: dict[str, str], annotations: dict[str, str]) -> Object:
    return {"metadata": {"name": "x", "labels": labels, "annotations": annotations}}


def test_a_manifest_records_its_own_keys() -> None:
    manifest = set_labels_and_annotations_for_workload(
        obj({"app": "web"}, {"note": "n"}), {"work.karmada.io/permanent-id": "1"}
    )
    assert manifest["metadata"]["labels"] == {"app": "web", "work.karmada.io/permanent-id": "1"}
    assert manifest["metadata"]["annotations"] == {
        "note": "n",
        MANAGED_ANNOTATIONS: f"note,{MANAGED_ANNOTATIONS},{MANAGED_LABELS}",
        MANAGED_LABELS: "app,work.karmada.io/permanent-id",
    }


def test_labels_of_others_stay_and_ours_that_are_gone_go() -> None:
    observed = obj({"app": "changed", "old": "1", "theirs": "2"}, {MANAGED_LABELS: "app,old"})
    assert retain_labels(obj({"app": "web"}, {}), observed)["metadata"]["labels"] == {
        "app": "web",
        "theirs": "2",
    }


def test_annotations_of_others_stay_and_ours_that_are_gone_go() -> None:
    managed = f"old,{MANAGED_ANNOTATIONS}"
    observed = obj({}, {"old": "1", "theirs": "2", MANAGED_ANNOTATIONS: managed})
    desired = obj({}, {MANAGED_ANNOTATIONS: "new"})
    assert retain_annotations(desired, observed)["metadata"]["annotations"] == {
        MANAGED_ANNOTATIONS: "new",
        "theirs": "2",
    }


def test_nothing_to_retain_is_the_same_object() -> None:
    desired = obj({"app": "web"}, {})
    assert retain_labels(desired, obj({"app": "x"}, {})) is desired
    assert retain_annotations(desired, obj({"theirs": "1"}, {})) is desired
