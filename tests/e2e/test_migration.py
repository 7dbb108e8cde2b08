"""Follows migration_and_rollback_test.go, porting_workloads_test.go, resource_deletion_protection_test.go."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from karmada_nb.engine import meta
from karmada_nb.engine.karmada.names import generate_binding_name, generate_work_name
from karmada_nb.engine.meta import Object
from tests.e2e.manifests import cluster_policy, cluster_role, deployment, names, obj, policy, secret, service
from tests.e2e.suite import Suite

TAKING_OVER = {"conflictResolution": "Overwrite", "preserveResourcesOnDeletion": True}
PROTECTED = "resourcetemplate.karmada.io/deletion-protected"


MANAGED = {
    "resourcebinding.karmada.io/permanent-id",
    "work.karmada.io/permanent-id",
    "karmada.io/managed",
    "resourcetemplate.karmada.io/managed-annotations",
    "resourcetemplate.karmada.io/managed-labels",
    "resourcebinding.karmada.io/namespace",
    "resourcebinding.karmada.io/name",
    "resourcetemplate.karmada.io/uid",
    "resourcetemplate.karmada.io/generation",
    "work.karmada.io/name",
    "work.karmada.io/namespace",
}


def unmanaged(found: Object) -> bool:
    """None of the marks is left by which Karmada knows a copy as its own."""
    return not MANAGED & {*meta.labels(found), *meta.annotations(found)}


def reported(suite: Suite, template: Object) -> Object:
    """What the binding says of the only cluster."""
    kind = "ResourceBinding" if meta.namespace(template) else "ClusterResourceBinding"
    binding = suite.must(kind, generate_binding_name(template["kind"], meta.name(template)))
    (item,) = binding["status"]["aggregatedStatus"]
    found: Object = item
    return found


async def given_back(suite: Suite, template: Object) -> None:
    """The template goes, its copy stays and belongs to nobody."""
    kind, name = template["kind"], meta.name(template)
    await suite.delete(kind, name)
    work = generate_work_name(kind, name, meta.namespace(template))
    await suite.eventually(lambda: suite.get("Work", work, "karmada-es-member1") is None)
    await suite.fits(kind, name, unmanaged, ["member1"])


async def test_a_deployment_is_taken_over_and_given_back(suite: Suite) -> None:
    name = suite.name("deploy")
    template = deployment(name)
    await suite.create(template, at="member1")
    await suite.create(template, policy(name, template, names("member1")))
    await suite.eventually(lambda: not reported(suite, template).get("applied"))
    assert reported(suite, template).get("health") != "Healthy"
    spec = suite.must("PropagationPolicy", name)["spec"]
    await suite.update("PropagationPolicy", name, ("spec",), {**spec, **TAKING_OVER})
    await suite.fits("Deployment", name, lambda d: d["status"]["readyReplicas"] == 3)
    await suite.eventually(lambda: reported(suite, template)["applied"])
    assert reported(suite, template)["health"] == "Healthy"
    await given_back(suite, template)


@pytest.mark.parametrize("make", [cluster_role, service], ids=["cluster-role", "service"])
async def test_others_are_taken_over_and_given_back(suite: Suite, make: Callable[[str], Object]) -> None:
    template = make(suite.name("migrate"))
    await suite.create(template, at="member1")
    how = policy if meta.namespace(template) else cluster_policy
    await suite.create(template, how(meta.name(template), template, names("member1"), **TAKING_OVER))
    await suite.eventually(lambda: reported(suite, template)["applied"])
    await given_back(suite, template)


async def test_a_dependency_is_taken_over_and_given_back(suite: Suite) -> None:
    name = suite.name("migrate")
    dependency = secret(name)
    template = deployment(name, pod={"volumes": [{"name": "vol", "secret": {"secretName": name}}]})
    await suite.create(template, dependency, at="member1")
    made = policy(name, template, names("member1"), propagateDeps=True, **TAKING_OVER)
    await suite.create(template, dependency, made)
    await suite.eventually(lambda: reported(suite, dependency)["applied"])
    await given_back(suite, dependency)


async def test_a_workload_that_was_there_is_ported(suite: Suite) -> None:
    name = suite.name("deploy")
    template = deployment(name)
    await suite.create(template, at="member1")
    await suite.create(policy(name, template, names(*suite.members)), template)

    def counts(number: int) -> Callable[[Object], bool]:
        fields = ("readyReplicas", "availableReplicas", "updatedReplicas", "replicas")
        return lambda d: all(d["status"].get(field) == number for field in fields)

    await suite.fits("Deployment", name, counts(6))
    note = ("metadata", "annotations", "work.karmada.io/conflict-resolution")
    await suite.update("Deployment", name, note, "overwrite")
    await suite.fits("Deployment", name, counts(9))


@pytest.mark.parametrize("kind", ["Deployment", "Namespace"])
async def test_what_is_protected_cannot_be_deleted(suite: Suite, kind: str) -> None:
    namespace = suite.name("karmada-e2e")
    template = deployment("web", namespace=namespace)
    await suite.create(obj("v1", "Namespace", namespace, None), template)
    name = "web" if kind == "Deployment" else namespace
    where = namespace if kind == "Deployment" else None
    await suite.update(kind, name, ("metadata", "labels", PROTECTED), "Always", namespace=where)
    error = await suite.refused(suite.delete(kind, name, where))
    assert "This resource is protected" in error.message
    await suite.update(kind, name, ("metadata", "labels", PROTECTED), "", namespace=where)
    await suite.delete(kind, name, where)
    await suite.eventually(lambda: suite.get(kind, name, where) is None)


async def test_a_protected_deployment_keeps_its_namespace(suite: Suite) -> None:
    namespace = suite.name("karmada-e2e")
    template = deployment("web", namespace=namespace)
    await suite.create(obj("v1", "Namespace", namespace, None), template)
    label = ("metadata", "labels", PROTECTED)
    await suite.update("Deployment", "web", label, "Always", namespace=namespace)
    await suite.delete("Namespace", namespace)
    await suite.always(lambda: suite.get("Namespace", namespace) is not None)
    await suite.update("Deployment", "web", label, "", namespace=namespace)
    await suite.eventually(lambda: suite.get("Namespace", namespace) is None)
