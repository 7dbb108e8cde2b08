"""What Karmada's webhooks do to objects on their way into its API."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from karmada_nb.engine import meta
from karmada_nb.engine.errors import StatusError
from karmada_nb.engine.karmada.plane import NAMESPACES, POLICIES
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
