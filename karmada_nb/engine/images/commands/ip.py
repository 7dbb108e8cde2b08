"""``ip route`` of BusyBox: the node's routes, seen and changed from a pod in the node's network."""

from __future__ import annotations

from typing import Final

from karmada_nb.engine.images.process import Commands, Process

USAGE: Final = "BusyBox v1.37.0 multi-call binary.\n\nUsage: ip route list|add|del|replace ROUTE\n"
_CHANGES: Final = ("add", "replace", "del", "delete")


async def ip(process: Process) -> int:
    args = [word for word in process.args if word != "-4"]
    if args[:1] == ["link"] and args[1:2] == ["add"] and not process.user.administers:
        return await _refused(process, "Operation not permitted")
    if not args or args[0] not in ("route", "ro", "r"):
        await process.err(USAGE)
        return 1
    command, *words = args[1:] or ["list"]
    if command in ("list", "show", "ls"):
        return await _list(process)
    if command not in _CHANGES or not words:
        await process.err(USAGE)
        return 1
    table = process.network.table
    if table is None:
        return await _refused(process, "Operation not permitted")
    options = dict(zip(words[1::2], words[2::2], strict=False))
    try:
        if command in ("del", "delete"):
            table.remove(words[0])
        elif "via" in options:
            table.add(words[0], options["via"], replace=command == "replace")
        else:
            return await _refused(process, "No such device")
    except ValueError:
        await process.err(f"ip: invalid argument '{words[0]}' to 'ip'\n")
        return 1
    except OSError as error:
        return await _refused(process, str(error))
    return 0


async def _refused(process: Process, why: str) -> int:
    await process.err(f"ip: RTNETLINK answers: {why}\n")
    return 2


async def _list(process: Process) -> int:
    table = process.network.table
    if table is None:
        gateway = process.network.ip.rpartition(".")[0]
        await process.out(f"default via {gateway}.1 dev eth0 \n")
        await process.out(f"{gateway}.0/24 dev eth0 scope link  src {process.network.ip} \n")
        return 0
    await process.out("default via 172.18.0.1 dev eth0 \n")
    await process.out(f"{table.pods} dev cni0 scope link  src {table.pods.network_address + 1} \n")
    for pods, via in table.routes():
        await process.out(f"{pods} via {via} dev eth0 \n")
    await process.out(f"172.18.0.0/16 dev eth0 scope link  src {table.ip} \n")
    return 0


IP: Final[Commands] = {"ip": ip}
