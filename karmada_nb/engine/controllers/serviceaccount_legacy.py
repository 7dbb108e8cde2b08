"""Before Kubernetes 1.24 every service account got a secret with a token that never expires.

Follows ensureReferencedToken of pkg/controller/serviceaccount/tokens_controller.go at 1.23. The secret is
filled like any other of its type, by the TokenController.
"""

from collections.abc import Iterable
from typing import Final

from karmada_nb.engine import meta
from karmada_nb.engine.controllers.context import Context
from karmada_nb.engine.controllers.serviceaccount import SERVICE_ACCOUNTS
from karmada_nb.engine.controllers.serviceaccount_tokens import ACCOUNT_NAME, ACCOUNT_UID, SECRETS, TYPE
from karmada_nb.engine.errors import StatusError
from karmada_nb.engine.meta import Key, Object
from karmada_nb.engine.runtime.controller import DONE, Result, Watch, itself
from karmada_nb.engine.runtime.informer import Event

LAST_MINOR: Final = 23


class ReferencedTokens:
    """Makes the secret, and names it in the account. A secret that is deleted is replaced."""

    name = "serviceaccount-token-controller"

    def __init__(self, context: Context) -> None:
        self._client = context.client_as(self.name)
        self._accounts = context.informers(*SERVICE_ACCOUNTS)
        self._secrets = context.informers(*SECRETS)

    def watches(self) -> Iterable[Watch]:
        yield Watch(self._accounts, itself)
        yield Watch(self._secrets, _account_of_a_deleted_one)

    async def reconcile(self, key: Key) -> Result:
        account = self._accounts.get(key)
        if account is None or meta.deleting(account):
            return DONE
        named = [reference.get("name", "") for reference in account.get("secrets") or []]
        tokens = self._tokens(account)
        if any(name in tokens for name in named):
            return DONE
        try:
            made = next(iter(tokens), "") or await self._make(account)
            standing = [name for name in named if self._secrets.get(Key(key.namespace, name)) is not None]
            references = [{"name": name} for name in (*standing, made)]
            await self._client.update(SERVICE_ACCOUNTS, {**account, "secrets": references})
        except StatusError as error:
            if error.reason not in ("NotFound", "Forbidden"):
                raise
        return DONE

    def _tokens(self, account: Object) -> list[str]:
        """The secrets of tokens that are this account's."""
        return [
            meta.name(secret)
            for secret in self._secrets.items(meta.namespace(account))
            if secret.get("type") == TYPE
            and meta.annotations(secret).get(ACCOUNT_NAME) == meta.name(account)
            and meta.annotations(secret).get(ACCOUNT_UID, meta.uid(account)) == meta.uid(account)
        ]

    async def _make(self, account: Object) -> str:
        return meta.name(await self._client.create(SECRETS, _secret(account), meta.namespace(account)))


def _secret(account: Object) -> Object:
    told = {ACCOUNT_NAME: meta.name(account), ACCOUNT_UID: meta.uid(account)}
    return {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {"generateName": f"{meta.name(account)}-token-", "annotations": told},
        "type": TYPE,
    }


def _account_of_a_deleted_one(event: Event) -> Iterable[Key]:
    secret = event.object
    if event.new is not None or secret.get("type") != TYPE:
        return ()
    return (Key(meta.namespace(secret), meta.annotations(secret).get(ACCOUNT_NAME, "")),)
