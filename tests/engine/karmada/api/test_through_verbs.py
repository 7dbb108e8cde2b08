"""Karmada's resources and webhooks on an API server: what a write comes out as, and what is refused."""

from __future__ import annotations

from typing import Any

import pytest

from karmada_nb.engine.apiserver.admission.chain import Chain
from karmada_nb.engine.apiserver.crd.resources import resources
from karmada_nb.engine.apiserver.resource import Registry
from karmada_nb.engine.apiserver.verbs.api import Api
from karmada_nb.engine.apiserver.verbs.call import Call
from karmada_nb.engine.errors import StatusError
from karmada_nb.engine.karmada.api import custom_resource_definitions
from karmada_nb.engine.karmada.api.resource import cluster_resource
from karmada_nb.engine.karmada.constants import ARTICLE, CURRENT, Edition
from karmada_nb.engine.karmada.webhooks import Webhooks
from karmada_nb.engine.runtime.clock import VirtualClock
from karmada_nb.engine.store import Store


class Lab:
    """The Karmada API of one edition, empty."""

    def __init__(self, edition: Edition) -> None:
        clock, self.registry = VirtualClock(), Registry()
        for definition in custom_resource_definitions(edition):
            self.registry.add(*resources(definition))
        self.registry.add(cluster_resource(edition, clock))
        self.api = Api(Store(), self.registry, clock, Chain([Webhooks(edition)]))

    def create(self, obj: dict[str, Any]) -> dict[str, Any]:
        resource = self.registry.of_kind(obj["apiVersion"], obj["kind"])
        assert resource is not None
        namespace = obj["metadata"].get("namespace", "")
        return self.api.create(resource, namespace, obj, Call())


def policy(**spec: Any) -> dict[str, Any]:
    selectors = [{"apiVersion": "apps/v1", "kind": "Deployment", "name": "pipy"}]
    return {
        "apiVersion": "policy.karmada.io/v1alpha1",
        "kind": "PropagationPolicy",
        "metadata": {"name": "pipy-propagation", "namespace": "default"},
        "spec": {"resourceSelectors": selectors, **spec},
    }


def cluster(**spec: Any) -> dict[str, Any]:
    return {
        "apiVersion": "cluster.karmada.io/v1alpha1",
        "kind": "Cluster",
        "metadata": {"name": "member1"},
        "spec": {"syncMode": "Push", **spec},
    }


def test_a_policy_comes_out_with_defaults_of_schema_and_webhook() -> None:
    made = Lab(CURRENT).create(policy(placement={"replicaScheduling": {}}))
    assert made["spec"] == {
        "conflictResolution": "Abort",
        "placement": {
            "replicaScheduling": {
                "replicaSchedulingType": "Divided",
                "replicaDivisionPreference": "Weighted",
            }
        },
        "preemption": "Never",
        "priority": 0,
        "resourceSelectors": [
            {"apiVersion": "apps/v1", "kind": "Deployment", "name": "pipy", "namespace": "default"}
        ],
        "schedulerName": "default-scheduler",
    }
    assert made["metadata"]["finalizers"] == ["karmada.io/propagation-policy-controller"]
    assert set(made["metadata"]["labels"]) == {"propagationpolicy.karmada.io/permanent-id"}


def test_the_articles_policy_stays_as_it_was_written() -> None:
    made = Lab(ARTICLE).create(policy(placement={"clusterAffinity": {"clusterNames": ["member1"]}}))
    assert "labels" not in made["metadata"]
    assert made["spec"]["placement"] == {"clusterAffinity": {"clusterNames": ["member1"]}}
    assert "conflictResolution" not in made["spec"]


def test_a_policy_that_selects_nothing_is_invalid() -> None:
    empty = policy()
    empty["spec"]["resourceSelectors"] = []
    with pytest.raises(StatusError) as refusal:
        Lab(CURRENT).create(empty)
    assert (refusal.value.code, refusal.value.reason) == (422, "Invalid")


def test_a_refusal_names_the_webhook() -> None:
    with pytest.raises(StatusError, match=r'admission webhook "propagationpolicy\.karmada\.io" denied'):
        Lab(CURRENT).create(policy(placement={"spreadConstraints": [{"spreadByField": "region"}]}))


def test_a_cluster_joins_with_models_and_a_generation_today() -> None:
    made = Lab(CURRENT).create(cluster(zone="a", taints=[{"key": "k", "effect": "NoExecute"}]))
    assert made["metadata"]["generation"] == 1
    assert len(made["spec"]["resourceModels"]) == 9
    assert made["spec"]["zones"] == ["a"]
    assert made["spec"]["taints"][0]["timeAdded"].endswith("Z")


def test_a_cluster_joins_as_it_is_in_the_article() -> None:
    made = Lab(ARTICLE).create(cluster())
    assert "generation" not in made["metadata"]
    assert made["spec"] == {"syncMode": "Push"}


def test_a_cluster_without_a_mode_is_invalid() -> None:
    wrong = cluster()
    del wrong["spec"]["syncMode"]
    with pytest.raises(StatusError) as refusal:
        Lab(CURRENT).create(wrong)
    assert refusal.value.message == (
        'Cluster.cluster.karmada.io "member1" is invalid: [spec.syncMode: Required value, spec.syncMode: '
        'Unsupported value: "": supported values: "Pull", "Push"]'
    )
