"""Asking the interpreters: a user's scripts, a user's webhooks, then Karmada's own rules.

Follows pkg/resourceinterpreter/interpreter.go. Interpreters are pure and do not wait, but webhooks answer
when they like. So a controller hands over its decision, a function of an ``Interpreter``. Where that comes to
a question for a webhook it stops; the webhook is asked, and the decision is made again from its beginning,
with the answer. Where no webhook is concerned it is made once, and nothing waits.
"""

from __future__ import annotations

import uuid
from collections.abc import Awaitable, Callable
from typing import Final, TypeVar

from karmada_nb.engine.apiserver.http.asking import Caller, CallFailed
from karmada_nb.engine.karmada.constants import CURRENT, Edition
from karmada_nb.engine.karmada.interpreter import Chain, InterpreterError, Operation, default
from karmada_nb.engine.karmada.interpreter.base import Interpreter
from karmada_nb.engine.karmada.interpreter.declarative import ConfigurableInterpreter
from karmada_nb.engine.karmada.interpreter.webhook import (
    Answers,
    Call,
    Unanswered,
    WebhookInterpreter,
    hooks_of,
)
from karmada_nb.engine.karmada.interpreter.webhook.context import (
    BadAnswer,
    check_types,
    context_of,
    read_response,
)
from karmada_nb.engine.meta import Object
from karmada_nb.engine.runtime.client import Resource
from karmada_nb.engine.runtime.clock import Clock
from karmada_nb.engine.runtime.informer import Informers

CUSTOMIZATIONS: Final = Resource("config.karmada.io", "v1alpha1", "resourceinterpretercustomizations")
WEBHOOK_CONFIGURATIONS: Final = Resource(
    "config.karmada.io", "v1alpha1", "resourceinterpreterwebhookconfigurations"
)

T = TypeVar("T")


class ResourceInterpreter:
    """The interpreters of one control plane, as its customizations and webhook configurations are now."""

    def __init__(self, informers: Informers, caller: Caller, clock: Clock, edition: Edition) -> None:
        self._informers = informers
        self._caller = caller
        self._clock = clock
        self._edition = edition
        self._scripts = ConfigurableInterpreter((), clock.now)
        self._hooks = hooks_of(())
        self._chain = self._with({})

    def start(self) -> None:
        """Follow what users write. Karmada's resources must be served already."""
        hooks = self._informers(*WEBHOOK_CONFIGURATIONS)
        hooks.add_handler(lambda _: self._load())
        if self._edition == CURRENT:
            self._informers(*CUSTOMIZATIONS).add_handler(lambda _: self._load())

    def hook_enabled(self, api_version: str, kind: str, operation: Operation) -> bool:
        """Whether anybody answers that question for that kind."""
        return self._chain.hook_enabled(api_version, kind, operation)

    async def ask(self, decide: Callable[[Interpreter], T]) -> T:
        """What is decided, once every webhook that has a say was asked. Raises what ``decide`` raises."""
        try:
            return decide(self._chain)
        except Unanswered:

            async def act(interpreter: Interpreter) -> T:
                return decide(interpreter)

            return await self.attempt(act)

    async def attempt(self, act: Callable[[Interpreter], Awaitable[T]]) -> T:
        """The same for what waits itself; it must ask its questions before it does anything."""
        answers: dict[str, Object | InterpreterError] = {}
        interpreter = self._chain
        while True:
            try:
                return await act(interpreter)
            except Unanswered as question:
                call = question.call
            answers[call.key] = await self._call(call)
            interpreter = self._with(answers)

    def _load(self) -> None:
        self._hooks = hooks_of(self._informers(*WEBHOOK_CONFIGURATIONS).items())
        if self._edition == CURRENT:
            customizations = self._informers(*CUSTOMIZATIONS).items()
            self._scripts = ConfigurableInterpreter(customizations, self._clock.now)
        self._chain = self._with({})

    def _with(self, answers: Answers) -> Chain:
        """Only those that have something to say are asked."""
        links: list[Interpreter] = [self._scripts] if self._scripts else []
        if self._hooks:
            links.append(WebhookInterpreter(self._hooks, answers))
        return Chain(*links, default(self._edition))

    async def _call(self, call: Call) -> Object | InterpreterError:
        hook, uid = call.hook, str(uuid.uuid4())
        try:
            sent = context_of(call.request, uid, hook.versions)
        except BadAnswer as error:
            return _failed(call, f"could not create ResourceInterpreterContext objects: {error}")
        try:
            answer = await self._caller.post(hook.client, sent, hook.seconds)
            check_types(answer)
        except (CallFailed, BadAnswer) as error:
            return _failed(call, f"failed to call webhook: {error}")
        try:
            response = read_response(answer, uid, call.operation)
        except BadAnswer as error:
            return _failed(call, f"received invalid webhook response: {error}")
        if not response.get("successful"):
            status = response["status"]
            why = f"get status code: {status.get('code', 0)}, msg: {status.get('message', '')}"
            return _failed(call, f"webhook call failed, {why}")
        return response


def _failed(call: Call, why: str) -> InterpreterError:
    return InterpreterError(f'Internal error occurred: failed calling webhook "{call.hook.uid}": {why}')
