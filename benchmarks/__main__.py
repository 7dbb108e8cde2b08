"""``python -m benchmarks``: the figures of the README's table.

Without options a fresh embedded lab is measured. Any other Karmada:

    python -m benchmarks --karmada KUBECONFIG --member NAME=KUBECONFIG ... [--pid PID ...]

CPU and memory need ``--pid`` of the processes to be charged (their descendants are added).
"""

import argparse
import asyncio
import json
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks import applications, requests
from benchmarks.api import Api
from benchmarks.processes import usage


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks")
    parser.add_argument("--karmada", type=Path)
    parser.add_argument("--member", action="append", default=[], metavar="NAME=KUBECONFIG")
    parser.add_argument("--pid", action="append", type=int, default=[])
    parser.add_argument("--applications", type=int, default=50, help="how many one after another")
    parser.add_argument("--at-once", type=int, default=100, help="how many together")
    parser.add_argument("--replicas", type=int, default=6)
    parser.add_argument("--requests", type=int, default=300)
    parser.add_argument("--idle-seconds", type=float, default=20.0)
    parser.add_argument("--edition", default="current", help="of the embedded lab")
    parser.add_argument("--json", type=Path, help="also write the figures here")
    return parser.parse_args()


async def measure(
    karmada: Path, members: dict[str, Path], pids: list[int], wanted: argparse.Namespace
) -> dict[str, Any]:
    """All figures of a federation that runs."""
    control, apis = Api(karmada), {name: Api(path) for name, path in members.items()}
    figures: dict[str, Any] = {}
    try:
        await applications.prepare(control, list(apis.values()))
        if pids:
            await asyncio.sleep(2.0)
            rested = usage(pids)
            await asyncio.sleep(wanted.idle_seconds)
            after = usage(pids)
            figures["memory when idle, MB (PSS)"] = after.pss / 2**20
            figures["processes"] = after.processes
            figures["CPU when idle, % of a core"] = (after.cpu - rested.cpu) / wanted.idle_seconds * 100
        names = list(members)
        await applications.one_by_one(control, names, 3, wanted.replicas)
        await applications.clean(control, list(apis.values()))
        before = usage(pids) if pids else None
        seconds = await applications.one_by_one(control, names, wanted.applications, wanted.replicas)
        ordered = sorted(s * 1000 for s in seconds)
        figures["policy applied to all ready, ms (p50)"] = statistics.median(ordered)
        figures["policy applied to all ready, ms (p99)"] = ordered[
            min(len(ordered) - 1, int(len(ordered) * 0.99))
        ]
        if before:
            spent = usage(pids).cpu - before.cpu
            figures["CPU for one such application, ms"] = spent / wanted.applications * 1000
        await applications.clean(control, list(apis.values()))
        together = await applications.all_at_once(control, names, wanted.at_once, wanted.replicas)
        figures[f"{wanted.at_once} applications at once, s"] = together
        await applications.clean(control, list(apis.values()))
        first = next(iter(apis.values()))
        if pids:
            for verb, (cpu, wall) in (await requests.verbs(first, pids, wanted.requests)).items():
                figures[f"{verb}: CPU, ms"] = cpu
                figures[f"{verb}: waiting, ms"] = wall
        for verb, rate in (await requests.rates(first, 2000)).items():
            figures[f"{verb}: a second, {requests.CLIENTS} clients"] = rate
        figures["100 watchers, last one told, ms"] = await requests.watchers(first, 100)
    finally:
        for api in (control, *apis.values()):
            await api.close()
    return figures


def embedded(wanted: argparse.Namespace) -> dict[str, Any]:
    """A fresh lab of our own, from nothing to all figures."""
    from karmada_nb.backends.embedded import Embedded

    with tempfile.TemporaryDirectory() as folder:
        lab = Embedded(Path(folder) / "lab", edition=wanted.edition, clusters_only=False)
        began = time.monotonic()
        found = lab.up(lambda step: None)
        cold = time.monotonic() - began
        try:
            pid = lab.folder.running()
            assert pid
            figures = asyncio.run(measure(found.karmada, found.members, [pid], wanted))
        finally:
            lab.down()
        return {"nothing to four clusters, Karmada, three joined and Ready, s": cold, **figures}


def main() -> None:
    wanted = parse()
    if wanted.karmada is None:
        figures = embedded(wanted)
    else:
        members = {name: Path(path) for name, _, path in (m.partition("=") for m in wanted.member)}
        figures = asyncio.run(measure(wanted.karmada, members, wanted.pid, wanted))
    width = max(map(len, figures))
    for name, value in figures.items():
        print(f"{name:{width}}  {value:10.2f}" if isinstance(value, float) else f"{name:{width}}  {value:10}")
    if wanted.json:
        wanted.json.write_text(json.dumps(figures, indent=2))


main()
