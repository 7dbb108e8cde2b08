"""What a Cluster object and its secret say about the way to a member.

Follows ``BuildClusterConfig`` of pkg/util/membercluster_client.go.
"""

import base64
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from karmada_nb.engine import meta
from karmada_nb.engine.errors import StatusError, not_found
from karmada_nb.engine.meta import Key, Object

TOKEN: Final = "token"
CA_BUNDLE: Final = "caBundle"


@dataclass(frozen=True, slots=True)
class Access:
    """``ca`` is PEM; empty where the server's certificate is not to be verified (``insecure``)."""

    endpoint: str
    token: str = field(repr=False)
    ca: str = ""
    insecure: bool = False
    proxy: str = ""
    proxy_headers: Mapping[str, str] = field(default_factory=dict)


def secret_key(cluster: Object, reference: str = "secretRef") -> Key | None:
    """Where the secret of a Cluster is; ``impersonatorSecretRef`` names the other one."""
    ref = meta.dig(cluster, "spec", reference)
    return None if ref is None else Key(ref.get("namespace", ""), ref.get("name", ""))


def access_of(
    cluster: Object, secret: Callable[[Key], Object | None], reference: str = "secretRef"
) -> Access:
    """Raises StatusError with what is missing."""
    name = meta.name(cluster)
    spec = cluster.get("spec") or {}
    if not spec.get("apiEndpoint"):
        raise _wrong(f"the api endpoint of cluster {name} is empty")
    key = secret_key(cluster, reference)
    if key is None:
        raise _wrong(f"cluster {name} does not have a secret")
    found = secret(key)
    if found is None:
        raise not_found("", "secrets", key.name)
    data = found.get("data") or {}
    token = _decoded(data.get(TOKEN))
    if not token:
        raise _wrong(f'the secret for cluster {name} is missing a non-empty value for "{TOKEN}"')
    insecure = bool(spec.get("insecureSkipTLSVerification"))
    if not insecure and CA_BUNDLE not in data and reference == "secretRef":
        raise _wrong(f'the secret for cluster {name} is missing the CA data key "{CA_BUNDLE}"')
    return Access(
        spec["apiEndpoint"],
        token,
        "" if insecure else _decoded(data.get(CA_BUNDLE)),
        insecure,
        spec.get("proxyURL") or "",
        dict(spec.get("proxyHeader") or {}),
    )


def _decoded(text: str | None) -> str:
    return base64.b64decode(text).decode() if text else ""


def _wrong(message: str) -> StatusError:
    return StatusError(500, "", message)
