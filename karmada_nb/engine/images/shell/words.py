"""From shell text to tokens: operators, and words made of literal and expanded parts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

OPERATORS: Final = ("&&", "||", ";;", ">>", ">&", "<&", "<<-", "<<", "|", "&", ";", "(", ")", "<", ">", "\n")
_BREAKS: Final = set("|&;()<> \t\n")
_SPECIAL: Final = set("?$#@*!0123456789")


class ShellSyntax(Exception):
    """The text is not a shell script; the message is ash's."""


@dataclass(frozen=True, slots=True)
class Part:
    """``text`` is the literal, the variable, the script or the expression; ``modifier`` as in ``:-``."""

    kind: Literal["text", "variable", "command", "arithmetic"]
    text: str
    quoted: bool = False
    modifier: str = ""
    argument: tuple[Part, ...] = ()


@dataclass(frozen=True, slots=True)
class Word:
    parts: tuple[Part, ...]

    @property
    def plain(self) -> str | None:
        """The text of a word that was written without quotes and expansions."""
        if all(p.kind == "text" and not p.quoted for p in self.parts):
            return "".join(p.text for p in self.parts)
        return None


@dataclass(frozen=True, slots=True)
class Token:
    """An operator (``word`` is None) or a word. ``descriptor`` is the number before a redirection."""

    operator: str = ""
    word: Word | None = None
    descriptor: int | None = None


def tokens(script: str) -> list[Token]:
    """Raises ShellSyntax for an unfinished quotation or expansion."""
    return list(_Reader(script).tokens())


class _Reader:
    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0

    def tokens(self) -> list[Token]:
        out: list[Token] = []
        waiting: list[int] = []
        while self.at < len(self.text):
            char = self.text[self.at]
            if char in " \t" or self.text.startswith("\\\n", self.at):
                self.at += 2 if char == "\\" else 1
            elif char == "#":
                end = self.text.find("\n", self.at)
                self.at = len(self.text) if end < 0 else end
            elif operator := next((o for o in OPERATORS if self.text.startswith(o, self.at)), ""):
                self.at += len(operator)
                out.append(Token(operator))
                if operator in ("<<", "<<-"):
                    waiting.append(len(out))
                elif operator == "\n" and waiting:
                    for index in waiting:
                        out[index] = self._document(out[index], strip=out[index - 1].operator == "<<-")
                    waiting.clear()
            elif char.isdigit() and self.text[self.at + 1 : self.at + 2] in ("<", ">"):
                self.at += 1
                operator = next(o for o in OPERATORS if self.text.startswith(o, self.at))
                self.at += len(operator)
                out.append(Token(operator, None, int(char)))
            else:
                out.append(Token("", Word(self.parts(_BREAKS))))
        return out

    def _document(self, end: Token, *, strip: bool) -> Token:
        """The lines up to the one that is the word ``end``, as a word; expanded unless that is quoted."""
        mark = "".join(p.text for p in end.word.parts) if end.word else ""
        lines = []
        while self.at < len(self.text):
            line, newline, _ = self.text[self.at :].partition("\n")
            self.at += len(line) + len(newline)
            line = line.lstrip("\t") if strip else line
            if line == mark:
                break
            lines.append(line + "\n")
        text = "".join(lines)
        if end.word is not None and end.word.plain is None:
            return Token("", Word((Part("text", text, True),)))
        inner = _Reader(text)
        return Token("", Word(inner.parts(set(), quoted=True) or (Part("text", "", True),)))

    def parts(self, stops: set[str], quoted: bool = False) -> tuple[Part, ...]:
        """Parts up to an unquoted character of ``stops``."""
        out: list[Part] = []
        literal = ""

        def flush() -> None:
            nonlocal literal
            if literal:
                out.append(Part("text", literal, quoted))
            literal = ""

        while self.at < len(self.text) and self.text[self.at] not in stops:
            char = self.text[self.at]
            if char == "\\":
                follower = self.text[self.at + 1 : self.at + 2]
                self.at += 2
                if quoted and follower not in '$`"\\\n':
                    literal += char + follower
                elif follower != "\n":
                    flush()
                    out.append(Part("text", follower, True))
            elif char == "'" and not quoted:
                flush()
                out.append(Part("text", self._until("'"), True))
            elif char == '"' and not quoted:
                flush()
                self.at += 1
                inner = self.parts({'"'}, quoted=True)
                self._expect('"')
                out.extend(inner or (Part("text", "", True),))
            elif char == "`":
                flush()
                out.append(Part("command", self._until("`"), quoted))
            elif char == "$" and self._expandable():
                flush()
                out.append(self._expansion(quoted))
            else:
                literal += char
                self.at += 1
        flush()
        return tuple(out)

    def _expandable(self) -> bool:
        follower = self.text[self.at + 1 : self.at + 2]
        return follower in ("(", "{") or (follower in _SPECIAL and bool(follower)) or _name(follower)

    def _expansion(self, quoted: bool) -> Part:
        text = self.text
        if text.startswith("$((", self.at):
            end = text.find("))", self.at)
            if end < 0:
                raise ShellSyntax('unexpected end of file (expecting "))")')
            inner, self.at = text[self.at + 3 : end], end + 2
            return Part("arithmetic", inner, quoted)
        if text.startswith("$(", self.at):
            return Part("command", self._parenthesised(), quoted)
        if text.startswith("${", self.at):
            self.at += 2
            length = text.startswith("#", self.at)
            self.at += length
            name = self._name()
            modifier = "#" if length else ""
            argument: tuple[Part, ...] = ()
            for candidate in (
                ":-",
                ":=",
                ":+",
                ":?",
                "-",
                "=",
                "+",
                "?",
                "%%",
                "%",
                "##",
                "#",
                "//",
                "/",
                ":",
            ):
                if text.startswith(candidate, self.at):
                    modifier = {"#": "prefix", "##": "longest"}.get(candidate, candidate)
                    self.at += len(candidate)
                    argument = self.parts({"}"}, quoted)
                    break
            self._expect("}")
            return Part("variable", name, quoted, modifier, argument)
        self.at += 1
        return Part("variable", self._name(), quoted)

    def _name(self) -> str:
        start = self.at
        if self.text[start : start + 1] in _SPECIAL:
            self.at += 1
        else:
            while _name(self.text[self.at : self.at + 1]) or self.text[self.at : self.at + 1].isdigit():
                self.at += 1
        return self.text[start : self.at]

    def _parenthesised(self) -> str:
        self.at += 2
        start, depth, quote = self.at, 1, ""
        while self.at < len(self.text):
            char = self.text[self.at]
            if quote:
                quote = "" if char == quote else quote
            elif char in "'\"":
                quote = char
            elif char in "()":
                depth += 1 if char == "(" else -1
            self.at += 1
            if depth == 0:
                return self.text[start : self.at - 1]
        raise ShellSyntax('unexpected end of file (expecting ")")')

    def _until(self, mark: str) -> str:
        end = self.text.find(mark, self.at + 1)
        if end < 0:
            raise ShellSyntax("unterminated quoted string")
        inner, self.at = self.text[self.at + 1 : end], end + 1
        return inner

    def _expect(self, mark: str) -> None:
        if not self.text.startswith(mark, self.at):
            raise ShellSyntax("unterminated quoted string" if mark == '"' else "bad substitution")
        self.at += 1


def _name(char: str) -> bool:
    return char.isalpha() or char == "_"
