"""What karmada-search serves: the group search.karmada.io."""

from __future__ import annotations

from typing import Final

from karmada_nb.engine.apiserver.schema.catalogue import ResourceInfo
from karmada_nb.engine.cluster import Cluster
from karmada_nb.engine.karmada.addons import SEARCH
from karmada_nb.engine.karmada.api.resource_registry import resource_registry
from karmada_nb.engine.karmada.plane import Plane
from karmada_nb.engine.karmada.proxy import ClusterProxy
from karmada_nb.engine.karmada.search.cache import SearchCache
from karmada_nb.engine.karmada.search.proxying import Proxying
from karmada_nb.engine.karmada.search.registries import REGISTRIES, Registries

API_SERVICE: Final = f"{REGISTRIES.version}.{REGISTRIES.group}"
_SEARCH: Final = ResourceInfo(
    *REGISTRIES[:2], "Search", "search", namespaced=False, verbs=(), singular="search"
)
_PROXYING: Final = ResourceInfo(
    *REGISTRIES[:2], "Proxying", "proxying", namespaced=False, verbs=(), singular="proxying"
)


class SearchServing:
    """``cluster`` is Karmada's own API server."""

    name = SEARCH
    api_service = API_SERVICE

    def __init__(self, plane: Plane, cluster: Cluster, proxy: ClusterProxy) -> None:
        self._plane = plane
        self._cluster = cluster
        self._proxy = proxy
        self._registry = resource_registry(plane.edition)

    def start(self) -> None:
        """See ``Serving``."""
        self._cluster.registry.add(self._registry)
        registries, server = Registries(self._plane), self._cluster.server
        cache = SearchCache(self._plane, self._cluster.registry, registries)
        proxying = Proxying(self._plane, server, registries, self._proxy)
        for root in ("api", "apis"):
            server.mount(REGISTRIES.group, _SEARCH.plural, cache.handle, root, _SEARCH)
        server.mount(REGISTRIES.group, _PROXYING.plural, proxying.handle, "proxy", _PROXYING)

    def stop(self) -> None:
        """See ``Serving``."""
        server = self._cluster.server
        for root in ("api", "apis"):
            server.unmount(REGISTRIES.group, _SEARCH.plural, root)
        server.unmount(REGISTRIES.group, _PROXYING.plural, "proxy")
        self._cluster.registry.remove(self._registry)
