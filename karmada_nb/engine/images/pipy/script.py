"""From PipyJS to JavaScript: where the dialect is wider, its text is rewritten.

PipyJS lets a quoted string run over the end of a line, and keeps a module's ``$`` variables per stream.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

_TOKEN: Final = re.compile(
    r"""(?P<comment>//[^\n]*|/\*.*?\*/)
      | (?P<quoted>"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')
      | (?P<template>`(?:\\.|[^`\\])*`)
      | (?P<number>\d[\w.]*)
      | (?P<word>[\w$]+)
      | (?P<space>\s+)
      | (?P<other>.)""",
    re.VERBOSE | re.DOTALL,
)
_REGEX: Final = re.compile(r"/(?![*/])(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n\[])+/[a-z]*")
_BEFORE_REGEX: Final = frozenset("(,=:[!&|?{};+-*%<>~^") | {"return", "typeof", "case", "in", "of", ""}
_DECLARATION: Final = ("var", "let")


class Script(NamedTuple):
    """``variables`` are the names that each stream has a value of its own for."""

    text: str
    variables: tuple[str, ...]


def translate(source: str) -> Script:
    """JavaScript that means what ``source`` means to pipy."""
    out: list[str] = []
    variables: dict[str, None] = {}
    at, before, declaring = 0, "", -1
    while at < len(source):
        regex = _REGEX.match(source, at) if source[at] == "/" and before in _BEFORE_REGEX else None
        if regex is not None:
            out.append(regex[0])
            at, before = regex.end(), "/"
            continue
        match = _TOKEN.match(source, at)
        assert match is not None
        text, kind = match[0], match.lastgroup
        at = match.end()
        if kind == "quoted":
            out.append(_one_line(text))
        elif kind == "word" and text.startswith("$") and len(text) > 1 and declaring >= 0:
            out[declaring] = ""
            variables[text] = None
            out.append(text)
        else:
            out.append(text)
        if kind not in ("space", "comment"):
            before = text
            declaring = len(out) - 1 if text in _DECLARATION else -1
    return Script("".join(out), tuple(variables))


def _one_line(text: str) -> str:
    """A string literal without raw line ends: escaped ones vanish, others stay in its value."""
    return re.sub(
        r"\\(\r\n|\n)|(\r\n|\n|\r)|(\\.)",
        lambda m: "" if m[1] else m[3] or m[2].replace("\r", "\\r").replace("\n", "\\n"),
        text,
        flags=re.DOTALL,
    )
