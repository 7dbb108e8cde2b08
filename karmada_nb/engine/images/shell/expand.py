"""Expansion of words: parameters, command substitution, arithmetic, field splitting."""

from __future__ import annotations

import ast
import fnmatch
import operator
from collections.abc import Awaitable, Callable
from typing import Any, Final

from karmada_nb.engine.images.shell.words import Part, ShellSyntax, Word

_OPERATIONS: Final[dict[type[ast.AST], Callable[..., Any]]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.FloorDiv: lambda a, b: int(a / b),
    ast.Mod: lambda a, b: a - b * int(a / b),
    ast.USub: operator.neg,
    ast.UAdd: operator.pos,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
}

Variable = Callable[[str], str | None]
Substitute = Callable[[str], Awaitable[str]]


class Expander:
    """``variable`` reads a parameter, ``assign`` sets one, ``substitute`` runs a script for its output."""

    def __init__(
        self,
        variable: Variable,
        assign: Callable[[str, str], None],
        substitute: Substitute,
        positional: Callable[[], list[str]],
    ) -> None:
        self._variable = variable
        self._assign = assign
        self._substitute = substitute
        self._positional = positional

    async def fields(self, words: tuple[Word, ...]) -> list[str]:
        """The arguments that words become; an unquoted empty expansion vanishes."""
        out: list[str] = []
        for word in words:
            out.extend(await self._fields(word))
        return out

    async def text(self, parts: tuple[Part, ...]) -> str:
        """One string, without splitting."""
        return "".join([await self._value(part) for part in parts])

    async def _fields(self, word: Word) -> list[str]:
        done: list[str] = []
        current: str | None = None
        for part in word.parts:
            if part.kind == "variable" and part.text == "@" and part.quoted:
                items = self._positional()
                for index, item in enumerate(items):
                    if index:
                        done.append(current or "")
                        current = None
                    current = (current or "") + item
                continue
            value = await self._value(part)
            if part.kind == "text" or part.quoted:
                current = (current or "") + value
                continue
            pieces = value.split()
            if not pieces:
                if value and current is not None:
                    done.append(current)
                    current = None
                continue
            if value[0].isspace() and current is not None:
                done.append(current)
                current = None
            for index, piece in enumerate(pieces):
                if index:
                    done.append(current or "")
                    current = None
                current = (current or "") + piece
            if value[-1].isspace() and current is not None:
                done.append(current)
                current = None
        return done if current is None else [*done, current]

    async def _value(self, part: Part) -> str:
        match part.kind:
            case "text":
                return part.text
            case "command":
                return (await self._substitute(part.text)).rstrip("\n")
            case "arithmetic":
                return str(arithmetic(part.text, self._variable))
        value = self._variable(part.text)
        modifier = part.modifier
        if modifier == "#":
            return str(len(value or ""))
        if modifier in ("%", "%%", "prefix"):
            return _trim(value or "", await self.text(part.argument), modifier)
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
    if modifier == "prefix":
        return next((value[i:] for i in cuts if fnmatch.fnmatchcase(value[:i], pattern)), value)
    order = reversed(cuts) if modifier == "%" else iter(cuts)
    return next((value[:i] for i in order if fnmatch.fnmatchcase(value[i:], pattern)), value)


def arithmetic(text: str, variable: Variable) -> int:
    """``$(( … ))``: whole numbers, variables by name. Raises ShellSyntax."""
    try:
        tree = ast.parse(text.replace("$", "").replace("/", "//").strip() or "0", mode="eval").body
        return int(_evaluate(tree, variable))
    except (SyntaxError, ValueError, ZeroDivisionError, KeyError) as error:
        why = "divide by zero" if isinstance(error, ZeroDivisionError) else "arithmetic syntax error"
        raise ShellSyntax(why) from None


def _evaluate(node: ast.expr, variable: Variable) -> int:
    match node:
        case ast.Constant(value=int(number)):
            return number
        case ast.Name(id=name):
            return int(variable(name) or 0)
        case ast.BinOp(left=left, op=op, right=right):
            return int(_OPERATIONS[type(op)](_evaluate(left, variable), _evaluate(right, variable)))
        case ast.UnaryOp(op=op, operand=operand):
            return int(_OPERATIONS[type(op)](_evaluate(operand, variable)))
        case ast.Compare(left=left, ops=[op], comparators=[right]):
            return int(_OPERATIONS[type(op)](_evaluate(left, variable), _evaluate(right, variable)))
    raise ValueError(ast.dump(node))
