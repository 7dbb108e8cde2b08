"""A process in a container: everything a program can touch."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Protocol

from karmada_nb.engine.images.files import Files
from karmada_nb.engine.images.users import User
from karmada_nb.engine.network.network import TCP, Handler
from karmada_nb.engine.network.records import Record
from karmada_nb.engine.network.routes import NodeTable
from karmada_nb.engine.network.stream import Stream
from karmada_nb.engine.runtime.clock import Clock

Write = Callable[[bytes], Awaitable[None]]


class PodNetwork(Protocol):
    """The network as one pod sees it. Failures are those of ``Network.dial``."""

    ip: str
    table: NodeTable | None
    """The node's routes, where the program may change them."""

    async def dial(self, host: str, port: int, protocol: str = TCP) -> Stream: ...

    def resolve(self, host: str) -> list[str]: ...

    def records(self, name: str, kind: str, *, search: bool) -> list[Record]: ...

    def listen(self, port: int, handler: Handler, protocol: str = TCP) -> Callable[[], None]: ...

    def listening(self) -> list[tuple[str, int]]: ...

    def nameserver(self) -> str: ...


class Reader(Protocol):
    async def read(self) -> bytes: ...


class Empty:
    """Standard input that is at its end."""

    async def read(self) -> bytes:
        return b""


class Bytes:
    """Standard input that holds ``data``."""

    def __init__(self, data: bytes) -> None:
        self._data = data

    async def read(self) -> bytes:
        data, self._data = self._data, b""
        return data


class Lines:
    """Standard input of which one line after the other is taken; what is left is there for who reads next."""

    def __init__(self, source: Reader) -> None:
        self._source = source
        self._left = b""

    async def line(self) -> bytes:
        """The next line with its end; less at the end of all."""
        while b"\n" not in self._left and (data := await self._source.read()):
            self._left += data
        head, newline, self._left = self._left.partition(b"\n")
        return head + newline

    async def read(self) -> bytes:
        left, self._left = self._left, b""
        return left or await self._source.read()


@dataclass(frozen=True)
class Process:
    """``argv[0]`` is the program's own name. ``running`` lists the container's processes: id -> command;
    ``ports`` are those that the container declares.
    """

    argv: tuple[str, ...]
    env: Mapping[str, str]
    files: Files
    network: PodNetwork
    clock: Clock
    commands: Commands
    stdout: Write
    stderr: Write
    stdin: Reader = field(default_factory=Empty)
    cwd: str = "/"
    user: User = field(default_factory=User)
    tty: bool = False
    ports: tuple[int, ...] = ()
    running: Mapping[int, str] = field(default_factory=dict)

    @property
    def args(self) -> tuple[str, ...]:
        return self.argv[1:]

    @property
    def hostname(self) -> str:
        return self.env.get("HOSTNAME", "localhost")

    async def out(self, text: str) -> None:
        await self.stdout(text.encode())

    async def err(self, text: str) -> None:
        await self.stderr(text.encode())

    def child(self, *argv: str) -> Process:
        """The same surroundings for another command."""
        return replace(self, argv=argv)


Program = Callable[[Process], Awaitable[int]]
"""Runs until it is done; its exit code. Ended from outside by cancelling."""

Commands = Mapping[str, Program]
"""The executables of an image by name."""


class NotExecutable(Exception):
    """A command that cannot be started: ``reason`` is the container runtime's explanation."""

    def __init__(self, command: str, reason: str) -> None:
        super().__init__(f'exec: "{command}": {reason}')
        self.reason = reason


def find(commands: Commands, files: Files, command: str) -> Program:
    """The executable that ``command`` names. Raises NotExecutable as runc says it."""
    directory, slash, name = command.rpartition("/")
    if not slash:
        if command in commands:
            return commands[command]
        raise NotExecutable(command, "executable file not found in $PATH")
    if name in commands and directory in ("", "/bin", "/usr/bin", "/usr/local/bin", "/sbin", "/usr/sbin"):
        return commands[name]
    if files.is_directory(command):
        raise NotExecutable(command, "is a directory: permission denied")
    if files.exists(command):
        raise NotExecutable(command, "permission denied")
    raise NotExecutable(command, f"stat {command}: no such file or directory")


async def run(program: Program, process: Process) -> int:
    """The exit code of a program; what it did not catch ends it with a message."""
    try:
        return await program(process)
    except ConnectionError:
        return 141
    except NotExecutable as error:
        await process.err(f"{process.argv[0]}: {error}\n")
        return 127 if "not found" in error.reason or "no such file" in error.reason else 126
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        await process.err(f"{process.argv[0]}: {where}{error.strerror or error}\n")
        return 1
    except (ValueError, IndexError, re.error) as error:
        await process.err(f"{process.argv[0]}: bad usage: {error}\n")
        return 1
