"""``$(( … ))``: whole numbers, variables by name."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from karmada_nb.engine.images.shell.words import ShellSyntax

_TOKEN: Final = re.compile(
    r"\s*(0[xX][0-9a-fA-F]+|\d+|[A-Za-z_]\w*"
    r"|<<=|>>=|[-+*/%&|^<>=!]=|\+\+|--|&&|\|\||<<|>>|.)"
)
_LEVELS: Final = (
    ("||",),
    ("&&",),
    ("|",),
    ("^",),
    ("&",),
    ("==", "!="),
    ("<=", ">=", "<", ">"),
    ("<<", ">>"),
    ("+", "-"),
    ("*", "/", "%"),
)
_ASSIGNMENTS: Final = ("=", "+=", "-=", "*=", "/=", "%=", "&=", "|=", "^=", "<<=", ">>=")


def arithmetic(text: str, variable: Callable[[str], str | None], assign: Callable[[str, str], None]) -> int:
    """Raises ShellSyntax."""
    found = _TOKEN.findall(text.replace("$", "").strip()) or ["0"]
    reader = _Reader(found, variable, assign)
    try:
        value = reader.assignment()
    except ZeroDivisionError:
        raise ShellSyntax("divide by zero") from None
    except (IndexError, ValueError):
        raise ShellSyntax("arithmetic syntax error") from None
    if reader.at < len(found):
        raise ShellSyntax("arithmetic syntax error")
    return value


class _Reader:
    def __init__(
        self, found: list[str], variable: Callable[[str], str | None], assign: Callable[[str, str], None]
    ) -> None:
        self._found = found
        self._variable = variable
        self._assign = assign
        self.at = 0

    def assignment(self) -> int:
        name, operator = self._peek(0), self._peek(1)
        if _named(name) and operator in _ASSIGNMENTS:
            self.at += 2
            value = self.assignment()
            if operator != "=":
                value = _apply(operator[:-1], self._value(name), value)
            self._assign(name, str(value))
            return value
        return self._choice()

    def _choice(self) -> int:
        condition = self._binary(0)
        if self._peek(0) != "?":
            return condition
        self.at += 1
        one = self.assignment()
        self._take(":")
        other = self._choice()
        return one if condition else other

    def _binary(self, level: int) -> int:
        if level == len(_LEVELS):
            return self._unary()
        left = self._binary(level + 1)
        while self._peek(0) in _LEVELS[level]:
            operator = self._take()
            left = _apply(operator, left, self._binary(level + 1))
        return left

    def _unary(self) -> int:
        token = self._take()
        match token:
            case "-":
                return -self._unary()
            case "+":
                return self._unary()
            case "!":
                return int(not self._unary())
            case "~":
                return ~self._unary()
            case "(":
                value = self.assignment()
                self._take(")")
                return value
            case "++" | "--":
                return self._step(self._take(), 1 if token == "++" else -1)
        if _named(token):
            value = self._value(token)
            if self._peek(0) in ("++", "--"):
                self._step(token, 1 if self._take() == "++" else -1)
            return value
        return int(
            token, 16 if token[:2] in ("0x", "0X") else 8 if token[0] == "0" and len(token) > 1 else 10
        )

    def _step(self, name: str, by: int) -> int:
        value = self._value(name) + by
        self._assign(name, str(value))
        return value

    def _value(self, name: str) -> int:
        return int(self._variable(name) or 0)

    def _peek(self, ahead: int) -> str:
        at = self.at + ahead
        return self._found[at] if at < len(self._found) else ""

    def _take(self, wanted: str = "") -> str:
        token = self._found[self.at]
        if wanted and token != wanted:
            raise ValueError(token)
        self.at += 1
        return token


def _named(token: str) -> bool:
    return token[:1].isalpha() or token[:1] == "_"


def _apply(operator: str, a: int, b: int) -> int:
    match operator:
        case "+":
            return a + b
        case "-":
            return a - b
        case "*":
            return a * b
        case "/":
            return int(a / b)
        case "%":
            return a - b * int(a / b)
        case "<<":
            return a << b
        case ">>":
            return a >> b
        case "&":
            return a & b
        case "|":
            return a | b
        case "^":
            return a ^ b
        case "&&":
            return int(bool(a) and bool(b))
        case "||":
            return int(bool(a) or bool(b))
        case "<":
            return int(a < b)
        case ">":
            return int(a > b)
        case "<=":
            return int(a <= b)
        case ">=":
            return int(a >= b)
        case "==":
            return int(a == b)
    return int(a != b)
