"""Follows test/e2e/suites/base/preemption_test.go."""

from __future__ import annotations

from typing import Any

import pytest

from karmada_nb.engine.meta import Object
from tests.e2e.manifests import cluster_policy, deployment, names, policy, select
from tests.e2e.suite import Suite

KINDS = {"PropagationPolicy": policy, "ClusterPropagationPolicy": cluster_policy}


def made(kind: str, suffix: str, template: Object, cluster: str, **spec: Any) -> Object:
    name = template["metadata"]["name"] + suffix
    selector = {**select(template), "namespace": template["metadata"]["namespace"]}
    return KINDS[kind](name, [selector], names(cluster), **spec)


async def preempted(suite: Suite, name: str) -> None:
    await suite.present("Deployment", name, ["member2"])
    await suite.absent("Deployment", name, ["member1"])
    await suite.eventually(
        lambda: "PreemptPolicySucceed" in {reason for reason, _ in suite.events("Deployment", name)}
    )


@pytest.mark.parametrize("kind", KINDS)
async def test_a_higher_priority_preempts_and_gives_back(suite: Suite, kind: str) -> None:
    name = suite.name("deploy")
    template = deployment(name)
    await suite.create(template, made(kind, "-low", template, "member1", priority=5))
    await suite.present("Deployment", name, ["member1"])
    await suite.create(made(kind, "-high", template, "member2", priority=10, preemption="Always"))
    await preempted(suite, name)
    await suite.delete(kind, f"{name}-high")
    await suite.present("Deployment", name, ["member1"])


async def test_a_policy_preempts_a_cluster_policy(suite: Suite) -> None:
    name = suite.name("deploy")
    template = deployment(name)
    await suite.create(template, made("ClusterPropagationPolicy", "", template, "member1"))
    await suite.present("Deployment", name, ["member1"])
    await suite.create(made("PropagationPolicy", "", template, "member2", preemption="Always"))
    await preempted(suite, name)
    await suite.delete("PropagationPolicy", name)
    await suite.present("Deployment", name, ["member1"])


@pytest.mark.parametrize("kind", KINDS)
async def test_a_policy_that_lowers_its_priority_is_preempted(suite: Suite, kind: str) -> None:
    name = suite.name("deploy")
    template = deployment(name)
    await suite.create(
        template,
        made(kind, "-high", template, "member1", priority=10, preemption="Always"),
        made(kind, "-low", template, "member2", priority=5, preemption="Always"),
    )
    await suite.present("Deployment", name, ["member1"])
    await suite.update(kind, f"{name}-high", ("spec", "priority"), 4)
    await preempted(suite, name)
