"""What single requests cost one API server, and how soon many watchers are told."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any

from benchmarks.api import Api
from benchmarks.processes import usage

MAPS = "/api/v1/namespaces/default/configmaps"


def config_map(name: str) -> dict[str, Any]:
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name}, "data": {"k": "v" * 200}}


async def cost(pids: list[int], count: int, call: Callable[[int], Awaitable[Any]]) -> tuple[float, float]:
    """Milliseconds of server CPU and of waiting, for each of ``count`` calls one after another."""
    before, began = usage(pids), time.monotonic()
    for number in range(count):
        await call(number)
    waited, after = time.monotonic() - began, usage(pids)
    return (after.cpu - before.cpu) / count * 1000, waited / count * 1000


async def verbs(api: Api, pids: list[int], count: int) -> dict[str, tuple[float, float]]:
    """``{verb: (CPU ms, wall ms)}``."""
    return {
        "create": await cost(pids, count, lambda n: api.request("POST", MAPS, config_map(f"bench-{n}"))),
        "get": await cost(pids, count, lambda n: api.request("GET", f"{MAPS}/bench-{n}")),
        "patch": await cost(
            pids,
            count,
            lambda n: api.request(
                "PATCH", f"{MAPS}/bench-{n}", {"data": {"k": str(n)}}, "application/merge-patch+json"
            ),
        ),
        "delete": await cost(pids, count, lambda n: api.request("DELETE", f"{MAPS}/bench-{n}")),
    }


async def concurrent_creates(api: Api, count: int) -> float:
    """Durable writes a second, from 64 clients at once."""
    limit = asyncio.Semaphore(64)

    async def one(number: int) -> None:
        async with limit:
            await api.request("POST", MAPS, config_map(f"many-{number}"))

    began = time.monotonic()
    await asyncio.gather(*(one(n) for n in range(count)))
    seconds = time.monotonic() - began
    for number in range(count):
        await api.request("DELETE", f"{MAPS}/many-{number}")
    return count / seconds


async def watchers(api: Api, count: int) -> float:
    """Milliseconds from a write's answer to the last of ``count`` watchers having heard of it."""
    told: list[float] = []

    async def watch() -> None:
        async for event in api.watch(f"{MAPS}?watch=true&fieldSelector=metadata.name=watched"):
            if event["type"] == "ADDED":
                told.append(time.monotonic())
                return

    tasks = [asyncio.create_task(watch()) for _ in range(count)]
    await asyncio.sleep(1.0 + count / 200)
    began = time.monotonic()
    await api.request("POST", MAPS, config_map("watched"))
    await asyncio.wait_for(asyncio.gather(*tasks), 30)
    await api.request("DELETE", f"{MAPS}/watched")
    return (max(told) - began) * 1000
