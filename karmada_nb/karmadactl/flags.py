"""Command-line flags as Go's pflag reads them, with pflag's error texts."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from karmada_nb.karmadactl.failures import CommandError

_TRUE: Final = frozenset(("1", "t", "T", "TRUE", "true", "True"))
_FALSE: Final = frozenset(("0", "f", "F", "FALSE", "false", "False"))
_UNITS: Final = {"ns": 1e-9, "us": 1e-6, "µs": 1e-6, "ms": 1e-3, "s": 1.0, "m": 60.0, "h": 3600.0}
_DURATION: Final = re.compile(r"[-+]?(\d+(\.\d*)?(ns|us|µs|ms|s|m|h))+|0")
_PART: Final = re.compile(r"(\d+(?:\.\d*)?)(ns|us|µs|ms|s|m|h)")


def text(said: str) -> str:
    return said


def boolean(said: str) -> bool:
    if said in _TRUE:
        return True
    if said in _FALSE:
        return False
    raise ValueError(f'strconv.ParseBool: parsing "{said}": invalid syntax')


def integer(said: str) -> int:
    try:
        return int(said)
    except ValueError:
        raise ValueError(f'strconv.ParseInt: parsing "{said}": invalid syntax') from None


def duration(said: str) -> float:
    """Seconds, from ``1m30s``."""
    if not said or _DURATION.fullmatch(said) is None:
        raise ValueError(f'time: invalid duration "{said}"')
    total = sum(float(number) * _UNITS[unit] for number, unit in _PART.findall(said))
    return -total if said.startswith("-") else total


def strings(said: str) -> list[str]:
    """What commas part."""
    return said.split(",") if said else []


@dataclass(frozen=True, slots=True)
class Flag:
    """``read`` makes a value of what was said; a list grows with each time the flag is given."""

    name: str
    usage: str
    short: str = ""
    default: Any = ""
    read: Callable[[str], Any] = text
    unset: str | None = None
    """What the flag stands for without a value; None if it needs one."""

    @property
    def title(self) -> str:
        return f"-{self.short[0]}, --{self.name}" if self.short else f"--{self.name}"


def switch(name: str, usage: str, short: str = "") -> Flag:
    """A flag that is on or off."""
    return Flag(name, usage, short, False, boolean, "true")


@dataclass(slots=True)
class Parsed:
    """What a command line says. ``dash`` is how many arguments came before ``--``; None without one."""

    values: dict[str, Any]
    arguments: list[str] = field(default_factory=list)
    given: set[str] = field(default_factory=set)
    dash: int | None = None

    def __getitem__(self, name: str) -> Any:
        return self.values[name]


def parse(flags: Iterable[Flag], words: Sequence[str]) -> Parsed:
    """Flags and arguments may mix; after ``--`` there are only arguments. Raises CommandError."""
    known = list(flags)
    long = {flag.name: flag for flag in known}
    short = {letter: flag for flag in known for letter in flag.short}
    parsed = Parsed({flag.name: flag.default for flag in known})
    rest = list(words)
    while rest:
        word = rest.pop(0)
        if word == "--":
            parsed.dash = len(parsed.arguments)
            parsed.arguments += rest
            break
        if word.startswith("--"):
            _long(long, word, rest, parsed)
        elif word.startswith("-") and word != "-":
            _short(short, word, rest, parsed)
        else:
            parsed.arguments.append(word)
    return parsed


def lift(flags: Iterable[Flag], words: Sequence[str]) -> Parsed:
    """Only these flags are read; every other word stays an argument, in its place. Raises CommandError.

    ``-s`` is a scope or nothing: for kubectl it would be another server.
    """
    known = list(flags)
    long = {flag.name: flag for flag in known}
    short = {letter: flag for flag in known for letter in flag.short}
    parsed = Parsed({flag.name: flag.default for flag in known})
    rest = list(words)
    while rest:
        word = rest.pop(0)
        if word == "--":
            parsed.arguments += [word, *rest]
            break
        if word.startswith("--") and word[2:].partition("=")[0] in long:
            _long(long, word, rest, parsed)
        elif (
            word[:1] == "-"
            and word[1:2] in short
            and (word[2:3] in ("", "=") or short[word[1]].unset is None)
        ):
            _short(short, word, rest, parsed)
        elif word[:2] == "-s":
            raise CommandError(f"unknown shorthand flag: 's' in {word}", usage=True)
        else:
            parsed.arguments.append(word)
    return parsed


def _long(known: dict[str, Flag], word: str, rest: list[str], parsed: Parsed) -> None:
    name, equals, value = word[2:].partition("=")
    flag = known.get(name)
    if flag is None:
        raise CommandError(f"unknown flag: --{name}", usage=True)
    if not equals:
        if flag.unset is not None:
            value = flag.unset
        elif rest:
            value = rest.pop(0)
        else:
            raise CommandError(f"flag needs an argument: --{name}", usage=True)
    _set(flag, value, parsed)


def _short(known: dict[str, Flag], word: str, rest: list[str], parsed: Parsed) -> None:
    letters = word[1:]
    while letters:
        letter, letters = letters[0], letters[1:]
        flag = known.get(letter)
        if flag is None:
            raise CommandError(f"unknown shorthand flag: '{letter}' in {word}", usage=True)
        if letters.startswith("="):
            value, letters = letters[1:], ""
        elif flag.unset is not None:
            value = flag.unset
        elif letters:
            value, letters = letters, ""
        elif rest:
            value = rest.pop(0)
        else:
            raise CommandError(f"flag needs an argument: '{letter}' in {word}", usage=True)
        _set(flag, value, parsed)


def _set(flag: Flag, said: str, parsed: Parsed) -> None:
    try:
        value = flag.read(said)
    except ValueError as error:
        raise CommandError(
            f'invalid argument "{said}" for "{flag.title}" flag: {error}', usage=True
        ) from None
    if isinstance(value, list) and flag.name in parsed.given:
        value = [*parsed.values[flag.name], *value]
    parsed.values[flag.name] = value
    parsed.given.add(flag.name)
