"""The interpreter that asks a user's scripts.

Follows pkg/resourceinterpreter/customized/declarative/configurable.go.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final

from karmada_nb.engine.karmada.interpreter.base import InterpreterError, Items, Operation
from karmada_nb.engine.karmada.interpreter.declarative import typed
from karmada_nb.engine.karmada.interpreter.declarative.convert import as_object, converted
from karmada_nb.engine.karmada.interpreter.declarative.rules import scripts_by_kind
from karmada_nb.engine.karmada.interpreter.declarative.vm import Clock, Result, Say, run_script, silent
from karmada_nb.engine.karmada.interpreter.validation import verify_dependencies
from karmada_nb.engine.meta import Object

_GO_TYPES: Final = {"nil": 0, "boolean": 1, "number": 2, "string": 3, "function": 4, "table": 7}
_LEAST: Final = -(2**31)
_ORDER: Final = ("apiVersion", "kind", "namespace", "name")


class ConfigurableInterpreter:
    """Answers for the kinds that customizations name. ``say`` takes what scripts print."""

    def __init__(self, customizations: Iterable[Object], clock: Clock, say: Say = silent) -> None:
        self._scripts = scripts_by_kind(customizations)
        self._clock = clock
        self._say = say

    def __bool__(self) -> bool:
        """Whether there is any script."""
        return bool(self._scripts)

    def hook_enabled(self, api_version: str, kind: str, operation: Operation) -> bool:
        return operation in self._scripts.get((api_version, kind), ())

    def get_replicas(self, obj: Object) -> tuple[int, Object | None]:
        count, requires = self._run(obj, Operation.INTERPRET_REPLICA, "GetReplicas", obj, count=2)
        if count.kind != "number":
            raise InterpreterError(f"result type {_GO_TYPES[count.kind]} is not number")
        if requires.kind == "nil":
            return _int32(count.value), None
        return _int32(count.value), typed.replica_requirements(converted(_table(requires)))

    def get_components(self, obj: Object) -> list[Object]:
        try:
            (found,) = self._run(obj, Operation.INTERPRET_COMPONENT, "GetComponents", obj)
        except InterpreterError as error:
            raise InterpreterError(f"failed to run 'GetComponents' script: {error}") from None
        if found.kind == "nil":
            return []
        if found.kind != "table":
            raise InterpreterError(
                f"expected result type 'table' or 'nil' from GetComponents, but got '{found.kind}'"
            )
        try:
            return typed.components(converted(found.value, of_list=True))
        except InterpreterError as error:
            raise InterpreterError(f"failed to convert lua table for components: {error}") from None

    def revise_replica(self, obj: Object, replica: int) -> Object:
        (found,) = self._run(obj, Operation.REVISE_REPLICA, "ReviseReplica", obj, replica)
        return as_object(converted(_table(found), obj))

    def retain(self, desired: Object, observed: Object) -> Object:
        (found,) = self._run(desired, Operation.RETAIN, "Retain", desired, observed)
        return as_object(converted(_table(found), desired, observed))

    def aggregate_status(self, obj: Object, items: Items, now: datetime) -> Object:
        told = None if items is None else list(items)
        (found,) = self._run(obj, Operation.AGGREGATE_STATUS, "AggregateStatus", obj, told)
        return as_object(converted(_table(found)))

    def get_dependencies(self, obj: Object) -> list[Object]:
        """Those that any script names, each once, in order of their names."""
        found: list[Object] = []
        for script in self._of(obj)[Operation.INTERPRET_DEPENDENCY]:
            (said,) = run_script(script, "GetDependencies", 1, (obj,), self._clock, self._say)
            references = typed.references(converted(_table(said), of_list=True))
            verify_dependencies(references)
            for one in references:
                if "labelSelector" in one or one not in found:
                    found.append(one)
        return sorted(found, key=lambda one: [one.get(field, "") for field in _ORDER])

    def reflect_status(self, obj: Object) -> Object | None:
        (found,) = self._run(obj, Operation.INTERPRET_STATUS, "ReflectStatus", obj)
        status: Object = converted(_table(found, "replica"))
        return status

    def interpret_health(self, obj: Object) -> bool:
        (found,) = self._run(obj, Operation.INTERPRET_HEALTH, "InterpretHealth", obj)
        if found.kind != "boolean":
            raise InterpreterError(f"result type {_GO_TYPES[found.kind]} is not bool")
        return bool(found.value)

    def _of(self, obj: Object) -> Any:
        return self._scripts[obj.get("apiVersion", ""), obj.get("kind", "")]

    def _run(
        self, obj: Object, operation: Operation, function: str, *arguments: Any, count: int = 1
    ) -> list[Result]:
        (script,) = self._of(obj)[operation]
        return run_script(script, function, count, arguments, self._clock, self._say)


def _int32(number: float) -> int:
    """``int32(number)`` of Go on amd64: whatever does not fit is the least of them."""
    return int(number) if abs(number) < -_LEAST else _LEAST


def _table(result: Result, of: str = "requires") -> str:
    """The JSON of a table that a script returned. Raises InterpreterError; ``of``: what upstream calls it."""
    if result.kind != "table":
        raise InterpreterError(f"expect the returned {of} type is table but got {result.kind}")
    return str(result.value)
