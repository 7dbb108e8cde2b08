"""Which policy takes which template, and what happens when policies change, compete and go."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from karmada_nb.engine import meta
from karmada_nb.engine.karmada.plane import (
    BINDINGS,
    CLUSTER_BINDINGS,
    CLUSTER_POLICIES,
    NAMESPACES,
    OVERRIDES,
    POLICIES,
)
from karmada_nb.engine.meta import Object
from karmada_nb.engine.runtime.client import Resource
from tests.engine.karmada.controllers.lab import (
    DEPLOYMENTS,
    MEMBERS,
    Lab,
    deployment,
    policy,
    scale,
)

CRDS = Resource("apiextensions.k8s.io", "v1", "customresourcedefinitions")
WIDGETS = Resource("example.io", "v1", "widgets")
ROLES = Resource("rbac.authorization.k8s.io", "v1", "clusterroles")


@pytest.fixture
async def lab() -> AsyncIterator[Lab]:
    made = await Lab("current").start()
    yield made
    await made.stop()


@pytest.fixture(params=["article", "current"])
async def either(request: pytest.FixtureRequest) -> AsyncIterator[Lab]:
    made = await Lab(request.param).start()
    yield made
    await made.stop()


def only(name: str, cluster: str = MEMBERS[0], **spec: object) -> Object:
    """A policy for the Deployments named ``pipy``, to one cluster."""
    return policy(
        name,
        resourceSelectors=[{"apiVersion": "apps/v1", "kind": "Deployment", "name": "pipy"}],
        placement={"clusterAffinity": {"clusterNames": [cluster]}},
        **spec,
    )


def wide(name: str, selector: Object, cluster: str = MEMBERS[0], **spec: object) -> Object:
    """A ClusterPropagationPolicy to one cluster."""
    found = policy(
        name,
        resourceSelectors=[selector],
        placement={"clusterAffinity": {"clusterNames": [cluster]}},
        **spec,
    )
    return {**found, "kind": "ClusterPropagationPolicy", "metadata": {"name": name}}


ALL_DEPLOYMENTS = {"apiVersion": "apps/v1", "kind": "Deployment"}


def where(lab: Lab, name: str = "pipy-deployment") -> set[str]:
    return set(lab.targets(name))


async def test_a_cluster_policy_takes_cluster_scoped_templates(either: Lab) -> None:
    role: Object = {
        "apiVersion": "rbac.authorization.k8s.io/v1",
        "kind": "ClusterRole",
        "metadata": {"name": "reader"},
        "rules": [{"apiGroups": [""], "resources": ["pods"], "verbs": ["get"]}],
    }
    cluster = either.must(Resource("cluster.karmada.io", "v1alpha1", "clusters"), MEMBERS[0], "")
    enabled = [
        *cluster["status"]["apiEnablements"],
        {"groupVersion": "rbac.authorization.k8s.io/v1", "resources": [{"kind": "ClusterRole", "name": "x"}]},
    ]
    status = {"status": {"apiEnablements": enabled}}
    clusters = Resource("cluster.karmada.io", "v1alpha1", "clusters")
    await either.patch(clusters, MEMBERS[0], status, "", "status")
    await either.create(ROLES, role)
    selector = {"apiVersion": role["apiVersion"], "kind": "ClusterRole", "name": "reader"}
    await either.create(CLUSTER_POLICIES, wide("roles", selector))
    binding = either.must(CLUSTER_BINDINGS, "reader-clusterrole", "")
    assert [target["name"] for target in binding["spec"]["clusters"]] == [MEMBERS[0]]
    assert set(either.manifests("ClusterRole")) == {MEMBERS[0]}
    kind = "clusterResourceBinding" if either.plane.article else "ClusterResourceBinding"
    synced = f"Sync work of {kind}(reader-clusterrole) successful."
    sender = "cluster-resource-binding-controller"
    assert ("Normal", "SyncWorkSucceed", sender, synced) in either.events("ClusterRole", "reader")
    applied = "policy(roles/%!s(MISSING))" if either.plane.article else "cluster policy(roles)"
    said = ("Normal", "ApplyPolicySucceed", "resource-detector", f"Apply {applied} succeed")
    assert said in either.events("ClusterRole", "reader")
    await either.delete(ROLES, "reader", "")
    assert either.get(CLUSTER_BINDINGS, "reader-clusterrole", "") is None
    assert not either.manifests("ClusterRole")


async def test_a_policy_of_the_namespace_goes_before_a_cluster_policy(either: Lab) -> None:
    await either.create(CLUSTER_POLICIES, wide("wide", ALL_DEPLOYMENTS, MEMBERS[1]))
    await either.create(POLICIES, only("own"))
    await either.create(DEPLOYMENTS, deployment())
    assert where(either) == {MEMBERS[0]}


async def test_the_higher_priority_wins_then_the_exacter_selector_then_the_name(lab: Lab) -> None:
    by_label = {**ALL_DEPLOYMENTS, "labelSelector": {"matchLabels": {"app": "pipy"}}}
    placement = {"clusterAffinity": {"clusterNames": [MEMBERS[1]]}}
    await lab.create(POLICIES, policy("a", resourceSelectors=[by_label], placement=placement))
    await lab.create(POLICIES, only("b", MEMBERS[0]))
    await lab.create(POLICIES, only("c", MEMBERS[2], priority=-1))
    await lab.create(DEPLOYMENTS, deployment())
    assert where(lab) == {MEMBERS[0]}


async def test_a_claimed_template_stays_with_its_policy(lab: Lab) -> None:
    await lab.create(POLICIES, only("first"))
    await lab.create(DEPLOYMENTS, deployment())
    await lab.create(POLICIES, only("better", MEMBERS[1], priority=10))
    assert where(lab) == {MEMBERS[0]}
    await scale(lab, "pipy", 5)
    assert lab.targets("pipy-deployment") == {MEMBERS[0]: 5}


async def test_preemption_takes_a_template_from_a_lower_priority() -> None:
    lab = await Lab("current", preemption=True).start()
    await lab.create(POLICIES, only("first"))
    await lab.create(DEPLOYMENTS, deployment())
    await lab.create(POLICIES, only("better", MEMBERS[1], priority=10, preemption="Always"))
    assert where(lab) == {MEMBERS[1]}
    said = "Propagation policy(default/better) preempted propagation policy(default/first) successfully"
    told = ("Normal", "PreemptPolicySucceed", "resource-detector", said)
    assert told in lab.events("Deployment", "pipy")
    await lab.stop()


async def test_a_selector_that_stops_matching_lets_the_template_go(lab: Lab) -> None:
    made = await lab.create(POLICIES, only("first"))
    await lab.create(DEPLOYMENTS, deployment())
    other = [{**ALL_DEPLOYMENTS, "name": "other", "namespace": "default"}]
    found = lab.must(POLICIES, "first")
    await lab.client.update(POLICIES, meta.replace(found, ("spec", "resourceSelectors"), other))
    await lab.settle()
    assert not any("propagationpolicy" in label for label in meta.labels(lab.must(DEPLOYMENTS, "pipy")))
    assert not any("propagationpolicy" in label for label in meta.labels(lab.binding("pipy-deployment")))
    assert meta.uid(made)
    await lab.create(POLICIES, only("second", MEMBERS[2]))
    assert where(lab) == {MEMBERS[2]}


async def test_a_deleted_policy_makes_room_for_another(lab: Lab) -> None:
    await lab.create(POLICIES, only("first"))
    await lab.create(DEPLOYMENTS, deployment())
    await lab.create(POLICIES, only("second", MEMBERS[1]))
    await lab.delete(POLICIES, "first")
    assert where(lab) == {MEMBERS[1]}
    notes = meta.annotations(lab.must(DEPLOYMENTS, "pipy"))
    assert notes["propagationpolicy.karmada.io/name"] == "second"


async def test_a_lazy_policy_waits_for_a_change_of_the_template(lab: Lab) -> None:
    await lab.create(DEPLOYMENTS, deployment())
    await lab.create(POLICIES, only("lazy", activationPreference="Lazy"))
    assert meta.labels(lab.must(DEPLOYMENTS, "pipy"))["propagationpolicy.karmada.io/permanent-id"]
    assert lab.get(BINDINGS, "pipy-deployment") is None
    await scale(lab, "pipy", 3)
    assert lab.targets("pipy-deployment") == {MEMBERS[0]: 3}
    found = lab.must(POLICIES, "lazy")
    to_other = {"clusterAffinity": {"clusterNames": [MEMBERS[1]]}}
    await lab.client.update(POLICIES, meta.replace(found, ("spec", "placement"), to_other))
    await lab.settle()
    assert where(lab) == {MEMBERS[0]}
    await scale(lab, "pipy", 4)
    assert lab.targets("pipy-deployment") == {MEMBERS[1]: 4}


async def test_a_policy_waits_for_the_overrides_it_depends_on(either: Lab) -> None:
    await either.create(DEPLOYMENTS, deployment())
    await either.create(POLICIES, only("patient", dependentOverrides=["image"]))
    assert either.get(BINDINGS, "pipy-deployment") is None
    override: Object = {
        "apiVersion": "policy.karmada.io/v1alpha1",
        "kind": "OverridePolicy",
        "metadata": {"name": "image", "namespace": "default"},
        "spec": {"resourceSelectors": [{**ALL_DEPLOYMENTS, "name": "pipy"}], "overrideRules": []},
    }
    await either.create(OVERRIDES, override)
    await either.settle(10)
    assert where(either) == {MEMBERS[0]}


async def test_a_kind_defined_later_is_propagated_too(either: Lab) -> None:
    crd: Object = {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": "widgets.example.io"},
        "spec": {
            "group": "example.io",
            "names": {"kind": "Widget", "plural": "widgets", "singular": "widget", "listKind": "WidgetList"},
            "scope": "Namespaced",
            "versions": [
                {
                    "name": "v1",
                    "served": True,
                    "storage": True,
                    "schema": {
                        "openAPIV3Schema": {
                            "type": "object",
                            "x-kubernetes-preserve-unknown-fields": True,
                        }
                    },
                }
            ],
        },
    }
    await either.create(CRDS, crd)
    selector = {"apiVersion": "example.io/v1", "kind": "Widget", "name": "w"}
    await either.create(POLICIES, policy("widgets", resourceSelectors=[selector]))
    widget = {
        "apiVersion": "example.io/v1",
        "kind": "Widget",
        "metadata": {"name": "w", "namespace": "default"},
        "size": 3,
    }
    await either.create(WIDGETS, widget)
    assert either.binding("w-widget")["spec"]["resource"]["kind"] == "Widget"


async def test_reserved_namespaces_and_karmadas_own_kinds_are_left_alone(either: Lab) -> None:
    for name in ("karmada-system", "kube-extra"):
        if either.get(NAMESPACES, name, "") is None:
            namespace: Object = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}}
            await either.create(NAMESPACES, namespace)
    await either.create(CLUSTER_POLICIES, wide("all", ALL_DEPLOYMENTS))
    policies = {"apiVersion": "policy.karmada.io/v1alpha1", "kind": "PropagationPolicy"}
    await either.create(CLUSTER_POLICIES, wide("own", policies))
    for namespace_name in ("karmada-system", "kube-extra"):
        found = deployment("hidden")
        await either.create(DEPLOYMENTS, meta.with_metadata(found, namespace=namespace_name))
    await either.create(POLICIES, only("seen"))
    assert either.plane.informers(*BINDINGS).items() == []


async def test_a_template_made_anew_gets_a_new_binding(either: Lab) -> None:
    await either.create(POLICIES, only("first"))
    await either.create(DEPLOYMENTS, deployment())
    before = meta.uid(either.binding("pipy-deployment"))
    await either.client.delete(DEPLOYMENTS, "pipy", "default")
    await either.client.create(DEPLOYMENTS, deployment(replicas=7), "default")
    await either.settle(30)
    binding = either.binding("pipy-deployment")
    assert meta.uid(binding) != before
    assert either.targets("pipy-deployment") == {MEMBERS[0]: 7 if not either.plane.article else 0}
