"""Interpreters outside of this process: ResourceInterpreterWebhookConfigurations.

``WebhookInterpreter`` answers by what is known already and raises ``Unanswered`` for what is not; whoever may
wait asks, and has the decision made again with the answer.
"""

from karmada_nb.engine.karmada.interpreter.webhook.hooks import Hook, hooks_of
from karmada_nb.engine.karmada.interpreter.webhook.interpreter import (
    Answers,
    Call,
    Unanswered,
    WebhookInterpreter,
)

__all__ = ["Answers", "Call", "Hook", "Unanswered", "WebhookInterpreter", "hooks_of"]
