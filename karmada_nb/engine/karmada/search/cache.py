"""``search/cache``: a plain list of what many clusters have, each object with the cluster it is from.

Follows pkg/registry/search/storage/{search,cache}.go.
"""

from __future__ import annotations

from typing import Final

from aiohttp import web

from karmada_nb.engine import errors, meta
from karmada_nb.engine.apiserver.http import options, target
from karmada_nb.engine.apiserver.http.exchange import Exchange, encode, respond
from karmada_nb.engine.apiserver.http.negotiation import DEFAULT
from karmada_nb.engine.apiserver.resource import Registry
from karmada_nb.engine.errors import StatusError
from karmada_nb.engine.karmada.plane import Plane
from karmada_nb.engine.karmada.search.reading import Reader, Wanted
from karmada_nb.engine.karmada.search.registered import ALL_NAMESPACES
from karmada_nb.engine.karmada.search.registries import Registries
from karmada_nb.engine.runtime.client import Resource

CATEGORY: Final = "cache"


class SearchCache:
    """``handle`` is to be mounted below searches, for paths of the core group and of the others."""

    def __init__(self, plane: Plane, registry: Registry, registries: Registries) -> None:
        self._registry = registry
        self._registries = registries
        self._reader = Reader(plane.members)

    async def handle(self, exchange: Exchange) -> web.StreamResponse:
        """The list. Registries do not narrow it to their namespaces. Raises StatusError."""
        here = exchange.target
        at = target.parse(f"/{here.subresource}/{here.rest}")
        if not at.resource:
            path = f"{here.subresource}/{here.rest}"
            raise errors.internal(f"k8s native Request URL({path}) is not a resource request")
        if here.name != CATEGORY:
            raise errors.internal(f"connect with unrecognized search category {here.name}")
        found = self._registry.find(at.group, at.version, at.resource)
        if found is None:
            where = f"{meta.api_version(at.group, at.version)}, Resource={at.resource}"
            return respond(encode({"error": f"no matches for {where}"}, DEFAULT), DEFAULT, 500)
        resource = Resource(at.group, at.version, at.resource)
        places = [
            place._replace(namespaces=frozenset({ALL_NAMESPACES}))
            for place in self._registries.places(resource, found.kind)
        ]
        labels = options.list_options(exchange.query).label_selector
        wanted = Wanted(resource, at.namespace if found.namespaced else "", labels)
        items = []
        for place in places:
            try:
                items += (await self._reader.list([place], wanted)).items
            except StatusError as error:
                if error.code != 503:
                    raise
        if at.name:
            items = [item for item in items if meta.name(item) == at.name]
        listed = {
            "kind": f"{found.kind}List",
            "apiVersion": found.api_version,
            "metadata": {},
            "items": items,
        }
        return respond(encode(listed, DEFAULT), DEFAULT)
