"""What a webhook is asked, and what it may look up."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from karmada_nb.engine.errors import Cause, StatusError
from karmada_nb.engine.meta import Object


def _nothing() -> Iterable[Object]:
    return ()


def _no_quotas(namespace: str) -> Iterable[Object]:
    return ()


@dataclass(frozen=True, slots=True)
class Request:
    """One admission request. ``operation`` is CREATE, UPDATE or DELETE; ``object`` is empty for DELETE.

    ``namespace`` is the request's, empty for cluster scope; ``old`` is None for CREATE.
    """

    kind: str
    operation: str
    namespace: str
    object: Object
    old: Object | None = None


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What upstream's webhooks take from outside the request.

    ``new_id`` makes a fresh UUID; ``customizations`` lists every ResourceInterpreterCustomization.
    ``allow_no_execute_taint_policy`` is the webhook's flag --allow-no-execute-taint-policy,
    ``multiple_pod_templates`` a feature gate. ``quotas`` gives the FederatedResourceQuotas that are in force
    in a namespace, with what is used of them now.
    """

    new_id: Callable[[], str]
    customizations: Callable[[], Iterable[Object]] = field(default=_nothing)
    allow_no_execute_taint_policy: bool = False
    multiple_pod_templates: bool = False
    quotas: Callable[[str], Iterable[Object]] = field(default=_no_quotas)


def aggregate(causes: Sequence[Cause]) -> str:
    """The text of ``ErrorList.ToAggregate()``: one sentence, or several in brackets; repeated ones once.
    for none.
    """
    texts = list(dict.fromkeys(f"{c.field}: {c.message}" if c.field else c.message for c in causes))
    if len(texts) > 1:
        return "[" + ", ".join(texts) + "]"
    return texts[0] if texts else ""


def denied(webhook: str, why: str, *, code: int = 403, reason: str = "Forbidden") -> StatusError:
    """What a client reads when a webhook says no."""
    return StatusError(code, reason, f'admission webhook "{webhook}" denied the request: {why}', {})


def errored(webhook: str, why: str, code: int) -> StatusError:
    """What a client reads when a webhook cannot do its work: no reason, only ``code``."""
    return denied(webhook, why, code=code, reason="")
