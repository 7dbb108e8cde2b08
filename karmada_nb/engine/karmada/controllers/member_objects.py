"""Watching, in members, what Works hold there: one informer a member and resource, while it is needed.

Follows ``RegisterInformerHandlerAndCheckSynced`` of pkg/util/helper/cache.go.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from karmada_nb.engine.errors import StatusError
from karmada_nb.engine.karmada.members import Members
from karmada_nb.engine.meta import Key
from karmada_nb.engine.runtime.client import Resource, Unreachable
from karmada_nb.engine.runtime.informer import Event, Informer

Listener = Callable[[str, Resource, Event], None]
Place = tuple[str, Resource]


class MemberObjects:
    """``listen`` before the first ``hold``: listeners hear every object of a resource once it is held."""

    def __init__(self, members: Members) -> None:
        self._members = members
        self._listeners: list[Listener] = []
        self._holds: dict[Key, tuple[Place, ...]] = {}
        self._users: dict[Place, set[Key]] = {}
        self._stops: dict[Place, Callable[[], None]] = {}
        members.on_change(self._reconnected)

    def listen(self, listener: Listener) -> None:
        """Call ``listener`` with the cluster, the resource and the event."""
        self._listeners.append(listener)

    def hold(self, work: Key, cluster: str, resources: Iterable[Resource]) -> None:
        """Watch these resources, and no others on behalf of this Work, until ``release``.

        Raises StatusError for what the member does not serve, and Unreachable.
        """
        places = tuple((cluster, resource) for resource in resources)
        if self._holds.get(work) != places:
            self.release(work)
            self._holds[work] = places
            for place in places:
                self._users.setdefault(place, set()).add(work)
        for place in places:
            if place not in self._stops:
                self._start(place)

    def release(self, work: Key) -> None:
        """The Work is gone: nobody may need its resources any more."""
        for place in self._holds.pop(work, ()):
            users = self._users.get(place, set())
            users.discard(work)
            if not users:
                self._users.pop(place, None)
                self._stop(place)

    def informer(self, cluster: str, resource: Resource) -> Informer | None:
        """The member's view of the resource; None while it cannot be had."""
        member = self._members.get(cluster)
        if member is None:
            return None
        try:
            return member.informers(*resource)
        except (StatusError, Unreachable):
            return None

    def _start(self, place: Place) -> None:
        cluster, resource = place
        member = self._members.get(cluster)
        if member is None:
            return
        informer = member.informers(*resource)

        def heard(event: Event) -> None:
            for listener in self._listeners:
                listener(cluster, resource, event)

        self._stops[place] = informer.add_handler(heard)

    def _stop(self, place: Place) -> None:
        stop = self._stops.pop(place, None)
        if stop is not None:
            stop()

    def _reconnected(self, cluster: str) -> None:
        """The handlers hang on a connection that is gone; whoever holds next gets the new one."""
        for place in [place for place in self._stops if place[0] == cluster]:
            self._stop(place)
