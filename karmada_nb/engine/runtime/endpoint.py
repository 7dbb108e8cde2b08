"""The way to an API server of another process."""

from __future__ import annotations

import ssl
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where an API server is and who asks. ``tls`` None: its certificate is not verified."""

    url: str
    tls: ssl.SSLContext | None
    token: str = field(default="", repr=False)
    user: str = ""
    """Impersonated, with ``groups``."""
    groups: tuple[str, ...] = ()
    proxy: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)


def tls_context(ca: bytes = b"", certificate: bytes = b"", key: bytes = b"") -> ssl.SSLContext:
    """TLS that trusts ``ca`` (or the system's authorities) and shows a client certificate. All PEM."""
    context = ssl.create_default_context(cadata=ca.decode() if ca else None)
    if certificate:
        with tempfile.TemporaryDirectory() as folder:
            place = Path(folder) / "client.pem"
            place.touch(mode=0o600)
            place.write_bytes(certificate + b"\n" + key)
            context.load_cert_chain(place)
    return context
