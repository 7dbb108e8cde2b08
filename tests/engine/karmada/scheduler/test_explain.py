"""The explanation of a placement says what the scheduler did, and why."""

from __future__ import annotations

import pytest

from karmada_nb.engine.karmada.constants import ARTICLE
from karmada_nb.engine.karmada.scheduler.explain import explain
from karmada_nb.engine.karmada.scheduler.flow import schedule_binding
from karmada_nb.engine.karmada.scheduler.targets import TargetCluster
from karmada_nb.karmadactl.placement_text import render
from tests.engine.karmada.scheduler.samples import DYNAMIC, MEMBERS, around, binding, cluster, static

WEIGHTED = static(member1=1, member2=2, member3=1)
TAINTED = cluster("member4", taints=[{"key": "gpu", "value": "yes", "effect": "NoSchedule"}])


def test_every_replica_is_accounted_for() -> None:
    page = render(explain(binding(WEIGHTED, 4), around()))
    assert page == (
        "Binding default/nginx-deployment of Deployment nginx\n"
        "4 replicas, StaticWeight, edition current\n"
        "The scheduler acts on it: placement changed.\n"
        "\n"
        "1. Filter: which clusters fit?\n"
        "   member1  fits\n"
        "   member2  fits\n"
        "   member3  fits\n"
        "2. Score: which are preferred, and how much room have they?\n"
        "   member1  0 points, room for 4\n"
        "   member2  0 points, room for 4\n"
        "   member3  0 points, room for 4\n"
        "3. Select: which are used?\n"
        "   member1, member2, member3\n"
        "4. Assign: how many replicas each?\n"
        "   4 by static weight: member1 1, member2 2, member3 1\n"
        "   replica 1 -> member2: 2/1 = 2\n"
        "   replica 2 -> member1: 1/1 = 1, tie with member3: the earlier name first\n"
        "   replica 3 -> member3: 1/1 = 1\n"
        "   replica 4 -> member2: 2/3 = 0.666667\n"
        "Result: member1 1, member2 2, member3 1\n"
    )


def test_the_article_rounds_down_and_hands_out_the_rest() -> None:
    equal = static(member1=10, member2=10, member3=10)
    page = render(explain(binding(None, 2), around(edition=ARTICLE), equal))
    assert "   member1: weight 10 gives 0 rounded down, and 1 of the remainder\n" in page
    assert "   member3: weight 10 gives 0 rounded down\n" in page
    assert page.endswith("Result: member1 1, member2 1, member3 0\n")


def test_a_refused_cluster_says_why() -> None:
    explanation = explain(binding(WEIGHTED, 4), around(clusters=[*MEMBERS, TAINTED]))
    (attempt,) = explanation.attempts
    refused = attempt.clusters[3]
    assert not refused.fits
    assert refused.filters["TaintToleration"] == "cluster(s) had untolerated taint {gpu=yes:NoSchedule}"
    assert refused.available is None
    assert refused.replicas is None


def test_no_cluster_at_all() -> None:
    page = render(explain(binding(WEIGHTED, 4), around(clusters=[TAINTED])))
    assert page.endswith(
        "Failed: 0/1 clusters are available: 1 cluster(s) had untolerated taint {gpu=yes:NoSchedule}.\n"
    )


def test_what_has_no_replicas_goes_to_clusters_without_a_number() -> None:
    page = render(explain(binding({"clusterAffinity": {"clusterNames": ["member2"]}}, 0), around()))
    assert "no replicas, Duplicated" in page
    assert page.endswith("Result: member2\n")


def test_affinity_groups_are_told_one_after_the_other() -> None:
    groups = [
        {"affinityName": "near", "clusterNames": ["nowhere"]},
        {"affinityName": "far", "clusterNames": ["member3"]},
    ]
    explanation = explain(binding({**WEIGHTED, "clusterAffinities": groups}, 4), around())
    assert [attempt.affinity for attempt in explanation.attempts] == ["near", "far"]
    assert explanation.attempts[0].error.startswith("0/3 clusters are available")
    assert explanation.attempts[1].targets == [TargetCluster("member3", 4)]


def test_regions_are_told_with_their_scores() -> None:
    clusters = [cluster(f"member{n}", region=f"r{n % 2}") for n in (1, 2, 3)]
    spread = [
        {"spreadByField": "region", "minGroups": 1, "maxGroups": 1},
        {"spreadByField": "cluster", "minGroups": 2, "maxGroups": 3},
    ]
    bound = binding({**DYNAMIC, "spreadConstraints": spread}, 4)
    page = render(explain(bound, around({"member1": 3, "member2": 9, "member3": 3}, clusters)))
    assert "   region r1: 2 clusters, score 4000, chosen\n" in page
    assert "   region r0: 1 cluster, score 4000, not chosen\n" in page


def test_a_result_that_stands_and_how_it_would_come_out_anew() -> None:
    bound = binding(DYNAMIC, 3)
    bound = schedule_binding(bound, around({"member1": 6, "member2": 3, "member3": 0})).applied_to(bound)
    later = around({"member1": 0, "member2": 3, "member3": 6})
    standing = explain(bound, later)
    assert standing.reason is None
    assert standing.attempts[0].targets == [TargetCluster("member1", 2), TargetCluster("member2", 1)]
    assert "3 are assigned already, nothing to divide" in render(standing)
    anew = explain(bound, later, anew=True)
    assert anew.attempts[0].targets == [TargetCluster("member2", 1), TargetCluster("member3", 2)]


@pytest.mark.parametrize("edition", ["current", "article"])
def test_a_binding_without_placement_has_no_explanation(edition: str) -> None:
    with pytest.raises(ValueError, match="expected a placement for binding default/nginx-deployment"):
        explain(binding(None, 3), around(edition=ARTICLE if edition == "article" else "current"))
