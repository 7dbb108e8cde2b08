"""MutatingAdmissionWebhook and ValidatingAdmissionWebhook.

Follows k8s.io/apiserver pkg/admission/plugin/webhook (generic, mutating, validating). A webhook whose answer
is not at hand yet is a ``Pending`` question: the verb stops, and runs again with the answer.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any, Final

import orjson

from karmada_nb.engine import errors, meta
from karmada_nb.engine.apiserver.admission.chain import Attributes, Plugin, Reader
from karmada_nb.engine.apiserver.admission.conditions import Variables, unmet
from karmada_nb.engine.apiserver.admission.matching import Equivalents, Seen, exempt, matching, selected
from karmada_nb.engine.apiserver.admission.webhooks.review import Answer, patched, refusal, request_of
from karmada_nb.engine.apiserver.crd.fill import prune
from karmada_nb.engine.apiserver.schema.decode import decode
from karmada_nb.engine.apiserver.schema.strict import strict_decoding_error
from karmada_nb.engine.apiserver.verbs.asking import Pending
from karmada_nb.engine.meta import Object

GROUP: Final = "admissionregistration.k8s.io"
MUTATING: Final = f"mutatingwebhookconfigurations.{GROUP}"
VALIDATING: Final = f"validatingwebhookconfigurations.{GROUP}"
_OF_ANY_KIND: Final = ("apiVersion", "kind")
_NO_EFFECTS: Final = ("None", "NoneOnDryRun")
_TWO_ROUNDS: Final = 2


@dataclass(frozen=True, slots=True)
class Call:
    """One webhook to be asked about one request."""

    key: str
    webhook: Object
    request: Object
    mutating: bool


@dataclass(frozen=True, slots=True)
class Failed:
    """The call came to nothing; ``why`` is upstream's text."""

    why: str


class Webhooks(Plugin):
    """What both kinds of webhook have in common. ``in_process``: configurations that others in here obey."""

    storage: str
    mutating: bool

    def __init__(self, equivalents: Equivalents, in_process: Collection[str] = ()) -> None:
        self._equivalents = equivalents
        self._in_process = frozenset(in_process)

    def asked(self, attributes: Attributes, reader: Reader) -> Iterator[tuple[str, Object]]:
        """The webhooks that there are, in order of their configurations, with an identity of each."""
        if attributes.answers is None or exempt(attributes):
            return
        configurations = reader.items(self.storage)
        for configuration in sorted(configurations, key=meta.name):
            name = meta.name(configuration)
            if name not in self._in_process:
                for webhook in configuration.get("webhooks") or ():
                    yield f"{name}/{webhook['name']}", webhook

    def question(self, identity: str, webhook: Object, attributes: Attributes, reader: Reader) -> Call | None:
        """The call to make, if this webhook is to be asked. Raises 400 (a dry run with effects), 403, 404."""
        if not selected(webhook, attributes, reader):
            return None
        policy = webhook.get("matchPolicy") or "Equivalent"
        resource = matching(webhook.get("rules") or (), policy, attributes, self._equivalents)
        if resource is None:
            return None
        seen = Seen(resource, attributes)
        request = request_of(seen)
        conditions = webhook.get("matchConditions") or ()
        if conditions:
            fails = webhook.get("failurePolicy", "Fail") == "Fail"
            variables = Variables(request, attributes)
            try:
                if unmet(conditions, variables, fails=fails):
                    return None
            except ValueError as error:
                resource_ = attributes.resource
                raise errors.forbidden(
                    resource_.group, resource_.plural, attributes.name, str(error)
                ) from None
        if attributes.dry_run and webhook.get("sideEffects") not in _NO_EFFECTS:
            raise errors.bad_request(f'admission webhook "{webhook["name"]}" does not support dry run')
        text = orjson.dumps([identity, webhook, request], option=orjson.OPT_SORT_KEYS, default=str)
        return Call(hashlib.sha256(text).hexdigest(), webhook, request, self.mutating)


class MutatingWebhooks(Webhooks):
    """Asks one after the other; each sees what those before it made of the object."""

    storage = MUTATING
    mutating = True

    def admit(self, attributes: Attributes, reader: Reader) -> Object | None:
        first = attributes.obj
        again: set[str] = set()
        invoked: set[str] = set()
        for round_ in range(_TWO_ROUNDS):
            for identity, webhook in self.asked(attributes, reader):
                if round_ and identity not in again:
                    continue
                call = self.question(identity, webhook, attributes, reader)
                if call is None:
                    continue
                changed = self._changed(call, attributes)
                if changed is not None:
                    attributes = attributes._replace(obj=changed)
                    again |= invoked - {identity}
                if webhook.get("reinvocationPolicy") == "IfNeeded":
                    invoked.add(identity)
            if not again:
                break
        return None if attributes.obj is first else attributes.obj

    def _changed(self, call: Call, attributes: Attributes) -> Object | None:
        """The object after the webhook's patch; None if it left it alone."""
        answer = _answered([call], attributes)[0]
        if answer is None or attributes.obj is None or not answer.patch:
            return None
        seen = call.request["object"]
        after = patched(seen, answer)
        if after == seen:
            return None
        return read_patched(attributes, after)


class ValidatingWebhooks(Webhooks):
    """Asks all at once; the first that refuses is heard."""

    storage = VALIDATING
    mutating = False

    def validate(self, attributes: Attributes, reader: Reader) -> None:
        calls = [
            call
            for identity, webhook in self.asked(attributes, reader)
            if (call := self.question(identity, webhook, attributes, reader)) is not None
        ]
        _answered(calls, attributes)


def _answered(calls: list[Call], attributes: Attributes) -> list[Answer | None]:
    """The answer to each call; None where one failed that may. Raises Pending, or what a refusal is."""
    if not calls or attributes.answers is None:
        return []
    known = attributes.answers.known
    missing = [call for call in calls if call.key not in known]
    if missing:
        raise Pending(missing)
    found: list[Answer | None] = []
    for call in calls:
        answer: Answer | Failed = known[call.key]
        name = call.webhook["name"]
        if isinstance(answer, Failed):
            if call.webhook.get("failurePolicy", "Fail") == "Fail":
                raise errors.internal(f'failed calling webhook "{name}": {answer.why}')
            found.append(None)
            continue
        for text in answer.warnings:
            attributes.warn(text)
        if not answer.allowed:
            raise refusal(name, answer.status)
        found.append(answer)
    return found


def read_patched(attributes: Attributes, after: Object, *, strict: bool = False) -> Object:
    """The patched object as the API would read it, defaulted again. Raises 500 for what cannot be read."""
    resource = attributes.resource
    own: dict[str, Any] = after
    if after.get("apiVersion") != resource.api_version:
        own = {**after, "apiVersion": resource.api_version}
    if resource.custom and resource.schema is not None:
        own = prune(resource.schema, own)
    elif resource.schema is not None:
        try:
            decoded = decode(resource.schema, own)
        except ValueError as error:
            raise errors.internal(str(error)) from None
        found = [f'unknown field "{name}"' for name in decoded.unknown if name not in _OF_ANY_KIND]
        if strict and found:
            raise errors.internal(strict_decoding_error(found))
        own = decoded.object
        own = {"kind": resource.kind, "apiVersion": resource.api_version, **own}
    return resource.strategy.default(own)
