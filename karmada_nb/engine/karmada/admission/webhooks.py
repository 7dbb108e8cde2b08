"""The two doors: what a webhook makes of an object, and whether it lets it in, in either edition."""

from __future__ import annotations

from karmada_nb.engine.karmada.admission import article, current
from karmada_nb.engine.karmada.admission.request import Request, Surroundings
from karmada_nb.engine.karmada.constants import CURRENT, Edition
from karmada_nb.engine.meta import Object


def mutating(request: Request, edition: Edition = CURRENT) -> str:
    """The name of the webhook that may change the object, empty where none is asked."""
    return current.mutating(request) if edition == CURRENT else article.mutating(request)


def mutate(request: Request, around: Surroundings, edition: Edition = CURRENT) -> Object:
    """The object as the mutating webhook leaves it; the same object where none is asked.

    Raises StatusError where the webhook refuses already (v1.2, a policy's name too long).
    """
    if edition == CURRENT:
        return current.mutate(request, around)
    return article.mutate(request)


def validate(request: Request, around: Surroundings, edition: Edition = CURRENT) -> None:
    """Pass, or raise the StatusError (403) that the API server makes of a webhook's refusal."""
    if edition == CURRENT:
        current.validate(request, around)
    else:
        article.validate(request)
