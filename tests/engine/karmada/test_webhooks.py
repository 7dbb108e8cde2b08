"""What Karmada's webhooks do to objects on their way into its API."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from karmada_nb.engine import meta
from karmada_nb.engine.errors import StatusError
from karmada_nb.engine.karmada.plane import CLUSTERS, NAMESPACES, POLICIES, WORKS
from karmada_nb.engine.runtime.client import Resource
from tests.engine.karmada.controllers.lab import DEPLOYMENTS, Lab, deployment, policy

CONFIGMAPS = Resource("", "v1", "configmaps")


@pytest.fixture(params=["article", "current"])
async def lab(request: pytest.FixtureRequest) -> AsyncIterator[Lab]:
    made = await Lab(request.param).start(members=())
    yield made
    await made.stop()


async def test_a_policy_gets_its_defaults(lab: Lab) -> None:
    made = await lab.create(POLICIES, policy())
    assert {selector["namespace"] for selector in made["spec"]["resourceSelectors"]} == {"default"}
    assert ("propagationpolicy.karmada.io/permanent-id" in meta.labels(made)) is not lab.plane.article
    kept = {field: made["spec"].get(field) for field in ("conflictResolution", "preemption", "priority")}
    defaults = {"conflictResolution": "Abort", "preemption": "Never", "priority": 0}
    assert kept == (dict.fromkeys(kept) if lab.plane.article else defaults)


async def test_selectors_may_change_today_but_not_in_v12(lab: Lab) -> None:
    made = await lab.create(POLICIES, policy())
    other = [{"apiVersion": "v1", "kind": "ConfigMap", "namespace": "default", "name": "x"}]
    changed = meta.replace(made, ("spec", "resourceSelectors"), other)
    if not lab.plane.article:
        await lab.client.update(POLICIES, changed)
        return
    with pytest.raises(StatusError) as refused:
        await lab.client.update(POLICIES, changed)
    assert refused.value.message == (
        'admission webhook "propagationpolicy.karmada.io" denied the request: '
        "modify ResourceSelectors is forbidden"
    )


async def test_a_bad_policy_is_refused(lab: Lab) -> None:
    spread = [{"spreadByField": "cluster", "minGroups": 3, "maxGroups": 2}]
    with pytest.raises(StatusError) as refused:
        await lab.create(POLICIES, policy(placement={"spreadConstraints": spread}))
    assert refused.value.code == 403
    assert 'admission webhook "propagationpolicy.karmada.io" denied the request' in refused.value.message


@pytest.mark.parametrize(
    ("placement", "found", "place"),
    [
        ({"spreadConstraints": ["cluster"]}, "string", "spreadConstraints"),
        ({"spreadConstraints": {"minGroups": 1}}, "object", "spreadConstraints"),
        ("everywhere", "string", "placement"),
    ],
)
async def test_a_webhook_cannot_read_what_is_of_a_wrong_type(
    lab: Lab, placement: object, found: str, place: str
) -> None:
    bad = meta.replace(policy(), ("spec", "placement"), placement)
    with pytest.raises(StatusError) as refused:
        await lab.create(POLICIES, bad)
    assert refused.value.code == 400
    start = 'admission webhook "propagationpolicy.karmada.io" denied the request: json: cannot unmarshal'
    assert refused.value.message.startswith(f"{start} {found} into Go struct field .spec.")
    assert place in refused.value.message


@pytest.mark.parametrize("manifest", [{"apiVersion": "v1"}, {"apiVersion": "v1", "kind": 7}])
async def test_a_manifest_is_of_some_kind(lab: Lab, manifest: meta.Object) -> None:
    work = {"metadata": {"name": "w", "namespace": "default"}}
    with pytest.raises(StatusError) as refused:
        await lab.create(WORKS, {**work, "spec": {"workload": {"manifests": [manifest]}}})
    assert refused.value.code == 500
    assert """denied the request: Object 'Kind' is missing in '{"apiVersion":"v1\"""" in refused.value.message


@pytest.mark.parametrize(
    ("field", "value", "found", "wanted"),
    [
        ("syncMode", 3, "number", "string"),
        ("secretRef", {"namespace": [], "name": "x"}, "array", "string"),
        ("taints", [{"key": {}}], "object", "string"),
        ("resourceModels", [{"grade": "high"}], "string", "int64"),
    ],
)
async def test_a_cluster_is_read_as_its_type(
    lab: Lab, field: str, value: object, found: str, wanted: str
) -> None:
    if lab.plane.article and field == "resourceModels":
        pytest.skip("v1.2 had no models")
    bad = {"metadata": {"name": "m"}, "spec": {"syncMode": "Push", field: value}}
    with pytest.raises(StatusError) as refused:
        await lab.create(CLUSTERS, bad)
    assert refused.value.code == 400
    start = 'Cluster in version "v1alpha1" cannot be handled as a Cluster: json: cannot unmarshal'
    assert refused.value.message.startswith(f"{start} {found} into Go struct field .spec.{field}")
    assert refused.value.message.endswith(f"of type {wanted}")


async def test_a_null_in_a_list_is_read_as_nothing_said(lab: Lab) -> None:
    bad = meta.replace(policy(), ("spec", "resourceSelectors"), [None])
    with pytest.raises(StatusError) as refused:
        await lab.create(POLICIES, bad)
    assert refused.value.code == 422
    assert "spec.resourceSelectors[0].kind: Required value" in refused.value.message


@pytest.mark.parametrize("taint", [None, {"key": None}])
async def test_nulls_in_a_cluster_say_nothing(lab: Lab, taint: object) -> None:
    bad = {"metadata": {"name": "m"}, "spec": {"syncMode": "Push", "provider": None, "taints": [taint]}}
    with pytest.raises(StatusError, match=r"spec\.taints\[0\]\.effect: Required value") as refused:
        await lab.create(CLUSTERS, bad)
    assert refused.value.code == 422


@pytest.mark.parametrize("metadata", [1.5, {"name": "x", "labels": [None]}, {"annotations": {"a": 1}}])
async def test_metadata_of_a_wrong_type_in_a_manifest_is_none(lab: Lab, metadata: object) -> None:
    manifest = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata}
    work = {"metadata": {"name": "w", "namespace": "default"}}
    made = await lab.create(WORKS, {**work, "spec": {"workload": {"manifests": [manifest]}}})
    carried = made["spec"]["workload"]["manifests"][0]
    assert all(isinstance(text, str) for text in meta.labels(carried).values())
    assert all(isinstance(text, str) for text in meta.annotations(carried).values())


async def test_a_protected_object_cannot_be_deleted_today(lab: Lab) -> None:
    protected = {"resourcetemplate.karmada.io/deletion-protected": "Always"}
    await lab.create(DEPLOYMENTS, meta.with_metadata(deployment(), labels=protected))
    if lab.plane.article:
        await lab.delete(DEPLOYMENTS, "pipy")
        assert lab.get(DEPLOYMENTS, "pipy") is None
        return
    with pytest.raises(StatusError, match="This resource is protected"):
        await lab.delete(DEPLOYMENTS, "pipy")
    await lab.patch(DEPLOYMENTS, "pipy", {"metadata": {"labels": None}})
    await lab.delete(DEPLOYMENTS, "pipy")
    assert lab.get(DEPLOYMENTS, "pipy") is None


async def test_a_namespace_outlives_its_deletion_while_something_in_it_is_protected(lab: Lab) -> None:
    if lab.plane.article:
        pytest.skip("v1.2 protects nothing")
    await lab.create(NAMESPACES, {"metadata": {"name": "shop"}})
    protected = {"resourcetemplate.karmada.io/deletion-protected": "Always"}
    app = meta.with_metadata(deployment(), namespace="shop", labels=protected)
    await lab.create(DEPLOYMENTS, app)
    await lab.create(CONFIGMAPS, {"metadata": {"name": "note", "namespace": "shop"}})
    await lab.delete(NAMESPACES, "shop", "")
    await lab.settle(3)
    assert lab.get(CONFIGMAPS, "note", "shop") is None
    failure = meta.condition(lab.must(NAMESPACES, "shop", ""), "NamespaceDeletionContentFailure")
    assert failure is not None
    assert failure["reason"] == "ContentDeletionFailed"
    assert "This resource is protected" in failure["message"]
    await lab.patch(DEPLOYMENTS, "pipy", {"metadata": {"labels": None}}, "shop")
    await lab.settle(3)
    assert lab.get(NAMESPACES, "shop", "") is None


async def test_other_objects_pass_unchanged(lab: Lab) -> None:
    made = await lab.create(NAMESPACES, {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "n"}})
    assert set(meta.labels(made)) <= {"kubernetes.io/metadata.name"}
