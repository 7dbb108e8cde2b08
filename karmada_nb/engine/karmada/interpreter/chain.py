"""Several interpreters, asked in order: the first that has a rule answers.

Follows pkg/resourceinterpreter/interpreter.go: a user's own rules come before the third-party ones, and the
native ones come last.
"""

from __future__ import annotations

from datetime import datetime

from karmada_nb.engine.karmada.interpreter.base import Interpreter, Items, Operation
from karmada_nb.engine.meta import Object


class Chain:
    """An ``Interpreter`` made of others, at least one. Where none has a rule the last one says so."""

    def __init__(self, *interpreters: Interpreter) -> None:
        if not interpreters:
            raise ValueError("expected at least one interpreter, found none")
        self._interpreters = interpreters
        self._first, self._last = interpreters[:-1], interpreters[-1]

    def _for(self, obj: Object, operation: Operation) -> Interpreter:
        api_version, kind = obj.get("apiVersion", ""), obj.get("kind", "")
        for interpreter in self._first:
            if interpreter.hook_enabled(api_version, kind, operation):
                return interpreter
        return self._last

    def hook_enabled(self, api_version: str, kind: str, operation: Operation) -> bool:
        return any(i.hook_enabled(api_version, kind, operation) for i in self._interpreters)

    def get_replicas(self, obj: Object) -> tuple[int, Object | None]:
        return self._for(obj, Operation.INTERPRET_REPLICA).get_replicas(obj)

    def get_components(self, obj: Object) -> list[Object]:
        return self._for(obj, Operation.INTERPRET_COMPONENT).get_components(obj)

    def revise_replica(self, obj: Object, replica: int) -> Object:
        return self._for(obj, Operation.REVISE_REPLICA).revise_replica(obj, replica)

    def retain(self, desired: Object, observed: Object) -> Object:
        return self._for(desired, Operation.RETAIN).retain(desired, observed)

    def aggregate_status(self, obj: Object, items: Items, now: datetime) -> Object:
        return self._for(obj, Operation.AGGREGATE_STATUS).aggregate_status(obj, items, now)

    def get_dependencies(self, obj: Object) -> list[Object]:
        return self._for(obj, Operation.INTERPRET_DEPENDENCY).get_dependencies(obj)

    def reflect_status(self, obj: Object) -> Object | None:
        return self._for(obj, Operation.INTERPRET_STATUS).reflect_status(obj)

    def interpret_health(self, obj: Object) -> bool:
        return self._for(obj, Operation.INTERPRET_HEALTH).interpret_health(obj)
