"""From the text of an expression to a function of its variables.

Follows the grammar of the CEL language definition; each node becomes a closure, so that evaluating costs no
more than the calls it is made of.
"""

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, Final

from karmada_nb.engine.apiserver.crd.cel import functions
from karmada_nb.engine.apiserver.crd.cel.functions import CelError
from karmada_nb.engine.apiserver.crd.cel.optional import METHODS, Optional, made, maybe

Variables = Mapping[str, Any]
Expression = Callable[[Variables], Any]
_TOKEN: Final = re.compile(
    r"""\s*(?:
    (?P<number>0x[0-9a-fA-F]+u?|\d+\.\d+(?:[eE][-+]?\d+)?|\d+[eE][-+]?\d+|\d+u?)
  | (?P<string>[rR]?(?:'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*"))
  | (?P<name>[A-Za-z_][A-Za-z0-9_]*)
  | (?P<op>&&|\|\||==|!=|<=|>=|\.\?|\[\?|[-+*/%!<>?:.,()\[\]{}])
    )""",
    re.X,
)
_LITERALS: Final[dict[str, Any]] = {"true": True, "false": False, "null": None}
_MACROS: Final = frozenset({"all", "exists", "exists_one", "existsOne", "map", "filter"})
_ESCAPES: Final = {"n": "\n", "t": "\t", "r": "\r", "a": "\a", "b": "\b", "f": "\f", "v": "\v"}
_NAMES: Final = {"__dot__": ".", "__dash__": "-", "__slash__": "/", "__underscores__": "__"}


class CelSyntaxError(ValueError):
    """The text is no expression."""


@lru_cache(maxsize=2048)
def compile_text(text: str) -> Expression:
    """Raises CelSyntaxError."""
    parser = _Parser(text)
    found = parser.expression()
    if parser.at < len(parser.tokens):
        raise CelSyntaxError(f"Syntax error: extraneous input '{parser.peek()}'")
    return found


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
        self.at = 0
        place = 0
        while place < len(text.rstrip()):
            found = _TOKEN.match(text, place)
            if found is None or found.lastgroup is None:
                raise CelSyntaxError(f"Syntax error: token recognition error at: '{text[place:].strip()}'")
            self.tokens.append((found.lastgroup, found[found.lastgroup]))
            place = found.end()

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
        if not self.take(wanted):
            raise self.mismatch(f"'{wanted}'")

    def expression(self) -> Expression:
        condition = self.disjunction()
        if not self.take("?"):
            return condition
        yes = self.expression()
        self.expect(":")
        no = self.expression()
        return lambda v: yes(v) if _truth(condition(v)) else no(v)

    def disjunction(self) -> Expression:
        left = self.conjunction()
        while self.take("||"):
            left = _either(left, self.conjunction(), True)
        return left

    def conjunction(self) -> Expression:
        left = self.relation()
        while self.take("&&"):
            left = _either(left, self.relation(), False)
        return left

    def relation(self) -> Expression:
        left = self.sum()
        while operator := self.take("==", "!=", "<=", ">=", "<", ">", "in"):
            left = _relation(operator, left, self.sum())
        return left

    def sum(self) -> Expression:
        left = self.product()
        while operator := self.take("+", "-"):
            left = _binary(operator, left, self.product())
        return left

    def product(self) -> Expression:
        left = self.unary()
        while operator := self.take("*", "/", "%"):
            left = _binary(operator, left, self.unary())
        return left

    def unary(self) -> Expression:
        if self.take("!"):
            negated = self.unary()
            return lambda v: not _truth(negated(v))
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
                node = maybe(_field(node, unescaped(self.name())))
            elif self.take("["):
                node = _indexed(node, self.expression())
                self.expect("]")
            elif self.take("[?"):
                node = maybe(_indexed(node, self.expression()))
                self.expect("]")
            else:
                return node

    def selected(self, node: Expression) -> Expression:
        name = self.name()
        if not self.take("("):
            return _field(node, unescaped(name))
        if name in _MACROS:
            return self.macro(node, name)
        arguments = self.arguments(")")
        function = functions.METHODS.get(name) or METHODS.get(name)
        if function is None:
            raise CelSyntaxError(f"undeclared reference to '{name}'")
        return lambda v: _call(name, function, [node(v), *(a(v) for a in arguments)])

    def macro(self, node: Expression, name: str) -> Expression:
        variable = self.name()
        self.expect(",")
        bodies = [self.expression()]
        while self.take(","):
            bodies.append(self.expression())
        self.expect(")")
        return _macro(name, node, variable, bodies)

    def primary(self) -> Expression:
        if self.at >= len(self.tokens):
            raise CelSyntaxError("Syntax error: mismatched input '<EOF>'")
        kind, text = self.tokens[self.at]
        self.at += 1
        if kind == "number":
            value = _number(text)
            return lambda v: value
        if kind == "string":
            string = _string(text)
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
        raise CelSyntaxError(f"Syntax error: extraneous input '{text}'")

    def named(self, name: str) -> Expression:
        if name in _LITERALS:
            return lambda v: _LITERALS[name]
        if name == "optional" and self.take("."):
            return self.optional()
        if not self.take("("):
            return lambda v: _variable(v, name)
        if name == "has":
            inner = self.expression()
            self.expect(")")
            return lambda v: _has(inner, v)
        arguments = self.arguments(")")
        function = functions.GLOBAL.get(name)
        if function is None:
            raise CelSyntaxError(f"undeclared reference to '{name}'")
        return lambda v: _call(name, function, [a(v) for a in arguments])

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


def _number(text: str) -> int | float:
    if text.startswith("0x"):
        return int(text.rstrip("u"), 16)
    return float(text) if any(c in text for c in ".eE") else int(text.rstrip("u"))


def _string(text: str) -> str:
    if text[0] in "rR":
        return text[2:-1]
    return re.sub(r"\\(.)", lambda m: _ESCAPES.get(m[1], m[1]), text[1:-1])


def _truth(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    raise functions.no_overload("bool")


def _either(left: Expression, right: Expression, decisive: bool) -> Expression:
    """``||``, where true is decisive, and ``&&``, where false is: no error on the other side matters then."""

    def evaluate(v: Variables) -> bool:
        try:
            if _truth(left(v)) is decisive:
                return decisive
        except CelError:
            if _truth(right(v)) is decisive:
                return decisive
            raise
        return _truth(right(v))

    return evaluate


def _relation(operator: str, left: Expression, right: Expression) -> Expression:
    if operator == "==":
        return lambda v: functions.equal(left(v), right(v))
    if operator == "!=":
        return lambda v: not functions.equal(left(v), right(v))
    if operator == "in":
        return lambda v: functions.contains(left(v), right(v))
    return lambda v: functions.compare(left(v), right(v), operator)


def _binary(operator: str, left: Expression, right: Expression) -> Expression:
    if operator == "+":
        return lambda v: functions.add(left(v), right(v))
    return lambda v: functions.arithmetic(left(v), right(v), operator)


def _variable(variables: Variables, name: str) -> Any:
    try:
        return variables[name]
    except KeyError:
        raise CelError(f"undeclared reference to '{name}'") from None


def _field(node: Expression, name: str) -> Expression:
    def select(v: Variables) -> Any:
        value = node(v)
        if isinstance(value, Optional):
            return value.then(lambda inner: _field(lambda _: inner, name)(v))
        if not isinstance(value, Mapping):
            raise functions.no_overload(name)
        if name not in value:
            raise CelError(f"no such key: {name}")
        return value[name]

    return select


def _indexed(node: Expression, index: Expression) -> Expression:
    def select(v: Variables) -> Any:
        value, at = node(v), index(v)
        if isinstance(value, Optional):
            return value.then(lambda inner: _indexed(lambda _: inner, lambda _: at)(v))
        if isinstance(value, list):
            if not isinstance(at, int) or not 0 <= at < len(value):
                raise CelError(f"index out of bounds: {at}")
            return value[at]
        if not isinstance(value, Mapping):
            raise functions.no_overload("_[_]")
        if at not in value:
            raise CelError(f"no such key: {at}")
        return value[at]

    return select


def _has(inner: Expression, variables: Variables) -> bool:
    try:
        found = inner(variables)
        return bool(found.values) if isinstance(found, Optional) else found is not None
    except CelError as error:
        if str(error).startswith("no such key"):
            return False
        raise


def _call(name: str, function: functions.Function, values: list[Any]) -> Any:
    try:
        return function(*values)
    except (TypeError, AttributeError, ValueError):
        raise functions.no_overload(name) from None


def _macro(name: str, node: Expression, variable: str, bodies: list[Expression]) -> Expression:
    body = bodies[-1]

    def evaluate(v: Variables) -> Any:
        items = node(v)
        if not isinstance(items, list | dict):
            raise functions.no_overload(name)
        scopes = [{**v, variable: item} for item in items]
        if name == "map":
            kept = [s for s in scopes if _truth(bodies[0](s))] if len(bodies) > 1 else scopes
            return [body(s) for s in kept]
        if name == "filter":
            return [s[variable] for s in scopes if _truth(body(s))]
        if name in ("exists_one", "existsOne"):
            return sum(_truth(body(s)) for s in scopes) == 1
        return _quantified(scopes, body, decisive=name == "exists")

    return evaluate


def _quantified(scopes: list[dict[str, Any]], body: Expression, *, decisive: bool) -> bool:
    failure: CelError | None = None
    for scope in scopes:
        try:
            if _truth(body(scope)) is decisive:
                return decisive
        except CelError as error:
            failure = error
    if failure is not None:
        raise failure
    return not decisive
