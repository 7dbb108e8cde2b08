"""A container in which tests run commands."""

import asyncio

from karmada_nb.engine.images.catalog import command_line, executable, lookup
from karmada_nb.engine.images.files import Files
from karmada_nb.engine.images.process import Bytes, Process, run
from karmada_nb.engine.images.users import User
from tests.engine.network.cluster import Place


class Box:
    """One pod with one image; ``out`` and ``err`` hold what was written."""

    def __init__(
        self, image: str, place: Place | None = None, ip: str = "10.42.0.9", name: str = "box"
    ) -> None:
        self.place = place or Place()
        self.image = lookup(image)
        self.host = self.place.host(ip)
        self.files = Files(self.image.files)
        self.env = {**self.image.env, "HOSTNAME": name, "HOME": "/root"}
        self.out = b""
        self.err = b""
        self.tasks: list[asyncio.Task[int]] = []

    async def _stdout(self, data: bytes) -> None:
        self.out += data

    async def _stderr(self, data: bytes) -> None:
        self.err += data

    def process(self, argv: tuple[str, ...], stdin: bytes = b"") -> Process:
        return Process(
            argv=argv,
            env=self.env,
            files=self.files,
            network=self.host,
            clock=self.place.clock,
            commands=self.image.commands,
            stdout=self._stdout,
            stderr=self._stderr,
            stdin=Bytes(stdin),
            user=User(self.image.user),
            running={1: "sleep 365d"},
            ports=(8080,),
        )

    async def start(self, *command: str, args: tuple[str, ...] | None = None) -> "asyncio.Task[int]":
        """The container's own process."""
        process = self.process(command_line(self.image, command, args))
        task = asyncio.ensure_future(run(executable(self.image, process), process))
        self.tasks.append(task)
        self.place.running.append(task)
        await self.place.clock.settle()
        return task

    async def run(self, *command: str, seconds: float = 0.0, stdin: bytes = b"") -> tuple[int, str, str]:
        """Exit code, output and errors of a command that ends within ``seconds``."""
        self.out = self.err = b""
        process = self.process(command, stdin)
        task = asyncio.ensure_future(run(executable(self.image, process), process))
        await self.place.clock.advance(seconds)
        assert task.done(), f"{command} still runs; so far: {self.out!r} {self.err!r}"
        return task.result(), self.out.decode(), self.err.decode()

    async def sh(self, script: str, seconds: float = 1.0) -> tuple[int, str, str]:
        return await self.run("sh", "-c", script, seconds=seconds)

    async def stop(self) -> None:
        for task in self.tasks:
            task.cancel()
        await self.place.clock.settle()
