"""Databases that run: they take connections, and know how to say that they live."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from karmada_nb.engine.images.process import Process
from karmada_nb.engine.network.stream import Stream


async def redis(process: Process) -> int:
    """``redis-server``: PING, SET, GET, and an honest error for the rest."""
    values: dict[bytes, bytes] = {}

    async def handle(stream: Stream) -> None:
        pending = b""
        while data := await stream.read():
            pending += data
            while b"\n" in pending:
                command, pending = _command(pending)
                if command is None:
                    break
                await stream.write(_answer(command, values))

    await process.out("1:M * Ready to accept connections tcp\n")
    return await _listen(process, 6379, handle)


def _command(pending: bytes) -> tuple[list[bytes] | None, bytes]:
    """One command, in-line or as an array, and the rest; None while it is not complete."""
    line, _, rest = pending.partition(b"\n")
    if not line.startswith(b"*"):
        return line.split(), rest
    items = []
    for _ in range(int(line[1:])):
        size, found, rest = rest.partition(b"\n")
        length = int(size[1:] or b"0")
        if not found or len(rest) < length + 2:
            return None, pending
        items.append(rest[:length])
        rest = rest[length + 2 :]
    return items, rest


def _answer(command: list[bytes], values: dict[bytes, bytes]) -> bytes:
    match [command[0].upper() if command else b"", *command[1:]]:
        case [b""]:
            return b""
        case [b"PING"]:
            return b"+PONG\r\n"
        case [b"SET", name, value, *_]:
            values[name] = value
            return b"+OK\r\n"
        case [b"GET", name]:
            found = values.get(name)
            return b"$-1\r\n" if found is None else b"$%d\r\n%s\r\n" % (len(found), found)
    return b"-ERR unknown command\r\n"


async def redis_cli(process: Process) -> int:
    """``redis-cli [-h HOST] [-p PORT] COMMAND …``."""
    args, host, port = list(process.args), "127.0.0.1", 6379
    while args and args[0] in ("-h", "-p"):
        option, value = args.pop(0), args.pop(0)
        host, port = (value, port) if option == "-h" else (host, int(value))
    try:
        stream = await process.network.dial(host, port)
    except OSError as error:
        await process.err(f"Could not connect to Redis at {host}:{port}: {error}\n")
        return 1
    parts = [a.encode() for a in args or ["PING"]]
    await stream.write(b"*%d\r\n" % len(parts) + b"".join(b"$%d\r\n%s\r\n" % (len(p), p) for p in parts))
    kind, *lines = (await stream.read()).decode(errors="replace").split("\r\n")
    stream.close()
    shown = {"$-1": "", "-": f"(error) {kind[1:]}"}.get(kind if kind == "$-1" else kind[:1], kind[1:])
    await process.out((lines[0] if kind.startswith("$") and kind != "$-1" else shown) + "\n")
    return 0


def listener(port: int, greeting: str) -> Callable[[Process], Awaitable[int]]:
    """A server that takes connections and says nothing."""

    async def program(process: Process) -> int:
        async def handle(stream: Stream) -> None:
            while await stream.read():
                pass

        await process.err(greeting + "\n")
        return await _listen(process, port, handle)

    return program


async def _listen(process: Process, port: int, handle: Callable[[Stream], Awaitable[None]]) -> int:
    stop = process.network.listen(port, handle)
    try:
        await asyncio.get_running_loop().create_future()
    finally:
        stop()
    return 0
