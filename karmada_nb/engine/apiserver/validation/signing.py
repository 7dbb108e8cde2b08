"""What may be asked of a signer.

Follows pkg/apis/certificates/validation/validation.go.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable
from typing import Final

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm

from karmada_nb.engine.apiserver.validation import field
from karmada_nb.engine.apiserver.validation.names import dns_label, dns_subdomain
from karmada_nb.engine.errors import Cause
from karmada_nb.engine.meta import Object

_USAGES: Final = frozenset(
    {
        "signing", "digital signature", "content commitment", "key encipherment", "key agreement",
        "data encipherment", "cert sign", "crl sign", "encipher only", "decipher only", "any",
        "server auth", "client auth", "code signing", "email protection", "s/mime", "ipsec end system",
        "ipsec tunnel", "ipsec user", "timestamping", "ocsp signing", "microsoft sgc", "netscape sgc",
    }
)  # fmt: skip
_LEAST_SECONDS: Final = 600
_LONGEST_NAME: Final = 571
_LONGEST_DOMAIN: Final = 253


def validate_request(spec: Object, path: str) -> list[Cause]:
    """``ValidateCertificateSigningRequestCreate``."""
    causes = _certificate(spec.get("request"), f"{path}.request")
    usages = spec.get("usages") or []
    if not usages:
        causes.append(field.required(f"{path}.usages"))
    seen: set[str] = set()
    for index, usage in enumerate(usages):
        if usage not in _USAGES:
            causes.append(field.not_supported(f"{path}.usages[{index}]", usage, sorted(_USAGES)))
        if usage in seen:
            causes.append(field.duplicate(f"{path}.usages[{index}]", usage))
        seen.add(usage)
    causes += signer_name(spec.get("signerName", ""), f"{path}.signerName")
    seconds = spec.get("expirationSeconds")
    if seconds is not None and seconds < _LEAST_SECONDS:
        why = "may not specify a duration less than 600 seconds (10 minutes)"
        causes.append(field.invalid(f"{path}.expirationSeconds", seconds, why))
    return causes


def validate_conditions(obj: Object) -> list[Cause]:
    """Conditions of a request's status: none twice, and not both approved and denied."""
    causes: list[Cause] = []
    seen: set[str] = set()
    for index, condition in enumerate((obj.get("status") or {}).get("conditions") or ()):
        at, kind = f"status.conditions[{index}]", condition.get("type", "")
        if not kind:
            causes.append(field.required(f"{at}.type"))
        if kind in ("Approved", "Denied", "Failed") and condition.get("status") != "True":
            status = condition.get("status", "")
            if not status:
                causes.append(field.required(f"{at}.status"))
            else:
                causes.append(field.not_supported(f"{at}.status", status, ("True",)))
        other = {"Approved": "Denied", "Denied": "Approved"}.get(kind)
        if other in seen:
            why = "Approved and Denied conditions are mutually exclusive"
            causes.append(field.invalid(f"{at}.type", kind, why))
        if kind in seen:
            causes.append(field.duplicate(f"{at}.type", kind))
        seen.add(kind)
    return causes


def _certificate(text: str | None, path: str) -> list[Cause]:
    if not text:
        return [field.invalid(path, None, "PEM block type must be CERTIFICATE REQUEST")]
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        data = b""
    if b"-----BEGIN CERTIFICATE REQUEST-----" not in data:
        return [field.invalid(path, text, "PEM block type must be CERTIFICATE REQUEST")]
    try:
        found = x509.load_pem_x509_csr(data)
    except (ValueError, UnsupportedAlgorithm):
        return [field.invalid(path, text, "asn1: structure error: tags don't match")]
    try:
        valid = found.is_signature_valid
    except (InvalidSignature, UnsupportedAlgorithm):
        valid = False
    return [] if valid else [field.invalid(path, text, "x509: certificate signature verification failed")]


def signer_name(name: str, path: str) -> list[Cause]:
    """``ValidateSignerName``: a domain, a slash, and what the domain calls it."""
    if not name:
        return [field.required(path)]
    domain, slash, rest = name.partition("/")
    if not slash or "/" in rest:
        why = "must be a fully qualified domain and path of the form 'example.com/signer-name'"
        return [field.invalid(path, name, why)]
    causes = [field.too_long(path, _LONGEST_DOMAIN)] if len(domain) > _LONGEST_DOMAIN else []
    causes += _labels(domain, dns_label, path)
    if "." not in domain:
        why = "should be a domain with at least two segments separated by dots"
        causes.append(field.invalid(path, domain, why))
    causes += _labels(rest, dns_subdomain, path)
    if len(name) > _LONGEST_NAME:
        causes.append(field.too_long(path, _LONGEST_NAME))
    return causes


def _labels(text: str, check: Callable[[str], list[str]], path: str) -> list[Cause]:
    """What is wrong with the first bad one of the parts between dots."""
    for label in text.split("."):
        if complaints := check(label):
            return field.each(path, text, (f'validating label "{label}": {why}' for why in complaints))
    return []
