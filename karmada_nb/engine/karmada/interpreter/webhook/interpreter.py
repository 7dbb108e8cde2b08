"""The interpreter that knows what webhooks said.

Follows pkg/resourceinterpreter/customized/webhook/customized.go. It asks nobody itself: a question whose
answer is not among ``answers`` is raised as ``Unanswered``, and the decision that needed it stops there.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias

import orjson

from karmada_nb.engine.apiserver.patch import json_patch
from karmada_nb.engine.errors import StatusError
from karmada_nb.engine.karmada.interpreter.base import InterpreterError, Items, Operation
from karmada_nb.engine.karmada.interpreter.webhook.context import patch_of, request_of
from karmada_nb.engine.karmada.interpreter.webhook.hooks import Hook, first_relevant
from karmada_nb.engine.meta import Object


@dataclass(frozen=True, slots=True)
class Call:
    """A question to one webhook. Two of the same ``key`` have the same answer."""

    key: str
    hook: Hook
    request: Object
    operation: Operation


Answers: TypeAlias = Mapping[str, Object | InterpreterError]
"""Responses by the key of their call; an error where the call came to nothing."""


class Unanswered(Exception):
    """A decision cannot go on without the answer to ``call``."""

    def __init__(self, call: Call) -> None:
        super().__init__(call.key)
        self.call = call


class WebhookInterpreter:
    """Answers for the kinds that the rules of ``hooks`` name. Every answer may raise ``Unanswered``."""

    def __init__(self, hooks: Sequence[Hook], answers: Answers) -> None:
        self._hooks = hooks
        self._answers = answers

    def hook_enabled(self, api_version: str, kind: str, operation: Operation) -> bool:
        return first_relevant(self._hooks, api_version, kind, operation) is not None

    def get_replicas(self, obj: Object) -> tuple[int, Object | None]:
        response = self._ask(Operation.INTERPRET_REPLICA, obj)
        return response["replicas"], response.get("replicaRequirements")

    def get_components(self, obj: Object) -> list[Object]:
        return self._ask(Operation.INTERPRET_COMPONENT, obj).get("components") or []

    def revise_replica(self, obj: Object, replica: int) -> Object:
        return _patched(obj, self._ask(Operation.REVISE_REPLICA, obj, replicas=replica))

    def retain(self, desired: Object, observed: Object) -> Object:
        return _patched(desired, self._ask(Operation.RETAIN, desired, observed=observed))

    def aggregate_status(self, obj: Object, items: Items, now: datetime) -> Object:
        return _patched(obj, self._ask(Operation.AGGREGATE_STATUS, obj, items=items))

    def get_dependencies(self, obj: Object) -> list[Object]:
        return self._ask(Operation.INTERPRET_DEPENDENCY, obj).get("dependencies") or []

    def reflect_status(self, obj: Object) -> Object | None:
        status: Object = self._ask(Operation.INTERPRET_STATUS, obj)["rawStatus"]
        return status

    def interpret_health(self, obj: Object) -> bool:
        return bool(self._ask(Operation.INTERPRET_HEALTH, obj)["healthy"])

    def _ask(self, operation: Operation, obj: Object, **more: Any) -> Object:
        hook = first_relevant(self._hooks, obj.get("apiVersion", ""), obj.get("kind", ""), operation)
        if hook is None:
            raise InterpreterError(f"no webhook for {operation}")
        request = request_of(operation, obj, **more)
        text = orjson.dumps([hook.uid, hook.webhook, request], option=orjson.OPT_SORT_KEYS)
        key = hashlib.sha256(text).hexdigest()
        answer = self._answers.get(key)
        if answer is None:
            raise Unanswered(Call(key, hook, request, operation))
        if isinstance(answer, InterpreterError):
            raise answer
        return answer


def _patched(obj: Object, response: Object) -> Object:
    """The object after the response's patch. Raises InterpreterError for one that does not fit."""
    try:
        patch = patch_of(response)
        after = json_patch.apply(obj, patch) if patch else obj
    except StatusError as error:
        raise InterpreterError(error.message) from None
    except ValueError as error:
        raise InterpreterError(str(error)) from None
    if not isinstance(after, dict):
        raise InterpreterError("the patch of a webhook does not leave an object")
    return after
