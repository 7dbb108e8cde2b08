"""``karmadactl``: which command is meant, running it, and saying how it went.

Follows pkg/karmadactl/karmadactl.go, and cobra for what a command line may look like.
"""

from collections.abc import Sequence
from typing import Final, TextIO

from karmada_nb.engine.errors import StatusError
from karmada_nb.engine.runtime.client import Unreachable
from karmada_nb.karmadactl import help as help_texts
from karmada_nb.karmadactl.catalogue import WHERE, find
from karmada_nb.karmadactl.command import Call, Streams
from karmada_nb.karmadactl.failures import FAILED, CommandError, Several, standard_message
from karmada_nb.karmadactl.flags import Flag, lift, parse, switch
from karmada_nb.tools import ToolMissing

_HELP: Final = switch("help", "Say what the command does.", "h")
LOGGING: Final = (
    Flag("v", "How much to log; nothing is logged here.", "v"),
    Flag("vmodule", "How much to log, by file; nothing is logged here."),
    switch("logtostderr", "Log to standard error; nothing is logged here."),
    switch("alsologtostderr", "Log to standard error as well; nothing is logged here."),
)
_VALUELESS: Final = frozenset(("--help", "-h", "--logtostderr", "--alsologtostderr"))


def main(argv: Sequence[str], stdout: TextIO, stderr: TextIO) -> int:
    """Run ``karmadactl`` with these words; returns its exit code."""
    streams = Streams(stdout, stderr)
    name, words = split(argv)
    if name == "help":
        name, words = next((word for word in words if not word.startswith("-")), ""), ["--help"]
    command = find(name)
    if command is None and name:
        return fail(CommandError(f'unknown command "{name}" for "karmadactl"{_meant(name)}'), streams)
    if command is None:
        stdout.write(help_texts.overview())
        return 0
    known = (*command.flags, _HELP) if command.lifts else (*command.flags, *LOGGING, _HELP)
    try:
        parsed = lift(known, words) if command.lifts else parse(known, words)
        if parsed["help"]:
            stdout.write(help_texts.of(name, command))
            return 0
        return command.run(Call(parsed, streams))
    except (CommandError, StatusError, Unreachable, Several, ToolMissing) as error:
        return fail(error, streams, name)


def split(argv: Sequence[str]) -> tuple[str, list[str]]:
    """The command's name and all other words; flags may stand before it, as cobra allows."""
    skip = False
    for index, word in enumerate(argv):
        if skip:
            skip = False
        elif word == "--":
            break
        elif word.startswith("-"):
            skip = "=" not in word and word not in _VALUELESS and (word.startswith("--") or len(word) == 2)
        else:
            return word, [*argv[:index], *argv[index + 1 :]]
    return "", list(argv)


def fail(error: Exception, streams: Streams, name: str = "") -> int:
    """Say what went wrong, and what to do next; returns the exit code."""
    message = standard_message(error)
    if isinstance(error, CommandError) and error.usage:
        message += f"\nSee 'karmadactl{' ' if name else ''}{name} --help' for usage."
    streams.err.write(message if message.endswith("\n") else f"{message}\n")
    hint = getattr(error, "hint", "")
    if hint:
        streams.err.write(f"{hint}\n")
    return FAILED


def _meant(name: str) -> str:
    """Commands that are spelt nearly so."""
    near = [known for known in WHERE if _distance(name, known) <= 2 or known.startswith(name)]
    return "\n\nDid you mean this?\n" + "".join(f"\t{known}\n" for known in near) if near else ""


def _distance(one: str, other: str) -> int:
    """How many letters must be put in, taken out or changed."""
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        before, row[0] = row[0], i
        for j, b in enumerate(other, 1):
            before, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, before + (a != b))
    return row[-1]
