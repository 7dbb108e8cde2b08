"""From the text of an expression to a function of its variables.

Follows the grammar of the CEL language definition; each node becomes a closure, so that evaluating costs no
more than the calls it is made of.
"""

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, Final

from karmada_nb.engine.apiserver.crd.cel import evaluating, functions, macros
from karmada_nb.engine.apiserver.crd.cel.macros import truth
from karmada_nb.engine.apiserver.crd.cel.optional import METHODS, Optional, made, maybe

Variables = Mapping[str, Any]
Expression = Callable[[Variables], Any]
_TOKEN: Final = re.compile(
    r"""(?:\s|//[^\n]*(?:\n|$))*(?:
    (?P<number>0x[0-9a-fA-F]+u?|\d+\.\d+(?:[eE][-+]?\d+)?|\d+[eE][-+]?\d+|\d+u?)
  | (?P<string>[rR]?[bB]?[rR]?(?:\'\'\'(?:\\.|[^\\])*?\'\'\'|"{3}(?:\\.|[^\\])*?"{3}
      |'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"))
  | (?P<name>[A-Za-z_][A-Za-z0-9_]*)
  | (?P<op>&&|\|\||==|!=|<=|>=|\.\?|\[\?|[-+*/%!<>?:.,()\[\]{}])
    )""",
    re.X | re.S,
)
_REST: Final = re.compile(r"(?:\s|//[^\n]*(?:\n|$))*")
_LITERALS: Final[dict[str, Any]] = {"true": True, "false": False, "null": None}
_NAMESPACES: Final = frozenset({"strings", "sets", "format", "ip", "lists", "jsonpatch"})
"""The first parts of qualified names of functions."""
_NAMES: Final = {"__dot__": ".", "__dash__": "-", "__slash__": "/", "__underscores__": "__"}


class CelSyntaxError(ValueError):
    """The text is no expression. ``at`` is where in the text that shows."""

    def __init__(self, why: str, at: int = 0) -> None:
        super().__init__(why)
        self.at = at


def compile_text(text: str) -> Expression:
    """Raises CelSyntaxError."""
    return _parsed(text)[0]


def free_names(text: str) -> frozenset[str]:
    """The names that an expression does not bind itself. Raises CelSyntaxError."""
    return _parsed(text)[1]


@lru_cache(maxsize=2048)
def _parsed(text: str) -> tuple[Expression, frozenset[str]]:
    parser = _Parser(text)
    found = parser.expression()
    if parser.at < len(parser.tokens):
        raise CelSyntaxError(
            f"Syntax error: extraneous input '{parser.peek()}' expecting <EOF>", parser.place()
        )
    return found, frozenset(parser.free)


def unescaped(name: str) -> str:
    """A property's own name: what is no identifier in CEL is written with escapes."""
    if "__" not in name:
        return name
    if re.fullmatch(r"__[a-z]+__", name) and name not in _NAMES:
        return name.strip("_")
    return re.sub("|".join(_NAMES), lambda m: _NAMES[m[0]], name)


class _Parser:
    """Recursive descent, one method a level of precedence."""

    def __init__(self, text: str) -> None:
        self.tokens: list[tuple[str, str]] = []
        self.places: list[int] = []
        self.at = 0
        self.free: set[str] = set()
        self.bound: list[str] = []
        self.end = len(text)
        place = 0
        while (rest := _REST.match(text, place)) is not None and rest.end() < len(text):
            found = _TOKEN.match(text, place)
            if found is None or found.lastgroup is None:
                what = text[rest.end() :].strip()
                raise CelSyntaxError(f"Syntax error: token recognition error at: '{what}'", rest.end())
            self.places.append(found.start(found.lastgroup))
            self.tokens.append((found.lastgroup, found[found.lastgroup]))
            place = found.end()

    def place(self) -> int:
        """Where in the text the next token stands."""
        return self.places[self.at] if self.at < len(self.places) else self.end

    def peek(self) -> str:
        return self.tokens[self.at][1] if self.at < len(self.tokens) else ""

    def take(self, *wanted: str) -> str:
        """The next token if it is one of these, else nothing."""
        if self.at < len(self.tokens):
            kind, text = self.tokens[self.at]
            if kind != "string" and text in wanted:
                self.at += 1
                return text
        return ""

    def expect(self, wanted: str) -> None:
        if self.take(wanted):
            return
        if wanted == ")" and self.at >= len(self.tokens):
            raise CelSyntaxError("Syntax error: missing ')' at '<EOF>'", self.end)
        raise self.mismatch(f"'{wanted}'")

    def expression(self) -> Expression:
        condition = self.disjunction()
        if not self.take("?"):
            return condition
        yes = self.expression()
        self.expect(":")
        no = self.expression()
        return lambda v: yes(v) if truth(condition(v)) else no(v)

    def disjunction(self) -> Expression:
        left = self.conjunction()
        while self.take("||"):
            left = evaluating.either(left, self.conjunction(), True)
        return left

    def conjunction(self) -> Expression:
        left = self.relation()
        while self.take("&&"):
            left = evaluating.either(left, self.relation(), False)
        return left

    def relation(self) -> Expression:
        left = self.sum()
        while operator := self.take("==", "!=", "<=", ">=", "<", ">", "in"):
            left = evaluating.relation(operator, left, self.sum())
        return left

    def sum(self) -> Expression:
        left = self.product()
        while operator := self.take("+", "-"):
            left = evaluating.binary(operator, left, self.product())
        return left

    def product(self) -> Expression:
        left = self.unary()
        while operator := self.take("*", "/", "%"):
            left = evaluating.binary(operator, left, self.unary())
        return left

    def unary(self) -> Expression:
        if self.take("!"):
            negated = self.unary()
            return lambda v: not truth(negated(v))
        if self.take("-"):
            positive = self.unary()
            return lambda v: functions.arithmetic(0, positive(v), "-")
        return self.member()

    def member(self) -> Expression:
        node = self.primary()
        while True:
            if self.take("."):
                node = self.selected(node)
            elif self.take(".?"):
                node = maybe(evaluating.field(node, unescaped(self.name())))
            elif self.take("["):
                node = evaluating.indexed(node, self.expression())
                self.expect("]")
            elif self.take("[?"):
                node = maybe(evaluating.indexed(node, self.expression()))
                self.expect("]")
            else:
                return node

    def selected(self, node: Expression) -> Expression:
        name = self.name()
        if not self.take("("):
            return evaluating.field(node, unescaped(name))
        if name in macros.NAMES:
            return self.macro(node, name)
        arguments = self.arguments(")")
        function = functions.METHODS.get(name) or METHODS.get(name)
        if function is None:
            raise CelSyntaxError(f"undeclared reference to '{name}'")
        return lambda v: evaluating.call(name, function, [node(v), *(a(v) for a in arguments)])

    def macro(self, node: Expression, name: str) -> Expression:
        """A macro: names first, then the expressions in which they stand for something."""
        start, free = self.at, set(self.free)
        count = len(self.arguments(")"))
        self.free = free
        bound = macros.variables_of(name, count)
        if bound is None:
            raise CelSyntaxError(f"undeclared reference to '{name}'")
        self.at = start
        names = []
        for _ in range(bound):
            names.append(self.name())
            self.expect(",")
        self.bound += names
        bodies = self.arguments(")")
        del self.bound[len(self.bound) - len(names) :]
        return macros.macro(name, node, names, bodies)

    def primary(self) -> Expression:
        if self.at >= len(self.tokens):
            raise CelSyntaxError("Syntax error: mismatched input '<EOF>'")
        kind, text = self.tokens[self.at]
        self.at += 1
        if kind == "number":
            value = evaluating.number(text)
            return lambda v: value
        if kind == "string":
            string: str | bytes = evaluating.string(text)
            return lambda v: string
        if kind == "name":
            return self.named(text)
        if text == "(":
            inner = self.expression()
            self.expect(")")
            return inner
        if text == "[":
            items = self.arguments("]")
            return lambda v: [item(v) for item in items]
        if text == "{":
            return self.map_literal()
        raise CelSyntaxError(f"Syntax error: extraneous input '{text}'", self.places[self.at - 1])

    def named(self, name: str) -> Expression:
        if name in _LITERALS:
            return lambda v: _LITERALS[name]
        if name == "optional" and self.take("."):
            return self.optional()
        if name in _NAMESPACES and self.take("."):
            name = f"{name}.{self.name()}"
        if self.peek() in ("{", ".") and (made := self.instance(name)) is not None:
            return made
        if not self.take("("):
            if name not in self.bound:
                self.free.add(name)
            return lambda v: evaluating.variable(v, name)
        if name == "has":
            inner = self.expression()
            self.expect(")")
            return lambda v: evaluating.has(inner, v)
        arguments = self.arguments(")")
        function = functions.GLOBAL.get(name)
        if function is None:
            raise CelSyntaxError(f"undeclared reference to '{name}'")
        return lambda v: evaluating.call(name, function, [a(v) for a in arguments])

    def instance(self, name: str) -> Expression | None:
        """``Object.spec{replicas: 1}``: the fields of an object of a named type; None where there is none."""
        start = self.at
        if not name[0].isupper():
            return None
        while self.take("."):
            self.name()
        if not self.take("{"):
            self.at = start
            return None
        fields: list[tuple[str, bool, Expression]] = []
        while not self.take("}"):
            maybe_there = bool(self.take("?"))
            field = unescaped(self.name())
            self.expect(":")
            fields.append((field, maybe_there, self.expression()))
            if not self.take(","):
                self.expect("}")
                break
        return lambda v: evaluating.instance(fields, v)

    def optional(self) -> Expression:
        """``optional.of(x)``, ``optional.ofNonZeroValue(x)``, ``optional.none()``."""
        name = self.name()
        self.expect("(")
        arguments = self.arguments(")")
        if name == "none" and not arguments:
            return lambda v: Optional()
        if name not in ("of", "ofNonZeroValue") or len(arguments) != 1:
            raise CelSyntaxError(f"undeclared reference to '{name}'")
        return made(name, arguments[0])

    def map_literal(self) -> Expression:
        pairs: list[tuple[Expression, Expression]] = []
        while not self.take("}"):
            key = self.expression()
            self.expect(":")
            pairs.append((key, self.expression()))
            if not self.take(","):
                self.expect("}")
                break
        return lambda v: {key(v): value(v) for key, value in pairs}

    def arguments(self, end: str) -> list[Expression]:
        found: list[Expression] = []
        while not self.take(end):
            found.append(self.expression())
            if not self.take(","):
                self.expect(end)
                break
        return found

    def name(self) -> str:
        if self.at < len(self.tokens) and self.tokens[self.at][0] == "name":
            self.at += 1
            return self.tokens[self.at - 1][1]
        raise self.mismatch("IDENTIFIER")

    def mismatch(self, wanted: str) -> CelSyntaxError:
        found = self.peek() or "<EOF>"
        return CelSyntaxError(f"Syntax error: mismatched input '{found}' expecting {wanted}")
