"""Requests for certificates: who asks is noted, and nobody gets to be everybody's master.

Follows pkg/registry/certificates/certificates/strategy.go and
plugin/pkg/admission/certificates/subjectrestriction/admission.go.
"""

from __future__ import annotations

import base64
import binascii
from typing import Final

from cryptography import x509
from cryptography.x509.oid import NameOID

from karmada_nb.engine import errors, meta
from karmada_nb.engine.apiserver.admission.chain import Attributes, Plugin, Reader
from karmada_nb.engine.meta import Object
from karmada_nb.engine.runtime.clock import Clock

_REQUESTS: Final = "certificatesigningrequests.certificates.k8s.io"
_CLIENT: Final = "kubernetes.io/kube-apiserver-client"
_MASTERS: Final = "system:masters"


class CertificateRequests(Plugin):
    """Fills in what only the server knows of a request and of its approval."""

    concerns = frozenset({_REQUESTS})

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def admit(self, attributes: Attributes, reader: Reader) -> Object | None:
        request = attributes.obj
        if request is None or attributes.resource.qualified != _REQUESTS:
            return None
        if attributes.operation == "CREATE":
            return self._asked(attributes, request)
        if attributes.subresource in ("approval", "status"):
            return self._judged(request, attributes.old or {})
        return None

    def validate(self, attributes: Attributes, reader: Reader) -> None:
        request = attributes.obj
        if request is None or attributes.resource.qualified != _REQUESTS or attributes.operation != "CREATE":
            return
        spec = request.get("spec") or {}
        if spec.get("signerName") == _CLIENT and _MASTERS in _groups(spec.get("request") or ""):
            why = f"use of {_CLIENT} signer with {_MASTERS} group is not allowed"
            resource = attributes.resource
            raise errors.forbidden(resource.group, resource.plural, attributes.name, why)

    def _asked(self, attributes: Attributes, request: Object) -> Object:
        user, spec = attributes.user, request.get("spec") or {}
        kept = {k: v for k, v in spec.items() if k not in ("username", "uid", "groups", "extra")}
        who: Object = {"username": user.name}
        if user.uid:
            who["uid"] = user.uid
        if user.groups:
            who["groups"] = list(user.groups)
        if user.extra:
            who["extra"] = {name: list(values) for name, values in user.extra.items()}
        return {**request, "spec": {**kept, **who}}

    def _judged(self, request: Object, old: Object) -> Object | None:
        now = meta.rfc3339(self._clock.now())
        before = {c["type"]: c for c in meta.dig(old, "status", "conditions", default=[])}
        changed = []
        for condition in meta.dig(request, "status", "conditions", default=[]):
            was = before.get(condition.get("type", ""), {})
            moved = was.get("lastTransitionTime") if was.get("status") == condition.get("status") else None
            told = {
                "lastUpdateTime": condition.get("lastUpdateTime") or now,
                "lastTransitionTime": condition.get("lastTransitionTime") or moved or now,
            }
            changed.append({**condition, **told})
        if not changed:
            return None
        return meta.replace(request, ["status", "conditions"], changed)


def _groups(text: str) -> set[str]:
    """The organizations that a request names; none if it cannot be read."""
    try:
        found = x509.load_pem_x509_csr(base64.b64decode(text))
    except (ValueError, binascii.Error):
        return set()
    return {str(item.value) for item in found.subject.get_attributes_for_oid(NameOID.ORGANIZATION_NAME)}
