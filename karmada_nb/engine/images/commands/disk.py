"""Small commands on files and directories. Their words are those of BusyBox."""

from __future__ import annotations

import posixpath
import re
from typing import Final

from karmada_nb.engine.images.commands.basic import path_of
from karmada_nb.engine.images.process import Commands, Process

_WHO: Final = {"u": 0o700, "g": 0o070, "o": 0o007}
_WHAT: Final = {"r": 0o444, "w": 0o222, "x": 0o111}
_STAT: Final = "  File: %n\n  Size: %s\t%F\nAccess: (0%a/%A)  Uid: (    %u/%U)   Gid: (    %g/%G)"
_CHANGE: Final = re.compile(r"([ugoa]*)([-+=])([rwxX]*)")


def _split(args: tuple[str, ...]) -> tuple[frozenset[str], list[str]]:
    """The letters of the options, and the other words."""
    flags = frozenset(c for a in args if a.startswith("-") and not a.startswith("--") for c in a[1:])
    return flags, [a for a in args if not a.startswith("-") or a == "-"]


def shown(process: Process, path: str) -> str:
    """Type and permission bits as ``ls -l`` has them."""
    mode, kind = process.files.mode(path), "d" if process.files.is_directory(path) else "-"
    bits = "".join(c if mode & (1 << (8 - i)) else "-" for i, c in enumerate("rwxrwxrwx"))
    if mode & 0o1000:
        bits = bits[:-1] + ("t" if mode & 1 else "T")
    return kind + bits


async def ls(process: Process) -> int:
    flags, names = _split(process.args)
    code = 0
    for name in names or ["."]:
        path = path_of(process, name)
        try:
            entries = [name] if "d" in flags and process.files.exists(path) else process.files.entries(path)
        except OSError as error:
            await process.err(f"ls: {name}: {error.strerror}\n")
            code = 1
            continue
        whole = not process.files.is_directory(path) or "d" in flags
        listed = [name] if whole else [e for e in entries if not e.startswith(".") or flags & {"a", "A"}]
        for entry in listed:
            place = path if whole else posixpath.join(path, entry)
            await process.out(f"{_long(process, place)} {entry}\n" if "l" in flags else f"{entry}\n")
    return code


def _long(process: Process, path: str) -> str:
    directory = process.files.is_directory(path)
    size = 4096 if directory else len(process.files.read(path))
    when = process.clock.now()
    return f"{shown(process, path)} {2 if directory else 1:4} root     root     {size:9} {when:%b %e %H:%M}"


async def touch(process: Process) -> int:
    for name in _split(process.args)[1]:
        if not process.files.is_directory(path_of(process, name)):
            process.files.write(path_of(process, name), b"", append=True)
    return 0


async def mkdir(process: Process) -> int:
    code = 0
    flags, names = _split(process.args)
    for name in names:
        path = path_of(process, name)
        why = ""
        if "p" not in flags and process.files.exists(path):
            why = "File exists"
        elif "p" not in flags and not process.files.is_directory(posixpath.dirname(path)):
            why = "No such file or directory"
        else:
            try:
                process.files.make_directory(path)
            except OSError as error:
                why = error.strerror or str(error)
        if why:
            await process.err(f"mkdir: can't create directory '{name}': {why}\n")
            code = 1
    return code


async def rmdir(process: Process) -> int:
    code = 0
    for name in _split(process.args)[1]:
        code |= await _remove(process, name, f"rmdir: '{name}'", deep=False)
    return code


async def rm(process: Process) -> int:
    flags, names = _split(process.args)
    code = 0
    for name in names:
        path = path_of(process, name)
        if process.files.is_directory(path) and not flags & {"r", "R"}:
            await process.err(f"rm: '{name}' is a directory\n")
            code = 1
        elif process.files.exists(path) or "f" not in flags:
            code |= await _remove(process, name, f"rm: can't remove '{name}'", deep=True)
    return code


async def _remove(process: Process, name: str, complaint: str, *, deep: bool) -> int:
    """Remove a file or an empty directory; with ``deep``, what is in it first."""
    path = path_of(process, name)
    try:
        if deep:
            _empty(process, path)
        process.files.remove(path)
    except OSError as error:
        await process.err(f"{complaint}: {error.strerror}\n")
        return 1
    return 0


def _empty(process: Process, path: str) -> None:
    if process.files.is_directory(path):
        for entry in process.files.entries(path):
            below = posixpath.join(path, entry)
            _empty(process, below)
            process.files.remove(below)


async def cp(process: Process) -> int:
    flags, names = _split(process.args)
    return await _transfer(process, "cp", names, deep=bool(flags & {"r", "R", "a"}))


async def mv(process: Process) -> int:
    names = _split(process.args)[1]
    code = await _transfer(process, "mv", names, deep=True)
    for name in names[:-1] if not code else ():
        _empty(process, path_of(process, name))
        process.files.remove(path_of(process, name))
    return code


async def _transfer(process: Process, command: str, names: list[str], *, deep: bool) -> int:
    if len(names) < 2:
        await process.err(f"BusyBox v1.37.0 multi-call binary.\n\nUsage: {command} SOURCE... DEST\n")
        return 1
    into, code = path_of(process, names[-1]), 0
    for name in names[:-1]:
        source = path_of(process, name)
        target = (
            posixpath.join(into, posixpath.basename(source)) if process.files.is_directory(into) else into
        )
        if process.files.is_directory(source) and not deep:
            await process.err(f"{command}: omitting directory '{name}'\n")
            code = 1
            continue
        try:
            _copy(process, source, target)
        except OSError as error:
            verb = "can't stat" if error.filename == source else "can't create"
            await process.err(f"{command}: {verb} '{error.filename}': {error.strerror}\n")
            code = 1
    return code


def _copy(process: Process, source: str, target: str) -> None:
    files = process.files
    if not files.is_directory(source):
        data, mode = files.read(source), files.mode(source)
        files.write(target, data, mode=mode)
        return
    files.make_directory(target, files.mode(source))
    for entry in files.entries(source):
        _copy(process, posixpath.join(source, entry), posixpath.join(target, entry))


async def chmod(process: Process) -> int:
    words = [a for a in process.args if a not in ("-R", "-v", "-f")]
    if len(words) < 2:
        await process.err("BusyBox v1.37.0 multi-call binary.\n\nUsage: chmod [-Rcvf] MODE FILE...\n")
        return 1
    for name in words[1:]:
        path = path_of(process, name)
        try:
            process.files.permit(path, _changed(process.files.mode(path), words[0]))
        except OSError as error:
            await process.err(f"chmod: {name}: {error.strerror}\n")
            return 1
    return 0


def _changed(mode: int, change: str) -> int:
    """A mode after ``755`` or ``u+x,go-w``. Raises ValueError."""
    if change.isdigit():
        return int(change, 8)
    for part in change.split(","):
        match = _CHANGE.fullmatch(part)
        if match is None:
            raise ValueError(f"invalid mode '{change}'")
        who = sum(_WHO[c] for c in match[1] if c in _WHO) or 0o777
        bits = who & sum(_WHAT[c.lower()] for c in set(match[3]))
        mode = {"+": mode | bits, "-": mode & ~bits, "=": (mode & ~who) | bits}[match[2]]
    return mode


async def stat(process: Process) -> int:
    words = list(process.args)
    form = ""
    if "-c" in words:
        at = words.index("-c")
        form = words[at + 1]
        del words[at : at + 2]
    for name in [w for w in words if not w.startswith("-")]:
        path, told = path_of(process, name), form or _STAT
        if not process.files.exists(path):
            await process.err(f"stat: can't stat '{name}': No such file or directory\n")
            return 1
        directory = process.files.is_directory(path)
        facts = {
            "a": f"{process.files.mode(path):o}",
            "A": shown(process, path),
            "n": name,
            "s": str(4096 if directory else len(process.files.read(path))),
            "F": "directory" if directory else "regular file",
            "u": "0",
            "g": "0",
            "U": "root",
            "G": "root",
        }
        for letter, value in facts.items():
            told = told.replace(f"%{letter}", value)
        await process.out(told + "\n")
    return 0


async def dd(process: Process) -> int:
    """``dd if=FILE of=FILE bs=N count=N``, with standard input and output as defaults."""
    given = dict(word.partition("=")[::2] for word in process.args)
    size, count = _size(given.get("bs", "512")), given.get("count")
    limit = None if count is None else size * int(count)
    source = given.get("if", "")
    if source in ("/dev/zero", "/dev/urandom"):
        data = bytes(limit or 0)
    elif source:
        data = process.files.read(path_of(process, source))[:limit]
    else:
        data = b""
        while part := await process.stdin.read():
            data += part
        data = data[:limit]
    if "of" in given:
        process.files.write(path_of(process, given["of"]), data)
    else:
        await process.stdout(data)
    whole, rest = divmod(len(data), size)
    records = f"{whole}+{int(rest > 0)}"
    await process.err(f"{records} records in\n{records} records out\n")
    return 0


def _size(text: str) -> int:
    """A number of bytes with a unit: ``4k``, ``1M``."""
    units = {"k": 1 << 10, "K": 1 << 10, "M": 1 << 20, "G": 1 << 30}
    return int(text[:-1]) * units[text[-1]] if text[-1] in units else int(text)


DISK: Final[Commands] = {
    "ls": ls,
    "touch": touch,
    "mkdir": mkdir,
    "rmdir": rmdir,
    "rm": rm,
    "cp": cp,
    "mv": mv,
    "chmod": chmod,
    "stat": stat,
    "dd": dd,
}
