"""From a request's credentials to a user: certificate first, then bearer token, else anonymous."""

from __future__ import annotations

import base64
import binascii
import hmac
from collections.abc import Mapping, Sequence
from typing import Final

from karmada_nb.engine import meta
from karmada_nb.engine.apiserver.auth.service_accounts import ServiceAccountTokens
from karmada_nb.engine.apiserver.auth.users import ANONYMOUS, AUTHENTICATED, authenticated
from karmada_nb.engine.apiserver.verbs.call import User
from karmada_nb.engine.errors import unauthorized
from karmada_nb.engine.meta import Object
from karmada_nb.engine.runtime.clock import Clock
from karmada_nb.engine.store import Store, StoreKey

_SUBPROTOCOL: Final = "base64url.bearer.authorization.k8s.io."
_BOOTSTRAP_TYPE: Final = "bootstrap.kubernetes.io/token"


class Authenticator:
    """The authenticators of one cluster in upstream's order."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        service_accounts: ServiceAccountTokens,
        static: Mapping[str, User] | None = None,
    ) -> None:
        self._store = store
        self._clock = clock
        self.service_accounts = service_accounts
        self.static = {token: authenticated(user) for token, user in (static or {}).items()}
        """Tokens that are simply known."""

    def authenticate(self, certified: User | None, headers: Mapping[str, str]) -> User:
        """``certified``: who the connection's certificate names. Raises 401 for credentials that fail."""
        if certified is not None:
            return certified
        scheme, _, token = headers.get("Authorization", "").partition(" ")
        if scheme.lower() == "bearer":
            token = token.strip()
        elif "Sec-WebSocket-Protocol" in headers:
            token = _from_subprotocols(headers["Sec-WebSocket-Protocol"])
        else:
            token = ""
        if not token:
            return ANONYMOUS
        found = self.token(token)
        if found is None:
            raise unauthorized()
        return found[0]

    def token(self, token: str, audiences: Sequence[str] = ()) -> tuple[User, list[str]] | None:
        """Who a bearer token stands for and for which audiences, or None."""
        for known, user in self.static.items():
            if hmac.compare_digest(known.encode(), token.encode()):
                wanted = list(audiences) or [self.service_accounts.issuer]
                matched = [a for a in wanted if a == self.service_accounts.issuer]
                return (user, matched) if matched else None
        if token.count(".") == 2:
            return self.service_accounts.authenticate(token, audiences)
        user_ = self._bootstrap(token)
        return None if user_ is None else (user_, [self.service_accounts.issuer])

    def _bootstrap(self, token: str) -> User | None:
        """``abcdef.0123456789abcdef``, kept in ``kube-system/bootstrap-token-abcdef``."""
        identity, dot, key = token.partition(".")
        if not dot or len(identity) != 6 or len(key) != 16:
            return None
        record = self._store.get(StoreKey("secrets", "kube-system", f"bootstrap-token-{identity}"))
        if record is None or record.object.get("type") != _BOOTSTRAP_TYPE or meta.deleting(record.object):
            return None
        data = _texts(record.object.get("data") or {})
        if data.get("token-id") != identity or data.get("usage-bootstrap-authentication") != "true":
            return None
        if not hmac.compare_digest(data.get("token-secret", "").encode(), key.encode()):
            return None
        if data.get("expiration"):
            try:
                if meta.parse_time(data["expiration"]) <= self._clock.now():
                    return None
            except ValueError:
                return None
        groups = [group for group in data.get("auth-extra-groups", "").split(",") if group]
        return User(f"system:bootstrap:{identity}", ("system:bootstrappers", *groups, AUTHENTICATED))


def _texts(data: Object) -> dict[str, str]:
    out: dict[str, str] = {}
    for name, value in data.items():
        try:
            out[name] = base64.b64decode(value).decode()
        except (binascii.Error, UnicodeDecodeError, TypeError):
            continue
    return out


def _from_subprotocols(header: str) -> str:
    for protocol in header.split(","):
        protocol = protocol.strip()
        if protocol.startswith(_SUBPROTOCOL):
            encoded = protocol[len(_SUBPROTOCOL) :]
            try:
                return base64.urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4)).decode()
            except (binascii.Error, ValueError):
                return ""
    return ""
