"""The ResourceRegistries there are, and what they come to."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import Final

from karmada_nb.engine.karmada.plane import CLUSTERS, Plane
from karmada_nb.engine.karmada.search.registered import Place, is_registered, places
from karmada_nb.engine.runtime.client import Resource

REGISTRIES: Final = Resource("search.karmada.io", "v1alpha1", "resourceregistries")


class Registries:
    """Made once ResourceRegistries are served."""

    def __init__(self, plane: Plane) -> None:
        self._plane = plane
        self._registries = plane.informers(*REGISTRIES)
        self._clusters = plane.informers(*CLUSTERS)

    def names(self, resource: Resource) -> bool:
        """Whether any of them names the resource."""
        return is_registered(self._registries.items(), resource, self._plane.served.of_kind)

    def places(self, resource: Resource, kind: str) -> list[Place]:
        """Where the resource is to be read."""
        return places(
            self._registries.items(), self._clusters.items(), resource, kind, self._plane.served.of_kind
        )

    def added(self, known: Iterable[Place], resource: Resource, kind: str) -> asyncio.Future[None]:
        """Done once the resource is to be read in one more cluster: who watches has to begin anew."""
        before = {place.cluster for place in known}
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()

        def look(_: object) -> None:
            if not done.done() and {p.cluster for p in self.places(resource, kind)} - before:
                done.set_result(None)

        stops = [informer.add_handler(look) for informer in (self._registries, self._clusters)]
        done.add_done_callback(lambda _: [stop() for stop in stops])
        return done
