"""What a script is made of: lists, pipelines, simple and compound commands."""

from __future__ import annotations

from dataclasses import dataclass

from karmada_nb.engine.images.shell.words import Word


@dataclass(frozen=True, slots=True)
class Redirection:
    descriptor: int
    operator: str
    target: Word


@dataclass(frozen=True, slots=True)
class Simple:
    assignments: tuple[tuple[str, Word], ...]
    words: tuple[Word, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """``{ … }``, or ``( … )`` with an environment of its own."""

    body: Sequence
    subshell: bool


@dataclass(frozen=True, slots=True)
class If:
    """(condition, body) in order; ``otherwise`` may be empty."""

    branches: tuple[tuple[Sequence, Sequence], ...]
    otherwise: Sequence


@dataclass(frozen=True, slots=True)
class Loop:
    """``while``, or ``until`` where ``negated``."""

    condition: Sequence
    body: Sequence
    negated: bool


@dataclass(frozen=True, slots=True)
class For:
    """``words`` is None for the positional parameters."""

    variable: str
    words: tuple[Word, ...] | None
    body: Sequence


@dataclass(frozen=True, slots=True)
class Case:
    """(patterns, body) in order; the first of which a pattern matches is run."""

    subject: Word
    branches: tuple[tuple[tuple[Word, ...], Sequence], ...]


@dataclass(frozen=True, slots=True)
class Function:
    name: str
    body: Redirected


Command = Simple | Group | If | Loop | For | Case | Function


@dataclass(frozen=True, slots=True)
class Redirected:
    command: Command
    redirections: tuple[Redirection, ...]


@dataclass(frozen=True, slots=True)
class Pipeline:
    commands: tuple[Redirected, ...]
    negated: bool


@dataclass(frozen=True, slots=True)
class Item:
    """A pipeline and what joins it to the one before: ``;``, ``&&``, ``||``. ``background``: ``&``."""

    join: str
    pipeline: Pipeline
    background: bool = False


Sequence = tuple[Item, ...]
