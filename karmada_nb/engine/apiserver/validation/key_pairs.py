"""Whether a certificate and a private key go together. Follows X509KeyPair in Go's crypto/tls/tls.go."""

from __future__ import annotations

import re
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.serialization import load_pem_private_key

_BLOCK: Final = re.compile(rb"-----BEGIN ([A-Z0-9 ]+)-----\s.*?-----END \1-----", re.DOTALL)


def key_pair_complaint(certificate: bytes, key: bytes) -> str:
    """What is wrong with the pair, in Go's words; "" for nothing."""
    return _certificate(certificate) or _key(key) or _mismatch(certificate, key)


def _certificate(text: bytes) -> str:
    kinds = [kind.decode() for kind in _BLOCK.findall(text)]
    if "CERTIFICATE" in kinds:
        return ""
    if not kinds:
        return "tls: failed to find any PEM data in certificate input"
    if len(kinds) == 1 and kinds[0].endswith("PRIVATE KEY"):
        return (
            "tls: failed to find certificate PEM data in certificate input, "
            "but did find a private key; PEM inputs may have been switched"
        )
    shown = " ".join(kinds)
    return (
        'tls: failed to find "CERTIFICATE" PEM block in certificate input '
        f"after skipping PEM blocks of the following types: [{shown}]"
    )


def _key(text: bytes) -> str:
    kinds = [kind.decode() for kind in _BLOCK.findall(text)]
    if any(kind == "PRIVATE KEY" or kind.endswith(" PRIVATE KEY") for kind in kinds):
        return ""
    if not kinds:
        return "tls: failed to find any PEM data in key input"
    if kinds == ["CERTIFICATE"]:
        return "tls: found a certificate rather than a key in the PEM for the private key"
    shown = " ".join(kinds)
    return (
        'tls: failed to find PEM block with type ending in "PRIVATE KEY" in key input '
        f"after skipping PEM blocks of the following types: [{shown}]"
    )


def _mismatch(certificate: bytes, key: bytes) -> str:
    try:
        leaf = x509.load_pem_x509_certificate(certificate)
        private = load_pem_private_key(key, None)
    except (ValueError, TypeError):
        return "tls: failed to parse private key"
    public = leaf.public_key()
    if type(private.public_key()) is not type(public):
        return "tls: private key type does not match public key type"
    return "" if private.public_key() == public else "tls: private key does not match public key"
