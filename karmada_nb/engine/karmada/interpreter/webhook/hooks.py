"""Which webhook is to be asked: the first by name whose rules name the kind and the operation.

Follows pkg/resourceinterpreter/customized/webhook/configmanager and pkg/util/interpreter/matcher.go.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from karmada_nb.engine import meta
from karmada_nb.engine.karmada.interpreter.base import Operation
from karmada_nb.engine.meta import Object

_ALL: Final = "*"
_SECONDS: Final = 10


@dataclass(frozen=True, slots=True)
class Hook:
    """One webhook; ``uid`` is its configuration's name and its own."""

    uid: str
    webhook: Object

    @property
    def client(self) -> Object:
        """The ``clientConfig``."""
        return self.webhook.get("clientConfig") or {}

    @property
    def seconds(self) -> int:
        """How long to wait for an answer."""
        return self.webhook.get("timeoutSeconds") or _SECONDS

    @property
    def versions(self) -> list[str]:
        """The versions of ResourceInterpreterContext that it reads, the best one first."""
        return self.webhook.get("interpreterContextVersions") or []

    def concerns(self, group: str, version: str, kind: str, operation: Operation) -> bool:
        return any(
            _named(operation, rule.get("operations"))
            and _named(group, rule.get("apiGroups"))
            and _named(version, rule.get("apiVersions"))
            and _named(kind, rule.get("kinds"))
            for rule in self.webhook.get("rules") or ()
        )


def hooks_of(configurations: Iterable[Object]) -> tuple[Hook, ...]:
    """All webhooks, in the order in which they are considered."""
    found = (
        Hook(f"{meta.name(configuration)}/{webhook.get('name', '')}", webhook)
        for configuration in configurations
        for webhook in configuration.get("webhooks") or ()
    )
    return tuple(sorted(found, key=lambda hook: hook.uid))


def first_relevant(hooks: Sequence[Hook], api_version: str, kind: str, operation: Operation) -> Hook | None:
    """The webhook that answers for a kind, None where none does."""
    group, version = meta.group_version(api_version)
    return next((hook for hook in hooks if hook.concerns(group, version, kind, operation)), None)


def _named(wanted: str, names: Iterable[str] | None) -> bool:
    return any(name in (_ALL, wanted) for name in names or ())
