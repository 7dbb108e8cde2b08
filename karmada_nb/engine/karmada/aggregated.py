"""A component that serves a group of the Karmada API: what it serves comes and goes with it.

As an aggregated API server it needs two things: its deployment in the host cluster, available, and an
APIService in Karmada that leads to it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, Protocol

from karmada_nb.engine import meta
from karmada_nb.engine.karmada.names import NAMESPACE_KARMADA_SYSTEM
from karmada_nb.engine.karmada.plane import Plane
from karmada_nb.engine.meta import Key
from karmada_nb.engine.runtime.client import Resource
from karmada_nb.engine.runtime.controller import DONE, Result, Watch
from karmada_nb.engine.runtime.informer import Event

API_SERVICES: Final = Resource("apiregistration.k8s.io", "v1", "apiservices")


class Serving(Protocol):
    """``name`` is the component's, ``api_service`` that of its APIService."""

    name: str
    api_service: str

    def start(self) -> None:
        """Serve from now on."""
        ...

    def stop(self) -> None:
        """Serve no more."""
        ...


class AggregatedComponent:
    """A controller whose one key is the component's deployment."""

    def __init__(self, plane: Plane, serving: Serving) -> None:
        self.name = serving.name
        self._serving = serving
        self._addons = plane.addons
        self._services = plane.informers(*API_SERVICES)
        self._key = Key(NAMESPACE_KARMADA_SYSTEM, serving.name)
        self._serves = False

    def watches(self) -> Iterable[Watch]:
        yield Watch(self._addons.deployments, self._deployed)
        yield Watch(self._services, self._announced)

    def _deployed(self, event: Event) -> Iterable[Key]:
        return (self._key,) if meta.key(event.object) == self._key else ()

    def _announced(self, event: Event) -> Iterable[Key]:
        return (self._key,) if meta.name(event.object) == self._serving.api_service else ()

    async def reconcile(self, key: Key) -> Result:
        announced = self._services.get(Key("", self._serving.api_service)) is not None
        wanted = announced and self._addons.get(self.name) is not None
        if wanted and not self._serves:
            self._serving.start()
        elif self._serves and not wanted:
            self._serving.stop()
        self._serves = wanted
        return DONE
