"""Follows test/e2e/suites/base/clusterpropagationpolicy_test.go and clusterresourcebinding_test.go."""

from __future__ import annotations

from typing import Any

import pytest

from karmada_nb.engine import meta
from karmada_nb.engine.karmada.names import generate_binding_name, generate_work_name
from karmada_nb.engine.meta import Object
from tests.e2e.manifests import (
    cluster_policy,
    cluster_role,
    cluster_role_binding,
    definition,
    deployment,
    names,
    select,
)
from tests.e2e.suite import Suite

POLICY_NAME = "clusterpropagationpolicy.karmada.io/name"
POLICY_ID = "clusterpropagationpolicy.karmada.io/permanent-id"
BINDING_ID = "clusterresourcebinding.karmada.io/permanent-id"
KINDS = ["Deployment", "ClusterRole"]


def template_of(kind: str, name: str) -> Object:
    return deployment(name) if kind == "Deployment" else cluster_role(f"system:test-{name}")


def binding_of(suite: Suite, template: Object) -> Object:
    kind = "ResourceBinding" if meta.namespace(template) else "ClusterResourceBinding"
    return suite.must(kind, generate_binding_name(template["kind"], meta.name(template)))


async def propagate(suite: Suite, template: Object, *clusters: str, **spec: Any) -> str:
    """Returns the policy's name."""
    name = suite.name("cpp")
    await suite.create(cluster_policy(name, template, names(*(clusters or suite.members)), **spec), template)
    await suite.present(template["kind"], meta.name(template), clusters or suite.members)
    return name


async def test_definition(suite: Suite) -> None:
    kind = suite.name("Foo").replace("-", "")
    await propagate(suite, definition(f"example-{kind.lower()}.karmada.io", kind))


async def test_cluster_role(suite: Suite) -> None:
    await propagate(suite, template_of("ClusterRole", suite.name("clusterrole")))


async def test_cluster_role_binding(suite: Suite) -> None:
    name = suite.name("clusterrolebinding")
    await propagate(suite, cluster_role_binding(f"system:test.tom:{name}", name))


async def test_deployment(suite: Suite) -> None:
    name = suite.name("deploy")
    await propagate(suite, deployment(name))
    await suite.update("Deployment", name, ("spec", "replicas"), 2)
    await suite.fits("Deployment", name, lambda d: d["spec"]["replicas"] == 2, suite.members)


async def test_a_name_of_more_than_63_characters(suite: Suite) -> None:
    name = suite.name("deploy-" + "-longname" * 6)
    template = deployment(name)
    await suite.create(cluster_policy(name, template, names(*suite.members)), template)
    await suite.present("Deployment", name, suite.members)


@pytest.mark.parametrize("kind", KINDS)
async def test_a_selector_is_added(suite: Suite, kind: str) -> None:
    first, second = template_of(kind, suite.name("x-01")), template_of(kind, suite.name("x-02"))
    await suite.create(second)
    name = await propagate(suite, first, "member1")
    wanted = [select(first), select(second)]
    await suite.update("ClusterPropagationPolicy", name, ("spec", "resourceSelectors"), wanted)
    await suite.present(kind, meta.name(second), ["member1"])


@pytest.mark.parametrize("kind", KINDS)
async def test_a_selector_is_replaced(suite: Suite, kind: str) -> None:
    first, second = template_of(kind, suite.name("x-01")), template_of(kind, suite.name("x-02"))
    await suite.create(second)
    name = await propagate(suite, first, "member1")
    await suite.update("ClusterPropagationPolicy", name, ("spec", "resourceSelectors"), [select(second)])
    await suite.present(kind, meta.name(second), ["member1"])
    await suite.fits(kind, meta.name(first), lambda o: POLICY_ID not in meta.labels(o))


async def test_propagate_deps_is_switched_on(suite: Suite) -> None:
    template = deployment(suite.name("deploy"))
    name = await propagate(suite, template, "member1")
    await suite.update("ClusterPropagationPolicy", name, ("spec", "propagateDeps"), True)
    await suite.eventually(lambda: binding_of(suite, template)["spec"].get("propagateDeps"))


@pytest.mark.parametrize("kind", KINDS)
async def test_the_placement_changes(suite: Suite, kind: str) -> None:
    template = template_of(kind, suite.name("x"))
    name = await propagate(suite, template, "member1")
    await suite.update("ClusterPropagationPolicy", name, ("spec", "placement"), names("member2"))
    await suite.absent(kind, meta.name(template), ["member1"])
    await suite.present(kind, meta.name(template), ["member2"])


async def held_by(suite: Suite, template: Object, policy_name: str) -> None:
    await suite.fits(
        template["kind"],
        meta.name(template),
        lambda o: meta.annotations(o).get(POLICY_NAME) == policy_name,
        suite.members,
    )


async def test_implicit_priority(suite: Suite) -> None:
    name = suite.name("deploy")
    template = deployment(name, labels={"priority": name})
    by_name, by_label, by_kind = (suite.name(w) for w in ("name", "label", "kind"))
    everywhere = names(*suite.members)
    labelled = select(template, labelSelector={"matchLabels": {"priority": name}})
    await suite.create(
        cluster_policy(by_name, template, everywhere),
        cluster_policy(by_label, [labelled], everywhere),
        cluster_policy(by_kind, [{"apiVersion": "apps/v1", "kind": "Deployment"}], everywhere),
        template,
    )
    for expected in (by_name, by_label, by_kind):
        await held_by(suite, template, expected)
        await suite.delete("ClusterPropagationPolicy", expected)


@pytest.mark.parametrize(
    ("of_label", "of_name", "wins"), [(2, 1, "label"), (1, 1, "name")], ids=["higher", "same"]
)
async def test_explicit_priority(suite: Suite, of_label: int, of_name: int, wins: str) -> None:
    name = suite.name("deploy")
    template = deployment(name, labels={"priority": name})
    by = {who: suite.name(who) for who in ("label", "name", "implicit")}
    labelled = select(template, labelSelector={"matchLabels": {"priority": name}})
    everywhere = names(*suite.members)
    await suite.create(
        cluster_policy(by["label"], [labelled], everywhere, priority=of_label),
        cluster_policy(by["name"], template, everywhere, priority=of_name),
        cluster_policy(by["implicit"], template, everywhere),
        template,
    )
    await held_by(suite, template, by[wins])


@pytest.mark.parametrize("kind", KINDS)
async def test_a_deleted_policy_takes_its_marks_along(suite: Suite, kind: str) -> None:
    template = template_of(kind, suite.name("x"))
    name = await propagate(suite, template, "member1")
    await suite.delete("ClusterPropagationPolicy", name)

    def unmarked(found: Object) -> bool:
        return POLICY_ID not in meta.labels(found) and POLICY_NAME not in meta.annotations(found)

    await suite.fits(kind, meta.name(template), unmarked)
    await suite.eventually(lambda: unmarked(binding_of(suite, template)))


@pytest.mark.parametrize("kind", KINDS)
async def test_a_template_goes_from_a_deleted_policy_to_a_new_one(suite: Suite, kind: str) -> None:
    template = template_of(kind, suite.name("x"))
    await suite.delete("ClusterPropagationPolicy", await propagate(suite, template, "member1"))
    name = suite.name("cpp")
    await suite.create(cluster_policy(name, template, names("member2")))
    await suite.fits(kind, meta.name(template), lambda o: meta.annotations(o).get(POLICY_NAME) == name)
    await suite.eventually(lambda: meta.annotations(binding_of(suite, template)).get(POLICY_NAME) == name)
    await suite.absent(kind, meta.name(template), ["member1"])
    await suite.present(kind, meta.name(template), ["member2"])


async def test_dispatching_is_suspended(suite: Suite) -> None:
    template = template_of("ClusterRole", suite.name("x"))
    name = await propagate(suite, template, "member1")
    await suite.update("ClusterPropagationPolicy", name, ("spec", "suspension"), {"dispatching": True})
    await suite.eventually(lambda: binding_of(suite, template)["spec"]["suspension"]["dispatching"])
    work = generate_work_name("ClusterRole", meta.name(template), "")
    space = "karmada-es-member1"
    await suite.eventually(lambda: suite.must("Work", work, space)["spec"]["suspendDispatching"])
    await suite.eventually(
        lambda: (meta.condition(suite.must("Work", work, space), "Dispatching") or {})["status"] == "False"
    )


async def test_the_id_of_the_binding_is_on_works_and_copies(suite: Suite) -> None:
    template = template_of("ClusterRole", suite.name("x"))
    await propagate(suite, template)
    own = meta.labels(binding_of(suite, template))[BINDING_ID]
    work = generate_work_name("ClusterRole", meta.name(template), "")
    for member in suite.members:
        found = suite.must("Work", work, f"karmada-es-{member}")
        assert meta.labels(found)[BINDING_ID] == own
        manifest = found["spec"]["workload"]["manifests"][0]
        assert meta.labels(manifest)[BINDING_ID] == own
        assert meta.labels(suite.must("ClusterRole", meta.name(template), at=member))[BINDING_ID] == own
