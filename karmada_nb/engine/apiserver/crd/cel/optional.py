"""CEL's optional values: ``object.?spec.?replicas.orValue(1)``.

Follows the OptionalTypes library of github.com/google/cel-go.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from karmada_nb.engine.apiserver.crd.cel.values import CelError, no_overload

Expression = Callable[[Mapping[str, Any]], Any]


@dataclass(frozen=True, slots=True)
class Optional:
    """A value that may not be there; ``values`` holds it or nothing."""

    values: tuple[Any, ...] = ()

    def then(self, select: Callable[[Any], Any]) -> Optional:
        """What is selected from the value, if both are there."""
        if not self.values:
            return self
        try:
            return Optional((select(self.values[0]),))
        except CelError as error:
            if absent(error):
                return Optional()
            raise


def absent(error: CelError) -> bool:
    """Whether an error says no more than that something is not there."""
    return str(error).startswith(("no such key", "index out of bounds"))


def maybe(selected: Expression) -> Expression:
    """A field or an element as an optional."""

    def look(variables: Mapping[str, Any]) -> Optional:
        try:
            found = selected(variables)
        except CelError as error:
            if absent(error):
                return Optional()
            raise
        return found if isinstance(found, Optional) else Optional((found,))

    return look


def made(name: str, inner: Expression) -> Expression:
    """``optional.of(inner)`` and ``optional.ofNonZeroValue(inner)``."""
    if name == "of":
        return lambda variables: Optional((inner(variables),))
    return lambda variables: Optional((value,) if (value := inner(variables)) else ())


def _own(optional: Any, name: str) -> Optional:
    if not isinstance(optional, Optional):
        raise no_overload()
    return optional


def _value(optional: Any) -> Any:
    found = _own(optional, "value").values
    if not found:
        raise CelError("optional.none() dereference")
    return found[0]


METHODS: Final[dict[str, Callable[..., Any]]] = {
    "hasValue": lambda optional: bool(_own(optional, "hasValue").values),
    "value": _value,
    "orValue": lambda optional, other: (*_own(optional, "orValue").values, other)[0],
    "or": lambda optional, other: optional if _own(optional, "or").values else other,
}
