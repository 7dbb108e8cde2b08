"""Commands that run others, or look for what to run them on: ``find``, ``xargs``, ``timeout``; ``sync``."""

from __future__ import annotations

import fnmatch
import posixpath
from typing import Final

from karmada_nb.engine.images.commands.basic import duration, path_of
from karmada_nb.engine.images.process import Commands, Process, find, run
from karmada_nb.engine.network.timing import within

_ENDED: Final = 143
"""The exit code of what SIGTERM has ended."""


async def find_files(process: Process) -> int:
    """``find [PATH…] [-name PATTERN] [-type f|d] [-maxdepth N]``; 1 if a path is missing."""
    words = list(process.args)
    roots = []
    while words and not words[0].startswith("-"):
        roots.append(words.pop(0))
    wanted: dict[str, str] = {}
    while words:
        option = words.pop(0)
        if option == "-print":
            continue
        if option not in ("-name", "-type", "-maxdepth") or not words:
            await process.err(f"find: unrecognized: {option}\n")
            return 1
        wanted[option] = words.pop(0)
    code = 0
    for root in roots or ["."]:
        if not process.files.exists(path_of(process, root)):
            await process.err(f"find: {root}: No such file or directory\n")
            code = 1
            continue
        await _walk(process, root, wanted, 0)
    return code


async def _walk(process: Process, name: str, wanted: dict[str, str], depth: int) -> None:
    path = path_of(process, name)
    directory = process.files.is_directory(path)
    named = fnmatch.fnmatchcase(posixpath.basename(path) or "/", wanted.get("-name", "*"))
    if named and wanted.get("-type", "d" if directory else "f") == ("d" if directory else "f"):
        await process.out(f"{name}\n")
    if directory and depth < int(wanted.get("-maxdepth", 99)):
        for entry in process.files.entries(path):
            await _walk(process, posixpath.join(name, entry), wanted, depth + 1)


async def xargs(process: Process) -> int:
    """``xargs [-n N] COMMAND [ARG…]``: the words of standard input as further arguments."""
    args, at_once = list(process.args), 0
    if args[:1] == ["-n"]:
        at_once, args = int(args[1]), args[2:]
    data = b""
    while part := await process.stdin.read():
        data += part
    words = data.decode(errors="replace").split()
    command = tuple(args or ["echo"])
    step = at_once or max(len(words), 1)
    code = 0
    for start in range(0, max(len(words), 1), step):
        child = process.child(*command, *words[start : start + step])
        code = code or await run(find(process.commands, process.files, command[0]), child)
    return code


async def timeout(process: Process) -> int:
    """``timeout [-s SIGNAL] SECONDS COMMAND [ARG…]``."""
    args = list(process.args)
    if args[:1] == ["-s"]:
        args = args[2:]
    seconds = duration(args[0]) if args else None
    if seconds is None or len(args) < 2:
        await process.err("BusyBox v1.37.0 multi-call binary.\n\nUsage: timeout [-s SIG] SECS PROG ARGS\n")
        return 1
    program = find(process.commands, process.files, args[1])
    try:
        return await within(process.clock, seconds, run(program, process.child(*args[1:])))
    except TimeoutError:
        return _ENDED


async def sync(process: Process) -> int:
    return 0


RUNNING: Final[Commands] = {"find": find_files, "xargs": xargs, "timeout": timeout, "sync": sync}
