"""From tokens to commands."""

from __future__ import annotations

from typing import Final

from karmada_nb.engine.images.shell.syntax import (
    Case,
    Command,
    For,
    Function,
    Group,
    If,
    Item,
    Loop,
    Pipeline,
    Redirected,
    Redirection,
    Sequence,
    Simple,
)
from karmada_nb.engine.images.shell.words import Part, ShellSyntax, Token, Word, tokens

_REDIRECTIONS: Final = ("<", ">", ">>", ">&", "<&", "<<", "<<-")
_CLOSING: Final = ("then", "else", "elif", "fi", "do", "done", "esac", "}")


def parse(script: str) -> Sequence:
    """Raises ShellSyntax."""
    parser = _Parser(tokens(script))
    body = parser.sequence(())
    if parser.at < len(parser.tokens):
        raise parser.unexpected()
    return body


class _Parser:
    def __init__(self, found: list[Token]) -> None:
        self.tokens = found
        self.at = 0

    def unexpected(self) -> ShellSyntax:
        if self.at >= len(self.tokens):
            return ShellSyntax("syntax error: unexpected end of file")
        token = self.tokens[self.at]
        text = token.operator or (token.word.plain if token.word else "") or "word"
        return ShellSyntax(
            f"syntax error: unexpected {'newline' if text == chr(10) else chr(34) + text + chr(34)}"
        )

    def operator(self) -> str:
        return self.tokens[self.at].operator if self.at < len(self.tokens) else ""

    def keyword(self) -> str:
        word = self.tokens[self.at].word if self.at < len(self.tokens) else None
        return (word.plain or "") if word else ""

    def expect(self, keyword: str) -> None:
        if self.keyword() != keyword and self.operator() != keyword:
            raise self.unexpected()
        self.at += 1

    def newlines(self) -> None:
        while self.operator() == "\n":
            self.at += 1

    def sequence(self, stops: tuple[str, ...]) -> Sequence:
        """Items up to a keyword or operator of ``stops``, which is left."""
        items: list[Item] = []
        join = ";"
        while True:
            while self.operator() in (";", "\n"):
                self.at += 1
            if self.at >= len(self.tokens) or self.keyword() in stops or self.operator() in stops:
                return tuple(items)
            if self.operator() not in ("", "(", *_REDIRECTIONS) or self.keyword() in _CLOSING:
                raise self.unexpected()
            pipeline = self.pipeline()
            background = self.operator() == "&"
            items.append(Item(join, pipeline, background))
            join = ";"
            if background or self.operator() in ("&&", "||"):
                join = ";" if background else self.operator()
                self.at += 1
                self.newlines()
                if join != ";" and self.at >= len(self.tokens):
                    raise self.unexpected()

    def pipeline(self) -> Pipeline:
        negated = self.keyword() == "!"
        self.at += negated
        commands = [self.command()]
        while self.operator() == "|":
            self.at += 1
            self.newlines()
            commands.append(self.command())
        return Pipeline(tuple(commands), negated)

    def command(self) -> Redirected:
        match self.keyword():
            case "if":
                found: Command = self._if()
            case "while" | "until" as kind:
                self.at += 1
                condition = self.sequence(("do",))
                found = Loop(condition, self._do(), kind == "until")
            case "for":
                found = self._for()
            case "case":
                found = self._case()
            case "{":
                self.at += 1
                found = Group(self.sequence(("}",)), subshell=False)
                self.expect("}")
            case _ if self.operator() == "(":
                self.at += 1
                found = Group(self.sequence((")",)), subshell=True)
                self.expect(")")
            case _ if self._defines():
                name = self.keyword()
                self.at += 3
                self.newlines()
                found = Function(name, self.command())
            case _:
                return self._simple()
        return Redirected(found, tuple(self._redirections()))

    def _if(self) -> If:
        branches = []
        while self.keyword() in ("if", "elif"):
            self.at += 1
            condition = self.sequence(("then",))
            self.expect("then")
            branches.append((condition, self.sequence(("elif", "else", "fi"))))
        otherwise: Sequence = ()
        if self.keyword() == "else":
            self.at += 1
            otherwise = self.sequence(("fi",))
        self.expect("fi")
        return If(tuple(branches), otherwise)

    def _for(self) -> For:
        self.at += 1
        variable = self.keyword()
        self.at += 1
        words: list[Word] | None = None
        if self.keyword() == "in":
            self.at += 1
            words = []
            while self.at < len(self.tokens) and (word := self.tokens[self.at].word) is not None:
                words.append(word)
                self.at += 1
        while self.operator() in (";", "\n"):
            self.at += 1
        return For(variable, None if words is None else tuple(words), self._do())

    def _case(self) -> Case:
        self.at += 1
        subject = self._word()
        self.newlines()
        self.expect("in")
        branches: list[tuple[tuple[Word, ...], Sequence]] = []
        self.newlines()
        while self.keyword() != "esac":
            self.at += self.operator() == "("
            patterns = [self._word()]
            while self.operator() == "|":
                self.at += 1
                patterns.append(self._word())
            self.expect(")")
            branches.append((tuple(patterns), self.sequence((";;", "esac"))))
            self.at += self.operator() == ";;"
            self.newlines()
        self.expect("esac")
        return Case(subject, tuple(branches))

    def _word(self) -> Word:
        word = self.tokens[self.at].word if self.at < len(self.tokens) else None
        if word is None:
            raise self.unexpected()
        self.at += 1
        return word

    def _defines(self) -> bool:
        """Whether a function's name and ``()`` come next."""
        after = [token.operator for token in self.tokens[self.at + 1 : self.at + 3]]
        return bool(self.keyword()) and after == ["(", ")"]

    def _do(self) -> Sequence:
        self.expect("do")
        body = self.sequence(("done",))
        self.expect("done")
        return body

    def _redirections(self) -> list[Redirection]:
        out = []
        while self.operator() in _REDIRECTIONS:
            token = self.tokens[self.at]
            target = self.tokens[self.at + 1].word if self.at + 1 < len(self.tokens) else None
            if target is None:
                self.at += 1
                raise self.unexpected()
            default = 0 if token.operator.startswith("<") else 1
            descriptor = default if token.descriptor is None else token.descriptor
            out.append(Redirection(descriptor, token.operator, target))
            self.at += 2
        return out

    def _simple(self) -> Redirected:
        assignments: list[tuple[str, Word]] = []
        words: list[Word] = []
        redirections: list[Redirection] = []
        while self.at < len(self.tokens):
            redirections.extend(self._redirections())
            word = self.tokens[self.at].word if self.at < len(self.tokens) else None
            if word is None:
                break
            name, value = _assignment(word)
            if name and not words:
                assignments.append((name, value))
            else:
                words.append(word)
            self.at += 1
        if not (assignments or words or redirections):
            raise self.unexpected()
        return Redirected(Simple(tuple(assignments), tuple(words)), tuple(redirections))


def _assignment(word: Word) -> tuple[str, Word]:
    first = word.parts[0] if word.parts else None
    if first is None or first.kind != "text" or first.quoted or "=" not in first.text:
        return "", word
    name, _, rest = first.text.partition("=")
    if not name.isidentifier():
        return "", word
    head = (Part("text", rest),) if rest else ()
    return name, Word(head + word.parts[1:])
