"""``tar`` as far as ``kubectl cp`` and people at a shell use it: c, x and t, of streams and files."""

from __future__ import annotations

import io
import posixpath
import tarfile
from dataclasses import dataclass
from typing import Final

from karmada_nb.engine.images.commands.basic import inputs, path_of
from karmada_nb.engine.images.process import Process

_VALUES: Final = "fC"
_IGNORED: Final = ("--no-same-permissions", "--no-same-owner", "--same-owner", "--overwrite")


@dataclass
class _Asked:
    action: str = ""
    file: str = "-"
    directory: str = ""
    names: tuple[str, ...] = ()
    verbose: bool = False
    packed: bool = False


def _parse(args: tuple[str, ...]) -> _Asked:
    """What the words say; the first may lack its dash, as in ``tar cf``. Raises ValueError."""
    asked, rest, first = _Asked(), list(args), True
    while rest:
        word = rest.pop(0)
        if word == "--":
            asked.names += tuple(rest)
            break
        if word in _IGNORED:
            continue
        if word.startswith("--") or not (first or word.startswith("-")) or word == "-":
            if word.startswith("--"):
                raise ValueError(f"unrecognized option '{word}'")
            asked.names += (word,)
            continue
        first = False
        for letter in word.removeprefix("-"):
            value = rest.pop(0) if letter in _VALUES and rest else ""
            if letter in "cxt":
                asked.action = letter
            elif letter == "f":
                asked.file = value
            elif letter == "C":
                asked.directory = value
            elif letter == "v":
                asked.verbose = True
            elif letter == "z":
                asked.packed = True
            elif letter not in "mpoh":
                raise ValueError(f"unrecognized option: {letter}")
    if not asked.action:
        raise ValueError("must specify at least one of [cxt]")
    return asked


async def tar(process: Process) -> int:
    try:
        asked = _parse(process.args)
    except ValueError as error:
        await process.err(f"tar: {error}\n")
        return 1
    if asked.directory and not process.files.is_directory(path_of(process, asked.directory)):
        await process.err(f"tar: can't change directory to '{asked.directory}': No such file or directory\n")
        return 1
    if asked.action == "c":
        return await _create(process, asked)
    data = b"".join([part async for part in inputs(process, (asked.file,))])
    try:
        with tarfile.open(fileobj=io.BytesIO(data), mode="r:*") as archive:
            return await _read(process, asked, archive)
    except tarfile.TarError:
        await process.err("tar: invalid tar magic\n" if data else "tar: short read\n")
        return 1


async def _read(process: Process, asked: _Asked, archive: tarfile.TarFile) -> int:
    for member in archive:
        name = posixpath.normpath(member.name)
        if asked.names and not any(name == n or name.startswith(n.rstrip("/") + "/") for n in asked.names):
            continue
        if asked.action == "t" or asked.verbose:
            await process.out(f"{member.name}\n")
        if asked.action == "t":
            continue
        inside = posixpath.normpath("/" + name).lstrip("/")
        path = path_of(process, posixpath.join(asked.directory, inside))
        if member.isdir():
            process.files.make_directory(path)
        elif member.isfile():
            process.files.make_directory(posixpath.dirname(path))
            held = archive.extractfile(member)
            process.files.write(path, held.read() if held is not None else b"")
    return 0


async def _create(process: Process, asked: _Asked) -> int:
    out, code, added = io.BytesIO(), 0, False
    with tarfile.open(
        fileobj=out, mode="w:gz" if asked.packed else "w", format=tarfile.GNU_FORMAT
    ) as archive:
        for name in asked.names:
            base = path_of(process, asked.directory) if asked.directory else process.cwd
            path = posixpath.normpath(posixpath.join(base, name))
            if not process.files.exists(path):
                await process.err(f"tar: {name}: No such file or directory\n")
                code = 1
                continue
            _add(process, archive, path, name.lstrip("/") or ".")
            added = True
    if code:
        await process.err("tar: error exit delayed from previous errors\n")
    if not added:
        # An empty archive would tell kubectl cp that all is well before it hears of the exit code.
        return code
    if asked.file == "-":
        await process.stdout(out.getvalue())
    else:
        process.files.write(path_of(process, asked.file), out.getvalue())
    return code


def _add(process: Process, archive: tarfile.TarFile, path: str, name: str) -> None:
    """A file, or a directory with all that is in it."""
    about = tarfile.TarInfo(name)
    about.mtime = process.clock.now().timestamp()
    if not process.files.is_directory(path):
        data = process.files.read(path)
        about.size, about.mode = len(data), 0o644
        archive.addfile(about, io.BytesIO(data))
        return
    about.type, about.mode = tarfile.DIRTYPE, 0o755
    archive.addfile(about)
    for entry in process.files.entries(path):
        _add(process, archive, posixpath.join(path, entry), f"{name.rstrip('/')}/{entry}")
