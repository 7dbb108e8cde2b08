"""Follows test/e2e/suites/base/resource_test.go: the status of a template is that of all its copies."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from karmada_nb.engine import meta
from karmada_nb.engine.meta import Object
from tests.e2e.manifests import daemonset, deployment, job, names, obj, policy, service, statefulset
from tests.e2e.suite import Suite


async def propagate(suite: Suite, template: Object) -> str:
    name: str = meta.name(template)
    await suite.create(policy(name, template, names(*suite.members)), template)
    await suite.present(template["kind"], name, suite.members)
    return name


def counts(number: int, *fields: str) -> Callable[[Object], bool]:
    return lambda found: all(found["status"].get(field) == number for field in fields)


WORKLOADS = {
    "Deployment": (deployment, ("readyReplicas", "availableReplicas", "updatedReplicas", "replicas")),
    "StatefulSet": (statefulset, ("readyReplicas", "currentReplicas", "updatedReplicas", "replicas")),
}


@pytest.mark.parametrize("kind", WORKLOADS)
async def test_replicas(suite: Suite, kind: str) -> None:
    make, fields = WORKLOADS[kind]
    name = await propagate(suite, make(suite.name("status")))
    await suite.fits(kind, name, counts(9, *fields))
    await suite.update(kind, name, ("spec", "replicas"), 2)
    await suite.fits(kind, name, counts(6, *fields))


async def test_daemon_set(suite: Suite) -> None:
    name = await propagate(suite, daemonset(suite.name("status")))
    fields = ("currentNumberScheduled", "desiredNumberScheduled", "updatedNumberScheduled")
    await suite.fits("DaemonSet", name, counts(6, *fields))
    await suite.update("PropagationPolicy", name, ("spec", "placement"), names("member1", "member2"))
    await suite.fits("DaemonSet", name, counts(4, *fields))


async def test_job(suite: Suite) -> None:
    name = await propagate(suite, job(suite.name("status")))
    await suite.fits("Job", name, counts(3, "succeeded"))


def ingress(name: str) -> Object:
    backend = {"service": {"name": "web", "port": {"number": 80}}}
    paths = [{"path": "/web", "pathType": "Prefix", "backend": backend}]
    spec = {"rules": [{"host": "www.demo.com", "http": {"paths": paths}}]}
    return obj("networking.k8s.io/v1", "Ingress", name, spec=spec)


def balancer(name: str) -> Object:
    return service(name, "LoadBalancer")


@pytest.mark.parametrize("make", [balancer, ingress], ids=["service", "ingress"])
async def test_load_balancers(suite: Suite, make: Callable[[str], Object]) -> None:
    template = make(suite.name("status"))
    name, kind = await propagate(suite, template), template["kind"]
    for at, member in enumerate(suite.members):
        wanted = {"loadBalancer": {"ingress": [{"ip": f"172.19.1.{at + 6}"}]}}
        await suite.change(
            kind, name, lambda o, w=wanted: {**o, "status": w}, at=member, subresource="status"
        )
    expected = [f"172.19.1.{at + 6}" for at in range(len(suite.members))]

    def addresses(found: Object) -> list[Any]:
        return [item["ip"] for item in found["status"]["loadBalancer"].get("ingress") or ()]

    await suite.fits(kind, name, lambda o: addresses(o) == expected)
    for member in suite.members:
        assert len(addresses(suite.must(kind, name, at=member))) == 1


async def test_a_node_port_is_the_same_everywhere(suite: Suite) -> None:
    name = await propagate(suite, service(suite.name("status"), "NodePort"))
    ports = {suite.must("Service", name, at=m)["spec"]["ports"][0]["nodePort"] for m in suite.members}
    assert len(ports) == 1
    await suite.eventually(
        lambda: (meta.condition(suite.binding(name, "service"), "FullyApplied") or {})["status"] == "True"
    )


async def test_pod_disruption_budget(suite: Suite) -> None:
    name = suite.name("status")
    labels = {"app": name}
    web = deployment(name)
    spec = {**web["spec"], "selector": {"matchLabels": labels}}
    spec["template"] = {**spec["template"], "metadata": {"labels": labels}}
    budget = obj(
        "policy/v1",
        "PodDisruptionBudget",
        name,
        spec={"maxUnavailable": "50%", "selector": {"matchLabels": labels}},
    )
    selectors = [{"apiVersion": t["apiVersion"], "kind": t["kind"], "name": name} for t in (web, budget)]
    made = policy(name, selectors, names(*suite.members))
    await suite.create({**web, "spec": spec}, budget, made)
    await suite.fits("PodDisruptionBudget", name, counts(9, "expectedPods"))
    await suite.fits("PodDisruptionBudget", name, counts(6, "disruptionsAllowed"))
