"""One run of one container: its process, its log, and commands run beside it."""

from __future__ import annotations

import asyncio
import hashlib
import itertools
import logging
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final

from karmada_nb.engine.images.catalog import Image, executable
from karmada_nb.engine.images.files import Files
from karmada_nb.engine.images.process import (
    Bytes,
    NotExecutable,
    PodNetwork,
    Process,
    Program,
    Reader,
    find,
    run,
)
from karmada_nb.engine.images.terminal import Feed, Terminal
from karmada_nb.engine.images.users import User
from karmada_nb.engine.meta import Object
from karmada_nb.engine.nodes.kubelet.logs import Log
from karmada_nb.engine.nodes.runtime import ExecFailed, Streams
from karmada_nb.engine.runtime.clock import Clock

log: Final = logging.getLogger(__name__)
KILLED: Final = 137
INTERRUPTED: Final = 130
CRASHED: Final = 139
TERMINATION_LOG: Final = "/dev/termination-log"
_UNSTARTABLE: Final = (
    "failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create "
    "failed: unable to start container process: error during container init: {}: unknown"
)
_UNEXECUTABLE: Final = (
    "error executing command in container: failed to exec in container: failed to start exec "
    '"{}": OCI runtime exec failed: exec failed: unable to start container process: {}: unknown'
)


class StartError(Exception):
    """The process could not be started; the message is the container runtime's."""


class Run:
    """``ended(code)`` is called once, when the process is over."""

    def __init__(
        self,
        clock: Clock,
        image: Image,
        environment: Mapping[str, str],
        files: Files,
        network: PodNetwork,
        container: Object,
        user: User,
    ) -> None:
        self._clock = clock
        self._image = image
        self._environment = environment
        self._files = files
        self._network = network
        self._container = container
        self._user = user
        self._feed = Feed() if container.get("stdin") else None
        self._task: asyncio.Task[int] | None = None
        self._commands: dict[int, str] = {}
        self._numbers = itertools.count(2)
        self._attached: list[Streams] = []
        self._finished: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self.log = Log(clock)

    def start(self, argv: tuple[str, ...], cwd: str, ended: Callable[[int], None], *, crash: bool) -> None:
        """Start the process; with ``crash`` one that fails at once. Raises StartError."""
        process = self._process(argv, cwd)
        if self._feed is not None:
            terminal = bool(self._container.get("tty"))
            source = Terminal(self._feed, process.stdout) if terminal else self._feed
            process = replace(process, stdin=source, tty=terminal)
        try:
            program: Program = _crash if crash else executable(self._image, process)
        except NotExecutable as error:
            raise StartError(_UNSTARTABLE.format(error)) from None
        self._commands[1] = " ".join(argv)
        self._task = asyncio.get_running_loop().create_task(_typed(program, process))

        def finish(task: asyncio.Task[int]) -> None:
            code = _exit_code(task)
            self.log.close()
            self._finished.set_result(code)
            ended(code)

        self._task.add_done_callback(finish)

    async def stop(self) -> None:
        """End the process, and wait until it has ended."""
        if self._task is not None and not self._task.done():
            self._task.cancel()
            await asyncio.wait([self._task])

    def termination_message(self, container: Object, code: int) -> str:
        """What the process left at ``terminationMessagePath``, or the end of its log if asked for."""
        path = container.get("terminationMessagePath") or TERMINATION_LOG
        try:
            left = self._files.read(path)
        except OSError:
            left = b""
        if not left and code and container.get("terminationMessagePolicy") == "FallbackToLogsOnError":
            left = self.log.tail_bytes(2048)
        return left[-4096:].decode(errors="replace")

    async def execute(self, command: list[str], streams: Streams, cwd: str) -> int:
        """Run a command in the container. Raises ExecFailed."""
        argv = tuple(command)
        process = self._process(argv, cwd)
        try:
            program = find(self._image.commands, self._files, argv[0])
        except NotExecutable as error:
            identity = hashlib.sha256(repr((command, self._clock.monotonic())).encode()).hexdigest()
            raise ExecFailed(_UNEXECUTABLE.format(identity, error)) from None
        number = next(self._numbers)
        listing = dict(self._commands)
        self._commands[number] = " ".join(argv)
        task = asyncio.get_running_loop().create_task(_typed(program, _with(process, streams, listing)))
        try:
            await asyncio.wait([task, self._finished], return_when=asyncio.FIRST_COMPLETED)
            return task.result() if task.done() else KILLED
        finally:
            task.cancel()
            del self._commands[number]

    async def attach(self, streams: Streams) -> int:
        """Copy the process' output from now on to ``streams``; its exit code, or 0 if it goes on alone."""
        self._attached.append(streams)
        typing = asyncio.get_running_loop().create_task(self._take(streams))
        try:
            await asyncio.wait((typing, self._finished), return_when=asyncio.FIRST_COMPLETED)
            return self._finished.result() if self._finished.done() else 0
        finally:
            typing.cancel()
            self._attached.remove(streams)

    async def _take(self, streams: Streams) -> None:
        """Hand on what comes from who is attached; its end is the program's with ``stdinOnce``.

        Without, it detaches, as containerd has it (internal/cri/io/container_io.go).
        """
        if streams.stdin is not None and self._feed is not None:
            while data := await streams.stdin.read():
                self._feed.put(data)
            if not self._container.get("stdinOnce"):
                return
            self._feed.put(b"")
        await asyncio.shield(self._finished)

    def _process(self, argv: tuple[str, ...], cwd: str) -> Process:
        return Process(
            argv=argv,
            env=self._environment,
            files=self._files,
            network=self._network,
            clock=self._clock,
            commands=self._image.commands,
            stdout=self._stdout,
            stderr=self._stderr,
            cwd=cwd or self._image.cwd,
            user=self._user,
            running=self._commands,
            ports=tuple(
                p["containerPort"] for p in self._container.get("ports") or () if "containerPort" in p
            ),
        )

    async def _stdout(self, data: bytes) -> None:
        self.log.write("stdout", data)
        for streams in tuple(self._attached):
            await streams.stdout(_line_ends(data) if streams.tty else data)

    async def _stderr(self, data: bytes) -> None:
        self.log.write("stderr", data)
        for streams in tuple(self._attached):
            if streams.tty:
                await streams.stdout(_line_ends(data))
            else:
                await streams.stderr(data)


def _with(process: Process, streams: Streams, running: Mapping[int, str]) -> Process:
    """The process of an exec: a terminal sees one stream, whose lines end as terminals want them."""
    source: Reader = streams.stdin if streams.stdin is not None else Bytes(b"")
    if not streams.tty:
        return replace(process, stdout=streams.stdout, stderr=streams.stderr, stdin=source, running=running)

    async def show(data: bytes) -> None:
        await streams.stdout(_line_ends(data))

    environment = {**process.env, "TERM": "xterm"}
    terminal = Terminal(source, show)
    return replace(
        process, stdout=show, stderr=show, stdin=terminal, env=environment, tty=True, running=running
    )


async def _typed(program: Program, process: Process) -> int:
    """Run a program; one at a terminal with the terminal's keyboard, whose Ctrl-C ends it."""
    terminal = process.stdin
    if not isinstance(terminal, Terminal):
        return await run(program, process)
    loop = asyncio.get_running_loop()
    keyboard, task = loop.create_task(terminal.pump()), loop.create_task(run(program, process))
    terminal.on_interrupt = task.cancel
    try:
        await asyncio.wait([task])
        return INTERRUPTED if task.cancelled() else task.result()
    finally:
        keyboard.cancel()
        task.cancel()


def _exit_code(task: asyncio.Task[int]) -> int:
    if task.cancelled():
        return KILLED
    failure = task.exception()
    if failure is None:
        return task.result()
    log.error("a program failed", exc_info=failure)
    return CRASHED


def _line_ends(data: bytes) -> bytes:
    """As terminals want them."""
    return data.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


async def _crash(process: Process) -> int:
    await process.err("panic: this container was told to fail\n")
    return 1
