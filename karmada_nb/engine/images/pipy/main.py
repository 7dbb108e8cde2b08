"""The ``pipy`` command: starts a script, and moves bytes between it and the pod's network."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, Final

from karmada_nb.engine.images.commands.basic import path_of
from karmada_nb.engine.images.pipy.engine import Effect, Engine, Exhausted, ScriptError
from karmada_nb.engine.images.process import Process
from karmada_nb.engine.network.stream import Stream

FAILED: Final = 255
_HELP: Final = (
    "Usage: pipy [options] [<filename or URL>]\n\n  -e, --eval   Evaluate the given string as script\n"
)


async def pipy(process: Process) -> int:
    """Runs until the script exits; 255 when it cannot start."""
    expression = filename = None
    args = list(process.args)
    while args:
        arg = args.pop(0)
        if arg in ("-e", "-eval", "--eval"):
            if not args:
                await process.err(f"missing script after option {arg}\n")
                return FAILED
            expression = args.pop(0)
        elif arg in ("-h", "--help", "-v", "--version"):
            await process.out("Version     : 1.5.13\n" if arg in ("-v", "--version") else _HELP)
            return 0
        elif not arg.startswith("-"):
            filename = filename or arg
    if expression is not None:
        return await Pipy(process, expression, "/main.js").run()
    if filename is None or filename == "docker-start":
        await _log(process, "INF", "[admin] Starting admin service...")
        await process.clock.sleep(float(10**9))
        return 0
    try:
        source = process.files.read(path_of(process, filename)).decode(errors="replace")
    except OSError:
        await process.err("file or directory does not exist either with the input string as a pathname\n")
        return FAILED
    return await Pipy(process, source, path_of(process, filename)).run()


async def _log(process: Process, level: str, text: str) -> None:
    now = process.clock.now()
    await process.err(f"{now:%Y-%m-%d %H:%M:%S}.{now.microsecond // 1000:03d} [{level}] {text}\n")


class Pipy:
    """One running script."""

    def __init__(self, process: Process, source: str, name: str) -> None:
        self._process = process
        files = {path: process.files.read(path) for path in process.files.paths()}
        self._engine = Engine(source, name, process.env, files)
        self._streams: dict[int, Stream] = {}
        self._writes: dict[int, asyncio.Queue[bytes | None]] = {}
        self._next = -1
        self._done: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self._stops: list[Callable[[], None]] = []
        self._tasks: set[asyncio.Task[None]] = set()

    async def run(self) -> int:
        """The exit code."""
        try:
            effects = self._engine.start()
        except ScriptError as error:
            for line in error.lines:
                await _log(self._process, "ERR", line)
            return FAILED
        except Exhausted as error:
            await _log(self._process, "ERR", f"[pjs] {error}")
            return FAILED
        try:
            await self._perform(effects)
            if all(effect[0] in ("log", "print") for effect in effects):
                return self._done.result() if self._done.done() else 0
            return await self._done
        finally:
            for stop in self._stops:
                stop()
            for task in self._tasks:
                task.cancel()
            for stream in self._streams.values():
                stream.abort()

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _tell(self, event: str, *args: Any) -> None:
        if self._done.done():
            return
        try:
            effects = self._engine.call(event, *args)
        except Exhausted as error:
            await _log(self._process, "ERR", f"[pjs] {error}")
            if not self._done.done():
                self._done.set_result(FAILED)
            return
        await self._perform(effects)

    async def _perform(self, effects: list[Effect]) -> None:
        for kind, *args in effects:
            match kind, args:
                case "listen", [port]:
                    await self._listen(port)
                case "write", [number, data]:
                    if number in self._writes:
                        self._writes[number].put_nowait(data.encode("latin-1"))
                case "close", [number]:
                    if number in self._writes:
                        self._writes[number].put_nowait(None)
                case "connect", [number, host, port]:
                    self._writes[number] = asyncio.Queue()
                    self._spawn(self._connect(number, host, port))
                case "timer", [number, seconds]:
                    self._process.clock.call_later(seconds, self._timer(number))
                case "log", [level, text]:
                    await _log(self._process, level, text)
                case "print", [text]:
                    await self._process.stdout(text.encode("latin-1"))
                case "exit", [code]:
                    if not self._done.done():
                        self._done.set_result(int(code) & 255)

    def _timer(self, number: int) -> Callable[[], None]:
        return lambda: self._spawn(self._tell("timer", number))

    async def _listen(self, port: int) -> None:
        async def serve(stream: Stream) -> None:
            number, self._next = self._next, self._next - 1
            self._writes[number] = asyncio.Queue()
            inbound = {
                "id": -number,
                "remoteAddress": stream.peer[0],
                "remotePort": stream.peer[1],
                "localAddress": stream.local[0],
                "localPort": stream.local[1],
            }
            await self._tell("accept", number, port, inbound)
            await self._carry(number, stream)

        try:
            self._stops.append(self._process.network.listen(port, serve))
        except OSError:
            await _log(
                self._process, "ERR", f"[listener] Cannot start listening on TCP port {port} at 0.0.0.0"
            )
            self._done.set_result(FAILED)
            return
        await _log(self._process, "INF", f"[listener] Listening on TCP port {port} at 0.0.0.0")

    async def _connect(self, number: int, host: str, port: int) -> None:
        try:
            stream = await self._process.network.dial(host, port)
        except OSError as error:
            await _log(self._process, "ERR", f"[outbound] cannot connect to {host}:{port}: {error}")
            self._writes.pop(number, None)
            await self._tell("end", number, "ConnectionRefused")
            return
        await self._carry(number, stream)

    async def _carry(self, number: int, stream: Stream) -> None:
        """Both directions of a connection until both have ended."""
        self._streams[number] = stream
        writer = asyncio.get_running_loop().create_task(self._write(number, stream))
        try:
            while data := await stream.read():
                await self._tell("data", number, data.decode("latin-1"))
            await self._tell("end", number, None)
            await writer
        except ConnectionError:
            await self._tell("end", number, "ConnectionReset")
        finally:
            writer.cancel()
            stream.close()
            self._streams.pop(number, None)
            self._writes.pop(number, None)

    async def _write(self, number: int, stream: Stream) -> None:
        queue = self._writes[number]
        while (data := await queue.get()) is not None:
            await stream.write(data)
        stream.close_write()
