"""Signs what was asked for and approved. Follows pkg/controller/certificates/signer/signer.go."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Final

from karmada_nb.engine import meta
from karmada_nb.engine.controllers.context import Context
from karmada_nb.engine.meta import Key, Object
from karmada_nb.engine.runtime.client import Resource
from karmada_nb.engine.runtime.controller import DONE, Result, Watch, itself

REQUESTS: Final = Resource("certificates.k8s.io", "v1", "certificatesigningrequests")
Sign = Callable[[bytes, datetime, float, Sequence[str]], bytes]
"""From a request (PEM), now, seconds and usages to a certificate (PEM). Raises ValueError."""
_YEAR: Final = 365 * 86400.0
_USAGES: Final = {
    "kubernetes.io/kube-apiserver-client": "client auth",
    "kubernetes.io/kube-apiserver-client-kubelet": "client auth",
    "kubernetes.io/kubelet-serving": "server auth",
    "kubernetes.io/legacy-unknown": "",
}
"""The signers of a cluster, and the usage that each of them wants."""


class CertificateSigner:
    name = "csrsigning"

    def __init__(self, context: Context, sign: Sign) -> None:
        self._client = context.client_as("certificate-controller")
        self._clock = context.clock
        self._requests = context.informers(*REQUESTS)
        self._sign = sign

    def watches(self) -> Iterable[Watch]:
        yield Watch(self._requests, itself)

    async def reconcile(self, key: Key) -> Result:
        request = self._requests.get(key)
        if request is None or not _due(request):
            return DONE
        spec, now = request["spec"], self._clock.now()
        status: Object = request.get("status") or {}
        wanted, usages = _USAGES[spec["signerName"]], spec.get("usages") or []
        try:
            if wanted and wanted not in usages:
                raise ValueError(f"usages did not match: {wanted} is missing")
            seconds = min(float(spec.get("expirationSeconds") or _YEAR), _YEAR)
            made = self._sign(base64.b64decode(spec["request"]), now, seconds, usages)
            status = {**status, "certificate": base64.b64encode(made).decode()}
        except ValueError as error:
            failed = ("Failed", "True", "SignerValidationFailure", str(error))
            at = meta.rfc3339(now)
            conditions = meta.set_condition(status.get("conditions") or [], *failed, now, lastUpdateTime=at)
            status = {**status, "conditions": conditions}
        await self._client.update(REQUESTS, {**request, "status": status}, "status")
        return DONE


def _due(request: Object) -> bool:
    kinds = {c["type"] for c in meta.dig(request, "status", "conditions", default=[])}
    return (
        "Approved" in kinds
        and not kinds & {"Denied", "Failed"}
        and not meta.dig(request, "status", "certificate")
        and meta.dig(request, "spec", "signerName") in _USAGES
    )
