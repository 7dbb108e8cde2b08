"""karmada-search as a component: what it serves comes and goes with its deployment and its APIService."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from karmada_nb.engine import meta
from karmada_nb.engine.apiserver.schema.catalogue import ResourceInfo
from karmada_nb.engine.cluster import Cluster
from karmada_nb.engine.karmada.addons import SEARCH
from karmada_nb.engine.karmada.api.resource_registry import resource_registry
from karmada_nb.engine.karmada.names import NAMESPACE_KARMADA_SYSTEM
from karmada_nb.engine.karmada.plane import Plane
from karmada_nb.engine.karmada.proxy import ClusterProxy
from karmada_nb.engine.karmada.search.cache import SearchCache
from karmada_nb.engine.karmada.search.proxying import Proxying
from karmada_nb.engine.karmada.search.registries import REGISTRIES, Registries
from karmada_nb.engine.meta import Key
from karmada_nb.engine.runtime.client import Resource
from karmada_nb.engine.runtime.controller import DONE, Result, Watch
from karmada_nb.engine.runtime.informer import Event

API_SERVICES: Final = Resource("apiregistration.k8s.io", "v1", "apiservices")
API_SERVICE: Final = f"{REGISTRIES.version}.{REGISTRIES.group}"
_KEY: Final = Key(NAMESPACE_KARMADA_SYSTEM, SEARCH)
_SEARCH: Final = ResourceInfo(
    *REGISTRIES[:2], "Search", "search", namespaced=False, verbs=(), singular="search"
)
_PROXYING: Final = ResourceInfo(
    *REGISTRIES[:2], "Proxying", "proxying", namespaced=False, verbs=(), singular="proxying"
)


class SearchComponent:
    """Its one key is its deployment's. ``cluster`` is Karmada's own API server."""

    name = SEARCH

    def __init__(self, plane: Plane, cluster: Cluster, proxy: ClusterProxy) -> None:
        self._plane = plane
        self._cluster = cluster
        self._proxy = proxy
        self._services = plane.informers(*API_SERVICES)
        self._registry = resource_registry(plane.edition)
        self._serves = False

    def watches(self) -> Iterable[Watch]:
        yield Watch(self._plane.addons.deployments, _deployed)
        yield Watch(self._services, _registered)

    async def reconcile(self, key: Key) -> Result:
        wanted = (
            self._plane.addons.get(SEARCH) is not None
            and self._services.get(Key("", API_SERVICE)) is not None
        )
        if wanted and not self._serves:
            self._start()
        elif self._serves and not wanted:
            self._stop()
        self._serves = wanted
        return DONE

    def _start(self) -> None:
        self._cluster.registry.add(self._registry)
        registries, server = Registries(self._plane), self._cluster.server
        cache = SearchCache(self._plane, self._cluster.registry, registries)
        proxying = Proxying(self._plane, server, registries, self._proxy)
        for root in ("api", "apis"):
            server.mount(REGISTRIES.group, _SEARCH.plural, cache.handle, root, _SEARCH)
        server.mount(REGISTRIES.group, _PROXYING.plural, proxying.handle, "proxy", _PROXYING)

    def _stop(self) -> None:
        server = self._cluster.server
        for root in ("api", "apis"):
            server.unmount(REGISTRIES.group, _SEARCH.plural, root)
        server.unmount(REGISTRIES.group, _PROXYING.plural, "proxy")
        self._cluster.registry.remove(self._registry)


def _deployed(event: Event) -> Iterable[Key]:
    return (_KEY,) if meta.key(event.object) == _KEY else ()


def _registered(event: Event) -> Iterable[Key]:
    return (_KEY,) if meta.name(event.object) == API_SERVICE else ()
