"""The applied placement: the text that is written, and what counts as a change of it."""

from __future__ import annotations

from typing import Any

import pytest

from karmada_nb.engine.karmada.scheduler.placement import placement_changed, placement_text

ARTICLE = {
    "clusterAffinity": {"clusterNames": ["k3d-cluster-1", "k3d-cluster-2", "k3d-cluster-3"]},
    "replicaScheduling": {
        "replicaDivisionPreference": "Weighted",
        "replicaSchedulingType": "Divided",
        "weightPreference": {
            "staticWeightList": [
                {"weight": 10, "targetCluster": {"clusterNames": [f"k3d-cluster-{number}"]}}
                for number in (1, 2, 3)
            ]
        },
    },
}
RECORDED = (
    '{"clusterAffinity":{"clusterNames":["k3d-cluster-1","k3d-cluster-2","k3d-cluster-3"]},'
    '"replicaScheduling":{"replicaSchedulingType":"Divided","replicaDivisionPreference":"Weighted",'
    '"weightPreference":{"staticWeightList":['
    '{"targetCluster":{"clusterNames":["k3d-cluster-1"]},"weight":10},'
    '{"targetCluster":{"clusterNames":["k3d-cluster-2"]},"weight":10},'
    '{"targetCluster":{"clusterNames":["k3d-cluster-3"]},"weight":10}]}}}'
)
"""The annotation as a real Karmada wrote it, v1.2 and today alike."""

TERMS = [{"affinityName": "near", "clusterNames": ["a"]}, {"affinityName": "far", "clusterNames": ["b"]}]


def test_the_text_is_karmadas_own() -> None:
    assert placement_text(ARTICLE) == RECORDED


def test_zero_fields_are_left_out_but_for_those_that_never_are() -> None:
    rule: dict[str, Any] = {"targetCluster": {"clusterNames": []}, "weight": 0}
    strategy = {"replicaSchedulingType": "Divided", "weightPreference": {"staticWeightList": [rule]}}
    assert placement_text({"clusterTolerations": [], "replicaScheduling": strategy}) == (
        '{"replicaScheduling":{"replicaSchedulingType":"Divided",'
        '"weightPreference":{"staticWeightList":[{"targetCluster":{},"weight":0}]}}}'
    )


def test_a_toleration_of_zero_seconds_is_not_one_without() -> None:
    toleration = {"operator": "Exists", "tolerationSeconds": 0}
    text = placement_text({"clusterTolerations": [toleration]})
    assert text == '{"clusterTolerations":[{"operator":"Exists","tolerationSeconds":0}]}'
    assert placement_changed({"clusterTolerations": [{"operator": "Exists"}]}, text, "")


@pytest.mark.parametrize(
    ("now", "applied", "observed", "changed"),
    [
        pytest.param(ARTICLE, "", "", True, id="never applied"),
        pytest.param(ARTICLE, RECORDED, "", False, id="same in another order of fields"),
        pytest.param(ARTICLE, "no json", "", False, id="unreadable counts as unchanged"),
        pytest.param({"clusterAffinity": {}}, "{}", "", True, id="affinity added"),
        pytest.param({"replicaScheduling": {}}, RECORDED, "", True, id="strategy changed"),
        pytest.param({"clusterAffinities": TERMS}, "{}", "", True, id="groups, none observed"),
        pytest.param(
            {"clusterAffinities": TERMS},
            placement_text({"clusterAffinities": [TERMS[0], {**TERMS[1], "clusterNames": ["c"]}]}),
            "near",
            False,
            id="another group edited",
        ),
        pytest.param(
            {"clusterAffinities": TERMS},
            placement_text({"clusterAffinities": [{**TERMS[0], "clusterNames": ["c"]}, TERMS[1]]}),
            "near",
            True,
            id="observed group edited",
        ),
    ],
)
def test_changed(now: dict[str, Any], applied: str, observed: str, changed: bool) -> None:
    assert placement_changed(now, applied, observed) is changed
