"""``awk`` for one-liners: patterns, ``print`` and ``printf`` of fields, constants and their sums."""

from __future__ import annotations

import re
from functools import partial
from typing import Final

from karmada_nb.engine.images.commands.basic import inputs, unescape
from karmada_nb.engine.images.process import Process

_RULE: Final = re.compile(r"\s*(BEGIN|END|[^{]*?)\s*(?:\{([^}]*)\}|$)\s*;?", re.DOTALL)
_TOKEN: Final = re.compile(r'\s*("(?:[^"\\]|\\.)*"|\$?\w+(?:\.\d+)?|==|!=|<=|>=|[-+*/%,<>()])')
_TEST: Final = re.compile(r"(!?)/((?:[^/\\]|\\.)*)/")


class _Unsupported(Exception):
    """The program says more than is understood here."""


async def awk(process: Process) -> int:
    queue, separator, variables = list(process.args), "", {}
    while queue and queue[0].startswith("-"):
        word = queue.pop(0)
        if word.startswith("-F"):
            separator = unescape(word[2:] or queue.pop(0))
        elif word.startswith("-v"):
            name, _, value = (word[2:] or queue.pop(0)).partition("=")
            variables[name] = value
    program = queue.pop(0)
    rules = [m.groups() for m in _RULE.finditer(program) if m[0].strip()]
    try:
        data = b"".join([chunk async for chunk in inputs(process, tuple(queue))]).decode(errors="replace")
        lines = data.splitlines()
        numbered = [("BEGIN", ""), *((str(n), line) for n, line in enumerate(lines, 1)), ("END", "")]
        for number, line in numbered:
            scope = _Scope(line, number if number.isdigit() else str(len(lines)), separator, variables)
            for pattern, action in rules:
                if (pattern if pattern in ("BEGIN", "END") else "") != ("" if number.isdigit() else number):
                    continue
                if number.isdigit() and not scope.holds(pattern or ""):
                    continue
                await process.out(scope.output(action if action is not None else "print"))
    except _Unsupported as error:
        await process.err(f"awk: cmd. line:1: Unexpected token: {error}\n")
        return 1
    return 0


class _Scope:
    """One line and its fields."""

    def __init__(self, line: str, number: str, separator: str, variables: dict[str, str]) -> None:
        self.line = line
        plain = len(separator) == 1 and separator != " "
        if separator in ("", " "):
            self.fields = line.split()
        else:
            self.fields = re.split(re.escape(separator) if plain else separator, line) if line else []
        self._variables = {**variables, "NR": number, "NF": str(len(self.fields)), "OFS": " "}

    def holds(self, pattern: str) -> bool:
        pattern = pattern.strip()
        if not pattern:
            return True
        match = _TEST.fullmatch(pattern)
        if match:
            return bool(re.search(match[2], self.line)) != (match[1] == "!")
        return self._value(pattern) not in ("", "0")

    def output(self, action: str) -> str:
        out = ""
        for statement in (part.strip() for part in action.split(";")):
            verb, _, rest = (
                statement.partition(" ")
                if not statement.startswith("print$")
                else ("print", "", statement[5:])
            )
            if verb == "print":
                values = [self._value(part) for part in _commas(rest)] if rest.strip() else [self.line]
                out += " ".join(values) + "\n"
            elif verb == "printf":
                form, *values = [self._value(part) for part in _commas(rest)]
                out += re.sub(r"%[-0-9.]*[sdif]", partial(_formatted, values), form)
            elif statement:
                raise _Unsupported(statement)
        return out

    def _value(self, text: str) -> str:
        """An expression: comparisons of sums of products; what stands side by side is joined."""
        tokens = [m[1] for m in _TOKEN.finditer(text)]
        if "".join(tokens) != re.sub(r'\s+(?=(?:[^"]*"[^"]*")*[^"]*$)', "", text):
            raise _Unsupported(text.strip())
        for index, token in enumerate(tokens):
            if token in ("==", "!=", "<", ">", "<=", ">="):
                return str(int(_compare(token, self._sum(tokens[:index]), self._sum(tokens[index + 1 :]))))
        return self._sum(tokens)

    def _sum(self, tokens: list[str]) -> str:
        out, operator = "", ""
        for token in tokens:
            if token in ("+", "-", "*", "/", "%"):
                operator = token
            elif operator:
                out, operator = _calculated(operator, out, self._atom(token)), ""
            else:
                out += self._atom(token)
        return out

    def _atom(self, token: str) -> str:
        if token.startswith('"'):
            return unescape(token[1:-1].replace('\\"', '"'))
        if token.startswith("$"):
            inner = token[1:]
            number = int(inner) if inner.isdigit() else int(self._variables.get(inner, "0") or 0)
            if number == 0:
                return self.line
            return self.fields[number - 1] if number <= len(self.fields) else ""
        if token[0].isdigit():
            return token
        if token in ("(", ")", ","):
            raise _Unsupported(token)
        return self._variables.get(token, "")


def _verb(statement: str) -> tuple[str, str]:
    """The command of a statement, and what follows it."""
    match = re.match(r"(printf?)\b(.*)", statement, re.DOTALL)
    return (match[1], match[2]) if match else (statement, "")


def _commas(text: str) -> list[str]:
    """What stands between commas outside of quotation marks."""
    return re.split(r',(?=(?:[^"]*"[^"]*")*[^"]*$)', text)


def _number(text: str) -> float:
    match = re.match(r"\s*-?\d+\.?\d*", text)
    return float(match[0]) if match else 0.0


def _shown(value: float) -> str:
    return str(int(value)) if value == int(value) else f"{value:.6g}"


def _calculated(operator: str, left: str, right: str) -> str:
    a, b = _number(left), _number(right)
    match operator:
        case "+":
            return _shown(a + b)
        case "-":
            return _shown(a - b)
        case "*":
            return _shown(a * b)
        case "/":
            return _shown(a / b)
    return _shown(a % b)


def _compare(operator: str, left: str, right: str) -> bool:
    numbers = all(re.fullmatch(r"\s*-?\d+\.?\d*\s*", t) for t in (left, right))
    a, b = (_number(left), _number(right)) if numbers else (left, right)
    match operator:
        case "==":
            return a == b
        case "!=":
            return a != b
        case "<":
            return a < b  # type: ignore[operator]
        case ">":
            return a > b  # type: ignore[operator]
        case "<=":
            return a <= b  # type: ignore[operator]
    return a >= b  # type: ignore[operator]


def _formatted(values: list[str], match: re.Match[str]) -> str:
    directive = match[0]
    value = values.pop(0) if values else ""
    return directive % (value if directive.endswith("s") else _number(value))
