"""Small commands on text and files, as pipelines use them. Their words are those of BusyBox."""

from __future__ import annotations

import re
from typing import Final

from karmada_nb.engine.images.commands.basic import inputs, path_of
from karmada_nb.engine.images.process import Commands, Process


async def _lines(process: Process, names: tuple[str, ...]) -> list[str]:
    data = b"".join([chunk async for chunk in inputs(process, names)])
    return data.decode(errors="replace").splitlines()


def _count(args: tuple[str, ...], default: int) -> tuple[int, tuple[str, ...]]:
    """``-n N``, ``-nN`` or ``-N``, and the other arguments."""
    rest = list(args)
    count = default
    for index, arg in enumerate(args):
        if arg == "-n" and index + 1 < len(args):
            count = int(args[index + 1])
            del rest[index : index + 2]
            break
        if match := re.fullmatch(r"-n?(\d+)", arg):
            count = int(match[1])
            del rest[index]
            break
    return count, tuple(rest)


async def head(process: Process) -> int:
    count, names = _count(process.args, 10)
    await process.out("".join(f"{line}\n" for line in (await _lines(process, names))[:count]))
    return 0


async def tail(process: Process) -> int:
    if "-f" in process.args:
        if "/dev/null" not in process.args:
            names = tuple(a for a in process.args if not a.startswith("-"))
            await process.out("".join(f"{line}\n" for line in (await _lines(process, names))[-10:]))
        await process.clock.sleep(float(10**9))
    count, names = _count(process.args, 10)
    await process.out("".join(f"{line}\n" for line in (await _lines(process, names))[-count:]))
    return 0


async def grep(process: Process) -> int:
    flags = "".join(a[1:] for a in process.args if a.startswith("-") and len(a) > 1)
    rest = [a for a in process.args if not a.startswith("-") or a == "-"]
    if not rest:
        await process.err("grep: no pattern\n")
        return 2
    pattern = re.escape(rest[0]) if "F" in flags else rest[0]
    match = re.compile(pattern, re.IGNORECASE if "i" in flags else 0)
    lines = await _lines(process, tuple(rest[1:]))
    found = [line for line in lines if bool(match.search(line)) != ("v" in flags)]
    if "c" in flags:
        await process.out(f"{len(found)}\n")
    elif "q" not in flags:
        await process.out("".join(f"{line}\n" for line in found))
    return int(not found)


async def wc(process: Process) -> int:
    names = tuple(a for a in process.args if not a.startswith("-"))
    data = b"".join([chunk async for chunk in inputs(process, names)])
    counts = {"l": data.count(b"\n"), "w": len(data.split()), "c": len(data)}
    flags = [f for a in process.args if a.startswith("-") for f in a[1:] if f in counts]
    shown = [str(counts[f]) for f in flags] if flags else [f"{n:7}" for n in counts.values()]
    await process.out(" ".join([*shown, *names]) + "\n")
    return 0


async def sort(process: Process) -> int:
    flags = "".join(a[1:] for a in process.args if a.startswith("-"))
    lines = await _lines(process, tuple(a for a in process.args if not a.startswith("-")))
    lines.sort(key=_number if "n" in flags else str, reverse="r" in flags)
    await process.out("".join(f"{line}\n" for line in (dict.fromkeys(lines) if "u" in flags else lines)))
    return 0


def _number(line: str) -> tuple[float, str]:
    match = re.match(r"\s*(-?\d+\.?\d*)", line)
    return (float(match[1]) if match else 0.0, line)


async def uniq(process: Process) -> int:
    counted: list[tuple[str, int]] = []
    for line in await _lines(process, tuple(a for a in process.args if not a.startswith("-"))):
        if counted and counted[-1][0] == line:
            counted[-1] = (line, counted[-1][1] + 1)
        else:
            counted.append((line, 1))
    counts = "-c" in process.args
    await process.out("".join(f"{n:7} {line}\n" if counts else f"{line}\n" for line, n in counted))
    return 0


async def seq(process: Process) -> int:
    numbers = [int(a) for a in process.args]
    first = numbers[0] if len(numbers) > 1 else 1
    step = numbers[1] if len(numbers) > 2 else 1
    await process.out("".join(f"{n}\n" for n in range(first, numbers[-1] + (1 if step > 0 else -1), step)))
    return 0


async def tee(process: Process) -> int:
    names = [a for a in process.args if not a.startswith("-")]
    for name in names:
        process.files.write(path_of(process, name), b"", append="-a" in process.args)
    while data := await process.stdin.read():
        await process.stdout(data)
        for name in names:
            process.files.write(path_of(process, name), data, append=True)
    return 0


async def test(process: Process) -> int:
    """``test`` and ``[``."""
    args = list(process.args)
    closing = {"[": "]", "[[": "]]"}.get(process.argv[0])
    if closing and (not args or args.pop() != closing):
        await process.err(f"sh: missing {closing}\n")
        return 2
    return int(not _holds(process, args))


def _holds(process: Process, args: list[str]) -> bool:
    for joint, combine in (("-o", any), ("-a", all)):
        if joint in args[1:-1]:
            at = args.index(joint, 1)
            return combine((_holds(process, args[:at]), _holds(process, args[at + 1 :])))
    match args:
        case ["!", *rest]:
            return not _holds(process, rest)
        case [] | ["-n", ""]:
            return False
        case ["-z", text]:
            return text == ""
        case ["-f", name]:
            path = path_of(process, name)
            return process.files.exists(path) and not process.files.is_directory(path)
        case ["-d", name]:
            return process.files.is_directory(path_of(process, name))
        case ["-s", name]:
            path = path_of(process, name)
            return process.files.is_directory(path) or (
                process.files.exists(path) and bool(process.files.read(path))
            )
        case ["-e" | "-r" | "-w" | "-x", name]:
            return process.files.exists(path_of(process, name))
        case ["-L" | "-h" | "-b" | "-c" | "-p" | "-S", _]:
            return False
        case [left, "=" | "==", right]:
            return left == right
        case [left, "!=", right]:
            return left != right
        case [left, "-eq" | "-ne" | "-lt" | "-le" | "-gt" | "-ge" as operator, right]:
            a, b = int(left or 0), int(right or 0)
            outcomes = {
                "-eq": a == b,
                "-ne": a != b,
                "-lt": a < b,
                "-le": a <= b,
                "-gt": a > b,
                "-ge": a >= b,
            }
            return outcomes[operator]
    return bool(args[-1])


TEXT: Final[Commands] = {
    "head": head,
    "tail": tail,
    "grep": grep,
    "wc": wc,
    "sort": sort,
    "uniq": uniq,
    "seq": seq,
    "tee": tee,
    "test": test,
    "[": test,
    "[[": test,
}
