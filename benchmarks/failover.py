"""``python -m benchmarks.failover``: a member dies; how long until its applications run elsewhere.

On virtual time, so that the documented timers (30 s until a member counts as failed, then what the placement
tolerates) take only what the engine computes in them.
"""

import argparse
import asyncio
import tempfile
import time
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

from benchmarks.applications import deployment
from karmada_nb.engine import meta
from karmada_nb.engine.federation import Federation
from karmada_nb.engine.meta import Key, Object
from karmada_nb.engine.runtime.client import Resource
from karmada_nb.engine.runtime.clock import VirtualClock
from karmada_nb.engine.setup import set_up
from karmada_nb.engine.state import Plan, StateFolder, choose_ports

DEPLOYMENTS = Resource("apps", "v1", "deployments")
POLICIES = Resource("policy.karmada.io", "v1alpha1", "propagationpolicies")
TAINT_POLICIES = Resource("policy.karmada.io", "v1alpha1", "clustertaintpolicies")
REPLICAS = 3
TOLERATED = 30


def policy(name: str, clusters: list[str]) -> Object:
    """All replicas in one cluster, which is left once it has been gone for ``TOLERATED`` seconds."""
    toleration = {"key": "gone", "operator": "Exists", "effect": "NoExecute", "tolerationSeconds": TOLERATED}
    return {
        "metadata": {"name": name, "namespace": "default"},
        "spec": {
            "resourceSelectors": [{"apiVersion": "apps/v1", "kind": "Deployment", "name": name}],
            "placement": {
                "clusterAffinity": {"clusterNames": clusters},
                "clusterTolerations": [toleration],
                "spreadConstraints": [{"spreadByField": "cluster", "maxGroups": 1, "minGroups": 1}],
                "replicaScheduling": {"replicaSchedulingType": "Duplicated"},
            },
        },
    }


def taint_what_is_gone() -> Object:
    def when(*values: str) -> list[Object]:
        return [{"conditionType": "Ready", "operator": "In", "statusValues": list(values)}]

    return {
        "metadata": {"name": "gone"},
        "spec": {
            "addOnConditions": when("False", "Unknown"),
            "removeOnConditions": when("True"),
            "taints": [{"key": "gone", "effect": "NoExecute"}],
        },
    }


async def while_time_passes(clock: VirtualClock, work: Coroutine[Any, Any, None]) -> None:
    """Let time pass until the work is done."""
    task = asyncio.create_task(work)
    while not task.done():
        await clock.advance(0.1)
    await task


async def measure(applications: int) -> None:
    clock = VirtualClock()
    with tempfile.TemporaryDirectory() as folder:
        ports, karmada = choose_ports(3, 18500)
        plan = Plan(
            3, 2, "current", False, ports, karmada, feature_gates="Failover=true", no_execute_eviction=True
        )
        federation = Federation(plan, StateFolder(Path(folder) / "lab"), clock)
        await federation.start()
        await while_time_passes(clock, set_up(federation, clock, lambda step: None))
        assert federation.karmada is not None
        client = federation.karmada.cluster.client_as("benchmark")
        await client.create(TAINT_POLICIES, taint_what_is_gone())
        first, *others = federation.member_names()
        names = [f"app-{number}" for number in range(applications)]
        for name in names:
            body = deployment(name, REPLICAS)
            body["metadata"]["namespace"] = "default"
            await client.create(DEPLOYMENTS, body, "default")
            await client.create(POLICIES, policy(name, [first]), "default")
        await clock.advance(30)
        for name in names:
            wider = {"spec": policy(name, [first, *others])["spec"]}
            await client.patch(POLICIES, name, wider, namespace="default")
        await clock.advance(30)
        copies = [federation.sites[name].cluster.informers(*DEPLOYMENTS) for name in others]

        def moved() -> int:
            found = [view.get(Key("default", name)) for name in names for view in copies]
            return sum(meta.dig(d or {}, "status", "readyReplicas", default=0) == REPLICAS for d in found)

        began, then = clock.monotonic(), time.process_time()
        federation.karmada.connections.link(federation.sites[first].cluster).cut()
        while moved() < applications:
            if clock.monotonic() - began > 600:
                raise RuntimeError(f"expected {applications} applications to move, found {moved()} that did")
            await clock.advance(1)
        passed, spent = clock.monotonic() - began, time.process_time() - then
        print(f"{applications} applications of a member that died run elsewhere after {passed:.0f} s of the")
        print(
            f"documented timers, which took {spent * 1000:.0f} ms: {spent / applications * 1000:.1f} ms each"
        )
        await federation.stop()


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.failover")
    parser.add_argument("--applications", type=int, default=20)
    asyncio.run(measure(parser.parse_args().applications))


if __name__ == "__main__":
    main()
