"""``agnhost mounttest``: tells of files and their modes. Follows test/images/agnhost/mounttest/mt.go."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Final

from karmada_nb.engine.images.agnhost.flags import Flags
from karmada_nb.engine.images.commands.basic import path_of
from karmada_nb.engine.images.process import Process

_NEW: Final = b"mount-tester new file\n"
_MAGIC: Final = {"overlay": 0x794C7630, "ext4": 0xEF53}
"""Types of file systems by number, as statfs(2) has them."""
_BETWEEN: Final = 2.0
"""Seconds from one look into a file to the next."""


async def mounttest(process: Process) -> int:
    """What the flags ask for, in the program's own order; 1 if anything failed."""
    flags = Flags(process.args, frozenset(("break_on_expected_content",)))
    failed = False
    if path := flags.text("fs_type"):
        failed |= await _tell(process, path, "statfs", lambda: _kind(process, path))
    for mode in (0o644, 0o666, 0o660, 0o777):
        if path := flags.text(f"new_file_0{mode:o}"):
            failed |= await _make(process, path, mode)
    if path := flags.text("file_mode"):
        failed |= await _tell(
            process, path, "Stat", lambda: f"mode of file {_q(path)}: {_mode(process, path)}"
        )
    if path := flags.text("file_perm"):
        failed |= await _tell(
            process, path, "Stat", lambda: f"perms of file {_q(path)}: -{_mode(process, path)[-9:]}"
        )
    if path := flags.text("file_owner"):
        failed |= await _tell(
            process, path, "stat", lambda: f"owner UID of {_q(path)}: 0\nowner GID of {_q(path)}: 0"
        )
    if path := flags.text("file_content"):
        failed |= await _content(process, path)
    if path := flags.text("file_content_in_loop"):
        failed |= await _loop(process, path, flags)
    return int(failed)


async def _tell(process: Process, path: str, call: str, say: Callable[[], str]) -> bool:
    """Whether it failed."""
    try:
        process.files.mode(path_of(process, path))
        await process.out(f"{say()}\n")
    except OSError as error:
        why = f"{call.lower()} {path}: {_go(error)}" if call == "Stat" else _go(error)
        await process.out(f"error from {call}({_q(path)}): {why}\n")
        return True
    return False


def _kind(process: Process, path: str) -> str:
    found = process.files.kind(path_of(process, path))
    return f"mount type of {_q(path)}: {_MAGIC.get(found, found)}"


def _mode(process: Process, path: str) -> str:
    """As Go shows a file mode: ``-rw-r--r--``, ``drwxrwxrwx``, ``dtrwxrwxrwx``."""
    path = path_of(process, path)
    mode = process.files.mode(path)
    bits = "".join(c if mode & (1 << 8 - i) else "-" for i, c in enumerate("rwxrwxrwx"))
    kind = "d" if process.files.is_directory(path) else ""
    kind += "g" if mode & 0o2000 else ""
    kind += "t" if mode & 0o1000 else ""
    return (kind or "-") + bits


async def _make(process: Process, path: str, mode: int) -> bool:
    try:
        process.files.write(path_of(process, path), _NEW, mode=mode)
    except OSError as error:
        await process.out(f"error writing new file {_q(path)}: open {path}: {_go(error)}\n")
        return True
    return await _content(process, path)


async def _content(process: Process, path: str) -> bool:
    try:
        data = process.files.read(path_of(process, path)).decode(errors="replace")
    except OSError as error:
        await process.out(f"error reading file content for {_q(path)}: open {path}: {_go(error)}\n")
        return True
    await process.out(f"content of file {_q(path)}: {data}\n")
    return False


async def _loop(process: Process, path: str, flags: Flags) -> bool:
    """Look again and again, until the time is over or the file is as a new one is."""
    until = process.clock.monotonic() + flags.number("retry_time", 180)
    wanted = flags.switch("break_on_expected_content", True)
    failed = False
    while process.clock.monotonic() < until:
        try:
            data = process.files.read(path_of(process, path))
        except OSError as error:
            await process.out(f"Error reading file {path}: open {path}: {_go(error)}, retrying\n")
            failed = True
        else:
            failed = False
            await process.out(f"content of file {_q(path)}: {data.decode(errors='replace')}\n")
            if wanted and data == _NEW:
                return False
            if wanted:
                await process.out(f"Unexpected content. Expected: {_NEW.decode()}. Retrying")
        await process.clock.sleep(_BETWEEN)
    return failed


def _q(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _go(error: OSError) -> str:
    """Go's text for an error of the system."""
    return (error.strerror or str(error)).lower()
