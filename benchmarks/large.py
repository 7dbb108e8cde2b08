"""``python -m benchmarks.large``: long lists, a thousand watchers, and the start from a full folder.

A fresh cluster of our own, durable, through HTTPS. What is printed beside each figure is its limit.
"""

import argparse
import asyncio
import tempfile
import time
from pathlib import Path

from benchmarks import requests
from benchmarks.api import Api
from benchmarks.processes import usage
from karmada_nb.backends.embedded import Embedded

PAGE = f"{requests.MAPS}?limit=500"
FOUND = "{:58}  {:10.2f}"


async def fill(api: Api, begin: int, end: int) -> None:
    """Create config maps, numbered from ``begin`` to before ``end``."""
    limit = asyncio.Semaphore(64)

    async def one(number: int) -> None:
        async with limit:
            await api.request("POST", requests.MAPS, requests.config_map(f"map-{number:06}"))

    await asyncio.gather(*(one(number) for number in range(begin, end)))


async def lists(api: Api, pids: list[int], counts: list[int]) -> None:
    """Lists of growing length; the cost is to grow no faster."""
    there = 0
    for count in counts:
        await fill(api, there, count)
        there = count
        await api.request("GET", requests.MAPS)
        cpu, waited = await requests.cost(pids, 10, lambda n: api.request("GET", requests.MAPS))
        print(FOUND.format(f"list of {count}: CPU, ms", cpu))
        print(FOUND.format(f"list of {count}: waiting (the client's parsing included), ms", waited))
        cpu, waited = await requests.cost(pids, 50, lambda n: api.request("GET", PAGE))
        print(FOUND.format(f"first 500 of {count}: CPU, ms", cpu))


async def watches(api: Api, pids: list[int], counts: list[int]) -> None:
    """The last one told, and the memory that one more watch takes (limit 64 KB)."""
    for count in counts:
        told = [await requests.watchers(api, count) for _ in range(3)]
        print(FOUND.format(f"{count} watchers, last one told, ms (best of three)", min(told)))
    idle = usage(pids).pss
    count = counts[-1]
    path = f"{requests.MAPS}?watch=true&fieldSelector=metadata.name=nothing"
    started = asyncio.Barrier(count + 1)

    async def watch() -> None:
        async with api.opened(path):
            await started.wait()
            await asyncio.Event().wait()

    tasks = [asyncio.create_task(watch()) for _ in range(count)]
    await started.wait()
    print(FOUND.format(f"memory of one of {count} watches, KB", (usage(pids).pss - idle) / count / 1024))
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def measure(kubeconfig: Path, pid: int, wanted: argparse.Namespace) -> None:
    api = Api(kubeconfig)
    try:
        await watches(api, [pid], [100, wanted.watchers])
        await lists(api, [pid], [wanted.objects // 10, wanted.objects // 2, wanted.objects])
        print(FOUND.format(f"memory with {wanted.objects} objects, MB", usage([pid]).pss / 2**20))
    finally:
        await api.close()


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.large")
    parser.add_argument("--objects", type=int, default=10_000)
    parser.add_argument("--watchers", type=int, default=1_000)
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        for turn in ("first", "again"):
            lab = Embedded(Path(folder) / "lab", members=1, edition="current")
            began = time.monotonic()
            found = lab.up(lambda step: None)
            seconds = time.monotonic() - began
            try:
                pid = lab.folder.running()
                assert pid
                if turn == "first":
                    print(FOUND.format("start of two clusters from nothing, s", seconds))
                    asyncio.run(measure(next(iter(found.members.values())), pid, wanted))
                else:
                    print(FOUND.format(f"start from a folder of {wanted.objects} objects, s", seconds))
                    print(FOUND.format("memory then, MB", usage([pid]).pss / 2**20))
            finally:
                lab.down()


if __name__ == "__main__":
    main()
