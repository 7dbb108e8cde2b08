"""Where a command reads from and writes to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from karmada_nb.engine.images.process import Bytes, Process, Write
from karmada_nb.engine.images.shell.expand import Expander
from karmada_nb.engine.images.shell.syntax import Redirection


async def redirected(
    process: Process,
    redirections: tuple[Redirection, ...],
    expander: Expander,
    absolute: Callable[[str], str],
) -> Process:
    """The process with its streams led elsewhere, one redirection after the other. Raises OSError."""
    for item in redirections:
        target = await expander.text(item.target.parts)
        if item.operator in ("<<", "<<-"):
            process = replace(process, stdin=Bytes(target.encode()))
            continue
        if item.operator == "<":
            process = replace(process, stdin=Bytes(process.files.read(absolute(target))))
            continue
        if item.operator in (">&", "<&"):
            sink: Write = process.stdout if target == "1" else process.stderr
        else:
            path = absolute(target)
            if path not in _STREAMS:
                process.files.write(path, b"", append=item.operator == ">>")
            sink = _file(process, path)
        process = replace(process, stderr=sink) if item.descriptor == 2 else replace(process, stdout=sink)
    return process


_STREAMS = ("/dev/stdout", "/dev/stderr", "/proc/1/fd/1", "/proc/1/fd/2")


def _file(process: Process, path: str) -> Write:
    if path in ("/dev/stdout", "/proc/1/fd/1"):
        return process.stdout
    if path in ("/dev/stderr", "/proc/1/fd/2"):
        return process.stderr

    async def write(data: bytes) -> None:
        process.files.write(path, data, append=True)

    return write
