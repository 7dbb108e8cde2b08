"""Karmada's webhooks as an admission plugin of its API server: in the process, and always there.

Follows artifacts/deploy/webhook-configuration.yaml of Karmada; what the webhooks decide is in ``admission``.
"""

from __future__ import annotations

import uuid
from dataclasses import replace
from typing import Final

from karmada_nb.engine import meta
from karmada_nb.engine.apiserver.admission.chain import Attributes, Plugin, Reader
from karmada_nb.engine.apiserver.crd.misfit import misfit, without_nulls
from karmada_nb.engine.karmada.admission import webhooks
from karmada_nb.engine.karmada.admission.quota_enforcement import used_by
from karmada_nb.engine.karmada.admission.request import Request, Surroundings, errored
from karmada_nb.engine.karmada.constants import Edition
from karmada_nb.engine.karmada.gates import FEDERATED_QUOTA_ENFORCEMENT, MULTIPLE_POD_TEMPLATES_SCHEDULING
from karmada_nb.engine.karmada.options import Options
from karmada_nb.engine.meta import Object

_QUOTAS: Final = "federatedresourcequotas.policy.karmada.io"
_BINDINGS: Final = "resourcebindings.work.karmada.io"
_CUSTOMIZATIONS: Final = "resourceinterpretercustomizations.config.karmada.io"


class Webhooks(Plugin):
    """Changes and judges what is written to the Karmada API; raises StatusError where a webhook refuses.

    Webhooks are asked about objects, not about their subresources.
    """

    def __init__(self, edition: Edition, options: Options | None = None) -> None:
        self._edition = edition
        self._options = options or Options()

    def admit(self, attributes: Attributes, reader: Reader) -> Object | None:
        request = _request(attributes)
        if request is None or attributes.operation == "DELETE":
            return None
        webhook = webhooks.mutating(request, self._edition)
        if not webhook:
            return None
        schema = attributes.resource.schema
        if schema is not None:
            why = misfit(schema, request.object)
            if why:
                raise errored(webhook, why, 400)
            request = replace(request, object=without_nulls(schema, request.object))
        changed = webhooks.mutate(request, self._surroundings(reader), self._edition)
        return None if changed is attributes.obj else changed

    def validate(self, attributes: Attributes, reader: Reader) -> None:
        request = _request(attributes)
        if request is not None:
            webhooks.validate(request, self._surroundings(reader), self._edition)

    def _surroundings(self, reader: Reader) -> Surroundings:
        return Surroundings(
            new_id=lambda: str(uuid.uuid4()),
            customizations=lambda: reader.items(_CUSTOMIZATIONS),
            allow_no_execute_taint_policy=self._options.allow_no_execute_taint_policy,
            multiple_pod_templates=self._options.gates.enabled(MULTIPLE_POD_TEMPLATES_SCHEDULING),
            quotas=lambda namespace: self._quotas(reader, namespace),
        )

    def _quotas(self, reader: Reader, namespace: str) -> list[Object]:
        """None while the gate FederatedQuotaEnforcement is off."""
        quotas = reader.items(_QUOTAS, namespace)
        if not quotas or not self._options.gates.enabled(FEDERATED_QUOTA_ENFORCEMENT):
            return []
        bindings = reader.items(_BINDINGS, namespace)
        path = ("status", "overallUsed")
        return [
            meta.replace(q, path, used_by(bindings, meta.dig(q, "spec", "overall", default={})))
            for q in quotas
        ]


def _request(attributes: Attributes) -> Request | None:
    if attributes.subresource:
        return None
    obj = attributes.obj or {}
    return Request(attributes.resource.kind, attributes.operation, attributes.namespace, obj, attributes.old)
