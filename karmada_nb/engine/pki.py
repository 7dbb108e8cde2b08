"""The lab's certificates: one authority, the keys it signs, and the kubeconfigs that carry them.

Everything lives in one state folder (0700, files 0600), so that a lab that starts again is the same lab to
every client. Certificates use EC P-256, which is made in microseconds; service account tokens are signed
with RS256 as upstream's, and that one key is made on a thread of its own when nobody waits for it yet.
"""

from __future__ import annotations

import base64
import ipaddress
import os
import ssl
from collections.abc import Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

import yaml
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

YEARS: Final = timedelta(days=3650)
SKEW: Final = timedelta(hours=1)
SERVER_NAMES: Final = (
    "localhost",
    "kubernetes",
    "kubernetes.default",
    "kubernetes.default.svc",
    "kubernetes.default.svc.cluster.local",
)
SERVER_ADDRESSES: Final = ("127.0.0.1", "::1", "10.96.0.1")


_Dumper: Final[Any] = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
_PURPOSES: Final = {
    "client auth": ExtendedKeyUsageOID.CLIENT_AUTH,
    "server auth": ExtendedKeyUsageOID.SERVER_AUTH,
}


@dataclass(frozen=True, slots=True)
class Pair:
    """A certificate and its key, both PEM."""

    certificate: bytes
    key: bytes


class Authority:
    """A certificate authority: it signs what servers and clients of one lab show each other."""

    def __init__(self, pair: Pair) -> None:
        self.pair = pair
        self._certificate = x509.load_pem_x509_certificate(pair.certificate)
        key = load_pem_private_key(pair.key, None)
        if not isinstance(key, ec.EllipticCurvePrivateKey):
            raise ValueError(f"the authority's key: expected an EC key, found {type(key).__name__}")
        self._key = key

    @classmethod
    def create(cls, name: str, now: datetime) -> Authority:
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        usage = x509.KeyUsage(True, False, True, False, False, True, True, False, False)
        builder = (
            _builder(subject, subject, key.public_key(), now)
            .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
            .add_extension(usage, critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        )
        return cls(Pair(builder.sign(key, hashes.SHA256()).public_bytes(Encoding.PEM), _pem(key)))

    @property
    def certificate(self) -> bytes:
        """The authority's own certificate: what ``certificate-authority-data`` holds."""
        return self.pair.certificate

    def server(self, now: datetime, names: Iterable[str] = (), addresses: Iterable[str] = ()) -> Pair:
        """A serving certificate for loopback, the usual in-cluster names, and these."""
        alternatives: list[x509.GeneralName] = [x509.DNSName(n) for n in (*SERVER_NAMES, *names)]
        alternatives += [x509.IPAddress(ipaddress.ip_address(a)) for a in (*SERVER_ADDRESSES, *addresses)]
        return self._issue("kube-apiserver", (), now, ExtendedKeyUsageOID.SERVER_AUTH, alternatives)

    def client(self, user: str, groups: Iterable[str], now: datetime) -> Pair:
        """A client certificate: who shows it is ``user``, a member of ``groups``."""
        return self._issue(user, groups, now, ExtendedKeyUsageOID.CLIENT_AUTH, [])

    def sign(self, request: bytes, now: datetime, seconds: float, usages: Sequence[str]) -> bytes:
        """The certificate (PEM) that a request asks for, for ``client auth`` or ``server auth``.

        Raises ValueError for a request that cannot be read or that its key did not sign.
        """
        asked = x509.load_pem_x509_csr(request)
        key = asked.public_key()
        if not asked.is_signature_valid:
            raise ValueError("x509: certificate signature verification failed")
        if not isinstance(key, ec.EllipticCurvePublicKey | rsa.RSAPublicKey | ed25519.Ed25519PublicKey):
            raise ValueError(f"the request's key: expected EC, RSA or Ed25519, found {type(key).__name__}")
        purposes = [_PURPOSES[usage] for usage in usages if usage in _PURPOSES]
        builder = (
            x509.CertificateBuilder()
            .subject_name(asked.subject)
            .issuer_name(self._certificate.subject)
            .public_key(key)
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - SKEW)
            .not_valid_after(now + timedelta(seconds=seconds))
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(
                x509.KeyUsage(True, False, True, False, False, False, False, False, False), critical=True
            )
        )
        if purposes:
            builder = builder.add_extension(x509.ExtendedKeyUsage(purposes), critical=False)
        with suppress(x509.ExtensionNotFound):
            names = asked.extensions.get_extension_for_class(x509.SubjectAlternativeName)
            builder = builder.add_extension(names.value, critical=False)
        return builder.sign(self._key, hashes.SHA256()).public_bytes(Encoding.PEM)

    def _issue(
        self,
        name: str,
        groups: Iterable[str],
        now: datetime,
        purpose: x509.ObjectIdentifier,
        alternatives: list[x509.GeneralName],
    ) -> Pair:
        key = ec.generate_private_key(ec.SECP256R1())
        attributes = [x509.NameAttribute(NameOID.ORGANIZATION_NAME, group) for group in groups]
        subject = x509.Name([*attributes, x509.NameAttribute(NameOID.COMMON_NAME, name)])
        usage = x509.KeyUsage(True, False, True, False, False, False, False, False, False)
        builder = (
            _builder(subject, self._certificate.subject, key.public_key(), now)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(usage, critical=True)
            .add_extension(x509.ExtendedKeyUsage([purpose]), critical=False)
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key()), critical=False
            )
        )
        if alternatives:
            builder = builder.add_extension(x509.SubjectAlternativeName(alternatives), critical=False)
        return Pair(builder.sign(self._key, hashes.SHA256()).public_bytes(Encoding.PEM), _pem(key))


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey, now: datetime
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - SKEW)
        .not_valid_after(now + YEARS)
    )


def _pem(key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


class SigningKey:
    """The RSA key behind service account tokens; made on a thread, waited for by the first who needs it."""

    def __init__(self, pem: bytes | None = None, path: Path | None = None) -> None:
        self._path = path
        self._future: Future[rsa.RSAPrivateKey]
        if pem is not None:
            key = load_pem_private_key(pem, None)
            if not isinstance(key, rsa.RSAPrivateKey):
                raise ValueError(f"the signing key: expected an RSA key, found {type(key).__name__}")
            self._future = Future()
            self._future.set_result(key)
        else:
            pool = ThreadPoolExecutor(1, thread_name_prefix="signing-key")
            self._future = pool.submit(self._make)
            pool.shutdown(wait=False)

    def _make(self) -> rsa.RSAPrivateKey:
        key = rsa.generate_private_key(65537, 2048)
        if self._path is not None:
            write_private(self._path, _pem(key))
        return key

    @property
    def private(self) -> rsa.RSAPrivateKey:
        return self._future.result()


@dataclass(frozen=True, slots=True)
class FrontProxy:
    """The certificate by which extension API servers know who passes requests on to them."""

    certificate: Path
    key: Path
    authority: str
    """PEM of the authority that signed it, which signs nothing else."""
    name: str
    """Whom the certificate names."""


class State:
    """The folder that keeps a lab's keys: each is made when first asked for, and read back ever after."""

    def __init__(self, folder: Path, now: datetime, name: str = "karmada-nb") -> None:
        self.folder = folder
        self._now = now
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder.chmod(0o700)
        stored = self._read("ca")
        self.authority = Authority(stored) if stored else Authority.create(name, now)
        if stored is None:
            self._write("ca", self.authority.pair)
        path = folder / "sa.key"
        self.signing_key = SigningKey(path.read_bytes() if path.exists() else None, path)

    def server(self, name: str, names: Iterable[str] = (), addresses: Iterable[str] = ()) -> Pair:
        """The serving certificate kept under ``name``."""
        stored = self._read(name)
        if stored is None:
            stored = self._write(name, self.authority.server(self._now, names, addresses))
        return stored

    def client(self, name: str, user: str, groups: Iterable[str]) -> Pair:
        """The client certificate kept under ``name``."""
        stored = self._read(name)
        if stored is None:
            stored = self._write(name, self.authority.client(user, groups, self._now))
        return stored

    def front_proxy(self) -> FrontProxy:
        """The aggregator's certificate, from an authority of its own."""
        kept, name = self._read("front-proxy-ca"), "front-proxy-client"
        authority = Authority(kept) if kept else Authority.create("front-proxy-ca", self._now)
        if kept is None:
            self._write("front-proxy-ca", authority.pair)
        if self._read(name) is None:
            self._write(name, authority.client(name, (), self._now))
        paths = self.folder / f"{name}.crt", self.folder / f"{name}.key"
        return FrontProxy(*paths, authority.certificate.decode(), name)

    def server_context(self, name: str) -> ssl.SSLContext:
        """TLS for an API server: a client may show a certificate of this authority, or none."""
        self.server(name)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        context.load_cert_chain(self.folder / f"{name}.crt", self.folder / f"{name}.key")
        context.load_verify_locations(cadata=self.authority.certificate.decode())
        context.verify_mode = ssl.CERT_OPTIONAL
        context.set_alpn_protocols(["http/1.1"])
        return context

    def _read(self, name: str) -> Pair | None:
        certificate, key = self.folder / f"{name}.crt", self.folder / f"{name}.key"
        if not certificate.exists() or not key.exists():
            return None
        return Pair(certificate.read_bytes(), key.read_bytes())

    def _write(self, name: str, pair: Pair) -> Pair:
        write_private(self.folder / f"{name}.key", pair.key)
        write_private(self.folder / f"{name}.crt", pair.certificate)
        return pair


def write_private(path: Path, data: bytes) -> None:
    """Replace a file at once; only its owner may read it, from the first byte on."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
    fresh.replace(path)


def kubeconfig(
    server: str,
    authority: bytes,
    *,
    name: str,
    context: str = "",
    user: str = "",
    client: Pair | None = None,
    token: str = "",
    namespace: str = "",
) -> dict[str, Any]:
    """A kubeconfig with one cluster ``name``, one user and one context (both ``name`` where not given)."""
    credentials: dict[str, str] = {}
    if client is not None:
        credentials["client-certificate-data"] = base64.b64encode(client.certificate).decode()
        credentials["client-key-data"] = base64.b64encode(client.key).decode()
    if token:
        credentials["token"] = token
    place = {"cluster": name, "user": user or name, **({"namespace": namespace} if namespace else {})}
    cluster = {"certificate-authority-data": base64.b64encode(authority).decode(), "server": server}
    return {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [{"name": name, "cluster": cluster}],
        "users": [{"name": user or name, "user": credentials}],
        "contexts": [{"name": context or name, "context": place}],
        "current-context": context or name,
        "preferences": {},
    }


def merge_kubeconfigs(configs: Iterable[dict[str, Any]], current: str = "") -> dict[str, Any]:
    """One kubeconfig with the clusters, users and contexts of all; ``current`` or the first is current."""
    merged: dict[str, Any] = {"apiVersion": "v1", "kind": "Config", "preferences": {}}
    for config in configs:
        for part in ("clusters", "users", "contexts"):
            merged.setdefault(part, []).extend(config[part])
        merged.setdefault("current-context", config["current-context"])
    return {**merged, "current-context": current} if current else merged


def write_kubeconfig(path: Path, config: dict[str, Any]) -> None:
    """Write a kubeconfig as YAML, for its owner only."""
    write_private(path, yaml.dump(config, Dumper=_Dumper, sort_keys=False).encode())
