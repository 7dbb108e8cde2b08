"""The macros over lists and maps. Follows cel-go parser/macro.go and ext/comprehensions.go.

With one variable it is each element of a list, or each key of a map; with two they are its index or key and
its value.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from karmada_nb.engine.apiserver.crd.cel.lists import ordered
from karmada_nb.engine.apiserver.crd.cel.optional import Optional
from karmada_nb.engine.apiserver.crd.cel.values import CelError, no_overload

Variables = Mapping[str, Any]
Expression = Callable[[Variables], Any]

_TESTS: Final = frozenset({"all", "exists", "exists_one", "existsOne"})
_MADE: Final = {
    "transformList": 2,
    "transformMap": 2,
    "transformMapEntry": 2,
    "map": 1,
    "filter": 1,
    "sortBy": 1,
}
NAMES: Final = frozenset({*_TESTS, *_MADE, "optMap", "optFlatMap"})


def variables_of(name: str, arguments: int) -> int | None:
    """How many of a macro's arguments are variables; None where it takes no such number of arguments."""
    if name in _TESTS:
        return {2: 1, 3: 2}.get(arguments)
    if name in ("map", "transformList", "transformMap", "transformMapEntry"):
        bound = _MADE[name]
        return bound if arguments - bound in (1, 2) else None
    return 1 if arguments == 2 else None


def macro(name: str, node: Expression, names: list[str], bodies: list[Expression]) -> Expression:
    """``bodies``: the condition where there are two, and what is evaluated for each."""
    body, condition = bodies[-1], bodies[0] if len(bodies) > 1 else None
    if name in ("optMap", "optFlatMap"):
        return _optional(node, names[0], body, flat=name == "optFlatMap")

    def evaluate(v: Variables) -> Any:
        items = node(v)
        scopes = _scopes(v, items, names)
        if name in ("all", "exists"):
            return _quantified(scopes, body, decisive=name == "exists")
        if name in _TESTS:
            return sum([truth(body(s)) for s in scopes]) == 1
        if name == "sortBy":
            return ordered(items, [body(s) for s in scopes])
        if name == "filter":
            return [s[names[0]] for s in scopes if truth(body(s))]
        kept = [s for s in scopes if condition is None or truth(condition(s))]
        if name in ("map", "transformList"):
            return [body(s) for s in kept]
        if name == "transformMap":
            return {s[names[0]]: body(s) for s in kept}
        return _entries(body(s) for s in kept)

    return evaluate


def truth(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    raise no_overload()


def _optional(node: Expression, name: str, body: Expression, *, flat: bool) -> Expression:
    def evaluate(v: Variables) -> Optional:
        found = node(v)
        if not isinstance(found, Optional):
            raise no_overload()
        if not found.values:
            return found
        value = body({**v, name: found.values[0]})
        return value if flat and isinstance(value, Optional) else Optional((value,))

    return evaluate


def _scopes(v: Variables, items: Any, names: list[str]) -> list[dict[str, Any]]:
    if isinstance(items, Mapping):
        pairs: Any = items.items() if len(names) > 1 else ((key,) for key in items)
    elif isinstance(items, list):
        pairs = enumerate(items) if len(names) > 1 else ((item,) for item in items)
    else:
        raise no_overload()
    return [{**v, **dict(zip(names, values, strict=True))} for values in pairs]


def _entries(made: Iterator[Any]) -> dict[Any, Any]:
    out: dict[Any, Any] = {}
    for entry in made:
        for key, value in entry.items():
            if key in out:
                raise CelError(f"insert failed: key {key} already exists")
            out[key] = value
    return out


def _quantified(scopes: list[dict[str, Any]], body: Expression, *, decisive: bool) -> bool:
    failure: CelError | None = None
    for scope in scopes:
        try:
            if truth(body(scope)) is decisive:
                return decisive
        except CelError as error:
            failure = error
    if failure is not None:
        raise failure
    return not decisive
