"""Running shell commands. The words of failure are those of BusyBox ash."""

from __future__ import annotations

import asyncio
import errno
import fnmatch
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Final

from karmada_nb.engine.images.process import NotExecutable, Process, find, run
from karmada_nb.engine.images.shell.builtins import BUILTINS, BreakLoop, Exit, Return, State
from karmada_nb.engine.images.shell.expand import Expander
from karmada_nb.engine.images.shell.globbing import matches
from karmada_nb.engine.images.shell.parse import parse
from karmada_nb.engine.images.shell.redirect import redirected
from karmada_nb.engine.images.shell.syntax import (
    Case,
    Command,
    For,
    Function,
    Group,
    If,
    Loop,
    Pipeline,
    Redirected,
    Sequence,
    Simple,
)
from karmada_nb.engine.images.shell.words import ShellSyntax
from karmada_nb.engine.images.terminal import Terminal
from karmada_nb.engine.network.stream import connection

_TURN: Final = 0.001
"""Seconds that each turn of a loop costs at least, so that a busy loop cannot starve the rest."""


async def shell(process: Process) -> int:
    """``sh [-c SCRIPT [NAME ARG…]]``, or a script file, or a script on standard input."""
    state = State(dict(process.env), process.cwd)
    try:
        return await _start(process, state)
    finally:
        for job in state.jobs:
            job.cancel()


async def _start(process: Process, state: State) -> int:
    args = list(process.args)
    flags = ""
    while args and args[0].startswith("-") and len(args[0]) > 1:
        flags += args.pop(0)[1:]
    state.stop_on_error, state.trace = "e" in flags, "x" in flags
    state.name = process.argv[0] if process.argv[0].startswith("/") else "sh"
    if "c" in flags:
        if not args:
            await process.err("sh: -c requires an argument\n")
            return 2
        script, state.name, state.positional = args[0], (args[1:] or [state.name])[0], args[2:]
        return await Shell(process, state).script(script)
    if args:
        try:
            script = process.files.read(state.path(args[0])).decode(errors="replace")
        except OSError:
            await process.err(f"sh: can't open '{args[0]}': No such file or directory\n")
            return 2
        state.name, state.positional = args[0], args[1:]
        return await Shell(process, state).script(script)
    return await interactive(process, state)


async def interactive(process: Process, state: State) -> int:
    """Commands from standard input, line by line."""
    runner, pending = Shell(process, state, interactive=True), b""
    mark = "#" if process.user.root else "$"
    await process.out(f"{state.cwd} {mark} " if process.tty else "")
    while data := await process.stdin.read():
        pending += data
        while b"\n" in pending:
            line, _, pending = pending.partition(b"\n")
            try:
                await _interruptible(process, runner, line.decode(errors="replace"))
            except Exit as done:
                return done.code
            await process.out(f"{state.cwd} {mark} " if process.tty else "")
    return await runner.script(pending.decode(errors="replace"))


async def _interruptible(process: Process, runner: Shell, line: str) -> None:
    """Run one line; at a terminal Ctrl-C ends it, and not the shell."""
    if not isinstance(process.stdin, Terminal):
        await runner.lines(line)
        return
    task = asyncio.get_running_loop().create_task(runner.lines(line))
    process.stdin.on_interrupt = task.cancel
    try:
        await asyncio.wait([task])
        if task.cancelled():
            runner.state.status = 130
        elif failure := task.exception():
            raise failure
    finally:
        process.stdin.on_interrupt = None
        task.cancel()


class Shell:
    """One shell: the process it lives in and its variables. An interactive one outlives a syntax error."""

    def __init__(self, process: Process, state: State, *, interactive: bool = False) -> None:
        self.process = process
        self.interactive = interactive
        self.state = state
        self._expander = Expander(
            state.variable, state.assign, self._substitute, lambda: state.positional, self._glob
        )

    def _glob(self, pattern: str) -> list[str]:
        return matches(self.process.files, self.state.cwd, pattern)

    async def script(self, text: str) -> int:
        """Run to the end; the exit code."""
        try:
            await self.lines(text)
        except Exit as done:
            return done.code
        except (BreakLoop, Return):
            pass
        return self.state.status

    async def lines(self, text: str) -> None:
        try:
            await self.sequence(parse(text))
        except ShellSyntax as error:
            await self.process.err(f"{self.state.name}: {error}\n")
            if not self.interactive:
                raise Exit(2) from None
            self.state.status = 2

    async def sequence(self, items: Sequence) -> None:
        for index, item in enumerate(items):
            if item.join == ("&&" if self.state.status else "||"):
                continue
            if item.background:
                self.state.background(self._child().sequence((replace(item, join=";", background=False),)))
                self.state.status = 0
                continue
            await self.pipeline(item.pipeline)
            tested = item.pipeline.negated or (index + 1 < len(items) and items[index + 1].join != ";")
            if self.state.status and self.state.stop_on_error and not tested:
                raise Exit(self.state.status)

    async def pipeline(self, pipeline: Pipeline) -> None:
        if len(pipeline.commands) == 1:
            await self.command(pipeline.commands[0], self.process)
        else:
            self.state.status = await self._piped(pipeline.commands)
        if pipeline.negated:
            self.state.status = int(not self.state.status)

    async def _piped(self, commands: tuple[Redirected, ...]) -> int:
        stages = []
        upstream = None
        for index, command in enumerate(commands):
            process = self.process if upstream is None else replace(self.process, stdin=upstream)
            writer = None
            if index + 1 < len(commands):
                reader, writer = connection(("", 0), ("", 0))
                process = replace(process, stdout=writer.write)
                finish: Callable[[], None] = writer.close_write
            else:
                finish = _nothing
            leave = upstream.close if upstream is not None else _nothing
            stages.append(self._stage(command, process, finish, leave))
            upstream = reader if writer is not None else None
        return (await asyncio.gather(*stages))[-1]

    async def _stage(
        self, command: Redirected, process: Process, finish: Callable[[], None], leave: Callable[[], None]
    ) -> int:
        child = self._child()
        try:
            await child.command(command, process)
            return child.state.status
        except Exit as done:
            return done.code
        except BrokenPipeError:
            return 141
        finally:
            finish()
            leave()

    async def command(self, item: Redirected, process: Process) -> None:
        try:
            process = await redirected(process, item.redirections, self._expander, self.state.path)
        except OSError as error:
            writes = any(r.operator in (">", ">>") for r in item.redirections)
            verb, missing = ("create", "nonexistent directory") if writes else ("open", "no such file")
            why = missing if error.errno == errno.ENOENT else error.strerror
            await process.err(f"{self.state.name}: can't {verb} {error.filename}: {why}\n")
            self.state.status = 1
            return
        runner = self if process is self.process else Shell(process, self.state)
        await runner._run(item.command)

    async def _run(self, command: Command) -> None:
        match command:
            case Simple():
                await self._simple(command)
            case Group(body, subshell):
                if subshell:
                    child = self._child()
                    try:
                        await child.sequence(body)
                        self.state.status = child.state.status
                    except Exit as done:
                        self.state.status = done.code
                else:
                    await self.sequence(body)
            case If(branches, otherwise):
                for condition, body in branches:
                    await self._test(condition)
                    if self.state.status == 0:
                        await self.sequence(body)
                        return
                self.state.status = 0
                await self.sequence(otherwise)
            case Loop(condition, body, negated):
                await self._loop(condition, body, negated)
            case Case(subject, choices):
                value = await self._expander.text(subject.parts)
                self.state.status = 0
                for patterns, body in choices:
                    if any([fnmatch.fnmatchcase(value, await self._expander.pattern(p)) for p in patterns]):
                        await self.sequence(body)
                        return
            case Function(name, body):
                self.state.functions[name] = body
                self.state.status = 0
            case For(variable, words, body):
                items = self.state.positional if words is None else await self._expander.fields(words)
                for item in items:
                    self.state.assign(variable, item)
                    if await self._turn(body):
                        break

    async def _test(self, condition: Sequence) -> None:
        strict, self.state.stop_on_error = self.state.stop_on_error, False
        try:
            await self.sequence(condition)
        finally:
            self.state.stop_on_error = strict

    async def _loop(self, condition: Sequence, body: Sequence, negated: bool) -> None:
        while True:
            await self._test(condition)
            if (self.state.status != 0) != negated:
                self.state.status = 0
                return
            if await self._turn(body):
                return

    async def _turn(self, body: Sequence) -> bool:
        """One turn of a loop; whether to leave it."""
        await self.process.clock.sleep(_TURN)
        try:
            await self.sequence(body)
        except BreakLoop as jump:
            if jump.levels > 1:
                raise BreakLoop(jump.levels - 1, jump.leave) from None
            return jump.leave
        return False

    async def _simple(self, command: Simple) -> None:
        words = await self._expander.fields(command.words)
        assigned = {name: await self._expander.text(value.parts) for name, value in command.assignments}
        if self.state.trace:
            await self.process.err("+ " + " ".join([f"{n}={v}" for n, v in assigned.items()] + words) + "\n")
        if not words:
            for name, value in assigned.items():
                self.state.assign(name, value)
            if command.words or not any(p.kind == "command" for _, w in command.assignments for p in w.parts):
                self.state.status = 0
            return
        if words[0] in self.state.functions:
            await self._call(words)
            return
        builtin = BUILTINS.get(words[0])
        if builtin is not None:
            self.state.status = await builtin(self, words[1:])
            return
        self.state.status = await self.execute(words, assigned)

    async def _call(self, words: list[str]) -> None:
        """Run a function with parameters of its own; ``local`` variables are put back after it."""
        outer, self.state.positional = self.state.positional, words[1:]
        self.state.saved.append({})
        try:
            await self.command(self.state.functions[words[0]], self.process)
        except Return as done:
            self.state.status = done.code
        finally:
            self.state.positional = outer
            for name, value in self.state.saved.pop().items():
                self.state.restore(name, value)

    async def execute(self, words: list[str], environment: dict[str, str] | None = None) -> int:
        """Run an executable of the image."""
        try:
            program = find(self.process.commands, self.process.files, words[0])
        except NotExecutable as error:
            missing = "not found" in error.reason or "no such file" in error.reason
            why = "not found" if missing else "Permission denied"
            await self.process.err(f"{self.state.name}: {words[0]}: {why}\n")
            return 127 if missing else 126
        env = {**self.state.exported(), **(environment or {})}
        child = replace(self.process, argv=tuple(words), env=env, cwd=self.state.cwd)
        return await run(program, child)

    def _child(self) -> Shell:
        return Shell(self.process, self.state.copy())

    async def _substitute(self, script: str) -> str:
        out: list[bytes] = []
        child = Shell(replace(self.process, stdout=_collect(out)), self.state.copy())
        self.state.status = await child.script(script)
        return b"".join(out).decode(errors="replace")


def _nothing() -> None:
    return None


def _collect(out: list[bytes]) -> Callable[[bytes], Awaitable[None]]:
    async def write(data: bytes) -> None:
        out.append(data)

    return write
