"""The shell's variables, and the commands that are part of the shell itself."""

from __future__ import annotations

import asyncio
import posixpath
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from karmada_nb.engine.images.process import Lines, NotExecutable, find

if TYPE_CHECKING:
    from karmada_nb.engine.images.shell.run import Shell
    from karmada_nb.engine.images.shell.syntax import Redirected


class Exit(Exception):
    """The shell ends."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


class BreakLoop(Exception):
    """``break`` (``leave``) or ``continue`` of the loop ``levels`` up."""

    def __init__(self, levels: int, leave: bool) -> None:
        super().__init__(levels)
        self.levels = levels
        self.leave = leave


class Return(Exception):
    """The function, or the script that was read, is over."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


class State:
    """What a subshell gets a copy of."""

    def __init__(self, variables: dict[str, str], cwd: str) -> None:
        self.variables = variables
        self.exports = set(variables)
        self.cwd = cwd
        self.status = 0
        self.name = "sh"
        self.positional: list[str] = []
        self.stop_on_error = False
        self.trace = False
        self.functions: dict[str, Redirected] = {}
        self.saved: list[dict[str, str | None]] = []
        self.jobs: list[asyncio.Task[Any]] = []

    def copy(self) -> State:
        out = State(dict(self.variables), self.cwd)
        out.exports = set(self.exports)
        out.status, out.name, out.stop_on_error = self.status, self.name, self.stop_on_error
        out.positional, out.jobs = list(self.positional), self.jobs
        out.trace, out.functions = self.trace, dict(self.functions)
        return out

    def variable(self, name: str) -> str | None:
        match name:
            case "?":
                return str(self.status)
            case "$":
                return "1"
            case "#":
                return str(len(self.positional))
            case "@" | "*":
                return " ".join(self.positional)
            case "0":
                return self.name
            case "PWD":
                return self.cwd
        if name.isdigit():
            return self.positional[int(name) - 1] if int(name) <= len(self.positional) else None
        return self.variables.get(name)

    def assign(self, name: str, value: str) -> None:
        self.variables[name] = value

    def restore(self, name: str, value: str | None) -> None:
        """Give a variable the value that it had, or none."""
        if value is None:
            self.variables.pop(name, None)
        else:
            self.variables[name] = value

    def exported(self) -> dict[str, str]:
        return {k: v for k, v in self.variables.items() if k in self.exports}

    def path(self, name: str) -> str:
        return posixpath.normpath(posixpath.join(self.cwd, name))

    def background(self, work: Coroutine[Any, Any, None]) -> None:
        self.jobs.append(asyncio.get_running_loop().create_task(work))


async def _cd(shell: Shell, args: list[str]) -> int:
    target = shell.state.path(args[0] if args else shell.state.variables.get("HOME", "/"))
    if not shell.process.files.is_directory(target):
        await shell.process.err(f"{shell.state.name}: cd: can't cd to {args[0]}: No such file or directory\n")
        return 2
    shell.state.cwd = target
    return 0


async def _export(shell: Shell, args: list[str]) -> int:
    for arg in args:
        name, given, value = arg.partition("=")
        if given:
            shell.state.assign(name, value)
        shell.state.exports.add(name)
    return 0


async def _unset(shell: Shell, args: list[str]) -> int:
    for arg in args:
        shell.state.variables.pop(arg, None)
    return 0


async def _set(shell: Shell, args: list[str]) -> int:
    for index, arg in enumerate(args):
        if arg == "--":
            shell.state.positional = args[index + 1 :]
            break
        if arg[:1] not in ("-", "+"):
            shell.state.positional = args[index:]
            break
        if "e" in arg:
            shell.state.stop_on_error = arg[0] == "-"
        if "x" in arg:
            shell.state.trace = arg[0] == "-"
    return 0


async def _exit(shell: Shell, args: list[str]) -> int:
    raise Exit(int(args[0]) & 255 if args and args[0].isdigit() else shell.state.status)


async def _exec(shell: Shell, args: list[str]) -> int:
    if not args:
        return 0
    raise Exit(await shell.execute(args))


async def _return(shell: Shell, args: list[str]) -> int:
    raise Return(int(args[0]) & 255 if args and args[0].isdigit() else shell.state.status)


async def _local(shell: Shell, args: list[str]) -> int:
    for arg in args:
        name, given, value = arg.partition("=")
        if shell.state.saved:
            shell.state.saved[-1].setdefault(name, shell.state.variables.get(name))
        shell.state.assign(name, value if given else "")
    return 0


async def _command(shell: Shell, args: list[str]) -> int:
    """``command -v NAME`` tells what a name is; ``command NAME …`` runs it."""
    if args[:1] not in (["-v"], ["-V"]):
        return await shell.execute(args) if args else 0
    name = (args[1:] or [""])[0]
    if name in shell.state.functions or name in BUILTINS:
        await shell.process.out(f"{name}\n")
        return 0
    try:
        find(shell.process.commands, shell.process.files, name)
    except NotExecutable:
        return 127
    await shell.process.out(f"{name}\n" if "/" in name else f"/bin/{name}\n")
    return 0


async def _shift(shell: Shell, args: list[str]) -> int:
    count = int(args[0]) if args else 1
    shell.state.positional = shell.state.positional[count:]
    return 0


async def _break(shell: Shell, args: list[str]) -> int:
    raise BreakLoop(int(args[0]) if args else 1, leave=True)


async def _continue(shell: Shell, args: list[str]) -> int:
    raise BreakLoop(int(args[0]) if args else 1, leave=False)


async def _wait(shell: Shell, args: list[str]) -> int:
    await asyncio.gather(*shell.state.jobs, return_exceptions=True)
    return 0


async def _read(shell: Shell, args: list[str]) -> int:
    names = [a for a in args if not a.startswith("-")] or ["REPLY"]
    lines = shell.process.stdin
    if not isinstance(lines, Lines):
        lines = Lines(lines)
        shell.process = replace(shell.process, stdin=lines)
    data = await lines.line()
    fields = data.decode(errors="replace").removesuffix("\n").split(None, len(names) - 1)
    for index, name in enumerate(names):
        shell.state.assign(name, fields[index].rstrip() if index < len(fields) else "")
    return 0 if data.endswith(b"\n") else 1


async def _source(shell: Shell, args: list[str]) -> int:
    try:
        text = shell.process.files.read(shell.state.path(args[0])).decode(errors="replace")
    except (OSError, IndexError):
        await shell.process.err(f"{shell.state.name}: .: can't open '{' '.join(args)}'\n")
        raise Exit(2) from None
    try:
        await shell.lines(text)
    except Return as done:
        return done.code
    return shell.state.status


async def _eval(shell: Shell, args: list[str]) -> int:
    await shell.lines(" ".join(args))
    return shell.state.status


async def _succeed(shell: Shell, args: list[str]) -> int:
    return 0


async def _pwd(shell: Shell, args: list[str]) -> int:
    await shell.process.out(shell.state.cwd + "\n")
    return 0


BUILTINS: Final[dict[str, Callable[[Shell, list[str]], Awaitable[int]]]] = {
    "cd": _cd,
    "export": _export,
    "unset": _unset,
    "set": _set,
    "exit": _exit,
    "exec": _exec,
    "return": _return,
    "local": _local,
    "command": _command,
    "shift": _shift,
    "break": _break,
    "continue": _continue,
    "wait": _wait,
    "read": _read,
    ".": _source,
    "eval": _eval,
    ":": _succeed,
    "trap": _succeed,
    "pwd": _pwd,
}
