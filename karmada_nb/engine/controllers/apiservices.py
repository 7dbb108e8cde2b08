"""APIServices of what this server has itself: one a group and version, kept while it is served.

Follows kube-aggregator pkg/controllers/autoregister/autoregister_controller.go and
pkg/controlplane/controller/crdregistration: built-in ones are made at the start, those of
CustomResourceDefinitions come and go with them.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from typing import Final

from karmada_nb.engine import meta
from karmada_nb.engine.apiserver.schema.catalogue import (
    GROUP_PRIORITIES,
    OTHER_GROUPS,
    OWN_VERSIONS,
    VERSION_PRIORITIES,
)
from karmada_nb.engine.controllers.context import Context
from karmada_nb.engine.errors import StatusError
from karmada_nb.engine.meta import Key, Object
from karmada_nb.engine.runtime.client import Resource
from karmada_nb.engine.runtime.controller import DONE, Result, Watch, itself
from karmada_nb.engine.runtime.informer import Event

APISERVICES: Final = Resource("apiregistration.k8s.io", "v1", "apiservices")
DEFINITIONS: Final = Resource("apiextensions.k8s.io", "v1", "customresourcedefinitions")
MANAGED: Final = "kube-aggregator.kubernetes.io/automanaged"
GroupVersion = tuple[str, str]
Served = Callable[[], Collection[GroupVersion]]


def local(group: str, version: str) -> Object:
    """The APIService of a group and version that is served here."""
    built_in = group in GROUP_PRIORITIES
    priority = VERSION_PRIORITIES.get((group, version), 15) if built_in else OWN_VERSIONS
    spec: Object = {"group": group} if group else {}
    return {
        "kind": "APIService",
        "apiVersion": "apiregistration.k8s.io/v1",
        "metadata": {
            "name": f"{version}.{group}",
            "labels": {MANAGED: "onstart" if built_in else "true"},
        },
        "spec": {
            **spec,
            "version": version,
            "groupPriorityMinimum": GROUP_PRIORITIES.get(group, OTHER_GROUPS),
            "versionPriority": priority,
        },
    }


class AutoRegister:
    """``served``: the groups and versions that are to have an APIService now."""

    name = "autoregister"

    def __init__(self, context: Context, served: Served) -> None:
        self._client = context.client_as("kube-aggregator")
        self._services = context.informers(*APISERVICES)
        self._definitions = context.informers(*DEFINITIONS)
        self._served = served

    def watches(self) -> Iterable[Watch]:
        yield Watch(self._services, itself)
        yield Watch(self._definitions, _versions)

    async def reconcile(self, key: Key) -> Result:
        version, _, group = key.name.partition(".")
        wanted = local(group, version) if (group, version) in self._served() else None
        current = self._services.get(key)
        try:
            if current is None:
                if wanted is not None and meta.labels(wanted)[MANAGED] == "true":
                    await self._client.create(APISERVICES, wanted)
            elif meta.labels(current).get(MANAGED) != "true":
                return DONE
            elif wanted is None:
                await self._client.delete(APISERVICES, key.name, uid=meta.uid(current))
            elif current["spec"] != wanted["spec"]:
                await self._client.update(APISERVICES, {**current, "spec": wanted["spec"]})
        except StatusError as error:
            if error.reason not in ("AlreadyExists", "NotFound", "Conflict"):
                raise
        return DONE


def _versions(event: Event) -> Iterable[Key]:
    """The APIServices of a definition's versions, those that went with the change included."""
    names: dict[Key, None] = {}
    for crd in (event.old, event.new):
        for version in meta.dig(crd or {}, "spec", "versions", default=[]):
            names[Key("", f"{version['name']}.{crd['spec']['group']}")] = None  # type: ignore[index]
    return names
