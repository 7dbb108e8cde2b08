"""Bytes shown, coded and summed: ``hexdump``, ``base64``, ``sha256sum`` and kin."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable
from typing import Final

from karmada_nb.engine.images.commands.basic import inputs
from karmada_nb.engine.images.process import Commands, Process, Program


async def _bytes(process: Process, names: tuple[str, ...]) -> bytes:
    return b"".join([chunk async for chunk in inputs(process, names)])


async def hexdump(process: Process) -> int:
    """With ``-C`` bytes and characters, without it words of two bytes."""
    data = await _bytes(process, tuple(a for a in process.args if not a.startswith("-")))
    for at in range(0, len(data), 16):
        line = data[at : at + 16]
        if "-C" in process.args:
            halves = " ".join(f"{b:02x}" for b in line[:8]), " ".join(f"{b:02x}" for b in line[8:])
            text = "".join(chr(b) if 32 <= b < 127 else "." for b in line)
            await process.out(f"{at:08x}  {halves[0]:23}  {halves[1]:23}  |{text}|\n")
        else:
            words = [int.from_bytes(line[i : i + 2], "little") for i in range(0, len(line), 2)]
            await process.out(f"{at:07x} " + " ".join(f"{word:04x}" for word in words) + "\n")
    if data:
        await process.out(f"{len(data):0{8 if '-C' in process.args else 7}x}\n")
    return 0


async def base64_(process: Process) -> int:
    words = [a for a in process.args if not a.startswith("-") or a == "-"]
    data = await _bytes(process, tuple(words))
    if "-d" in process.args or "--decode" in process.args:
        await process.stdout(base64.b64decode(data))
        return 0
    text = base64.b64encode(data).decode()
    width = len(text) or 1 if "-w0" in process.args else 76
    await process.out("".join(f"{text[i : i + width]}\n" for i in range(0, len(text), width)))
    return 0


def _sum(digest: Callable[[bytes], str]) -> Program:
    async def program(process: Process) -> int:
        for name in [a for a in process.args if not a.startswith("-")] or ["-"]:
            await process.out(f"{digest(await _bytes(process, (name,)))}  {name}\n")
        return 0

    return program


BYTES: Final[Commands] = {
    "hexdump": hexdump,
    "base64": base64_,
    "md5sum": _sum(lambda data: hashlib.md5(data, usedforsecurity=False).hexdigest()),
    "sha1sum": _sum(lambda data: hashlib.sha1(data, usedforsecurity=False).hexdigest()),
    "sha256sum": _sum(lambda data: hashlib.sha256(data).hexdigest()),
}
