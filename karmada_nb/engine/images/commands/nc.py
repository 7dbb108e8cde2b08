"""``nc`` of BusyBox: a line between standard input and output and a port, TCP or (``-u``) UDP."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Final, NamedTuple

from karmada_nb.engine.images.process import Commands, Process, find, run
from karmada_nb.engine.network.names import NameNotFound
from karmada_nb.engine.network.stream import Stream
from karmada_nb.engine.network.timing import within

USAGE: Final = "BusyBox v1.37.0 multi-call binary.\n\nUsage: nc [OPTIONS] HOST PORT  - connect\n"


class _Options(NamedTuple):
    flags: frozenset[str]
    port: int
    seconds: float | None
    program: tuple[str, ...]
    words: tuple[str, ...]

    @property
    def protocol(self) -> str:
        return "UDP" if "u" in self.flags else "TCP"


async def nc(process: Process) -> int:
    options = _parse(process.args)
    if "l" in options.flags and options.port:
        return await _serve(process, options)
    if len(options.words) != 2:
        await process.err(USAGE)
        return 1
    host, port = options.words[0], int(options.words[1])
    try:
        dialled = process.network.dial(host, port, options.protocol)
        stream = await within(process.clock, options.seconds, dialled)
    except NameNotFound:
        await process.err(f"nc: bad address '{host}'\n")
        return 1
    except TimeoutError:
        await process.err("nc: timed out\n" if options.seconds else f"nc: {host}:{port}: timed out\n")
        return 1
    except ConnectionRefusedError:
        await process.err(f"nc: can't connect to remote host ({host}): Connection refused\n")
        return 1
    if "v" in options.flags:
        await process.err(f"{host} ({process.network.resolve(host)[0]}:{port}) open\n")
    if "z" in options.flags:
        stream.close()
        return 0
    await _join(process, stream)
    return 0


def _parse(args: tuple[str, ...]) -> _Options:
    flags: set[str] = set()
    words: list[str] = []
    port, seconds, queue = 0, None, list(args)
    while queue:
        arg = queue.pop(0)
        if not arg.startswith("-") or arg == "-":
            words.append(arg)
            continue
        flags.update(arg[1:])
        match arg[-1]:
            case "p":
                port = int(queue.pop(0))
            case "w":
                seconds = float(queue.pop(0))
            case "e":
                return _Options(frozenset(flags), port, seconds, tuple(queue), tuple(words))
    return _Options(frozenset(flags), port, seconds, (), tuple(words))


async def _join(process: Process, stream: Stream) -> None:
    """What comes in here goes there, what comes from there goes out, until the other side has ended."""

    async def send() -> None:
        while data := await process.stdin.read():
            await stream.write(data)
        stream.close_write()

    sending = asyncio.ensure_future(send())
    try:
        while data := await stream.read():
            await process.stdout(data)
    finally:
        sending.cancel()
        await asyncio.gather(sending, return_exceptions=True)
        stream.close()


async def _serve(process: Process, options: _Options) -> int:
    """Serve one caller after the other with ``-k``, else the first only."""
    done = asyncio.Event()

    async def answer(stream: Stream) -> None:
        if options.program:
            program = find(process.commands, process.files, options.program[0])
            child = replace(process.child(*options.program), stdin=stream, stdout=stream.write)
            await run(program, child)
        else:
            await _join(process, stream)
        stream.close_write()
        if "k" not in options.flags:
            done.set()

    stop = process.network.listen(options.port, answer, options.protocol)
    try:
        if "v" in options.flags:
            await process.err(f"listening on [::]:{options.port} ...\n")
        await done.wait()
    finally:
        stop()
    return 0


NC: Final[Commands] = {"nc": nc}
