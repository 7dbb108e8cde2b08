"""What the parts of an expression do when it is evaluated: each is a function of the variables."""

import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from karmada_nb.engine.apiserver.crd.cel import functions
from karmada_nb.engine.apiserver.crd.cel.macros import truth
from karmada_nb.engine.apiserver.crd.cel.optional import Optional
from karmada_nb.engine.apiserver.crd.cel.values import TYPES, CelError, no_overload

Variables = Mapping[str, Any]
Expression = Callable[[Variables], Any]
_ESCAPE: Final = re.compile(
    r"\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-3][0-7]{2})|(.))", re.S
)
_ESCAPES: Final = {"n": "\n", "t": "\t", "r": "\r", "a": "\a", "b": "\b", "f": "\f", "v": "\v"}


def number(text: str) -> int | float:
    if text.startswith("0x"):
        return int(text.rstrip("u"), 16)
    return float(text) if any(c in text for c in ".eE") else int(text.rstrip("u"))


def string(text: str) -> str | bytes:
    start = next(at for at, char in enumerate(text) if char in "'\"")
    prefix, body = text[:start].lower(), text[start:]
    quotes = 3 if body[:3] in ("'''", '"""') and len(body) > 5 else 1
    inner = body[quotes:-quotes]
    said = inner if "r" in prefix else _ESCAPE.sub(_escaped, inner)
    return said.encode() if "b" in prefix else said


def _escaped(found: re.Match[str]) -> str:
    if code := found[1] or found[2] or found[3]:
        return chr(int(code, 16))
    if found[4]:
        return chr(int(found[4], 8))
    return _ESCAPES.get(found[5], found[5])


def instance(fields: list[tuple[str, bool, Expression]], v: Variables) -> dict[str, Any]:
    out: dict[str, Any] = {}
    for name, maybe_there, value in fields:
        found = value(v)
        if not maybe_there:
            out[name] = found
        elif not isinstance(found, Optional):
            raise no_overload()
        elif found.values:
            out[name] = found.values[0]
    return out


def either(left: Expression, right: Expression, decisive: bool) -> Expression:
    """``||``, where true is decisive, and ``&&``, where false is: no error on the other side matters then."""

    def evaluate(v: Variables) -> bool:
        try:
            if truth(left(v)) is decisive:
                return decisive
        except CelError:
            if truth(right(v)) is decisive:
                return decisive
            raise
        return truth(right(v))

    return evaluate


def relation(operator: str, left: Expression, right: Expression) -> Expression:
    if operator == "==":
        return lambda v: functions.equal(left(v), right(v))
    if operator == "!=":
        return lambda v: not functions.equal(left(v), right(v))
    if operator == "in":
        return lambda v: functions.contains(left(v), right(v))
    return lambda v: functions.compare(left(v), right(v), operator)


def binary(operator: str, left: Expression, right: Expression) -> Expression:
    if operator == "+":
        return lambda v: functions.add(left(v), right(v))
    return lambda v: functions.arithmetic(left(v), right(v), operator)


def variable(variables: Variables, name: str) -> Any:
    try:
        return variables[name]
    except KeyError:
        if name in TYPES:
            return TYPES[name]
        raise CelError(f"undeclared reference to '{name}'") from None


def field(node: Expression, name: str) -> Expression:
    def select(v: Variables) -> Any:
        value = node(v)
        if isinstance(value, Optional):
            return value.then(lambda inner: field(lambda _: inner, name)(v))
        if not isinstance(value, Mapping):
            raise no_overload()
        if name not in value:
            raise CelError(f"no such key: {name}")
        return value[name]

    return select


def indexed(node: Expression, index: Expression) -> Expression:
    def select(v: Variables) -> Any:
        value, at = node(v), index(v)
        if isinstance(value, Optional):
            return value.then(lambda inner: indexed(lambda _: inner, lambda _: at)(v))
        if isinstance(value, list):
            if not isinstance(at, int) or isinstance(at, bool):
                raise no_overload()
            if not 0 <= at < len(value):
                raise CelError(f"index out of bounds: {at}")
            return value[at]
        if not isinstance(value, Mapping):
            raise no_overload()
        if at not in value:
            raise CelError(f"no such key: {at}")
        return value[at]

    return select


def has(inner: Expression, variables: Variables) -> bool:
    try:
        found = inner(variables)
        return bool(found.values) if isinstance(found, Optional) else found is not None
    except CelError as error:
        if str(error).startswith("no such key"):
            return False
        raise


def call(name: str, function: functions.Function, values: list[Any]) -> Any:
    try:
        return function(*values)
    except (TypeError, AttributeError, ValueError):
        raise no_overload() from None
