"""Karmada's webhooks as an admission plugin of its API server.

Follows artifacts/deploy/webhook-configuration.yaml: which operations on which resources are asked about. The
decisions are those of ``admission``.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Final

from karmada_nb.engine.apiserver.admission.chain import Attributes, Plugin, Reader
from karmada_nb.engine.karmada.admission import webhooks
from karmada_nb.engine.karmada.admission.request import Request, Surroundings
from karmada_nb.engine.karmada.constants import Edition
from karmada_nb.engine.meta import Object

_GROUPS: Final = frozenset(
    f"{name}.karmada.io" for name in ("policy", "work", "autoscaling", "networking", "config")
)
_CUSTOMIZATIONS: Final = "resourceinterpretercustomizations.config.karmada.io"


@dataclass(frozen=True, slots=True)
class Webhooks(Plugin):
    """``allow_no_execute_taint_policy`` is the webhook's flag of that name."""

    edition: Edition
    allow_no_execute_taint_policy: bool = False

    def admit(self, attributes: Attributes, reader: Reader) -> Object | None:
        if not _asked(attributes):
            return None
        return webhooks.mutate(_request(attributes), self._around(reader), self.edition)

    def validate(self, attributes: Attributes, reader: Reader) -> None:
        if _asked(attributes):
            webhooks.validate(_request(attributes), self._around(reader), self.edition)

    def _around(self, reader: Reader) -> Surroundings:
        return Surroundings(
            new_id=lambda: str(uuid.uuid4()),
            customizations=lambda: reader.items(_CUSTOMIZATIONS),
            allow_no_execute_taint_policy=self.allow_no_execute_taint_policy,
        )


def _asked(attributes: Attributes) -> bool:
    """Webhooks see whole objects, not subresources: Karmada's own kinds, and every deletion."""
    if attributes.subresource:
        return False
    return attributes.operation == "DELETE" or attributes.resource.group in _GROUPS


def _request(attributes: Attributes) -> Request:
    return Request(
        attributes.resource.kind,
        attributes.operation,
        attributes.namespace,
        attributes.obj or {},
        attributes.old,
    )
