"""What every namespace gets: the ``default`` service account and the cluster's root certificate.

Follows pkg/controller/serviceaccount/serviceaccounts_controller.go and
pkg/controller/certificates/rootcacertpublisher.
"""

from collections.abc import Awaitable, Callable, Iterable
from typing import Final

from karmada_nb.engine import meta
from karmada_nb.engine.controllers.context import NAMESPACES, Context
from karmada_nb.engine.errors import StatusError
from karmada_nb.engine.meta import Key, Object
from karmada_nb.engine.runtime.client import Resource
from karmada_nb.engine.runtime.controller import DONE, Result, Watch, itself
from karmada_nb.engine.runtime.informer import Event

SERVICE_ACCOUNTS: Final = Resource("", "v1", "serviceaccounts")
CONFIGMAPS: Final = Resource("", "v1", "configmaps")
ROOT_CA: Final = "kube-root-ca.crt"
_DESCRIPTION: Final = (
    "Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints "
    "such as the internal service IP or kubernetes.default.svc. No other usage is guaranteed across "
    "distributions of Kubernetes clusters."
)


def _named(name: str) -> Callable[[Event], Iterable[Key]]:
    """Keys of the namespaces in which the object of this name changed."""

    def keys(event: Event) -> Iterable[Key]:
        obj = event.object
        return (Key("", meta.namespace(obj)),) if meta.name(obj) == name else ()

    return keys


class ServiceAccountController:
    """Makes sure of ``default``."""

    name = "serviceaccount-controller"

    def __init__(self, context: Context) -> None:
        self._client = context.client_as(self.name)
        self._namespaces = context.informers(*NAMESPACES)
        self._accounts = context.informers(*SERVICE_ACCOUNTS)

    def watches(self) -> Iterable[Watch]:
        yield Watch(self._namespaces, itself)
        yield Watch(self._accounts, _named("default"))

    async def reconcile(self, key: Key) -> Result:
        if not _active(self._namespaces.get(key)):
            return DONE
        if self._accounts.get(Key(key.name, "default")) is None:
            account = {"metadata": {"name": "default", "namespace": key.name}}
            await _ensure(self._client.create(SERVICE_ACCOUNTS, account, key.name))
        return DONE


class RootCertificatePublisher:
    """Makes sure of ``kube-root-ca.crt``, with the bundle in it as it should be."""

    name = "root-ca-cert-publisher"

    def __init__(self, context: Context, bundle: str) -> None:
        self._client = context.client_as(self.name)
        self._bundle = bundle
        self._namespaces = context.informers(*NAMESPACES)
        self._maps = context.informers(*CONFIGMAPS)

    def watches(self) -> Iterable[Watch]:
        yield Watch(self._namespaces, itself)
        yield Watch(self._maps, _named(ROOT_CA))

    async def reconcile(self, key: Key) -> Result:
        if not _active(self._namespaces.get(key)):
            return DONE
        data = {"ca.crt": self._bundle}
        found = self._maps.get(Key(key.name, ROOT_CA))
        if found is None:
            wanted = {
                "metadata": {
                    "name": ROOT_CA,
                    "namespace": key.name,
                    "annotations": {"kubernetes.io/description": _DESCRIPTION},
                },
                "data": data,
            }
            await _ensure(self._client.create(CONFIGMAPS, wanted, key.name))
        elif found.get("data") != data:
            await self._client.update(CONFIGMAPS, {**found, "data": data})
        return DONE


def _active(namespace: Object | None) -> bool:
    return namespace is not None and not meta.deleting(namespace)


async def _ensure(creation: Awaitable[Object]) -> None:
    """Somebody else may have been first, or the namespace may be going away."""
    try:
        await creation
    except StatusError as error:
        if error.reason not in ("AlreadyExists", "NotFound", "Forbidden"):
            raise
