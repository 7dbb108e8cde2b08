"""The way to an extension API server: which address, by whose certificate, in whose name.

Follows kube-aggregator pkg/controllers/status/remote (BuildTransportConfig) and client-go transport
(SetAuthProxyHeaders): the aggregator shows the front proxy's certificate and says in headers who asks.
"""

from __future__ import annotations

import base64
import ssl
from typing import Final
from urllib.parse import quote

import aiohttp
from multidict import CIMultiDict

from karmada_nb.engine.apiserver.admission.chain import Reader
from karmada_nb.engine.apiserver.http.asking import resolve
from karmada_nb.engine.apiserver.verbs.call import User
from karmada_nb.engine.meta import Object
from karmada_nb.engine.pki import FrontProxy

AGGREGATOR: Final = User("system:kube-aggregator", ("system:masters",))
"""Who asks on nobody's behalf."""
_REMOTE: Final = "x-remote-"
_SECONDS: Final = 5.0
_BAD_BUNDLE: Final = "unable to load root certificates: unable to parse bytes as PEM block"


class Dialer:
    """Finds and trusts extension servers. Without a ``front_proxy`` it shows no certificate."""

    def __init__(self, reader: Reader, front_proxy: FrontProxy | None) -> None:
        self._reader = reader
        self._front_proxy = front_proxy
        self._contexts: dict[tuple[str, bool], ssl.SSLContext] = {}

    def place(self, service: Object) -> str:
        """``https://address:port``. Raises LookupError with Go's words."""
        named = service["spec"]["service"]
        host, port = resolve(self._reader, named["namespace"], named["name"], named.get("port") or 443)
        return f"https://[{host}]:{port}" if ":" in host else f"https://{host}:{port}"

    def tls(self, service: Object) -> ssl.SSLContext:
        """Trusts the APIService's bundle, or anybody if it says so. Raises ValueError for a bad bundle."""
        spec = service["spec"]
        key = (spec.get("caBundle") or "", bool(spec.get("insecureSkipTLSVerify")))
        found = self._contexts.get(key)
        if found is None:
            try:
                bundle = base64.b64decode(key[0]).decode() if key[0] else None
                found = ssl.create_default_context(cadata=bundle)
            except (ValueError, ssl.SSLError):
                raise ValueError(
                    "unable to load root certificates: unable to parse bytes as PEM block"
                ) from None
            if key[1]:
                found.check_hostname = False
                found.verify_mode = ssl.CERT_NONE
            if self._front_proxy is not None:
                found.load_cert_chain(self._front_proxy.certificate, self._front_proxy.key)
            self._contexts[key] = found
        return found

    async def fetch(
        self, service: Object, path: str, accept: str = "", etag: str = "", method: str = "GET"
    ) -> tuple[int, bytes, CIMultiDict[str]]:
        """Ask as the aggregator itself: status, body, headers. Raises OSError, ClientError, LookupError."""
        headers = in_the_name_of(AGGREGATOR, CIMultiDict({"Accept": accept or "application/json"}))
        if etag:
            headers["If-None-Match"] = etag
        connector = aiohttp.TCPConnector(ssl=self.tls(service), force_close=True)
        timeout = aiohttp.ClientTimeout(total=_SECONDS)
        async with (
            aiohttp.ClientSession(connector=connector, timeout=timeout) as session,
            session.request(
                method,
                self.place(service) + path,
                headers=headers,
                server_hostname=server_name(service),
                allow_redirects=False,
            ) as answer,
        ):
            return answer.status, await answer.read(), CIMultiDict(answer.headers)


def server_name(service: Object) -> str:
    """Whom the server's certificate must name."""
    named = service["spec"]["service"]
    return f"{named['name']}.{named['namespace']}.svc"


def in_the_name_of(user: User, headers: CIMultiDict[str]) -> CIMultiDict[str]:
    """The headers with who asks; what a client says about that itself is dropped."""
    out: CIMultiDict[str] = CIMultiDict()
    for name, value in headers.items():
        if not name.lower().startswith(_REMOTE):
            out.add(name, value)
    out.add("X-Remote-User", user.name)
    if user.uid:
        out.add("X-Remote-Uid", user.uid)
    for group in user.groups:
        out.add("X-Remote-Group", group)
    for key, values in user.extra.items():
        for value in values:
            out.add(f"X-Remote-Extra-{quote(key.lower(), safe='')}", value)
    return out


def configuration(front_proxy: FrontProxy, client_authority: str) -> Object:
    """``extension-apiserver-authentication``: from it extension servers learn whom to believe."""
    return {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": "extension-apiserver-authentication", "namespace": "kube-system"},
        "data": {
            "client-ca-file": client_authority,
            "requestheader-allowed-names": f'["{front_proxy.name}"]',
            "requestheader-client-ca-file": front_proxy.authority,
            "requestheader-extra-headers-prefix": '["X-Remote-Extra-"]',
            "requestheader-group-headers": '["X-Remote-Group"]',
            "requestheader-uid-headers": '["X-Remote-Uid"]',
            "requestheader-username-headers": '["X-Remote-User"]',
        },
    }
