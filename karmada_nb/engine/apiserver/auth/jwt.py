"""JSON Web Tokens signed with RS256: just what service account tokens need. Follows RFC 7515 and 7519."""

from __future__ import annotations

import base64
import binascii
import hashlib
from typing import Any, Final

import orjson
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from karmada_nb.engine.pki import SigningKey

_CACHE: Final = 4096


class Signer:
    """Signs and verifies; a token whose signature held once is not computed again."""

    def __init__(self, key: SigningKey) -> None:
        self._key = key
        self._verified: dict[str, dict[str, Any]] = {}
        self._kid = ""

    @property
    def kid(self) -> str:
        """The key's identifier, as upstream derives it from the public key."""
        if not self._kid:
            public = self._key.private.public_key()
            der = public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
            self._kid = _encode(hashlib.sha256(der).digest())
        return self._kid

    def sign(self, claims: dict[str, Any]) -> str:
        header = _encode(orjson.dumps({"alg": "RS256", "kid": self.kid}))
        payload = f"{header}.{_encode(orjson.dumps(claims))}"
        return f"{payload}.{_encode(self._key.private.sign(payload.encode(), PKCS1v15(), SHA256()))}"

    def claims(self, token: str) -> dict[str, Any] | None:
        """What a token says, if this key signed it; nothing about it is checked beyond that."""
        known = self._verified.get(token)
        if known is not None:
            return known
        try:
            header, payload, signature = token.split(".")
            if orjson.loads(_decode(header)).get("alg") != "RS256":
                return None
            self._key.private.public_key().verify(
                _decode(signature), f"{header}.{payload}".encode(), PKCS1v15(), SHA256()
            )
            claims = orjson.loads(_decode(payload))
        except (ValueError, AttributeError, binascii.Error, InvalidSignature):
            return None
        if not isinstance(claims, dict):
            return None
        if len(self._verified) >= _CACHE:
            self._verified.clear()
        self._verified[token] = claims
        return claims

    def jwks(self) -> dict[str, Any]:
        """The public key as a JSON Web Key Set."""
        numbers = self._key.private.public_key().public_numbers()
        key = {
            "use": "sig",
            "kty": "RSA",
            "kid": self.kid,
            "alg": "RS256",
            "n": _encode(numbers.n.to_bytes((numbers.n.bit_length() + 7) // 8, "big")),
            "e": _encode(numbers.e.to_bytes((numbers.e.bit_length() + 7) // 8, "big")),
        }
        return {"keys": [key]}


def _encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _decode(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
