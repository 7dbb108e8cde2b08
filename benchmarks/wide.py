"""``python -m benchmarks.wide``: many members and many applications in one engine, in process."""

import argparse
import asyncio
import tempfile
import time
from pathlib import Path

import psutil

from benchmarks.applications import deployment, policy
from karmada_nb.engine.federation import Federation
from karmada_nb.engine.runtime.client import Resource
from karmada_nb.engine.runtime.clock import SystemClock
from karmada_nb.engine.server import run
from karmada_nb.engine.setup import set_up
from karmada_nb.engine.state import Plan, StateFolder, choose_ports

DEPLOYMENTS = Resource("apps", "v1", "deployments")
POLICIES = Resource("policy.karmada.io", "v1alpha1", "propagationpolicies")


def memory() -> float:
    """MB."""
    return float(psutil.Process().memory_full_info().pss / 2**20)


async def idle(seconds: float) -> float:
    """Per cent of a core."""
    before = time.process_time()
    await asyncio.sleep(seconds)
    return (time.process_time() - before) / seconds * 100


async def applications(federation: Federation, count: int, spread: int, replicas: int) -> float:
    """Seconds until all applications, each over ``spread`` members, are ready."""
    assert federation.karmada is not None
    client = federation.karmada.cluster.client_as("benchmark")
    view = federation.karmada.cluster.informers(*DEPLOYMENTS)
    names = federation.member_names()
    began = time.monotonic()
    for number in range(count):
        chosen = [names[(number * 7 + step) % len(names)] for step in range(min(spread, len(names)))]
        for resource, body in (
            (DEPLOYMENTS, deployment(f"app-{number}", replicas)),
            (POLICIES, policy(f"app-{number}", chosen)),
        ):
            body["metadata"]["namespace"] = "default"
            await client.create(resource, body, "default")
        await asyncio.sleep(0)
    while True:
        done = sum((d.get("status") or {}).get("readyReplicas", 0) == replicas for d in view.items("default"))
        if done == count:
            return time.monotonic() - began
        await asyncio.sleep(0.2)


async def measure(wanted: argparse.Namespace) -> None:
    with tempfile.TemporaryDirectory() as folder:
        clock = SystemClock()
        ports, karmada = choose_ports(wanted.members, 18000)
        plan = Plan(wanted.members, 1, "current", False, ports, karmada)
        federation = Federation(plan, StateFolder(Path(folder) / "lab"), clock)
        began = time.monotonic()
        await federation.start()
        await set_up(federation, clock, lambda step: None, seconds=300.0)
        print(
            f"{wanted.members} members joined and Ready: {time.monotonic() - began:.1f} s, {memory():.0f} MB"
        )
        print(f"idle: {await idle(10):.2f} % of a core")
        seconds = await applications(federation, wanted.applications, wanted.spread, wanted.replicas)
        pods = wanted.applications * wanted.replicas
        print(f"{wanted.applications} applications, {pods} pods ready: {seconds:.1f} s, {memory():.0f} MB")
        print(f"idle: {await idle(10):.2f} % of a core")
        await federation.stop()


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.wide")
    parser.add_argument("--members", type=int, default=100)
    parser.add_argument("--applications", type=int, default=1000)
    parser.add_argument("--spread", type=int, default=3, help="members an application")
    parser.add_argument("--replicas", type=int, default=10)
    run(measure(parser.parse_args()))


if __name__ == "__main__":
    main()
