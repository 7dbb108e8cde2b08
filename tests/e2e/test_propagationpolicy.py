"""Follows test/e2e/suites/base/propagationpolicy_test.go."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from karmada_nb.engine import meta
from karmada_nb.engine.karmada.names import generate_work_name
from karmada_nb.engine.meta import Object
from tests.e2e.manifests import (
    cluster_policy,
    configmap,
    definition,
    deployment,
    job,
    names,
    obj,
    pod,
    policy,
    role,
    role_binding,
    select,
    service,
)
from tests.e2e.suite import Suite

POLICY_NAME = "propagationpolicy.karmada.io/name"
POLICY_ID = "propagationpolicy.karmada.io/permanent-id"


def _anything(_: Object) -> bool:
    return True


async def told(suite: Suite, kind: str, name: str, *reasons: str) -> None:
    await suite.eventually(lambda: set(reasons) <= {reason for reason, _ in suite.events(kind, name)})


async def propagate(suite: Suite, template: Object, *clusters: str) -> Object:
    """The template and a policy for it; returns the policy."""
    made: Object = policy(meta.name(template), template, names(*(clusters or suite.members)))
    await suite.create(made, template)
    return made


async def test_deployment(suite: Suite) -> None:
    name = suite.name("deploy")
    await propagate(suite, deployment(name))
    work = generate_work_name("Deployment", name, suite.namespace)
    await told(
        suite,
        "Deployment",
        name,
        "ApplyPolicySucceed",
        "GetReplicasSucceed",
        "ScheduleBindingSucceed",
        "SyncWorkSucceed",
        "AggregateStatusSucceed",
    )
    await told(suite, "Work", work, "SyncSucceed", "ReflectStatusSucceed", "InterpretHealthSucceed")
    assert ("WorkDispatching", "Work is being dispatched to member clusters.") in set(
        suite.events("Work", work)
    )
    await suite.update("Deployment", name, ("spec", "replicas"), 2)
    await suite.fits("Deployment", name, lambda d: d["spec"]["replicas"] == 2, suite.members)
    await suite.delete("Deployment", name)
    await suite.absent("Deployment", name, suite.members)


async def test_service(suite: Suite) -> None:
    name = suite.name("service")
    template = service(name)
    await propagate(suite, template)
    await told(suite, "Service", name, "ApplyPolicySucceed", "ScheduleBindingSucceed", "SyncWorkSucceed")
    await told(suite, "ResourceBinding", f"{name}-service", "AggregateStatusSucceed")
    await told(suite, "Work", generate_work_name("Service", name, suite.namespace), "InterpretHealthSucceed")
    ports = [{**template["spec"]["ports"][0], "port": 81}]
    await suite.update("Service", name, ("spec", "ports"), ports)
    await suite.fits("Service", name, lambda s: s["spec"]["ports"][0]["port"] == 81, suite.members)


async def test_pod(suite: Suite) -> None:
    name = suite.name("pod")
    await propagate(suite, pod(name))
    await suite.present("Pod", name, suite.members)
    containers = suite.must("Pod", name)["spec"]["containers"]
    await suite.update("Pod", name, ("spec", "containers"), [{**containers[0], "image": "nginx:latest"}])
    await suite.fits(
        "Pod", name, lambda p: p["spec"]["containers"][0]["image"] == "nginx:latest", suite.members
    )


async def test_custom_resource(suite: Suite) -> None:
    kind = suite.name("Foo").replace("-", "")
    crd = definition(f"example-{kind.lower()}.karmada.io", kind)
    api_version = f"{crd['spec']['group']}/v1alpha1"
    await suite.create(cluster_policy(meta.name(crd), crd, names(*suite.members)), crd)
    await suite.eventually(
        lambda: all(
            api_version in {e["groupVersion"] for e in suite.must("Cluster", m)["status"]["apiEnablements"]}
            for m in suite.members
        )
    )
    name = suite.name("cr")
    custom = obj(api_version, kind, name, spec={"resource": {"namespace": "default"}})
    await suite.create(policy(name, custom, names(*suite.members)), custom)
    await suite.present(kind, name, suite.members)
    await suite.update(kind, name, ("spec", "resource", "namespace"), "e2e-test")
    await suite.fits(kind, name, lambda o: o["spec"]["resource"]["namespace"] == "e2e-test", suite.members)
    await suite.delete(kind, name)
    await suite.absent(kind, name, suite.members)


async def test_job(suite: Suite) -> None:
    name = suite.name("job")
    await propagate(suite, job(name))
    await told(
        suite,
        "Job",
        name,
        "ApplyPolicySucceed",
        "GetReplicasSucceed",
        "ScheduleBindingSucceed",
        "SyncWorkSucceed",
        "AggregateStatusSucceed",
    )
    await suite.present("Job", name, suite.members)
    await suite.update("Job", name, ("spec", "backoffLimit"), 3)
    await suite.fits("Job", name, lambda j: j["spec"]["backoffLimit"] == 3, suite.members)


@pytest.mark.parametrize("make", [role, lambda name: role_binding(name, name)], ids=["role", "role-binding"])
async def test_role(suite: Suite, make: Callable[[str], Object]) -> None:
    template = make(suite.name("role"))
    await propagate(suite, template)
    await suite.present(template["kind"], meta.name(template), suite.members)


async def test_a_policy_whose_name_has_more_than_63_characters(suite: Suite) -> None:
    name = suite.name("deploy-" + "-longname" * 6)
    assert len(name) > 63 - len("-deployment")
    await propagate(suite, deployment(name))
    await suite.present("Deployment", name, suite.members)
    await suite.update("Deployment", name, ("spec", "replicas"), 2)
    await suite.fits("Deployment", name, lambda d: d["spec"]["replicas"] == 2, suite.members)


async def test_implicit_priority(suite: Suite) -> None:
    name = suite.name("deploy")
    template = deployment(name, labels={"priority": name})
    by_name, by_label, by_kind = (suite.name(w) for w in ("name", "label", "kind"))
    everywhere = names(*suite.members)
    await suite.create(
        policy(by_name, template, everywhere),
        policy(by_label, [select(template, labelSelector={"matchLabels": {"priority": name}})], everywhere),
        policy(by_kind, [{"apiVersion": "apps/v1", "kind": "Deployment"}], everywhere),
        template,
    )
    for expected in (by_name, by_label, by_kind):
        await held_by(suite, name, expected)
        await suite.delete("PropagationPolicy", expected)


async def held_by(suite: Suite, deployment_name: str, policy_name: str) -> None:
    await suite.fits(
        "Deployment",
        deployment_name,
        lambda d: meta.annotations(d).get(POLICY_NAME) == policy_name,
        suite.members,
    )


@pytest.mark.parametrize(
    ("of_label", "of_name", "wins"), [(2, 1, "label"), (1, 1, "name")], ids=["higher", "same"]
)
async def test_explicit_priority(suite: Suite, of_label: int, of_name: int, wins: str) -> None:
    name = suite.name("deploy")
    template = deployment(name, labels={"priority": name})
    by = {who: suite.name(who) for who in ("label", "name", "implicit")}
    selector = select(template, labelSelector={"matchLabels": {"priority": name}})
    everywhere = names(*suite.members)
    await suite.create(
        policy(by["label"], [selector], everywhere, priority=of_label),
        policy(by["name"], template, everywhere, priority=of_name),
        policy(by["implicit"], template, everywhere),
        template,
    )
    await held_by(suite, name, by[wins])


async def two_deployments(suite: Suite) -> tuple[Object, Object, Object]:
    """A policy that selects the first of two deployments, in member1."""
    name = suite.name("deploy")
    first, second = deployment(f"{name}-01"), deployment(f"{name}-02")
    made = policy(name, first, names("member1"))
    await suite.create(made, first, second)
    await suite.present("Deployment", meta.name(first), ["member1"])
    return made, first, second


async def test_a_selector_is_added(suite: Suite) -> None:
    made, first, second = await two_deployments(suite)
    await suite.update(
        "PropagationPolicy", meta.name(made), ("spec", "resourceSelectors"), [select(first), select(second)]
    )
    await suite.present("Deployment", meta.name(second), ["member1"])


async def test_a_selector_is_replaced(suite: Suite) -> None:
    made, first, second = await two_deployments(suite)
    await suite.update(
        "PropagationPolicy", meta.name(made), ("spec",), {"resourceSelectors": [select(second)]}
    )
    await suite.present("Deployment", meta.name(second), suite.members)
    await suite.fits("Deployment", meta.name(first), lambda d: POLICY_NAME not in meta.annotations(d))


async def in_member1(suite: Suite, **spec: Any) -> str:
    """A deployment and its policy, of the same name."""
    name = suite.name("deploy")
    template = deployment(name)
    await suite.create(policy(name, template, names("member1"), **spec), template)
    await suite.present("Deployment", name, ["member1"])
    return name


async def test_propagate_deps_is_switched_on(suite: Suite) -> None:
    name = await in_member1(suite)
    await suite.update("PropagationPolicy", name, ("spec", "propagateDeps"), True)
    await suite.eventually(lambda: suite.binding(name)["spec"].get("propagateDeps"))


async def test_the_placement_changes(suite: Suite) -> None:
    name = await in_member1(suite)
    await suite.update("PropagationPolicy", name, ("spec", "placement"), names("member2"))
    await suite.absent("Deployment", name, ["member1"])
    await suite.present("Deployment", name, ["member2"])


async def test_a_deleted_policy_takes_its_marks_along(suite: Suite) -> None:
    name = await in_member1(suite)
    await suite.delete("PropagationPolicy", name)

    def unmarked(found: Object) -> bool:
        return POLICY_ID not in meta.labels(found) and POLICY_NAME not in meta.annotations(found)

    await suite.fits("Deployment", name, unmarked)
    await suite.fits("ResourceBinding", f"{name}-deployment", unmarked)
    assert suite.get("Deployment", name, at="member1") is not None


@pytest.mark.parametrize("how", ["modified", "deleted"])
async def test_a_template_goes_from_an_old_policy_to_a_new_one(suite: Suite, how: str) -> None:
    name = suite.name("configmap")
    template = configmap(name, {"a": "b"})
    await suite.create(template, policy(f"{name}-01", template, names("member1")))
    await suite.present("ConfigMap", name, ["member1"])
    if how == "modified":
        other = [select(template, name=f"{name}-fake")]
        await suite.update("PropagationPolicy", f"{name}-01", ("spec", "resourceSelectors"), other)
    else:
        await suite.delete("PropagationPolicy", f"{name}-01")
    await suite.create(policy(f"{name}-02", template, names("member2")))
    await suite.absent("ConfigMap", name, ["member1"])
    await suite.present("ConfigMap", name, ["member2"])


async def suspended(suite: Suite) -> str:
    name = await in_member1(suite)
    await suite.update("PropagationPolicy", name, ("spec", "suspension"), {"dispatching": True})
    return name


async def test_dispatching_is_suspended(suite: Suite) -> None:
    name = await suspended(suite)
    await suite.eventually(lambda: suite.binding(name)["spec"]["suspension"]["dispatching"])
    work = generate_work_name("Deployment", name, suite.namespace)
    space = "karmada-es-member1"
    await suite.eventually(lambda: suite.must("Work", work, space)["spec"]["suspendDispatching"])
    await suite.eventually(
        lambda: (meta.condition(suite.must("Work", work, space), "Dispatching") or {})["status"] == "False"
    )
    message = "Work dispatching is in a suspended state."
    await suite.eventually(lambda: ("WorkDispatching", message) in set(suite.events("Work", work)))


@pytest.mark.parametrize("suspension", [{}, None], ids=["empty", "none"])
async def test_dispatching_is_resumed(suite: Suite, suspension: Object | None) -> None:
    name = await suspended(suite)
    await suite.update("Deployment", name, ("spec", "replicas"), 2)
    await suite.always(lambda: suite.must("Deployment", name, at="member1")["spec"]["replicas"] == 3)
    await suite.update("PropagationPolicy", name, ("spec", "suspension"), suspension)
    await suite.fits("Deployment", name, lambda d: d["spec"]["replicas"] == 2, ["member1"])
