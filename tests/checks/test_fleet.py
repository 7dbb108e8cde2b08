"""Real fleets: right, wrong, and wrong for which reason."""

from typing import Any

import pytest

from karmada_nb import Lab, check
from karmada_nb.manifests import Object
from tests.checks.judging import becomes, judged

CLUSTERS = "clusters.cluster.karmada.io"


@pytest.mark.parametrize(
    ("answer", "outcome", "words"),
    [
        (None, "not attempted", "Put your numbers"),
        ({"north": 10}, "wrong", "Expected a number for each"),
        ({"north": 5, "south": 2, "east": 0, "west": 3}, "wrong", "cordoned"),
        ({"north": 6, "south": 0, "east": 2, "west": 2}, "wrong", "does not serve"),
        ({"north": 4, "south": 0, "east": 0, "west": 2}, "wrong", "add up to 6"),
        ({"north": 6, "south": 0, "east": 0, "west": 4}, "wrong", "6.67"),
        ({"north": 7, "south": 0, "east": 0, "west": 3}, "right", "north 7 and west 3"),
    ],
)
def test_reading(answer: Any, outcome: str, words: str) -> None:
    found = check("fleet_reading", answer=answer)
    assert (found.outcome, words in found.message) == (outcome, True), found


def choosing(affinity: Object) -> Object:
    return {"spec": {"placement": {"clusterAffinity": affinity}}}


@pytest.mark.slow
def test_labels(lab: Lab) -> None:
    lab.at("traffic")
    judged(lab, "fleet_labels", "not attempted", "still names")
    karmada = lab.connect()
    first, *others = lab.members()
    label = {"metadata": {"labels": {"fleet": "production"}}}
    karmada.patch(CLUSTERS, first, label, None)
    judged(lab, "fleet_labels", "wrong", "does not ask for it yet")
    selector = {"labelSelector": {"matchLabels": {"fleet": "production"}}}
    karmada.patch("propagationpolicies", "pipy-propagation", choosing(selector))
    becomes(lab, "fleet_labels", "wrong", f"{others[0]}, {others[1]} has no label")
    for name in others:
        karmada.patch(CLUSTERS, name, label, None)
    becomes(lab, "fleet_labels", "wrong", "clusterNames is still there")
    karmada.patch("propagationpolicies", "pipy-propagation", choosing({"clusterNames": None}))
    becomes(lab, "fleet_labels", "right", "Whoever gets the label")
