"""Small commands: output, files, and the state of the system. Their words are those of BusyBox."""

from __future__ import annotations

import posixpath
import re
from collections.abc import AsyncIterator
from typing import Final

from karmada_nb.engine.images.process import Commands, Process

_UNITS: Final = {"": 1.0, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}
_ESCAPES: Final = {"n": "\n", "t": "\t", "r": "\r", "\\": "\\", "a": "\a", "b": "\b", "0": "\0", "e": "\x1b"}


def path_of(process: Process, name: str) -> str:
    return posixpath.normpath(posixpath.join(process.cwd, name))


def unescape(text: str) -> str:
    """Backslash escapes as ``echo -e`` and ``printf`` read them."""
    return re.sub(r"\\([ntrab0e\\])", lambda m: _ESCAPES[m[1]], text)


def duration(text: str) -> float | None:
    """The seconds of ``5``, ``1.5m``, ``365d`` or ``infinity``; None for anything else."""
    if text in ("infinity", "inf"):
        return float(10**9)
    match = re.fullmatch(r"(\d+\.?\d*|\.\d+)([smhd]?)", text)
    return float(match[1]) * _UNITS[match[2]] if match else None


async def inputs(process: Process, names: tuple[str, ...]) -> AsyncIterator[bytes]:
    """The contents of files, or standard input where none is named. Raises OSError."""
    for name in names or ("-",):
        if name == "-":
            while data := await process.stdin.read():
                yield data
        else:
            yield process.files.read(path_of(process, name))


async def echo(process: Process) -> int:
    args, newline, escapes = list(process.args), "\n", False
    while args and re.fullmatch(r"-[neE]+", args[0]):
        flags = args.pop(0)
        newline = "" if "n" in flags else newline
        escapes = escapes or "e" in flags
    text = " ".join(args)
    await process.out((unescape(text) if escapes else text) + newline)
    return 0


async def printf(process: Process) -> int:
    if not process.args:
        await process.err("printf: usage: printf FORMAT [ARG]...\n")
        return 1
    form, values = unescape(process.args[0]), list(process.args[1:])
    while True:
        before = len(values)
        await process.out(re.sub(r"%%|%[-0-9.]*[sdb]", lambda match: _format(match[0], values), form))
        if not values or len(values) == before:
            return 0


def _format(directive: str, values: list[str]) -> str:
    """One directive of ``printf``; takes its value from the front of ``values``."""
    if directive == "%%":
        return "%"
    value = values.pop(0) if values else ""
    match directive[-1]:
        case "d":
            return directive % int(value or 0)
        case "b":
            return unescape(value)
    return directive % value


async def cat(process: Process) -> int:
    code = 0
    for name in process.args or ("-",):
        try:
            async for data in inputs(process, (name,)):
                await process.stdout(data)
        except IsADirectoryError:
            await process.err("cat: read error: Is a directory\n")
            code = 1
        except OSError as error:
            if isinstance(error, ConnectionError):
                raise
            await process.err(f"cat: can't open '{name}': {error.strerror}\n")
            code = 1
    return code


async def env(process: Process) -> int:
    await process.out("".join(f"{name}={value}\n" for name, value in process.env.items()))
    return 0


async def printenv(process: Process) -> int:
    if not process.args:
        return await env(process)
    found = [process.env[name] for name in process.args if name in process.env]
    await process.out("".join(f"{value}\n" for value in found))
    return int(len(found) < len(process.args))


def _full_name(process: Process) -> str:
    """The first name that the hosts file has for the machine."""
    try:
        lines = process.files.read("/etc/hosts").decode(errors="replace").splitlines()
    except OSError:
        lines = []
    found = (words[1] for line in lines if process.hostname in (words := line.split())[1:])
    return next(found, process.hostname)


async def hostname(process: Process) -> int:
    shown = process.hostname
    if set(process.args) & {"-i", "-I"}:
        shown = process.network.ip
    elif "-f" in process.args:
        shown = _full_name(process)
    elif "-s" in process.args:
        shown = shown.partition(".")[0]
    await process.out(shown + "\n")
    return 0


async def sleep(process: Process) -> int:
    if not process.args:
        await process.err("sleep: missing operand\n")
        return 1
    total = 0.0
    for arg in process.args:
        seconds = duration(arg)
        if seconds is None:
            await process.err(f"sleep: invalid number '{arg}'\n")
            return 1
        total += seconds
    await process.clock.sleep(total)
    return 0


async def true(process: Process) -> int:
    return 0


async def false(process: Process) -> int:
    return 1


async def date(process: Process) -> int:
    form = next((a[1:] for a in process.args if a.startswith("+")), "%a %b %e %H:%M:%S UTC %Y")
    now = process.clock.now()
    await process.out(now.strftime(form.replace("%s", str(int(now.timestamp())))) + "\n")
    return 0


async def identity(process: Process) -> int:
    flags = {flag for arg in process.args if arg.startswith("-") for flag in arg[1:]}
    user = process.user
    if "u" in flags:
        await process.out(f"{user.name if 'n' in flags else user.uid}\n")
    elif "G" in flags:
        await process.out(" ".join(map(str, user.all_groups)) + "\n")
    elif "g" in flags:
        await process.out(f"{user.gid}\n")
    else:
        await process.out(user.shown() + "\n")
    return 0


async def whoami(process: Process) -> int:
    if not process.user.known:
        await process.err(f"whoami: unknown uid {process.user.uid}\n")
        return 1
    await process.out(process.user.name + "\n")
    return 0


async def effective_user(process: Process) -> int:
    """A program that belongs to root and runs as root where that is allowed (test/images/nonewprivs)."""
    await process.out(f"Effective uid: {0 if process.user.gains else process.user.uid}\n")
    return 0


async def pwd(process: Process) -> int:
    await process.out(process.cwd + "\n")
    return 0


async def ps(process: Process) -> int:
    await process.out("PID   USER     TIME  COMMAND\n")
    own = max(process.running, default=1) + 1
    for number, command in {**process.running, own: " ".join(process.argv)}.items():
        await process.out(f"{number:5} {process.user.name:8}  0:00 {command}\n")
    return 0


async def uname(process: Process) -> int:
    full = f"Linux {process.hostname} 5.15.0 #1 SMP x86_64 Linux"
    await process.out(("Linux" if not process.args else full) + "\n")
    return 0


BASIC: Final[Commands] = {
    "echo": echo,
    "printf": printf,
    "cat": cat,
    "env": env,
    "printenv": printenv,
    "hostname": hostname,
    "sleep": sleep,
    "true": true,
    "false": false,
    "date": date,
    "id": identity,
    "whoami": whoami,
    "pwd": pwd,
    "ps": ps,
    "uname": uname,
}
