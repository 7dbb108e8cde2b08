"""Follows test/e2e/suites/base/lazy_activation_policy_test.go."""

from __future__ import annotations

from typing import Any

from karmada_nb.engine import meta
from karmada_nb.engine.meta import Object
from tests.e2e.manifests import configmap, deployment, names, policy
from tests.e2e.suite import Suite

LAZY = "Lazy"
PLACE = ("spec", "placement")


def mounting(name: str) -> Object:
    """A deployment that mounts a ConfigMap of its own name."""
    return deployment(name, pod={"volumes": [{"name": "vol", "configMap": {"name": name}}]})


def lazy(name: str, template: Object, cluster: str, **spec: Any) -> Object:
    return policy(name, template, names(cluster), **{"activationPreference": LAZY, **spec})


async def touched(suite: Suite, name: str) -> None:
    """A user changes the template."""
    now = meta.rfc3339(suite.federation.clock.now())
    await suite.update("Deployment", name, ("metadata", "annotations", "reconcileAt"), now)


async def stays(suite: Suite, name: str, cluster: str, *, kind: str = "Deployment") -> None:
    """It is in one cluster, and nowhere else."""
    await suite.always(
        lambda: [m for m in suite.members if suite.get(kind, name, at=m)] == ([cluster] if cluster else []),
        during=3,
    )


async def goes(suite: Suite, name: str, cluster: str, *, kind: str = "Deployment") -> None:
    await suite.eventually(lambda: [m for m in suite.members if suite.get(kind, name, at=m)] == [cluster])


async def policy_first(suite: Suite, *, lazily: bool = True, **spec: Any) -> str:
    name = suite.name("lazy")
    template = mounting(name)
    made = lazy(name, template, "member1", **spec) if lazily else policy(name, template, names("member1"))
    await suite.create(configmap(name), made)
    await suite.pass_time(3)
    await suite.create(template)
    await goes(suite, name, "member1")
    return name


async def template_first(suite: Suite) -> str:
    name = suite.name("lazy")
    template = mounting(name)
    await suite.create(configmap(name), template)
    await suite.pass_time(3)
    await suite.create(lazy(name, template, "member1"))
    await stays(suite, name, "")
    return name


async def test_a_policy_before_its_template(suite: Suite) -> None:
    name = await policy_first(suite)
    await suite.delete("PropagationPolicy", name)
    await stays(suite, name, "member1")


async def test_a_policy_after_its_template(suite: Suite) -> None:
    name = await template_first(suite)
    await touched(suite, name)
    await goes(suite, name, "member1")


async def test_from_lazy_to_immediate(suite: Suite) -> None:
    name = await policy_first(suite)
    spec = suite.must("PropagationPolicy", name)["spec"]
    changed = {**meta.without(spec, ["activationPreference"]), "placement": names("member2")}
    await suite.update("PropagationPolicy", name, ("spec",), changed)
    await goes(suite, name, "member2")


async def test_from_immediate_to_lazy(suite: Suite) -> None:
    name = await policy_first(suite, lazily=False)
    spec = suite.must("PropagationPolicy", name)["spec"]
    changed = {**spec, "placement": names("member2"), "activationPreference": LAZY}
    await suite.update("PropagationPolicy", name, ("spec",), changed)
    await stays(suite, name, "member1")
    await touched(suite, name)
    await goes(suite, name, "member2")


async def test_an_immediate_policy_preempts_a_lazy_one(suite: Suite) -> None:
    name = await policy_first(suite)
    spec = {"priority": 2, "preemption": "Always"}
    await suite.create(policy(f"{name}-high", mounting(name), names("member2"), **spec))
    await goes(suite, name, "member2")


async def test_a_lazy_policy_preempts_and_waits(suite: Suite) -> None:
    name = await policy_first(suite)
    await suite.create(lazy(f"{name}-high", mounting(name), "member2", priority=2, preemption="Always"))
    await suite.fits(
        "Deployment",
        name,
        lambda d: meta.annotations(d)["propagationpolicy.karmada.io/name"] == f"{name}-high",
    )
    await stays(suite, name, "member1")
    await touched(suite, name)
    await goes(suite, name, "member2")


async def test_dependencies_follow(suite: Suite) -> None:
    name = await policy_first(suite, propagateDeps=True)
    await goes(suite, name, "member1", kind="ConfigMap")
    await suite.update("PropagationPolicy", name, PLACE, names("member2"))
    await stays(suite, name, "member1")
    await stays(suite, name, "member1", kind="ConfigMap")
    await touched(suite, name)
    await goes(suite, name, "member2")
    await goes(suite, name, "member2", kind="ConfigMap")


async def test_dependencies_are_switched_on_later(suite: Suite) -> None:
    name = await template_first(suite)
    await touched(suite, name)
    await goes(suite, name, "member1")
    await stays(suite, name, "", kind="ConfigMap")
    await suite.update("PropagationPolicy", name, ("spec", "propagateDeps"), True)
    await stays(suite, name, "", kind="ConfigMap")
    await touched(suite, name)
    await goes(suite, name, "member1", kind="ConfigMap")
