"""Who holds a template, in both editions, and what a binding keeps when its policy changes."""

from __future__ import annotations

from typing import Any

import pytest

from karmada_nb.engine.karmada.constants import ARTICLE, CURRENT, Edition
from karmada_nb.engine.karmada.policy.binding import (
    Replicas,
    article_build_binding,
    build_resource_binding,
)
from karmada_nb.engine.karmada.policy.claim import (
    Claim,
    article_claim_policy_for_object,
    claim_of,
    claim_policy_for_object,
    cleanup_claim_metadata,
)
from karmada_nb.engine.karmada.policy.match import article_look_for_matched_policy
from karmada_nb.engine.karmada.policy.preempt import policies_to_requeue
from karmada_nb.engine.karmada.policy.propagatable import is_propagatable
from karmada_nb.engine.karmada.policy.refresh import article_refresh_binding, refresh_binding

TEMPLATE: dict[str, Any] = {
    "apiVersion": "apps/v1",
    "kind": "Deployment",
    "metadata": {"name": "pipy", "namespace": "default", "uid": "u1", "labels": {"app": "pipy"}},
    "spec": {"replicas": 3},
}


def policy(name: str, kind: str = "PropagationPolicy", **spec: Any) -> dict[str, Any]:
    label = f"{kind.lower()}.karmada.io/permanent-id"
    metadata: dict[str, Any] = {"name": name, "labels": {label: f"id-{name}"}}
    if kind == "PropagationPolicy":
        metadata["namespace"] = "default"
    selectors = [{"apiVersion": "apps/v1", "kind": "Deployment", "name": "pipy"}]
    return {"kind": kind, "metadata": metadata, "spec": {"resourceSelectors": selectors, **spec}}


def bind(template: dict[str, Any], by: dict[str, Any]) -> dict[str, Any]:
    return build_resource_binding(template, by, Replicas(3), int)


def test_a_claim_is_read_back() -> None:
    claimed = claim_policy_for_object(TEMPLATE, policy("p"))
    assert claim_of(claimed) == Claim("PropagationPolicy", "default", "p", "id-p")
    assert claim_policy_for_object(claimed, policy("p")) is claimed
    freed = cleanup_claim_metadata(claimed, "PropagationPolicy")
    assert claim_of(freed) is None
    assert freed["metadata"] == TEMPLATE["metadata"]


def test_the_article_claims_by_labels() -> None:
    claimed = article_claim_policy_for_object(TEMPLATE, policy("p"))
    assert claimed["metadata"]["labels"] == {
        "app": "pipy",
        "propagationpolicy.karmada.io/namespace": "default",
        "propagationpolicy.karmada.io/name": "p",
    }
    assert claim_of(claimed, ARTICLE) == Claim("PropagationPolicy", "default", "p")
    assert article_claim_policy_for_object(claimed, policy("p")) is claimed


def test_a_policy_of_the_namespace_drives_a_cluster_policys_claim_out() -> None:
    held = claim_policy_for_object(TEMPLATE, policy("c", "ClusterPropagationPolicy"))
    taken = claim_policy_for_object(held, policy("p"))
    assert claim_of(taken) == Claim("PropagationPolicy", "default", "p", "id-p")
    assert "clusterpropagationpolicy.karmada.io/name" not in taken["metadata"]["annotations"]


def test_the_article_goes_by_name_alone() -> None:
    found = article_look_for_matched_policy(TEMPLATE, [policy("b", priority=9), policy("a")])
    assert found is not None
    assert found["metadata"]["name"] == "a"


def test_a_refreshed_binding_keeps_its_schedule() -> None:
    first = bind(TEMPLATE, policy("p", placement={"clusterAffinity": {"clusterNames": ["m1"]}}))
    spec = {**first["spec"], "clusters": [{"name": "m1", "replicas": 3}]}
    scheduled = {**first, "spec": spec, "status": {"conditions": []}}
    changed = policy("p", placement={}, suspension={"dispatching": True})
    found = refresh_binding(scheduled, bind(TEMPLATE, changed), changed)
    assert found["spec"]["clusters"] == [{"name": "m1", "replicas": 3}]
    assert found["spec"]["placement"] == {}
    assert found["spec"]["suspension"] == {"dispatching": True}
    assert found["status"] == {"conditions": []}


def test_a_refresh_without_a_change_changes_nothing() -> None:
    by = policy("p", placement={})
    first = bind(TEMPLATE, by)
    assert refresh_binding(first, bind(TEMPLATE, by), by) == first
    article = article_build_binding(TEMPLATE, by, Replicas(3))
    assert article_refresh_binding(article, article_build_binding(TEMPLATE, by, Replicas(3)), by) == article


def test_a_binding_of_an_earlier_template_is_left_to_the_garbage_collector() -> None:
    by = policy("p")
    first = bind(TEMPLATE, by)
    reborn = {**TEMPLATE, "metadata": {**TEMPLATE["metadata"], "uid": "u2"}}
    with pytest.raises(ValueError, match="different owner reference UID"):
        refresh_binding(first, bind(reborn, by), by)


def test_the_articles_binding_has_no_placement() -> None:
    found = article_build_binding(TEMPLATE, policy("p", placement={}), Replicas(3))
    assert "placement" not in found["spec"]
    assert found["metadata"]["labels"]["propagationpolicy.karmada.io/name"] == "p"


def test_a_policy_that_sinks_wakes_those_in_between() -> None:
    waiting = [policy(str(n), priority=n, preemption="Always") for n in (1, 3, 4, 5, 9)]
    found = policies_to_requeue(policy("p", priority=5), policy("p", priority=1), waiting)
    assert [p["metadata"]["name"] for p in found] == ["4", "3"]


@pytest.mark.parametrize(
    ("api_version", "kind", "namespace", "edition", "expected"),
    [
        ("apps/v1", "Deployment", "default", CURRENT, True),
        ("apps/v1", "Deployment", "kube-system", CURRENT, False),
        ("apps/v1", "Deployment", "karmada-es-member1", CURRENT, False),
        ("policy.karmada.io/v1alpha1", "PropagationPolicy", "default", CURRENT, False),
        ("coordination.k8s.io/v1", "Lease", "default", CURRENT, False),
        ("coordination.k8s.io/v1", "Lease", "default", ARTICLE, True),
        ("v1", "Event", "default", ARTICLE, False),
    ],
)
def test_what_may_be_propagated(
    api_version: str, kind: str, namespace: str, edition: Edition, expected: bool
) -> None:
    obj = {"apiVersion": api_version, "kind": kind, "metadata": {"name": "x", "namespace": namespace}}
    assert is_propagatable(obj, edition) is expected
