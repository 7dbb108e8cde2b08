"""What an application refers to follows it to its clusters, as long as it refers to it."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from karmada_nb.engine import meta
from karmada_nb.engine.karmada.plane import BINDINGS, POLICIES
from karmada_nb.engine.meta import Object
from karmada_nb.engine.runtime.client import Resource
from tests.engine.karmada.controllers.lab import (
    DEPLOYMENTS,
    MEMBERS,
    Lab,
    deployment,
    place,
    policy,
    scale,
    weights,
)

CONFIG_MAPS = Resource("", "v1", "configmaps")


def mounting(name: str, config: str) -> Object:
    volume = {"name": "v", "configMap": {"name": config}}
    return deployment(name, 2, volumes=[volume])


def config_map(name: str) -> Object:
    metadata = {"name": name, "namespace": "default"}
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": {"a": "b"}}


def with_dependencies(name: str, *clusters: str, **spec: object) -> Object:
    return policy(
        name,
        resourceSelectors=[{"apiVersion": "apps/v1", "kind": "Deployment", "name": name}],
        placement={"clusterAffinity": {"clusterNames": list(clusters)}},
        propagateDeps=True,
        **spec,
    )


@pytest.fixture
async def lab() -> AsyncIterator[Lab]:
    made = await Lab("current").start()
    await made.create(CONFIG_MAPS, config_map("settings"))
    yield made
    await made.stop()


async def test_a_config_map_goes_where_its_deployment_goes(lab: Lab) -> None:
    await lab.create(DEPLOYMENTS, mounting("app", "settings"))
    await lab.create(POLICIES, with_dependencies("app", *MEMBERS[:2]))
    attached, independent = lab.binding("settings-configmap"), lab.binding("app-deployment")
    assert attached["spec"]["requiredBy"] == [
        {"namespace": "default", "name": "app-deployment", "clusters": independent["spec"]["clusters"]}
    ]
    assert "clusters" not in attached["spec"]
    identifier = meta.labels(independent)["resourcebinding.karmada.io/permanent-id"]
    depended = {k: v for k, v in meta.labels(attached).items() if "depended-by" in k}
    assert list(depended.values()) == [identifier]
    assert set(lab.manifests("ConfigMap")) == set(MEMBERS[:2])
    assert "karmada.io/binding-dependencies-distributor" in meta.finalizers(independent)
    text = '[{"apiVersion":"v1","kind":"ConfigMap","namespace":"default","name":"settings"}]'
    assert meta.annotations(independent)["resourcebinding.karmada.io/dependencies"] == text
    said = (
        "Get dependencies([{APIVersion:v1 Kind:ConfigMap Namespace:default Name:settings LabelSelector:nil}])"
        " succeed."
    )
    told = ("Normal", "GetDependenciesSucceed", "dependencies-distributor", said)
    assert told in lab.events("Deployment", "app")
    done = "Sync schedule results to dependencies succeed."
    told = ("Normal", "SyncScheduleResultToDependenciesSucceed", "dependencies-distributor", done)
    assert told in lab.events("ResourceBinding", "app-deployment")


async def test_it_follows_when_the_deployment_moves(lab: Lab) -> None:
    await lab.create(DEPLOYMENTS, mounting("app", "settings"))
    await lab.create(POLICIES, with_dependencies("app", MEMBERS[0]))
    await scale(lab, "app", 3)
    await place(lab, "app", weights(1, 1, 1))
    assert set(lab.manifests("ConfigMap")) == set(MEMBERS)


async def test_a_config_map_that_comes_later_follows_too(lab: Lab) -> None:
    await lab.create(DEPLOYMENTS, mounting("app", "later"))
    await lab.create(POLICIES, with_dependencies("app", MEMBERS[0]))
    assert lab.get(BINDINGS, "later-configmap") is None
    await lab.create(CONFIG_MAPS, config_map("later"))
    assert set(lab.manifests("ConfigMap")) == {MEMBERS[0]}


async def test_what_two_need_stays_until_neither_does(lab: Lab) -> None:
    for name, cluster in (("one", MEMBERS[0]), ("two", MEMBERS[1])):
        await lab.create(DEPLOYMENTS, mounting(name, "settings"))
        await lab.create(POLICIES, with_dependencies(name, cluster))
    assert set(lab.manifests("ConfigMap")) == set(MEMBERS[:2])
    await lab.delete(DEPLOYMENTS, "one")
    assert set(lab.manifests("ConfigMap")) == {MEMBERS[1]}
    await lab.delete(DEPLOYMENTS, "two")
    assert not lab.manifests("ConfigMap")
    assert "requiredBy" not in lab.binding("settings-configmap")["spec"]


async def test_a_reference_that_goes_takes_the_config_map_along(lab: Lab) -> None:
    await lab.create(DEPLOYMENTS, mounting("app", "settings"))
    await lab.create(POLICIES, with_dependencies("app", MEMBERS[0]))
    template = lab.must(DEPLOYMENTS, "app")
    await lab.client.update(DEPLOYMENTS, meta.without(template, ("spec", "template", "spec", "volumes")))
    await lab.settle()
    assert not lab.manifests("ConfigMap")


async def test_those_who_disagree_on_conflicts_are_told(lab: Lab) -> None:
    for name, resolution in (("one", "Abort"), ("two", "Overwrite")):
        await lab.create(DEPLOYMENTS, mounting(name, "settings"))
        await lab.create(POLICIES, with_dependencies(name, MEMBERS[0], conflictResolution=resolution))
    said = "Dependency policy conflict detected: ConflictResolution conflicted (Overwrite vs Abort)."
    told = ("Warning", "DependencyPolicyConflict", "dependencies-distributor", said)
    assert told in lab.events("ResourceBinding", "settings-configmap")
    assert lab.binding("settings-configmap")["spec"]["conflictResolution"] == "Overwrite"


async def test_nothing_is_written_once_all_is_in_place(lab: Lab) -> None:
    await lab.create(DEPLOYMENTS, mounting("app", "settings"))
    await lab.create(POLICIES, with_dependencies("app", *MEMBERS[:2]))
    before = lab.revision()
    await lab.settle(600)
    assert lab.revision() == before


async def test_v12_left_dependencies_alone() -> None:
    lab = await Lab("article").start()
    await lab.create(CONFIG_MAPS, config_map("settings"))
    await lab.create(DEPLOYMENTS, mounting("app", "settings"))
    await lab.create(POLICIES, with_dependencies("app", MEMBERS[0]))
    assert lab.get(BINDINGS, "settings-configmap") is None
    await lab.stop()
