"""Plain HTTPS to the server of a kubeconfig's current context."""

import base64
import http.client
import json
import ssl
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, quote, urlsplit

import yaml

_FILES = ("certificate-authority", "client-certificate", "client-key", "tokenFile")
_UNQUOTED = "/?&=%:,+()!~*$'"


class Access:
    """``config`` is the kubeconfig with its inline data written to files below ``work``."""

    def __init__(self, kubeconfig: Path, work: Path) -> None:
        self.config: dict[str, Any] = yaml.safe_load(kubeconfig.read_text())
        self.context = self._named("context", self.config["current-context"])
        cluster = self._named("cluster", self.context["cluster"])
        user = self._named("user", self.context["user"])
        for entry in (cluster, user):
            for key in _FILES:
                if key in entry:
                    entry[key] = str(kubeconfig.resolve().parent / entry[key])
                if f"{key}-data" in entry:
                    (work / key).write_bytes(base64.b64decode(entry.pop(f"{key}-data")))
                    entry[key] = str(work / key)
        self.url: SplitResult = urlsplit(cluster["server"])
        self._token = user.get("token") or (
            Path(user["tokenFile"]).read_text() if "tokenFile" in user else ""
        )
        self._known = _context(cluster)
        self._stranger = _context(cluster)
        if "client-certificate" in user:
            self._known.load_cert_chain(user["client-certificate"], user["client-key"])

    def open(
        self,
        method: str,
        path: str,
        body: str | None = None,
        headers: Mapping[str, str] | None = None,
        auth: str | None = None,
        timeout: float = 60,
    ) -> tuple[http.client.HTTPSConnection, http.client.HTTPResponse]:
        """Send a request. ``auth``: None is the kubeconfig's user, ``none`` nobody, else a bearer token."""
        sent = dict(headers or {})
        token = self._token if auth is None else "" if auth == "none" else auth
        if token:
            sent.setdefault("Authorization", f"Bearer {token}")
        tls = self._stranger if auth else self._known
        connection = http.client.HTTPSConnection(self.url.netloc, timeout=timeout, context=tls)
        target = self.url.path.rstrip("/") + quote(path, safe=_UNQUOTED)
        connection.request(method, target, body=body, headers=sent)
        return connection, connection.getresponse()

    def json(self, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        """The status and the parsed answer."""
        headers = {"Content-Type": "application/json"}
        connection, response = self.open(method, path, json.dumps(body) if body else None, headers)
        data = response.read()
        connection.close()
        return response.status, json.loads(data) if data[:1] == b"{" else data

    def _named(self, kind: str, name: str) -> dict[str, Any]:
        found: dict[str, Any] = next(e[kind] for e in self.config[f"{kind}s"] if e["name"] == name)
        return found


def _context(cluster: Mapping[str, Any]) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=cluster.get("certificate-authority"))
    if cluster.get("insecure-skip-tls-verify"):
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context
