"""What a tree of processes uses: memory shared fairly (PSS), and CPU time."""

from dataclasses import dataclass

import psutil


@dataclass(frozen=True, slots=True)
class Usage:
    """``pss`` in bytes, ``cpu`` in seconds since the processes began, ``processes`` how many there are."""

    pss: int
    cpu: float
    processes: int


def usage(pids: list[int]) -> Usage:
    """Of the processes and all their descendants."""
    found: dict[int, psutil.Process] = {}
    for pid in pids:
        root = psutil.Process(pid)
        for process in (root, *root.children(recursive=True)):
            found[process.pid] = process
    pss, cpu = 0, 0.0
    for process in found.values():
        pss += process.memory_full_info().pss
        times = process.cpu_times()
        cpu += times.user + times.system
    return Usage(pss, cpu, len(found))
