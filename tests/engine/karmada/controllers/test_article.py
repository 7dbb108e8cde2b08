"""The article's path from a policy to Works, step by step, in both editions.

Objects, events and results are those that real Karmada left behind when the article's commands were typed
at it; scheduled replicas in today's edition depend on the template's uid, so there only their shape is.
"""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from karmada_nb.engine import meta
from karmada_nb.engine.karmada.plane import BINDINGS, POLICIES, WORKS
from tests.engine.karmada.controllers.lab import (
    DEPLOYMENTS,
    MEMBERS,
    SERVICES,
    Lab,
    deployment,
    place,
    policy,
    scale,
    service,
    weights,
)

APPLIED = "Apply policy(default/pipy-propagation) succeed"


@pytest.fixture(params=["article", "current"])
async def lab(request: pytest.FixtureRequest) -> AsyncIterator[Lab]:
    made = await Lab(request.param).start()
    await made.create(DEPLOYMENTS, deployment())
    await made.create(SERVICES, service())
    yield made
    await made.stop()


async def test_a_template_without_policy_is_told_of_in_v12_only(lab: Lab) -> None:
    warning = ("Warning", "ApplyPolicyFailed", "resource-detector", "No policy match for resource")
    assert lab.events("Deployment", "pipy") == ({warning} if lab.plane.article else set())
    assert lab.get(BINDINGS, "pipy-deployment") is None


async def test_a_policy_claims_its_templates(lab: Lab) -> None:
    made = await lab.create(POLICIES, policy())
    template = lab.must(DEPLOYMENTS, "pipy")
    place_of_policy = {
        "propagationpolicy.karmada.io/name": "pipy-propagation",
        "propagationpolicy.karmada.io/namespace": "default",
    }
    if lab.plane.article:
        assert meta.labels(template) == {"app": "pipy", **place_of_policy}
        assert not meta.annotations(template)
    else:
        identifier = meta.labels(made)["propagationpolicy.karmada.io/permanent-id"]
        assert meta.labels(template) == {
            "app": "pipy",
            "propagationpolicy.karmada.io/permanent-id": identifier,
        }
        assert meta.annotations(template) == place_of_policy
        assert meta.finalizers(made) == ["karmada.io/propagation-policy-controller"]


async def test_the_binding_is_owned_scheduled_and_up_to_date(lab: Lab) -> None:
    await lab.create(POLICIES, policy())
    binding, template = lab.binding("pipy-deployment"), lab.must(DEPLOYMENTS, "pipy")
    assert meta.owners(binding) == [meta.owner_reference(template)]
    assert meta.finalizers(binding) == ["karmada.io/binding-controller"]
    assert binding["spec"]["replicas"] == 2
    assert binding["spec"]["resource"] == {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "name": "pipy",
        "namespace": "default",
        "uid": meta.uid(template),
        "resourceVersion": meta.resource_version(template),
    }
    assert ("placement" in binding["spec"]) is not lab.plane.article
    condition = meta.condition(binding, "Scheduled")
    assert condition is not None
    if lab.plane.article:
        assert (condition["reason"], condition["message"]) == (
            "BindingScheduled",
            "Binding has been scheduled",
        )
        assert lab.targets("pipy-deployment") == dict(zip(MEMBERS, (1, 1, 0), strict=True))
    else:
        assert (condition["reason"], condition["message"]) == (
            "Success",
            "Binding has been scheduled successfully.",
        )
        assert binding["status"]["schedulerObservedGeneration"] == meta.generation(binding)
        assert sorted(lab.targets("pipy-deployment").values()) == [1, 1]
    assert lab.targets("pipy-service") == dict.fromkeys(MEMBERS, 0)
    text = meta.annotations(binding)["policy.karmada.io/applied-placement"]
    assert text.startswith(
        '{"clusterAffinity":{"clusterNames":["k3d-cluster-1","k3d-cluster-2","k3d-cluster-3"]}'
    )


async def test_works_carry_each_clusters_share(lab: Lab) -> None:
    await lab.create(POLICIES, policy())
    shares = {name: m["spec"]["replicas"] for name, m in lab.manifests("Deployment").items()}
    assert shares == lab.targets("pipy-deployment")
    assert set(lab.manifests("Service")) == set(MEMBERS)
    names = {meta.name(work) for work in lab.works("k3d-cluster-2") + lab.works("k3d-cluster-3")}
    assert {"pipy-6f4d47756c", "pipy-76466b6775"} <= names


async def test_events_are_those_of_real_karmada(lab: Lab) -> None:
    await lab.create(POLICIES, policy())
    kind = "resourceBinding" if lab.plane.article else "ResourceBinding"
    synced = (
        "SyncWorkSucceed",
        "binding-controller",
        f"Sync work of {kind}(default/pipy-service) successful.",
    )
    if lab.plane.article:
        scheduled = ("ScheduleBindingSucceed", "karmada-scheduler", "Binding has been scheduled")
    else:
        result = "Result: {k3d-cluster-1:0, k3d-cluster-2:0, k3d-cluster-3:0}"
        said = f"Binding has been scheduled successfully. {result}"
        scheduled = ("ScheduleBindingSucceed", "default-scheduler", said)
    on_binding = {("Normal", *scheduled), ("Normal", *synced)}
    assert lab.events("ResourceBinding", "pipy-service") == on_binding
    told = lab.events("Service", "pipy")
    told.discard(("Warning", "ApplyPolicyFailed", "resource-detector", "No policy match for resource"))
    assert told == on_binding | {("Normal", "ApplyPolicySucceed", "resource-detector", APPLIED)}
    counted = ("Normal", "GetReplicasSucceed", "resource-detector")
    said = "Get replicas of resource template successfully."
    assert ((*counted, said) in lab.events("Deployment", "pipy")) is not lab.plane.article


async def test_scaling_moves_replicas(lab: Lab) -> None:
    await lab.create(POLICIES, policy())
    await scale(lab, "pipy", 3)
    assert lab.targets("pipy-deployment") == dict.fromkeys(MEMBERS, 1)
    assert {m["spec"]["replicas"] for m in lab.manifests("Deployment").values()} == {1}
    await scale(lab, "pipy", 2)
    if lab.plane.article:
        shares = {name: m["spec"]["replicas"] for name, m in lab.manifests("Deployment").items()}
        assert shares == dict(zip(MEMBERS, (1, 1, 0), strict=True))
    else:
        assert set(lab.manifests("Deployment")) == set(lab.targets("pipy-deployment"))
        assert len(lab.targets("pipy-deployment")) == 2


async def test_other_weights_move_replicas(lab: Lab) -> None:
    await lab.create(POLICIES, policy())
    await scale(lab, "pipy", 6)
    await place(lab, "pipy-propagation", weights(1, 2, 3))
    assert lab.targets("pipy-deployment") == dict(zip(MEMBERS, (1, 2, 3), strict=True))
    shares = {name: m["spec"]["replicas"] for name, m in lab.manifests("Deployment").items()}
    assert shares == lab.targets("pipy-deployment")


async def test_deleting_the_policy_leaves_the_application_where_it_is(lab: Lab) -> None:
    await lab.create(POLICIES, policy())
    before = lab.targets("pipy-deployment")
    await lab.delete(POLICIES, "pipy-propagation")
    assert lab.get(POLICIES, "pipy-propagation") is None
    assert meta.labels(lab.must(DEPLOYMENTS, "pipy")) == {"app": "pipy"}
    assert lab.targets("pipy-deployment") == before
    assert not any("propagationpolicy" in label for label in meta.labels(lab.binding("pipy-deployment")))
    assert set(lab.manifests("Service")) == set(MEMBERS)


async def test_a_new_policy_takes_what_the_old_one_left(lab: Lab) -> None:
    await lab.create(POLICIES, policy())
    await lab.delete(POLICIES, "pipy-propagation")
    await lab.create(POLICIES, policy("other", placement={"clusterAffinity": {"clusterNames": [MEMBERS[0]]}}))
    assert set(lab.targets("pipy-deployment")) == {MEMBERS[0]}
    shares = {name: m["spec"]["replicas"] for name, m in lab.manifests("Deployment").items()}
    assert shares == {MEMBERS[0]: 2}


async def test_deleting_the_template_takes_all_away(lab: Lab) -> None:
    await lab.create(POLICIES, policy())
    await lab.delete(DEPLOYMENTS, "pipy")
    await lab.delete(SERVICES, "pipy")
    assert lab.plane.informers(*BINDINGS).items() == []
    works = lab.plane.informers(*WORKS).items()
    # Nothing runs here that takes them out of the members: each waits for its execution controller.
    assert len(works) >= 5
    assert all(meta.deleting(work) for work in works)


async def test_when_nothing_changes_nothing_is_written(lab: Lab) -> None:
    await lab.create(POLICIES, policy())
    before = lab.revision()
    await lab.settle(600)
    assert lab.revision() == before


async def test_a_policy_before_its_template_is_as_good(lab: Lab) -> None:
    await lab.create(POLICIES, policy("late", resourceSelectors=[_select("late")]))
    await lab.create(DEPLOYMENTS, deployment("late", 4))
    assert sum(lab.targets("late-deployment").values()) == 4
    assert not any(kind == "Warning" for kind, *_ in lab.events("Deployment", "late"))


def _select(name: str) -> dict[str, str]:
    return {"apiVersion": "apps/v1", "kind": "Deployment", "name": name}
