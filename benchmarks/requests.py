"""What single requests cost one API server, and how soon many watchers are told."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any

from benchmarks.api import Api
from benchmarks.processes import usage

MAPS = "/api/v1/namespaces/default/configmaps"
CLIENTS = 64


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


async def rates(api: Api, count: int) -> dict[str, float]:
    """``{verb: requests a second}``, from 64 clients at once; a write is on disk when it is answered."""
    limit = asyncio.Semaphore(CLIENTS)

    def patch(name: str) -> Awaitable[Any]:
        body = {"data": {"k": "other"}}
        return api.request("PATCH", f"{MAPS}/{name}", body, "application/merge-patch+json")

    calls: dict[str, Callable[[str], Awaitable[Any]]] = {
        "create": lambda name: api.request("POST", MAPS, config_map(name)),
        "get": lambda name: api.request("GET", f"{MAPS}/{name}"),
        "patch": patch,
        "delete": lambda name: api.request("DELETE", f"{MAPS}/{name}"),
    }

    async def one(call: Callable[[str], Awaitable[Any]], number: int) -> None:
        async with limit:
            await call(f"many-{number}")

    found: dict[str, float] = {}
    for verb, call in calls.items():
        began = time.monotonic()
        await asyncio.gather(*(one(call, number) for number in range(count)))
        found[verb] = count / (time.monotonic() - began)
    return found


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
