"""A turn of the scheduler: what is written, what is told, what is tried again."""

from __future__ import annotations

import pytest

from karmada_nb.engine import meta
from karmada_nb.engine.karmada.constants import ARTICLE
from karmada_nb.engine.karmada.scheduler.flow import schedule_binding
from karmada_nb.engine.karmada.scheduler.scheduling_errors import FitError, UnschedulableError
from karmada_nb.engine.karmada.scheduler.v12_flow import claimed_policy
from tests.engine.karmada.scheduler.samples import (
    DYNAMIC,
    MEMBERS,
    NOW,
    Object,
    around,
    binding,
    cluster,
    replicas_of,
    static,
)

EQUAL = static(member1=10, member2=10, member3=10)


def scheduled_condition(bound: Object) -> tuple[str, str, str]:
    found = meta.condition(bound, "Scheduled")
    assert found is not None
    return found["status"], found["reason"], found["message"]


def test_the_articles_two_replicas_in_both_editions() -> None:
    """v1.2 puts them on the first two clusters and keeps the third with none; today that one is left out."""
    then = binding(None, 2)
    after = schedule_binding(then, around(edition=ARTICLE), EQUAL).applied_to(then)
    assert replicas_of(after) == {"member1": 1, "member2": 1, "member3": 0}
    assert scheduled_condition(after) == ("True", "BindingScheduled", "Binding has been scheduled")
    now = binding(EQUAL, 2)
    after = schedule_binding(now, around()).applied_to(now)
    assert replicas_of(after) == {"member1": 1, "member2": 1}
    assert scheduled_condition(after) == ("True", "Success", "Binding has been scheduled successfully.")
    assert after["status"]["lastScheduledTime"] == meta.rfc3339(NOW)


def test_the_uid_of_the_template_decides_ties() -> None:
    """FNV-1a-32 of "a" is odd (0xE40C292C is even for "a", so "b", 0xE70C2DE5, is the odd one)."""
    even, odd = binding(EQUAL, 1, uid="a"), binding(EQUAL, 1, uid="b")
    assert replicas_of(schedule_binding(even, around()).applied_to(even)) == {"member1": 1}
    assert replicas_of(schedule_binding(odd, around()).applied_to(odd)) == {"member3": 1}


def test_a_cluster_binding_is_told_of_without_namespace() -> None:
    bound = binding(EQUAL, 3)
    bound = {**bound, "kind": "ClusterResourceBinding", "metadata": {"name": "role-clusterrole"}}
    (event,) = schedule_binding(bound, around()).events
    assert event.message == (
        "Binding has been scheduled successfully. Result {member1:1, member2:1, member3:1}"
    )
    placement = {"clusterAffinities": [{"affinityName": "a", "clusterNames": ["nowhere"]}]}
    outcome = schedule_binding({**bound, "spec": {**bound["spec"], "placement": placement}}, around())
    assert outcome.events[0].message.startswith(
        "failed to schedule ClusterResourceBinding(role-clusterrole) with clusterAffiliates index(0): 0/3"
    )


def test_a_binding_being_deleted_is_left_alone() -> None:
    bound = meta.with_metadata(binding(EQUAL, 3), deletionTimestamp="2030-01-01T00:00:00Z")
    outcome = schedule_binding(bound, around())
    assert not outcome.patches
    assert outcome.retry is None
    assert outcome.events[0].message == "skip schedule deleting resourceBinding: default/nginx-deployment"


def test_a_binding_without_placement_is_tried_again() -> None:
    outcome = schedule_binding(binding(None, 3), around())
    assert outcome.retry is not None
    assert str(outcome.retry) == ("failed to get placement from resourceBinding(default/nginx-deployment)")
    assert not outcome.patches


def test_too_little_room_is_tried_again_and_keeps_the_old_result() -> None:
    bound = binding(DYNAMIC, 9, clusters=[{"name": "member1", "replicas": 2}])
    outcome = schedule_binding(bound, around({"member1": 1, "member2": 1, "member3": 1}))
    assert isinstance(outcome.retry, UnschedulableError)
    after = outcome.applied_to(bound)
    assert replicas_of(after) == {"member1": 2}
    assert scheduled_condition(after)[:2] == ("False", "Unschedulable")


def test_where_no_cluster_fits_the_old_result_goes() -> None:
    placement = {**EQUAL, "clusterAffinity": {"clusterNames": ["nowhere"]}}
    bound = binding(placement, 3, clusters=[{"name": "member1", "replicas": 3}])
    outcome = schedule_binding(bound, around())
    assert isinstance(outcome.error, FitError)
    assert outcome.retry is None
    after = outcome.applied_to(bound)
    assert replicas_of(after) == {}
    assert scheduled_condition(after)[:2] == ("False", "NoClusterFit")


def test_v12_keeps_the_old_result_and_tries_again() -> None:
    placement = {**EQUAL, "clusterAffinity": {"clusterNames": ["nowhere"]}}
    bound = binding(None, 3, clusters=[{"name": "member1", "replicas": 3}])
    outcome = schedule_binding(bound, around(edition=ARTICLE), placement)
    assert outcome.retry is not None
    after = outcome.applied_to(bound)
    assert replicas_of(after) == {"member1": 3}
    assert scheduled_condition(after) == ("False", "BindingFailedScheduling", "no clusters fit")


def test_v12_passes_over_clusters_that_are_not_ready_where_today_taints_decide() -> None:
    members = [cluster("member1", ready=False), *MEMBERS[1:]]
    bound = binding(EQUAL, 4)
    after = schedule_binding(bound, around(clusters=members, edition=ARTICLE)).applied_to(bound)
    assert replicas_of(after) == {"member2": 2, "member3": 2}
    after = schedule_binding(bound, around(clusters=members)).applied_to(bound)
    assert "member1" in replicas_of(after)


def test_v12_tells_of_every_turn_but_writes_only_what_changes() -> None:
    bound = binding(None, 3)
    bound = schedule_binding(bound, around(edition=ARTICLE), EQUAL).applied_to(bound)
    again = schedule_binding(bound, around(edition=ARTICLE), EQUAL)
    assert not again.patches
    assert [event.message for event in again.events] == ["Binding has been scheduled"]


@pytest.mark.parametrize(
    ("labels", "resource", "place"),
    [
        ({"propagationpolicy.karmada.io/name": "p", "propagationpolicy.karmada.io/namespace": "ns"},
         "propagationpolicies", ("ns", "p")),
        ({"clusterpropagationpolicy.karmada.io/name": "c"}, "clusterpropagationpolicies", ("", "c")),
    ],
)  # fmt: skip
def test_v12_asks_the_policy(labels: dict[str, str], resource: str, place: tuple[str, str]) -> None:
    bound = meta.with_metadata(binding(None, 3), labels=labels)
    found = claimed_policy(bound)
    assert found is not None
    assert (found.resource, tuple(found.key)) == (resource, place)
    outcome = schedule_binding(bound, around(edition=ARTICLE))
    assert str(outcome.retry) == f'{resource[:-3]}y.policy.karmada.io "{place[1]}" not found'


def test_a_result_that_stands_only_notes_the_generation() -> None:
    bound = binding(DYNAMIC, 3)
    room = {"member1": 5, "member2": 5, "member3": 5}
    bound = schedule_binding(bound, around(room)).applied_to(bound)
    bound = meta.with_metadata(bound, generation=2)
    (patch,) = schedule_binding(bound, around(room)).patches
    assert (patch.subresource, patch.body) == ("status", {"status": {"schedulerObservedGeneration": 2}})


def test_v12_takes_an_empty_placement_for_what_it_is() -> None:
    bound = binding(None, 2)
    outcome = schedule_binding(bound, around(edition=ARTICLE), {})
    after = outcome.applied_to(bound)
    assert outcome.error is None
    assert replicas_of(after) == {"member1": 0, "member2": 0, "member3": 0}
    assert meta.annotations(after)["policy.karmada.io/applied-placement"] == "{}"
