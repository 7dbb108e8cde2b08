"""Expansion of words: parameters, command substitution, arithmetic, field splitting."""

from __future__ import annotations

import fnmatch
import glob
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from karmada_nb.engine.images.shell.arithmetic import arithmetic
from karmada_nb.engine.images.shell.words import Part, ShellSyntax, Word

Variable = Callable[[str], str | None]
Substitute = Callable[[str], Awaitable[str]]


@dataclass(frozen=True, slots=True)
class _Field:
    """One argument in the making; ``pattern`` is the same with what was quoted made literal."""

    text: str = ""
    pattern: str = ""
    wild: bool = False

    def plus(self, text: str, quoted: bool) -> _Field:
        pattern = glob.escape(text) if quoted else text
        wild = self.wild or (not quoted and any(c in text for c in "*?["))
        return _Field(self.text + text, self.pattern + pattern, wild)


class Expander:
    """``variable`` reads a parameter, ``assign`` sets one, ``substitute`` runs a script for its output,
    ``files`` finds those that a pattern matches.
    """

    def __init__(
        self,
        variable: Variable,
        assign: Callable[[str, str], None],
        substitute: Substitute,
        positional: Callable[[], list[str]],
        files: Callable[[str], list[str]],
    ) -> None:
        self._variable = variable
        self._assign = assign
        self._substitute = substitute
        self._positional = positional
        self._glob = files

    async def fields(self, words: tuple[Word, ...]) -> list[str]:
        """The arguments that words become; an unquoted empty expansion vanishes."""
        out: list[str] = []
        for word in words:
            out.extend(await self._fields(word))
        return out

    async def text(self, parts: tuple[Part, ...]) -> str:
        """One string, without splitting."""
        return "".join([await self._value(part) for part in parts])

    async def pattern(self, word: Word) -> str:
        """A pattern of ``case``: what was quoted stands for itself."""
        field = _Field()
        for part in word.parts:
            field = field.plus(await self._value(part), part.quoted)
        return field.pattern

    async def _fields(self, word: Word) -> list[str]:
        done: list[_Field] = []
        current: _Field | None = None
        for part in word.parts:
            if part.kind == "variable" and part.text == "@" and part.quoted:
                for index, item in enumerate(self._positional()):
                    if index:
                        done.append(current or _Field())
                        current = None
                    current = (current or _Field()).plus(item, quoted=True)
                continue
            value = await self._value(part)
            if part.kind == "text" or part.quoted:
                current = (current or _Field()).plus(value, part.quoted)
                continue
            pieces = value.split()
            if value and current is not None and (value[0].isspace() or not pieces):
                done.append(current)
                current = None
            for index, piece in enumerate(pieces):
                if index:
                    done.append(current or _Field())
                    current = None
                current = (current or _Field()).plus(piece, quoted=False)
            if pieces and value[-1].isspace() and current is not None:
                done.append(current)
                current = None
        if current is not None:
            done.append(current)
        return [text for field in done for text in self._names(field)]

    def _names(self, field: _Field) -> list[str]:
        """The files that a pattern matches, or the field itself."""
        return (self._glob(field.pattern) if field.wild else []) or [field.text]

    async def _inner(self, text: str) -> str:
        """Substitutions within an expression; variables are read by it itself."""
        while "$(" in text:
            start = text.index("$(")
            depth, end = 1, start + 2
            while depth and end < len(text):
                depth += {"(": 1, ")": -1}.get(text[end], 0)
                end += 1
            found = (await self._substitute(text[start + 2 : end - 1])).strip()
            text = text[:start] + found + text[end:]
        return text

    async def _value(self, part: Part) -> str:
        match part.kind:
            case "text":
                return part.text
            case "command":
                return (await self._substitute(part.text)).rstrip("\n")
            case "arithmetic":
                text = await self._inner(part.text)
                return str(arithmetic(text, self._variable, self._assign))
        value = self._variable(part.text)
        modifier = part.modifier
        if modifier == "#":
            return str(len(value or ""))
        if modifier in ("%", "%%", "prefix", "longest"):
            return _trim(value or "", await self.text(part.argument), modifier)
        if modifier in ("/", "//"):
            pattern, _, other = (await self.text(part.argument)).partition("/")
            return _replaced(value or "", pattern, other, everywhere=modifier == "//")
        if modifier == ":":
            return _part(value or "", await self.text(part.argument))
        missing = value is None or (modifier.startswith(":") and value == "")
        match modifier.lstrip(":"):
            case "-" if missing:
                return await self.text(part.argument)
            case "=" if missing:
                value = await self.text(part.argument)
                self._assign(part.text, value)
            case "+":
                return "" if missing else await self.text(part.argument)
            case "?" if missing:
                message = await self.text(part.argument)
                raise ShellSyntax(f"{part.text}: {message or 'parameter not set'}")
        return value or ""


def _trim(value: str, pattern: str, modifier: str) -> str:
    cuts = range(len(value) + 1)
    if modifier in ("prefix", "longest"):
        order = reversed(cuts) if modifier == "longest" else iter(cuts)
        return next((value[i:] for i in order if fnmatch.fnmatchcase(value[:i], pattern)), value)
    order = reversed(cuts) if modifier == "%" else iter(cuts)
    return next((value[:i] for i in order if fnmatch.fnmatchcase(value[i:], pattern)), value)


def _replaced(value: str, pattern: str, other: str, *, everywhere: bool) -> str:
    """With the longest match of a pattern (or each) replaced."""
    out, at = "", 0
    while at < len(value):
        ends = (end for end in range(len(value), at, -1) if fnmatch.fnmatchcase(value[at:end], pattern))
        end = next(ends, None)
        if end is None:
            out, at = out + value[at], at + 1
            continue
        out, at = out + other, end
        if not everywhere:
            break
    return out + value[at:]


def _part(value: str, text: str) -> str:
    """``offset`` or ``offset:length`` of a value; negative numbers count from its end."""
    offset, _, length = text.partition(":")
    start = int(offset.strip() or 0)
    start = max(0, len(value) + start) if start < 0 else start
    if not length:
        return value[start:]
    count = int(length)
    return value[start : start + count] if count >= 0 else value[start:count]
