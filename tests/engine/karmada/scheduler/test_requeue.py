"""Which bindings are scheduled, and which again when a cluster changes."""

from __future__ import annotations

from karmada_nb.engine import meta
from karmada_nb.engine.karmada.scheduler.requeue import (
    affected_by,
    affected_by_lost_v12,
    cluster_changes,
    interested,
    interested_v12,
)
from tests.engine.karmada.scheduler.samples import MEMBERS, binding, cluster

MEMBER1, MEMBER2, _ = MEMBERS
CLAIMED = {"propagationpolicy.karmada.io/permanent-id": "1"}
GROUPS = [
    {"affinityName": "near", "clusterNames": ["member1"]},
    {"affinityName": "far", "clusterNames": ["member2"]},
]


def test_a_binding_of_a_policy_is_scheduled() -> None:
    bound = binding({}, 1)
    assert not interested(bound)
    assert interested(meta.with_metadata(bound, labels=CLAIMED))
    assert not interested_v12(meta.with_metadata(bound, labels=CLAIMED))
    assert interested_v12(meta.with_metadata(bound, labels={"propagationpolicy.karmada.io/name": "p"}))


def test_neither_a_suspended_one_nor_another_schedulers() -> None:
    suspended = binding({}, 1, suspension={"scheduling": True})
    assert not interested(meta.with_metadata(suspended, labels=CLAIMED))
    other = meta.with_metadata(binding({}, 1, schedulerName="other"), labels=CLAIMED)
    assert not interested(other)
    assert interested(other, "other")


def test_a_cluster_matters_by_labels_spec_and_deletion() -> None:
    labelled = meta.with_metadata(MEMBER1, labels={"env": "prod"})
    going = meta.with_metadata(MEMBER1, deletionTimestamp="2030-01-01T00:00:00Z")
    assert cluster_changes(MEMBER1, {**MEMBER1, "status": {}}) == ()
    assert cluster_changes(MEMBER1, labelled) == (MEMBER1, labelled)
    assert cluster_changes(MEMBER1, meta.with_metadata(MEMBER1, generation=2))[0] is MEMBER1
    assert cluster_changes(MEMBER1, going) == (going,)


def test_bindings_are_affected_by_the_clusters_they_choose() -> None:
    assert affected_by(binding({}, 1), MEMBER1)
    named = binding({"clusterAffinity": {"clusterNames": ["member1"]}}, 1)
    assert affected_by(named, MEMBER1)
    assert not affected_by(named, MEMBER2)
    assert not affected_by(binding(None, 1), MEMBER1)


def test_of_affinity_groups_the_observed_one_counts() -> None:
    bound = binding({"clusterAffinities": GROUPS}, 1)
    assert affected_by(bound, cluster("elsewhere")), "its turn is still to come"
    settled = {**bound, "status": {"schedulerObservedGeneration": 1}}
    assert affected_by(settled, MEMBER1)
    assert not affected_by(settled, MEMBER2)
    settled["status"]["schedulerObservingAffinityName"] = "far"
    assert affected_by(settled, MEMBER2)
    assert not affected_by(settled, MEMBER1)


def test_v12_only_minds_its_targets() -> None:
    bound = binding({}, 1, clusters=[{"name": "member1"}])
    assert affected_by_lost_v12(bound, "member1")
    assert not affected_by_lost_v12(bound, "member2")
