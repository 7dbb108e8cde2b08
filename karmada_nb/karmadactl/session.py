"""Requests to one API server over one kept connection.

``http.client`` rather than aiohttp: a command that makes three requests should not spend half a second on
importing a library.
"""

import contextlib
import http.client
import os
import socket
import ssl
import tempfile
from collections.abc import Iterator, Mapping
from typing import Any, Final
from urllib.parse import urlencode, urlsplit

import orjson

from karmada_nb.engine.errors import StatusError
from karmada_nb.engine.meta import Object
from karmada_nb.karmadactl.failures import ConnectionFailed
from karmada_nb.karmadactl.kubeconfig import Access

SECONDS: Final = 30.0
JSON: Final = "application/json"
TABLE: Final = "application/json;as=Table;v=v1;g=meta.k8s.io,application/json"


class Session:
    """``headers`` go with every request; a path is relative to the server's own."""

    def __init__(self, access: Access, headers: Mapping[str, str] | None = None) -> None:
        self.access = access
        parts = urlsplit(access.server)
        self.host = parts.netloc
        self._prefix = parts.path
        self._secure = parts.scheme != "http"
        self._headers = {"User-Agent": "karmadactl", **(headers or {})}
        if access.token:
            self._headers["Authorization"] = f"Bearer {access.token}"
        self._connection: http.client.HTTPConnection | None = None

    def get(self, path: str, accept: str = JSON, **query: str) -> Object:
        """Raises StatusError, ConnectionFailed."""
        return self.request("GET", path, accept=accept, query=query)

    def request(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        content_type: str = JSON,
        accept: str = JSON,
        query: Mapping[str, str] | None = None,
    ) -> Object:
        """The answer, parsed. Raises StatusError for a refusal, ConnectionFailed where there is none."""
        url = f"{self._prefix}{path}" + (f"?{urlencode(query)}" if query else "")
        headers = {**self._headers, "Accept": accept}
        data = None
        if body is not None:
            data = orjson.dumps(body)
            headers["Content-Type"] = content_type
        status, said = self._exchange(method, url, data, headers)
        if status >= 400:
            raise refusal(status, said)
        found: Object = orjson.loads(said)
        return found

    def stream(self, path: str, accept: str = JSON, **query: str) -> Iterator[Object]:
        """The events of a watch, until the server ends it. Raises StatusError, ConnectionFailed."""
        url = f"{self._prefix}{path}?{urlencode(query)}"
        try:
            connection = self._connect()
            if connection.sock is None:
                connection.connect()
            connection.sock.settimeout(None)
            connection.request("GET", url, headers={**self._headers, "Accept": accept})
            answer = connection.getresponse()
            if answer.status >= 400:
                raise refusal(answer.status, answer.read())
            while line := answer.readline():
                yield orjson.loads(line)
        except (OSError, http.client.HTTPException) as error:
            raise self._failed(url, error) from error
        finally:
            self.close()

    def member(self, cluster: str) -> "Session":
        """A member cluster, through Karmada."""
        path = f"/apis/cluster.karmada.io/v1alpha1/clusters/{cluster}/proxy"
        session = Session(self.access, self._headers)
        session._prefix = self._prefix + path
        session._connection = self._connection
        return session

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _exchange(
        self, method: str, url: str, data: bytes | None, headers: Mapping[str, str]
    ) -> tuple[int, bytes]:
        fresh = self._connection is None
        try:
            connection = self._connection or self._connect()
            connection.request(method, url, data, dict(headers))
            answer = connection.getresponse()
            return answer.status, answer.read()
        except (OSError, http.client.HTTPException) as error:
            self.close()
            if not fresh and isinstance(error, http.client.RemoteDisconnected | ConnectionResetError):
                return self._exchange(method, url, data, headers)
            raise self._failed(url, error) from error

    def _failed(self, url: str, error: Exception) -> ConnectionFailed:
        scheme = "https" if self._secure else "http"
        return ConnectionFailed(f"{scheme}://{self.host}{url}", self.host, go_words(error, self.host))

    def _connect(self) -> http.client.HTTPConnection:
        place, _, port = (
            self.host.rpartition(":") if ":" in self.host.rpartition("]")[2] else (self.host, "", "")
        )
        number = int(port) if port else None
        host = place.strip("[]")
        if self._secure:
            self._connection = http.client.HTTPSConnection(
                host, number, timeout=SECONDS, context=tls(self.access)
            )
        else:
            self._connection = http.client.HTTPConnection(host, number, timeout=SECONDS)
        return self._connection


def tls(access: Access) -> ssl.SSLContext:
    """Verification and client certificate as the kubeconfig says."""
    context = ssl.create_default_context(cadata=access.authority.decode() or None)
    if access.insecure:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    if access.certificate:
        with _private_file(access.certificate + b"\n" + access.key) as path:
            context.load_cert_chain(path)
    return context


@contextlib.contextmanager
def _private_file(data: bytes) -> Iterator[str]:
    """A file that nobody else may read, for as long as OpenSSL needs one."""
    descriptor, path = tempfile.mkstemp()
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
        yield path
    finally:
        os.unlink(path)


def refusal(code: int, said: bytes) -> StatusError:
    """The Status that was sent, or one made of a plain text."""
    try:
        status = orjson.loads(said)
    except orjson.JSONDecodeError:
        status = None
    if isinstance(status, dict) and status.get("kind") == "Status":
        return StatusError(
            status.get("code") or code,
            status.get("reason") or "",
            status.get("message") or "",
            status.get("details"),
        )
    text = said.decode(errors="replace").strip()
    return StatusError(code, "", text or f"the server answered {code} and said nothing")


def go_words(error: BaseException, host: str) -> str:
    """An error of the network as Go's net package puts it."""
    if isinstance(error, ConnectionRefusedError):
        return f"dial tcp {host}: connect: connection refused"
    if isinstance(error, socket.gaierror):
        return f"dial tcp: lookup {host.rpartition(':')[0] or host}: no such host"
    if isinstance(error, TimeoutError):
        return f"dial tcp {host}: i/o timeout"
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"tls: failed to verify certificate: x509: {error.verify_message}"
    if isinstance(error, ssl.SSLError):
        return f"tls: {error.reason or error}"
    return str(error) or type(error).__name__
