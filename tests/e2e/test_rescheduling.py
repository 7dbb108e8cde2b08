"""Follows rescheduling_test.go, namespace_test.go and the join and unjoin specs of karmadactl_test.go."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable

import pytest
import pytest_asyncio

from karmada_nb.engine import meta
from karmada_nb.engine.karmada.names import generate_binding_name
from karmada_nb.engine.meta import Object
from tests.e2e.manifests import (
    DUPLICATED,
    cluster_policy,
    cluster_role,
    deployment,
    divided,
    obj,
    policy,
)
from tests.e2e.suite import Suite


@pytest_asyncio.fixture(loop_scope="session")
async def newcomer(suite: Suite) -> AsyncIterator[str]:
    """A cluster that is not joined yet."""
    name = await suite.grow()
    yield name
    await suite.shrink(name)


async def join(suite: Suite, name: str) -> None:
    await suite.federation.join(name)
    await suite.eventually(lambda: suite.ready(name))


def clusters(suite: Suite, template: Object) -> list[str]:
    kind = "ResourceBinding" if meta.namespace(template) else "ClusterResourceBinding"
    binding = suite.get(kind, generate_binding_name(template["kind"], meta.name(template)))
    return [target["name"] for target in meta.dig(binding or {}, "spec", "clusters", default=[])]


@pytest.mark.parametrize("kind", ["Deployment", "ClusterRole"])
async def test_what_is_duplicated_follows_joining_and_unjoining(
    suite: Suite, newcomer: str, kind: str
) -> None:
    name = suite.name("reschedule")
    template = deployment(name, 1) if kind == "Deployment" else cluster_role(name)
    make = policy if kind == "Deployment" else cluster_policy
    await suite.create(make(name, template, {"replicaScheduling": DUPLICATED}), template)
    await suite.present(kind, name, suite.members)
    await join(suite, newcomer)
    await suite.eventually(lambda: newcomer in clusters(suite, template))
    await suite.present(kind, name, [newcomer])
    await suite.federation.unjoin(newcomer)
    await suite.eventually(lambda: sorted(clusters(suite, template)) == suite.members)


async def test_what_is_divided_leaves_a_cluster_that_unjoins(suite: Suite, newcomer: str) -> None:
    await join(suite, newcomer)
    name = suite.name("reschedule")
    template = deployment(name, 10)
    await suite.create(policy(name, template, {"replicaScheduling": divided()}), template)
    await suite.eventually(lambda: newcomer in clusters(suite, template))
    await suite.federation.unjoin(newcomer)
    await suite.eventually(lambda: sorted(clusters(suite, template)) == suite.members)
    assert sum(suite.targets(name).values()) == 10


@pytest.mark.parametrize("make", [policy, cluster_policy], ids=["namespaced", "cluster"])
async def test_labels_of_a_cluster_change(suite: Suite, make: Callable[..., Object]) -> None:
    name, label = suite.name("reschedule"), suite.name("cluster")
    template = deployment(name)
    await suite.label_cluster("member1", **{label: "ok"})
    wanted = {"clusterAffinity": {"labelSelector": {"matchLabels": {label: "ok"}}}}
    await suite.create(template, make(name, template, wanted))
    await suite.present("Deployment", name, ["member1"])
    await suite.label_cluster("member1", **{label: "not_ok"})
    await suite.absent("Deployment", name, ["member1"])
    await suite.label_cluster("member1", **{label: "ok"})
    await suite.present("Deployment", name, ["member1"])
    await suite.label_cluster("member1", **{label: None})


async def test_a_namespace_comes_and_goes(suite: Suite) -> None:
    name = suite.name("karmada-e2e-ns")
    await suite.create(obj("v1", "Namespace", name, None))
    await suite.present("Namespace", name, suite.members)
    await suite.delete("Namespace", name)
    await suite.absent("Namespace", name, suite.members)


async def test_a_new_cluster_gets_the_namespaces(suite: Suite, newcomer: str) -> None:
    name = suite.name("karmada-e2e-ns")
    await suite.create(obj("v1", "Namespace", name, None))
    await join(suite, newcomer)
    await suite.present("Namespace", name, [newcomer])


async def test_a_cluster_that_is_not_ready_is_unjoined(suite: Suite, newcomer: str) -> None:
    name = suite.name("unjoin")
    template = deployment(name)
    await join(suite, newcomer)
    await suite.create(policy(name, template, {"clusterAffinity": {"clusterNames": [newcomer]}}), template)
    await suite.present("Deployment", name, [newcomer])
    suite.federation.link(newcomer).cut()
    await suite.eventually(lambda: not suite.ready(newcomer))
    await suite.federation.unjoin(newcomer, force=True)
    await suite.eventually(lambda: suite.get("Cluster", newcomer) is None)
