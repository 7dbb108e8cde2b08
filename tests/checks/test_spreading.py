"""The exercise about spread constraints: which misconception is named."""

from karmada_nb import Lab
from karmada_nb.manifests import Object
from tests.checks.judging import becomes, judged
from tests.checks.test_choosing import FIRST, SECOND, THIRD, change, config, placed


def constraint(field: str, most: int = 2) -> Object:
    return {"spreadByField": field, "minGroups": 2, "maxGroups": most}


def test_two_coasts(lab: Lab) -> None:
    lab.at("deploy")
    judged(lab, "two_coasts", "not attempted", "No cluster has a region")
    change(lab, FIRST, spec={"region": "east"})
    judged(lab, "two_coasts", "wrong", f"{SECOND}: -")
    change(lab, SECOND, spec={"region": "west"})
    change(lab, THIRD, spec={"region": "west"})
    judged(lab, "two_coasts", "not attempted", "no ConfigMap tide")
    lab.apply(config("tide"))
    judged(lab, "two_coasts", "not attempted", "No policy selects")
    lab.apply(placed("tide", clusterAffinity={"clusterNames": [FIRST, SECOND]}))
    judged(lab, "two_coasts", "wrong", "names clusters")
    lab.delete("propagationpolicy/tide")
    lab.apply(placed("tide", spreadConstraints=[constraint("cluster")]))
    judged(lab, "two_coasts", "wrong", "same coast")
    lab.apply(placed("tide", spreadConstraints=[constraint("region"), constraint("cluster", 3)]))
    becomes(lab, "two_coasts", "wrong", "allows more than two")
    lab.apply(placed("tide", spreadConstraints=[constraint("region"), constraint("cluster")]))
    becomes(lab, "two_coasts", "right", "One on each coast")
