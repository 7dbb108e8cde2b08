"""What ``--help`` says."""

from collections.abc import Iterator
from typing import Any

from karmada_nb.karmadactl.catalogue import GROUPS, find
from karmada_nb.karmadactl.command import Command
from karmada_nb.karmadactl.flags import Flag


def overview() -> str:
    """All commands, by their groups."""
    return "".join(f"{line}\n" for line in _overview())


def _overview() -> Iterator[str]:
    yield "karmadactl controls a Kubernetes Cluster Federation."
    for group in GROUPS:
        yield ""
        yield group.title
        width = max(len(name) for name in group.commands) + 3
        for name in group.commands:
            command = find(name)
            yield f"  {name:<{width}} {command.short if command else ''}"
    yield ""
    yield "Usage:"
    yield "  karmadactl [command] [options]"
    yield ""
    yield 'Use "karmadactl <command> --help" for more information about a given command.'
    yield 'Use "karmadactl options" for a list of global command-line options (applies to all commands).'


def of(name: str, command: Command) -> str:
    """One command."""
    return "".join(f"{line}\n" for line in _of(name, command))


def _of(name: str, command: Command) -> Iterator[str]:
    yield f"{command.short}."
    if command.notes:
        yield ""
        yield command.notes
    if command.examples:
        yield ""
        yield "Examples:"
        for example in command.examples:
            yield f"  karmadactl {example}"
    if command.flags:
        yield ""
        yield "Options:"
        for flag in sorted(command.flags, key=lambda flag: flag.name):
            yield from described(flag)
    if command.lifts:
        yield ""
        yield f"All other options are those of kubectl: see kubectl {name} --help."
    yield ""
    yield "Usage:"
    yield f"  karmadactl {command.usage}"


def described(flag: Flag) -> Iterator[str]:
    """A flag in the help."""
    short = f"-{flag.short[0]}, " if flag.short else ""
    yield f"    {short}--{flag.name}={_shown(flag.default)}:"
    yield f"        {flag.usage}"
    yield ""


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list | tuple):
        return f"[{','.join(value)}]"
    if isinstance(value, str):
        return f"'{value}'"
    return f"{value:g}s" if isinstance(value, float) else str(value)
