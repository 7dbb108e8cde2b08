"""``clusters/proxy``: requests to Karmada that a member answers, as who asked.

Follows pkg/util/proxy/proxy.go and pkg/registry/cluster/storage/proxy.go. Karmada signs in to the member with
the impersonator's token and says whom it speaks for; what that user may do there, the member decides.
"""

from __future__ import annotations

import base64
import ssl
from typing import Final

import aiohttp
import orjson
from aiohttp import web
from multidict import CIMultiDict

from karmada_nb.engine import errors, meta
from karmada_nb.engine.apiserver.auth.users import AUTHENTICATED, UNAUTHENTICATED
from karmada_nb.engine.apiserver.http.exchange import Exchange
from karmada_nb.engine.apiserver.http.forwarding import Goal, forward
from karmada_nb.engine.karmada.connections.access import secret_key
from karmada_nb.engine.karmada.connections.local_member import LocalMember
from karmada_nb.engine.karmada.plane import CLUSTERS, SECRETS, Plane
from karmada_nb.engine.meta import Key, Object
from karmada_nb.engine.runtime.client import Unreachable

_DROPPED: Final = frozenset({"host", "authorization", "content-length", "transfer-encoding", "expect"})
_FAILURES: Final = (OSError, aiohttp.ClientError, Unreachable, TimeoutError)


class ClusterProxy:
    """``handle`` is to be mounted as the subresource ``proxy`` of Clusters."""

    def __init__(self, plane: Plane) -> None:
        self._plane = plane
        self._clusters = plane.informers(*CLUSTERS)
        self._secrets = plane.informers(*SECRETS)
        self._contexts: dict[tuple[str, bool], ssl.SSLContext] = {}

    async def handle(self, exchange: Exchange) -> web.StreamResponse:
        """Pass the request on. Raises StatusError where that cannot be done."""
        return await self.to(exchange.target.name, exchange, _beyond(exchange))

    async def to(
        self, name: str, exchange: Exchange, path: str, body: Object | None = None
    ) -> web.StreamResponse:
        """Pass the request on to a cluster, at a path with its query, with another body if one is given."""
        cluster = self._clusters.get(Key("", name))
        if cluster is None:
            raise errors.not_found(CLUSTERS.group, CLUSTERS.plural, name)
        goal = self._goal(exchange, cluster, path)
        data = None
        if body is not None:
            data = orjson.dumps(body)
            goal.headers["Content-Type"] = "application/json"
        try:
            member = self._plane.members.get(name)
            if isinstance(member, LocalMember):
                await member.travel()
            return await forward(exchange.request, goal, data)
        except _FAILURES as error:
            raise errors.service_unavailable(f"error trying to reach service: {error}") from error

    def _goal(self, exchange: Exchange, cluster: Object, path: str) -> Goal:
        name = meta.name(cluster)
        endpoint = meta.dig(cluster, "spec", "apiEndpoint", default="")
        if not endpoint:
            raise errors.internal(f"API endpoint of cluster {name} should not be empty")
        key = secret_key(cluster, "impersonatorSecretRef")
        if key is None:
            raise errors.internal(f"the impersonatorSecretRef of cluster {name} is nil")
        token = self._text(key, "token")
        if not token:
            why = f"the impresonate token of cluster {name} is empty"
            raise errors.internal(f"failed to get impresonateToken for cluster {name}: {why}")
        own = secret_key(cluster)
        ca = self._text(own, "caBundle") if own is not None else ""
        insecure = bool(meta.dig(cluster, "spec", "insecureSkipTLSVerification"))
        return Goal(f"{endpoint.rstrip('/')}/{path}", _headers(exchange, token), self._context(ca, insecure))

    def _text(self, key: Key, field: str) -> str:
        secret = self._secrets.get(key)
        if secret is None:
            raise errors.not_found("", "secrets", key.name)
        return base64.b64decode(meta.dig(secret, "data", field, default="")).decode()

    def _context(self, ca: str, insecure: bool) -> ssl.SSLContext:
        found = self._contexts.get((ca, insecure))
        if found is None:
            found = ssl.create_default_context(cadata=ca or None)
            if insecure:
                found.check_hostname = False
                found.verify_mode = ssl.CERT_NONE
            self._contexts[ca, insecure] = found
        return found


def _beyond(exchange: Exchange) -> str:
    """What of the path and query is meant for the member, encoded as it came."""
    _, _, path = exchange.request.raw_path.partition(f"/clusters/{exchange.target.name}/proxy")
    return path.lstrip("/")


def _headers(exchange: Exchange, token: str) -> CIMultiDict[str]:
    headers: CIMultiDict[str] = CIMultiDict()
    for name, value in exchange.request.headers.items():
        lower = name.lower()
        if lower not in _DROPPED and not lower.startswith("impersonate-"):
            headers.add(name, value)
    headers["Authorization"] = f"bearer {token}"
    headers["Impersonate-User"] = exchange.user.name
    for group in exchange.user.groups:
        if group not in (AUTHENTICATED, UNAUTHENTICATED):
            headers.add("Impersonate-Group", group)
    return headers
