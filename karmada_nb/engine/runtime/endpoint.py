"""The way to an API server, as a kubeconfig tells it. Follows k8s.io/client-go tools/clientcmd."""

from __future__ import annotations

import base64
import ssl
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


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


def endpoint_of(config: Mapping[str, Any], context: str = "", folder: Path | None = None) -> Endpoint:
    """What a parsed kubeconfig says; relative file names are below ``folder``. Raises ValueError, OSError."""
    wanted = context or config.get("current-context", "")
    place = _named(config, "context", wanted)
    cluster = _named(config, "cluster", place.get("cluster", ""))
    user = _named(config, "user", place.get("user", ""))
    token = user.get("token", "")
    if not token and user.get("tokenFile"):
        token = _resolve(user["tokenFile"], folder).read_text().strip()
    tls: ssl.SSLContext | None = None
    if not cluster.get("insecure-skip-tls-verify"):
        tls = tls_context(
            _data(cluster, "certificate-authority", folder),
            _data(user, "client-certificate", folder),
            _data(user, "client-key", folder),
        )
    return Endpoint(
        cluster["server"].rstrip("/"),
        tls,
        token,
        user.get("as", ""),
        tuple(user.get("as-groups") or ()),
        cluster.get("proxy-url", ""),
    )


def _named(config: Mapping[str, Any], kind: str, name: str) -> dict[str, Any]:
    for entry in config.get(f"{kind}s") or ():
        if entry.get("name") == name:
            found: dict[str, Any] = entry.get(kind) or {}
            return found
    raise ValueError(f'kubeconfig: expected a {kind} named "{name}", found none')


def _data(entry: Mapping[str, Any], name: str, folder: Path | None) -> bytes:
    if entry.get(f"{name}-data"):
        return base64.b64decode(entry[f"{name}-data"])
    return _resolve(entry[name], folder).read_bytes() if entry.get(name) else b""


def _resolve(name: str, folder: Path | None) -> Path:
    return folder / name if folder is not None else Path(name)
