"""Fills the secrets that hold a service account's long-lived token, and removes those without an account.

Follows pkg/controller/serviceaccount/tokens_controller.go.
"""

import base64
from collections.abc import Callable, Iterable
from typing import Final

from karmada_nb.engine import meta
from karmada_nb.engine.controllers.context import Context
from karmada_nb.engine.controllers.serviceaccount import SERVICE_ACCOUNTS
from karmada_nb.engine.meta import Key, Object
from karmada_nb.engine.runtime.client import Resource
from karmada_nb.engine.runtime.controller import DONE, Result, Watch, itself
from karmada_nb.engine.runtime.informer import Event

SECRETS: Final = Resource("", "v1", "secrets")
TYPE: Final = "kubernetes.io/service-account-token"
ACCOUNT_NAME: Final = "kubernetes.io/service-account.name"
ACCOUNT_UID: Final = "kubernetes.io/service-account.uid"

Mint = Callable[[Object, Object], str]
"""From the account and the secret to the token."""


class TokenController:
    """``bundle`` is the cluster's root certificate, in PEM."""

    name = "tokens-controller"

    def __init__(self, context: Context, mint: Mint, bundle: str) -> None:
        self._client = context.client_as(self.name)
        self._mint = mint
        self._bundle = base64.b64encode(bundle.encode()).decode()
        self._secrets = context.informers(*SECRETS)
        self._secrets.add_index(ACCOUNT_NAME, _account_of)
        self._accounts = context.informers(*SERVICE_ACCOUNTS)

    def watches(self) -> Iterable[Watch]:
        yield Watch(self._secrets, itself)
        yield Watch(self._accounts, self._secrets_of)

    def _secrets_of(self, event: Event) -> Iterable[Key]:
        named = str(meta.key(event.object))
        return [meta.key(secret) for secret in self._secrets.by_index(ACCOUNT_NAME, named)]

    async def reconcile(self, key: Key) -> Result:
        secret = self._secrets.get(key)
        if secret is None or secret.get("type") != TYPE or meta.deleting(secret):
            return DONE
        annotations = meta.annotations(secret)
        account = self._accounts.get(Key(key.namespace, annotations.get(ACCOUNT_NAME, "")))
        if account is None or annotations.get(ACCOUNT_UID, meta.uid(account)) != meta.uid(account):
            await self._client.delete(SECRETS, key.name, key.namespace, uid=meta.uid(secret))
            return DONE
        filled = self._filled(secret, account)
        if filled is not None:
            await self._client.update(SECRETS, filled)
        return DONE

    def _filled(self, secret: Object, account: Object) -> Object | None:
        """The secret with all it must hold, or None if nothing is missing."""
        data = secret.get("data") or {}
        wanted = {
            "ca.crt": self._bundle,
            "namespace": base64.b64encode(meta.namespace(secret).encode()).decode(),
            "token": data.get("token") or base64.b64encode(self._mint(account, secret).encode()).decode(),
        }
        told = meta.annotations(secret)
        if {**data, **wanted} == data and told.get(ACCOUNT_UID) == meta.uid(account):
            return None
        annotations = {**told, ACCOUNT_UID: meta.uid(account)}
        return {**meta.with_metadata(secret, annotations=annotations), "data": {**data, **wanted}}


def _account_of(secret: Object) -> Iterable[str]:
    if secret.get("type") != TYPE:
        return ()
    return (str(Key(meta.namespace(secret), meta.annotations(secret).get(ACCOUNT_NAME, ""))),)
