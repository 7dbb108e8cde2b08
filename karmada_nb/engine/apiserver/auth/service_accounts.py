"""Tokens of service accounts: minted, and believed only while what they are bound to exists.

Follows pkg/serviceaccount (claims.go, legacy.go) and pkg/registry/core/serviceaccount/storage/token.go.
"""

from __future__ import annotations

import base64
import uuid
from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Final

from karmada_nb.engine import meta
from karmada_nb.engine.apiserver.auth import users
from karmada_nb.engine.apiserver.auth.jwt import Signer
from karmada_nb.engine.apiserver.verbs.call import User
from karmada_nb.engine.meta import Object
from karmada_nb.engine.runtime.clock import Clock
from karmada_nb.engine.store import Store, StoreKey

ISSUER: Final = "https://kubernetes.default.svc.cluster.local"
LEGACY_ISSUER: Final = "kubernetes/serviceaccount"
_CLAIM: Final = "kubernetes.io"
_LEGACY: Final = "kubernetes.io/serviceaccount/"
_BOUND: Final = {"pod": "pods", "secret": "secrets", "node": "nodes"}


class Refused(ValueError):
    """A token is not believed; the message is upstream's."""


class ServiceAccountTokens:
    """The tokens of one cluster."""

    def __init__(self, store: Store, clock: Clock, signer: Signer, issuer: str = ISSUER) -> None:
        self._store = store
        self._clock = clock
        self.signer = signer
        self.issuer = issuer

    def mint(
        self, account: Object, audiences: Sequence[str], seconds: int, bound: tuple[str, Object] | None = None
    ) -> tuple[str, str]:
        """A token and when it expires. ``bound`` is ``pod``, ``secret`` or ``node``, and that object."""
        now = self._clock.now()
        issued, namespace, name = int(now.timestamp()), meta.namespace(account), meta.name(account)
        private: dict[str, Any] = {
            "namespace": namespace,
            "serviceaccount": {"name": name, "uid": meta.uid(account)},
        }
        if bound is not None:
            kind, obj = bound
            private[kind] = {"name": meta.name(obj), "uid": meta.uid(obj)}
            node = meta.dig(obj, "spec", "nodeName") if kind == "pod" else None
            if node:
                found = self._find("nodes", "", node)
                private["node"] = {"name": node, **({"uid": meta.uid(found)} if found else {})}
        token = self.signer.sign(
            {
                "aud": list(audiences),
                "exp": issued + seconds,
                "iat": issued,
                "iss": self.issuer,
                "jti": str(uuid.uuid4()),
                _CLAIM: private,
                "nbf": issued,
                "sub": users.service_account_name(namespace, name),
            }
        )
        return token, meta.rfc3339(now + timedelta(seconds=seconds))

    def mint_legacy(self, account: Object, secret: Object) -> str:
        """The token of a ``kubernetes.io/service-account-token`` secret: as long-lived as the secret."""
        namespace, name = meta.namespace(account), meta.name(account)
        return self.signer.sign(
            {
                "iss": LEGACY_ISSUER,
                _LEGACY + "namespace": namespace,
                _LEGACY + "secret.name": meta.name(secret),
                _LEGACY + "service-account.name": name,
                _LEGACY + "service-account.uid": meta.uid(account),
                "sub": users.service_account_name(namespace, name),
            }
        )

    def authenticate(self, token: str, audiences: Sequence[str] = ()) -> tuple[User, list[str]] | None:
        """Who a token stands for, and for which of ``audiences`` (this API server's, if none are given)."""
        try:
            return self._examined(token, audiences)
        except Refused:
            return None

    def refusal(self, token: str, audiences: Sequence[str] = ()) -> str:
        """Why a signed token is not believed; "" for one that is, and for what is no token at all."""
        if token.count(".") != 2:
            return ""
        try:
            self._examined(token, audiences)
        except Refused as error:
            return str(error)
        return ""

    def _examined(self, token: str, audiences: Sequence[str]) -> tuple[User, list[str]]:
        claims = self.signer.claims(token)
        if claims is None:
            raise Refused("go-jose/go-jose: error in cryptographic primitive")
        wanted = list(audiences) or [self.issuer]
        legacy = claims.get("iss") == LEGACY_ISSUER
        own = [self.issuer] if legacy else claims.get("aud") or []
        matched = [audience for audience in wanted if audience in own]
        if not matched:
            shown = [" ".join(f'"{audience}"' for audience in found) for found in (own, wanted)]
            raise Refused(f"token audiences [{shown[0]}] is invalid for the target audiences [{shown[1]}]")
        return self._legacy(token, claims) if legacy else self._current(claims), matched

    def _current(self, claims: Object) -> User:
        now = self._clock.now().timestamp()
        if claims.get("iss") != self.issuer:
            raise Refused(f'token issuer "{claims.get("iss", "")}" is invalid')
        if now > claims.get("exp", 0):
            raise Refused("service account token has expired")
        if now + 60 < claims.get("nbf", 0):
            raise Refused("service account token is not valid yet")
        private = claims.get(_CLAIM) or {}
        namespace, reference = private.get("namespace", ""), private.get("serviceaccount") or {}
        account = self._find("serviceaccounts", namespace, reference.get("name", ""))
        if account is None:
            raise Refused(f'serviceaccounts "{reference.get("name", "")}" not found')
        if meta.uid(account) != reference.get("uid"):
            found, claimed = meta.uid(account), reference.get("uid")
            raise Refused(f"service account UID ({found}) does not match claim ({claimed})")
        extra: dict[str, tuple[str, ...]] = {users.CREDENTIAL_ID: (f"JTI={claims.get('jti', '')}",)}
        for kind, storage in _BOUND.items():
            bound = private.get(kind)
            if not bound:
                continue
            if kind == "node" and "pod" in private:
                extra[users.NODE_NAME] = (bound["name"],)
                if bound.get("uid"):
                    extra[users.NODE_UID] = (bound["uid"],)
                continue
            obj = self._find(storage, "" if kind == "node" else namespace, bound.get("name", ""))
            if obj is None:
                raise Refused("service account token has been invalidated")
            if meta.uid(obj) != bound.get("uid"):
                said = f"does not match service account {kind} ref claim ({bound.get('uid')})"
                raise Refused(f"{kind} UID ({meta.uid(obj)}) {said}")
            if kind == "pod":
                extra[users.POD_NAME] = (bound["name"],)
                extra[users.POD_UID] = (bound["uid"],)
        return self._user(account, extra)

    def _legacy(self, token: str, claims: Object) -> User:
        namespace = claims.get(_LEGACY + "namespace", "")
        secret = self._find("secrets", namespace, claims.get(_LEGACY + "secret.name", ""))
        account = self._find("serviceaccounts", namespace, claims.get(_LEGACY + "service-account.name", ""))
        if secret is None or meta.deleting(secret):
            raise Refused("Token has been invalidated")
        stored = meta.dig(secret, "data", "token", default="")
        if base64.b64encode(token.encode()).decode() != stored:
            raise Refused("Token does not match server's copy")
        if account is None:
            name = claims.get(_LEGACY + "service-account.name", "")
            raise Refused(f'serviceaccounts "{name}" not found')
        found, claimed = meta.uid(account), claims.get(_LEGACY + "service-account.uid")
        if found != claimed:
            raise Refused(f"ServiceAccount UID ({found}) does not match claim ({claimed})")
        return self._user(account, {})

    @staticmethod
    def _user(account: Object, extra: dict[str, tuple[str, ...]]) -> User:
        namespace = meta.namespace(account)
        name = users.service_account_name(namespace, meta.name(account))
        groups = (*users.service_account_groups(namespace), users.AUTHENTICATED)
        return User(name, groups, meta.uid(account), extra)

    def _find(self, storage: str, namespace: str, name: str) -> Object | None:
        record = self._store.get(StoreKey(storage, namespace, name))
        return None if record is None else record.object
