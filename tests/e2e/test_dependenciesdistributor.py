"""Follows test/e2e/suites/base/dependenciesdistributor_test.go."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from karmada_nb.engine import meta
from karmada_nb.engine.meta import Object
from tests.e2e.manifests import cluster_policy, configmap, deployment, names, obj, policy, secret
from tests.e2e.suite import Suite


def claim(name: str) -> Object:
    spec = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}}
    return obj("v1", "PersistentVolumeClaim", name, spec=spec)


def account(name: str) -> Object:
    return obj("v1", "ServiceAccount", name)


def volume(**source: Any) -> Object:
    return {"volumes": [{"name": "vol", **source}]}


CASES: dict[str, tuple[Callable[[str], Object], Callable[[str], Object]]] = {
    "configmap": (configmap, lambda n: volume(configMap={"name": n})),
    "secret": (secret, lambda n: volume(secret={"secretName": n})),
    "claim": (claim, lambda n: volume(persistentVolumeClaim={"claimName": n})),
    "account": (account, lambda n: {"serviceAccountName": n}),
}


@pytest.mark.parametrize("make", [policy, cluster_policy], ids=["policy", "cluster-policy"])
@pytest.mark.parametrize(("dependency", "pod"), CASES.values(), ids=list(CASES))
async def test_a_dependency_goes_along_while_it_is_one(
    suite: Suite,
    dependency: Callable[[str], Object],
    pod: Callable[[str], Object],
    make: Callable[..., Object],
) -> None:
    name = suite.name("deps")
    needed, template = dependency(name), deployment(name, pod=pod(name))
    another = configmap(f"{name}-another")
    await suite.create(another, needed, template, make(name, template, names("member1"), propagateDeps=True))
    await suite.present("Deployment", name, ["member1"])
    await suite.present(needed["kind"], name, ["member1"])
    await suite.eventually(
        lambda: "GetDependenciesSucceed" in {r for r, _ in suite.events("Deployment", name)}
    )
    reasons = {reason for reason, _ in suite.events("ResourceBinding", f"{name}-deployment")}
    assert "SyncScheduleResultToDependenciesSucceed" in reasons
    kind = "PropagationPolicy" if make is policy else "ClusterPropagationPolicy"
    await suite.update(kind, name, ("spec", "placement", "clusterAffinity", "clusterNames"), ["member2"])
    await suite.present(needed["kind"], name, ["member2"])
    await suite.absent(needed["kind"], name, ["member1"])
    other = {"serviceAccountName": "default", **volume(configMap={"name": f"{name}-another"})}
    spec = suite.must("Deployment", name)["spec"]["template"]["spec"]
    changed = {k: v for k, v in spec.items() if k != "serviceAccount"} | other
    await suite.update("Deployment", name, ("spec", "template", "spec"), changed)
    await suite.absent(needed["kind"], name, ["member2"])


async def test_a_change_of_a_dependency_arrives(suite: Suite) -> None:
    name = suite.name("deps")
    template = deployment(name, pod=volume(configMap={"name": name}))
    made = policy(name, template, names("member2"), propagateDeps=True)
    await suite.create(configmap(name, {"user": "karmada"}), template, made)
    await suite.present("ConfigMap", name, ["member2"])
    await suite.update("ConfigMap", name, ("data", "user"), "karmada-e2e")
    await suite.fits("ConfigMap", name, lambda c: c["data"]["user"] == "karmada-e2e", ["member2"])


async def two_owners(suite: Suite) -> str:
    """A ConfigMap that two deployments need, each under its own policy."""
    name = suite.name("deps")
    await suite.create(configmap(name))
    for letter in "ab":
        template = deployment(f"{name}-{letter}", pod=volume(configMap={"name": name}))
        await suite.create(
            template, policy(f"{name}-{letter}", template, names("member1"), propagateDeps=True)
        )
    await suite.eventually(lambda: suite.get("ResourceBinding", f"{name}-configmap"))
    return name


async def says(suite: Suite, policy_name: str, resolution: str, preserve: bool) -> None:
    spec = suite.must("PropagationPolicy", policy_name)["spec"]
    wanted = {"conflictResolution": resolution, "preserveResourcesOnDeletion": preserve}
    await suite.update("PropagationPolicy", policy_name, ("spec",), {**spec, **wanted})

    def passed_on() -> bool:
        binding = suite.binding(policy_name, "deployment")["spec"]
        return {field: binding.get(field) for field in wanted} == wanted

    await suite.eventually(passed_on)


async def settled(suite: Suite, name: str, resolution: str, preserve: bool) -> None:
    def fits() -> bool:
        spec = suite.binding(name, "configmap")["spec"]
        return bool(
            spec["conflictResolution"] == resolution and spec.get("preserveResourcesOnDeletion") is preserve
        )

    await suite.eventually(fits)


RESOLUTION = "ConflictResolution conflicted (Overwrite vs Abort)"
PRESERVE = "PreserveResourcesOnDeletion conflicted (true vs false)"
CONFLICTS = {
    "both": (("Overwrite", True), ("Abort", False), (RESOLUTION, PRESERVE), ()),
    "resolution": (("Overwrite", False), ("Abort", False), (RESOLUTION,), (PRESERVE,)),
    "preservation": (("Overwrite", True), ("Overwrite", False), (PRESERVE,), (RESOLUTION,)),
}


def conflicts(suite: Suite, name: str) -> list[str]:
    told = suite.events("ResourceBinding", f"{name}-configmap")
    return [message for reason, message in told if reason == "DependencyPolicyConflict"]


@pytest.mark.parametrize(("first", "second", "said", "unsaid"), CONFLICTS.values(), ids=list(CONFLICTS))
async def test_two_policies_disagree_about_a_dependency(
    suite: Suite,
    first: tuple[str, bool],
    second: tuple[str, bool],
    said: tuple[str, ...],
    unsaid: tuple[str, ...],
) -> None:
    name = await two_owners(suite)
    await says(suite, f"{name}-a", *first)
    await says(suite, f"{name}-b", *second)
    await suite.eventually(
        lambda: any(
            all(text in message for text in said) and not any(text in message for text in unsaid)
            for message in conflicts(suite, name)
        )
    )
    await settled(suite, name, "Overwrite", first[1])


@pytest.mark.parametrize("how", ["agreed", "deleted"])
async def test_a_disagreement_ends(suite: Suite, how: str) -> None:
    name = await two_owners(suite)
    await says(suite, f"{name}-a", "Overwrite", True)
    await says(suite, f"{name}-b", "Abort", False)
    await suite.eventually(lambda: conflicts(suite, name))
    if how == "agreed":
        await says(suite, f"{name}-b", "Overwrite", True)
    else:
        await suite.delete("PropagationPolicy", f"{name}-b")
        await suite.delete("Deployment", f"{name}-b")
    await settled(suite, name, "Overwrite", True)


async def test_a_dependency_of_two_stays_until_both_are_gone(suite: Suite) -> None:
    name = await two_owners(suite)
    await suite.present("ConfigMap", name, ["member1"])
    await suite.delete("Deployment", f"{name}-a")
    await suite.pass_time(5)
    assert suite.get("ConfigMap", name, at="member1") is not None
    await suite.delete("Deployment", f"{name}-b")
    await suite.absent("ConfigMap", name, ["member1"])
    assert meta.name(suite.must("ConfigMap", name)) == name
