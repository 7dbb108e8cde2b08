"""What users read when Karmada refuses, in both editions, and which schedules it takes."""

from __future__ import annotations

from typing import Any

import pytest

from karmada_nb.engine.errors import StatusError
from karmada_nb.engine.karmada.admission import webhooks
from karmada_nb.engine.karmada.admission.cron import is_valid_schedule
from karmada_nb.engine.karmada.admission.request import Request, Surroundings
from karmada_nb.engine.karmada.admission.resource_models import (
    resource_models_shown,
    standardized_resource_models,
)
from karmada_nb.engine.karmada.constants import ARTICLE, CURRENT, Edition

AROUND = Surroundings(new_id=lambda: "0f0e0d0c-0b0a-4908-8706-050403020100")


def policy(**placement: Any) -> dict[str, Any]:
    return {
        "apiVersion": "policy.karmada.io/v1alpha1",
        "kind": "PropagationPolicy",
        "metadata": {"name": "pipy-propagation", "namespace": "default"},
        "spec": {
            "resourceSelectors": [{"apiVersion": "apps/v1", "kind": "Deployment", "name": "pipy"}],
            "placement": placement,
        },
    }


def admit(obj: dict[str, Any], edition: Edition, old: dict[str, Any] | None = None) -> dict[str, Any]:
    operation = "CREATE" if old is None else "UPDATE"
    namespace = obj["metadata"].get("namespace", "")
    made = webhooks.mutate(Request(obj["kind"], operation, namespace, obj, old), AROUND, edition)
    webhooks.validate(Request(obj["kind"], operation, namespace, made, old), AROUND, edition)
    return made


def test_todays_policies_get_an_identifier_and_a_finalizer() -> None:
    made = admit(policy(), CURRENT)["metadata"]
    assert made["labels"] == {"propagationpolicy.karmada.io/permanent-id": AROUND.new_id()}
    assert made["finalizers"] == ["karmada.io/propagation-policy-controller"]


def test_the_articles_policies_get_neither() -> None:
    made = admit(policy(), ARTICLE)
    assert made["metadata"] == policy()["metadata"]
    assert made["spec"]["resourceSelectors"][0]["namespace"] == "default"


@pytest.mark.parametrize("edition", [ARTICLE, CURRENT])
def test_spreading_over_regions_needs_a_word_on_clusters(edition: Edition) -> None:
    with pytest.raises(StatusError) as refusal:
        admit(policy(spreadConstraints=[{"spreadByField": "region"}]), edition)
    assert refusal.value.code == 403
    assert refusal.value.message.startswith(
        'admission webhook "propagationpolicy.karmada.io" denied the request: '
    )
    assert refusal.value.message.endswith(
        "the cluster spread constraint must be enabled in one of the constraints in case of "
        "SpreadByField is enabled"
    )


def test_the_article_did_not_let_selectors_change() -> None:
    old = admit(policy(), ARTICLE)
    changed = policy()
    changed["spec"]["resourceSelectors"][0]["name"] = "other"
    with pytest.raises(StatusError, match="modify ResourceSelectors is forbidden"):
        admit(changed, ARTICLE, old)
    old = admit(policy(), CURRENT)
    changed["metadata"] = old["metadata"]
    admit(changed, CURRENT, old)


def test_the_article_sends_what_belongs_to_a_service_import_along() -> None:
    importing = policy()
    importing["spec"]["resourceSelectors"] = [
        {"apiVersion": "multicluster.x-k8s.io/v1alpha1", "kind": "ServiceImport", "name": "web"}
    ]
    selectors = admit(importing, ARTICLE)["spec"]["resourceSelectors"]
    assert [(s["kind"], s.get("name")) for s in selectors] == [
        ("ServiceImport", "web"),
        ("Service", "derived-web"),
        ("EndpointSlice", None),
    ]
    assert admit(importing, CURRENT)["spec"]["propagateDeps"] is True


def test_a_protected_resource_is_not_deleted() -> None:
    labels = {"resourcetemplate.karmada.io/deletion-protected": "Always"}
    request = Request("Deployment", "DELETE", "default", {}, {"metadata": {"labels": labels}})
    with pytest.raises(StatusError, match="This resource is protected"):
        webhooks.validate(request, AROUND)
    webhooks.validate(request, AROUND, ARTICLE)


def test_two_scripts_for_one_purpose_conflict() -> None:
    def customization(name: str) -> dict[str, Any]:
        script = {"luaScript": "function Retain(desiredObj, observedObj) return desiredObj end"}
        target = {"apiVersion": "apps/v1", "kind": "Deployment"}
        return {
            "kind": "ResourceInterpreterCustomization",
            "metadata": {"name": name},
            "spec": {"target": target, "customizations": {"retention": script}},
        }

    around = Surroundings(new_id=AROUND.new_id, customizations=lambda: [customization("first")])
    second = customization("second")
    with pytest.raises(StatusError) as refusal:
        webhooks.validate(Request(second["kind"], "CREATE", "", second), around)
    assert refusal.value.message.endswith(
        "conflicting with InterpreterOperation(Retain) of existing ResourceInterpreterCustomization(first)"
    )
    again = customization("first")
    webhooks.validate(Request(again["kind"], "UPDATE", "", again, again), around)


def test_a_script_must_be_lua() -> None:
    broken = {"retention": {"luaScript": "function Retain( end"}}
    customization = {
        "kind": "ResourceInterpreterCustomization",
        "metadata": {"name": "broken"},
        "spec": {"target": {"apiVersion": "apps/v1", "kind": "Deployment"}, "customizations": broken},
    }
    with pytest.raises(StatusError, match=r"InterpreterOperation\(Retain\) Lua script error: "):
        webhooks.validate(Request("ResourceInterpreterCustomization", "CREATE", "", customization), AROUND)


@pytest.mark.parametrize(
    "schedule",
    ["*/5 * * * *", "0 9 * * MON-FRI", "@daily", "30 0 9 * * *", "0 0 L * *", "0 0 * * 5#3", "0 0 15W * ?"],
)
def test_schedules_that_are_taken(schedule: str) -> None:
    assert is_valid_schedule(schedule)


@pytest.mark.parametrize("schedule", ["", "nope", "* * * *", "60 * * * *", "*/0 * * * *", "0 25 * * *"])
def test_schedules_that_are_refused(schedule: str) -> None:
    assert not is_valid_schedule(schedule)


def service(**metadata: str) -> dict[str, Any]:
    return {
        "apiVersion": "networking.karmada.io/v1alpha1",
        "kind": "MultiClusterService",
        "metadata": {"name": "pipy", "namespace": "default", **metadata},
        "spec": {"types": ["CrossCluster"]},
    }


def test_a_changed_multi_cluster_service_names_its_version() -> None:
    old = service(resourceVersion="7")
    assert admit(old, CURRENT, old)["metadata"]["resourceVersion"] == "7"
    with pytest.raises(StatusError) as refusal:
        admit(service(), CURRENT, old)
    assert refusal.value.message.endswith(
        'metadata.resourceVersion: Invalid value: "": must be specified for an update'
    )


def test_a_grade_without_ranges_is_shown_as_it_was_given() -> None:
    """Go prints a list that was never set as null and an empty one as such."""
    models = standardized_resource_models([{"grade": 1, "ranges": []}, {"grade": 0}])
    assert resource_models_shown(models) == [{"Grade": 0, "Ranges": None}, {"Grade": 1, "Ranges": []}]
