"""From a request for a certificate to one that the API server trusts."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from karmada_nb.engine import meta, pki
from karmada_nb.engine.apiserver.auth.jwt import Signer
from karmada_nb.engine.cluster import Cluster, Settings
from karmada_nb.engine.controllers.signing import REQUESTS
from karmada_nb.engine.errors import StatusError
from karmada_nb.engine.meta import Object
from karmada_nb.engine.runtime.clock import VirtualClock


def request(name: str, group: str) -> Object:
    subject = x509.Name(
        [x509.NameAttribute(NameOID.ORGANIZATION_NAME, group), x509.NameAttribute(NameOID.COMMON_NAME, name)]
    )
    key = ec.generate_private_key(ec.SECP256R1())
    made = x509.CertificateSigningRequestBuilder().subject_name(subject).sign(key, hashes.SHA256())
    spec = {
        "request": base64.b64encode(made.public_bytes(Encoding.PEM)).decode(),
        "signerName": "kubernetes.io/kube-apiserver-client",
        "usages": ["client auth"],
        "expirationSeconds": 3600,
    }
    return {"metadata": {"name": name}, "spec": spec}


async def test_an_approved_request_is_signed_for_as_long_as_was_asked(tmp_path: Path) -> None:
    clock = VirtualClock()
    state = pki.State(tmp_path, clock.now())
    cluster = Cluster(Settings("test", "v1.36.2"), clock, Signer(state.signing_key), "")
    cluster.start()
    cluster.sign_requests(state.authority.sign)
    client = cluster.client_as("somebody")
    made = await client.create(REQUESTS, request("jane", "dev"))
    assert made["spec"]["username"] == "system:serviceaccount:kube-system:somebody"
    await clock.advance(1)
    assert "certificate" not in (await client.get(REQUESTS, "jane")).get("status", {})
    approval = {"type": "Approved", "status": "True", "reason": "Fine", "message": "Fine."}
    await client.update(REQUESTS, {**made, "status": {"conditions": [approval]}}, "approval")
    await clock.advance(1)
    signed = await client.get(REQUESTS, "jane")
    assert (meta.condition(signed, "Approved") or {})["lastTransitionTime"] == "2026-01-01T00:00:01Z"
    found = x509.load_pem_x509_certificate(base64.b64decode(signed["status"]["certificate"]))
    found.verify_directly_issued_by(x509.load_pem_x509_certificate(state.authority.certificate))
    assert found.subject.rfc4514_string() == "CN=jane,O=dev"
    assert (found.not_valid_after_utc - clock.now()).total_seconds() == pytest.approx(3600, abs=2)
    with pytest.raises(StatusError) as caught:
        await client.create(REQUESTS, request("root", "system:masters"))
    assert caught.value.message.endswith(
        "use of kubernetes.io/kube-apiserver-client signer with system:masters group is not allowed"
    )
    await cluster.stop()
